"""What is asked of Reddit for a topic, and when everything is asked anew."""

from datetime import date
from pathlib import Path

import pytest
from pydantic import ValidationError

from harvest import topics
from harvest.catalogue import Watermark
from harvest.reddit import query
from harvest.reddit.query import RedditOptions
from harvest.topics import Topic

TODAY = date(2026, 11, 22)
OPTIONS = RedditOptions(subreddits=("Semax", "Nootropics"))


@pytest.fixture(scope="module")
def topic() -> Topic:
    return topics.load("semax-ssri", Path(__file__).resolve().parents[2] / "data" / "topics")


def test_the_tracked_topic_asks_for_the_compound_and_what_is_made_from_it(topic: Topic) -> None:
    names = query.names(topic, topics.provider_options(topic, "reddit", RedditOptions))

    assert names[0] == "Semax"
    assert {"Семакс", "NA-Semax-Amidate"} <= set(names)
    assert all(len(query.phrase(name)) <= 512 for name in names)


def test_names_of_omit_are_not_asked_for(topic: Topic) -> None:
    options = RedditOptions(subreddits=("Semax",), omit=("Semax", "Adamax"))
    assert not {"Semax", "Adamax"} & set(query.names(topic, options))


def test_a_name_is_asked_for_word_for_word() -> None:
    assert query.phrase('the "so-called" N\\A') == '"the  so-called  N A"'


def test_a_full_search_crosses_orders_with_windows() -> None:
    asked = query.listings(OPTIONS, None, TODAY)
    assert (asked[0], len(asked), len(set(asked))) == (("new", "all"), 12, 12)


@pytest.mark.parametrize(
    ("until", "span"),
    [
        (date(2026, 11, 22), "week"),
        (date(2026, 11, 18), "week"),
        (date(2026, 11, 17), "month"),
        (date(2026, 6, 1), "year"),
        (date(2024, 6, 1), "all"),
    ],
)
def test_a_later_search_asks_for_the_window_that_reaches_back_three_days_more(until: date, span: str) -> None:
    assert query.listings(OPTIONS, until, TODAY) == (("new", span), ("relevance", span))


def mark(until: str = "2026-11-20", refreshed: str = "2026-11-01") -> Watermark:
    return Watermark(until, "a query", "a topic", refreshed)


@pytest.mark.parametrize(
    ("watermark", "words"),
    [
        (None, "the first time"),
        (mark(until="2026-11-23"), "a mark of tomorrow"),
        (mark(refreshed="2026-10-23"), "thirty days after the last full search"),
        (mark(refreshed="2026-11-23"), "a full search of tomorrow"),
    ],
)
def test_everything_is_asked_for(watermark: Watermark | None, words: str) -> None:
    assert _since(watermark) is None, words


def test_only_what_is_new_is_asked_for_when_the_last_full_search_is_young() -> None:
    assert _since(mark()) == date(2026, 11, 20)
    assert _since(mark(refreshed="2026-10-01"), refresh_days=0) == date(2026, 11, 20)


def test_another_question_asks_for_everything() -> None:
    assert _since(mark(), topic_sha256="another") is None
    assert _since(mark(), query="another") is None


def _since(watermark: Watermark | None, **changes: str | int) -> date | None:
    given = {"query": "a query", "topic_sha256": "a topic", "refresh_days": 30, **changes}
    return query.since(watermark, today=TODAY, **given)  # type: ignore[arg-type]


def test_the_digest_follows_what_is_asked(topic: Topic) -> None:
    another = RedditOptions(subreddits=("Semax",))
    assert query.digest(topic, OPTIONS) == query.digest(topic, OPTIONS) != query.digest(topic, another)


@pytest.mark.parametrize("names", [["r/Semax"], ["Semax", "semax"], ["a"], ["a b"], ["+"], ["../x"]])
def test_what_is_no_community_is_refused(names: list[str]) -> None:
    with pytest.raises(ValidationError, match="expected"):
        RedditOptions.model_validate({"subreddits": names})
