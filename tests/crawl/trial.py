"""A crawl as an operator starts it: a process of its own, in a data folder of its own, against the emulator."""

import json
import os
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from tests.servers.eutils import VALID_KEY

CHECKOUT = Path(__file__).resolve().parents[2]
QUICK = (
    "-s",
    "HARVEST_RETRY_BACKOFF=0.01",
    "-s",
    "HARVEST_RETRY_BACKOFF_MAX=0.05",
    "-s",
    "HARVEST_RETRY_AFTER_MAX=0.05",
    "-s",
    "DOWNLOAD_TIMEOUT=2",
)
TOPIC = """\
slug = "{slug}"
title = "A topic of the tests"
{top}
[compound]
name = "{name}"
false_friends = ["semaxanib", "semaxinib"]
[condition]
name = "SSRI emotional blunting"
synonyms = ["emotional blunting", "anhedonia"]
context = ["SSRI", "escitalopram", "fluoxetine"]
[providers.pubmed]
scope = "compound"
[schedule]
every = "7d"
"""


def today() -> str:
    """The provider's day; PubMed's dates are those of US Eastern time."""
    return datetime.now(ZoneInfo("America/New_York")).date().isoformat()


@dataclass(frozen=True)
class Finished:
    """How a command ended."""

    code: int
    said: str

    @property
    def last_lines(self) -> list[str]:
        return self.said.strip().splitlines()


class Trial:
    """One operator's folders."""

    def __init__(self, folder: Path, url: str, *, slug: str = "semax-test", name: str = "Semax") -> None:
        self.folder = folder
        self.slug = slug
        self.url = url
        self.topic_file = folder / "data" / "topics" / f"{slug}.toml"
        self.topic_file.parent.mkdir(parents=True)
        self.write_topic(name=name)

    def write_topic(self, *, name: str = "Semax", top: str = "") -> None:
        self.topic_file.write_text(TOPIC.format(slug=self.slug, name=name, top=top))

    @property
    def ledger(self) -> Path:
        return self.folder / "data" / "ledgers" / f"{self.slug}.jsonl"

    def environment(self, **more: str) -> dict[str, str]:
        ours = {
            "HARVEST_DATA_DIR": str(self.folder / "data"),
            "HARVEST_STATE_DIR": str(self.folder / "state"),
            "HARVEST_EUTILS_URL": self.url,
            "HARVEST_LIMITER_DIR": str(self.folder / "limits"),
            "NCBI_API_KEY": VALID_KEY,
        }
        return {**os.environ, **ours, **more}

    def command(self, *options: str) -> list[str]:
        crawl = [sys.executable, "-m", "scrapy", "crawl", "pubmed", "-a", f"topic={self.slug}"]
        return [*crawl, "-s", f"HARVEST_LIMITER_DIR={self.folder / 'limits'}", *QUICK, *options]

    def crawl(self, *options: str, **environment: str) -> Finished:
        return self.run(self.command(*options), **environment)

    def start(self, *options: str, **environment: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            self.command(*options), cwd=CHECKOUT, env=self.environment(**environment),
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip

    def run(self, command: list[str], **environment: str) -> Finished:
        done = subprocess.run(
            command, cwd=CHECKOUT, env=self.environment(**environment), check=False, timeout=200,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        return Finished(done.returncode, done.stdout)

    def harvest(self, *arguments: str) -> Finished:
        return self.run([sys.executable, "-m", "harvest", *arguments])

    def entries(self, *kinds: str) -> list[dict[str, Any]]:
        lines = [json.loads(line) for line in self.ledger.read_bytes().splitlines()]
        return [line for line in lines if not kinds or line["type"] in kinds]

    def bodies(self, *kinds: str) -> list[dict[str, Any]]:
        return [line["body"] for line in self.entries(*kinds)]

    def counts(self) -> Counter[str]:
        return Counter(line["type"] for line in self.entries())

    def account(self) -> dict[str, Any]:
        """The last run's account."""
        account: dict[str, Any] = self.bodies("run-finished")[-1]["providers"]["pubmed"]
        return account

    def content(self) -> dict[str, dict[str, Any]]:
        """What is settled, by key, without where and when it was read."""
        settled = {}
        for body in self.bodies("source", "excluded", "duplicate"):
            own = {name: value for name, value in body.items() if name not in {"snapshot", "query", "sid"}}
            assert body["key"] not in settled, "settled twice"
            settled[body["key"]] = own
        return settled

    def verify(self) -> int:
        return self.harvest("verify", self.slug, "--deep").code
