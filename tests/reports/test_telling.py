"""What came of it, in the writer's words."""

import pytest

from harvest.model import Direction, Finding, Harms
from harvest.reports import Kind, Report, told
from tests.reports.posts import post, topic

STORY = Report(Kind.FIRST_PERSON, 900_000, ())


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("I took Semax and it helped my anhedonia.", Direction.IMPROVED),
        ("I took Semax. I feel like myself again.", Direction.IMPROVED),
        ("I took Semax. It did not help.", Direction.NO_CLEAR_DIFFERENCE),
        ("I took Semax. It did nothing for me.", Direction.NO_CLEAR_DIFFERENCE),
        ("I took Semax and it made my depression worse.", Direction.WORSENED),
        ("I took Semax and I feel like a zombie.", Direction.WORSENED),
        ("I took Semax. It helped my mood at first. Then it made my anxiety worse.", Direction.MIXED),
        ("I took Semax. I hope it helps.", Direction.NOT_REPORTED),
        ("I took Semax. Will it help?", Direction.NOT_REPORTED),
        ("I took Semax this morning.", Direction.NOT_REPORTED),
        ("I took Semax. Selank helped my anxiety.", Direction.NOT_REPORTED),
        ("I took Semax. After I stopped it I felt great.", Direction.NOT_REPORTED),
    ],
)
def test_what_is_said_of_the_compound_gives_the_outcome(text: str, outcome: Direction) -> None:
    assert told(post(text), topic(), STORY).outcome is outcome


@pytest.mark.parametrize(
    ("text", "harms"),
    [
        ("I took Semax and got terrible headaches.", Harms.REPORTED),
        ("I took Semax. No side effects.", Harms.NONE_REPORTED),
        ("I took Semax in May.", Harms.NOT_REPORTED),
    ],
)
def test_harms_stand_apart(text: str, harms: Harms) -> None:
    assert told(post(text), topic(), STORY).harms is harms


@pytest.mark.parametrize(
    "text",
    [
        "Has Semax helped anyone?",
        "Semax helps against anhedonia, says a study.",
        "Order Semax now! It works! Free shipping.",
    ],
)
def test_who_tells_nothing_of_himself_reports_no_outcome(text: str) -> None:
    assert told(post(text), topic()) == Finding()


def test_of_a_compound_that_was_not_taken_nothing_is_reported() -> None:
    assert told(post("I used Selank, not Semax, and it helped my anxiety a lot."), topic(), STORY) == Finding()


def test_reasons_lie_in_the_text_and_show_no_dose() -> None:
    record = post("I took Semax. It helped my mood. Headaches at 5 mg.")
    reasons = told(record, topic(), STORY).reasons
    assert [record.abstract_text[reason.start : reason.end] for reason in reasons] == [r.text for r in reasons]
    assert not any("5 mg" in reason.text for reason in reasons)
