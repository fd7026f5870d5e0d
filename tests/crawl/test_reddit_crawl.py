"""A crawl of Reddit as an operator starts it: searched, read, erasable, known again, erased when it is gone."""

import json
import signal
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from harvest.crawl.reddit.network import Network
from harvest.reading import HIDDEN, read
from tests.crawl.reddit_trial import AGENT, CREDENTIALS, Noting, RedditTrial, client_of, gathered
from tests.servers.reddit import RedditServer
from tests.servers.reddit_oauth import CLIENT, SECRET
from tests.servers.reddit_own import WRITERS


@pytest.fixture
def server() -> Iterator[RedditServer]:
    with RedditServer.over_own_world() as running:
        running.windows.limit = 1_000_000
        yield running


@pytest.fixture
def trial(tmp_path: Path, server: RedditServer) -> RedditTrial:
    return RedditTrial(tmp_path, server)


def sources(trial: RedditTrial, *, hours: float = 0) -> dict[str, str]:
    """Key to the text that a reader sees in so many hours."""
    found = read(trial.ledger, now=datetime.now(UTC) + timedelta(hours=hours)).sources.values()
    return {one["key"]: f"{one['title']} {one['abstract']}".strip() for one in found}


def test_a_crawl_searches_reads_whole_threads_and_accounts_for_each(trial: RedditTrial, server: RedditServer) -> None:
    done = trial.crawl("-L", "DEBUG")

    assert (done.code, trial.verify()) == (0, 0)
    _nobody_is_named(trial, done.said)
    account = trial.account()
    assert (account["found"], account["included"], account["excluded"], account["outcome"]) == (7, 6, 1, "complete")
    assert set(sources(trial)) == {
        "reddit:t1_zzz0002", "reddit:t1_zzz0004", "reddit:t1_zzz0013", "reddit:t3_zzz0001", "reddit:t3_zzz0007",
        "reddit:t3_zzz0010",
    }  # fmt: skip
    (removed,) = trial.bodies("excluded")
    assert (removed["key"], removed["reason"], removed["got"]) == (
        "reddit:t3_zzz0012", "deleted", "removed by moderators",
    )  # fmt: skip
    searches = {one["query"]: one for one in trial.bodies("search")}
    assert searches['"Semax"']["saturation"]["further_listings"] == 2
    assert searches['"Semax"']["listings"][0][:4] == ["Semax", "new", "all", 1]
    threads = searches["(all comments of the threads found)"]["threads"]
    assert ["zzz0001", 5, 5, 0, 0] in threads
    assert not (trial.folder / "data" / "archive").exists(), "nothing of Reddit's is archived"
    comment = next(one for one in trial.bodies("source") if one["key"] == "reddit:t1_zzz0002")
    assert comment["links"] == [{"relation": "same-thread", "key": "reddit:t3_zzz0001", "citation": ""}]
    assert {"title", "abstract", "url", "snapshot", "digest"}.isdisjoint(comment)


def _nobody_is_named(trial: RedditTrial, said: str) -> None:
    """No user name, no credential and no token is in anything that was written or said."""
    written = [path.read_bytes() for path in trial.folder.rglob("*") if path.is_file()]
    everything = b"\n".join([*written, said.encode()]).lower()
    assert b"emotional blunting lift" in everything, "the search below would find it"
    for canary in (*WRITERS, CLIENT, SECRET, AGENT, "synthetic-token"):
        assert canary.lower().encode() not in everything, canary


def test_a_second_run_reads_only_what_has_grown_and_keeps_what_changed(
    trial: RedditTrial, server: RedditServer
) -> None:
    assert trial.crawl().code == 0
    now = datetime.now(UTC)
    server.log.clear()
    server.edit("t3_zzz0007", "I feel calmer, I sleep better, but I had a headache too.")
    server.world.comment("t3_zzz0010", WRITERS[1], "I take Semax and I felt nothing.", when=now)
    server.world.comment("t3_zzz0001", WRITERS[1], "Never mind.", when=now)
    server.world.post("Nootropics", WRITERS[4], "Semax again", "I used Semax and it helped me.", when=now)
    server.fate("t1_zzz0004", "deleted")

    assert trial.crawl().code == 0

    account = trial.account()
    assert (account["outcome"], account["included"]) == ("complete", 2)
    asked = {entry.path.rpartition("comments/")[2] for entry in server.asked("comments")}
    assert asked == {"zzz0001/", "zzz0010/", "zzz0016/"}
    assert "headache too" in sources(trial)["reddit:t3_zzz0007"]
    assert {change["key"]: change["what"] for change in trial.bodies("changed")} == {
        "reddit:t3_zzz0007": ["revision"],
        "reddit:t1_zzz0004": ["deletion"],
    }
    assert "headache" not in trial.ledger.read_text()
    assert trial.verify() == 0

    assert "since I started it" in trial.texts()
    assert trial.recheck().gone == 1
    assert "since I started it" not in trial.texts(), "what its writer took back is gone"
    assert "headache too" in sources(trial)["reddit:t3_zzz0007"]
    assert trial.verify() == 0

    settled = trial.counts()
    assert trial.crawl().code == 0
    told = trial.counts() - settled
    assert set(told) == {"run-started", "search", "run-finished"}, "nothing has changed since"


