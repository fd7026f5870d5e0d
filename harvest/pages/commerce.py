"""What shows that a page has something to sell."""

from collections.abc import Iterator, Sequence
from typing import Final

from lxml.html import HtmlElement

from harvest.model import Reason
from harvest.pages.head import Head
from harvest.pages.links import Link
from harvest.pages.words import words

_IN_TEXT: Final = ("buy", "code", "affiliate", "service")
_SHOWN: Final = 2
"""Reasons of one sort that are given."""
_PRICED: Final = 2
"""One price may be told of anything."""
_SOLD: Final = frozenset({"Product", "Offer", "AggregateOffer", "Store", "OnlineStore", "Drugstore"})
_BUTTON: Final = 40


def commerce(of: Head, tree: HtmlElement, text: str, found: Sequence[Link]) -> tuple[Reason, ...]:
    """What shows that something is to be sold, or that a link is paid for; prices only beside something else.

    Args:
        of: what the page says of itself.
        tree: the whole page.
        text: its main text.
        found: the links in that.
    """
    reasons = [reason for sort in _IN_TEXT for reason in _said(sort, text)]
    reasons += _marked(of, tree)
    reasons += _linked(found)
    prices = list(words("commerce", "price").finditer(text))
    if reasons or len(prices) > _PRICED:
        reasons += list(_said("price", text))
    alone = {reason.rule for reason in reasons} <= {"page.price"}
    return () if alone else tuple(reasons)


def _said(sort: str, text: str) -> Iterator[Reason]:
    for number, place in enumerate(words("commerce", sort).finditer(text)):
        if number >= _SHOWN:
            return
        yield Reason(f"page.{sort}", "abstract", place.start(), place.end(), place.group())


def _marked(of: Head, tree: HtmlElement) -> Iterator[Reason]:
    """What machines are told, and buttons."""
    if kind := next(iter(sorted(of.types() & _SOLD)), ""):
        yield Reason("page.product", "markup", text=kind)
    elif of.first("product:price:amount", "og:price:amount"):
        yield Reason("page.product", "markup", text="product:price:amount")
    for button in tree.iter("button", "a", "input"):
        label = button.get("value") if button.tag == "input" else button.text_content()
        if label and len(label) < _BUTTON and (place := words("commerce", "buy").search(" ".join(label.split()))):
            yield Reason("page.cart", "markup", text=place.group())
            return


def _linked(found: Sequence[Link]) -> Iterator[Reason]:
    paid = [link for link in found if link.outside and words("commerce", "shop_link").search(link.url)]
    yield from (Reason("page.shop-link", "links", text=link.url[:120]) for link in paid[:_SHOWN])
