"""PRAW as we make it: told everything, read-only, refused in our words, and nothing planted has a say."""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from harvest.configuration import Configuration
from harvest.crawl.reddit.client import Refused
from harvest.crawl.reddit.credentials import Credentials
from harvest.crawl.reddit.gathering import Search, read_threads
from harvest.crawl.reddit.network import LARGEST, Network
from harvest.crawl.reddit.opening import check
from harvest.crawl.reddit.polite import Patience
from harvest.errors import AnswerUnusable, CredentialsMissing, HarvestError, KeyRefused, Unreachable, UsageError
from harvest.reddit.query import RedditOptions
from tests.crawl.reddit_trial import AGENT, CREDENTIALS, OPTIONS, TODAY, client_of, gathered
from tests.servers.reddit import RedditServer
from tests.servers.reddit_oauth import ACCOUNT, CLIENT, REFRESH, SECRET
from tests.servers.reddit_own import WRITERS

CANARIES = (SECRET, ACCOUNT[1], REFRESH)
LISTING = {"limit": "100"}


@pytest.fixture
def server() -> Iterator[RedditServer]:
    with RedditServer.over_own_world(rate_limit=False) as running:
        running.windows.limit = 100_000
        yield running


def configured(**changes: str) -> Configuration:
    return Configuration.load({**CREDENTIALS, **changes})


def test_without_credentials_one_line_says_how_to_ask_for_them(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in CREDENTIALS:
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(CredentialsMissing) as raised:
        check(Configuration.load({}))
    assert str(raised.value).count("\n") == 0
    for words in ("approve", "praw_client_id", "praw_client_secret", "praw_user_agent"):
        assert words in str(raised.value)


@pytest.mark.parametrize("agent", ["", "python-requests/2.34", "PRAW/8.0.3", "Mozilla/5.0 (X11)", "short"])
def test_a_client_has_to_name_itself(agent: str) -> None:
    with pytest.raises(UsageError, match="praw_user_agent"):
        check(configured(praw_user_agent=agent).model_copy(update={"praw_user_agent": agent}))


def test_a_replay_without_reddits_exchanges_cannot_be_asked(tmp_path: Path) -> None:
    with pytest.raises(CredentialsMissing, match="in the recording"):
        check(Configuration.load({"HARVEST_REPLAY": str(tmp_path)}))
    (tmp_path / "reddit").mkdir()
    check(Configuration.load({"HARVEST_REPLAY": str(tmp_path)}))


def test_credentials_show_nothing_of_themselves() -> None:
    assert not any(canary in repr(Credentials.of(configured())) for canary in (*CANARIES, CLIENT))


@pytest.mark.parametrize(
    ("credentials", "grant"),
    [
        (Credentials(CLIENT, SECRET, AGENT), "client_credentials"),
        (Credentials(CLIENT, SECRET, AGENT, *ACCOUNT), "password"),
        (Credentials(CLIENT, SECRET, AGENT, refresh_token=REFRESH), "refresh_token"),
        (Credentials("synthetic-app", "", AGENT), "https://oauth.reddit.com/grants/installed_client"),
    ],
)
def test_each_kind_of_client_gets_its_token(
    credentials: Credentials, grant: str, server: RedditServer, tmp_path: Path
) -> None:
    server.tokens.clients["synthetic-app"] = ""
    client_of(server, tmp_path, credentials=credentials).get("r/Semax/new/", LISTING)
    (asked,) = server.asked("access_token")
    assert asked.params["grant_type"] == [grant]
    assert asked.user_agent.startswith(AGENT)


@pytest.mark.parametrize(
    ("credentials", "words"),
    [
        (Credentials(CLIENT, "wrong", AGENT), "status 401"),
        (Credentials(CLIENT, SECRET, AGENT, ACCOUNT[0], "wrong"), "invalid_grant"),
        (Credentials(CLIENT, SECRET, AGENT, refresh_token="wrong"), "invalid_grant"),
    ],
)
def test_wrong_credentials_are_refused_credentials(
    credentials: Credentials, words: str, server: RedditServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with pytest.raises(KeyRefused, match=words) as raised:
        client_of(server, tmp_path, credentials=credentials).get("r/Semax/new/", LISTING)

    told = f"{raised.value!r} {raised.value} {raised.value.__cause__} {caplog.text}"
    assert raised.value.__suppress_context__
    assert not any(secret in told for secret in (*CANARIES, "wrong"))
    assert len(server.asked("access_token")) == 1


def test_a_client_that_is_blocked_is_refused(server: RedditServer, tmp_path: Path) -> None:
    server.fault("blocked", tool="new")
    with pytest.raises(KeyRefused, match="blocked by network security"):
        client_of(server, tmp_path).get("r/Semax/new/", LISTING)


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("private", "it is private"),
        ("quarantined", "it is quarantined"),
        ("banned", "it is banned"),
        ("missing", "there is none of that name"),
        ("withheld", "withheld for legal reasons"),
    ],
)
def test_a_community_that_is_closed_says_why_and_is_asked_once(
    status: str, words: str, server: RedditServer, tmp_path: Path
) -> None:
    server.world.community("Semax", status)
    asked = client_of(server, tmp_path)
    search = Search(("Semax", "NA-Semax-Amidate"), OPTIONS, None, TODAY, lambda _: True)

    searched = list(search.run(asked))

    assert all(any(words in problem and "r/Semax" in problem for problem in one.problems) for one in searched)
    assert sum("/r/Semax/" in entry.path for entry in server.log) == 1
    assert any(one.posts for one in searched), "the others are asked all the same"


