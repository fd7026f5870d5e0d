"""Are two records one document? Own identifiers first, then the title with the place where it was published."""

import re
from dataclasses import dataclass, field, replace

from harvest.identity.fingerprint import Fingerprint, number_of
from harvest.identity.key import work_of
from harvest.identity.title import is_generic, is_specific, likeness, numbers
from harvest.text import fold

_IDS = ("pmid", "doi", "pmcid")
"""Identifiers of which a document has one: others contradict."""
_FURTHER = ("epmc", "openalex", "reddit", "url")
"""Identifiers of which a document may have several."""
_OWN = frozenset((*_IDS, *_FURTHER))
_ALIKE = 0.8
_NEAR = 0.85
_UNLIKE = 0.6
_PREFIX_LENGTH = 12
_LONG_PREFIX = 50
"""Letters of a title that was cut: as telling as the whole."""
_WHOLE = frozenset({"author", "year", "volume", "pages"})
_LONG_TITLE = 60
_PLACES_FOR_A_SLIP = 2
_NAME_LENGTH = 3
_SLIP_LENGTH = 6
_PARTICLES = frozenset(re.findall("[a-z]+", "al bin da de del den der di dos du el la le ten ter van von"))


@dataclass(frozen=True, slots=True)
class Verdict:
    """`same`: one document. `maybe`: a person should look. Neither: two documents, or nothing speaks for one.

    `rule` is the rule that decided, `agreed` what both have in common: `pmid` or another scheme, `title`
    (`long-title`: so long that it tells by itself), `similar-title` (`near-title`: all but a slip), `year`, `author`,
    `volume`, `pages`, `journal`.
    """

    same: bool
    maybe: bool
    rule: str
    agreed: tuple[str, ...] = ()
    against: tuple[str, ...] = field(default=(), compare=False)
    """In what they contradict each other, in the same words; `role`: one is a notice, a preprint, a registration."""

    @property
    def contradicted(self) -> bool:
        """They cannot well be one: other identifiers, a paper and what speaks of it, or much of the place differs."""
        against = {*self.against}
        return bool({*_IDS, "role"} & against) or len(_WHOLE & against) > 1


def weight(verdict: Verdict) -> tuple[bool, int, bool, int]:
    """What sorts verdicts by how much speaks for one document: sameness, identifiers, the title, the rest."""
    agreed = {*verdict.agreed}
    return verdict.same, len(agreed & _OWN), "title" in agreed, len(agreed)


def compare(a: Fingerprint, b: Fingerprint) -> Verdict:
    """Judge whether two records are one document; `compare(a, b)` says what `compare(b, a)` says.

    A shared trial number is a link, never sameness; nor are an erratum, a comment, a reply, a retraction notice or
    a preprint the paper that they go with, even under the same title. Pages of the web are told apart by their
    addresses alone: whether two have one text, their sketches tell.
    """
    agreed, against = _signals(a, b)
    return replace(_judged(a, b, agreed, against), against=tuple(sorted(against)))


def _judged(a: Fingerprint, b: Fingerprint, agreed: set[str], against: set[str]) -> Verdict:
    if agreed & _OWN:
        return _by_id(agreed, against)
    if "role" in against:
        is_preprint = "preprint" in (a.role, b.role) and "title" in agreed
        return _verdict("identity.preprint" if is_preprint else "identity.other-role", agreed, maybe=is_preprint)
    if a.role == b.role == "page":
        return _verdict("identity.pages", agreed)
    if "title" in agreed:
        return _by_title(agreed, against)
    if "similar-title" in agreed or {"author", "volume", "pages"} <= agreed:
        return _by_place(agreed, against)
    return _verdict("identity.nothing-shared", agreed)


def _by_id(agreed: set[str], against: set[str]) -> Verdict:
    """A shared identifier holds unless other identifiers contradict it, or the title and the place do.

    PubMed holds some papers twice: two PMIDs, one DOI and title, and nothing that speaks against it.
    """
    titled = bool(agreed & {"title", "similar-title"})
    if "pmid" in agreed:
        holds = titled or not against & set(_IDS)
    else:
        contradicted = against & {*_IDS, "role"}
        twice = contradicted == {"pmid"} and "title" in agreed and not against & {"author", "year", "volume", "pages"}
        holds = twice or (not contradicted and (titled or not against & {"author", "year", "pages"}))
    rule = "identity.shared-id" if holds else "identity.shared-id-doubted"
    return _verdict(rule, agreed, same=holds, maybe=not holds)


def _by_title(agreed: set[str], against: set[str]) -> Verdict:
    """The same title; two editions of a journal in two languages have the same place, too, but other identifiers.

    Of one paper in one place two databases may have two DOIs, one of them mistyped; PubMed's numbers are not mistyped.
    """
    if against == {"doi"} and agreed >= _WHOLE:
        return _verdict("identity.title-other-doi", agreed, same=True)
    if against & set(_IDS):
        return _verdict("identity.title-other-ids", agreed, maybe=not against & {"author", "year"})
    if against:
        return _verdict("identity.title-contradicted", agreed, maybe="author" in agreed or len(against) == 1)
    if "long-title" in agreed or "author" in agreed or agreed & {"volume", "pages", "journal"}:
        return _verdict("identity.title", agreed, same=True)
    return _verdict("identity.title-alone", agreed, maybe=True)


