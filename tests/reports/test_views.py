"""What the models see of a text."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from harvest.reports import model as room
from harvest.reports import read
from harvest.reports.typed import typed
from harvest.reports.views import BUCKETS, pair_buckets, vector, word_buckets
from harvest.reports.whose import whose
from tests.reports.posts import post


@given(st.text())
def test_every_text_has_features_in_the_buckets_and_a_finite_length(text: str) -> None:
    found = vector(text)
    assert len(found.buckets) == len(found.values) > 0
    assert found.buckets.min() >= 0
    assert found.buckets.max() < BUCKETS
    assert np.square(found.values).sum() < 10


@given(st.text())
def test_whatever_is_typed_gets_an_answer_with_reasons_in_the_text(text: str) -> None:
    assert all(text[reason.start : reason.end] == reason.text for reason in read(post(text)).reasons)


def test_words_and_pairs_of_words_are_counted_apart() -> None:
    words = ["no", "more", "no"]
    assert word_buckets(words)[0] == word_buckets(words)[2]
    assert pair_buckets(words)[0] != pair_buckets(words)[1]
    assert len(pair_buckets(words[:1])) == 0


def test_the_person_spoken_of_last_before_a_condition_is_noticed() -> None:
    assert "LFcance" in whose(["i", "think", "my", "mother", "has", "cancer"])
    assert "LI" in whose(["she", "knows", "i", "had", "cancer"])
    assert "L-" in whose(["cancer", "is", "common"])
    assert whose(["i", "voted", "no"]) == []


def test_a_heading_is_told_from_a_post_by_its_capitals() -> None:
    heading, posted = "Study Links Apathy With Poor Sleep", "i slept poorly and felt nothing"
    assert "capitals 5" in typed(heading, heading.lower().split())
    assert {"capitals 0", "begins low True"} <= set(typed(posted, posted.split()))


def test_a_figure_of_speech_is_meant_less_literally_than_an_illness() -> None:
    said, meant = "This game gives me cancer lol", "My father has had lung cancer since May"
    chances = [room.model().probabilities(vector(text))["literal"] for text in (said, meant)]
    assert chances[0] < 0.5 < chances[1]
