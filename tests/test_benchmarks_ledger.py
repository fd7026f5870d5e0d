"""The ledger's benchmarks run, at sizes that say nothing of speed, and give their tables."""

import re
import subprocess
import sys
from pathlib import Path

from harvest.ledger import Depth, Verdict, verify

CHECKOUT = Path(__file__).resolve().parents[1]
ROW = re.compile(r"(?P<name>\S.*?) {2,}(?P<figures>[\d.,]+(?: +[\d.,]+)*|not installed)")


def rows(benchmark: str, folder: Path, **options: int) -> dict[str, list[str]]:
    """The figures of each row that a benchmark prints, by the row's name."""
    sizes = [f"--{name}={value}" for name, value in options.items()]
    command = [sys.executable, str(CHECKOUT / "benchmarks" / benchmark), *sizes, f"--folder={folder}"]
    said = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout
    found = [match for line in said.splitlines() if (match := ROW.fullmatch(line))]
    return {match["name"]: match["figures"].split() for match in found}


def test_appending_is_measured_beside_sqlite_and_other_chains(tmp_path: Path) -> None:
    told = rows("ledger_append.py", tmp_path, entries=12, singles=5, rounds=2)
    assert {"harvest", "sqlite", "sqlite+json", "write+fsync", "a chain by json"} < set(told)
    assert {"a chain by rfc8785", "pymerkle.SqliteTree"} < set(told)
    assert len(told["harvest"]) == 5
    assert told["sqlite"][3] == "1.000"


def test_verifying_is_measured_beside_one_digest_and_other_chains(tmp_path: Path) -> None:
    told = rows("ledger_verify.py", tmp_path, entries=40, rounds=2)
    assert {
        "sha256",
        "sha256 of the file",
        "harvest",
        "harvest, two processes",
        "harvest --quick",
        "harvest --deep",
    } < set(told)
    assert {"sqlite, every row read", "sqlite, integrity_check", "a chain by json", "a chain by rfc8785"} < set(told)
    assert told["sha256"][2] == told["harvest"][3] == "1.000"


def test_looking_up_is_measured_in_milliseconds_and_bytes(tmp_path: Path) -> None:
    told = rows("ledger_lookup.py", tmp_path, entries=30, rounds=4)
    assert set(told) == {"opening", "by seq", "by sN", "by key", "proof, opening included", "the index made, once"}
    assert {len(figures) for figures in told.values()} == {3}
    assert (tmp_path / "ledger-30").is_dir()


def test_a_ledger_to_measure_with_is_one_that_the_writer_could_have_left(tmp_path: Path) -> None:
    rows("ledger_lookup.py", tmp_path, entries=30, rounds=1)
    place = tmp_path / "ledger-30"
    report = verify(place / "ledgers" / "measured.jsonl", state=place / "state", depth=Depth.DEEP)
    assert (report.verdict, report.entries, report.sealed) == (Verdict.VALID, 30, 30)
