"""What OpenAlex says of a document that we have; its word on a retraction is weak and must be confirmed elsewhere."""

from collections.abc import Sequence

from harvest.identity import Fingerprint, compare
from harvest.openalex.work import Work
from harvest.standing import State, Status, Told


def not_there() -> Told:
    """Of a document that OpenAlex does not have."""
    return Told(Status(State.NOT_KNOWN, why="not_registered"))


def told(document: Fingerprint, works: Sequence[Work]) -> Told:
    """What the works with the document's DOI or PMID say of it; where there are two, one that is retracted counts.

    Args:
        document: as our ledger knows it.
        works: at least one.
    """
    same = [work for work in works if compare(document, _fingerprint(work)).same]
    if not same:
        return Told(Status(State.NOT_KNOWN, why="other_title"))
    stated = [work.retracted for work in same if work.retracted is not None]
    if not stated:
        return Told(Status(State.NOT_KNOWN, why="not_said"))
    state = State.RETRACTED if any(stated) else State.NOT_RETRACTED
    ids = tuple(dict.fromkeys(key for work in same for key in work.keys))
    access = next((work.open_access for work in same if work.open_access), {})
    return Told(Status(state), ids, open_access=access)


def _fingerprint(work: Work) -> Fingerprint:
    return Fingerprint(keys=work.keys, title=work.title, year=work.year)
