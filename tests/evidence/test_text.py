"""Words decide where no person has indexed the record."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvest.evidence import classify
from harvest.evidence.text import Text
from harvest.evidence.text_rules import Rule, rules
from harvest.evidence.votes import votes
from harvest.model import AbstractSection, EvidenceKind, Journal, Record
from harvest.passages import passages


def record(title: str = "", *sections: str | AbstractSection, journal: str = "") -> Record:
    abstract = tuple(AbstractSection(s) if isinstance(s, str) else s for s in sections)
    return Record("pubmed", "pmid:1", ("pmid:1",), title, abstract=abstract, journal=Journal(title=journal))


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.id)
def test_every_rule_matches_its_example_and_gives_its_reason(rule: Rule) -> None:
    assert rule.why.endswith(".")
    field = rule.where[0]
    texts = {"title": record(rule.example), "journal": record("The compound", journal=rule.example)}
    found = [vote.reason for vote in votes(Text.of(texts[field])) if vote.rule is rule]
    assert [(reason.rule, reason.field) for reason in found] == [(rule.id, field)]


def test_rules_have_names_of_their_own() -> None:
    assert len({rule.id for rule in rules()}) == len(rules())


@pytest.mark.parametrize(
    ("title", "abstract", "kind", "design"),
    [
        ("Semax in the animal model of Alzheimer's disease", "", "preclinical", "animal"),
        ("The compound in an animal model: hope for patients", "", "preclinical", "animal"),
        ("Uptake by human SH-SY5Y cells in vitro", "", "preclinical", "in-vitro"),
        ("The compound in rat brain slices ex vivo", "", "preclinical", None),
        ("Molecular docking of the compound in silico", "", "preclinical", "in-silico"),
        ("The compound for depression: a case report", "", "human", "case-report"),
        ("A randomised trial of the compound in patients with stroke", "", "human", "rct"),
        ("The compound in healthy volunteers: a placebo-controlled study", "", "human", "controlled-trial"),
        ("A systematic review and meta-analysis of the compound in adults", "", "human", None),
        ("A systematic review of the compound in animal models", "", "preclinical", "systematic-review"),
        ("Study protocol for a randomised trial of the compound in adults", "We will recruit 90 adults.", "none", None),
        ("The compound: recent advances", "This review discusses mechanisms.", "none", "narrative-review"),
        ("Commentary on: the compound in depression", "We discuss the findings.", "none", "opinion"),
        ("Fluoxetine in dogs: a randomized, placebo-controlled trial", "", "preclinical", "animal"),
        ("Patients' experiences of the compound: a qualitative study", "", "human", "qualitative"),
        ("Effects of the compound", "", "undetermined", None),
    ],
)
def test_the_words_of_a_document(title: str, abstract: str, kind: str, design: str | None) -> None:
    found = classify(record(title, abstract) if abstract else record(title))
    assert found.kind == kind
    assert design is None or found.design == design


def test_will_be_randomised_is_a_plan_and_was_randomised_a_result() -> None:
    plan = "Patients with stroke will be randomised to the compound or placebo. The primary outcome will be assessed."
    result = "Patients with stroke were randomised to the compound or placebo. Scores were significantly better."
    assert classify(record("The compound in stroke", plan)).kind == EvidenceKind.NONE
    assert classify(record("The compound in stroke", result)).design == "rct"


def test_a_trial_is_randomised_only_if_it_says_so() -> None:
    abstract = "Forty patients received the compound, forty placebo, double-blind. Scores improved significantly."
    assert classify(record("The compound in stroke", abstract)).design == "controlled-trial"


def test_a_wish_for_randomised_trials_is_not_a_randomised_trial() -> None:
    result = AbstractSection(
        "Thirty patients were treated. Scores improved significantly (p < 0.05).", "RESULTS", "RESULTS"
    )
    wish = AbstractSection("Larger randomised trials are needed.", "CONCLUSIONS", "CONCLUSIONS")
    assert classify(record("The compound in stroke", result, wish)).design != "rct"


def test_a_background_that_speaks_of_patients_does_not_make_rats_people() -> None:
    background = AbstractSection(
        "Patients with depression often do not respond. In patients, women and men alike, adults respond late.",
        "BACKGROUND",
        "BACKGROUND",
    )
    methods = AbstractSection("Rats were given the compound and tested in the open field.", "METHODS", "METHODS")
    found = classify(record("The compound and anhedonia", background, methods))
    assert (found.kind, found.design) == (EvidenceKind.PRECLINICAL, "animal")
    start = found.reasons[0].start
    assert start > len(background.text)


def test_background_is_told_from_the_rest_without_labels() -> None:
    text = (
        "Depression is a common disorder in patients of all ages. Ketamine has been shown to help patients. "
        "Here we investigated the compound in mice. Mice were injected daily. Immobility was significantly reduced."
    )
    roles = [passage.role for passage in passages(record("", text))]
    assert roles[:2] == ["background", "background"]
    assert "background" not in roles[2:]
    assert classify(record("The compound and depression", text)).kind == EvidenceKind.PRECLINICAL


def test_labels_inside_a_plain_text_are_heeded() -> None:
    text = "BACKGROUND: Patients suffer. METHODS: Mice were treated. RESULTS: Mice improved. CONCLUSION: Patients hope."
    roles = [passage.role for passage in passages(record("", text))]
    assert roles == ["background", "methods", "results", "conclusions"]


def test_people_and_animals_with_results_of_their_own_are_two_parts_for_a_person_to_look_at() -> None:
    abstract = (
        "Male Wistar rats were injected with the compound, and the rats drank less in the open field. "
        "In a second study, 60 patients with alcohol dependence received the compound; patients craved less (p < 0.05)."
    )
    found = classify(record("The compound in rats and in patients", abstract))
    assert found.kind == EvidenceKind.HUMAN
    assert found.parts == ("human", "preclinical")
    assert found.needs_review


def test_too_little_text_is_undetermined_and_says_so() -> None:
    found = classify(record("Functional connectomic approach"))
    assert (found.kind, found.probability, found.needs_review) == (EvidenceKind.UNDETERMINED, 0, True)
    assert found.reasons[-1].rule == "evidence.too-little-text"


def test_nothing_done_and_nothing_found_is_no_result() -> None:
    abstract = "Epilepsy is a group of diseases. Its treatment remains difficult."
    found = classify(record("Epilepsy in children", abstract))
    assert found.kind == EvidenceKind.NONE
    assert "evidence.no-results" in [reason.rule for reason in found.reasons]


def test_a_journal_of_hypotheses_publishes_hypotheses() -> None:
    found = classify(record("The compound as potential agent for Rett syndrome", journal="Medical hypotheses"))
    assert (found.kind, found.design) == (EvidenceKind.NONE, "opinion")


def test_what_was_read() -> None:
    assert classify(record("The compound in patients")).basis == "title"
    assert classify(record("The compound", "Patients improved.")).basis == "abstract"
    russian = Record(
        "pubmed", "pmid:1", ("pmid:1",), "[Semax]", abstract=(AbstractSection("Patients."),), languages=("rus",)
    )
    assert classify(russian).basis == "translated-abstract"


def test_nothing_is_certain() -> None:
    text = "Patients were randomised. " * 30 + "Patients improved significantly (p < 0.001; 95% CI 1-2)."
    assert 0 < classify(record("A randomised trial in patients", text)).probability < 1_000_000


@given(
    st.text(st.sampled_from("rats patients. ß İ é ½ \u200b randomised (p < 0.05) Ⅳ ∝2 \uff37e \n"), max_size=200),
    st.text(max_size=60),
)
def test_reasons_cite_the_very_words(abstract: str, title: str) -> None:
    told = record(title, AbstractSection(abstract, "RESULTS"), "In rats. Patients \u2013 in vitro \u2013 were treated.")
    raw = {"title": told.title, "abstract": told.abstract_text}
    found = classify(told)
    for reason in found.reasons:
        if reason.start >= 0:
            assert raw[reason.field][reason.start : reason.end] == reason.text
            assert re.search(r"[\w?]", reason.text)


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_text_gets_an_allowed_label_with_a_reason(title: str, abstract: str) -> None:
    found = classify(record(title, abstract))
    assert found.reasons
    assert 1 <= found.tier <= 8
    assert 0 <= found.probability < 1_000_000
