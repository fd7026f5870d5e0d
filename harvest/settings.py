"""Scrapy settings of the project; our own (`harvest.configuration`) are handed on under their variable names."""

import importlib.util
import sys
from pathlib import Path
from typing import NoReturn

from harvest import __version__
from harvest.configuration import Configuration
from harvest.errors import UsageError


def _refuse(error: UsageError) -> NoReturn:
    """Scrapy imports this module before any command runs, so what is wrong must be said here, in one line."""
    sys.stderr.write(f"harvest: {error}\n")
    sys.exit(error.exit_code)


def _configuration() -> Configuration:
    try:
        return Configuration.load()
    except UsageError as error:
        _refuse(error)


_CONFIGURATION = _configuration()


def _ours(package: str) -> str:
    """Return the package's name if it is ours: a foreign one that is installed would be taken in its place."""
    spec = importlib.util.find_spec(package)
    expected = Path(__file__).resolve().parents[1]
    if spec is None or spec.origin is None or Path(spec.origin).resolve().parents[1] != expected:
        found = spec.origin if spec else "none"
        message = f"expected package {package} beside harvest in {expected}, got {found}"
        _refuse(UsageError(message, hint="remove the other"))
    return package


BOT_NAME = "harvest"
SPIDER_MODULES = [_ours("spiders")]
NEWSPIDER_MODULE = "spiders"
COMMANDS_MODULE = "harvest.crawl.commands"
USER_AGENT = f"harvest/{__version__}" + (f" (mailto:{_CONFIGURATION.contact})" if _CONFIGURATION.contact else "")

# Read downwards, these are the boxes of a PRISMA flow diagram.
ITEM_PIPELINES = {
    f"{_ours('pipelines')}.identity.IdentityPipeline": 100,
    "pipelines.screening.ScreeningPipeline": 200,
    "pipelines.evidence.EvidencePipeline": 300,
    "pipelines.ledger.LedgerPipeline": 400,
}
EXTENSIONS = {"harvest.crawl.closing.CloseWhenIdle": 100}
DOWNLOADER_MIDDLEWARES: dict[str, int | None] = {
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "harvest.crawl.robots.RobotsMiddleware": 100,
    "harvest.crawl.retry.RetryMiddleware": 595,
    "harvest.crawl.politeness.PolitenessMiddleware": 850,
}

# Every answer, whatever its status, is kept in the run's WARC file; nothing is ever answered from it but in replay.
HTTPCACHE_ENABLED = True
HTTPCACHE_STORAGE = "harvest.crawl.warc_storage.WarcCacheStorage"
HTTPCACHE_POLICY = "scrapy.extensions.httpcache.DummyPolicy"
HTTPCACHE_IGNORE_HTTP_CODES: list[int] = []
HTTPCACHE_IGNORE_SCHEMES: list[str] = []
HTTPCACHE_IGNORE_MISSING = _CONFIGURATION.replay is not None

# Only the web's own schemes, and of harvested addresses only the public ones; in replay nothing at all.
_HANDLER = "offline.OfflineDownloadHandler" if _CONFIGURATION.replay is not None else "public.PublicDownloadHandler"
DOWNLOAD_HANDLERS: dict[str, str | None] = {
    **dict.fromkeys(("data", "file", "ftp", "s3")),
    **dict.fromkeys(("http", "https"), f"harvest.crawl.{_HANDLER}"),
}

# Hardening (design section 8): none of these is Scrapy's default.
DOWNLOAD_VERIFY_CERTIFICATES = True
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
ROBOTSTXT_OBEY = True
COOKIES_ENABLED = False
METAREFRESH_ENABLED = False
REFERRER_POLICY = "no-referrer"
DOWNLOAD_MAXSIZE = 10 * 1024 * 1024
DOWNLOAD_TIMEOUT = 60

# The shared limiter decides when a request goes out; no queue may hold one back after it has its time.
CONCURRENT_REQUESTS = 16
CONCURRENT_REQUESTS_PER_DOMAIN = 16
DOWNLOAD_DELAY = 0

RETRY_ENABLED = False

LOG_LEVEL = "WARNING"
LOG_FORMAT = "%(levelname)s: %(message)s"
FEED_EXPORT_ENCODING = "utf-8"

globals().update(
    {
        name: getattr(_CONFIGURATION, field)
        for name, field in zip(Configuration.names(), Configuration.model_fields, strict=True)
    }
)
