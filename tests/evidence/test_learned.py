"""The trained model: what it sees, what it says, and what it may never do."""

import json
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvest.evidence import VERSION, classify
from harvest.evidence.designs import Design
from harvest.evidence.features import features
from harvest.evidence.text import Text
from harvest.evidence.votes import votes
from harvest.evidence.weights import manifest, weights
from harvest.evidence.words import plain, span
from harvest.model import AbstractSection, Journal, Keyword, Record
from harvest.text import fold

PACKAGE = Path(__file__).resolve().parents[2] / "harvest" / "evidence"


def record(title: str, abstract: str, *, journal: str = "", keywords: tuple[str, ...] = ()) -> Record:
    return Record(
        "pubmed",
        "pmid:1",
        ("pmid:1",),
        title,
        abstract=(AbstractSection(abstract),),
        journal=Journal(title=journal),
        keywords=tuple(Keyword(text) for text in keywords),
    )


RATS = record(
    "Effects of the compound on learning",
    "The compound was injected intraperitoneally into male Wistar rats for seven days. Escape latency in the water maze"
    " was significantly shorter than in rats that were given saline (p < 0.01).",
)


def test_a_plain_text_is_words_digits_as_signs_and_signs_of_statistics_in_their_places() -> None:
    told = "n = 52 patients' 5-ht2a (p<0.05, 95% ci) ±2 ш"
    assert plain(told) == "n = ## patients  # ht#a  p<# ##  ##% ci  ±#  "
    assert len(plain(told)) == len(told)


@given(st.text(alphabet="abc ü0-9.,'%", max_size=60))
def test_words_that_stand_in_a_text_are_found_where_they_stand(text: str) -> None:
    told = plain(fold(text).text)
    for first, second in pairwise(told.split()):
        place = span(told, (first, second))
        assert place is not None
        assert told[slice(*place)].split() == [first, second]


def test_reasons_of_the_model_cite_words_where_they_stand() -> None:
    found = [reason for reason in classify(RATS).reasons if reason.rule.startswith("model-")]
    assert found
    for reason in found:
        text = {"title": RATS.title, "abstract": RATS.abstract_text}[reason.field]
        assert text[reason.start : reason.end] == reason.text


def test_a_label_and_its_reasons_are_the_same_in_another_process() -> None:
    code = (
        "import json; from tests.evidence.test_learned import RATS; from harvest.evidence import classify;"
        "print(json.dumps([str(part) for part in (classify(RATS),)]))"
    )
    other = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=PACKAGE.parents[1]
    )
    assert json.loads(other.stdout) == [str(classify(RATS))]


def test_a_record_is_brought_to_length_one_in_the_abstract_and_in_all_else() -> None:
    told = record("Rats and mice", "Rats were injected with saline.", journal="Brain research", keywords=("rats",))
    text, model = Text.of(told), weights()
    seen = features(text, votes(text), "", model)
    values, split = seen.values[: seen.words], int(np.searchsorted(seen.rows[: seen.words], model.abstract_from))
    assert float(values[:split] @ values[:split]) == pytest.approx(1, abs=1e-3)
    assert float(values[split:] @ values[split:]) == pytest.approx(1, abs=1e-3)


def test_every_row_of_the_weights_is_told_by_the_words_that_lead_to_it() -> None:
    model = weights()
    for row in range(0, model.text_rows, 997):
        block, said = model.words(row)
        assert row in list(model.parts[block].rows(said, model.numbers, model.vocabulary))


def test_the_weights_are_small_and_hold_no_code() -> None:
    held = sum((PACKAGE / name).stat().st_size for name in ("weights.npz", "weights.json", "rules.toml", "ids.toml"))
    assert held <= 6_000_000
    with np.load(PACKAGE / "weights.npz", allow_pickle=False) as stored:
        assert all(stored[name].dtype != object for name in stored.files)


def test_the_manifest_says_what_the_weights_were_trained_on() -> None:
    told = manifest()
    assert told["features"] == weights().text_rows
    assert "research_dev.jsonl.gz" not in told["corpora"]
    assert sum(told["labels"].values()) == sum(told["examples"].values())


def test_the_version_names_rules_and_weights_by_their_digest() -> None:
    rules = [reason.rule for reason in classify(RATS).reasons if reason.rule.startswith("model-")]
    assert VERSION.split("-")[-1] == rules[0].split("-")[-1]


def test_randomised_counts_only_where_it_is_stated() -> None:
    text = (
        "Forty patients with depression received the compound or placebo for six weeks in this double-blind {} study."
    )
    plain = classify(record("The compound in depression: a placebo-controlled study", text.format("comparative")))
    assert plain.design == Design.CONTROLLED_TRIAL
    semi = classify(record("The compound in depression: a placebo-controlled study", text.format("semi-randomised")))
    assert semi.design == Design.CONTROLLED_TRIAL
    chance = classify(record("The compound in depression: a placebo-controlled study", text.format("randomised")))
    assert chance.design == Design.RCT


@pytest.mark.parametrize("abstract", ["", "x", "�" * 200, "1" * 5_000, "крысы " * 60])
def test_any_abstract_gets_a_label(abstract: str) -> None:
    found = classify(record("A title", abstract))
    assert 1 <= found.tier <= 8


CATS = (
    "Twenty client-owned cats were randomly assigned to gabapentin or placebo before a visit to the clinic. Stress"
    " scores were significantly lower after gabapentin."
)
A_DOG = (
    "A 3-year-old spayed female Labrador was presented with tremor after it had eaten an antidepressant. The dog"
    " recovered within a day."
)
BROILERS = (
    "Three hundred broilers were randomly allocated to one of three diets. Body weight at day 42 was higher with the"
    " additive (p < 0.05)."
)


@pytest.mark.parametrize(
    ("title", "abstract"),
    [
        ("Gabapentin in cats: a randomised, placebo-controlled clinical trial", CATS),
        ("Serotonin syndrome in a dog: case report", A_DOG),
        ("A feed additive in broilers: a randomised trial", BROILERS),
    ],
)
def test_trials_and_cases_of_animals_are_not_human(title: str, abstract: str) -> None:
    assert classify(record(title, abstract)).kind == "preclinical"


def test_a_trial_on_plants_is_neither() -> None:
    abstract = "Seedlings of Arabidopsis were randomly assigned to the compound or water in a randomized block trial."
    found = classify(record("The compound and the growth of Arabidopsis: a randomized block trial", abstract))
    assert (found.kind, found.needs_review) == ("none", True)


def test_letters_that_the_model_cannot_read_are_left_to_the_rules() -> None:
    abstract = "Обследовано 40 больных инсультом, получавших семакс. Отмечено улучшение памяти и речи."
    found = classify(record("Семакс", abstract))
    assert (found.kind, found.needs_review) == ("undetermined", True)
