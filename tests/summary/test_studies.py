"""A study is one group of participants or animals under one protocol, however many documents report it."""

import pytest

from tests.summary.holdings import (
    left_out,
    linked,
    outcomes,
    people,
    profile,
    report,
    retraction,
    review,
    source,
    studies,
)


@pytest.mark.parametrize("relation", ["preprint-of", "results-of", "translation-of"])
def test_a_second_report_of_one_study_counts_once(relation: str) -> None:
    found = profile(people(1), people(2), linked("s2", relation, "pmid:90000001"))

    (cell,) = found.cells
    assert (cell.studies, cell.sources) == (1, ("s1", "s2"))


def test_a_link_to_a_document_that_is_not_here_changes_nothing() -> None:
    assert studies(profile(people(1), linked("s1", "preprint-of", "doi:10.1000/elsewhere"))) == 1


def test_a_preprint_that_the_provider_links_to_its_article_counts_once() -> None:
    article = {"relation": "update-of", "key": "pmid:90000002", "citation": ""}

    assert studies(profile(people(1, links=[article]), people(2, role="preprint"))) == 1


def test_two_comments_in_one_thread_are_not_one() -> None:
    found = profile(report(1), report(2), linked("s1", "same-thread", "s2"))

    assert found.reports.writers == 2


def test_reports_that_state_one_registration_number_are_of_one_study() -> None:
    number = "Registered as NCT01234567."

    assert studies(profile(people(1, abstract=number), people(2, abstract=number))) == 1


def test_a_text_that_names_several_registrations_is_tied_to_none() -> None:
    several = "Like NCT01234567 and NCT07654321."

    assert studies(profile(people(1, abstract=several), people(2, abstract="NCT01234567"))) == 2


def test_a_further_record_changes_no_study_count() -> None:
    body = {"key": "doi:10.1/x", "keys": ["doi:10.1/x"], "provider": "crossref", "digest": "", "of": "s1", "rule": "r"}
    found = profile(people(1), ("duplicate", body | {"title": "", "agreed": ["doi"]}))

    assert (studies(found), found.duplicates) == (1, 1)


def test_a_paper_with_people_and_animals_has_one_unit_each() -> None:
    found = profile(people(1, parts=["human", "preclinical"], outcome="mixed"))

    assert studies(found, evidence="human") == studies(found, evidence="preclinical") == 1
    (animals,) = (cell for cell in found.cells if cell.evidence == "preclinical")
    assert (animals.design, animals.outcomes) == ("other", {"not-reported": 1})


def test_a_synthesis_is_no_study() -> None:
    found = profile(people(1), people(2, design="meta-analysis", tier=1))

    assert studies(found) == 1
    assert [one.sid for one in found.syntheses] == ["s2"]


def test_near_is_a_match_of_its_own() -> None:
    found = profile(people(1, screening="compound-only", flags=["near"]), people(2, screening="compound-only"))

    assert [cell.match for cell in found.cells] == ["near", "compound-only"]


def test_what_was_left_out_as_condition_only_has_cells_without_participants() -> None:
    found = profile(left_out(1, evidence="human", design="cohort"))

    (cell,) = found.cells
    assert (cell.match, cell.evidence, cell.participants) == ("condition-only", "human", None)
    assert found.sources == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"design": "pharmacokinetic"},
        {"flags": ["healthy-volunteers"]},
        {"abstract": "Healthy male volunteers took the peptide."},
        {"reasons": [{"rule": "screen.healthy-volunteers", "field": "title", "text": "healthy volunteers"}]},
    ],
)
def test_people_without_the_condition_stand_outside_the_efficacy_cells(changes: dict[str, object]) -> None:
    found = profile(people(1, **{"screening": "compound-only", **changes}))

    assert found.cells == ()
    assert [cell.studies for cell in found.healthy_or_pk] == [1]
    assert "Nearest: 1 human study without the condition" in found.sentence


def test_healthy_controls_beside_patients_make_no_study_of_healthy_people() -> None:
    assert profile(people(1, abstract="Healthy volunteers and patients took the peptide.")).healthy_or_pk == ()


def test_outcomes_are_counts_of_studies_and_a_negative_one_never_raises_improved() -> None:
    before = profile(people(1, outcome="improved"))
    after = profile(people(1, outcome="improved"), people(2, outcome="worsened", harms="reported"))

    assert outcomes(before, "improved") == outcomes(after, "improved") == 1
    assert outcomes(after, "worsened") == 1
    assert after.cells[0].harms == {"reported": 1, "not-reported": 1}


def test_two_reports_of_one_study_that_differ_are_mixed_and_keep_the_harm() -> None:
    found = profile(
        people(1, outcome="improved", harms="none-reported"),
        people(2, outcome="worsened", harms="reported"),
        linked("s2", "preprint-of", "s1"),
    )

    assert (found.cells[0].outcomes, found.cells[0].harms) == ({"mixed": 1}, {"reported": 1})


def test_a_retraction_removes_the_weight_and_names_the_source() -> None:
    found = profile(people(1), people(2), retraction(1))

    assert studies(found) == 1
    assert [one.sid for one in found.retracted] == ["s1"]


def test_the_preprint_of_a_retracted_article_has_no_weight_either() -> None:
    found = profile(people(1), people(2, role="preprint"), linked("s2", "preprint-of", "s1"), retraction(1))

    assert (found.cells, len(found.retracted)) == ((), 2)


