"""Two documents that are not one and report one study: preprint and article, original and translation, two editions."""

from typing import Final, NamedTuple

from harvest.identity.comparison import Verdict, compare
from harvest.identity.fingerprint import Fingerprint
from harvest.identity.title import likeness

_PAPERS: Final = frozenset({"", "article"})
_LATER: Final = 5
"""Years from a preprint to its article, at most."""
_APART: Final = 2
"""Years between an original and its translation, at most."""
_ALIKE: Final = 0.45
"""Titles translated by two hands, in the same place of a volume."""
_REVISED: Final = 0.5
"""Titles of a preprint and its article, by the same authors."""
_MOST: Final = 0.6
"""Share of the shorter list of authors that both have; two at least."""


class Kinship(NamedTuple):
    """The first document given is the `relation` of the second, or, `reversed`, the second of the first."""

    relation: str
    reversed: bool
    rule: str
    agreed: tuple[str, ...]


def kinship(a: Fingerprint, b: Fingerprint) -> Kinship | None:
    """How two documents that are not one are related by what they say of themselves; None where nothing is sure."""
    verdict = compare(a, b)
    if verdict.same or not _authors_agree(a, b, verdict):
        return None
    if {a.role, b.role} & {"preprint"} and {a.role, b.role} <= {"preprint", *_PAPERS} and a.role != b.role:
        return _preprint(a, b, verdict)
    if not {a.role, b.role} <= _PAPERS:
        return None
    return _translation(a, b, verdict) if a.translated != b.translated else _edition(verdict)


def _preprint(a: Fingerprint, b: Fingerprint, verdict: Verdict) -> Kinship | None:
    preprint, article = (a, b) if a.role == "preprint" else (b, a)
    if preprint.year is not None and article.year is not None and not -1 <= article.year - preprint.year <= _LATER:
        return None
    if "title" not in verdict.agreed and not (_alike(a, b) >= _REVISED and _shared(a, b) >= _MOST):
        return None
    return Kinship("preprint-of", preprint is b, "link.preprint", verdict.agreed)


def _translation(a: Fingerprint, b: Fingerprint, verdict: Verdict) -> Kinship | None:
    """The same title, or titles alike in the same place: editions of one journal have the same volume and pages."""
    translation = b if a.translated else a
    placed = {"volume", "pages", "year"} <= {*verdict.agreed}
    near = a.year is None or b.year is None or abs(a.year - b.year) <= _APART
    if not (placed and _alike(a, b) >= _ALIKE) and not ("title" in verdict.agreed and near):
        return None
    return Kinship("translation-of", translation is b, "link.translation", verdict.agreed)


def _edition(verdict: Verdict) -> Kinship | None:
    """The same title in the same place under other identifiers: a journal whose editions are in one language here."""
    whole = {"title", "author", "year", "volume", "pages"} <= {*verdict.agreed}
    return Kinship("version-of", False, "link.edition", verdict.agreed) if whole else None


def _authors_agree(a: Fingerprint, b: Fingerprint, verdict: Verdict) -> bool:
    return "author" in verdict.agreed or _shared(a, b) >= _MOST


def _alike(a: Fingerprint, b: Fingerprint) -> float:
    return max((likeness(one, other) for one in a.folded_titles for other in b.folded_titles), default=0.0)


def _shared(a: Fingerprint, b: Fingerprint) -> float:
    """Which share of the shorter list of authors both have; 0 below two."""
    common = len(a.families & b.families)
    return common / min(len(a.families), len(b.families)) if common > 1 else 0.0
