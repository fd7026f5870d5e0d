"""Feeds and sitemaps, honest and hostile."""

import gzip

import pytest

from harvest.errors import ParseError
from harvest.visiting import listing, listings

FEED = "https://example.com/feed"
RSS = b"""<?xml version="1.0"?><rss version="2.0"><channel><link>https://example.com/</link>
<item><title>One</title><link>https://example.com/one?utm_source=rss</link></item>
<item><title>Two</title><guid>https://example.com/two</guid></item>
<item><title>Three</title><guid isPermaLink="false">tag:3</guid></item>
<item><title>Four</title><link>/four</link></item>
<item><title>One again</title><link>https://example.com/one</link></item></channel></rss>"""
ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom"><link href="https://example.com/"/>
<entry><link rel="edit" href="https://example.com/edit"/><link rel="alternate" href="https://example.com/a"/></entry>
<entry><link href="b"/></entry></feed>"""
RDF = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">
<channel/><item><link>https://example.com/rdf</link></item></rdf:RDF>"""
SITEMAP = b"""<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<url><loc> https://example.com/s1 </loc><lastmod>2026-01-01</lastmod></url><url><loc>https://example.com/s2</loc></url>
</urlset>"""
INDEX = b"""<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<sitemap><loc>https://example.com/sitemap-1.xml.gz</loc></sitemap></sitemapindex>"""


@pytest.mark.parametrize(
    ("body", "kind", "paths"),
    [
        (RSS, "feed", ["one", "two", "four"]),
        (ATOM, "feed", ["a", "b"]),
        (RDF, "feed", ["rdf"]),
        (SITEMAP, "sitemap", ["s1", "s2"]),
        (b"\xef\xbb\xbf" + SITEMAP, "sitemap", ["s1", "s2"]),
        (gzip.compress(SITEMAP), "sitemap", ["s1", "s2"]),
        (INDEX, "index", ["sitemap-1.xml.gz"]),
        (b"https://example.com/t1\r\nhttps://example.com/t2\n\n", "text", ["t1", "t2"]),
        (RSS.replace(b"<title>Two", b"<title>Two &nbsp; & more"), "feed", ["one", "two", "four"]),
    ],
)
def test_a_listing_names_pages(body: bytes, kind: str, paths: list[str]) -> None:
    read = listing(body, url=FEED)
    assert (read.kind, list(read.addresses)) == (kind, [f"https://example.com/{path}" for path in paths])


def test_addresses_that_may_not_be_asked_for_are_counted_and_left_out() -> None:
    body = SITEMAP.replace(b"https://example.com/s1", b"file:///etc/passwd")
    body = body.replace(b"//example.com/s2", b"//me:you@example.com/s2")
    assert (listing(body, url=FEED).addresses, listing(body, url=FEED).unfit) == ((), 2)


def test_more_addresses_than_a_listing_may_have_are_cut_and_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listings, "MOST", 50)
    body = b"\n".join(b"https://example.com/%d" % number for number in range(51))
    assert (len(listing(body, url=FEED).addresses), listing(body, url=FEED).cut) == (50, True)
    assert not listing(body.rpartition(b"\n")[0], url=FEED).cut


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"hello",
        b"<html><body>no feed</body></html>",
        b"<",
        b"<?xml version='1.0'?>",
        gzip.compress(SITEMAP)[:-20],
        gzip.compress(b"\0" * (65 << 20)),
        b"\x1f\x8bnonsense",
    ],
    ids=["empty", "text", "html", "less-than", "no-root", "cut-gzip", "bomb", "no-gzip"],
)
def test_what_is_no_listing_is_refused(body: bytes) -> None:
    with pytest.raises(ParseError):
        listing(body, url=FEED)


def test_entities_of_its_own_are_refused_whatever_they_would_read_or_grow_to() -> None:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    for declared in (
        '<!ENTITY x SYSTEM "file:///etc/passwd">',
        '<!ENTITY x SYSTEM "http://127.0.0.1:9/">',
        '<!ENTITY % x SYSTEM "http://127.0.0.1:9/"> %x;',
        f'<!ENTITY l0 "ha">{laughs}',
    ):
        for encoding in ("utf-8", "utf-16"):
            head = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE rss [{declared}]>'
            with pytest.raises(ParseError):
                listing(f"{head}<rss><item><link>&x;&l9;</link></item></rss>".encode(encoding), url=FEED)


def test_a_doctype_alone_is_no_harm() -> None:
    body = b'<!DOCTYPE rss SYSTEM "http://127.0.0.1:9/rss.dtd">' + RSS.split(b"?>", 1)[1]
    assert len(listing(body, url=FEED).addresses) == 3
