"""What sort of text a user has written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvest.reports import Kind, read
from harvest.reports.amounts import doses, durations
from harvest.reports.writing import writing
from tests.reports.posts import post

OWN = "I took Semax for three weeks, 600 mcg a day, and my anhedonia is gone."


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("I have been using Semax since spring and I can feel joy again.", Kind.FIRST_PERSON),
        ("I used it for a month. Nothing changed.", Kind.FIRST_PERSON),
        ("My friend takes Semax and it gave him headaches.", Kind.SECOND_HAND),
        ("Has anyone tried Semax for emotional blunting?", Kind.QUESTION),
        ("I have anhedonia, has anyone tried Semax?", Kind.QUESTION),
        ("Should I take Semax or Selank?", Kind.QUESTION),
        ("Semax is a heptapeptide that was developed in Moscow.", Kind.INFORMATION),
        ("Study finds that the peptide changes gene expression in rats", Kind.INFORMATION),
        ("Buy Semax now, free shipping, use code NOSE10 at checkout.", Kind.MARKETING),
        ("Кто-нибудь пробовал Семакс?", Kind.QUESTION),
        ("Капал Семакс месяц, мне стало легче.", Kind.FIRST_PERSON),
    ],
)
def test_a_text_is_of_one_of_five_sorts(text: str, label: Kind) -> None:
    assert read(post(text)).label is label


def test_a_probability_is_in_millionths() -> None:
    assert 500_000 < read(post(OWN)).probability <= 1_000_000


def test_reasons_are_the_words_at_their_offsets_in_title_or_text() -> None:
    record = post("My anhedonia is gone and I feel alive again.", title="I took Semax")
    reasons = read(record).reasons
    assert {reason.field for reason in reasons} <= {"title", "abstract"}
    fields = {"title": record.title, "abstract": record.abstract_text}
    assert [fields[reason.field][reason.start : reason.end] for reason in reasons] == [r.text for r in reasons]


def test_dose_and_duration_are_flagged() -> None:
    assert read(post(OWN)).flags == ("dose", "duration")


def test_a_second_medicine_is_flagged() -> None:
    assert "other-compounds" in read(post("I use Semax beside sertraline and I feel better.")).flags
    assert "other-compounds" not in read(post("I use Semax. Semax helps me.")).flags


def test_a_story_that_asks_is_flagged() -> None:
    report = read(
        post("I have been on Semax for a month. It has helped me a lot and I feel alive. Does it get even better?")
    )
    assert report.label is Kind.FIRST_PERSON
    assert report.flags[0] == "asks"


def test_the_same_text_is_read_the_same_again() -> None:
    assert read(post(OWN)) == read(post(OWN))


@pytest.mark.parametrize("text", ["", "   ", "???", "🙂", "12 mg", "\x00"])
def test_next_to_nothing_is_read_without_complaint(text: str) -> None:
    assert read(post(text)).probability >= 0


@given(
    st.lists(
        st.sampled_from(
            [
                "I",
                "took",
                "Semax",
                "for",
                "at",
                "a",
                "my",
                "mood",
                "is",
                "gone",
                "5 mg",
                "three weeks",
                "since 2019",
                "2 pills",
            ]
        )
    )
)
def test_no_reason_says_how_much_or_how_long(words: list[str]) -> None:
    record = post(" ".join(words))
    hidden = [*doses(record.abstract_text), *durations(record.abstract_text)]
    for reason in read(record).reasons:
        assert not any(reason.start < end and start < reason.end for start, end in hidden)


@given(st.text(max_size=40), st.text(max_size=40))
def test_whatever_is_written_reasons_lie_within_it(title: str, text: str) -> None:
    record = post(text, title=title)
    fields = {"title": record.title, "abstract": record.abstract_text}
    for reason in read(record).reasons:
        assert reason.text == fields[reason.field][reason.start : reason.end] != ""


def test_a_text_is_its_title_and_body() -> None:
    assert writing(post("body", title="title")).text == "title\nbody"
    assert writing(post("body")).text == "body"


@pytest.mark.parametrize("text", ["600 mcg", "5mg", "two sprays", "10 мг", "0.5 ml", "half a pill", "a few drops"])
def test_doses_are_found(text: str) -> None:
    assert doses(f"I took {text} of it") != []


@pytest.mark.parametrize("text", ["three weeks", "10 days", "since March", "week 3", "a year", "две недели"])
def test_durations_are_found(text: str) -> None:
    assert durations(f"I took it, {text}, daily") != []
