"""Three values, and what the notices of a service come to."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvest.standing import Event, Notice, State, event_of, status

NOTICES = st.builds(
    Notice,
    st.sampled_from(Event),
    st.sampled_from(["", "doi:10.5555/a", "doi:10.5555/b"]),
    st.sampled_from(["", "2020", "2020-05-01", "2024-01-01"]),
    st.sampled_from([(), ("publisher",), ("retraction-watch",)]),
)


@pytest.mark.parametrize(
    ("kind", "event"),
    [
        ("retraction", Event.RETRACTION),
        ("Retraction", Event.RETRACTION),
        ("withdrawal", Event.RETRACTION),
        ("removal", Event.RETRACTION),
        ("partial_retraction", Event.CONCERN),
        ("expression_of_concern", Event.CONCERN),
        ("expression-of-concern", Event.CONCERN),
        ("Expression of concern", Event.CONCERN),
        ("correction", Event.ERRATUM),
        ("erratum", Event.ERRATUM),
        ("Corrigendum", Event.ERRATUM),
        ("reinstatement", Event.REINSTATEMENT),
        ("new_version", Event.UPDATE),
        ("addendum", Event.UPDATE),
        ("", Event.UPDATE),
        ("retract-and-something-new", Event.CONCERN),
    ],
)
def test_words_are_read_in_every_spelling(kind: str, event: Event) -> None:
    assert event_of(kind) is event


def test_without_notices_a_document_is_not_retracted_as_far_as_the_service_knows() -> None:
    assert status([]).state is State.NOT_RETRACTED


@settings(deadline=None)
@given(st.lists(NOTICES.filter(lambda notice: notice.event is not Event.RETRACTION)))
def test_errata_concerns_and_reinstatements_alone_never_retract(notices: list[Notice]) -> None:
    assert status(notices).state is State.NOT_RETRACTED


@settings(deadline=None)
@given(st.lists(NOTICES.filter(lambda notice: notice.event is not Event.REINSTATEMENT)))
def test_a_retraction_that_nothing_undoes_holds(notices: list[Notice]) -> None:
    retracted = any(notice.event is Event.RETRACTION for notice in notices)

    assert (status(notices).state is State.RETRACTED) == retracted


@settings(deadline=None)
@given(st.lists(NOTICES), st.randoms(use_true_random=False))
def test_order_and_repetition_change_nothing(notices: list[Notice], random: object) -> None:
    shuffled = [*notices, *notices]
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis gives a Random

    assert status(shuffled) == status(notices)


@pytest.mark.parametrize(
    ("retracted", "reinstated", "state"),
    [
        ("2024-01-01", "2024-06-01", State.NOT_RETRACTED),
        ("2024-06-01", "2024-06-01", State.NOT_RETRACTED),
        ("2024-06-02", "2024-06-01", State.RETRACTED),
        ("", "2024-06-01", State.NOT_RETRACTED),
        ("2024-06-02", "", State.RETRACTED),
    ],
)
def test_a_reinstatement_undoes_what_came_before_it(retracted: str, reinstated: str, state: State) -> None:
    told = [Notice(Event.RETRACTION, "", retracted), Notice(Event.REINSTATEMENT, "", reinstated)]

    assert status(told).state is state
