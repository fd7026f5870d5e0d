"""How long a crawl takes beside what the limit of requests alone makes it take.

    python benchmarks/crawl.py [--rounds N] [--word WORD]

The emulator runs as a process of its own, with its limits on, over the recorded files beside the checkout; where they
are absent, over 3,000 generated records (the report says so). The least a crawl can take is requests times interval:
0.35 s without a key, 0.102 s with one. `inside` is what the ledger says from `run-started` to `run-finished`, `whole`
the process from its start to its end, `processor` what it computed for. Each round takes every pace once, in turn, and
replays the crawl just made, which neither waits nor asks (its clock stands still); medians are over the rounds.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
RECORDED = CHECKOUT.parent / "shared" / "data" / "pubmed"
FILES = ("pubmed21n1298.xml.xz", "pubmed20n0014_even.xml.xz")
GENERATED = 3_000
KEY = "0123456789abcdef0123456789abcdef0123"
INTERVALS = {"without a key": 0.35, "with a key": 0.102}
REPLAY = "replay"
TOPIC = """slug = "measured"
title = "A topic to measure"
[compound]
name = "{word}"
[condition]
name = "COVID-19"
synonyms = ["SARS-CoV-2", "depression"]
[providers.pubmed]
scope = "compound"
[schedule]
every = "7d"
"""


@dataclass(frozen=True, slots=True)
class Crawl:
    """One run: seconds, what it found, what it asked for."""

    whole: float
    inside: float
    processor: float
    found: int
    requests: int


def emulator(*, recorded: bool) -> subprocess.Popen[str]:
    corpus = ["--corpus", *(str(RECORDED / name) for name in FILES)]
    records = corpus if recorded else ["--generate", str(GENERATED)]
    command = [sys.executable, "-m", "tests.servers.eutils", *records, "--key", KEY]
    return subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True)


def crawl(folder: Path, word: str, **settings: str) -> Crawl:
    topic = folder / "data" / "topics" / "measured.toml"
    topic.parent.mkdir(parents=True)
    topic.write_text(TOPIC.format(word=word))
    own = {"HARVEST_DATA_DIR": str(folder / "data"), "HARVEST_STATE_DIR": str(folder / "state")}
    environment = {name: value for name, value in os.environ.items() if name != "NCBI_API_KEY"} | own | settings
    limits = f"HARVEST_LIMITER_DIR={folder / 'limits'}"
    command = [sys.executable, "-m", "scrapy", "crawl", "pubmed", "-a", "topic=measured", "-s", limits]
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    subprocess.run(command, cwd=CHECKOUT, env=environment, check=True, stderr=subprocess.DEVNULL)
    whole, after = time.monotonic() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return accounted(folder / "data" / "ledgers" / "measured.jsonl", whole, processor)


def accounted(ledger: Path, whole: float, processor: float) -> Crawl:
    """What the ledger says of its one run."""
    lines = [json.loads(line) for line in ledger.read_bytes().splitlines()]
    times = {line["type"]: datetime.fromisoformat(line["time"]) for line in lines}
    account = lines[-1]["body"]["providers"]["pubmed"]
    inside = (times["run-finished"] - times["run-started"]).total_seconds()
    return Crawl(whole, inside, processor, account["found"], sum(account["requests"].values()))


def measured(url: str, word: str, rounds: int) -> dict[str, list[Crawl]]:
    """Every pace of every round."""
    crawls: dict[str, list[Crawl]] = {name: [] for name in (*INTERVALS, REPLAY)}
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            live = {"HARVEST_EUTILS_URL": url}
            crawls["without a key"].append(crawl(folder / "slow", word, **live))
            crawls["with a key"].append(crawl(folder / "fast", word, NCBI_API_KEY=KEY, **live))
            crawls[REPLAY].append(
                crawl(folder / "again", word, HARVEST_REPLAY=str(folder / "fast" / "data" / "archive"))
            )
    return crawls


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--word", default="cancer", help="the compound's name, which decides how many records there are"
    )
    asked = parser.parse_args()
    recorded = all((RECORDED / name).exists() for name in FILES)
    server = emulator(recorded=recorded)
    try:
        assert server.stdout is not None  # noqa: S101  # it was asked for
        url, word = server.stdout.readline().strip(), asked.word if recorded else "synthetic"
        crawls = measured(url, word, asked.rounds)
    finally:
        server.terminate()
    first = crawls[REPLAY][0]
    origin = ", ".join(FILES) if recorded else "generated records, the recorded files not being there"
    print(f"{first.found} records, {first.requests} requests, {asked.rounds} rounds; {origin}")
    print(f"{'':16}{'least':>8}{'inside':>8}{'ratio':>7}{'whole':>8}{'ratio':>7}{'processor':>11}{'ms/record':>11}")
    for name, runs in crawls.items():
        inside, whole, processor = (
            statistics.median(getattr(run, field) for run in runs) for field in ("inside", "whole", "processor")
        )
        least = first.requests * INTERVALS.get(name, 0.0)
        ratios = [f"{value / least:.2f}" if least else "-" for value in (inside, whole)]
        print(
            f"{name:16}{least:8.2f}{inside:8.2f}{ratios[0]:>7}{whole:8.2f}{ratios[1]:>7}{processor:11.2f}"
            f"{processor / first.found * 1_000:11.2f}"
        )


if __name__ == "__main__":
    main()
