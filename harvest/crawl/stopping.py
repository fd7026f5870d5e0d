"""SIGTERM and Ctrl-C while a run is opened: held back until Scrapy is there to take them.

From the entry `run-started` on a stop must close the books (design section 8); Scrapy takes signals only once its
reactor runs, and closes no spider that has not started yet.
"""

from collections.abc import Iterable

from harvest.crawl.session import Session
from harvest.stops import let_through


def release_when_running() -> None:
    """Let stops through in the reactor's first turn: its start-up, and Scrapy's handlers with it, is over then."""
    from twisted.internet import reactor  # noqa: PLC0415 - importing it installs one; Scrapy chooses which

    reactor.callWhenRunning(reactor.callLater, 0, let_through)


def close_books(sessions: Iterable[Session]) -> None:
    """Finish the runs that were stopped before their spider started; nobody else does."""
    for session in sessions:
        if session.report is None and not session.begun:
            session.progress.finished(session.finish(interrupted=True, requests={}))
