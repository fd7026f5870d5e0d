"""The Retraction Watch data, CSV, as Crossref gives it out: the simplest complete check (external APIs 7.4)."""

import csv
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from harvest.errors import ParseError
from harvest.identity import normal_key
from harvest.model import Key
from harvest.standing.status import Notice, event_of

_COLUMNS: Final = (
    "OriginalPaperDOI", "OriginalPaperPubMedID", "RetractionDOI", "RetractionPubMedID", "RetractionNature",
    "RetractionDate",
)  # fmt: skip
_DAY: Final = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})\b")
"""US style, with a time of no meaning behind it: `1/26/2012 0:00`."""


@dataclass(frozen=True, slots=True)
class RetractionWatch:
    """What the file says.

    Attributes:
        notices: by key of the original paper.
        rows: how many it has.
        newest: the last day of which it tells anything; what happened later it cannot know.
    """

    notices: Mapping[Key, tuple[Notice, ...]]
    rows: int
    newest: str


def read_retraction_watch(lines: Iterable[str], wanted: Collection[Key]) -> RetractionWatch:
    """Read the file, keeping the notices of the `wanted` papers (DOIs, PMIDs) alone.

    Raises:
        ParseError: a column that we read is not there.
    """
    table = csv.DictReader(lines)
    lacking = [name for name in _COLUMNS if name not in (table.fieldnames or ())]
    if lacking:
        raise ParseError(f"expected Retraction Watch's column {lacking[0]}, got {', '.join(table.fieldnames or ())}")
    found: defaultdict[Key, list[Notice]] = defaultdict(list)
    rows, newest = 0, ""
    for row in table:
        rows += 1
        day = _day(row["RetractionDate"])
        newest = max(newest, day)
        for key in _keys(row, "OriginalPaper"):
            if key in wanted:
                found[key].append(_notice(row, day))
    return RetractionWatch({key: tuple(notices) for key, notices in found.items()}, rows, newest)


def _notice(row: Mapping[str, str], day: str) -> Notice:
    event = event_of(row["RetractionNature"] or "")
    return Notice(event, next(_keys(row, "Retraction"), ""), day, ("retraction-watch",))


def _keys(row: Mapping[str, str], prefix: str) -> Iterator[Key]:
    """DOI, then PMID; `unavailable` and `0` stand for none."""
    for column, scheme in (("DOI", "doi"), ("PubMedID", "pmid")):
        try:
            yield normal_key(row[prefix + column] or "", scheme=scheme)
        except ParseError:
            continue


def _day(text: str | None) -> str:
    found = _DAY.match((text or "").strip())
    return f"{found[3]}-{int(found[1]):02d}-{int(found[2]):02d}" if found else ""
