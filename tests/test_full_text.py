"""A full text that is read beside an abstract: it adds claims, says where they stand, and decides nothing."""

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from harvest import topics
from harvest.account import quoted_in_full
from harvest.catalogue import Catalogue
from harvest.judging import judge
from harvest.model import AbstractSection, Found, FullText, Outcome, PublicationDate, Record, Snapshot, Term
from harvest.settlement import settle
from harvest.stages import Judged
from harvest.topics import Topic
from tests.bodies import Line

KEPT = Snapshot("a.warc.gz", "urn:uuid:1", "0" * 64)
ABSTRACT = "Thirty patients with anhedonia under sertraline received Semax. Anhedonia improved with Semax."
TOPIC = """\
slug = "a"
title = "A"
[compound]
name = "Semax"
[condition]
name = "anhedonia"
"""
TEXT = FullText(
    (
        AbstractSection("Semax improved everything that was ever known of anhedonia.", "INTRODUCTION"),
        AbstractSection("Anhedonia improved with Semax in 20 of 30 patients.", "RESULTS"),
    ),
    "cc by",
    replace(KEPT, record="urn:uuid:2"),
)


@pytest.fixture
def topic(tmp_path: Path) -> Topic:
    (tmp_path / "a.toml").write_text(TOPIC)
    return topics.load("a", tmp_path)


def record(**fields: object) -> Record:
    plain = Record(
        "europepmc",
        "epmc:MED/1",
        ("epmc:MED/1", "pmid:1"),
        "Semax for anhedonia in patients: an open trial of thirty people",
        abstract=(AbstractSection(ABSTRACT),),
        date=PublicationDate("2020", 2020, precision="year"),
        publication_types=(Term("D016430", "Clinical Trial"),),
    )
    return replace(plain, **fields)  # type: ignore[arg-type]  # fields of a record, by name


def judged(topic: Topic, text: FullText | None = TEXT, **fields: object) -> Judged:
    return judge(Found(record(**fields), KEPT, 2, text), topic)


def test_its_claims_stand_behind_those_of_the_abstract_and_introductions_make_none(topic: Topic) -> None:
    own, with_text = judged(topic, None), judged(topic)
    added = with_text.claims[len(own.claims) :]
    assert with_text.claims[: len(own.claims)] == own.claims
    assert [(claim.field, claim.text) for claim in added] == [("text", TEXT.sections[1].text)]
    assert (with_text.evidence, with_text.screening, with_text.finding) == (own.evidence, own.screening, own.finding)


def test_a_claim_that_the_abstract_makes_in_the_same_words_is_made_once(topic: Topic) -> None:
    same = replace(TEXT, sections=(AbstractSection("Anhedonia improved with Semax.", "RESULTS"),))
    assert [claim.field for claim in judged(topic, same).claims] == ["abstract"]


def test_a_source_says_which_text_was_read_and_its_claims_point_into_it(topic: Topic) -> None:
    body = settle(judged(topic), Catalogue()).source
    assert body is not None
    text = "\n".join(f"{section.label}: {section.text}" for section in TEXT.sections)
    assert body["text_sha256"] == hashlib.sha256(text.encode()).hexdigest()
    assert body["full_text"] == {"licence": "cc by", "snapshot": body["snapshot"] | {"record": "urn:uuid:2"}}
    assert body["abstract"] == ABSTRACT
    for claim in body["claims"]:
        assert {"abstract": ABSTRACT, "text": text}[claim["field"]][claim["start"] : claim["end"]] == claim["text"]


def known(topic: Topic, text: FullText | None, **fields: object) -> Catalogue:
    """A catalogue in which the record is a source."""
    catalogue = Catalogue()
    for seq, (kind, body) in enumerate(settle(judged(topic, text, **fields), catalogue).entries):
        catalogue.apply(Line(seq, kind, body))
    return catalogue


def test_a_duplicate_hands_its_claims_on_and_one_without_a_text_has_none(topic: Topic) -> None:
    catalogue = known(topic, None, provider="pubmed", key="pmid:1", keys=("pmid:1",))
    ((kind, body),) = settle(judged(topic), catalogue).entries
    assert (kind, body["of"], body["full_text"]["licence"]) == ("duplicate", "s1", "cc by")
    assert [claim["field"] for claim in body["claims"]] == ["text"]
    ((kind, body),) = settle(judged(topic, None), catalogue).entries
    assert (kind, "claims" in body, "full_text" in body) == ("duplicate", False, False)


def test_a_text_that_comes_later_is_a_new_judgement_and_one_that_does_not_come_again_changes_nothing(
    topic: Topic,
) -> None:
    later = settle(judged(topic), known(topic, None))
    assert (later.outcome, [kind for kind, _ in later.entries]) == (Outcome.KNOWN, ["reclassified"])
    assert later.entries[0][1]["new"]["full_text"]["licence"] == "cc by"
    assert [claim["field"] for claim in later.entries[0][1]["new"]["claims"]] == ["abstract", "text"]
    assert settle(judged(topic, None), known(topic, TEXT)).entries == ()
    assert settle(judged(topic), known(topic, TEXT)).entries == ()


def test_shown_in_full_a_source_quotes_its_own_text_and_those_of_its_further_records(topic: Topic) -> None:
    catalogue = known(topic, None, provider="pubmed", key="pmid:1", keys=("pmid:1",))
    ((_, twin),) = settle(judged(topic), catalogue).entries
    shown = list(quoted_in_full((catalogue.numbered["s1"], twin)))
    assert shown == [
        ("full text", TEXT.sections[1].text),
        ("", "read of epmc:MED/1 under cc by: a.warc.gz urn:uuid:2"),
    ]
