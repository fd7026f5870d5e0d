"""harvest recheck, and text that is hidden because nobody rechecked in time."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from harvest import settings
from tests import posts
from tests.cli.conftest import Room
from tests.crawl.trialposts import TrialPostsSpider
from tests.servers.trialposts import TrialPosts

CANARY = "canary-7f3a"
ANSWERS = (
    ("show", "semax-ssri"),
    ("show", "semax-ssri", "s1"),
    ("show", "semax-ssri", "s1", "--json"),
    ("show", "semax-ssri", "--json"),
    ("explain", "semax-ssri", "s1"),
    ("explain", "semax-ssri", "s1", "--json"),
    ("summary", "semax-ssri"),
    ("summary", "semax-ssri", "--json"),
)


def ago(hours: float) -> datetime:
    return datetime.now(UTC) - timedelta(hours=hours)


@pytest.fixture
def duty(monkeypatch: pytest.MonkeyPatch) -> None:
    """The trial provider is one of ours."""
    monkeypatch.setattr(settings, "SPIDER_MODULES", [*settings.SPIDER_MODULES, "tests.crawl.trialposts"])


def write(room: Room, *texts: str, hours: float) -> None:
    posts.write(room.data, room.state, *texts, clock=lambda: ago(hours))


def answered(room: Room) -> str:
    return "".join(said.out + said.err for said in (room.harvest(*command) for command in ANSWERS))


def test_text_that_was_not_rechecked_in_48_hours_is_hidden_everywhere(room: Room) -> None:
    write(room, CANARY, hours=49)
    told = answered(room)
    assert CANARY not in told
    assert told.count("(hidden until rechecked)") == 6
    assert json.loads(room.harvest("show", "semax-ssri", "s1", "--json").out)["hidden"] == "until-rechecked"
    assert json.loads(room.harvest("summary", "semax-ssri", "--json").out)["reports"]["writers"] == 1


def test_within_48_hours_it_is_shown(room: Room) -> None:
    write(room, CANARY, hours=47)
    assert CANARY in room.harvest("show", "semax-ssri").out


def test_a_recheck_shows_what_is_still_there_and_erases_the_rest(
    room: Room, duty: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(room, CANARY, "gone-words", hours=49)
    with TrialPosts([1, 2]) as provider:
        provider.deleted = {"2"}
        monkeypatch.setattr(TrialPostsSpider, "url", provider.url)
        said = room.harvest("recheck", "semax-ssri")
    assert said.code == 0
    assert said.out.splitlines()[1].split() == ["trialposts", "complete", "2", "1", "1", "0"]
    assert CANARY in room.harvest("show", "semax-ssri").out
    assert "erased, " in room.harvest("show", "semax-ssri", "s2").out
    assert "gone-words" not in answered(room)


def test_a_recheck_that_failed_says_why_and_hides_on(room: Room, duty: None) -> None:
    write(room, CANARY, hours=49)
    said = room.harvest("recheck", "semax-ssri")
    assert (said.code, said.err.startswith("trialposts: expected an answer of")) == (3, True)
    as_json = json.loads(room.harvest("recheck", "semax-ssri", "--json").out)
    assert (as_json["exit_code"], as_json["providers"][0]["unknown"]) == (3, 1)
    assert CANARY not in answered(room)


def test_where_nothing_is_to_be_asked_it_says_who_has_the_duty(room: Room) -> None:
    room.ledger()
    said = room.harvest("recheck", "semax-ssri")
    assert (said.code, said.err) == (0, "")
    assert said.out == "nothing to ask: no text is held of a provider with a deletion duty (reddit)\n"
    assert json.loads(room.harvest("recheck", "semax-ssri", "--json").out)["providers"] == []


def test_where_nothing_is_held_it_names_the_providers_that_have_the_duty(room: Room, duty: None) -> None:
    room.ledger()
    assert "(reddit, trialposts)" in room.harvest("recheck", "semax-ssri").out
