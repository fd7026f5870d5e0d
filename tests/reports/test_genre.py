"""Is it written by a user?"""

import pytest

from harvest.model import AbstractSection, Journal, MeshHeading, Term
from harvest.reports import is_user_written
from tests.reports.posts import post

STORY = "I have been on Lexapro for a year, it helped my anxiety, but I feel numb and I gained weight."
ABSTRACT = (
    "Male rats were given Semax intranasally for ten days. Sucrose preference and hippocampal BDNF were measured. "
    "The peptide increased sucrose preference compared with saline (p < 0.01)."
)


@pytest.mark.parametrize("provider", ["reddit", "x", "youtube", "instagram", "pasted"])
def test_what_comes_from_a_forum_is_written_by_a_user(provider: str) -> None:
    assert is_user_written(post(ABSTRACT, provider=provider))


@pytest.mark.parametrize("provider", ["pubmed", "europepmc", "ctgov", "crossref", "openalex"])
def test_what_comes_from_a_register_of_research_never_is(provider: str) -> None:
    assert not is_user_written(post(STORY, provider=provider))


@pytest.mark.parametrize("provider", ["web", "", "something-new"])
def test_where_nobody_says_the_text_decides(provider: str) -> None:
    assert is_user_written(post(STORY, provider=provider))
    assert not is_user_written(post(ABSTRACT, title="Effects of Semax in stressed rats", provider=provider))


def test_what_has_a_journal_headings_or_sections_is_published() -> None:
    assert not is_user_written(post(STORY, provider="", journal=Journal(title="Letters to Nobody")))
    assert not is_user_written(post(STORY, provider="", mesh=(MeshHeading("D006801", "Humans"),)))
    assert not is_user_written(post(STORY, provider="", publication_types=(Term("D016428", "Journal Article"),)))
    record = post("", provider="", title=STORY)
    assert is_user_written(record)
    assert not is_user_written(
        type(record)(provider="", key="", keys=(), title="", abstract=(AbstractSection(STORY, label="RESULTS"),))
    )


def test_a_clinics_page_is_not_written_by_a_user() -> None:
    page = (
        "At our clinic, Dr. Petrov and his team have treated emotional blunting for twenty years. Many patients "
        "report that they feel detached while taking antidepressants. In this article we explain what is known about "
        "peptides such as Semax, how they are thought to act in the brain, and why there is not yet enough evidence to "
        "recommend them. According to a survey published last year, about half of all people who take these medicines "
        "say that their emotions are dulled. If you have questions about your treatment, speak to your prescriber."
    )
    assert not is_user_written(post(page, title="Understanding emotional blunting", provider="web"))