def test_the_article_stands_when_its_preprint_is_withdrawn_as_retracted() -> None:
    found = profile(people(1), people(2, role="preprint"), linked("s2", "preprint-of", "s1"), retraction(2))

    assert studies(found) == 1


def test_a_further_record_that_is_retracted_retracts_its_source() -> None:
    body = {"key": "doi:10.1/x", "keys": ["doi:10.1/x"], "provider": "crossref", "digest": "", "of": "s1", "rule": "r"}
    found = profile(
        people(1),
        ("duplicate", body | {"title": "", "agreed": ["doi"]}),
        ("changed", {"key": "doi:10.1/x", "provider": "crossref", "new": {"flags": ["retracted"]}}),
    )

    assert found.cells == ()


def test_a_republication_of_a_retracted_paper_counts() -> None:
    link = {"relation": "retracted-and-republished-in", "key": "pmid:90000002", "citation": ""}

    assert studies(profile(people(1, flags=["retracted"], links=[link]), people(2))) == 1


def test_a_source_of_concern_counts_and_is_named() -> None:
    found = profile(people(1), retraction(1, "concern"))

    assert (studies(found), [one.sid for one in found.concern]) == (1, ["s1"])


def test_not_checked_is_a_standing_of_its_own() -> None:
    found = profile(people(1), source(2, provider="web"))

    assert found.standing == {"none-stated": 1, "not-known": 0, "not-checked": 1}


def test_possible_duplicates_make_a_range_until_a_person_decides() -> None:
    maybe = (people(1), people(2, maybe_duplicate_of="s1"))

    waiting = profile(*maybe)
    decided = profile(*maybe, review("s2", "distinct"))
    joined = profile(*maybe, linked("s2", "results-of", "s1"))

    assert (waiting.cells[0].studies_at_least, waiting.cells[0].studies, len(waiting.maybe_duplicates)) == (1, 2, 1)
    assert ": 1 to 2, machine-labelled" in waiting.sentence
    assert (decided.cells[0].studies_at_least, decided.cells[0].studies, decided.maybe_duplicates) == (2, 2, ())
    assert (joined.cells[0].studies_at_least, joined.cells[0].studies, joined.maybe_duplicates) == (1, 1, ())


def test_a_possible_duplicate_in_another_cell_may_be_the_one_that_counts() -> None:
    found = profile(people(1), people(2, design="cohort", maybe_duplicate_of="s1"))

    assert [(cell.studies_at_least, cell.studies) for cell in found.cells] == [(0, 1), (0, 1)]


def test_labels_that_a_person_confirmed_are_checked() -> None:
    found = profile(people(1), people(2), review("s1"))

    assert (found.unchecked, found.cells[0].unchecked) == (1, 1)
    assert ": 2, 1 of them machine-labelled, unchecked (" in found.sentence
    assert ": 1 (PubMed" in profile(people(1), review("s1")).sentence


def test_a_person_sets_the_labels_and_no_machine_changes_them_back() -> None:
    machine = {"sid": "s1", "key": "pmid:90000001", "new": {"evidence": "human", "design": "cohort"}, "old": {}}
    found = profile(people(1), review("s1", "changed", evidence="none", design="opinion"), ("reclassified", machine))

    assert (found.cells, found.not_evidence) == ((), {"opinion": 1})


def test_studies_of_one_group_of_authors_are_told() -> None:
    shared = ["Ivanov A", "Petrov B"]
    found = profile(
        people(1, authors=[*shared, "Smith J"]), people(2, authors=shared), people(3, authors=["Smith J", "Jones K"])
    )

    assert (found.shared_authors["human"].largest, found.shared_authors["human"].studies) == (2, 3)


def test_one_author_alone_links_what_has_no_other() -> None:
    found = profile(people(1, authors=["Ivanov A"]), people(2, authors=["Ivanov A", "Petrov B"]))

    assert found.shared_authors["human"].largest == 2


def test_what_was_read_is_told_by_study() -> None:
    found = profile(people(1), source(2, basis="title"))

    assert found.basis == {"abstract": 1, "title": 1}


def test_participants_are_added_where_stated() -> None:
    found = profile(people(1, abstract="We enrolled 52 patients."), people(2, abstract="Patients were treated."))

    counted = found.cells[0].participants
    assert counted is not None
    assert (counted.of, counted.total, counted.stated, counted.not_stated) == ("people", 52, 1, 1)


def test_participants_that_the_entry_names_go_before_those_read_from_its_text() -> None:
    (cell,) = profile(people(1, abstract="We enrolled 52 patients.", participants=40)).cells

    assert cell.participants is not None
    assert cell.participants.total == 40


def test_cells_and_models_have_no_participants() -> None:
    (cell,) = profile(source(1, design="in-vitro", abstract="In 12 rats.")).cells

    assert cell.participants is None


def test_of_two_equal_reports_the_same_one_speaks_whichever_came_first() -> None:
    two = [people(1, abstract="We enrolled 52 patients."), people(2, abstract="We enrolled 40 patients.")]
    link = linked("s2", "results-of", "s1")

    assert profile(*two, link).cells[0].participants == profile(*reversed(two), link).cells[0].participants
