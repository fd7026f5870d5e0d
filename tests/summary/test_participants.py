"""How many people or animals a text says it studied."""

import json
import lzma
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvest import medline
from harvest.summary.participants import Of, stated
from harvest.text.numerals import in_digits

LABELS = Path(__file__).resolve().parents[2] / "data" / "labels" / "participants.jsonl"
FLOOR = 0.9
"""A little under what was measured over all labelled records."""


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("A total of 120 patients with stroke were enrolled.", 120),
        ("Fifty-two healthy participants received the peptide or placebo.", 52),
        ("We examined thirty patients.", 30),
        ("One hundred and sixty-six adults were recruited between 2010 and 2012.", 166),
        ("In all, 1,046,350 women were included.", 1_046_350),
        ("We compared 26 patients with lupus and 26 patients without it.", 52),
        ("Patients were randomised to the peptide (n = 30) or placebo (n = 28).", 58),
        ("Of 942 enrolled patients, 310 had stenoses.", 942),
        ("Data were collected from 248 male and 190 female patients.", 438),
        ("We studied 77 patients (57 men and 20 women).", 77),
        ("In a sample of children (N = 49) we examined teaching.", 49),
        ("The peptide was given to 60 patients, of whom 20 were women.", 60),
        ("METHODS: 40 outpatients were randomised. RESULTS: Nausea was seen in 3 patients.", 40),
        ("A 60-year-old woman presented with apathy.", 1),
        ("BACKGROUND: 300 patients a year suffer.\nMETHODS: We treated 12 patients.", 12),
        ("30 patients were given the peptide; 80 patients without it were the controls.", 110),
        ("Patients improved.", None),
        ("Nine of 14 patients improved.", None),
        ("Incidence was 12 per 1000 persons.", None),
        ("Patients aged 18 to 65 years took 20 mg.", None),
        ("In type 2 diabetic patients glucose fell.", None),
        ("There have been 40 published cases. Earlier reports of 6 patients differ.", None),
    ],
)
def test_people(text: str, number: int | None) -> None:
    assert stated("The peptide in stroke", text) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("In this study, 45 SD rats were randomly divided into 3 groups, with 15 in each group.", 45),
        ("Male rats were divided into four groups (n = 10 each).", 40),
        ("Three rhesus monkeys were given the peptide.", 3),
        ("The peptide was given to rats; 12 patients were treated as well.", None),
        ("It was tested in 3 animal models.", None),
        ("Rats were injected.", None),
    ],
)
def test_animals(text: str, number: int | None) -> None:
    assert stated("The peptide", text, "animals") == number


def test_the_title_may_say_it() -> None:
    assert stated("A multicentre study on 438 subjects with eczema", "Patients were treated.") == 438


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("Thirty-seven cases", "37 cases"),
        ("one hundred two patients", "102 patients"),
        ("six thousand two hundred ten parents", "6210 parents"),
        ("74\u2009185 cases", "74185 cases"),
        ("a two-year-old", "a two-year-old"),
        ("someone", "someone"),
    ],
)
def test_spelled_numbers_become_digits(text: str, digits: str) -> None:
    assert in_digits(text) == digits


@given(st.integers(2, 999_999))
def test_any_number_of_patients_is_read_as_stated(number: int) -> None:
    assert stated("", f"A total of {number:,} patients were enrolled.") == number


@given(st.text(max_size=200), st.text(max_size=300), st.sampled_from(["people", "animals"]))
def test_any_text_is_read(title: str, abstract: str, of: Of) -> None:
    number = stated(title, abstract, of)

    assert number is None or number >= 0


@pytest.mark.recorded
@pytest.mark.slow
def test_numbers_are_read_from_real_records_as_often_as_they_were(recorded: Path) -> None:
    labels = {label["key"]: label for label in map(json.loads, LABELS.read_text(encoding="utf-8").splitlines())}
    right = []
    for name in ("pubmed21n1298", "pubmed20n0014_even"):
        with lzma.open(recorded / "pubmed" / f"{name}.xml.xz") as stream:
            for record in medline.iter_articles(stream):
                if label := labels.get(record.key):
                    accepted = [label["number"], *label.get("also", [])]
                    right.append(stated(record.title, record.abstract_text, label["of"]) in accepted)

    assert len(right) == len(labels)
    assert sum(right) / len(right) >= FLOOR