def _by_place(agreed: set[str], against: set[str]) -> Verdict:
    """Titles alike: one document where it stands in the same place, or where all but a slip is the same.

    Under another title in the same place stand a translated title, and a second letter on one page.
    """
    if "author" in against or against & {*_IDS, "year", "volume", "pages"}:
        return _verdict("identity.place-contradicted", agreed)
    if "similar-title" not in agreed:
        return _verdict("identity.place-other-title", agreed, maybe="journal" in agreed and agreed >= _WHOLE)
    named = "author" in agreed
    place = agreed & {"volume", "pages", "journal"}
    whole = _WHOLE - {"author"} <= agreed and (named or {"journal", "near-title"} <= agreed)
    slip = "near-title" in agreed and named and "year" in agreed and len(place) >= _PLACES_FOR_A_SLIP
    same = whole or slip
    return _verdict("identity.place" if whole else "identity.near-title", agreed, same=same, maybe=named and not same)


def _verdict(rule: str, agreed: set[str], *, same: bool = False, maybe: bool = False) -> Verdict:
    return Verdict(same, maybe, rule, tuple(sorted(agreed)))


def _signals(a: Fingerprint, b: Fingerprint) -> tuple[set[str], set[str]]:
    """What both have in common, and in what they contradict each other; the unknown is in neither."""
    agreed: set[str] = set()
    against: set[str] = set()
    for name, verdict in (
        *((scheme, _ids_agree(a, b, scheme)) for scheme in (*_IDS, *_FURTHER, "nct")),
        ("year", None if a.year is None or b.year is None else abs(a.year - b.year) <= 1),
        ("author", _names_agree(a, b)),
        ("volume", _equal(a.volume_number, b.volume_number)),
        ("pages", _pages_agree(a.first_page, b.first_page)),
        ("journal", _journals_agree(a.journal, b.journal)),
        ("role", _roles_agree(a, b)),
    ):
        if verdict is not None:
            (agreed if verdict else against).add(name)
    against -= {"nct", "journal", *_FURTHER}
    agreed -= {"role"}
    _add_title(a, b, agreed, against)
    return agreed, against


def _add_title(a: Fingerprint, b: Fingerprint, agreed: set[str], against: set[str]) -> None:
    pairs = [(one, other) for one in a.folded_titles for other in b.folded_titles]
    equal = [one for one, other in pairs if one == other and is_specific(one)]
    if equal:
        agreed.update({"title", "long-title"} if max(map(len, equal)) >= _LONG_TITLE else {"title"})
        return
    alike = max((_alike(one, other) for one, other in pairs), default=_UNLIKE)
    if alike >= _ALIKE:
        telling = not any(map(is_generic, a.folded_titles + b.folded_titles))
        cut = any(_is_cut(one, other) for one, other in pairs)
        near = telling and (alike >= _NEAR or cut) and numbers(a.title) == numbers(b.title)
        agreed.update({"similar-title", "near-title"} if near else {"similar-title"})
    elif alike < _UNLIKE:
        against.add("title")


def _alike(one: str, other: str) -> float:
    """1 where the titles are equal, at least `_ALIKE` where one begins with the whole other (a subtitle left out)."""
    short, long = sorted((one, other), key=len)
    if one == other:
        return 1.0
    share = likeness(one, other)
    return max(share, _ALIKE) if len(short) >= _PREFIX_LENGTH and long.startswith(short) else share


def _is_cut(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return len(short) >= _LONG_PREFIX and long.startswith(short)


def _ids_agree(a: Fingerprint, b: Fingerprint, scheme: str) -> bool | None:
    mine, theirs = (frozenset(map(work_of, fp.of_scheme(scheme))) for fp in (a, b))
    return bool(mine & theirs) if mine and theirs else None


def _roles_agree(a: Fingerprint, b: Fingerprint) -> bool | None:
    """A comment and a reply are told apart by nobody; what has a journal is no preprint, whatever else it is."""
    if "preprint" in (a.role, b.role) and a.role != b.role:
        other = a if b.role == "preprint" else b
        return False if other.role or other.journal else None
    return _equal(*("comment" if role == "reply" else role for role in (a.role, b.role)))


def _equal(one: str, other: str) -> bool | None:
    return one == other if one and other else None


def _pages_agree(one: str, other: str) -> bool | None:
    """The first page, whose letter some leave out: `S12` and `12`, `e1001` and `1001`."""
    if one[:1].isdecimal() != other[:1].isdecimal():
        one, other = number_of(one), number_of(other)
    return _equal(one, other)


def _names_agree(a: Fingerprint, b: Fingerprint) -> bool | None:
    """Equal, a word in common (`Xiang Li` and `Li X`), one the beginning of the other (a truncated name), or a slip."""
    if not a.family or not b.family:
        return None
    short, long = sorted((a.family, b.family), key=len)
    begins = len(short) >= _NAME_LENGTH and long.startswith(short)
    return begins or bool(set(a.names) & set(b.names) - _PARTICLES) or short == long or _is_slip(short, long)


def _is_slip(short: str, long: str) -> bool:
    """One letter is lost, another one, or has changed places with the next; short names differ by as much."""
    if len(short) < _SLIP_LENGTH or len(long) - len(short) > 1 or short[0] != long[0]:
        return False
    at = next((at for at, (one, other) in enumerate(zip(short, long, strict=False)) if one != other), len(short))
    if len(short) < len(long):
        return short[at:] == long[at + 1 :]
    swapped = short[at + 1 : at + 2] + short[at : at + 1] + short[at + 2 :]
    return short[at + 1 :] == long[at + 1 :] or swapped == long[at:]


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
