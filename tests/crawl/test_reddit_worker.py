"""One thread and a bounded queue: order, errors, stops, and that what waits is never much."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import aclosing

import pytest

from harvest.crawl.reddit.worker import ROOM, Worker
from harvest.errors import Interrupted


class Tool:
    """Notes where it was made and used, and whether it was let go."""

    def __init__(self) -> None:
        self.threads = {threading.get_ident()}
        self.closed = threading.Event()
        self.begun = 0

    def close(self) -> None:
        self.closed.set()

    def count(self, most: int) -> Iterator[int]:
        for number in range(most):
            self.threads.add(threading.get_ident())
            self.begun = number + 1
            yield number


async def never(_: float) -> None:
    """Nobody stops."""


def test_what_is_yielded_comes_in_order_from_one_thread_that_is_not_ours() -> None:
    tools: list[Tool] = []

    async def run() -> list[int]:
        worker = Worker(lambda _: tools.append(Tool()) or tools[-1], pause=never)
        first = [number async for number in worker.stream(lambda tool: tool.count(100))]
        second = [number async for number in worker.stream(lambda tool: tool.count(3))]
        worker.close()
        return [*first, *second]

    assert asyncio.run(run()) == [*range(100), *range(3)]
    (tool,) = tools
    assert tool.closed.wait(5)
    assert len(tool.threads) == 1
    assert threading.get_ident() not in tool.threads


def test_the_thread_is_never_far_ahead() -> None:
    tool = Tool()

    async def run() -> None:
        worker = Worker(lambda _: tool, pause=never)
        async with aclosing(worker.stream(lambda tool: tool.count(1000))) as numbers:
            async for number in numbers:
                assert tool.begun <= number + ROOM + 2
                if number == 50:
                    break
        worker.close()

    asyncio.run(run())
    assert tool.begun < 100


def test_an_error_comes_after_what_was_yielded_before_it() -> None:
    def broken(tool: Tool) -> Iterator[int]:
        yield from tool.count(2)
        raise ValueError("broken")

    async def run() -> None:
        worker = Worker(lambda _: Tool(), pause=never)
        numbers = worker.stream(broken)
        assert [await anext(numbers), await anext(numbers)] == [0, 1]
        with pytest.raises(ValueError, match="broken"):
            await anext(numbers)
        worker.close()

    asyncio.run(run())


def test_what_cannot_be_made_is_said_where_it_is_wanted() -> None:
    def make(_: Worker[Tool]) -> Tool:
        raise ValueError("no credentials")

    async def run() -> None:
        worker = Worker(make, pause=never)
        with pytest.raises(ValueError, match="no credentials"):
            _ = [number async for number in worker.stream(lambda tool: tool.count(1))]
        worker.close()

    asyncio.run(run())


def test_a_thread_that_waits_is_woken_by_the_end() -> None:
    ended = threading.Event()

    async def run() -> None:
        def waiting(tool: Tool) -> Iterator[int]:
            yield 1
            try:
                worker.sleep(3600)
            except Interrupted:
                ended.set()
                raise

        worker = Worker(lambda _: Tool(), pause=never)
        async with aclosing(worker.stream(waiting)) as numbers:
            assert await anext(numbers) == 1
            worker.close()
            with pytest.raises(Interrupted):
                await anext(numbers)

    asyncio.run(run())
    assert ended.is_set()


def test_a_crawl_that_is_being_stopped_waits_for_no_answer() -> None:
    stopping = asyncio.Event()

    class Stopping(Exception):
        pass

    async def pause(_: float) -> None:
        if stopping.is_set():
            raise Stopping

    async def run() -> None:
        worker = Worker(lambda _: Tool(), pause=pause)

        def waiting(_: Tool) -> Iterator[int]:
            worker.sleep(3600)
            yield 1

        asyncio.get_running_loop().call_later(0.01, stopping.set)
        with pytest.raises(Stopping):
            _ = [number async for number in worker.stream(waiting)]
        worker.close()

    asyncio.run(run())
