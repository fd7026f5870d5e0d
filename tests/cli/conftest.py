"""A data folder with the tracked topics, and a state folder beside it."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from harvest.cli.main import main
from tests.cli import ledgers

CHECKOUT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Said:
    """How a command ended and what it said."""

    code: int
    out: str
    err: str


@dataclass
class Room:
    """Where the commands of one test work."""

    data: Path
    state: Path
    capture: pytest.CaptureFixture[str]

    def harvest(self, *arguments: str) -> Said:
        """Run a command in this process."""
        code = main(arguments)
        said = self.capture.readouterr()
        return Said(code, said.out, said.err)

    def ledger(self, *entries: tuple[str, dict[str, Any]], **options: Any) -> Path:
        """Write the ledger of semax-ssri."""
        return ledgers.write(self.data / "ledgers" / "semax-ssri.jsonl", self.state, *entries, **options)


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Room:
    """A clean data and state folder, no settings from outside."""
    data, state = tmp_path / "data", tmp_path / "state"
    shutil.copytree(CHECKOUT / "data" / "topics", data / "topics")
    for name in ("HARVEST_CONTACT", "HARVEST_REPLAY", "HARVEST_ORIGIN", "HARVEST_MODE", "NCBI_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HARVEST_DATA_DIR", str(data))
    monkeypatch.setenv("HARVEST_STATE_DIR", str(state))
    return Room(data, state, capsys)
