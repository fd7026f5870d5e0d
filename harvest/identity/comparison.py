"""Are two records one document? Own identifiers first, then the title with the place where it was published."""

from dataclasses import dataclass

from harvest.identity.fingerprint import Fingerprint
from harvest.identity.title import is_specific, likeness
from harvest.text import fold

_IDS = ("pmid", "doi", "pmcid")
_PLACE = ("volume", "pages", "journal")
_ALIKE = 0.8
_ALIKE_ENOUGH_TO_ASK = 0.6
_PREFIX_LENGTH = 30
_NAME_LENGTH = 3


@dataclass(frozen=True, slots=True)
class Verdict:
    """`same`: one document. `maybe`: a person should look. Neither: two documents, or nothing speaks for one.

    `rule` is the rule that decided, `agreed` what both have in common (`pmid`, `doi`, `pmcid`, `nct`, `title`,
    `similar-title`, `year`, `author`, `volume`, `pages`, `journal`).
    """

    same: bool
    maybe: bool
    rule: str
    agreed: tuple[str, ...] = ()


def compare(a: Fingerprint, b: Fingerprint) -> Verdict:
    """Judge whether two records are one document; `compare(a, b)` says what `compare(b, a)` says.

    A shared trial number is a link, never sameness; nor are an erratum, a comment, a reply, a retraction notice or
    a preprint the paper that they go with, even under the same title.
    """
    agreed, against = _signals(a, b)
    if agreed & {"pmid", "doi", "pmcid"}:
        return _by_id(agreed, against)
    if "role" in against:
        is_preprint = "preprint" in (a.role, b.role) and "title" in agreed
        return _verdict("identity.preprint" if is_preprint else "identity.other-role", agreed, maybe=is_preprint)
    if "title" in agreed:
        return _by_title(agreed, against)
    if "similar-title" in agreed or {"author", "volume", "pages"} <= agreed:
        return _by_place(agreed, against)
    return _verdict("identity.nothing-shared", agreed)


def _by_id(agreed: set[str], against: set[str]) -> Verdict:
    """A shared identifier holds unless other identifiers and the titles, or the place, speak against it."""
    titled = bool(agreed & {"title", "similar-title"})
    others = bool(against & set(_IDS))
    if "pmid" in agreed:
        holds = titled or not others
    else:
        holds = (
            (titled and not others)
            or not (against & {*_IDS, "title", "role"})
            or not (against & {*_IDS, "pages", "role"})
        )
    return _verdict(
        "identity.shared-id" if holds else "identity.shared-id-doubted", agreed, same=holds, maybe=not holds
    )


def _by_title(agreed: set[str], against: set[str]) -> Verdict:
    if {"pmid", "doi"} <= against:
        return _verdict("identity.title-other-ids", agreed, maybe=not against & {"author", "year"})
    if against:
        whole = {"author", "year", "volume", "pages"} <= agreed and against <= set(_IDS)
        return _verdict(
            "identity.title-place-other-id" if whole else "identity.title-contradicted",
            agreed,
            same=whole,
            maybe=not whole and ("author" in agreed or len(against) == 1),
        )
    if "author" in agreed or agreed & set(_PLACE):
        return _verdict("identity.title", agreed, same=True)
    return _verdict("identity.title-alone", agreed, maybe=True)


def _by_place(agreed: set[str], against: set[str]) -> Verdict:
    """Titles that differ in part: one document where author, year, volume and first page are the same."""
    whole = {"similar-title", "author", "year", "volume", "pages"} <= agreed and not against - {"title"}
    likely = "similar-title" in agreed and "author" in agreed and not against & {*_IDS, "year", "volume", "pages"}
    return _verdict("identity.place", agreed, same=whole, maybe=not whole and likely)


def _verdict(rule: str, agreed: set[str], *, same: bool = False, maybe: bool = False) -> Verdict:
    return Verdict(same, maybe, rule, tuple(sorted(agreed)))


def _signals(a: Fingerprint, b: Fingerprint) -> tuple[set[str], set[str]]:
    """What both have in common, and in what they contradict each other; the unknown is in neither."""
    agreed: set[str] = set()
    against: set[str] = set()
    for name, verdict in (
        *((scheme, _ids_agree(a, b, scheme)) for scheme in (*_IDS, "nct")),
        ("year", None if a.year is None or b.year is None else abs(a.year - b.year) <= 1),
        ("author", _names_agree(a.family, b.family)),
        ("volume", _equal(a.volume_number, b.volume_number)),
        ("pages", _equal(a.first_page, b.first_page)),
        ("journal", _journals_agree(a.journal, b.journal)),
        ("role", _equal(a.role, b.role)),
    ):
        if verdict is not None:
            (agreed if verdict else against).add(name)
    against -= {"nct", "journal"}
    agreed -= {"role"}
    _add_title(a, b, agreed, against)
    return agreed, against


def _add_title(a: Fingerprint, b: Fingerprint, agreed: set[str], against: set[str]) -> None:
    pairs = [(one, other) for one in a.folded_titles for other in b.folded_titles]
    if any(one == other and is_specific(one) for one, other in pairs):
        agreed.add("title")
    elif any(_alike(one, other, _ALIKE) for one, other in pairs):
        agreed.add("similar-title")
    elif pairs and not any(_alike(one, other, _ALIKE_ENOUGH_TO_ASK) for one, other in pairs):
        against.add("title")


def _alike(one: str, other: str, least: float) -> bool:
    short, long = sorted((one, other), key=len)
    return one == other or (len(short) >= _PREFIX_LENGTH and long.startswith(short)) or likeness(one, other) >= least


def _ids_agree(a: Fingerprint, b: Fingerprint, scheme: str) -> bool | None:
    mine, theirs = a.of_scheme(scheme), b.of_scheme(scheme)
    return bool(mine & theirs) if mine and theirs else None


def _equal(one: str, other: str) -> bool | None:
    return one == other if one and other else None


def _names_agree(one: str, other: str) -> bool | None:
    """Equal, or one the beginning or the end of the other (`Dolotov`, `Oleg Dolotov`, a truncated name)."""
    if not one or not other:
        return None
    short, long = sorted((one, other), key=len)
    return short == long or (len(short) >= _NAME_LENGTH and (long.startswith(short) or long.endswith(short)))


def _journals_agree(one: str, other: str) -> bool | None:
    """Equal, or word by word an abbreviation (`Brain Res`, `Brain research`); small words do not count."""
    mine, theirs = _journal_words(one), _journal_words(other)
    if not mine or not theirs:
        return None
    return len(mine) == len(theirs) and all(
        x.startswith(y) or y.startswith(x) for x, y in zip(mine, theirs, strict=True)
    )


def _journal_words(journal: str) -> list[str]:
    bare = fold(journal.partition("(")[0]).text.replace("&", " ").replace(".", " ").replace(":", " ")
    return [word for word in bare.split() if word not in {"the", "of", "and", "in", "for", "de", "la", "und", "et"}]
