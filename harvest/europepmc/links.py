"""How a record stands to others: corrections as PubMed names them, preprint and article, versions of a preprint.

Europe PMC writes PubMed's RefTypes as words (`Retraction in`, `Erratum for`) and adds `Preprint in` (on the article)
and `Preprint of` (on the preprint); these are set by machine, from title and first author, and say so in their `note`.
"""

from collections.abc import Iterator
from typing import Final

from harvest.corrections import RELATIONS
from harvest.europepmc.lists import Json, objects, text
from harvest.europepmc.markup import plain
from harvest.model import Correction, Key, Related

_KINDS: Final = {kind.lower(): kind for kind in RELATIONS}
_PREPRINTS: Final = {"preprintin": "has-preprint", "preprintof": "preprint-of"}


def corrections(result: Json) -> tuple[Correction, ...]:
    """The list of comments and corrections, without preprints; a kind that nobody knows is kept as written."""
    return tuple(
        Correction(
            _KINDS.get(_folded(link), str(link.get("type", ""))), _citation(link), key_of(link), text(link, "note")
        )
        for link in _listed(result)
        if _folded(link) not in _PREPRINTS
    )


def related(result: Json) -> tuple[Related, ...]:
    """Preprint and article of each other, and the other versions of a preprint."""
    preprints = (
        Related(_PREPRINTS[_folded(link)], key_of(link), _citation(link))
        for link in _listed(result)
        if _folded(link) in _PREPRINTS
    )
    return tuple(dict.fromkeys((*preprints, *_versions(result))))


def set_by_machine(result: Json) -> tuple[Key, ...]:
    """The preprints and articles that are linked by likeness alone."""
    likened = (key_of(link) for link in _listed(result) if _folded(link) in _PREPRINTS and link.get("note"))
    return tuple(dict.fromkeys(key for key in likened if key))


def key_of(link: Json) -> Key:
    """The key of what is linked: a PMID where it is a record of PubMed; empty where only a citation is given."""
    number, source = text(link, "id"), text(link, "source")
    if not number or not source:
        return ""
    return f"pmid:{number}" if source == "MED" and number.isdecimal() else f"epmc:{source}/{number}"


def _versions(result: Json) -> Iterator[Related]:
    """Each version of a preprint may have an id of its own; the same text is counted once."""
    for version in objects(result, "versionList", "version"):
        if text(version, "id") not in ("", str(result.get("id"))):
            yield Related("version-of", key_of(version))


def _listed(result: Json) -> list[Json]:
    return objects(result, "commentCorrectionList", "commentCorrection")


def _folded(link: Json) -> str:
    return "".join(text(link, "type").lower().split())


def _citation(link: Json) -> str:
    return plain(text(link, "reference"))
