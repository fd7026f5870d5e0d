"""One thread in which something is made and used, and a bounded queue from there into the event loop."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from queue import SimpleQueue
from threading import Event, Semaphore, Thread
from typing import Any, Final, Generic, Protocol, TypeVar

from harvest.errors import Interrupted

ROOM: Final = 8
"""Results that may wait for the event loop."""
_LOOK: Final = 0.2
"""Seconds after which the thread sees that it is to stop."""
_SLICE: Final = 0.5
"""Seconds after which the event loop sees that the crawl is being stopped."""


class Closing(Protocol):
    """What can be let go of."""

    def close(self) -> None:
        """Let go."""


Tool = TypeVar("Tool", bound=Closing)
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class _End:
    """The work is over, with this error or none."""

    error: BaseException | None = None


class Worker(Generic[Tool]):
    """Runs generators, one after the other, in a thread of its own; what they yield comes out of `stream`.

    The thread dies with the process: a request that is under way holds up nobody who leaves.

    Args:
        make: makes what the generators work with, in the thread, when the first asks for it.
        pause: sleeps for the event loop; raises when the crawl is being stopped.
    """

    def __init__(self, make: Callable[["Worker[Tool]"], Tool], *, pause: Callable[[float], Awaitable[None]]) -> None:
        self._make = make
        self._made: Tool | None = None
        self._pause = pause
        self._stopped = Event()
        self._work: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._thread = Thread(target=self._run, name="reddit", daemon=True)
        self._thread.start()

    def sleep(self, seconds: float) -> None:
        """Sleep, in the thread, but no longer than it is wanted.

        Raises:
            Interrupted: it is to stop.
        """
        if self._stopped.wait(seconds) if seconds > 0 else self._stopped.is_set():
            raise Interrupted("stopped before an answer came")

    async def stream(self, results: Callable[[Tool], Iterator[Result]]) -> AsyncIterator[Result]:
        """Yield what a generator yields in the thread; it is never more than `ROOM` ahead.

        Raises:
            Exception: what the generator raises, and whatever `pause` does.
        """
        loop = asyncio.get_running_loop()
        queue: asyncio.Queue[Any] = asyncio.Queue()
        room = Semaphore(ROOM)

        def told(result: Any) -> None:
            with suppress(RuntimeError):  # the event loop is gone: nobody listens
                loop.call_soon_threadsafe(queue.put_nowait, result)

        def work() -> None:
            end = _End()
            try:
                for result in results(self._tool()):
                    self._wait_for(room)
                    told(result)
            except BaseException as error:  # noqa: BLE001 - raised again in the event loop
                end = _End(error)
            told(end)

        self._work.put(work)
        while True:
            result = await self._next(queue)
            if isinstance(result, _End):
                if result.error:
                    raise result.error
                return
            room.release()
            yield result

    def close(self) -> None:
        """Let the thread end."""
        self._stopped.set()
        self._work.put(None)

    async def _next(self, queue: "asyncio.Queue[Any]") -> Any:
        waiting = asyncio.ensure_future(queue.get())
        try:
            while True:
                await self._pause(0)
                done, _ = await asyncio.wait({waiting}, timeout=_SLICE)
                if done:
                    return waiting.result()
        finally:
            waiting.cancel()

    def _wait_for(self, room: Semaphore) -> None:
        while not room.acquire(timeout=_LOOK):
            self.sleep(0)
        self.sleep(0)

    def _tool(self) -> Tool:
        if self._made is None:
            self._made = self._make(self)
        return self._made

    def _run(self) -> None:
        while (work := self._work.get()) is not None:
            work()
        if self._made is not None:
            self._made.close()
