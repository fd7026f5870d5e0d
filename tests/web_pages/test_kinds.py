"""What sort of page it is, and whether it has something to sell."""

import json

import pytest

from harvest.pages import PageKind
from tests.web_pages.made import PROSE, page, paragraphs

MAIN = paragraphs(PROSE, PROSE.upper())


NEWS = "<meta name='news_keywords' content='semax'><meta property='article:section' content='Health'>"
LINE = paragraphs(f"MOSCOW (AP) \u2014 {PROSE}", PROSE.upper())
PAPER = "<meta name='citation_title' content='x'><meta name='citation_doi' content='10.1000/1'>"


def menu(*labels: str) -> str:
    return "<ul>" + "".join(f"<li><a href='/{n}'>{label}</a></li>" for n, label in enumerate(labels)) + "</ul>"


def typed(**values: object) -> str:
    return f"<script type='application/ld+json'>{json.dumps(values)}</script>"


@pytest.mark.parametrize(
    ("kind", "url", "head", "main"),
    [
        (PageKind.ARTICLE, "https://journal.example/a", PAPER, MAIN),
        (PageKind.ENCYCLOPAEDIA, "https://en.wikipedia.org/wiki/Semax", "", MAIN),
        (PageKind.ENCYCLOPAEDIA, "https://x.example/p", "<meta name='generator' content='MediaWiki 1.39'>", MAIN),
        (PageKind.FORUM, "https://x.example/viewtopic.php?t=2", "<meta name='generator' content='phpBB'>", MAIN),
        (PageKind.FORUM, "https://x.example/a", typed(**{"@type": "DiscussionForumPosting"}), MAIN),
        (PageKind.NEWS, "https://x.example/a", typed(**{"@type": "NewsArticle"}), MAIN),
        (PageKind.BLOG, "https://blog.x.example/semax", "", MAIN),
        (PageKind.BLOG, "https://someone.blogspot.com/2020/01/semax.html", "", MAIN),
        (PageKind.VENDOR, "https://x.example/semax", typed(**{"@type": "Product", "offers": {"price": "49"}}), MAIN),
        (PageKind.VENDOR, "https://x.example/semax", typed(**{"@type": ["MedicalClinic", "LocalBusiness"]}), MAIN),
        (PageKind.VENDOR, "https://acmepeptides.example/a", "<title>AcmePeptides announces a Semax programme</title>",
         paragraphs(PROSE, "We offer a programme. Our products are loved. Schedule a consultation with our clinic.")),
        (PageKind.VENDOR, "https://x.example/a", "<meta property='og:type' content='product.item'>", MAIN),
        (PageKind.VENDOR, "https://x.example/a", "", MAIN + menu("Products", "Pricing", "Our team", "Request a demo")),
        (PageKind.NEWS, "https://x.example/a", NEWS, MAIN),
        (PageKind.NEWS, "https://x.example/a", "", LINE + menu("Politics", "Sports", "Business")),
        (PageKind.BLOG, "https://x.example/a", "<title>Ada's blog</title>", MAIN + menu("Permalink", "Older posts")),
        (PageKind.BLOG, "https://x.example/a", "<meta name='generator' content='Hugo 0.1'>", MAIN),
        (PageKind.BLOG, "https://ada-nemo.example/a", "<meta name='author' content='Ada Nemo'>", MAIN),
        (PageKind.OTHER, "https://x.example/a", "", MAIN),
    ],
)  # fmt: skip
def test_kinds_are_told_by_markup_address_and_words(kind: PageKind, url: str, head: str, main: str) -> None:
    told = page(main, url=url, head=head)

    assert told.kind is kind
    assert bool(told.why) == (kind is not PageKind.OTHER)


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        ("Looking to buy Semax? Here is where.", "page.buy"),
        ("Add to cart while we have it.", "page.buy"),
        ("Use code PEP10 at checkout.", "page.code"),
        ("As an Amazon Associate we earn commissions.", "page.affiliate"),
        ("Schedule a consultation with our clinic today.", "page.service"),
        ("Где купить Семакс дёшево?", "page.buy"),
    ],
)
def test_commerce_is_flagged_with_the_words_that_show_it(words: str, rule: str) -> None:
    told = page(paragraphs(PROSE, words))

    assert "commercial" in told.flags
    assert rule in {reason.rule for reason in told.commerce}
    shown = next(reason for reason in told.commerce if reason.rule == rule)
    assert told.text[shown.start : shown.end] == shown.text


def test_a_paid_link_is_commerce() -> None:
    link = "<p>Some buy it <a href='https://shop.example/p?aff_id=77'>there</a>, others do not buy it at all.</p>"

    assert [reason.rule for reason in page(MAIN + link).commerce] == ["page.shop-link"]


def test_one_price_in_an_article_sells_nothing() -> None:
    told = page(paragraphs(PROSE, "The study cost $49.99 in all and took a year of everybody's time."))

    assert told.commerce == ()


def test_a_release_of_a_firm_about_itself_is_the_firms() -> None:
    main = paragraphs(PROSE, "About Acme", "Our products help. For more information, visit acmepharma.example.")

    assert (
        page(main, url="https://acmepharma.example/n/1", head="<title>AcmePharma launches it</title>").kind
        is PageKind.VENDOR
    )


@pytest.mark.parametrize(
    ("head", "body", "rule"),
    [
        ("<meta property='product:price:amount' content='49'>", "", "page.product"),
        ("", "<button>Add to cart</button>", "page.cart"),
        ("", "<form><input type='submit' value='Buy now'></form>", "page.cart"),
    ],
)
def test_markup_of_a_shop_is_commerce(head: str, body: str, rule: str) -> None:
    assert [reason.rule for reason in page(MAIN, head=head, body=body).commerce] == [rule]


def test_no_sort_of_commerce_is_told_more_than_twice() -> None:
    told = page(paragraphs(PROSE, *(f"Number {n}: buy it now, it is for sale here." for n in range(5)))).commerce

    assert len(told) == 2
