"""Pages that answer with something else than what was asked for: walls, checks, nothing."""

import re
from typing import Final
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from harvest.pages.head import Head
from harvest.pages.page import Refusal
from harvest.pages.words import words

_EMPTY: Final = 80
"""Characters of text that are nothing."""
_LITTLE: Final = 250
_SHORT: Final = 900
"""A wall says little beside itself."""
_TEASER: Final = 1_600
_SEEN: Final = 4_000
_WORDS: Final = re.compile(r"[^\W\d_]{2,}")
_NOT_SEEN: Final = frozenset({"script", "style", "noscript", "template", "head", "title"})
_ROOTS: Final = frozenset({"root", "app", "__next", "__nuxt", "react-root", "app-root", "gatsby", "svelte"})


def refusal(of: Head, tree: HtmlElement, text: str, *, url: str) -> Refusal | None:
    """Why the page is not what was asked for; None where it is.

    Args:
        of: what the page says of itself.
        tree: the page, scripts included.
        text: what was extracted from it.
        url: where it came from.
    """
    seen = _seen(tree)
    checks = (
        (Refusal.BOT_CHECK, _is_check(of, tree, text, seen)),
        (
            Refusal.NOT_FOUND,
            len(text) < _SHORT
            and bool(words("walls", "missing").search(of.title) or words("walls", "missing").search(of.heading)),
        ),
        (Refusal.CONSENT, _is_consent(text, seen, url)),
        (Refusal.LOGIN, _is_login(of, tree, text, seen)),
        (Refusal.PAYWALL, _is_paid(of, text, seen)),
        (Refusal.NEEDS_SCRIPT, len(text) < _LITTLE and _needs_script(tree, text)),
        (Refusal.EMPTY, sum(map(len, _WORDS.findall(text))) < _EMPTY // 2),
    )
    return next((reason for reason, holds in checks if holds), None)


def _is_check(of: Head, tree: HtmlElement, text: str, seen: str) -> bool:
    if len(text) >= _SHORT:
        return False
    if words("walls", "check_title").search(of.title) or (len(seen) < _SHORT and words("walls", "check").search(seen)):
        return True
    return len(seen) < _SHORT and any(
        words("walls", "check_markup").search(_script(script)) for script in tree.iter("script")
    )


def _is_consent(text: str, seen: str, url: str) -> bool:
    if words("walls", "consent_host").search(urlsplit(url).hostname or ""):
        return True
    return (
        len(text) < _SHORT
        and len(words("walls", "consent").findall(seen[:_SEEN])) > 1
        and _is_about(words("walls", "consent"), text or seen)
    )


def _is_login(of: Head, tree: HtmlElement, text: str, seen: str) -> bool:
    if len(text) >= _SHORT:
        return False
    asks = any((field.get("type") or "").lower() == "password" for field in tree.iter("input"))
    titled = words("walls", "login_title").search(of.title) or words("walls", "login_title").search(of.heading)
    if asks and titled:
        return True
    return _is_about(words("walls", "login"), text or seen) and (asks or len(text) < _LITTLE)


def _is_paid(of: Head, text: str, seen: str) -> bool:
    """Only a teaser is there; a text as long as an article is one, whatever is asked for beside it."""
    if len(text) >= _TEASER:
        return False
    closed = any(str(one.get("isAccessibleForFree", "")).lower() == "false" for one in of.linked)
    locked = of.first("article:content_tier").lower() in ("locked", "metered")
    asked = bool(words("walls", "paid").search(text[-_SHORT:]))
    return asked or ((closed or locked) and bool(words("walls", "paid").search(seen[:_SEEN]) or len(text) < _SHORT))


def _needs_script(tree: HtmlElement, text: str) -> bool:
    if any(words("walls", "scripted").search(element.text_content()[:_SEEN]) for element in tree.iter("noscript")):
        return True
    if words("walls", "scripted").search(text):
        return True
    roots = (element for element in tree.iter("div", "main") if element.get("id") in _ROOTS)
    return any(len(element) == 0 for element in roots)


def _is_about(wanted: re.Pattern[str], text: str) -> bool:
    """Do the words stand among the first of a short text?"""
    return bool(wanted.search(text[:_SHORT]))


def _seen(tree: HtmlElement) -> str:
    """All that a reader sees, navigation included."""
    parts = [
        text
        for element in tree.iter()
        if isinstance(element.tag, str)
        for text in ((element.text if element.tag not in _NOT_SEEN else ""), element.tail)
        if text and text.strip()
    ]
    return " ".join(" ".join(parts).split())


def _script(script: HtmlElement) -> str:
    return f"{script.get('src') or ''} {(script.text or '')[:_SEEN]}"
