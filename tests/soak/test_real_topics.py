"""Topics of this project over 35,790 recorded records: calm, again, and with a tenth of all requests failing."""

from collections import Counter
from pathlib import Path
from random import Random

import pytest

from tests.crawl.trial import Trial
from tests.servers.eutils import EutilsServer
from tests.soak.comparison import differences
from tests.soak.conftest import patients, tracked

pytestmark = [pytest.mark.slow, pytest.mark.recorded, pytest.mark.timeout(3_600)]

TOPICS = ("tocilizumab-covid19", "ketamine-depression", "patients-study")
FAILURES = (
    "rate-limit", "rate-limit-in-200", "rate-limit-retry-after", "backend-failed", "db-not-supported", "cxx-exception",
    "html", "down_bethesda", "empty", "truncated", "http-500", "http-502", "http-503", "http-504", "reset", "cut-off",
    "timeout",
)  # fmt: skip
"""The failures of external contract 1.9 that pass, and the connection's own."""
COMPLETE_OR_WORDS_UNKNOWN = {0, 2}
"""The recorded files lack some of a topic's words; PubMed then drops them, which the run must call partial."""
PATIENT = ("-s", "HARVEST_RETRY_TIMES=40")


@pytest.fixture(scope="module")
def calm(real_records: EutilsServer, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Trial]:
    """Each topic crawled once, undisturbed."""
    trials = {}
    for slug in TOPICS:
        trials[slug] = fresh(slug, tmp_path_factory.mktemp(slug), real_records)
        done = trials[slug].crawl()
        assert done.code in COMPLETE_OR_WORDS_UNKNOWN, done.said
    return trials


def fresh(slug: str, folder: Path, server: EutilsServer) -> Trial:
    return patients(folder, server) if slug == "patients-study" else tracked(folder, server, slug)


def seed_that_strikes(*, among: int) -> int:
    """The first seed under which a tenth of requests fail and at least one of the first few does."""
    return next(seed for seed in range(1_000) if min(Random(seed).random() for _ in range(among)) < 0.1)


@pytest.mark.parametrize("slug", TOPICS)
def test_every_record_found_is_accounted_for_and_a_second_run_adds_none(
    slug: str, calm: dict[str, Trial], capsys: pytest.CaptureFixture[str]
) -> None:
    trial = calm[slug]
    first = trial.account()
    before = trial.ledger.read_bytes()
    done = trial.crawl()
    assert done.code in COMPLETE_OR_WORDS_UNKNOWN, done.said
    again = trial.account()
    assert first["found"] == first["stated_total"] == first["included"] + first["excluded"] + first["duplicate"]
    assert (again["included"], again["excluded"], again["duplicate"], again["failed"]) == (0, 0, 0, 0)
    assert trial.ledger.read_bytes().startswith(before)
    assert trial.verify() == 0
    evidence = Counter(source["evidence"] for source in trial.bodies("source"))
    with capsys.disabled():
        shown = {name: first[name] for name in ("found", "included", "excluded", "duplicate", "requests")}
        print(f"\n{slug}: {shown} {dict(evidence)}; again: 0 new")  # noqa: T201 - the figures are asked for


@pytest.mark.parametrize("failure", FAILURES)
def test_a_tenth_of_all_requests_failing_changes_nothing_in_the_ledger(
    failure: str, calm: dict[str, Trial], real: EutilsServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for slug in TOPICS:
        asked = len(real.log)
        real.fault(failure, probability=0.1, seed=seed_that_strikes(among=3), times=None, seconds=5)
        trial = fresh(slug, tmp_path / slug, real)
        done = trial.crawl(*PATIENT)
        real.control.clear_faults()
        struck = [entry.tool for entry in real.log[asked:] if entry.fault]
        assert struck, "no request was hit"
        assert done.code in COMPLETE_OR_WORDS_UNKNOWN, done.said
        assert differences(trial.ledger, calm[slug].ledger) == []
        assert trial.verify() == 0
        with capsys.disabled():
            print(f"\n{slug}: {failure} {len(struck)} of {len(real.log) - asked}", end="")  # noqa: T201 - as above
