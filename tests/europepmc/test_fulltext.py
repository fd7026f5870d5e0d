"""Full texts in JATS: what of them is the article's own, and under which licence."""

from pathlib import Path

import pytest

from harvest.errors import ParseError
from harvest.europepmc.fulltext import licence, sections

RECORDED = "trials_scholarly/biomcp/testdata/sources/pmc_oa"
PERMISSIONS = "<front><article-meta><permissions>{}</permissions></article-meta></front>"


def article(body: str, front: str = "") -> bytes:
    return f"<article>{front}<body>{body}</body><back><ref-list><ref>cited</ref></ref-list></back></article>".encode()


def test_sections_are_read_in_order_each_under_its_title() -> None:
    read = sections(
        article(
            "<p>Alone.</p><sec><title>Methods</title><sec><title>Sub</title><p>We <italic>gave</italic>\n it.</p></sec>"
            "<p>Twice.</p></sec>"
            "<sec><title>Results.</title><p>It helped (<italic>p</italic>&lt;0.05) <xref>[9]</xref>.</p></sec>"
        )
    )
    assert [(each.label, each.text) for each in read] == [
        ("", "Alone."),
        ("METHODS", "We gave it. Twice."),
        ("RESULTS", "It helped (p<0.05) [9]."),
    ]


@pytest.mark.parametrize(
    "aside",
    [
        "<sec><title>Acknowledgements</title><p>x</p></sec>",
        "<sec><title>Conflicts of interest</title><p>x</p></sec>",
        "<sec><title>Results</title><table-wrap><caption><p>x</p></caption></table-wrap></sec>",
        "<sec><title>Results</title><fig><caption><p>x</p></caption></fig></sec>",
        "<sec><title>Results</title><disp-formula>x</disp-formula></sec>",
        "<sec><title>Empty</title></sec>",
        "<!-- x --><?x x?>",
    ],
)
def test_what_is_no_sentence_of_the_article_is_left_out(aside: str) -> None:
    assert sections(article(aside)) == ()


def test_a_sentence_goes_on_behind_what_is_left_out_of_it() -> None:
    (read,) = sections(article("<sec><p>Before <inline-formula>E=mc</inline-formula><!-- no --> after.</p></sec>"))
    assert read.text == "Before after."


def test_an_article_without_a_body_has_no_sections() -> None:
    assert sections(b"<article><front/></article>") == ()


@pytest.mark.parametrize(
    ("stated", "read"),
    [
        ('<license><ext-link href="https://creativecommons.org/licenses/by/4.0/"/></license>', "cc by"),
        ('<license href="http://creativecommons.org/licenses/by-nc-nd/3.0/"/>', "cc by-nc-nd"),
        ('<license href="https://creativecommons.org/publicdomain/zero/1.0/"/>', "cc0"),
        ("<license><p>All rights reserved.</p></license>", ""),
        ("", ""),
    ],
)
def test_the_licence_is_the_one_that_the_article_states(stated: str, read: str) -> None:
    assert licence(article("", PERMISSIONS.format(stated))) == read
    assert licence(article("<p>https://creativecommons.org/licenses/by/4.0/</p>")) == ""


@pytest.mark.parametrize("body", [b"", b"<article>", b"<html/>", b"no"])
def test_what_is_no_article_is_said_to_be_none(body: bytes) -> None:
    with pytest.raises(ParseError, match="expected an article in JATS"):
        sections(body)


def test_no_file_of_this_machine_is_read_for_an_article() -> None:
    body = b'<!DOCTYPE article [<!ENTITY x SYSTEM "file:///etc/hostname">]><article><body><p>a&x;b</p></body></article>'
    assert [each.text for each in sections(body)] == ["ab"]


@pytest.mark.recorded
def test_a_recorded_article_has_its_four_sections_and_no_references(recorded: Path) -> None:
    body = (recorded / RECORDED / "pmc3040717.1.xml").read_bytes()
    read = sections(body)
    assert [each.label for each in read] == ["INTRODUCTION", "MATERIALS AND METHODS", "RESULTS", "DISCUSSION"]
    assert all(len(each.text) > 3_000 for each in read)
    assert licence(body) == ""
