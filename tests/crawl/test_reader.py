"""Pages are read in a process that has little and can be killed."""

import asyncio
import io
import json
import os
import resource
import socket
import subprocess
import sys
from collections.abc import Awaitable, Callable
from datetime import date
from pathlib import Path
from typing import TypeVar

import pytest

from harvest import pages
from harvest.crawl import reader, reader_process
from harvest.crawl.reader import Reader
from harvest.errors import ParseError
from harvest.visiting import Listing
from tests.crawl.web_trial import article
from tests.unmeasured import UNMEASURED

T = TypeVar("T")
CHECKOUT = Path(__file__).resolve().parents[2]
URL = "https://example.com/page"
DAY = date(2026, 11, 22)
TASK = {"what": "page", "url": URL, "content_type": "text/html", "fetched": "2026-11-22"}


def using(work: Callable[[Reader], Awaitable[T]], **limits: int) -> T:
    async def run() -> T:
        reader = Reader(**limits)
        try:
            return await work(reader)
        finally:
            await reader.close()

    return asyncio.run(run())


async def read(reader: Reader, body: bytes) -> pages.Page:
    return await reader.page(body, url=URL, content_type="text/html", fetched=DAY)


def test_a_page_and_a_listing_come_back_as_they_are_read_here() -> None:
    body = article("Read by another process.", head="<meta property='article:published_time' content='2024-05-06'>")

    async def both(reader: Reader) -> tuple[pages.Page, Listing]:
        return await read(reader, body.encode()), await reader.listing(b"https://example.com/a\n", url=URL)

    page, listing = using(both)
    assert page == pages.read(body.encode(), url=URL, content_type="text/html", fetched=DAY)
    assert "Read by another process." in page.text
    assert listing.addresses == ("https://example.com/a",)


def test_who_waits_too_long_by_the_wall_clock_ends_the_process(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(STAND_IN, encoding="utf-8")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    monkeypatch.setattr(reader, "PATIENCE", 0.002)

    async def wait(reader: Reader) -> str:
        with pytest.raises(ParseError) as late:
            await read(reader, b"spin")
        assert reader._process is None
        return late.value.message

    assert using(wait, seconds=60) == "expected to read it in 60 s, got no end of it"


def test_an_answer_that_is_too_large_is_not_taken_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "ANSWER_LARGEST", 50)
    with pytest.raises(ParseError, match="expected to read it within its limits"):
        using(lambda reader: read(reader, article().encode()))


def test_what_cannot_be_read_in_time_or_memory_is_told_and_the_next_is_read_all_the_same(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    # in place of what happens to be slow to read today, a body that says what to do
    (tmp_path / "sitecustomize.py").write_text(STAND_IN, encoding="utf-8")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])

    async def several(reader: Reader) -> list[str]:
        said = []
        for order in (b"spin", b"fill", b"die", b"raise", b"lie", b"read"):
            try:
                said.append((await read(reader, order)).title)
            except ParseError as error:
                said.append(error.message)
        return said

    limits = "expected to read it within its limits, got more than time or memory allow"
    spun, *others = using(several, seconds=1)
    assert spun in {limits, "expected to read it in 1 s, got no end of it"}  # the latter where others are at work
    assert others == [
        "expected to read it, got MemoryError",
        limits,
        "expected to read it, got ZeroDivisionError",
        "expected to read it, got an answer of the reader that is none",
        "read",
    ]
    assert caplog.text == ""


STAND_IN = """
import os, sys
from harvest import pages

def read(body, **_):
    if body == b"spin":
        while True:
            pass
    if body == b"fill":
        bytearray(3 << 30)
    if body == b"die":
        os._exit(11)
    if body == b"raise":
        1 / 0
    if body == b"lie":
        os.write(3, (8).to_bytes(4, "big") + b'{"page":' + (1).to_bytes(4, "big"))
    return pages.Page("https://example.com/", title=body.decode())

pages.read = read
"""


