"""A crawl of provider `web` in a process of its own, in a network of names and addresses that a test made up.

Usage: python -m tests.crawl.trial_web NETWORK.json SLUG [--days N] [NAME=VALUE ...]

NETWORK: `names` gives for each name the addresses of its first, second, ... resolution (the last again and again),
`ports` the port of the emulator for each port, `log` the file for what was resolved, looked at and connected to.
`--days` sets the run's clock ahead. NAME=VALUE are Scrapy settings.
"""

import json
import resource
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from scrapy.crawler import AsyncCrawlerProcess
from twisted.internet.endpoints import TCP4ClientEndpoint

from harvest.configuration import Configuration
from harvest.crawl.public import PublicDownloadHandler
from harvest.crawl.runs import exit_code, project_settings
from harvest.crawl.stopping import close_books, release_when_running
from harvest.errors import HarvestError
from spiders.web import WebSpider

NETWORK: dict[str, Any] = {}


def note(what: str, *values: object) -> None:
    """Write down what happened."""
    with Path(NETWORK["log"]).open("a", encoding="utf-8") as log:
        log.write(json.dumps([what, *values]) + "\n")


class MadeUpNetwork(PublicDownloadHandler):
    """Names as the test says, addresses as if they were real; every connection ends at the emulator."""

    async def resolve(self, host: str) -> Sequence[str]:
        answers = NETWORK["names"].get(host)
        if answers is None:
            addresses = await super().resolve(host)
        else:
            addresses = answers.pop(0) if len(answers) > 1 else answers[0]
        note("resolved", host, list(addresses))
        return addresses

    def endpoint(self, address: str, port: int) -> Any:
        from twisted.internet import reactor

        note("connected", address, port)
        return TCP4ClientEndpoint(reactor, "127.0.0.1", NETWORK["ports"][str(port)], timeout=10)


def watch(event: str, arguments: tuple[Any, ...]) -> None:
    """Every connection of the process, whoever opens it."""
    if event == "socket.connect":
        note("socket", str(arguments[1]))


def main() -> int:
    path, slug, *rest = sys.argv[1:]
    NETWORK.update(json.loads(Path(path).read_text(encoding="utf-8")))
    sys.addaudithook(watch)
    days = int(rest.pop(1)) if rest[:1] == ["--days"] else 0
    settings = project_settings()
    if not settings.get("HARVEST_REPLAY"):
        handlers = dict.fromkeys(("http", "https"), "tests.crawl.trial_web.MadeUpNetwork")
        settings.set("DOWNLOAD_HANDLERS", {**settings.getdict("DOWNLOAD_HANDLERS"), **handlers}, priority="cmdline")
    for pair in rest:
        if "=" in pair:
            settings.set(*pair.split("=", 1), priority="cmdline")
    try:
        session = WebSpider.open_session(Configuration.from_scrapy(settings), {"topic": slug})
    except HarvestError as error:
        sys.stderr.write(f"harvest: {error}\n")
        return error.exit_code
    if days:
        session.clock = lambda: datetime.now(UTC) + timedelta(days=days)
    process = AsyncCrawlerProcess(settings)
    process.crawl(WebSpider, session=session)
    release_when_running()
    process.start()
    close_books([session])
    note("peak", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)
    return exit_code([session.report])


if __name__ == "__main__":
    # as a module of its own name, so that Scrapy finds the handler with the network in it
    from tests.crawl import trial_web

    sys.exit(trial_web.main())
