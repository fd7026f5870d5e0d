"""What of a record may have to be erased: parted from the line that commits to it, and joined again for views.

For providers where people write about themselves (ledger format 1, "Erasable content"): the line keeps ids, labels,
rule ids and offsets; whatever quotes the writer, leads to them or could be tried out against their words does not.
"""

from collections.abc import Mapping
from typing import Any, Final

Body = dict[str, Any]

BLANK: Final[Mapping[str, Any]] = {
    "title": "",
    "vernacular_title": "",
    "abstract": "",
    "copyright": "",
    "keywords": [],
    "claims": [],
    "url": "",
}
"""The fields that a view shows, as they are where there is no text."""
PERSON: Final = "person"
"""The field with the keyed hash of who wrote it; counted, never shown."""
WORDS: Final = "words"
"""The field with the words of the reasons, in their order."""
_DIGESTS: Final = ("digest", "snapshot")
"""Unsalted: whoever guesses a short text could check the guess. Never shown, either."""


def parted(body: Mapping[str, Any], *, person: str = "") -> tuple[Body, Body]:
    """A body as it may stand in a line, and the content that goes beside the ledger (`Batch.append`).

    Names of authors stand in neither.

    Args:
        body: of a `source`, `excluded` or `duplicate` entry.
        person: the keyed hash of who wrote it; empty where that is not known.
    """
    content = {name: body[name] for name in (*BLANK, *_DIGESTS) if body.get(name)}
    line = {name: value for name, value in body.items() if name not in BLANK and name not in _DIGESTS}
    if "reasons" in body:
        content[WORDS] = [reason["text"] for reason in body["reasons"]]
        line["reasons"] = [{name: said for name, said in one.items() if name != "text"} for one in body["reasons"]]
    if "authors" in body:
        line |= {"authors": [], "authors_total": 0}
    if person:
        content[PERSON] = person
    return line, content


def parted_event(event: Mapping[str, Any], whole: Mapping[str, Any], *, person: str = "") -> tuple[Body, Body]:
    """As `parted`, of any entry about a record: what happened to it later says nothing of its text, old or new.

    Args:
        event: the body as it would be if nothing had to be erasable.
        whole: the body of the record as it now stands; the newest content of a record is the whole of its text.
        person: as for `parted`.
    """
    if "new" not in event:
        return parted(event, person=person) if "title" in event else (parted(event)[0], {})
    sides = {side: parted(event[side])[0] for side in ("old", "new")}
    return parted(event)[0] | sides, parted(whole, person=person)[1]


def joined(line: Mapping[str, Any], content: Mapping[str, Any]) -> Body:
    """A line's body with its text, as views show it; blank where `content` does not have it (any more)."""
    blank = {name: type(value)() for name, value in BLANK.items()}
    body = {**blank, **line, **{name: content[name] for name in BLANK if name in content}}
    if "reasons" in line:
        words = list(content.get(WORDS, ()))
        words += [""] * (len(line["reasons"]) - len(words))
        body["reasons"] = [{"text": said, **reason} for said, reason in zip(words, line["reasons"], strict=False)]
    return body