def test_the_process_opens_no_connection_starts_nothing_and_writes_nothing(tmp_path: Path) -> None:
    probe = (
        "import json, os, socket, subprocess, sys\n"
        "from harvest.crawl import reader_process\n"
        "reader_process.confine(memory=2 << 30)\n"
        "said = {}\n"
        "for name, act in {\n"
        "    'connect': lambda: socket.create_connection(('127.0.0.1', 9)),\n"
        "    'resolve': lambda: socket.getaddrinfo('localhost', 80),\n"
        "    'run': lambda: subprocess.run(['true']),\n"
        "    'system': lambda: os.system('true'),\n"
        "    'fork': os.fork,\n"
        "    'write': lambda: os.write(os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT), b'x'),\n"
        "}.items():\n"
        "    try:\n"
        "        act()\n"
        "        said[name] = 'done'\n"
        "    except OSError as error:\n"
        "        said[name] = type(error).__name__\n"
        "print(json.dumps(said), file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", probe, str(tmp_path / "file")],
        cwd=CHECKOUT,
        env={**os.environ, **UNMEASURED},
        capture_output=True,
        text=True,
        check=False,
    )
    said = json.loads(done.stderr.splitlines()[-1])
    assert said.pop("write") == "OSError"
    assert set(said.values()) == {"PermissionError"}, said


def test_the_environment_of_the_process_is_made_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NCBI_API_KEY", "canary-of-ncbi")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9/")

    async def environment(reader: Reader) -> bytes:
        await read(reader, article().encode())
        assert reader._process is not None
        return await asyncio.to_thread(Path(f"/proc/{reader._process.pid}/environ").read_bytes)

    names = {pair.partition(b"=")[0] for pair in using(environment).split(b"\0") if pair}
    assert names == {b"PYTHONPATH", b"PYTHONUTF8", b"OMP_NUM_THREADS"}


def test_tasks_are_answered_one_after_the_other_whatever_goes_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resource, "setrlimit", lambda *_: None)
    tasks, answers = io.BytesIO(), io.BytesIO()
    for task, body in (
        (TASK, article("First.").encode()),
        ({"what": "listing", "url": URL}, b"nonsense"),
        (TASK | {"fetched": "no date"}, b""),
        ({"what": "listing", "url": URL}, b"https://example.com/a"),
    ):
        about = json.dumps(task).encode()
        tasks.write(reader_process.LENGTHS.pack(len(about), len(body)) + about + body)
    tasks.seek(0)
    reader_process.serve(tasks, answers, seconds=5)
    answers.seek(0)
    told = []
    while head := answers.read(4):
        told.append(answers.read(reader_process.LENGTH.unpack(head)[0]))
    assert told[0] == b""
    page, nonsense, undated, listing = map(json.loads, told[1:])
    assert "First." in page["page"]["text"]
    assert "expected a feed or sitemap" in nonsense["error"]
    assert undated["error"] == "expected to read it, got ValueError"
    assert listing["listing"]["addresses"] == ["https://example.com/a"]


def test_the_hook_lets_pass_what_reading_needs() -> None:
    reader_process._refuse("open", ())
    with pytest.raises(PermissionError, match=r"a page is read without socket\.connect"):
        reader_process._refuse("socket.connect", (socket.AF_INET,))


def test_confinement_sets_limits_for_good(monkeypatch: pytest.MonkeyPatch) -> None:
    limits: dict[int, tuple[int, int]] = {}
    hooks: list[object] = []
    monkeypatch.setattr(resource, "setrlimit", limits.__setitem__)
    monkeypatch.setattr(sys, "addaudithook", hooks.append)
    reader_process.confine(memory=7)
    reader_process._allow(5)
    assert limits[resource.RLIMIT_AS] == (7, 7)
    assert limits[resource.RLIMIT_FSIZE] == limits[resource.RLIMIT_CORE] == (0, 0)
    assert limits[resource.RLIMIT_CPU][0] >= 6
    assert hooks == [reader_process._refuse]
