"""What was measured may only rise: floors at the lower ends of the 95 % intervals of `benchmarks/reports.py`."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from harvest.model import Direction
from harvest.reports import Kind, Report, Use, is_user_written, read, told, used
from tests.reports.posts import post, topic

LABELS = Path(__file__).resolve().parents[2] / "data" / "labels"
TOLD = {
    "rhmd": 0.70,
    "storytestimony_cmv": 0.55,
    "storytestimony_regroom": 0.80,
    "storytestimony_europolis": 0.50,
    "psytar": 0.96,
}
"""F1 by forum, dev files."""
BRANDS = {"lexapro": "Lexapro", "zoloft": "Zoloft", "cymbalta": "Cymbalta"}


def lines(path: Path) -> list[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def synthetic() -> list[dict[str, Any]]:
    """Synthetic texts from which nothing was learnt."""
    return [row for row in lines(LABELS / "reports-synthetic.jsonl") if row["split"] != "train"]


@pytest.mark.recorded
def test_experience_is_found_in_forums_as_well_as_measured(recorded: Path) -> None:
    answers: dict[str, list[tuple[bool, bool]]] = {}
    for row in lines(recorded / "evidence" / "anecdote_dev.jsonl.gz"):
        record = post(row["text"], provider="")
        said = is_user_written(record) and read(record).is_anecdotal
        answers.setdefault(row["source"], []).append((row["anecdote"], said))
    found = {
        source: 2 * sum(a and b for a, b in pairs) / (sum(a for a, _ in pairs) + sum(b for _, b in pairs))
        for source, pairs in answers.items()
    }
    assert {source: figure for source, figure in found.items() if figure < TOLD[source]} == {}


@pytest.mark.recorded
def test_an_abstract_is_hardly_ever_taken_for_somebodys_story(recorded: Path) -> None:
    rows = lines(recorded / "evidence" / "medline_2021_unlabelled_sample.jsonl.gz")
    records = [post(row["text"], title=row["title"], provider="") for row in rows]
    told_as_own = sum(is_user_written(record) and read(record).is_anecdotal for record in records)
    assert told_as_own / len(records) <= 0.002


@pytest.mark.recorded
def test_harm_is_hardly_ever_called_improvement(recorded: Path) -> None:
    reviews: dict[str, list[dict[str, Any]]] = {}
    for row in lines(recorded / "evidence" / "psytar_sentences_train_dev.jsonl.gz"):
        if row["split"] == "dev":
            reviews.setdefault(row["id"].split(":")[1], []).append(row)
    own = Report(Kind.FIRST_PERSON, 0, ())
    wrong = 0
    for rows in reviews.values():
        labels = {label for row in rows for label in row["label"]}
        name = BRANDS.get(rows[0]["drug"], "Effexor")
        found = told(post("\n".join(row["text"] for row in rows)), topic(name), own)
        wrong += found.outcome is Direction.IMPROVED and "EF" not in labels and "INF" in labels
    assert wrong <= 1


def test_the_five_labels_are_as_right_as_measured() -> None:
    rows = synthetic()
    right = sum(read(post(row["text"])).label == row["label"] for row in rows)
    assert right / len(rows) >= 0.84


def test_a_question_on_a_medicine_is_hardly_ever_called_experience() -> None:
    asked = [read(post(row["text"])).is_anecdotal for row in synthetic() if row["label"] == Kind.QUESTION]
    assert sum(asked) / len(asked) <= 0.03


def test_a_compound_that_is_only_named_is_hardly_ever_called_used() -> None:
    rows = [row for row in synthetic() if row["about"] == "semax" and not row["used"]]
    own = [used(post(row["text"]), topic("Semax", "Семакс")).use is Use.OWN for row in rows]
    assert sum(own) / len(own) <= 0.08
