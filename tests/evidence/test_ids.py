"""Identifiers decide where a person indexed the record."""

from typing import Any

import pytest

from harvest.evidence import Design, classify
from harvest.evidence.ids import headings, publication_types
from harvest.model import AbstractSection, Correction, EvidenceKind, MeshHeading, Record, Term

HUMANS = MeshHeading("D006801", "Humans")
ANIMALS = MeshHeading("D000818", "Animals")
ADULT = MeshHeading("D000328", "Adult")
CELL_LINE = MeshHeading("D002460", "Cell Line")
RCT = Term("D016449", "Randomized Controlled Trial")
REVIEW = Term("D016454", "Review")
LETTER = Term("D016422", "Letter")


def record(title: str = "Effects of the compound", abstract: str = "", **more: Any) -> Record:
    sections = (AbstractSection(abstract),) if abstract else ()
    return Record("pubmed", "pmid:1", ("pmid:1",), title, abstract=sections, **more)


@pytest.mark.parametrize("ui", ["D000077522", "D999999"])
def test_a_veterinary_trial_is_not_human_whatever_its_identifier(ui: str) -> None:
    term = Term(ui, "Randomized Controlled Trial, Veterinary")
    found = classify(record("Fluoxetine in dogs: a randomized, placebo-controlled trial", publication_types=(term,)))
    assert (found.kind, found.design, found.tier) == (EvidenceKind.PRECLINICAL, Design.ANIMAL, 5)


def test_a_randomised_trial_is_one_although_the_text_does_not_say_so() -> None:
    found = classify(record("Semax in stroke", publication_types=(RCT,)))
    assert (found.kind, found.design, found.tier) == (EvidenceKind.HUMAN, Design.RCT, 2)
    assert found.reasons[0].rule == "evidence.type-rct"
    assert found.reasons[0].field == "publication_types"


def test_trial_words_on_a_record_indexed_with_animals_alone_are_borrowed() -> None:
    found = classify(record(publication_types=(RCT,), mesh=(ANIMALS,)))
    assert (found.kind, found.design) == (EvidenceKind.PRECLINICAL, Design.ANIMAL)


def test_a_name_counts_where_the_identifier_is_missing_but_never_against_one() -> None:
    assert classify(record(publication_types=(Term("", "Randomized Controlled Trial"),))).design == Design.RCT
    other = Term("D016428", "Randomized Controlled Trial")
    assert classify(record(publication_types=(other,))).design != Design.RCT


@pytest.mark.parametrize("name", ["Retraction of Publication", "Published Erratum", "Expression of Concern"])
def test_notices_have_no_results_whatever_they_quote(name: str) -> None:
    term = Term(publication_types()[name.casefold()].ui, name)
    title = "Retraction: A randomized trial of the compound in 120 patients"
    found = classify(record(title, "120 patients were randomized to the compound.", publication_types=(term,)))
    assert (found.kind, found.design, found.tier) == (EvidenceKind.NONE, Design.OTHER, 8)


@pytest.mark.parametrize(
    ("name", "design"),
    [("Editorial", "opinion"), ("Comment", "opinion"), ("News", "news"), ("Clinical Trial Protocol", "protocol")],
)
def test_types_without_results(name: str, design: str) -> None:
    term = Term(publication_types()[name.casefold()].ui, name)
    found = classify(record("The compound in patients", publication_types=(term,), mesh=(HUMANS,)))
    assert (found.kind, found.design) == (EvidenceKind.NONE, design)


def test_headings_decide_when_the_title_says_nothing() -> None:
    assert classify(record(mesh=(HUMANS, ADULT))).kind == EvidenceKind.HUMAN
    assert classify(record(mesh=(ANIMALS,))).kind == EvidenceKind.PRECLINICAL


def test_both_check_tags_or_human_cells_are_left_to_the_text() -> None:
    assert classify(record(mesh=(HUMANS, ANIMALS))).kind == EvidenceKind.UNDETERMINED
    cells = record("The compound in cultured human fibroblasts", mesh=(HUMANS, CELL_LINE))
    assert (classify(cells).kind, classify(cells).design) == (EvidenceKind.PRECLINICAL, Design.IN_VITRO)


def test_no_heading_does_not_mean_not_human() -> None:
    assert classify(record("Effect of the compound in patients with stroke")).kind == EvidenceKind.HUMAN


