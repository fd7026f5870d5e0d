"""A real crawl in a process of its own: asks the paths it is given, prints what each came to as JSON lines.

Usage: trial_crawl.py FOLDER BASE_URL [--replay] [--robots] [--timeout SECONDS] [--stop-when-busy] [--meta JSON] PATH...
"""

import argparse
import asyncio
import json
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerProcess

from harvest.archive import Archive, Replay
from harvest.crawl.retry import GaveUp
from harvest.limiter import Limit


class FolderSession:
    """Records into a folder, or replays from it."""

    def __init__(self, folder: Path, *, replay: bool) -> None:
        now = datetime(2026, 11, 21, tzinfo=UTC)
        self.archive = None if replay else Archive(folder, name="t-p-r", started=now, software="harvest")
        self.replay = Replay(folder) if replay else None

    @staticmethod
    def clock() -> datetime:
        return datetime.now(UTC)


class TrialSpider(Spider):
    """Asks one path after the other."""

    name = "trial"
    session: FolderSession
    asked: argparse.Namespace

    async def start(self) -> AsyncIterator[Any]:
        if self.asked.stop_when_busy:
            self.stopping = asyncio.ensure_future(self.stop_when_busy())
        for path in self.asked.paths:
            report(path, **await self.ask(path))
        for _ in ():
            yield None

    async def stop_when_busy(self) -> None:
        # counters of Scrapy have no event to wait for
        while "harvest/retries/status-429" not in self.crawler.stats.get_stats():  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        await self.crawler.stop_async()

    async def ask(self, path: str) -> dict[str, object]:
        request = Request(f"{self.asked.base}{path}", meta={"limit": Limit("trial", 0.001), **self.asked.meta})
        try:
            response = await self.crawler.engine.download_async(request)
        except GaveUp as error:
            return {"gave_up": error.fault.kind}
        except Exception as error:  # noqa: BLE001 - whatever it is, the test shall see it
            return {"raised": type(error).__name__}
        snapshot = response.meta.get("snapshot")
        return {"status": response.status, "body": response.text, "record": snapshot and snapshot.record}


REACHED: list[str] = []
"""What the process did on the network: names looked up, connections opened."""


def watch_network() -> None:
    def note(event: str, _arguments: tuple[object, ...]) -> None:
        if event in {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"}:
            REACHED.append(event)

    sys.addaudithook(note)


def report(path: str, **found: object) -> None:
    sys.stdout.write(json.dumps({"path": path, **found}) + "\n")
    sys.stdout.flush()


def settings(folder: Path, *, replay: bool) -> dict[str, object]:
    return {
        "DOWNLOADER_MIDDLEWARES": {
            "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
            "harvest.crawl.retry.RetryMiddleware": 595,
            "harvest.crawl.politeness.PolitenessMiddleware": 850,
        },
        "DOWNLOAD_HANDLERS": dict.fromkeys(("data", "file", "ftp", "s3"))
        | (dict.fromkeys(("http", "https"), "harvest.crawl.offline.OfflineDownloadHandler") if replay else {}),
        "HTTPCACHE_ENABLED": True,
        "HTTPCACHE_STORAGE": "harvest.crawl.warc_storage.WarcCacheStorage",
        "HTTPCACHE_IGNORE_SCHEMES": [],
        "HARVEST_RETRY_TIMES": 1,
        "HARVEST_RETRY_BACKOFF": 0.01,
        "HARVEST_LIMITER_DIR": str(folder),
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
        "LOG_LEVEL": "INFO",
    }


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("base")
    parser.add_argument("--replay", action="store_true")
    parser.add_argument("--robots", action="store_true")
    parser.add_argument("--timeout", type=float, default=60)
    parser.add_argument("--stop-when-busy", action="store_true")
    parser.add_argument("--meta", type=json.loads, default={})
    parser.add_argument("paths", nargs="+")
    asked = parser.parse_args()
    TrialSpider.asked = asked
    TrialSpider.session = FolderSession(asked.folder / "archive", replay=asked.replay)
    watch_network()
    own = {"ROBOTSTXT_OBEY": asked.robots, "DOWNLOAD_TIMEOUT": asked.timeout}
    process = AsyncCrawlerProcess(settings(asked.folder, replay=asked.replay) | own)
    crawler = process.create_crawler(TrialSpider)
    process.crawl(crawler)
    process.start()
    counted = {key: value for key, value in crawler.stats.get_stats().items() if key.startswith("harvest/")}
    report("", counted=counted, reached=REACHED)


if __name__ == "__main__":
    main()
