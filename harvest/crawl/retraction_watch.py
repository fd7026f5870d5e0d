"""Looking sources up in the Retraction Watch data that the operator has put beside us; nobody is asked."""

import hashlib
from pathlib import Path
from typing import Final

from harvest.enriching import Asked, Hearing
from harvest.errors import AnswerUnusable
from harvest.standing import Notice, State, Status, Told, status
from harvest.standing.retraction_watch import RetractionWatch, read_retraction_watch

SERVICE: Final = "retraction_watch"
PLAN: Final = "rows by OriginalPaperDOI and OriginalPaperPubMedID"


def hear(hearing: Hearing, path: Path) -> None:
    """Find out what the file says of all the sources; what is not in it was not retracted up to its newest row.

    Raises:
        ParseError: it is not the file that Crossref gives out. AnswerUnusable: it cannot be read, or is empty.
    """
    wanted = {key for one in hearing.asked for key in one.document.keys}
    try:
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as lines:
            file = read_retraction_watch(lines, wanted)
    except OSError as error:
        raise AnswerUnusable(f"expected to read HARVEST_RETRACTION_WATCH, got: {error.strerror}") from error
    if not file.rows:
        raise AnswerUnusable("expected rows in HARVEST_RETRACTION_WATCH, got none")
    hearing.entry.extra = {
        "file": {"name": path.name, "sha256": digest, "rows": file.rows, "newest": file.newest},
    }
    hearing.as_of = min(hearing.as_of, file.newest or hearing.as_of)
    hearing.told |= {one.sid: Told(_status(one, file)) for one in hearing.asked}


def _status(one: Asked, file: RetractionWatch) -> Status:
    if not (one.doi or one.pmid):
        return Status(State.NOT_KNOWN, why="no_id")
    notices: list[Notice] = [notice for key in one.document.keys for notice in file.notices.get(key, ())]
    return status(notices)
