"""Documents whose right labels are known, judged from their published facts: titles, and headings where seen.

Titles alone often say too little; `undetermined` is then the right answer, and a person is asked.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from harvest.evidence import classify
from harvest.model import AbstractSection, Journal, MeshHeading, Record, Term
from harvest.screening import screen
from harvest.topics import load

SEMAX = load("semax-ssri", Path(__file__).resolve().parents[1] / "data" / "topics")
RAT_HEADINGS = ("Animals", "Male", "Rats", "Depression", "Behavior, Animal", "Rats, Sprague-Dawley")

KNOWN = [
    json.loads(line)
    for line in (Path(__file__).parent / "fixtures" / "known_documents.jsonl").read_text(encoding="utf-8").splitlines()
]


def record(title: str, *, headings: tuple[str, ...] = (), abstract: str = "", journal: str = "") -> Record:
    return Record(
        "pubmed",
        "pmid:1",
        ("pmid:1",),
        title,
        abstract=(AbstractSection(abstract),) if abstract else (),
        journal=Journal(title=journal),
        mesh=tuple(MeshHeading("", name) for name in headings),
    )


@pytest.mark.parametrize("known", KNOWN, ids=lambda known: known["pmid"])
def test_a_known_document_by_its_title(known: dict[str, Any]) -> None:
    found = record(known["title"])
    screening, evidence = screen(found, SEMAX), classify(found)
    assert (screening.relevance, "near" in screening.flags) == (known["screening"], known["near"])
    assert evidence.kind == known["evidence"]
    assert evidence.design == (known["design"] or evidence.design)
    assert evidence.basis == "title"
    assert evidence.needs_review or evidence.kind != "undetermined"


def test_two_analogues_tested_on_male_rats_are_preclinical_by_title_and_headings() -> None:
    title = (
        "Antidepressant-like and antistress effects of the ACTH(4-10) synthetic analogs Semax and Melanotan II on male"
        " rats in a model of chronic unpredictable stress"
    )
    found = record(title, headings=RAT_HEADINGS)
    assert screen(found, SEMAX).relevance == "compound-only"
    assert (classify(found).kind, classify(found).design) == ("preclinical", "animal")
    with_outcome = record(title, headings=RAT_HEADINGS, abstract="Semax reduced anhedonia in the sucrose test.")
    assert screen(with_outcome, SEMAX).flags == ("near",)


def test_a_systematic_review_of_ssris_is_human_but_not_about_semax() -> None:
    title = (
        "Emotional Blunting, Cognitive Impairment, Bone Fractures, and Bleeding as Possible Side Effects of Long-Term"
        " Use of SSRIs"
    )
    found = record(title, abstract="A systematic review, carried out according to PRISMA.")
    assert screen(found, SEMAX).relevance == "condition-only"
    assert (classify(found).kind, classify(found).design, classify(found).tier) == ("human", "systematic-review", 1)


@pytest.mark.parametrize("title", ["Effects of Semax on the Default Mode Network of the Brain", "Semax effects"])
def test_a_title_that_says_too_little_is_human_once_people_are_indexed(title: str) -> None:
    assert classify(record(title, headings=("Humans", "Male", "Adult"))).kind == "human"


@pytest.mark.parametrize(
    ("title", "abstract", "kind", "design"),
    [
        (
            "Fluoxetine in dogs with separation anxiety",
            "A randomized, placebo-controlled trial in 40 client-owned dogs. Dogs improved significantly.",
            "preclinical",
            "animal",
        ),
        (
            "The compound in mice",
            "Mice were given the compound daily. Target expression was confirmed in biopsies of patients.",
            "preclinical",
            "animal",
        ),
        (
            "The compound added to blood cells of patients in vitro",
            "Blood cells from patients were cultured with the compound in vitro. Cytokines fell significantly.",
            "preclinical",
            "in-vitro",
        ),
        (
            "Effects of escitalopram: a semi-randomised, placebo-controlled study in healthy volunteers",
            "Healthy volunteers received escitalopram or placebo, double-blind. Reward learning was reduced.",
            "human",
            None,
        ),
        (
            "Semax in stroke: a meta-analysis",
            "We searched eLibrary. Eight studies with 654 patients were included.",
            "human",
            None,
        ),
    ],
)
def test_hard_cases_in_their_own_words(title: str, abstract: str, kind: str, design: str | None) -> None:
    found = classify(record(title, abstract=abstract))
    assert found.kind == kind
    assert design is None or found.design == design


def test_a_veterinary_trial_is_never_human() -> None:
    told = Record(
        "pubmed",
        "pmid:1",
        ("pmid:1",),
        "Fluoxetine: a randomized, placebo-controlled trial",
        publication_types=(Term("", "Randomized Controlled Trial, Veterinary"),),
    )
    assert (classify(told).kind, classify(told).tier) == ("preclinical", 5)
