"""Bytes of a page to what it is and says; pure, no network."""

from datetime import date

import trafilatura

from harvest.pages.page import Page, Refusal
from harvest.pages.sketch import sketch


def read(body: bytes, *, url: str, content_type: str, fetched: date) -> Page:
    """Read a page.

    It takes seconds of processor time and much memory for hostile bytes: call it where it can be killed.

    Args:
        body: as delivered, after content decoding.
        url: where it came from, after redirects.
        content_type: as the server said; empty where it said nothing.
        fetched: no date on the page can be later.
    """
    kind = content_type.partition(";")[0].strip().lower()
    if kind and kind not in ("text/html", "application/xhtml+xml", "text/plain"):
        return Page(url, Refusal.NOT_TEXT)
    text = trafilatura.extract(body.decode("utf-8", "replace")) or ""
    return Page(url, text=text, sketch=sketch(text)) if text else Page(url, Refusal.EMPTY)
