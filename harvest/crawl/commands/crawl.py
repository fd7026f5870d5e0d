"""`scrapy crawl PROVIDER -a topic=SLUG`, with exit codes that say how it went (Scrapy's own is 0 even on failure)."""

import argparse
import sys
from typing import NoReturn

from scrapy.commands.crawl import Command as ScrapyCrawl
from scrapy.exceptions import UsageError as ScrapyUsageError

from harvest.configuration import Configuration
from harvest.crawl.guard import refuse_unfit
from harvest.crawl.runs import advise, exit_code, runnable
from harvest.crawl.stopping import close_books, release_when_running
from harvest.errors import HarvestError, UsageError
from harvest.stops import stops_held


class Command(ScrapyCrawl):
    """As Scrapy's, but everything that can be wrong is said in one line before the reactor starts."""

    def syntax(self) -> str:
        """What follows `scrapy crawl`."""
        return "[options] <provider> -a topic=<slug>"

    def short_desc(self) -> str:
        """The line in `scrapy -h`."""
        return "Harvest one provider for a topic into its ledger"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Scrapy's options; argparse's own errors exit with 64 too."""
        super().add_options(parser)
        parser.error = _usage  # type: ignore[method-assign]  # argparse offers no other way to its exit code

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Scrapy's handling of options; a wrong one exits with 64."""
        try:
            super().process_options(args, opts)
        except ScrapyUsageError as error:
            _usage(str(error))

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Open the run, crawl, and take the exit code from its account."""
        if len(args) != 1:
            _usage(f"expected one provider, got {' '.join(args) or 'none'}")
        process = self.crawler_process
        assert process is not None  # noqa: S101  # Scrapy sets it for every command that crawls
        with stops_held():
            try:
                spider = runnable(args[0], process.spider_loader)
                refuse_unfit(process.settings)
                configuration = Configuration.from_scrapy(process.settings)
                session = spider.open_session(configuration, opts.spargs)
            except HarvestError as error:
                self.exitcode = _say(error)
                return
            advise(configuration)
            process.crawl(spider, session=session)
            release_when_running()
            process.start()
        close_books([session])
        self.exitcode = exit_code([session.report])


def _usage(message: str) -> NoReturn:
    sys.exit(_say(UsageError(message, hint="see scrapy crawl -h")))


def _say(error: HarvestError) -> int:
    sys.stderr.write(f"harvest: {error}\n")
    return error.exit_code
