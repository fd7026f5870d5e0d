"""Where a document comes from: what users write, what registers hold, what stands on pages."""

import pytest

from harvest.evidence import classify
from harvest.model import AbstractSection, Record

OWN = "I took Semax every morning for two weeks and I finally enjoyed music again. My sleep got a bit worse."
TRIAL = (
    "Treatment of depression often fails. In this double-blind trial, 120 patients with major depressive disorder were"
    " randomly assigned to the compound or placebo for six weeks. The primary outcome was the change in the Hamilton"
    " rating scale. Scores fell more with the compound than with placebo (mean difference -3.1, 95% CI -4.9 to -1.3,"
    " p < 0.01). Adverse events were mild and equally frequent in both groups. The compound may be an option for adults"
    " with depression that does not respond to other treatment."
)


def record(provider: str, text: str, title: str = "") -> Record:
    return Record(provider, f"{provider}:1", (f"{provider}:1",), title, abstract=(AbstractSection(text),))


def test_what_a_user_tells_of_the_own_use_is_anecdotal() -> None:
    found = classify(record("reddit", OWN))
    assert (found.kind, found.design, found.tier, found.basis) == ("anecdotal", "first-person", 7, "post")
    assert "duration" in found.flags
    assert all("two weeks" not in reason.text for reason in found.reasons)


def test_a_question_is_no_experience() -> None:
    found = classify(
        record("reddit", "Has anyone tried Semax for anhedonia from Zoloft? What dose should I start with?")
    )
    assert (found.kind, found.design, found.tier) == ("none", "question", 8)


def test_what_is_to_be_sold_is_marketing() -> None:
    offer = "Buy Semax nasal spray today! Free shipping on all orders over 50 dollars, use code FOCUS10 at checkout."
    assert classify(record("web", offer)).design == "marketing"


def test_only_users_have_anecdotes_whatever_an_abstract_says() -> None:
    assert classify(record("pubmed", OWN)).kind != "anecdotal"


def test_an_abstract_that_comes_without_a_provider_is_read_as_research() -> None:
    found = classify(record("", TRIAL, "The compound in depression: a randomised trial"))
    assert (found.kind, found.design) == ("human", "rct")


@pytest.mark.parametrize("provider", ["ctgov", "ictrp"])
def test_a_registration_has_no_result_however_its_text_reads(provider: str) -> None:
    found = classify(record(provider, TRIAL, "The compound in depression"))
    assert (found.kind, found.design, found.basis) == ("none", "trial-registration", "registry")


def test_a_page_tells_of_studies_and_is_none() -> None:
    found = classify(
        record("web", "According to one trial the peptide was given to 24 patients with placebo.", "Semax")
    )
    assert (found.kind, found.tier) == ("none", 8)


@pytest.mark.parametrize(
    "title",
    [
        "Correction: Effect of sertraline in patients with depression: a randomized controlled trial",
        "Corrigendum to 'Semax in rats with ischemia'",
        "Retraction notice to: The compound in mice",
        "Erratum: Semax in rats",
        "Author Correction: The compound in adults",
        "Expression of Concern: The compound in adults",
    ],
)
def test_a_notice_has_no_results_of_its_own(title: str) -> None:
    found = classify(record("pubmed", "", title))
    assert (found.kind, found.design) == ("none", "other")


@pytest.mark.parametrize(
    "title", ["RETRACTED: Semax in rats", "[Retracted] Semax in rats", "Correction of anemia in rats"]
)
def test_a_paper_that_was_retracted_is_no_notice(title: str) -> None:
    assert classify(record("pubmed", "", title)).kind == "preclinical"


def test_nothing_to_read_is_no_report() -> None:
    for text in ("", "   ", "...", "1 2 3"):
        found = classify(Record("", "x", ("x",), "", abstract=(AbstractSection(text),)))
        assert (found.kind, found.needs_review) == ("undetermined", True)
