"""SIGTERM and Ctrl-C held back while something is done that must be done whole.

Handlers hold them, not a signal mask: a mask is one thread's, and a signal goes to any other thread that a library has
started.
"""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

STOPS: Final = (signal.SIGTERM, signal.SIGINT)
_came: Final[list[int]] = []
"""Stops that are held back; signal handlers are the process's, and so is this."""


@contextmanager
def stops_held() -> Iterator[None]:
    """Hold stops back until the block has ended, or until `let_through`."""
    before = {stop: signal.signal(stop, _hold) for stop in STOPS}
    try:
        yield
    finally:
        for stop, handler in before.items():
            if signal.getsignal(stop) is _hold:
                signal.signal(stop, handler)
        let_through()


def let_through() -> None:
    """Deliver what was held; twice the same is once, a second Ctrl-C means something else to Scrapy."""
    held = list(dict.fromkeys(_came))
    _came.clear()
    for stop in held:
        signal.raise_signal(stop)


def _hold(stop: int, _frame: FrameType | None) -> None:
    _came.append(stop)
