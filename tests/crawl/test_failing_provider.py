"""What a provider may answer instead of records (external contract 1.9), and what the ledger says afterwards."""

from pathlib import Path

import pytest

from tests.crawl.trial import Trial, today
from tests.servers.eutils import EutilsServer

PASSING = (
    "html", "down_bethesda", "empty", "truncated", "backend-failed", "db-not-supported", "cxx-exception", "rate-limit",
    "rate-limit-retry-after", "rate-limit-http-date", "rate-limit-in-200", "http-500", "http-502", "http-503",
    "http-504", "reset", "cut-off", "invalid-json", "wrong-content-type",
)  # fmt: skip
PATIENT = ("-s", "HARVEST_RETRY_TIMES=40")


@pytest.mark.parametrize("tool", ["einfo", "esearch", "efetch"])
def test_passing_failures_of_every_kind_change_nothing_in_the_ledger(
    trial: Trial, server: EutilsServer, tool: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    calm = Trial(tmp_path_factory.mktemp("calm"), server.url)
    calm.crawl()
    for name in PASSING:
        server.fault(name, tool=tool)
    done = trial.crawl(*PATIENT)
    assert done.code == 0, done.said
    assert trial.content() == calm.content()
    assert {entry.fault for entry in server.asked(tool)} >= set(PASSING)
    assert trial.verify() == 0


def test_a_slow_drip_is_given_up_and_asked_again(trial: Trial, server: EutilsServer) -> None:
    server.fault("slow-drip", tool="efetch", bytes=1, seconds=0.2)
    assert trial.crawl("-s", "DOWNLOAD_TIMEOUT=1").code == 0


def test_a_refused_key_ends_the_run_with_one_line_and_is_never_written_down(trial: Trial) -> None:
    done = trial.crawl(NCBI_API_KEY="not-a-key-of-ncbi")
    assert done.code == 3
    assert trial.account()["outcome"] == "failed"
    assert "key" in done.said
    assert "Traceback" not in done.said
    written = b"".join(path.read_bytes() for path in trial.folder.rglob("*") if path.is_file())
    assert b"not-a-key-of-ncbi" not in written
    assert "not-a-key-of-ncbi" not in done.said


def test_a_provider_that_cannot_be_reached_is_failed_and_never_no_evidence(trial: Trial, server: EutilsServer) -> None:
    server.stop()
    done = trial.crawl("-s", "HARVEST_RETRY_TIMES=1")
    assert done.code == 3
    assert trial.account()["outcome"] == "failed"
    assert trial.account()["stated_total"] is None
    assert "Traceback" not in done.said


def test_a_failed_search_stands_in_the_ledger_with_what_came(trial: Trial, server: EutilsServer) -> None:
    server.fault("backend-failed", tool="esearch", times=None)
    done = trial.crawl("-s", "HARVEST_RETRY_TIMES=1")
    assert done.code == 3
    search = trial.bodies("search")[0]
    assert search["outcome"] == "failed"
    assert search["stated_total"] is None
    assert search["problems"]


def test_a_batch_that_never_arrives_fails_with_its_ids_and_comes_with_the_next_run(
    trial: Trial, server: EutilsServer
) -> None:
    server.fault("http-503", tool="efetch", times=None)
    done = trial.crawl("-s", "HARVEST_RETRY_TIMES=1")
    assert done.code == 2
    account = trial.account()
    assert account["failed"] == account["found"] == len(trial.bodies("failed")[0]["keys"])
    server.control.clear_faults()
    done = trial.crawl()
    assert done.code == 0, done.said
    assert len(trial.content()) == account["found"]


def test_an_expired_list_of_ids_is_posted_again(trial: Trial, server: EutilsServer) -> None:
    trial.crawl()
    server.fault("expired-history", tool="esearch", on=[3])
    done = trial.crawl()
    assert done.code == 0, done.said
    assert len(server.asked("epost")) == 2


def test_an_unanswered_look_for_retractions_makes_the_run_partial_and_new_records_come_all_the_same(
    trial: Trial, server: EutilsServer
) -> None:
    trial.crawl()
    day = today()
    new, _ = server.control.generate(count=1, days=[day, day], word="Semax")
    server.fault("backend-failed", tool="epost", times=None)
    done = trial.crawl("-s", "HARVEST_RETRY_TIMES=1")
    assert done.code == 2, done.said
    assert f"pmid:{new}" in trial.content()
    assert "which sources are retracted" in done.said


def test_a_search_without_hits_has_not_failed_although_nobody_could_suggest_a_spelling(
    tmp_path: Path, server: EutilsServer
) -> None:
    trial = Trial(tmp_path, server.url, slug="nothing-yet", name="zzqq")
    server.fault("backend-failed", tool="espell", times=None)
    done = trial.crawl("-s", "HARVEST_RETRY_TIMES=1")
    (search,) = trial.bodies("search")
    assert search["stated_total"] == 0, done.said
    assert search["outcome"] == "partial"  # the name is in no record, PubMed drops it
    assert done.code == 2, done.said
    assert server.asked("espell")


def test_a_batch_to_which_no_answer_was_recorded_fails_in_the_replay_as_it_did_then(
    tmp_path: Path, server: EutilsServer
) -> None:
    server.control.generate(count=450, days=["2024-01-01", "2024-12-31"], word="crowdine")
    server.fault("reset", tool="efetch", on=[2, 4, 5, 6])
    live = Trial(tmp_path / "live", server.url, slug="crowdine", name="crowdine")
    assert live.crawl("-s", "HARVEST_RETRY_TIMES=1").code == 2
    again = Trial(tmp_path / "again", "http://127.0.0.1:9/entrez/eutils/", slug="crowdine", name="crowdine")
    done = again.crawl("-s", "HARVEST_RETRY_TIMES=1", HARVEST_REPLAY=str(live.folder / "data" / "archive"))
    assert done.code == 2, done.said
    assert live.account()["failed"] == 200
    assert again.bodies("source") == live.bodies("source")
    assert [body["keys"] for body in again.bodies("failed")] == [body["keys"] for body in live.bodies("failed")]


def test_a_run_that_cannot_learn_how_fresh_the_index_is_harvests_all_the_same_and_is_partial(
    trial: Trial, server: EutilsServer
) -> None:
    server.fault("http-503", tool="einfo", times=None)
    done = trial.crawl("-s", "HARVEST_RETRY_TIMES=1")
    assert done.code == 2, done.said
    assert trial.account()["included"] > 0
    assert "index" in trial.account()["problems"][0]
