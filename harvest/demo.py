"""The demonstration: a recorded harvest replayed through the real spiders, its ledger verified, damaged, verified."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from harvest.configuration import Configuration
from harvest.errors import ArchiveError, HarvestError

TOPIC: Final = "semax-ssri"
PROVIDERS: Final = ("pubmed", "europepmc", "trials")
"""Those whose answers are recorded."""
PATIENCE: Final = 120
"""Seconds that the replay may take."""
_ROOT: Final = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class Stage:
    """Where a demonstration lies: its recordings, and folders of its own for everything that it writes."""

    recordings: Path
    folder: Path

    @property
    def data(self) -> Path:
        """Its data folder."""
        return self.folder / "data"

    @property
    def state(self) -> Path:
        """Its state folder."""
        return self.folder / "state"

    @property
    def ledger(self) -> Path:
        """The ledger that the replay writes."""
        return self.data / "ledgers" / f"{TOPIC}.jsonl"

    @property
    def environment(self) -> dict[str, str]:
        """The settings under which a command finds it."""
        return {
            "HARVEST_DATA_DIR": str(self.data),
            "HARVEST_STATE_DIR": str(self.state),
            "HARVEST_REPLAY": str(self.recordings),
        }


def recordings(configuration: Configuration) -> Path:
    """The tracked recordings: of the checkout that this program lies in, else of the data folder.

    Raises:
        ArchiveError: there are none.
    """
    for folder in (_ROOT / "data" / "demo", configuration.data / "demo"):
        if any(folder.glob("*.warc.gz")):
            return folder
    raise ArchiveError("expected recordings in data/demo of the checkout, got none", hint="run it in a checkout")


def replay(stage: Stage) -> list[dict[str, Any]]:
    """Harvest the topic from the recordings, in a process of its own with settings of its own; return its accounts.

    Raises:
        HarvestError: it did not end as it should, with what it said.
    """
    shutil.copytree(stage.recordings.parent / "topics", stage.data / "topics")
    foreign = ("HARVEST_", "SCRAPY_", "NCBI_")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    with tempfile.TemporaryDirectory() as scratch:  # a crawl keeps its limits in the temporary folder
        ended = subprocess.run(  # noqa: S603  # our own command, by the interpreter that runs us
            [sys.executable, "-m", "harvest", "crawl", TOPIC, "--only", ",".join(PROVIDERS), "--json"],
            cwd=_ROOT,
            env=inherited | stage.environment | {"TMPDIR": scratch},
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
    if ended.returncode:
        said = (ended.stderr.strip() or _failure(ended.stdout)).splitlines()[-1:]
        raise HarvestError(f"expected the replay to be complete, got exit code {ended.returncode}: {' '.join(said)}")
    accounts: list[dict[str, Any]] = json.loads(ended.stdout)["providers"]
    return accounts


def damaged(stage: Stage) -> tuple[Path, int]:
    """Copy the ledger and flip one bit of the first title in the copy; return the copy and the line that lies."""
    folder = stage.folder / "damaged"
    shutil.copytree(stage.ledger.parent, folder)
    copy = folder / stage.ledger.name
    stored = bytearray(copy.read_bytes())
    lines = bytes(stored).splitlines()
    number = next(at for at, line in enumerate(lines) if b'"type":"source"' in line)
    start = sum(len(line) + 1 for line in lines[:number])
    stored[stored.index(b'"title":"', start) + len(b'"title":"')] ^= 1
    copy.write_bytes(stored)
    return copy, number + 1


def _failure(out: str) -> str:
    try:
        failures = (one["failure"] for one in json.loads(out)["providers"])
        return next(filter(None, failures), "it said nothing")
    except (ValueError, LookupError):
        return "it said nothing"
