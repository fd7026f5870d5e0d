"""A provider that was written by following docs/how-to/add-a-provider.md only does what every provider does."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.crawl.toy.server import LeafletsServer
from tests.crawl.trial import QUICK, Finished, Trial

FAULTS = ("busy", "http-503", "rate-limit-retry-after", "html", "truncated", "reset")


def leaflets() -> list[dict[str, Any]]:
    """Twelve made-up ones on the compound, of which one is published twice, and one that only looks like it."""
    some = [
        {"no": f"L{number}", "name": f"Synthetic leaflet {number}: Semax", "says": "Rats were given Semax.",
         "issued": f"2024-05-{number:02d}", "doi": f"10.5555/LEAFLET.{number}"}
        for number in range(1, 13)
    ]  # fmt: skip
    some[11] |= {"doi": "https://doi.org/10.5555/leaflet.1"}
    return [*some, {"no": "X", "name": "Semaxanib", "says": "Semaxanib in cells.", "issued": "2024-01-01"}]


class ToyTrial(Trial):
    """One operator's folders, with a provider from a folder of its own."""

    def command(self, *options: str) -> list[str]:
        crawl = [sys.executable, "-m", "scrapy", "crawl", "leaflets", "-a", f"topic={self.slug}"]
        limits = ("-s", f"HARVEST_LIMITER_DIR={self.folder / 'limits'}")
        return [*crawl, "-s", "SPIDER_MODULES=spiders,tests.crawl.toy.leaflets", *limits, *QUICK, *options]

    def crawl(self, *options: str, **environment: str) -> Finished:
        return super().crawl(*options, HARVEST_OPENALEX_URL=self.url, **environment)

    def account(self) -> dict[str, Any]:
        account: dict[str, Any] = self.bodies("run-finished")[-1]["providers"]["leaflets"]
        return account


@pytest.fixture
def service() -> Iterator[LeafletsServer]:
    with LeafletsServer(leaflets()) as running:
        yield running


def counts(trial: ToyTrial) -> dict[str, int]:
    account = trial.account()
    return {name: account[name] for name in ("found", "included", "excluded", "duplicate", "known", "changed")}


def test_it_finds_leaves_out_doubles_and_knows_again(tmp_path: Path, service: LeafletsServer) -> None:
    trial = ToyTrial(tmp_path, service.url)
    for number, name in enumerate(FAULTS):
        service.fault(name, on=[number + 1])

    first = trial.crawl("-s", "HARVEST_RETRY_TIMES=10")
    before = counts(trial)
    again = trial.crawl()

    assert (first.code, again.code) == (0, 0), first.said + again.said
    assert before == {"found": 13, "included": 11, "excluded": 1, "duplicate": 1, "known": 0, "changed": 0}
    assert counts(trial) == {"found": 13, "included": 0, "excluded": 0, "duplicate": 0, "known": 13, "changed": 0}
    assert {body["evidence"] for body in trial.bodies("source")} == {"preclinical"}
    assert [(body["outcome"], body["stated_total"]) for body in trial.bodies("search")] == [("complete", 13)] * 2


def test_a_service_that_stays_silent_makes_the_run_fail_in_one_line(tmp_path: Path, service: LeafletsServer) -> None:
    trial = ToyTrial(tmp_path, service.url)
    service.fault("http-503", times=None)

    done = trial.crawl("-s", "HARVEST_RETRY_TIMES=1")

    assert done.code == 3
    assert "Traceback" not in done.said
    assert trial.bodies("search")[0]["outcome"] == "failed"
