"""The flags of a source: its own record's stay, those of services come and go."""

import itertools
from typing import Any

import pytest

from harvest.standing import also, by_services, events, standing_flags

RETRACTION = {"state": "retracted", "notices": [{"event": "retraction", "key": "", "day": "", "said_by": []}]}
ERRATUM = {"notices": [{"event": "erratum", "key": "", "day": "", "said_by": []}]}
CONCERN = {"notices": [{"event": "concern", "key": "", "day": "", "said_by": []}]}
BACK = {"notices": [RETRACTION["notices"][0], {"event": "reinstatement", "key": "", "day": "", "said_by": []}]}
WEAK = {"openalex": {"state": "retracted"}}


def body(*flags: str, **fields: Any) -> dict[str, Any]:
    return {"flags": list(flags), **fields}


@pytest.mark.parametrize(
    ("said", "flags"),
    [
        (RETRACTION, ("retracted",)),
        (ERRATUM, ("erratum",)),
        (CONCERN, ("concern",)),
        (BACK, ()),
        ({"ids": ["doi:10.5555/1"]}, ()),
    ],
)
def test_what_a_service_says_becomes_a_flag(said: dict[str, Any], flags: tuple[str, ...]) -> None:
    assert by_services({"crossref": said}) == flags


def test_no_erratum_and_no_concern_ever_makes_a_retraction() -> None:
    for one, other in itertools.product((ERRATUM, CONCERN, {}), repeat=2):
        assert "retracted" not in by_services({"crossref": one, "retraction_watch": other})


def test_the_word_of_openalex_alone_is_not_enough() -> None:
    assert by_services(WEAK) == ("retraction-unconfirmed",)
    assert by_services({**WEAK, "crossref": RETRACTION}) == ("retracted",)


def test_a_retraction_of_the_record_itself_confirms_what_openalex_says() -> None:
    assert also(["retracted"], WEAK) == ["retracted"]


def test_flags_that_say_something_else_stay_where_they_are() -> None:
    assert standing_flags(body("near", "cut"), {"crossref": RETRACTION}) == ["near", "cut", "retracted"]


def test_a_flag_that_a_service_gave_goes_with_its_word() -> None:
    told = body("near", "retracted", services={"crossref": RETRACTION})

    assert standing_flags(told, {"crossref": {}}) == ["near"]


def test_a_flag_of_the_record_itself_stays_when_a_service_takes_its_word_back() -> None:
    links = [{"relation": "retracted-in", "key": "pmid:1", "citation": ""}]
    told = body("retracted", links=links, services={"crossref": RETRACTION})

    assert standing_flags(told, {"crossref": {}}) == ["retracted"]


def test_a_publication_type_is_the_records_own_word() -> None:
    told = body(
        "retracted", types=[{"ui": "D016441", "name": "Retracted Publication"}], services={"crossref": RETRACTION}
    )

    assert standing_flags(told, {}) == ["retracted"]


def test_a_flag_whose_links_were_cut_is_still_the_records_own() -> None:
    assert standing_flags(body("retracted", "cut"), {"crossref": ERRATUM}) == ["retracted", "cut", "erratum"]


@pytest.mark.parametrize(
    ("before", "now", "what"),
    [
        ([], ["retracted"], ["retraction"]),
        (["retracted"], [], ["reinstated"]),
        ([], ["concern", "erratum"], ["concern", "erratum"]),
        (["retraction-unconfirmed"], ["retracted"], ["retraction"]),
        ([], ["retraction-unconfirmed"], ["retraction-unconfirmed"]),
        (["near"], ["near"], ["enriched"]),
    ],
)
def test_a_flip_has_its_word(before: list[str], now: list[str], what: list[str]) -> None:
    assert events(before, now) == what
