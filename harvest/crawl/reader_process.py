"""The process in which hostile bytes are parsed: `python -m harvest.crawl.reader_process`, run by `reader.py`.

It has no secrets (its environment is empty), opens no connection, starts no process, writes no file, and has only so
much memory and, for each task, so much processor time; whoever takes it over from a page gets little.

A task on standard input: two lengths (4 bytes each, big-endian), JSON, body. An answer on standard output: a length,
JSON with `page` or `listing`, or `error`. The first answer, before any task, is empty: it is ready.
"""

import json
import os
import resource
import sys
from datetime import date
from struct import Struct
from typing import Any, BinaryIO, Final

from pydantic import TypeAdapter

from harvest import pages
from harvest.errors import HarvestError
from harvest.visiting import Listing, listing

LENGTHS: Final = Struct(">II")
LENGTH: Final = Struct(">I")
PAGE: Final = TypeAdapter(pages.Page)
LISTING: Final = TypeAdapter(Listing)

_FORBIDDEN: Final = ("socket.", "subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.spawn", "os.system", "pty.")


def answered(task: dict[str, str], body: bytes) -> bytes:
    """Carry out one task; whatever goes wrong is an answer, too, but for what kills the process."""
    try:
        if task["what"] == "listing":
            return b'{"listing":%s}' % LISTING.dump_json(listing(body, url=task["url"]))
        fetched = date.fromisoformat(task["fetched"])
        page = pages.read(body, url=task["url"], content_type=task["content_type"], fetched=fetched)
        return b'{"page":%s}' % PAGE.dump_json(page)
    except HarvestError as error:
        return json.dumps({"error": error.message}).encode()
    except Exception as error:  # noqa: BLE001 - libraries raise anything at hostile bytes
        return json.dumps({"error": f"expected to read it, got {type(error).__name__}"}).encode()


def confine(*, memory: int) -> None:
    """Give up what reading does not need."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    for limit in (resource.RLIMIT_FSIZE, resource.RLIMIT_CORE):
        resource.setrlimit(limit, (0, 0))
    sys.addaudithook(_refuse)


def serve(tasks: BinaryIO, answers: BinaryIO, *, seconds: int) -> None:
    """Carry out tasks until there are no more, each within `seconds` of processor time."""
    answers.write(LENGTH.pack(0))
    answers.flush()
    while head := tasks.read(LENGTHS.size):
        about, size = LENGTHS.unpack(head)
        task: dict[str, str] = json.loads(tasks.read(about))
        _allow(seconds)
        answer = answered(task, tasks.read(size))
        answers.write(LENGTH.pack(len(answer)) + answer)
        answers.flush()


def _allow(seconds: int) -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + 1 + seconds, hard))


def _refuse(event: str, _arguments: tuple[Any, ...]) -> None:
    if event.startswith(_FORBIDDEN):
        raise PermissionError(f"a page is read without {event}")


def main() -> None:
    """Keep standard output for answers, whatever a library prints."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    seconds, memory = map(int, sys.argv[1:])
    confine(memory=memory)
    serve(sys.stdin.buffer, answers, seconds=seconds)


if __name__ == "__main__":
    main()
