"""Is a record about the pair: what is tested, what is only named, and with which condition (design section 6)."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvest.model import AbstractSection, Keyword, MeshHeading, Record, Relevance, Substance, Term
from harvest.screening import Screener, screen
from harvest.topics import Compound, Condition, Topic, load

TOPICS = Path(__file__).resolve().parents[1] / "data" / "topics"
SEMAX = load("semax-ssri", TOPICS)
ULCER = load("cimetidine-ulcer", TOPICS)
KETAMINE = load("ketamine-depression", TOPICS)
COVID = load("tocilizumab-covid19", TOPICS)

DIRECT, COMPOUND_ONLY = Relevance.DIRECT, Relevance.COMPOUND_ONLY
CONDITION_ONLY, OFF_TOPIC = Relevance.CONDITION_ONLY, Relevance.OFF_TOPIC


def record(title: str, abstract: str = "", **more: object) -> Record:
    sections = (AbstractSection(abstract),) if abstract else ()
    return Record("pubmed", "pmid:1", ("pmid:1",), title, abstract=sections, **more)  # type: ignore[arg-type]  # by name


def rules(found: Record, topic: Topic) -> list[str]:
    return [reason.rule for reason in screen(found, topic).reasons]


@pytest.mark.parametrize(
    ("title", "abstract", "relevance", "flags"),
    [
        ("Semax for emotional blunting under SSRI treatment", "", DIRECT, ()),
        ("Семакс при апатии на фоне СИОЗС", "", DIRECT, ()),
        ("Semax reduces anhedonia in rats", "", COMPOUND_ONLY, ("near",)),
        ("Semax after early-life fluvoxamine exposure in white rats", "", COMPOUND_ONLY, ("near",)),
        ("Semax in acute stroke", "", COMPOUND_ONLY, ()),
        ("Emotional blunting under SSRIs", "", CONDITION_ONLY, ()),
        ("Anhedonia in schizophrenia", "", OFF_TOPIC, ()),
        ("Stroke units in Russia", "", OFF_TOPIC, ()),
        ("Semaxanib for emotional blunting under SSRIs", "", CONDITION_ONLY, ()),
        ("N-Acetyl-Semax-Amidate for apathy under sertraline", "", DIRECT, ("derivative",)),
        ("Semax and N-Acetyl-Semax-Amidate for apathy under sertraline", "", DIRECT, ()),
    ],
)
def test_compound_condition_and_context(
    title: str, abstract: str, relevance: Relevance, flags: tuple[str, ...]
) -> None:
    found = screen(record(title, abstract), SEMAX)
    assert (found.relevance, found.flags) == (relevance, flags)
    assert found.reasons


@pytest.mark.parametrize(
    ("abstract", "relevance", "rule"),
    [
        ("Ranitidine was compared with cimetidine in patients with peptic ulcer.", CONDITION_ONLY, "comparator"),
        ("Ranitidine healed more peptic ulcers than cimetidine.", CONDITION_ONLY, "comparator"),
        ("Unlike cimetidine, ranitidine healed every peptic ulcer.", CONDITION_ONLY, "comparator"),
        ("We gave ranitidine, an analogue of cimetidine, for peptic ulcer.", CONDITION_ONLY, "relative"),
        ("We studied cimetidine analogues in peptic ulcer.", CONDITION_ONLY, "relative"),
        (
            "H2 blockers such as cimetidine are not the subject of this study of peptic ulcer.",
            CONDITION_ONLY,
            "example",
        ),
        ("Patients with peptic ulcer were treated with cimetidine.", DIRECT, None),
        ("Cimetidine was compared with ranitidine in patients with peptic ulcer.", DIRECT, None),
        ("We compared ranitidine with cimetidine. Cimetidine healed 80% of peptic ulcers.", DIRECT, None),
    ],
)
def test_a_compound_that_is_only_named_is_not_tested(abstract: str, relevance: Relevance, rule: str | None) -> None:
    found = screen(record("A trial of acid suppression", abstract), ULCER)
    assert found.relevance == relevance
    if rule:
        assert found.reasons[0].rule == f"screen.compound-as-{rule}"


def test_an_anaesthetic_of_the_experiment_is_not_what_it_tests() -> None:
    abstract = "Rats were anaesthetized with ketamine and xylazine. Depressive-like behaviour and mood were scored."
    assert screen(record("Vagus nerve stimulation", abstract), KETAMINE).relevance == CONDITION_ONLY


def test_an_animal_numbed_with_the_compound_is_not_a_study_of_it() -> None:
    found = screen(record("Release of acetylcholine", "It was studied in ketamine-anesthetized rats."), KETAMINE)
    assert found.reasons[0].rule == "screen.compound-as-instrument"


def test_the_last_of_a_list_is_an_example_like_the_others() -> None:
    abstract = "Oversight differs between pentobarbital, urethane, or ketamine."
    assert screen(record("Oversight", abstract), KETAMINE).reasons[0].rule == "screen.compound-as-example"


def test_background_does_not_make_a_study_one_of_the_compound() -> None:
    abstract = (
        "Ketamine has been shown to be a rapid antidepressant in major depression. "
        "Here we investigated lithium in patients with major depression. Lithium improved mood significantly."
    )
    found = screen(record("Lithium in major depression", abstract), KETAMINE)
    assert found.relevance == CONDITION_ONLY
    assert found.reasons[0].rule == "screen.compound-as-background"


def test_what_a_review_tells_of_others_is_its_subject() -> None:
    abstract = "Ketamine has been shown to be a rapid antidepressant in major depression. We review the evidence."
    found = screen(
        record("Rapid treatment of depression", abstract, publication_types=(Term("D016454", "Review"),)), KETAMINE
    )
    assert found.relevance == DIRECT


def test_times_of_an_epidemic_are_not_a_study_of_it() -> None:
    title = "Tocilizumab in rheumatoid arthritis during the COVID-19 pandemic"
    assert screen(record(title), COVID).relevance == COMPOUND_ONLY
    assert screen(record("Tocilizumab in patients with COVID-19"), COVID).relevance == DIRECT


def test_without_a_context_the_words_of_the_condition_suffice() -> None:
    assert screen(record("Cimetidine for duodenal ulcer"), ULCER).relevance == DIRECT


def test_a_context_elsewhere_in_the_abstract_is_not_beside_the_word() -> None:
    abstract = (
        "Semax was given to rats. Anhedonia was measured as sucrose preference. It fell after stress. Semax raised it. "
        "Weight did not differ. Fluoxetine levels were measured in a third group of animals."
    )
    found = screen(record("Semax and stress", abstract), SEMAX)
    assert (found.relevance, found.flags) == (COMPOUND_ONLY, ("near",))


def test_healthy_volunteers_are_never_direct() -> None:
    title = "Semax and emotional blunting under escitalopram in healthy volunteers"
    found = screen(record(title), SEMAX)
    assert (found.relevance, found.flags) == (COMPOUND_ONLY, ("near",))
    assert found.reasons[-1].rule == "screen.healthy-volunteers"
    assert found.reasons[-1].text == "healthy volunteers"


def test_healthy_controls_beside_patients_change_nothing() -> None:
    title = "Semax in patients with emotional blunting under SSRIs and in healthy volunteers"
    assert screen(record(title), SEMAX).relevance == DIRECT


def test_an_abbreviation_counts_once_it_is_defined() -> None:
    defined = "We studied emotional blunting (EB) under treatment. Semax was given. EB under sertraline decreased."
    found = screen(record("A study of Semax", defined), SEMAX)
    assert found.relevance == DIRECT
    undefined = "We studied EB under treatment. Semax was given. EB under sertraline decreased."
    assert screen(record("A study of Semax", undefined), SEMAX).relevance == COMPOUND_ONLY


def test_an_abbreviation_of_something_else_does_not_count() -> None:
    abstract = "We rated depression (HAMD) under Semax. HAMD fell with sertraline."
    assert screen(record("Semax", abstract), SEMAX).flags == ("near",)


@pytest.mark.parametrize(
    "indexed",
    [
        {"mesh": (MeshHeading("D002927", "Cimetidine"),)},
        {"substances": (Substance("D002927", "Cimetidine"),)},
        {"keywords": (Keyword("cimetidine"),)},
    ],
)
def test_headings_substances_and_keywords_name_the_compound(indexed: dict[str, object]) -> None:
    found = screen(record("Treatment of duodenal ulcer", **indexed), ULCER)
    assert found.relevance == DIRECT
    assert found.reasons[0].field == next(iter(indexed))
    assert found.reasons[0].start == -1


def test_an_index_entry_does_not_outweigh_a_text_that_names_a_comparator() -> None:
    found = screen(
        record(
            "Ranitidine in duodenal ulcer",
            "It was compared with cimetidine.",
            mesh=(MeshHeading("D002927", "Cimetidine"),),
        ),
        ULCER,
    )
    assert found.relevance == CONDITION_ONLY


def test_headings_name_the_condition_and_its_context() -> None:
    headings = (MeshHeading("", "Anhedonia"), MeshHeading("", "Selective Serotonin Reuptake Inhibitors"))
    assert screen(record("Semax", mesh=headings), SEMAX).relevance == DIRECT
    assert screen(record("Semax", mesh=headings[:1]), SEMAX).flags == ("near",)
    assert screen(record("Semax", mesh=headings[1:]), SEMAX).flags == ("near",)


def test_what_was_not_found_is_a_reason_too() -> None:
    assert rules(record("Stroke units"), SEMAX) == ["screen.no-compound", "screen.no-condition"]


def test_the_words_of_a_reason_stand_where_it_says() -> None:
    told = record("Semax \u2013 Семакс", "Emotional blunting (EB) under SSRIs: EB fell with Semax.")
    raw = {"title": told.title, "abstract": told.abstract_text}
    for reason in screen(told, SEMAX).reasons:
        assert raw[reason.field][reason.start : reason.end] == reason.text


def test_a_screener_can_be_kept_and_gives_the_same_verdicts() -> None:
    kept = Screener(SEMAX)
    for title in ("Semax in stroke", "Emotional blunting under SSRIs", "Stroke"):
        assert kept.screen(record(title)) == screen(record(title), SEMAX)


def test_a_changed_topic_is_not_mistaken_for_the_kept_one() -> None:
    other = Topic(
        slug="semax-ssri",
        title="Another",
        compound=Compound(name="selank"),
        condition=Condition(name="anxiety"),
        schedule=SEMAX.schedule,
        digest="0" * 64,
    )
    assert screen(record("Semax in stroke"), SEMAX).relevance == COMPOUND_ONLY
    assert screen(record("Semax in stroke"), other).relevance == OFF_TOPIC


@given(st.text(max_size=200), st.text(st.sampled_from("Semax anhedonia (SSRI) EB, such as \u2013 İ."), max_size=200))
def test_any_text_gets_a_verdict_with_reasons_that_cite_it(title: str, abstract: str) -> None:
    told = record(title, abstract)
    found = screen(told, SEMAX)
    raw = {"title": told.title, "abstract": told.abstract_text}
    assert found.reasons
    for reason in found.reasons:
        assert reason.start < 0 or raw[reason.field][reason.start : reason.end] == reason.text
