"""Fifteen hard cases with the right answer: what each is about, and what its own results rest on.

Titles are those of the documents. The texts are synthetic: one or two sentences of ours that state the facts of a case.
How the cases are counted is tested in `tests/summary/test_cases.py`.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from harvest.evidence import classify
from harvest.model import AbstractSection, MeshHeading, Record, Term
from harvest.screening import screen
from harvest.topics import Topic, load
from harvest.topics.topic import Compound, Condition

SEMAX = load("semax-ssri", Path(__file__).resolve().parents[2] / "data" / "topics")
RESULTS_POSTED = 25
"""A case whose agreed tier is that of its posted results, which no record of this version holds."""
ANIMALS_AND_PEOPLE = tuple(MeshHeading(ui, name) for ui, name in (("D000818", "Animals"), ("D006801", "Humans")))


def topic(compound: str, condition: str, *synonyms: str) -> Topic:
    """A small topic of its own."""
    return Topic(
        slug="case",
        title=f"{compound} for {condition}",
        compound=Compound(name=compound),
        condition=Condition(name=condition, synonyms=synonyms),
        digest=f"{compound} {condition}",
    )


def record(
    title: str, text: str, *, provider: str = "pubmed", types: tuple[Term, ...] = (), mesh: tuple[MeshHeading, ...] = ()
) -> Record:
    """A synthetic stand-in."""
    sections = (AbstractSection(text),)
    key = "url:https://example.org/1" if provider == "web" else f"{provider}:1"
    return Record(provider, key, (key,), title, abstract=sections, publication_types=types, mesh=mesh)


@dataclass(frozen=True)
class Case:
    """A document and the right answer; `near` belongs to `screening`, several designs to one tier."""

    record: Record
    topic: Topic
    screening: str
    evidence: str
    designs: tuple[str, ...]
    tier: int
    parts: tuple[str, ...] = ()

    @property
    def match(self) -> tuple[str, bool]:
        """What screening must say, and whether it must flag `near`."""
        return (self.screening, False) if self.screening != "near" else ("compound-only", True)


CASES = {
    "1-review-of-ssris": Case(
        record(
            "Emotional Blunting, Cognitive Impairment, Bone Fractures, and Bleeding as Possible Side Effects of"
            " Long-Term Use of SSRIs",
            "A systematic review, carried out according to PRISMA, of studies in patients who took SSRIs for a long"
            " time. Patients reported emotional blunting; fractures and bleeding were more frequent.",
        ),
        SEMAX,
        "condition-only",
        "human",
        ("systematic-review",),
        1,
    ),
    "3-rats-without-an-ssri": Case(
        record(
            "Antidepressant-like and antistress effects of the ACTH(4-10) synthetic analogs Semax and Melanotan II on"
            " male rats in a model of chronic unpredictable stress",
            "Male rats were stressed and given Semax or Melanotan II. Semax raised the preference for sucrose, a"
            " measure of anhedonia, and had no effect in the forced swim test.",
            mesh=(MeshHeading("D000818", "Animals"), MeshHeading("D051381", "Rats")),
        ),
        SEMAX,
        "near",
        "preclinical",
        ("animal",),
        5,
    ),
    "5-article-by-a-clinician": Case(
        record(
            "Semax for emotional blunting on SSRIs: a psychiatrist explains",
            "As a psychiatrist I believe that Semax may be worth considering when an SSRI causes emotional blunting. In"
            " this article I explain how it is thought to work. Order a consultation in our clinic.",
            provider="web",
        ),
        SEMAX,
        "direct",
        "none",
        ("opinion",),
        8,
    ),
    "7-own-use-for-anhedonia": Case(
        record(
            "I took Semax for a week to treat my anhedonia",
            "I took Semax every morning for a week. By day five I enjoyed music again, and I wrote down how I felt each"
            " evening.",
            provider="reddit",
        ),
        SEMAX,
        "near",
        "anecdotal",
        ("first-person",),
        7,
    ),
    "9-first-comment": Case(
        record(
            "Semax effects on emotions",
            "I used Semax and NA-Semax-amidate last month and it made my emotions worse. I stopped after three days.",
            provider="reddit",
        ),
        SEMAX,
        "compound-only",
        "anecdotal",
        ("first-person",),
        7,
    ),
    "9-comment-by-another-writer": Case(
        record(
            "Semax effects on emotions",
            "When I was on Semax I felt more motivated, but I was also more irritable than before.",
            provider="reddit",
        ),
        SEMAX,
        "compound-only",
        "anecdotal",
        ("first-person",),
        7,
    ),
    "11-healthy-volunteers": Case(
        record(
            "Functional Connectomic Approach to Studying Selank and Semax Effects",
            "Fifty-two healthy volunteers were given Selank, Semax or placebo. Resting-state functional MRI was"
            " recorded before and after; connectivity of the amygdala differed between the three groups.",
        ),
        SEMAX,
        "compound-only",
        "human",
        ("controlled-trial",),
        3,
    ),
    "13-cells-of-patients-and-patients": Case(
        record(
            "Immunomodulatory effects of Selank in patients with anxiety-asthenic disorders",
            "Selank was added in vitro to blood cells taken from patients with generalised anxiety disorder, and the"
            " cells released less interleukin-6. In patients who were given Selank for 14 days, cytokines in serum"
            " changed significantly.",
        ),
        topic("Selank", "anxiety", "anxiety disorder"),
        "direct",
        "human",
        ("case-series", "uncontrolled-trial"),
        4,
        ("human", "preclinical"),
    ),
    "15-animals-in-the-background": Case(
        record(
            "Effect of Semax on cytokines in patients with acute ischemic stroke",
            "In animals Semax is known to protect neurons. In this clinical trial, patients with acute ischemic stroke"
            " who received Semax were compared, in retrospect, with patients who received standard treatment alone."
            " Interleukin-10 in cerebrospinal fluid was significantly higher in the Semax group.",
            types=(Term("D016430", "Clinical Trial"),),
        ),
        topic("Semax", "ischemic stroke"),
        "direct",
        "human",
        ("controlled-trial",),
        3,
    ),
    "17-rats-and-patients": Case(
        record(
            "Semax in rats that prefer alcohol and in patients with alcohol dependence",
            "Rats that prefer alcohol were injected with Semax, and a high dose raised their motivation to drink. In a"
            " second study, patients with alcohol dependence received Semax or piracetam. Memory improved alike in both"
            " groups of patients, and craving became stronger.",
        ),
        topic("Semax", "alcohol dependence"),
        "direct",
        "human",
        ("controlled-trial",),
        3,
        ("human", "preclinical"),
    ),
    "19-meta-analysis-for-stroke": Case(
        record(
            "Semax in ischemic stroke: a meta-analysis",
            "We searched eLibrary and found 197 records. Eight controlled studies with 654 patients were suitable, and"
            " three of them with 181 patients were pooled. Deficits were less in patients who received Semax.",
        ),
        topic("Semax", "ischemic stroke"),
        "direct",
        "human",
        ("meta-analysis",),
        1,
    ),
    "19-the-same-for-another-condition": Case(
        record(
            "Semax in ischemic stroke: a meta-analysis",
            "Eight controlled studies with 654 patients with ischemic stroke were suitable, and three of them with 181"
            " patients were pooled. Neurological deficit was less in patients who received Semax.",
        ),
        SEMAX,
        "compound-only",
        "human",
        ("meta-analysis",),
        1,
    ),
    "21-semi-randomised": Case(
        record(
            "Chronic escitalopram in healthy volunteers has specific effects on reinforcement sensitivity: a"
            " double-blind, placebo-controlled semi-randomised study",
            "Emotional blunting is a side effect of SSRIs. Healthy volunteers took escitalopram or placebo for three"
            " weeks in this semi-randomised study; sensitivity to reward was significantly lower with escitalopram,"
            " which may explain emotional blunting under SSRIs.",
        ),
        SEMAX,
        "condition-only",
        "human",
        ("controlled-trial",),
        3,
    ),
    "23-machine-written-summary": Case(
        record(
            "Intravenous BPC-157 in people: what the study found",
            "According to PMID 40131143, BPC-157 was given to 24 people with placebo. This summary was written by an"
            " assistant from search results and cites the paper; read the original for its methods.",
            provider="web",
        ),
        topic("BPC-157", "knee pain"),
        "compound-only",
        "none",
        ("other",),
        8,
    ),
    "25-registration": Case(
        record(
            "Semax in Depression: a registered trial",
            "Trial registration NCT00000000. Allocation: randomized. Overall status: completed. Adults with depression"
            " will be randomly assigned to Semax or placebo; the primary outcome measure is the change in a score.",
            provider="ctgov",
        ),
        topic("Semax", "depression"),
        "direct",
        "none",
        ("trial-registration",),
        8,
    ),
    "27-dogs": Case(
        record(
            "Fluoxetine in dogs with separation distress: a randomized, placebo-controlled trial",
            "Client-owned dogs were randomly assigned to fluoxetine or placebo. Scores improved significantly more in"
            " dogs that received fluoxetine.",
            types=(Term("D064887", "Randomized Controlled Trial, Veterinary"),),
        ),
        topic("fluoxetine", "panic disorder"),
        "compound-only",
        "preclinical",
        ("animal",),
        5,
    ),
    "29-mice-and-biopsies-of-patients": Case(
        record(
            "Semax attenuates colitis in mice",
            "Mice with colitis were given Semax; the colon was less inflamed. In biopsies of patients with colitis, who"
            " received no Semax, expression of the receptor was higher than in healthy tissue.",
            mesh=(*ANIMALS_AND_PEOPLE, MeshHeading("D051379", "Mice")),
        ),
        topic("Semax", "colitis"),
        "direct",
        "preclinical",
        ("animal",),
        5,
    ),
}

cases = pytest.mark.parametrize("case", [pytest.param(case, id=name) for name, case in CASES.items()])


@cases
def test_what_the_case_is_about(case: Case) -> None:
    found = screen(case.record, case.topic)

    assert (found.relevance, "near" in found.flags) == case.match


@cases
def test_what_the_results_of_the_case_rest_on(case: Case) -> None:
    assert classify(case.record).kind == case.evidence


@cases
def test_how_the_case_came_to_its_results(case: Case) -> None:
    found = classify(case.record)

    assert found.design in case.designs
    assert found.tier == case.tier


@cases
def test_which_parts_the_case_has(case: Case) -> None:
    assert tuple(sorted(classify(case.record).parts)) == case.parts


def test_healthy_volunteers_are_flagged_by_screening() -> None:
    case = CASES["11-healthy-volunteers"]
    found = screen(case.record, case.topic)
    assert "screen.healthy-volunteers" in [reason.rule for reason in found.reasons]


def test_what_two_views_of_one_trial_say_differently_needs_a_person() -> None:
    assert classify(CASES["15-animals-in-the-background"].record).needs_review


@pytest.mark.recorded
def test_these_are_the_answers_that_were_agreed(recorded: Path) -> None:
    path = recorded.parent / "reference" / "evidence-cases.jsonl"
    if not path.is_file():
        pytest.skip("no agreed cases beside this checkout")
    agreed = {case["n"]: case for case in map(json.loads, path.read_text(encoding="utf-8").splitlines())}
    numbered = [(int(name.split("-", maxsplit=1)[0]), case) for name, case in CASES.items()]

    assert {number for number, _ in numbered} == agreed.keys()
    for number, case in numbered:
        assert agreed[number]["evidence"].startswith(case.evidence), number
        if number != RESULTS_POSTED:
            assert agreed[number]["tier"] == case.tier, number
