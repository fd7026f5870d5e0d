"""Real pages, beside the checkout: the floor of what is measured, and the two pages on Semax."""

from pathlib import Path

import pytest

from benchmarks.pages import Recorded, benchmark, figures, kinds, ours, plain_trafilatura
from harvest import topics
from harvest.entries import source
from harvest.judging import judge
from harvest.model import Found, Record, Snapshot
from harvest.pages import PageKind, Refusal, read, record
from harvest.pages.table import HEAD, rows
from tests.web_pages.made import FETCHED

CHECKOUT = Path(__file__).parents[2]
TOPIC = topics.load("semax-ssri", CHECKOUT / "data" / "topics")
EVERY = 10
"""Of the benchmark's pages one in so many is looked at here; `benchmarks/pages.py` looks at all."""

pytestmark = pytest.mark.recorded


@pytest.fixture(scope="module")
def articles(recorded: Path) -> list[Recorded]:
    return list(benchmark(recorded))


def on_semax(recorded: Path, name: str) -> Record:
    body = (recorded / "semax" / "pages" / f"{name}.txt").read_bytes()
    told = read(body, url=f"https://pages.example/{name}", content_type="text/plain; charset=utf-8", fetched=FETCHED)
    return record(told, f"url:{name}")


def table(document: Record) -> list[dict[str, str]]:
    body = source("s1", judge(Found(document, Snapshot("", "", "0" * 64), 1), TOPIC))
    return [dict(zip(HEAD, row, strict=True)) for row in rows(body)]


def row(found: list[dict[str, str]], words: str) -> tuple[str, str, str]:
    one = next(each for each in found if words in each["the page says"])
    return one["of a study in"], one["outcome, as it says"], one["citing"]


def test_the_text_is_never_worse_than_that_of_plain_trafilatura(recorded: Path, articles: list[Recorded]) -> None:
    some = articles[::EVERY]

    assert figures(some, ours, recorded)["f1"] >= figures(some, plain_trafilatura, recorded)["f1"] > 0.94


def test_kinds_are_right_as_often_as_they_were(articles: list[Recorded]) -> None:
    told = kinds(articles)

    assert len(told) == 45
    assert sum(label["kind"] == given for label, given in told) >= 35


def test_a_real_check_for_robots_is_refused(recorded: Path) -> None:
    body = recorded / "trials_scholarly/biomcp/testdata/sources/pmc_article/pmc3040717-supplementary-tables-pow.html"
    told = read(body.read_bytes(), url="https://pmc.ncbi.nlm.nih.gov/x", content_type="text/html", fetched=FETCHED)

    assert told.refusal is Refusal.BOT_CHECK


def test_a_real_article_gives_its_references_with_their_keys(recorded: Path) -> None:
    body = recorded / "trials_scholarly/biomcp/testdata/sources/pmc_article/pmc3040717.html"
    url = "https://pmc.ncbi.nlm.nih.gov/articles/PMC3040717/"
    told = read(body.read_bytes(), url=url, content_type="text/html", fetched=FETCHED)

    assert told.kind is PageKind.ARTICLE
    assert told.keys == ("doi:10.1158/0008-5472.can-09-4563", "pmid:20516115")
    assert len(told.references) == 53
    assert sum(each.key.startswith("pmid:") for each in told.references) >= 50
    assert told.references[3].year == 2004
    assert sum(bool(each.key) for each in told.citations) > 100


def test_the_guide_on_semax_as_a_table(recorded: Path) -> None:
    found = table(on_semax(recorded, "semax-guide"))

    assert len(found) >= 25
    assert row(found, "increase BDNF and trkB") == ("animals or laboratory, not people", "none", '"[9]"')
    assert row(found, "attenuating CCK-4") == ("animals or laboratory, not people", "improvement", '"[5]"')
    assert row(found, "prevented negative EEG") == ("people", "none", '"[4]"')
    assert row(found, "in one human study")[0] == "people"
    assert {each["match"] for each in found} == {"same compound, another use"}


def test_the_page_on_addiction_as_a_table(recorded: Path) -> None:
    document = on_semax(recorded, "selank-and-semax-to-treat-addiction")
    found = table(document)

    assert row(found, "can actually cause anxiety") == ("(no study named)", "worsening", "nothing")
    assert [each for each in found if each["the page says"].startswith("Selank")] == []
    assert {link.citation[:5] for link in document.related} >= {"Lovat", "Andre", "Konst"}


@pytest.mark.parametrize("name", ["semax-guide", "selank-and-semax-to-treat-addiction"])
def test_no_dose_schedule_or_route_of_the_pages_on_semax_is_exported(recorded: Path, name: str) -> None:
    document = on_semax(recorded, name)
    exported = " ".join(each["the page says"] for each in table(document)).lower()
    telling = ("mg", "mcg", "intranasal", "spray", "inject", "per day", "dose of", "sub-q", "by mouth", "reconstitut")

    assert "dosing" in document.flags
    assert [words for words in telling if words in exported] == []


def test_the_guide_looks_for_buyers(recorded: Path) -> None:
    document = on_semax(recorded, "semax-guide")

    assert "commercial" in document.flags
    assert "page.buy" in document.details["commerce"]
