"""What Crossref says of a document that we have: is it that document, what happened to it, what is it related to."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from harvest.crossref.work import Update, Work
from harvest.identity import Fingerprint, compare
from harvest.model import Related
from harvest.standing import Event, Notice, State, Status, Told, event_of, status

_TOWARDS = {
    Event.RETRACTION: "retraction-of",
    Event.CONCERN: "concern-for",
    Event.ERRATUM: "erratum-for",
}


def not_registered() -> Told:
    """Of a DOI that Crossref does not have; another agency may."""
    return Told(Status(State.NOT_KNOWN, why="not_registered"))


def not_found() -> Told:
    """Of a document without a DOI of which no look-up by title gives one."""
    return Told(Status(State.NOT_KNOWN, why="no_id"))


def found(document: Fingerprint, candidates: Iterable[Work]) -> Work | None:
    """The work that a look-up by title gave for a document without a DOI; only one that is surely the same."""
    return next((work for work in candidates if compare(document, work.document).same), None)


def told(document: Fingerprint, work: Work, notices: Iterable[Work] = ()) -> Told:
    """What a work and the notices that name it say of our document.

    Args:
        document: as our ledger knows it.
        work: what Crossref has under its DOI.
        notices: works that say that they update it (`updates:`); they may update others, too.
    """
    # under one DOI a preprint may be called an article by one and posted content by the other
    if not compare(replace(document, role=""), replace(work.document, role="")).same:
        return Told(Status(State.NOT_KNOWN, why="other_title"))
    if not work.whole:
        return Told(Status(State.NOT_KNOWN, why="not_said"))
    return Told(status(_notices(work, notices)), (f"doi:{work.doi}",), (*work.related, *_towards(work)))


def _notices(work: Work, notices: Iterable[Work]) -> Iterator[Notice]:
    """What happened to the work; a new version of itself is nothing that happened to it."""
    own = [update for update in work.update_to if update.doi == work.doi]
    for update in (*work.updated_by, *own):
        yield from _notice(update, update.doi)
    for other in notices:
        for update in other.update_to:
            if update.doi == work.doi:
                yield from _notice(update, other.doi)


def _notice(update: Update, notice: str) -> Iterator[Notice]:
    event = event_of(update.kind)
    if event is not Event.UPDATE:
        yield Notice(event, f"doi:{notice}", update.day, (update.source,) if update.source else ())


def _towards(work: Work) -> Iterator[Related]:
    """What it is itself a notice of."""
    for update in work.update_to:
        relation = _TOWARDS.get(event_of(update.kind))
        if relation and update.doi != work.doi:
            yield Related(relation, f"doi:{update.doi}")
