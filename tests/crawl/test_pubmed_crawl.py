"""The main job, end to end: what an operator gets from `scrapy crawl pubmed -a topic=...`."""

import json
from pathlib import Path

from tests.crawl.trial import Trial, today
from tests.servers.eutils import EutilsServer


def test_a_first_crawl_accounts_for_every_record_and_seals_a_valid_ledger(trial: Trial, server: EutilsServer) -> None:
    done = trial.crawl()
    assert done.code == 0, done.said
    account = trial.account()
    ends = ("included", "excluded", "duplicate", "known", "failed")
    assert account["found"] == sum(account[end] for end in ends) == account["stated_total"]
    assert account["found"] > 5
    assert account["outcome"] == "complete"
    assert account["requests"] == {"einfo": 1, "esearch": 1, "efetch": 1}
    assert [entry["type"] for entry in trial.entries()][:3] == ["ledger", "run-started", "search"]
    assert trial.entries()[-1]["type"] == "run-finished"
    assert trial.verify() == 0
    assert len(server.asked("efetch")) == 1


def test_a_second_crawl_finds_nothing_new_and_fetches_nothing(trial: Trial, server: EutilsServer) -> None:
    trial.crawl()
    settled = trial.content()
    fetched = len(server.asked("efetch"))
    done = trial.crawl()
    assert done.code == 0, done.said
    assert trial.account()["included"] == 0
    assert trial.content() == settled
    assert len(server.asked("efetch")) == fetched
    assert trial.verify() == 0


def test_what_is_new_revised_or_retracted_between_two_runs_is_found_by_the_next(
    trial: Trial, server: EutilsServer
) -> None:
    trial.crawl()
    sources = trial.bodies("source")
    retracted, revised = (int(source["key"].removeprefix("pmid:")) for source in sources[:2])
    first, _ = server.control.generate(count=1, days=[today(), today()], word="Semax")
    server.control.revise(pmid=revised, on=today(), title="Semax, a revised title of an invented record")
    server.control.retract(pmid=retracted, on=today())
    done = trial.crawl()
    assert done.code == 0, done.said
    assert [body["key"] for body in trial.bodies("source")[len(sources) :]] == [f"pmid:{first}"]
    changes = {body["key"]: body for body in trial.bodies("changed")}
    assert changes[f"pmid:{revised}"]["what"] == ["revision"]
    assert changes[f"pmid:{revised}"]["new"]["title"].startswith("Semax, a revised title")
    assert changes[f"pmid:{retracted}"]["what"] == ["retraction"]
    assert "retracted" in changes[f"pmid:{retracted}"]["new"]["flags"]
    assert trial.account()["changed"] == 2


def test_a_false_friend_that_the_search_brings_along_is_excluded(trial: Trial, server: EutilsServer) -> None:
    friend = 90000005
    assert friend in server.control.pmids()
    trial.topic_file.write_text(
        trial.topic_file.read_text().replace('scope = "compound"', f'scope = "compound"\npmids = ["{friend}"]')
    )
    trial.crawl()
    assert f"pmid:{friend}" in {body["key"] for body in trial.bodies("excluded")}
    assert not [body for body in trial.bodies("source") if "semaxanib" in body["title"].lower()]


def test_the_ordinary_feed_holds_the_sources_of_this_run(trial: Trial) -> None:
    feed = trial.folder / "out.jsonl"
    trial.crawl("-O", str(feed))
    lines = [json.loads(line) for line in feed.read_text().splitlines()]
    assert [line["sid"] for line in lines] == [body["sid"] for body in trial.bodies("source")]


def test_a_dropped_phrase_makes_the_run_partial_and_is_said(trial: Trial) -> None:
    trial.write_topic(name="Semax xyzzyq")
    done = trial.crawl()
    assert done.code == 2
    search = trial.bodies("search")[0]
    assert search["outcome"] == "partial"
    assert search["warnings"]["phrases_not_found"] or search["warnings"]["quoted_phrases_not_found"]
    assert "xyzzyq" in done.said


def test_an_id_that_never_arrives_fails_in_four_runs_and_is_then_settled_as_unavailable(
    trial: Trial, server: EutilsServer
) -> None:
    for run in range(4):
        server.fault("missing-ids", tool="efetch", count=1)
        done = trial.crawl()
        if run < 3:
            assert done.code == 2
            assert trial.account()["failed"] == 1
    gone = [body for body in trial.bodies("excluded") if body["reason"] == "unavailable"]
    assert len(gone) == 1
    assert len(trial.bodies("failed")) == 3
    assert trial.crawl().code == 0


def test_a_changed_topic_judges_known_records_again_without_fetching_them(trial: Trial, server: EutilsServer) -> None:
    trial.crawl()
    fetched = len(server.asked("efetch"))
    direct = [body["key"] for body in trial.bodies("source") if body["screening"] == "direct"]
    assert direct
    trial.topic_file.write_text(
        trial.topic_file.read_text().replace("emotional blunting", "hair loss").replace("anhedonia", "baldness")
    )
    done = trial.crawl()
    assert done.code == 0, done.said
    again = {body["key"]: body for body in trial.bodies("reclassified")}
    assert set(direct) <= set(again)
    assert all(again[key]["old"]["screening"] == "direct" for key in direct)
    assert len(server.asked("efetch")) == fetched


def test_a_replay_of_the_archive_gives_the_same_entries_without_a_network(trial: Trial, tmp_path: Path) -> None:
    trial.crawl()
    again = Trial(tmp_path / "again", "http://127.0.0.1:9/entrez/eutils/")
    done = again.crawl(HARVEST_REPLAY=str(trial.folder / "data" / "archive"))
    assert done.code == 0, done.said
    kinds = ("search", "source", "excluded", "duplicate", "run-finished")
    live = trial.bodies(*kinds)
    assert len(live[-1].pop("journal_sha256")) == 64
    assert again.bodies(*kinds) == live
    assert not list((again.folder / "data").glob("archive/*"))
