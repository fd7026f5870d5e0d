"""Reading pages, feeds and sitemaps in a process that is killed when it takes too long or too much."""

import asyncio
import json
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from contextlib import suppress
from datetime import date
from typing import Final, TypeVar

from pydantic import TypeAdapter

from harvest.crawl.reader_process import LENGTH, LENGTHS, LISTING, PAGE
from harvest.errors import ParseError
from harvest.pages import Page
from harvest.visiting import Listing

T = TypeVar("T")

SECONDS: Final = 30
"""Processor time for one task."""
MEMORY: Final = 2 * 1024**3
"""Bytes of address space; a page of 10 MiB takes about a third."""
PATIENCE: Final = 4
"""How many times longer it may take by the wall clock, on a busy machine; then it is killed from outside."""
START_SECONDS: Final = 120.0
GRACE: Final = 1.0
"""Seconds that it has to end by itself."""
ANSWER_LARGEST: Final = 64 * 1024 * 1024


class Reader:
    """One process that reads one thing at a time; begun when it is first needed, and again when it was killed."""

    def __init__(self, *, seconds: int = SECONDS, memory: int = MEMORY) -> None:
        self._seconds = seconds
        self._memory = memory
        self._process: Process | None = None
        self._turn = asyncio.Lock()

    async def page(self, body: bytes, *, url: str, content_type: str, fetched: date) -> Page:
        """As `harvest.pages.read`.

        Raises:
            ParseError: it cannot be read, or not within the limits.
        """
        task = {"what": "page", "url": url, "content_type": content_type, "fetched": fetched.isoformat()}
        return await self._answer(task, body, PAGE)

    async def listing(self, body: bytes, *, url: str) -> Listing:
        """As `harvest.visiting.listing`; raises as `page`."""
        return await self._answer({"what": "listing", "url": url}, body, LISTING)

    async def close(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is None:
            return
        assert process.stdin is not None  # noqa: S101 - a pipe was asked for
        process.stdin.close()
        try:
            async with asyncio.timeout(GRACE):  # it ends by itself where it reads no more; to kill the dead is logged
                await process.wait()
        except TimeoutError:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    async def _answer(self, task: dict[str, str], body: bytes, kind: TypeAdapter[T]) -> T:
        async with self._turn:
            try:
                answer = json.loads(await self._exchange(task, body))
                if "error" not in answer:
                    return kind.validate_python(answer[task["what"]])
            except TimeoutError:
                await self.close()
                raise ParseError(f"expected to read it in {self._seconds} s, got no end of it") from None
            except (asyncio.IncompleteReadError, ConnectionError):
                await self.close()
                raise ParseError("expected to read it within its limits, got more than time or memory allow") from None
            except (ValueError, LookupError, TypeError):
                await self.close()
                raise ParseError("expected to read it, got an answer of the reader that is none") from None
            except BaseException:
                await self.close()
                raise
        raise ParseError(answer["error"])

    async def _exchange(self, task: dict[str, str], body: bytes) -> bytes:
        process = self._process or await self._started()
        assert process.stdin is not None  # noqa: S101 - a pipe was asked for
        about = json.dumps(task).encode()
        process.stdin.write(LENGTHS.pack(len(about), len(body)) + about + body)
        async with asyncio.timeout(self._seconds * PATIENCE):
            await process.stdin.drain()
            return await _read(process)

    async def _started(self) -> Process:
        # -P: what lies in the folder that one stands in is not imported before what belongs to Python
        self._process = process = await asyncio.create_subprocess_exec(
            sys.executable, "-P", "-m", "harvest.crawl.reader_process", str(self._seconds), str(self._memory),
            stdin=PIPE, stdout=PIPE, stderr=DEVNULL, start_new_session=True,
            env={"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PYTHONUTF8": "1", "OMP_NUM_THREADS": "1"},
        )  # fmt: skip
        async with asyncio.timeout(START_SECONDS):
            await _read(process)
        return process


async def _read(process: Process) -> bytes:
    assert process.stdout is not None  # noqa: S101 - a pipe was asked for
    (size,) = LENGTH.unpack(await process.stdout.readexactly(LENGTH.size))
    if size > ANSWER_LARGEST:
        raise ConnectionError(f"expected an answer of at most {ANSWER_LARGEST} bytes, got {size}")
    return await process.stdout.readexactly(size)
