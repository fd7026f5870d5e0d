# ruff: noqa: RUF001 - dashes and Cyrillic words are what is read
"""What part a named compound or condition plays, told by the words around it."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvest.model import AbstractSection, Keyword, MeshHeading, Record, Relevance, Substance
from harvest.screening import screen
from harvest.topics import Topic, load

ROOT = Path(__file__).resolve().parents[1]
TRACKED, FIXTURES = ROOT / "data" / "topics", ROOT / "tests" / "fixtures" / "screening" / "topics"
SEMAX, KETAMINE = load("semax-ssri", TRACKED), load("ketamine-depression", TRACKED)
ULCER, COVID = load("cimetidine-ulcer", TRACKED), load("tocilizumab-covid19", TRACKED)
ASPIRIN, LITHIUM = load("aspirin-infarction", FIXTURES), load("lithium-bipolar", FIXTURES)
MORPHINE, METFORMIN = load("morphine-postoperative-pain", FIXTURES), load("metformin-diabetes", FIXTURES)
GROWTH, PRESSURE = load("tgf-beta-fibrosis", FIXTURES), load("propranolol-hypertension", FIXTURES)
INDEXED = (Substance("D004280", "Dobutamine"),)

DIRECT, COMPOUND_ONLY = Relevance.DIRECT, Relevance.COMPOUND_ONLY
CONDITION_ONLY, OFF_TOPIC = Relevance.CONDITION_ONLY, Relevance.OFF_TOPIC


def record(title: str, abstract: str = "", **more: object) -> Record:
    sections = (AbstractSection(abstract),) if abstract else ()
    return Record("pubmed", "pmid:1", ("pmid:1",), title, abstract=sections, **more)  # type: ignore[arg-type]  # by name


def verdict(topic: Topic, title: str, abstract: str = "", **more: object) -> Relevance:
    return screen(record(title, abstract, **more), topic).relevance


@pytest.mark.parametrize(
    "abstract",
    [
        "Patients with major depression received fluoxetine. No ketamine was given.",
        "We treated 40 patients with major depression by ECT without ketamine.",
        "We treated 40 patients with major depression by ECT without additional use of ketamine.",
        "Major depression was treated with lithium; ketamine was not used in these patients.",
        "Lithium was given for major depression. None of the patients had previously received ketamine.",
        "We followed ketamine-naive patients with major depression under lithium.",
        "Neither esmolol nor ketamine were given to these patients with major depression.",
        "Patients with major depression who took ketamine were excluded. MADRS fell with psilocybin.",
        "Exclusion criteria were pregnancy and ketamine use. MADRS fell with psilocybin in major depression.",
    ],
)
def test_what_nobody_was_given_was_not_tested(abstract: str) -> None:
    found = screen(record("Treatment of major depression", abstract), KETAMINE)
    assert found.relevance == CONDITION_ONLY
    assert found.reasons[0].rule == "screen.compound-as-left-out"


@pytest.mark.parametrize(
    "title",
    [
        "ECT with or without ketamine in major depression",
        "No effect of ketamine on major depression",
        "Ketamine does not improve major depression",
        "Neither midazolam nor ketamine improved major depression",
        "No ketamine-related adverse events in major depression: ketamine in 40 patients",
    ],
)
def test_a_negative_result_is_a_result(title: str) -> None:
    assert verdict(KETAMINE, title) == DIRECT


def test_a_context_that_was_not_there_is_no_context() -> None:
    for abstract in ("Semax reduced anhedonia; no SSRI was given.", "Rats with anhedonia, not treated with SSRIs."):
        found = screen(record("Semax in rats", abstract), SEMAX)
        assert (found.relevance, found.flags) == (COMPOUND_ONLY, ("near",))


@pytest.mark.parametrize(
    "title",
    [
        "Clozapine versus placebo or cimetidine for duodenal ulcer",
        "Ranitidine, famotidine and nizatidine compared with cimetidine for duodenal ulcers",
        "Ranitidine vs. cimetidine in duodenal ulcer",
        "Comparison of the healing of duodenal ulcer under ranitidine with cimetidine",
    ],
)
def test_what_stands_on_the_other_side_of_a_comparison_was_not_tested(title: str) -> None:
    assert verdict(ULCER, title) == CONDITION_ONLY


@pytest.mark.parametrize(
    "title",
    [
        "Cimetidine versus ranitidine in duodenal ulcer",
        "A comparison of cimetidine and ranitidine in duodenal ulcer",
        "Cimetidine compared with placebo for duodenal ulcers",
        "Six versus twelve weeks of bed rest with cimetidine in duodenal ulcer",
    ],
)
def test_what_is_compared_was_tested(title: str) -> None:
    assert verdict(ULCER, title) == DIRECT


def test_an_arm_that_the_title_names_as_comparator_stays_one_in_the_results() -> None:
    abstract = "Ulcers healed in 80% of patients under ranitidine. They healed in 70% of those given cimetidine."
    assert verdict(ULCER, "Ranitidine versus cimetidine in duodenal ulcer", abstract) == CONDITION_ONLY


def test_two_that_were_compared_were_both_tested() -> None:
    abstract = "Carbenoxolone and cimetidine were compared in 40 patients with duodenal ulcer."
    assert verdict(ULCER, "Carbenoxolone: a comparison with cimetidine", abstract) == DIRECT


@pytest.mark.parametrize(
    ("abstract", "role"),
    [
        ("Ranitidine healed duodenal ulcers that were resistant to cimetidine.", "other-medicine"),
        ("Ranitidine was given for cimetidine-resistant duodenal ulcer.", "other-medicine"),
        ("Ranitidine was added to previous cimetidine in duodenal ulcer.", "other-medicine"),
        ("Acid secretion in duodenal ulcer was not blocked by cimetidine.", "tool"),
        ("The H2 antagonist cimetidine, among others, left duodenal ulcer as it was.", "tool"),
        ("We studied cimetidine receptors in duodenal ulcer.", "relative"),
        ("Patients with duodenal ulcer were seen in a cimetidine clinic.", "setting"),
        ("A. Ivanov, Cimetidine Laboratory, Moscow. Duodenal ulcer was studied.", "reference"),
        ("From the Department of Cimetidine. Duodenal ulcer was studied.", "reference"),
        ("Duodenal ulcer was studied.\nReferences\n1. Black J. Cimetidine. Nature. 1972;236:385-90.", "reference"),
        ("Duodenal ulcer was studied. Black J. Cimetidine in rats. Gut. 1972;236:385-90.", "reference"),
        ("Ranitidine healed duodenal ulcer as effectively as cimetidine.", "comparator"),
        ("Duodenal ulcers were scored; cimetidine was used as a positive control.", "control"),
    ],
)
def test_other_parts_than_that_of_the_substance_under_test(abstract: str, role: str) -> None:
    found = screen(record("A trial of ranitidine in duodenal ulcer", abstract), ULCER)
    assert found.relevance == CONDITION_ONLY
    assert f"screen.compound-as-{role}" in [reason.rule for reason in found.reasons]


def test_a_rescue_drug_that_is_counted_is_a_yardstick() -> None:
    abstract = "The nerve block reduced postoperative pain and morphine consumption after surgery."
    assert verdict(MORPHINE, "A nerve block for knee arthroplasty", abstract) == CONDITION_ONLY
    assert verdict(MORPHINE, "Morphine consumption and postoperative pain", "Morphine was given.") == DIRECT


def test_a_hope_is_no_study_of_the_condition() -> None:
    abstract = "Metformin reduced vessel growth in cells. This may help to prevent diabetic eye disease."
    assert verdict(METFORMIN, "Metformin in endothelial cells", abstract) == COMPOUND_ONLY


def test_a_medicine_named_after_a_condition_does_not_mean_it() -> None:
    assert verdict(METFORMIN, "The diabetes drug metformin after brain injury") == COMPOUND_ONLY
    assert verdict(METFORMIN, "Metformin in non-diabetic women") == COMPOUND_ONLY
    assert verdict(METFORMIN, "Metformin in diabetic women") == DIRECT


@pytest.mark.parametrize(
    "title",
    [
        "Tocilizumab in arthritis during COVID-19",
        "Tocilizumab in arthritis during the coronavirus disease 2019 (COVID-19) pandemic",
        "Tocilizumab in arthritis in the COVID-19 era",
    ],
)
def test_an_epidemic_as_a_time_is_not_the_disease(title: str) -> None:
    assert verdict(COVID, title, keywords=(Keyword("COVID-19"),)) == COMPOUND_ONLY


def test_an_abbreviation_may_be_explained_behind_itself() -> None:
    abstract = "EB (emotional blunting) under sertraline was rated. EB fell with Semax."
    assert verdict(SEMAX, "Semax and EB", abstract) == DIRECT


def test_an_abbreviation_defined_in_the_abstract_counts_in_the_title() -> None:
    abstract = "We gave tocilizumab (TCZ) to patients with severe pneumonia."
    assert verdict(COVID, "TCZ in COVID-19", abstract) == DIRECT


def test_a_name_may_be_a_part_of_what_is_abbreviated() -> None:
    abstract = "Idiopathic pulmonary fibrosis (IPF) was studied. TGF-β1 was raised in IPF."
    assert "IPF" in [reason.text for reason in screen(record("Lungs", abstract), GROWTH).reasons]


@pytest.mark.parametrize(
    ("title", "abstract"),
    [
        (
            "Stroke units",
            "Times were compared with those of the American Stroke Association (ASA). ASA goals were met.",
        ),
        ("Bowel disease and stroke", "5-ASA was given to 40 patients with stroke."),
        ("Stroke after surgery", "The mean ASA grade was 2.8 in patients with stroke."),
    ],
)
def test_a_listed_abbreviation_may_mean_something_else(title: str, abstract: str) -> None:
    assert verdict(ASPIRIN, title, abstract) == CONDITION_ONLY


def test_a_false_friend_is_seen_through_brackets() -> None:
    assert verdict(LITHIUM, "Anodes", "Lithium (Li) metal batteries were tested. Li was plated.") == OFF_TOPIC


def test_a_condition_has_false_friends_too() -> None:
    assert verdict(PRESSURE, "Propranolol in pulmonary hypertension") == COMPOUND_ONLY
    assert verdict(PRESSURE, "Propranolol in hypertension") == DIRECT
    assert verdict(ASPIRIN, "Aspirin and stroke volume") == COMPOUND_ONLY


@pytest.mark.parametrize(
    "title",
    ["(R,S)-ketamine in major depression", "R/S-ketamine in major depression", "(R, S)-ketamine in major depression",
     "Racemic ketamine in major depression", "The patient's ketamine infusions for major depression",
     "Comparison of (S)-ketamine and (R,S)-ketamine in major depression"],
)  # fmt: skip
def test_a_racemate_is_not_the_derivative_that_is_one_half_of_it(title: str) -> None:
    found = screen(record(title), KETAMINE)
    assert (found.relevance, found.flags) == (DIRECT, ())


@pytest.mark.parametrize(
    "title",
    ["(S)-ketamine in major depression", "S(+)-ketamine in major depression", "S-(+)-ketamine in major depression",
     "Esketamine in major depression", "R-ketamine in major depression"],
)  # fmt: skip
def test_an_enantiomer_is_a_derivative(title: str) -> None:
    assert screen(record(title), KETAMINE).flags == ("derivative",)


@pytest.mark.parametrize(
    "title",
    ["TGFβ1 in pulmonary fibrosis", "TGF‐beta‐1 and renal fibrosis", "TGF beta 1 in fibrotic lungs",
     "Transforming growth factor-β1 and fibrosis"],
)  # fmt: skip
def test_greek_letters_and_dashes_are_written_in_many_ways(title: str) -> None:
    assert verdict(GROWTH, title) == DIRECT


@pytest.mark.parametrize(
    "title", ["Лечение Семаксом апатии на фоне флуоксетина", "Семакс и ангедония при приёме СИОЗС"]
)
def test_russian_cases_are_read(title: str) -> None:
    assert verdict(SEMAX, title) == DIRECT


def test_a_heading_names_the_substance_only_as_a_whole() -> None:
    assert verdict(MORPHINE, "Rats", mesh=(MeshHeading("", "Morphine Dependence"),)) == OFF_TOPIC
    assert verdict(MORPHINE, "Rats", mesh=(MeshHeading("", "Morphine"),)) == COMPOUND_ONLY
    assert verdict(LITHIUM, "Rats", mesh=(MeshHeading("", "Lithium Carbonate"),)) == COMPOUND_ONLY


def test_a_keyword_on_which_the_abstract_is_silent_means_no_condition() -> None:
    about = {"keywords": (Keyword("COVID-19"),)}
    assert verdict(COVID, "Work priorities", "We asked 162 people.", **about) == OFF_TOPIC
    assert verdict(COVID, "Work priorities", **about) == CONDITION_ONLY


def test_a_passing_word_is_outweighed_by_a_person_who_listed_other_substances() -> None:
    abstract = "Conduction was studied. Much the same was seen of lithium and of other ions."
    assert verdict(LITHIUM, "Nerves", abstract, substances=INDEXED) == OFF_TOPIC
    assert verdict(LITHIUM, "Nerves", abstract) == COMPOUND_ONLY


def test_what_does_not_count_is_not_said_to_be_the_documents_own() -> None:
    abstract = "Ulcers healed in 80% of patients under ranitidine. They healed in 70% of those given cimetidine."
    found = screen(record("Ranitidine versus cimetidine in duodenal ulcer", abstract), ULCER)
    compound = [reason.rule for reason in found.reasons if "compound" in reason.rule]
    assert compound == ["screen.compound-as-comparator", "screen.compound-as-passing-word"]


def test_background_under_the_heading_of_the_aim_is_background() -> None:
    aim = AbstractSection(
        "Aspirin is given to prevent stroke. This is a challenge for surgeons. This study aimed to measure bleeding.",
        label="OBJECTIVE",
        category="OBJECTIVE",
    )
    found = screen(Record("pubmed", "pmid:1", ("pmid:1",), "Aspirin and back surgery", abstract=(aim,)), ASPIRIN)
    assert found.relevance == COMPOUND_ONLY
    assert "screen.condition-as-background" in [reason.rule for reason in found.reasons]


@given(st.text("aA-(),. 5ketamineEB/'±–versus", max_size=300), st.text("ASAR,S)-( ketaminestroke", max_size=300))
def test_whatever_is_written_gets_a_verdict_whose_reasons_cite_it(title: str, abstract: str) -> None:
    told = record(title, abstract)
    raw = {"title": told.title, "abstract": told.abstract_text}
    for topic in (KETAMINE, ASPIRIN):
        for reason in screen(told, topic).reasons:
            assert reason.start < 0 or raw[reason.field][reason.start : reason.end] == reason.text