def test_headings_set_by_a_machine_are_weaker_than_a_clear_text() -> None:
    abstract = "Male rats were injected with the compound. The rats showed significantly reduced infarcts (p < 0.01)."
    by_person = classify(record("The compound in rats", abstract, mesh=(HUMANS, ADULT)))
    by_machine = classify(record("The compound in rats", abstract, mesh=(HUMANS, ADULT), indexing_method="Automated"))
    assert by_person.kind == EvidenceKind.HUMAN
    assert by_machine.kind == EvidenceKind.PRECLINICAL
    assert by_person.needs_review
    assert by_machine.needs_review


def test_a_heading_marked_automatic_is_weak_beside_those_of_a_person() -> None:
    automatic = MeshHeading("D006801", "Humans", automatic=True)
    assert classify(record(mesh=(automatic, ANIMALS))).kind == EvidenceKind.PRECLINICAL


def test_a_review_is_a_synthesis_where_the_text_says_how_it_searched() -> None:
    abstract = "We searched PubMed and Embase. Two reviewers independently selected randomized trials in patients."
    found = classify(record("The compound: a systematic review", abstract, publication_types=(REVIEW,)))
    assert (found.kind, found.design, found.tier) == (EvidenceKind.HUMAN, Design.SYSTEMATIC_REVIEW, 1)
    assert found.needs_review


def test_a_review_stays_without_results_although_it_tells_of_trials() -> None:
    abstract = "The compound was given to patients in randomized trials. It improved outcomes significantly (p < 0.05)."
    found = classify(record("The compound in patients", abstract, publication_types=(REVIEW,)))
    assert found.kind == EvidenceKind.NONE
    assert found.needs_review


def test_a_systematic_review_of_animals_is_preclinical() -> None:
    term = Term("D000078182", "Systematic Review")
    found = classify(record(publication_types=(term,), mesh=(ANIMALS,)))
    assert (found.kind, found.tier) == (EvidenceKind.PRECLINICAL, 5)


def test_a_letter_without_abstract_is_opinion_one_with_results_is_what_they_are() -> None:
    assert classify(record("The compound for pain", publication_types=(LETTER,))).design == Design.OPINION
    abstract = "We treated 24 patients with the compound. Pain scores were significantly lower (p < 0.01)."
    assert classify(record("The compound", abstract, publication_types=(LETTER,))).kind == EvidenceKind.HUMAN


def test_a_trial_of_before_there_were_protocol_types_yields_to_a_surely_planned_one() -> None:
    abstract = "Participants will be randomised. Outcomes will be assessed at six months. We will recruit 200 patients."
    found = classify(record("The compound: study protocol for a trial", abstract, publication_types=(RCT,)))
    assert (found.kind, found.design) == (EvidenceKind.NONE, Design.PROTOCOL)
    assert found.needs_review


def test_a_book_without_types_is_a_review() -> None:
    assert classify(record("The compound", status="book")).design == Design.NARRATIVE_REVIEW


@pytest.mark.parametrize(
    ("kind", "flags"),
    [
        ("RetractionIn", ("retracted",)),
        ("ExpressionOfConcernIn", ("concern",)),
        ("ErratumIn", ("erratum",)),
        ("RetractionOf", ()),
        ("ExpressionOfConcernFor", ()),
        ("ErratumFor", ()),
        ("CommentIn", ()),
    ],
)
def test_flags_follow_the_direction_of_a_correction(kind: str, flags: tuple[str, ...]) -> None:
    found = classify(record("The compound in patients", corrections=(Correction(kind, "J 2020"),)))
    assert found.flags == flags
    assert found.kind == EvidenceKind.HUMAN


def test_a_retracted_publication_keeps_its_label() -> None:
    retracted = Term("D016441", "Retracted Publication")
    found = classify(record(publication_types=(RCT, retracted), corrections=(Correction("RetractionIn", "J 2020"),)))
    assert (found.kind, found.design, found.flags) == (EvidenceKind.HUMAN, Design.RCT, ("retracted",))


def test_the_tables_name_each_identifier_once_and_only_known_designs() -> None:
    types = {entry.ui: entry for entry in publication_types().values()}
    assert len(types) * 2 == len(publication_types())
    assert {entry.says for entry in types.values()} - set(Design) == {"notice", "people", "trial"}
    says = {entry.says for entry in headings().values()}
    assert says - set(Design) == {"people", "animals", "sex", "laboratory", "model"}


def test_names_count_however_their_letters_are_set() -> None:
    small = Term("", "randomized controlled trial")
    assert classify(record(publication_types=(small,))).design == "rct"
