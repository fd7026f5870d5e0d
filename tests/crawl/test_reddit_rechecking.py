"""What a recheck believes: an id that is missing was deleted, but a whole hundred only when it is told twice."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harvest.crawl.duty import NAMELESS
from harvest.crawl.reddit.client import Client
from harvest.crawl.reddit.rechecking import still_there
from harvest.errors import AnswerUnusable
from tests.crawl.reddit_trial import client_of
from tests.servers.reddit import RedditServer
from tests.servers.reddit_own import BEGAN, WRITERS


@pytest.fixture
def server() -> Iterator[RedditServer]:
    with RedditServer.over_own_world(rate_limit=False) as running:
        running.windows.limit = 100_000
        yield running


@pytest.fixture
def asked(server: RedditServer, tmp_path: Path) -> Client:
    return client_of(server, tmp_path)


def test_each_fate_is_told_apart(asked: Client, server: RedditServer) -> None:
    server.fate("t3_zzz0007", "gone")
    names = ["t3_zzz0001", "t3_zzz0010", "t1_zzz0005", "t1_zzz0006", "t3_zzz0007", "t3_zzz0012"]
    assert still_there(asked, names) == {
        "t3_zzz0001": True,
        "t3_zzz0010": NAMELESS,
        "t1_zzz0005": False,
        "t1_zzz0006": False,
        "t3_zzz0007": False,
        "t3_zzz0012": False,
    }
    assert len(server.asked("info")) == 1


def test_an_answer_without_any_is_asked_for_twice(asked: Client, server: RedditServer) -> None:
    server.fate("t3_zzz0007", "gone")
    assert still_there(asked, ["t3_zzz0007"]) == {"t3_zzz0007": False}
    assert len(server.asked("info")) == 2


def test_more_than_a_hundred_are_asked_for_in_hundreds(asked: Client, server: RedditServer) -> None:
    names = [f"t3_{server.world.post('Semax', WRITERS[0], 'Semax', 'text', when=BEGAN)}" for _ in range(205)]
    assert set(still_there(asked, names).values()) == {True}
    assert [len(entry.params["id"][0].split(",")) for entry in server.asked("info")] == [100, 100, 5]


def test_what_cannot_be_read_is_not_known(asked: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    odd: list[dict[str, Any]] = [{"kind": "t3", "data": {"name": "t3_zzz0001"}}, {"kind": "t3", "data": None}]
    monkeypatch.setattr(asked, "info", lambda _: odd)
    assert still_there(asked, ["t3_zzz0001", "t3_zzz0002"]) == {"t3_zzz0001": None, "t3_zzz0002": False}


def test_a_service_that_fails_says_nothing_of_any(asked: Client, server: RedditServer) -> None:
    server.fault("http-503", tool="info", times=None)
    with pytest.raises(AnswerUnusable, match="status 503"):
        still_there(asked, ["t3_zzz0001"])
