"""A topic in Europe PMC's language, and which searches a run makes."""

from datetime import date
from pathlib import Path

import pytest

from harvest import topics
from harvest.errors import UsageError
from harvest.europepmc.query import EuropepmcOptions, named, query, within
from harvest.europepmc.windows import windows
from harvest.topics import Topic

TODAY = date(2026, 11, 22)
TOPIC = """\
slug = "a"
title = "A"
[compound]
name = "Semax"
synonyms = ['Met-Glu "one"']
derivatives = ["NA-Semax"]
mesh = ["Peptides"]
[condition]
name = "anhedonia"
mesh = ["Anhedonia"]
"""


@pytest.fixture
def topic(tmp_path: Path) -> Topic:
    (tmp_path / "a.toml").write_text(TOPIC)
    return topics.load("a", tmp_path)


def test_every_name_is_asked_for_in_title_abstract_keywords_and_substances_never_in_full_texts(topic: Topic) -> None:
    asked = query(topic, EuropepmcOptions(sources=("MED", "PPR")))
    assert asked == (
        '(TITLE_ABS:"Semax" OR KW:"Semax" OR CHEM:"Semax"'
        ' OR TITLE_ABS:"Met-Glu one" OR KW:"Met-Glu one" OR CHEM:"Met-Glu one"'
        ' OR TITLE_ABS:"NA-Semax" OR KW:"NA-Semax" OR CHEM:"NA-Semax" OR MESH:"Peptides")'
        " AND (SRC:MED OR SRC:PPR)"
    )


def test_a_pair_asks_for_the_condition_too(topic: Topic) -> None:
    asked = query(topic, EuropepmcOptions(scope="pair"))
    assert 'AND (TITLE_ABS:"anhedonia" OR KW:"anhedonia" OR CHEM:"anhedonia" OR MESH:"Anhedonia")' in asked


def test_patents_are_asked_for_only_by_name(topic: Topic) -> None:
    assert "SRC:PAT" not in query(topic, EuropepmcOptions())
    assert "SRC:PAT" in query(topic, EuropepmcOptions(sources=("PAT",)))


def test_a_topic_that_names_no_collection_is_refused(topic: Topic) -> None:
    with pytest.raises(UsageError, match="expected at least one of Europe PMC's collections"):
        query(topic, EuropepmcOptions(sources=()))


def test_a_record_is_asked_for_by_source_and_id_never_by_id_alone() -> None:
    assert named(["epmc:MED/1", "epmc:PPR/PPR2"]) == "(EXT_ID:1 AND SRC:MED) OR (EXT_ID:PPR2 AND SRC:PPR)"


def test_a_first_run_asks_for_everything_a_later_one_for_what_is_new_or_has_changed_with_three_days_overlap() -> None:
    (whole,) = windows("q", since=None, today=TODAY)
    assert (whole.kind, whole.query, whole.first, whole.last) == ("all", "q", "", "")
    new, revised = windows("q", since=date(2026, 11, 20), today=TODAY)
    assert new.query == "(q) AND FIRST_IDATE:[2026-11-17 TO 2026-11-22]"
    assert revised.query == within("q", "UPDATE_DATE", date(2026, 11, 17), TODAY)
    assert [(each.kind, each.first, each.last) for each in (new, revised)] == [
        ("new", "2026-11-17", "2026-11-22"),
        ("revised", "2026-11-17", "2026-11-22"),
    ]
