"""Abstracts in which markup and bare signs stand side by side (external contract 5.5)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvest.europepmc.markup import plain, sections


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("P<0.001 and n>3", "P<0.001 and n>3"),
        ("10<sup>6</sup> cells of <i>E. coli</i>", "106 cells of E. coli"),
        ("a <b and c> d", "a <b and c> d"),
        ("x&lt;y &amp; z&#xe9;", "x<y & zé"),
        ("&amp;lt;i&amp;gt; is written", "&lt;i&gt; is written"),
        ("one<br/>two<p>three</p>four", "one two three four"),
        ('<span style="x > y">kept</span>', '<span style="x > y">kept'),
        ("<a href='u'>link</a>\n\n  end ", "link end"),
        ("<unknown>stays</unknown>", "<unknown>stays</unknown>"),
    ],
)
def test_only_what_is_written_like_a_known_tag_is_markup(text: str, read: str) -> None:
    assert plain(text) == read


def test_headings_become_labels_and_what_stands_before_them_is_a_section_without() -> None:
    read = sections(
        "Before. <h4>Methods:</h4> We gave it (P<0.05). <h4 id='r'>Results </h4>It <b>helped</b>.<h4> </h4>"
    )
    assert [(each.label, each.text) for each in read] == [
        ("", "Before."),
        ("METHODS", "We gave it (P<0.05)."),
        ("RESULTS", "It helped."),
    ]


def test_a_heading_as_long_as_a_sentence_is_a_sentence() -> None:
    assert [each.label for each in sections(f"<h4>{'long ' * 30}</h4>text")] == [""]


@given(st.text(alphabet="abc <>=\"'/h4", max_size=200))
def test_whatever_is_written_is_read_and_no_letter_that_is_not_in_a_tag_is_lost(text: str) -> None:
    assert sum(map(len, (each.text for each in sections(text)))) <= len(text)
    if "<" not in text and "&" not in text:
        assert plain(text) == " ".join(text.split())
