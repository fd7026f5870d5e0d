"""SIGTERM and Ctrl-C while a run is opened: held back until Scrapy is there to take them.

From the entry `run-started` on a stop must close the books (design section 8); Scrapy takes signals only once its
reactor runs, and closes no spider that has not started yet. Handlers hold them, not a signal mask: a mask is one
thread's, and a signal goes to any other thread that a library has started.
"""

import signal
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

from harvest.crawl.session import Session

STOPS: Final = (signal.SIGTERM, signal.SIGINT)
_came: Final[list[int]] = []
"""Stops that are held back; signal handlers are the process's, and so is this."""


@contextmanager
def stops_held() -> Iterator[None]:
    """Hold stops back within the block, or until `release_when_running` lets them through."""
    before = {stop: signal.signal(stop, _hold) for stop in STOPS}
    try:
        yield
    finally:
        for stop, handler in before.items():
            if signal.getsignal(stop) is _hold:
                signal.signal(stop, handler)
        _let_through()


def release_when_running() -> None:
    """Let stops through in the reactor's first turn: its start-up, and Scrapy's handlers with it, is over then."""
    from twisted.internet import reactor  # noqa: PLC0415 - importing it installs one; Scrapy chooses which

    reactor.callWhenRunning(reactor.callLater, 0, _let_through)


def close_books(sessions: Iterable[Session]) -> None:
    """Finish the runs that were stopped before their spider started; nobody else does."""
    for session in sessions:
        if session.report is None and not session.begun:
            session.progress.finished(session.finish(interrupted=True, requests={}))


def _hold(stop: int, _frame: FrameType | None) -> None:
    _came.append(stop)


def _let_through() -> None:
    """Deliver what was held; twice the same is once, a second Ctrl-C means something else to Scrapy."""
    held = list(dict.fromkeys(_came))
    _came.clear()
    for stop in held:
        signal.raise_signal(stop)
