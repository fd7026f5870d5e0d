import json
from typing import Any

import pytest

from harvest import topics
from harvest.summary import legacy_index
from tests.cli import ledgers
from tests.cli.conftest import Room


def _source(number: int, **changes: Any) -> tuple[str, dict[str, Any]]:
    return ("source", ledgers.source(f"s{number}", str(number), f"Title {number}", **changes))


def _people(number: int, **changes: Any) -> tuple[str, dict[str, Any]]:
    return _source(number, **{"evidence": "human", "design": "rct", **changes})


def _first_sentence(room: Room) -> str:
    return room.harvest("summary", "semax-ssri").out.splitlines()[0]


def test_none_found_names_where_it_was_searched_and_what_is_nearest(room: Room) -> None:
    asked = {"topic_sha256": topics.load("semax-ssri", room.data / "topics").digest}
    room.ledger(*(_people(number) for number in range(1, 9)), finished=ledgers.account(included=8), begun=asked)

    assert _first_sentence(room) == (
        "Studies of Semax in people for SSRI emotional blunting: none found (PubMed searched 2026-11-21; "
        "Europe PMC, ClinicalTrials.gov, Reddit, web pages not searched). Nearest: 8 human studies for other uses; "
        "they do not show whether it helps here."
    )


def test_after_the_topic_has_changed_none_found_says_that_the_search_was_made_before(room: Room) -> None:
    room.ledger(
        finished=ledgers.account(), begun={"topic_sha256": topics.load("semax-ssri", room.data / "topics").digest}
    )
    file = room.data / "topics" / "semax-ssri.toml"
    file.write_text(file.read_text().replace('name = "Semax"', 'name = "Selank"'))

    assert _first_sentence(room).startswith(
        "Studies of Selank in people for SSRI emotional blunting: none found (PubMed searched 2026-11-21, before the "
        "topic was changed; "
    )
    (pubmed, *_) = json.loads(room.harvest("summary", "semax-ssri", "--json").out)["searched"]
    assert pubmed["topic_changed"]


def test_a_failed_search_is_never_none_found(room: Room) -> None:
    room.ledger(finished=ledgers.account("failed"))

    said = _first_sentence(room)

    assert "none found" not in said
    assert "not known, no search has succeeded (search of PubMed failed 2026-11-21;" in said


def test_a_partial_search_says_so(room: Room) -> None:
    problems = ["PubMed dropped the phrase 'x'"]
    room.ledger(finished=ledgers.account("partial", problems=problems, stated_total=0))

    said = room.harvest("summary", "semax-ssri").out

    assert "PubMed searched in part 2026-11-21" in said
    assert "PubMed: partial, 2026-11-21; PubMed dropped the phrase 'x'" in said


def test_a_run_stopped_before_its_search_was_answered_has_found_nothing_out(room: Room) -> None:
    room.ledger(finished=ledgers.account("partial", problems=["interrupted"], stated_total=None))

    assert "not known, no search has succeeded" in _first_sentence(room)


def test_a_partial_search_of_a_provider_that_states_no_total_counts_by_what_it_found(room: Room) -> None:
    account = ledgers.account("partial", problems=["one community is private"], stated_total=None, excluded=3)
    room.ledger(finished=account)

    assert "PubMed searched in part 2026-11-21" in _first_sentence(room)


def test_direct_human_studies_are_never_shown_without_the_words_machine_labelled(room: Room) -> None:
    room.ledger(_people(1, screening="direct"), finished=ledgers.account(included=1))

    assert "SSRI emotional blunting: 1, machine-labelled, unchecked (" in _first_sentence(room)


def test_a_synthesis_is_no_study(room: Room) -> None:
    room.ledger(_people(1, screening="direct", design="systematic-review"), finished=ledgers.account(included=1))

    assert "none found" in _first_sentence(room)


def test_a_retracted_source_is_named_and_counted_nowhere(room: Room) -> None:
    room.ledger(_people(1, screening="direct", flags=["retracted"]), finished=ledgers.account(included=1))

    said = room.harvest("summary", "semax-ssri").out

    assert "none found" in said
    assert "Retracted, counted nowhere: s1 Title 1" in said


def test_a_source_of_concern_is_counted_and_named(room: Room) -> None:
    room.ledger(_people(1, flags=["concern"]), finished=ledgers.account(included=1))

    said = room.harvest("summary", "semax-ssri").out

    assert "Nearest: 1 human study for another use" in said
    assert "Expression of concern: s1 Title 1" in said


def test_what_could_not_be_judged_stands_beside_none_found(room: Room) -> None:
    room.ledger(_source(1, evidence="undetermined", design="other"), finished=ledgers.account(included=1))

    assert _first_sentence(room).endswith("Too little to tell what was tested: 1 more.")


def test_excluded_records_are_counted_by_reason(room: Room) -> None:
    room.ledger(("excluded", ledgers.excluded("34908941", "Use of SSRIs")), finished=ledgers.account(excluded=1))

    assert "    1  left out: condition without this compound" in room.harvest("summary", "semax-ssri").out


def test_expected_documents_that_are_not_there_are_listed(room: Room) -> None:
    room.ledger(("source", ledgers.source("s1", "10358912", "Semax")), finished=ledgers.account(included=1))

    missing = json.loads(room.harvest("summary", "semax-ssri", "--json").out)["gaps"]["expected"]

    assert "pmid:10358912" not in missing
    assert "pmid:10741256" in missing


def test_an_interrupted_run_is_named_and_relied_on_by_nothing(room: Room) -> None:
    room.ledger(_people(1))

    said = room.harvest("summary", "semax-ssri").out

    assert f"Interrupted run, never finished: {ledgers.RUN}" in said
    assert "none found" not in said


def test_a_synthetic_ledger_says_so_first(room: Room) -> None:
    room.ledger(finished=ledgers.account(), synthetic=True)

    assert _first_sentence(room).startswith("SYNTHETIC")


def test_the_older_index_stands_in_json_alone(room: Room) -> None:
    room.ledger(_people(1), finished=ledgers.account(included=1))

    assert json.loads(room.harvest("summary", "semax-ssri", "--json").out)["legacy_index"] == 0.145
    assert "0.145" not in room.harvest("summary", "semax-ssri").out


@pytest.mark.parametrize(
    ("evidence", "index"),
    [({}, 0.0), ({"anecdotal": 37}, 0.555), ({"human": 4, "preclinical": 4, "none": 2, "anecdotal": 15}, 0.95)],
)
def test_the_older_index_is_capped_and_has_no_sign(evidence: dict[str, int], index: float) -> None:
    assert legacy_index(evidence) == index


def test_a_ledger_of_a_newer_version_is_not_counted(room: Room) -> None:
    room.ledger(("invention", {}))

    said = room.harvest("summary", "semax-ssri")

    assert said.code == 3
    assert "got type 'invention' in line 4" in said.err
