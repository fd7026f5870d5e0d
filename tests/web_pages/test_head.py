# ruff: noqa: RUF001 - sentences of other scripts
"""What a page says of itself: title, site, author, address, dates, language."""

from datetime import date

import pytest

from harvest.pages import read
from harvest.pages.dating import parsed
from harvest.pages.head import canonical
from harvest.pages.language import language
from tests.web_pages.made import PROSE, URL, html, page, paragraphs

MAIN = paragraphs(PROSE)


def linked(text: str) -> str:
    return f'<script type="application/ld+json">{text}</script>'


def test_the_title_is_that_of_the_page_without_the_sites_name() -> None:
    head = "<title>Semax: what is known | Peptide Pages</title><meta property='og:site_name' content='Peptide Pages'>"

    assert page(MAIN, head=head).title == "Semax: what is known"
    assert page(f"<h1>What is known</h1>{MAIN}", head="<title>What is known - A - B</title>").title == "What is known"
    assert page(MAIN, head="<title>Semax - a peptide</title>").title == "Semax - a peptide"


def test_a_site_without_a_name_is_its_host() -> None:
    assert page(MAIN, url="https://www.pages.example/a").site == "pages.example"
    assert page(MAIN, head=linked('{"publisher": {"name": "The Publisher"}}')).site == "The Publisher"


@pytest.mark.parametrize(
    ("head", "main", "author"),
    [
        (linked('{"author": [{"name": "Ada Nemo"}, {"name": "Bo Nemo"}]}'), "", "Ada Nemo; Bo Nemo"),
        ("<meta name='author' content='By Ada Nemo'>", "", "Ada Nemo"),
        ("", "<p class='byline'>By Ada Nemo | Published 3 May 2020</p>", "Ada Nemo"),
        ("<meta property='article:author' content='https://facebook.com/ada'>", "", ""),
        ("", "<div class='author-box'>A long line about someone that is no name but a whole story of them</div>", ""),
    ],
)
def test_authors_are_those_that_the_page_names(head: str, main: str, author: str) -> None:
    assert page(main + MAIN, head=head).author == author


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://a.example/x?utm_source=y&id=2#part", "https://a.example/x?id=2"),
        ("https://a.example/x?b=1&a=2&fbclid=z", "https://a.example/x?a=2&b=1"),
        ("ftp://a.example/x", ""),
        ("https://user:pass@a.example/x", ""),
        ("https://[broken/x", ""),
    ],
)
def test_an_address_has_one_form(given: str, kept: str) -> None:
    assert canonical(given) == kept


@pytest.mark.parametrize(
    ("said", "address"),
    [
        ("https://pages.example/semax-guide", "https://pages.example/semax-guide"),
        ("/semax-guide?utm_source=x", "https://pages.example/semax-guide"),
        ("https://other.example/semax", "https://pages.example/semax"),
        ("https://pages.example/", "https://pages.example/semax"),
        ("javascript:alert(1)", "https://pages.example/semax"),
    ],
)
def test_the_canonical_address_counts_on_the_same_site_alone(said: str, address: str) -> None:
    assert page(MAIN, head=f"<link rel='canonical' href='{said}'>").url == address


@pytest.mark.parametrize(
    ("head", "main", "url", "date_", "said_by"),
    [
        (linked('{"datePublished": "2021-06-25T10:00:00Z"}'), "", URL, "2021-06-25", "json-ld:datePublished"),
        (linked('{"@graph": [{"datePublished": "2021-06"}]}'), "", URL, "2021-06", "json-ld:datePublished"),
        ("<meta property='article:published_time' content='2020-01-02'>", "", URL, "2020-01-02",
         "meta:article:published_time"),
        ("<meta name='citation_publication_date' content='2006'>", "", URL, "2006", "meta:citation_publication_date"),
        ("", "<time itemprop='datePublished' datetime='2019-05-06'>x</time>", URL, "2019-05-06", "time:datePublished"),
        ("", "", "https://pages.example/2018/03/09/semax", "2018-03-09", "url"),
        ("", "", "https://pages.example/2018/03/semax", "2018-03", "url"),
        ("", "<time datetime='2017-08-09T00:00'>August</time>", URL, "2017-08-09", "time:datetime"),
        ("", "<p class='post-date'>Published on 4 March 2016</p>", URL, "2016-03-04", "htmldate"),
        ("<meta name='date' content='2031-01-01'>", "", URL, "", ""),
        ("<meta name='date' content='1066-10-14'>", "", URL, "", ""),
        ("<meta name='date' content='2020-13-45'>", "", URL, "", ""),
    ],
)  # fmt: skip
def test_a_date_comes_with_what_said_so(head: str, main: str, url: str, date_: str, said_by: str) -> None:
    told = page(main + MAIN, head=head, url=url).published

    assert (told.date.iso, told.said_by) == (date_, said_by)


def test_no_date_is_later_than_the_day_of_fetching() -> None:
    body = html(MAIN, head=linked('{"datePublished": "2026-11-23"}'))

    assert read(body, url=URL, content_type="text/html", fetched=date(2026, 11, 22)).published.said_by == ""
    assert read(body, url=URL, content_type="text/html", fetched=date(2026, 11, 23)).published.said_by != ""


def test_a_change_is_told_apart_from_publication() -> None:
    told = page(MAIN, head=linked('{"datePublished": "2021-06-25", "dateModified": "2022-02-03"}'))

    assert (told.published.date.iso, told.modified.date.iso) == ("2021-06-25", "2022-02-03")


@pytest.mark.parametrize(
    ("raw", "iso"),
    [("June 25, 2021", "2021-06-25"), ("25th June 2021", "2021-06-25"), ("Jun 2021", "2021-06"), ("25.6.21", None)],
)
def test_dates_are_read_as_people_write_them(raw: str, iso: str | None) -> None:
    told = parsed(raw)

    assert (told.iso if told else None) == iso


def test_json_ld_that_is_none_or_endless_is_left_alone() -> None:
    assert page(MAIN, head=linked("[" * 90_000) + linked("{not json}") + linked('"text"')).text == PROSE


@pytest.mark.parametrize(
    ("text", "declared", "code"),
    [
        (PROSE, "de-DE", "en"),
        (
            "Der Stoff wird in der Nase nicht abgebaut, und die Wirkung ist mit der von anderen zu vergleichen.",
            "en",
            "de",
        ),
        ("Семакс применяется в России для лечения инсульта, и это не единственное применение препарата.", "", "ru"),
        (
            "セマックスはロシアで開発されたペプチドであり、動物実験で効果が報告されている。これは合成の文章である。",
            "en",
            "ja",
        ),
        (
            "塞马克斯是一种肽，在俄罗斯用于治疗中风，在动物实验中增加了神经营养因子的表达，但在人类中的研究仍然非常有限而且时间较早。",
            "",
            "zh",
        ),
        ("x1 y2 z3", "pt-BR", "pt"),
        ("", "", ""),
    ],
)
def test_the_text_tells_its_language_before_the_page_does(text: str, declared: str, code: str) -> None:
    assert language(text, declared=declared) == code
