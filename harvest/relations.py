"""How documents stand to each other: the words of `linked` entries, and what providers and services call the same.

Everything here is read "one is the `preprint-of` other".
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from harvest.model import Key

Body = Mapping[str, Any]

RELATIONS: Final = frozenset(
    {
        "preprint-of", "results-of", "translation-of", "same-thread", "cross-post", "erratum-of", "included-in",
        "version-of", "spun-copy-of", "page-of",
    }
)  # fmt: skip
"""How one document may stand to another in a `linked` entry."""
FALLS: Final = frozenset(
    {"preprint-of", "translation-of", "erratum-of", "cross-post", "version-of", "spun-copy-of", "page-of"}
)
"""Relations of one text to another: when the other is retracted, this one has no weight either."""
SAME_STUDY: Final = FALLS | {"results-of"}
"""Relations of documents that report one study, which counts once (design section 6, "Counting unit")."""
SYNTHESES: Final = frozenset({"systematic-review", "meta-analysis", "pooled-analysis"})
"""Designs that gather other studies (design section 6). Named here: who only reads a ledger loads no classifier."""

_STATED: Final = {
    **{relation: (relation, False) for relation in RELATIONS},
    "has-preprint": ("preprint-of", True),
    "updated-in": ("preprint-of", False),
    "update-of": ("preprint-of", True),
    "has-translation": ("translation-of", True),
    "reprint-of": ("translation-of", False),
    "reprinted-in": ("translation-of", True),
    "republication-of": ("translation-of", False),
    "republished-in": ("translation-of", True),
    "erratum-for": ("erratum-of", False),
    "erratum-in": ("erratum-of", True),
    "has-results": ("results-of", True),
    "corrected-republication-of": ("results-of", False),
    "corrected-and-republished-in": ("results-of", True),
    "republication-of-retracted": ("results-of", False),
    "retracted-and-republished-in": ("results-of", True),
}
"""A provider's or a service's own links in our words, and whether they are read from the other side.

A corrected republication is of the same study, and does not fall with what it corrects.
"""
CLAIMED: Final = frozenset({"page-of"})
"""What a page says of itself; believed only where the titles agree: a shop could else count as a paper."""
_REGISTERED: Final = re.compile(r"\bNCT\d{8}\b")


class Stated(NamedTuple):
    """A document stands in `relation` to the document with this `key`; `reversed`: that one does so to it."""

    relation: str
    key: Key
    reversed: bool


def stated(body: Body) -> Iterator[Stated]:
    """What a document's own record says, and what services say of it, in our words; nothing where no key is given."""
    services = (link for said in body.get("services", {}).values() for link in said.get("links", ()))
    for link in (*body.get("links", ()), *services):
        relation, reversed_ = _STATED.get(link["relation"], ("", False))
        if relation and link["key"]:
            yield Stated(relation, link["key"], reversed_)


def is_telling(link: Mapping[str, str]) -> bool:
    """It is one of those that `stated` reads."""
    return link["relation"] in _STATED and bool(link["key"])


def registration(body: Body) -> str:
    """The number under which the study of a document is registered; empty where it names none, or several.

    Its own, or the only one that the text of a study in people names; a synthesis may name that of a study it gathers.
    """
    if own := [key for key in body["keys"] if key.startswith("nct:")]:
        return str(own[0]).removeprefix("nct:")
    if body["evidence"] != "human" or body["design"] in SYNTHESES:
        return ""
    named = set(_REGISTERED.findall(str(body.get("abstract") or "")))
    return named.pop() if len(named) == 1 else ""
