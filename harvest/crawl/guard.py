"""Options of `scrapy crawl` that would take the ground from under a run, refused before it begins."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from scrapy.settings import BaseSettings

from harvest.errors import UsageError

STORAGE = "harvest.crawl.warc_storage.WarcCacheStorage"
STAGES = ("identity", "screening", "evidence", "ledger")
MIDDLEWARES = ("robots.RobotsMiddleware", "retry.RetryMiddleware", "politeness.PolitenessMiddleware")
HANDLERS = ("public.PublicDownloadHandler", "offline.OfflineDownloadHandler")


def refuse_unfit(settings: BaseSettings) -> None:
    """Check what a run stands on: the archive, the stages, the guards, and feeds that can be written.

    Raises:
        UsageError: an option switches one of them off, or names a file where none can be made.
    """
    if not settings.getbool("HTTPCACHE_ENABLED") or settings.get("HTTPCACHE_STORAGE") != STORAGE:
        raise UsageError(
            "expected every answer to be kept, got the archive switched off", hint="leave HTTPCACHE_* alone"
        )
    stages = {
        str(name).split(".")[1] for name in settings.getdict("ITEM_PIPELINES") if str(name).startswith("pipelines.")
    }
    missing = [stage for stage in STAGES if stage not in stages]
    if missing:
        raise UsageError(
            f"expected the stages {', '.join(STAGES)}, got none for {missing[0]}", hint="leave ITEM_PIPELINES alone"
        )
    _refuse_unguarded(settings)
    for uri in settings.getdict("FEEDS"):
        _refuse_unwritable(str(uri))


def _refuse_unguarded(settings: BaseSettings) -> None:
    """What stands between us and whoever answers: pace, robots.txt, public addresses, certificates."""
    middlewares = settings.getdict("DOWNLOADER_MIDDLEWARES")
    missing = [name for name in MIDDLEWARES if middlewares.get(f"harvest.crawl.{name}") is None]
    if missing:
        raise UsageError(
            f"expected harvest.crawl.{missing[0]} before each request, got none",
            hint="leave DOWNLOADER_MIDDLEWARES alone",
        )
    handlers = settings.getdict("DOWNLOAD_HANDLERS")
    ours = {f"harvest.crawl.{name}" for name in HANDLERS}
    others = [
        scheme
        for scheme, handler in handlers.items()
        if handler and not (scheme in {"http", "https"} and handler in ours)
    ]
    if others or not settings.getbool("DOWNLOAD_VERIFY_CERTIFICATES"):
        got = f"another for {others[0]}" if others else "certificates unchecked"
        raise UsageError(f"expected our own way to the network, got {got}", hint="leave DOWNLOAD_* alone")


def _refuse_unwritable(uri: str) -> None:
    parts = urlsplit(uri)
    if parts.scheme not in {"", "file"}:
        return
    path = Path(unquote(parts.path) if parts.scheme else uri)
    new = not path.exists()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.open("ab").close()
        if new:
            path.unlink()
    except OSError as error:
        got = f"{uri}: {(error.strerror or str(error)).lower()}"
        raise UsageError(f"expected a feed file that can be written, got {got}", hint="choose another") from error
