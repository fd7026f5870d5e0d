"""The claims of a page as a table for people: what it says, of whom, and what it rests that on."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from harvest import wording

HEAD: Final = ("match", "of a study in", "outcome, as it says", "citing", "the page says")
_STUDIED: Final = MappingProxyType(
    {
        "human": "people",
        "preclinical": "animals or laboratory, not people",
        "anecdotal": "personal reports",
        "none": "(no study named)",
        "undetermined": "(not said of whom)",
    }
)
_OUTCOME: Final = MappingProxyType(
    {
        "improved": "improvement",
        "worsened": "worsening",
        "no-clear-difference": "no clear difference",
        "mixed": "both better and worse",
        "not-reported": "none",
    }
)


def rows(body: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """A row for each claim of a `source` line, under `HEAD`; none for a source that is no page.

    Nobody has checked that a page says rightly what its sources found.
    """
    return [
        (
            wording.said(wording.MATCH, claim["screening"]),
            wording.said(_STUDIED, claim["evidence"]),
            wording.said(_OUTCOME, claim["outcome"]),
            ", ".join([*claim.get("cites", ()), *(f'"{text}"' for text in claim.get("cited", ()))]) or "nothing",
            claim["text"],
        )
        for claim in body.get("claims", ())
        if "screening" in claim
    ]