def test_no_community_that_answers_is_no_search(server: RedditServer, tmp_path: Path) -> None:
    server.world.community("Semax", "private")
    options = RedditOptions(subreddits=("Semax",))
    search = Search(("Semax",), options, None, TODAY, lambda _: True)
    with pytest.raises(AnswerUnusable, match="got none: r/Semax: it is private"):
        list(search.run(client_of(server, tmp_path)))


def test_threads_of_a_closed_community_are_refused_one_by_one(server: RedditServer, tmp_path: Path) -> None:
    server.world.community("Semax", "private")
    read = list(read_threads(client_of(server, tmp_path), ["zzz0007", "zzz0010", "zzz0012", "zzz0007", "zzz9999"]))
    assert [(one.refused, one.missing) for one in read] == [(True, False)] * 4 + [(False, True)]


def test_threads_that_fail_one_after_the_other_are_nobodys_but_the_services_fault(
    server: RedditServer, tmp_path: Path
) -> None:
    server.fault("http-503", tool="comments", times=None)
    reading = read_threads(client_of(server, tmp_path), ["zzz0001"] * 5)
    assert ["status 503" in next(reading).problem for _ in range(3)] == [True] * 3
    with pytest.raises(AnswerUnusable, match="3 failures on end"):
        next(reading)


def test_where_a_listing_shows_only_a_part_the_name_is_asked_for_beside_the_condition(
    server: RedditServer, tmp_path: Path
) -> None:
    when = datetime(2026, 1, 1, tzinfo=UTC)
    for number in range(300):
        server.world.post("Semax", WRITERS[0], f"Semax {number}", "text", when=when + timedelta(hours=number))
    old = server.world.post("Semax", WRITERS[0], "Semax of old", "my anhedonia", when=when - timedelta(days=900))
    search = Search(("Semax",), OPTIONS, None, TODAY, lambda _: True, ("anhedonia", "apathy"))

    named, _ = search.run(client_of(server, tmp_path))

    assert [row[3:] for row in named.saturation.rows() if row[0] == "Semax"][-2:] == [
        [1, 1, "anhedonia"],
        [0, 0, "apathy"],
    ]
    assert f"t3_{old}" in named.posts
    assert named.problems == ["r/Semax shows only a part of its posts"]
    assert not any(row[5:] for row in named.saturation.rows() if row[0] == "Nootropics")


def test_a_search_that_breaks_off_is_told_before_its_error(server: RedditServer, tmp_path: Path) -> None:
    search = Search(("Semax",), OPTIONS, None, TODAY, lambda _: True)
    running = search.run(client_of(server, tmp_path))
    server.fault("http-503", tool="search", times=None)

    assert "status 503" in next(running).failure
    with pytest.raises(AnswerUnusable):
        next(running)


def test_without_a_network_it_is_unreachable(server: RedditServer, tmp_path: Path) -> None:
    asked = client_of(server, tmp_path)
    server.go_down()
    with pytest.raises(Unreachable):
        asked.get("r/Semax/new/", LISTING)


