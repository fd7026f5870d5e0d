"""The comparison that the long runs rest on finds what it is there to find."""

import json
from pathlib import Path

import pytest

from tests.crawl.trial import Trial
from tests.servers.eutils import EutilsServer
from tests.soak.comparison import differences


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The ledger of a crawl over the emulator's own records."""
    with EutilsServer.over_own_records(rate_limit=False) as server:
        trial = Trial(tmp_path_factory.mktemp("crawl"), server.url)
        done = trial.crawl()
        assert done.code == 0, done.said
    return trial.ledger


def sources(lines: list[bytes]) -> list[int]:
    return [number for number, line in enumerate(lines) if json.loads(line)["type"] == "source"]


def spoilt(ledger: Path, tmp_path: Path, lines: list[bytes]) -> Path:
    copy = tmp_path / "spoilt.jsonl"
    copy.write_bytes(b"".join(lines))
    assert copy.read_bytes() != ledger.read_bytes()
    return copy


def test_a_ledger_says_the_same_as_itself(ledger: Path) -> None:
    assert differences(ledger, ledger) == []


def test_a_line_that_was_lost_is_found(ledger: Path, tmp_path: Path) -> None:
    lines = ledger.read_bytes().splitlines(keepends=True)
    del lines[sources(lines)[-1]]
    assert len(differences(ledger, spoilt(ledger, tmp_path, lines))) == 1


def test_a_line_that_was_written_twice_is_found(ledger: Path, tmp_path: Path) -> None:
    lines = ledger.read_bytes().splitlines(keepends=True)
    lines.append(lines[sources(lines)[0]])
    with pytest.raises(ValueError, match="twice"):
        differences(ledger, spoilt(ledger, tmp_path, lines))


def test_a_word_that_was_changed_is_found(ledger: Path, tmp_path: Path) -> None:
    lines = ledger.read_bytes().splitlines(keepends=True)
    number = sources(lines)[0]
    lines[number] = lines[number].replace(b'"evidence":"', b'"evidence":"un', 1)
    said = differences(ledger, spoilt(ledger, tmp_path, lines))
    assert len(said) == 1
    assert said[0].endswith(": evidence")
