"""Options of `scrapy crawl` that would take the ground from under a run, refused before it begins."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from scrapy.settings import BaseSettings

from harvest.errors import UsageError

STORAGE = "harvest.crawl.warc_storage.WarcCacheStorage"
STAGES = ("identity", "screening", "evidence", "ledger")


def refuse_unfit(settings: BaseSettings) -> None:
    """Check what a run stands on: the archive, the stages, and feeds that can be written.

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
    for uri in settings.getdict("FEEDS"):
        _refuse_unwritable(str(uri))


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
