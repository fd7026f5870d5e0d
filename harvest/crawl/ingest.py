"""A run over one text that somebody pasted, or over the page that a pasted link leads to."""

from dataclasses import dataclass

from pydantic import ValidationError
from scrapy.crawler import AsyncCrawlerProcess

from harvest.configuration import Configuration
from harvest.crawl.progress import Progress, RunReport
from harvest.crawl.runs import advise, exit_code, project_settings, spiders
from harvest.crawl.session import Session
from harvest.crawl.stopping import close_books, release_when_running
from harvest.errors import UsageError
from harvest.model import RunOutcome
from harvest.pages import PROVIDER as PAGES
from harvest.pasted import PROVIDER, NoOptions, Paste, Told, address_of, is_bare, mentions
from harvest.stops import stops_held
from harvest.visiting import WebOptions


@dataclass(frozen=True, slots=True)
class Ingested:
    """How the run ended, and what came of each document that the text names."""

    report: RunReport
    told: tuple[Told, ...]
    exit_code: int


def ingest(slug: str, text: str, configuration: Configuration, progress: Progress) -> Ingested:
    """Settle a text for a topic; a link alone is asked for as the web spider asks.

    Raises:
        UsageError: topic, settings or link are wrong. Busy: another such run is going on.
        LedgerError: the ledger cannot be continued.
    """
    url = address_of(text)
    is_page = bool(url) and not mentions(url)
    if not is_page and is_bare(text) and not mentions(text):
        raise UsageError("expected a text, an identifier or one link, got several links", hint="paste one at a time")
    paste = Paste(text)
    with stops_held():
        session = _page(slug, url, configuration, progress) if is_page else _text(slug, configuration, progress)
        advise(configuration)
        process = AsyncCrawlerProcess(project_settings())
        more = {} if is_page else {"paste": paste}
        process.crawl(spiders()[session.provider], session=session, **more)
        release_when_running()
        process.start()
    close_books([session])
    report = session.report or RunReport(session.provider, RunOutcome.FAILED, session.account.tally())
    return Ingested(report, tuple(paste.told), exit_code([report]))


def _text(slug: str, configuration: Configuration, progress: Progress) -> Session:
    return Session.open(slug, PROVIDER, configuration, options=NoOptions, progress=progress)


def _page(slug: str, url: str, configuration: Configuration, progress: Progress) -> Session:
    """A run of the web spider for this page, and for those that did not come before."""
    try:
        options = WebOptions.model_validate({"urls": [url]})
    except ValidationError as error:
        raise UsageError(f"expected a link to a page, got {error.errors()[0]['msg']}") from None
    session = Session.open(slug, PAGES, configuration, options=WebOptions, progress=progress)
    session.options = options
    return session