def test_a_planted_ini_file_has_no_effect(
    server: RedditServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = "http://127.0.0.1:9"
    keys = {"client_id": "planted", "client_secret": "planted", "username": "planted", "password": "planted"}
    keys |= {"reddit_url": nowhere, "oauth_url": nowhere, "check_for_updates": "True"}
    lines = "\n".join(f"{name}={value}" for name, value in keys.items())
    planted = f"[DEFAULT]\n{lines}\n[planted]\n{lines}\n"
    (tmp_path / "praw.ini").write_text(planted)
    (tmp_path / ".config").mkdir()
    (tmp_path / ".config" / "praw.ini").write_text(planted)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.setenv("praw_site", "planted")
    monkeypatch.setenv("praw_username", "planted")
    monkeypatch.setenv("praw_password", "planted")

    client_of(server, tmp_path).get("r/Semax/new/", LISTING)

    (asked,) = server.asked("access_token")
    assert asked.params == {"grant_type": ["client_credentials"]}


def test_a_netrc_does_not_take_the_tokens_place(
    server: RedditServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login planted password planted\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    client_of(server, tmp_path).get("r/Semax/new/", LISTING)
    assert [entry.who for entry in server.asked("new")] == [CLIENT]


def test_a_limit_that_is_enforced_is_never_exceeded_by_two_that_share_a_client(tmp_path: Path) -> None:
    with RedditServer.over_own_world(now=datetime(2026, 3, 20, 12, 1, tzinfo=UTC)) as server:
        server.windows.limit = 12
        server.tokens.lifetime = 1_000_000
        clock: dict[str, Any] = {
            "monotonic": server.clock.seconds,
            "pause": lambda seconds: server.clock.move(seconds=seconds),
            "patience": Patience(),
        }
        one, other = client_of(server, tmp_path, **clock), client_of(server, tmp_path, **clock)
        for _ in range(20):
            one.get("r/Semax/new/", LISTING)
            other.get("r/Nootropics/new/", LISTING)

        asked = server.asked("new")

    assert (len(asked), any(entry.refused for entry in asked)) == (40, False)
    assert len({entry.clock[:15] for entry in asked}) >= 3, "it took three windows of ten minutes"


def test_texts_come_as_they_were_written(server: RedditServer, tmp_path: Path) -> None:
    texts = [record.abstract_text for record in gathered(client_of(server, tmp_path)).values()]
    assert any("& all." in text for text in texts)
    assert not any("&amp;" in text for text in texts)


def test_nobody_is_named_in_what_is_gathered(server: RedditServer, tmp_path: Path) -> None:
    records = gathered(client_of(server, tmp_path))
    assert not any(name in repr(records) for name in WRITERS)
    assert {record.writer for record in records.values()} <= {"", *WRITERS}


def test_an_answer_without_end_is_cut_off(
    server: RedditServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("harvest.crawl.reddit.network.LARGEST", 100)
    with pytest.raises(HarvestError, match="more than 100 bytes"):
        client_of(server, tmp_path).get("r/Nootropics/new/", LISTING)
    assert LARGEST == 64 * 1024 * 1024


def test_an_answer_that_drips_for_ever_is_cut_off(server: RedditServer, tmp_path: Path) -> None:
    ticks = iter(range(0, 10_000, 50))
    server.fault("slow-drip", tool="new", times=None, bytes=50)
    transport: Any = Network(monotonic=lambda: float(next(ticks)))
    with pytest.raises(Unreachable, match="no whole answer in time"):
        client_of(server, tmp_path, transport=transport).get("r/Nootropics/new/", LISTING)


def test_a_search_counts_what_it_brought_and_keeps_what_is_new(server: RedditServer, tmp_path: Path) -> None:
    search = Search(("Semax", "NA-Semax-Amidate"), OPTIONS, None, TODAY, lambda _: True)
    first, second, _ = search.run(client_of(server, tmp_path))
    assert (first.names, set(first.posts)) == ({"t3_zzz0001", "t3_zzz0010"}, {"t3_zzz0001", "t3_zzz0010"})
    assert (second.names, second.posts) == ({"t3_zzz0010"}, {})


def test_a_query_that_reddit_does_not_take_is_noted_and_the_community_asked_on(
    server: RedditServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("harvest.reddit.query.LONGEST", 10_000)
    search = Search(("z" * 600, "Semax"), OPTIONS, None, TODAY, lambda _: True)

    long, named, _ = search.run(client_of(server, tmp_path))

    assert long.problems[0] == "r/Semax by new, all: status 400"
    assert named.posts


def test_a_query_too_long_for_reddit_is_not_asked(server: RedditServer, tmp_path: Path) -> None:
    search = Search(("z" * 600,), OPTIONS, None, TODAY, lambda _: True)
    long, _ = search.run(client_of(server, tmp_path))
    assert (long.requests, server.asked("search")) == (0, [])


def test_the_newest_posts_are_read_back_to_three_days_before_the_last_run(server: RedditServer, tmp_path: Path) -> None:
    now = datetime(2026, 3, 20, tzinfo=UTC)
    for hours in range(500):
        server.world.post("Semax", WRITERS[0], f"Semax {hours}", "text", when=now - timedelta(hours=hours))
    search = Search((), RedditOptions(subreddits=("Semax",)), TODAY - timedelta(days=1), TODAY, lambda _: True)

    (newest,) = search.run(client_of(server, tmp_path))

    assert (newest.kind, newest.first, len(newest.posts)) == ("new", "2026-03-16", 200)
    assert len(server.asked("new")) == 2


def test_a_post_that_cannot_be_read_is_told_and_the_others_come(server: RedditServer, tmp_path: Path) -> None:
    server.world.things["t3_zzz0007"].id = ""
    search = Search((), RedditOptions(subreddits=("Semax",)), None, TODAY, lambda _: True)

    (newest,) = search.run(client_of(server, tmp_path))

    assert newest.problems == ["expected a thing of kind t3 with an id, got one without"]
    assert len(newest.posts) == 2


def test_pages_without_end_are_not_read_for_ever(
    server: RedditServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("harvest.crawl.reddit.gathering.PAGES", 2)
    monkeypatch.setattr("harvest.crawl.reddit.gathering.PAGE", 1)
    search = Search((), RedditOptions(subreddits=("Semax",)), None, TODAY, lambda _: True)

    (newest,) = search.run(client_of(server, tmp_path))

    assert (len(newest.posts), newest.saturation.listed[0].cut) == (2, True)
    assert newest.problems == ["r/Semax shows only a part of its posts"]


def test_a_thread_that_is_gone_is_missing(server: RedditServer, tmp_path: Path) -> None:
    with pytest.raises(Refused) as raised:
        client_of(server, tmp_path).get("comments/zzz9999/", {})
    assert raised.value.kind == "missing"