def test_what_is_deleted_is_redacted_by_a_recheck_and_hidden_after_two_days(
    trial: RedditTrial, server: RedditServer
) -> None:
    assert trial.crawl().code == 0
    assert set(sources(trial, hours=49).values()) == {HIDDEN}
    assert "made me anxious" in trial.texts()
    server.fate("t3_zzz0001", "deleted")
    server.fate("t1_zzz0002", "gone")
    server.fate("t1_zzz0004", "removed")
    server.world.accounts_deleted.add(server.world.things["t3_zzz0007"].author)
    assert trial.texts().count('"person"') == 5

    said = trial.recheck()

    assert [len(entry.params["id"][0].split(",")) for entry in server.asked("info")] == [6]
    assert (said.asked, said.present, said.gone, said.unknown, said.outcome) == (6, 3, 3, 0, "complete")
    assert len(trial.bodies("redaction")) == 3 + 1
    assert trial.texts().count('"person"') == 1, "of the comment whose writer's account there still is"
    assert "sleep better" in sources(trial)["reddit:t3_zzz0007"]
    assert set(sources(trial)) == {"reddit:t1_zzz0013", "reddit:t3_zzz0007", "reddit:t3_zzz0010"}
    for words in ("emotional blunting lift", "made me anxious", "no difference"):
        assert words not in trial.texts()
    assert trial.verify() == 0

    server.fate("t3_zzz0001", "gone")
    trial.write_topic(top="# another question: everything is read again")
    server.log.clear()
    assert trial.crawl().code == 0
    assert trial.account()["outcome"] == "complete"
    asked = {entry.path.rpartition("comments/")[2] for entry in server.asked("comments")}
    assert asked >= {"zzz0001/", "zzz0007/", "zzz0010/"}
    assert len(sources(trial)) == 3, "what was erased stays erased"


def test_a_kill_midway_loses_and_doubles_nothing(trial: RedditTrial, server: RedditServer) -> None:
    server.fault("timeout", tool="comments", on=[3], seconds=60)
    running = trial.start()
    _until(lambda: len(server.asked("comments")) >= 3 and len(trial.bodies("source")) >= 2)
    running.send_signal(signal.SIGKILL)
    running.communicate()
    assert trial.crawl().code == 0

    assert len(trial.content()) == 7, "settled twice would have been told"
    assert trial.account()["outcome"] == "complete"
    assert trial.verify() == 2, "valid, with a run that was interrupted"


def test_a_stop_ends_the_run_at_once_and_the_next_one_finds_the_rest(trial: RedditTrial, server: RedditServer) -> None:
    server.fault("rate-limit-retry-after", tool="comments", on=[3], seconds=600)
    running = trial.start("-s", "HARVEST_RETRY_AFTER_MAX=600")
    _until(lambda: len(server.asked("comments")) >= 3)
    running.terminate()
    running.communicate(timeout=200)
    assert (running.returncode, trial.account()["outcome"]) == (2, "partial"), "ten minutes were not waited for"

    (trial.folder / "limits").rename(trial.folder / "older limits")
    assert trial.crawl().code == 0
    assert len(trial.content()) == 7
    assert trial.verify() == 0


def test_recorded_exchanges_are_replayed_without_network_or_credentials(
    trial: RedditTrial, server: RedditServer, tmp_path: Path
) -> None:
    noting = Noting(Network())
    recorded = gathered(client_of(server, tmp_path, transport=noting))
    noting.write(tmp_path / "recording" / "reddit" / "synthetic.json")
    server.stop()

    replay = {"HARVEST_REPLAY": str(tmp_path / "recording"), "HARVEST_MODE": "test"}
    done = trial.crawl(**dict.fromkeys(CREDENTIALS, ""), **replay)

    assert (done.code, trial.account()["outcome"]) == (0, "complete"), done.said
    assert set(sources(trial)) == recorded.keys() - {"reddit:t3_zzz0012"}
    assert all(one["content"] for one in trial.bodies("source"))


def test_a_recording_of_an_emulator_is_refused_by_a_production_ledger(
    trial: RedditTrial, server: RedditServer, tmp_path: Path
) -> None:
    done = trial.crawl(HARVEST_MODE="production")

    assert done.code == 3
    assert "got one marked synthetic" in done.said
    assert trial.bodies("search", "source") == []


def test_without_credentials_it_exits_64_with_one_line_and_writes_nothing(trial: RedditTrial) -> None:
    done = trial.crawl(**dict.fromkeys(CREDENTIALS, ""))

    assert done.code == 64
    assert [line for line in done.last_lines if "praw_client_id" in line] == done.last_lines
    assert not trial.ledger.exists()


def test_a_community_that_is_closed_makes_the_run_partial(trial: RedditTrial, server: RedditServer) -> None:
    server.world.community("Nootropics", "private")

    assert trial.crawl().code == 2

    account = trial.account()
    assert (account["outcome"], account["problems"]) == ("partial", ["r/Nootropics: it is private"])
    assert "watermark" not in account


def _until(happened: "object") -> None:
    for _ in range(6000):
        try:
            if happened():  # type: ignore[operator]
                return
        except (FileNotFoundError, json.JSONDecodeError):
            pass
        time.sleep(0.02)
    raise AssertionError("it never happened")
