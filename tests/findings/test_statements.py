"""What single sentences state."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvest.findings.statements import Change, by_chance, parts, plain, span, statements

BETTER, WORSE, SAME = Change.BETTER, Change.WORSE, Change.SAME


def changes(sentence: str, condition: str = "pain", *, welcome: bool = False) -> set[Change]:
    words = sentence.lower().replace(".", "").replace(",", "").split()
    places = {number for number, word in enumerate(words) if word == condition}
    return {each.change for each in statements(parts(plain(sentence)), places, welcome=welcome)}


@pytest.mark.parametrize(
    ("sentence", "change"),
    [
        ("The compound reduced symptoms.", BETTER),
        ("Pain was significantly lower in the compound group than in the placebo group.", BETTER),
        ("Survival was prolonged.", BETTER),
        ("The compound improved memory.", BETTER),
        ("The compound attenuated neuronal injury.", BETTER),
        ("It prevented deterioration.", BETTER),
        ("Mortality increased under the compound.", WORSE),
        ("The compound increased mortality.", WORSE),
        ("It reduced efficacy.", WORSE),
        ("The compound was less effective.", WORSE),
        ("The compound impaired recall.", WORSE),
        ("Survival was shorter.", WORSE),
        ("Pain was lower in the placebo group than in the compound group.", WORSE),
        ("The compound did not improve memory.", SAME),
        ("There was no significant difference in pain.", SAME),
        ("The compound failed to reduce pain.", SAME),
        ("It did not increase mortality.", SAME),
        ("Outcomes were similar.", SAME),
        ("The compound had no effect on pain.", SAME),
        ("Pain did not differ between the groups.", SAME),
    ],
)
def test_a_sentence_states_what_it_says(sentence: str, change: Change) -> None:
    assert changes(sentence) == {change}


@pytest.mark.parametrize(
    "sentence",
    [
        "Further studies should show whether the compound improves memory.",
        "Twenty rats were weighed.",
        "We investigated whether it reduces pain.",
    ],
)
def test_hopes_and_questions_state_nothing(sentence: str) -> None:
    assert changes(sentence) == set()


def test_what_stands_against_each_other_is_stated_apart() -> None:
    assert changes("The compound reduced pain but did not improve sleep.") == {BETTER, SAME}


def test_more_of_a_welcome_condition_is_better() -> None:
    sentence = "The compound increased micturition."
    assert changes(sentence, "micturition", welcome=True) == {BETTER}
    assert changes(sentence, "micturition") == {WORSE}


def test_a_result_said_with_care_is_marked() -> None:
    (stated,) = statements(parts(plain("The compound may improve memory.")), (), welcome=False)
    assert stated.hoped


def test_the_words_that_state_it_can_be_shown() -> None:
    sentence = "In rats, the compound reduced the pain."
    (stated,) = statements(parts(plain(sentence)), (), welcome=False)
    start, end = span(sentence, stated)
    assert sentence[start:end] == "reduced the pain"


@pytest.mark.parametrize(
    ("sentence", "chance"),
    [
        ("Pain fell (p = 0.45).", True),
        ("Pain fell (P > .05).", True),
        ("Pain fell (P-value = 0.62).", True),
        ("Pain fell (p = 0.04).", False),
        ("Pain fell (p < 0.001), sleep did not (p = 0.3).", False),
        ("Pain fell by 0.45.", False),
        ("The group = 0.45 of all.", False),
    ],
)
def test_what_chance_explains_is_no_change(sentence: str, chance: bool) -> None:  # noqa: FBT001 - an expected value
    assert by_chance(sentence) is chance


@given(st.text(max_size=200), st.sets(st.integers(0, 30), max_size=3), st.booleans())
def test_any_text_is_read_and_its_words_lie_inside(text: str, condition: set[int], welcome: bool) -> None:  # noqa: FBT001 - drawn
    plays = parts(plain(text))
    places = {number for number in condition if number < len(plays)}
    for stated in statements(plays, places, welcome=welcome):
        start, end = span(text, stated)
        assert 0 <= start < end <= len(text)
