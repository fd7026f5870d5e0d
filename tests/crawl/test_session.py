"""What a run says of itself when it ends."""

from pathlib import Path
from typing import Any, cast

import pytest

from harvest import ledger
from harvest.catalogue import Watermark
from harvest.configuration import Configuration
from harvest.crawl.progress import Silent
from harvest.crawl.session import Session
from harvest.eutils.query import PubmedOptions
from harvest.model import Outcome, RunOutcome
from harvest.topics import template
from tests.documents import judged, record

MARK = Watermark("2026-11-21", "0" * 64, "1" * 64, "2026-11-21")


@pytest.fixture
def configuration(tmp_path: Path) -> Configuration:
    given = {"HARVEST_DATA_DIR": tmp_path / "data", "HARVEST_STATE_DIR": tmp_path / "state", "HARVEST_MODE": "test"}
    topic = tmp_path / "data" / "topics" / "some.toml"
    topic.parent.mkdir(parents=True)
    topic.write_text(template("some"))
    return Configuration.load(given)


def opened(configuration: Configuration) -> Session:
    return Session.open("some", "pubmed", configuration, options=PubmedOptions, progress=Silent())


def account(configuration: Configuration) -> dict[str, Any]:
    *_, last = ledger.entries(configuration.ledger("some"))
    assert last.type == "run-finished"
    told: dict[str, Any] = last.body["providers"]["pubmed"]
    return told


def test_a_run_that_settled_everything_keeps_its_watermark(configuration: Configuration) -> None:
    session = opened(configuration)
    session.account.find(["pmid:1"])
    session.account.settle("pmid:1", Outcome.KNOWN)
    session.watermark = MARK
    assert session.finish(interrupted=False, requests={}).outcome is RunOutcome.COMPLETE
    assert account(configuration)["watermark"] == MARK.as_body()


def test_a_record_that_a_pipeline_lost_holds_the_watermark_back(configuration: Configuration) -> None:
    session = opened(configuration)
    session.account.find(["pmid:1"])
    session.watermark = MARK
    assert session.finish(interrupted=False, requests={}).outcome is RunOutcome.PARTIAL
    assert "watermark" not in account(configuration)
    assert account(configuration)["failed"] == 1


def test_a_run_with_thousands_of_problems_can_still_close_its_books(configuration: Configuration) -> None:
    session = opened(configuration)
    session.account.problems = [
        f"expected a record with a PMID, got one in a {'long ' * 400}answer, {n}" for n in range(5_000)
    ]
    report = session.finish(interrupted=False, requests={})
    assert report.failure == ""
    assert len(report.problems) == 5_000
    assert len(account(configuration)["problems"]) == 50


def test_an_expected_document_that_is_another_record_of_a_source_is_not_missing(configuration: Configuration) -> None:
    topic = configuration.topics / "some.toml"
    twin = record(1).key.replace("9000000", "9000009")
    topic.write_text(topic.read_text().replace("expect = []", f'expect = ["{twin}", "pmid:77"]'))
    session = opened(configuration)
    for document in (record(1), record(1, key=twin, keys=(twin, *record(1).keys[1:]))):
        session.account.find([document.key])
        session.writer._append_group([judged(document)])
    assert session.finish(interrupted=False, requests={}).expected_missing == ("pmid:77",)


def test_while_a_crawl_waits_the_head_is_signed_and_in_a_replay_nothing_waits(
    configuration: Configuration, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, asked = opened(configuration), []
    monkeypatch.setattr(session.writer, "sign_meanwhile", lambda: asked.append(session.replay))
    session.begin()
    assert (session.begun, asked) == (True, [None])

    session.begun, session.replay = False, cast("Any", object())
    session.begin()
    assert (session.begun, asked) == (True, [None])
    session.finish(interrupted=True, requests={})
