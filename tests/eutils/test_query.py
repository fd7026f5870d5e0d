"""A topic in PubMed's language."""

from typing import Any

import pytest
from pydantic import ValidationError

from harvest.errors import UsageError
from harvest.eutils.query import PubmedOptions, term
from harvest.searching import query_digest
from harvest.topics import Compound, Condition, Schedule, Topic


def topic(**compound: Any) -> Topic:
    return Topic(
        slug="semax-ssri",
        title="Semax",
        compound=Compound(**{"name": "Semax", **compound}),
        condition=Condition(name="emotional blunting", synonyms=("apathy",), mesh=("Apathy",)),
        providers={},
        schedule=Schedule(every="7d"),
        digest="0" * 64,
    )


def test_tagged_and_untagged_forms_are_united() -> None:
    assert term(topic(), PubmedOptions()) == "Semax OR Semax[tiab]"


def test_controlled_terms_are_asked_in_their_own_fields() -> None:
    asked = term(topic(mesh=("Ketamine",), substances=("semax peptide",)), PubmedOptions())
    assert "Ketamine[mh]" in asked
    assert '"semax peptide"[nm]' in asked


def test_a_name_with_parentheses_is_only_asked_quoted() -> None:
    asked = term(topic(synonyms=("ACTH(4-7)-Pro-Gly-Pro",)), PubmedOptions())
    assert asked == 'Semax OR Semax[tiab] OR "ACTH(4-7)-Pro-Gly-Pro"[tiab]'


def test_quotes_and_brackets_in_a_name_cannot_become_syntax() -> None:
    asked = term(topic(synonyms=('x" OR all[filter] OR "y',)), PubmedOptions())
    assert '"x OR all filter OR y"[tiab]' in asked
    assert asked.count('"') == 2


@pytest.mark.parametrize("word", ["and", "OR", "Not"])
def test_an_operator_as_a_name_is_quoted(word: str) -> None:
    assert term(topic(synonyms=(word,)), PubmedOptions()) == f'Semax OR Semax[tiab] OR "{word}"[tiab]'


def test_a_pair_asks_for_compound_and_condition() -> None:
    asked = term(topic(), PubmedOptions(scope="pair"))
    assert asked == (
        "(Semax OR Semax[tiab]) AND ((emotional blunting) OR apathy OR"
        ' "emotional blunting"[tiab] OR apathy[tiab] OR Apathy[mh])'
    )


def test_documents_that_somebody_named_are_asked_for_beside_the_query() -> None:
    assert term(topic(), PubmedOptions(pmids=("34908941",))).endswith("OR 34908941[uid]")


def test_names_that_pubmed_does_not_know_are_left_out() -> None:
    assert term(topic(synonyms=("MEHFPGP",)), PubmedOptions(omit=("mehfpgp",))) == "Semax OR Semax[tiab]"


def test_a_topic_whose_names_are_all_left_out_is_refused_because_pubmed_would_answer_something_else() -> None:
    with pytest.raises(UsageError, match="a name of the compound to ask for"):
        term(topic(), PubmedOptions(omit=("semax",)))
    bare = topic().model_copy(update={"condition": Condition(name="emotional blunting")})
    with pytest.raises(UsageError, match="a name of the condition to ask for"):
        term(bare, PubmedOptions(scope="pair", omit=("emotional blunting",)))


def test_a_pmid_with_a_comma_is_refused_because_it_would_become_two() -> None:
    with pytest.raises(ValidationError):
        PubmedOptions(pmids=("34320281,1",))


def test_another_query_has_another_digest() -> None:
    assert query_digest("a") != query_digest("b")
    assert len(query_digest("a")) == 64
