"""What `harvest ingest` refuses to take in; what it makes of a text is tested in tests/crawl/test_pasted.py."""

import io
import sys
from pathlib import Path

import pytest

from harvest.ledger import run_lock
from harvest.pasted import LARGEST
from tests.cli.conftest import Room, Said


@pytest.fixture
def stdin(monkeypatch: pytest.MonkeyPatch) -> io.BytesIO:
    octets = io.BytesIO()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(octets, encoding="utf-8"))
    return octets


def ingest(room: Room, stdin: io.BytesIO, octets: bytes) -> Said:
    stdin.write(octets)
    stdin.seek(0)
    return room.harvest("ingest", "semax-ssri", "--text", "-")


@pytest.mark.parametrize(
    ("octets", "words"),
    [
        (b"", "got nothing that can be read"),
        (b" \n\t\xef\xbb\xbf...\n", "got nothing that can be read"),
        (b"\xff\xfeS\x00e\x00m\x00", "got bytes with NUL"),
        (b"Semax \xe9", "expected UTF-8, got byte 6 that is not"),
        (b"%PDF-1.7 \x07\x01", "got control character"),
        (b"a" * (LARGEST + 1), f"expected a text of at most {LARGEST} bytes"),
        (b"https://a.example/1 https://b.example/2", "got several links"),
        (b"http://127.0.0.1:99999/", "expected a link to a page"),
    ],
)
def test_what_is_no_text_exits_64_with_one_line_before_anything_is_written(
    room: Room, stdin: io.BytesIO, octets: bytes, words: str
) -> None:
    said = ingest(room, stdin, octets)

    assert (said.code, said.out, said.err.count("\n")) == (64, "", 1)
    assert said.err.startswith("harvest: ")
    assert words in said.err
    assert not (room.data / "ledgers").exists()


def test_a_file_that_is_not_there_and_a_folder_exit_64(room: Room, tmp_path: Path) -> None:
    nowhere = room.harvest("ingest", "semax-ssri", "--text", str(tmp_path / "none.txt"))
    folder = room.harvest("ingest", "semax-ssri", "--text", str(tmp_path))

    assert (nowhere.code, folder.code) == (64, 64)
    assert "no such file or directory" in nowhere.err
    assert "is a directory" in folder.err


def test_an_unknown_topic_and_a_missing_text_exit_64(room: Room, stdin: io.BytesIO) -> None:
    stdin.write(b"Semax helped me")
    stdin.seek(0)

    unknown = room.harvest("ingest", "semax-sri", "--text", "-")
    missing = room.harvest("ingest", "semax-ssri")

    assert (unknown.code, missing.code) == (64, 64)
    assert "did you mean semax-ssri?" in unknown.err
    assert "--text" in missing.err


def test_another_ingest_of_the_topic_exits_75(room: Room, stdin: io.BytesIO) -> None:
    with run_lock(room.state, "semax-ssri", "pasted"):
        said = ingest(room, stdin, b"Semax helped me")

    assert said.code == 75
    assert "is going on" in said.err
