"""The sentences that state a record's result."""

from hypothesis import given
from hypothesis import strategies as st

from harvest.claims import claims
from harvest.passages import passages
from tests.findings.pairs import HUMAN, PLAN, REPORT, TOPIC, post, record, trial

RESULT = "Anhedonia scores were significantly reduced with Semax compared with placebo (p < 0.001)."
CONCLUSION = "Semax significantly improved anhedonia."
TOLD = trial(RESULT + " Forty-one patients were enrolled.", CONCLUSION + " Further studies are needed.")


def test_the_first_claim_is_what_the_authors_conclude_of_compound_and_condition() -> None:
    found = claims(TOLD, TOPIC, HUMAN)
    assert found[0].text in (CONCLUSION, RESULT)
    assert {claim.text for claim in found} <= {CONCLUSION, RESULT, TOLD.title}


def test_background_aim_and_methods_are_never_quoted() -> None:
    roles = {(told.field, told.start): told.role for told in passages(TOLD)}
    assert {roles[claim.field, claim.start] for claim in claims(TOLD, TOPIC, HUMAN)} <= {
        "results",
        "conclusions",
        "title",
    }


def test_a_plan_claims_nothing() -> None:
    assert claims(TOLD, TOPIC, PLAN) == ()


def test_a_title_is_quoted_only_where_it_states_the_result() -> None:
    assert claims(record("Semax and anhedonia"), TOPIC, HUMAN) == ()
    (claim,) = claims(record("Semax significantly improves anhedonia in patients with depression"), TOPIC, HUMAN)
    assert (claim.field, claim.start) == ("title", 0)


def test_where_the_condition_is_not_named_the_result_on_the_compound_is_quoted() -> None:
    results = "Motor scores were significantly better with Semax than with placebo (p < 0.001)."
    conclusions = "Semax significantly improved recovery after stroke."
    told = record("Semax in stroke", background="Stroke is common.", results=results, conclusions=conclusions)
    assert {claim.text for claim in claims(told, TOPIC, HUMAN)} == {results, conclusions}


def test_what_no_reader_would_quote_for_its_length_is_not_quoted() -> None:
    told = record("", results="Semax improved anhedonia " + "and again " * 200 + ".")
    assert claims(told, TOPIC, HUMAN) == ()


def test_of_a_report_what_came_of_it_is_quoted_and_never_a_dose() -> None:
    told = post(
        "I have had anhedonia for years. I took Semax and my anhedonia got much better. I took 600 mcg and it helped."
    )
    found = claims(told, TOPIC, REPORT)
    assert "I took Semax and my anhedonia got much better." in {claim.text for claim in found}
    assert not any("600" in claim.text for claim in found)


def test_nothing_is_claimed_by_nothing() -> None:
    assert claims(record(), TOPIC, HUMAN) == ()


@given(st.text(max_size=300), st.text(max_size=100), st.lists(st.sampled_from([RESULT, CONCLUSION, "\u00df.", "\n"])))
def test_claims_are_word_for_word_what_stands_there(text: str, title: str, pieces: list[str]) -> None:
    told = record(title, results=" ".join(pieces), conclusions=text, text=text + CONCLUSION)
    texts = {"title": told.title, "abstract": told.abstract_text}
    found = claims(told, TOPIC, HUMAN)
    assert len(found) <= 3
    assert len(set(found)) == len(found)
    for claim in found:
        assert texts[claim.field][claim.start : claim.end] == claim.text
