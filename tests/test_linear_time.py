"""No text, however hostile, takes more than time in proportion to its length: patterns do not run away.

What is compared is the processor time for a text and for one four times as long: four times as much where time is in
proportion, sixteen times where it goes with the square. How fast the machine is does not matter.
"""

import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from harvest import topics
from harvest.judging import judge
from harvest.model import Found, Snapshot
from harvest.pages import Page, read, record

CHECKOUT = Path(__file__).resolve().parents[1]
LENGTH = 7_000
LONGER = 4
MOST = 9.0
"""Between 4, in proportion, and 16, the square."""
UNREMARKABLE = 0.2
"""Seconds for the longer text that need no explanation: so short a time tells nothing."""
PIECES = (
    "a", "A", "Ab ", " ", "\t", "\n", "1", "0.1 ", "-", ".", "a.", ",a", ";", ":", "(", "[1] ", "(1) ", '"', "it's ",
    "a/", "Semax ", "Семакс ", "SSRI ", "emotional blunting (EB) ", "Semax improved anhedonia in patients, ",
    "not ", "of the ", "compared with placebo ", "rats and ", "I took it and ", "5% ", "5 mg/kg ", "n = 20 ",
    "p < 0.05 ", "10.1/", "10.1000/a", "PMID 1", "et al. ", "Lovat et al. 2008 ", "https://", "METHODS: ", "\u200b",
    "a\u0301", "\u0430a", "$5 ", "buy ", "1. Lovat A. ", "doi:", "[9", "(2008", "&amp;", "<",
)  # fmt: skip


def read_and_judged(topic: topics.Topic) -> Callable[[str], object]:
    """A page of plain text through everything that reads texts."""

    def work(text: str) -> object:
        read(text.encode(), url="https://example.com/a", content_type="text/plain", fetched=date(2026, 11, 22))
        page = Page("https://example.com/a", title="Semax", text=text)  # whatever reading thinks of such a text
        return judge(Found(record(page, "url:https://example.com/a"), Snapshot("", "", ""), 0), topic)

    return work


@pytest.fixture(scope="module")
def work() -> Callable[[str], object]:
    done = read_and_judged(topics.load("semax-ssri", CHECKOUT / "data" / "topics"))
    done("Semax was tested in people. It helped.")
    return done


def seconds(work: Callable[[str], object], piece: str, length: int) -> float:
    text = (piece * (length // len(piece) + 1))[:length]
    began = time.process_time()
    work(text)
    return time.process_time() - began


@pytest.mark.parametrize("piece", PIECES)
def test_a_text_of_one_piece_over_and_over_is_read_in_proportion_to_its_length(
    work: Callable[[str], object], piece: str
) -> None:
    long = seconds(work, piece, LENGTH * LONGER)
    if long > UNREMARKABLE:
        short = max(seconds(work, piece, LENGTH) for _ in range(2))
        assert min(long, seconds(work, piece, LENGTH * LONGER)) / short < MOST
