"""Title and abstract as sentences, each with the role it plays; background never counts (design section 6)."""

from collections.abc import Iterator
from functools import lru_cache

from harvest.model import Record
from harvest.passages.labels import role_of_label, roles_by_labels
from harvest.passages.model import roles
from harvest.passages.passage import Passage, Role
from harvest.passages.sentences import sentences


def passages(record: Record) -> tuple[Passage, ...]:
    """The title and every sentence of the abstract, in order; nothing for an empty text.

    The last answer is kept: screening, evidence, findings and claims ask for the same record in turn.
    """
    return _passages(_This(record))


class _This:
    """A record as a key, by identity: its text need not be compared."""

    def __init__(self, record: Record) -> None:
        self.record = record

    def __hash__(self) -> int:
        return id(self.record)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _This) and other.record is self.record


@lru_cache(maxsize=1)
def _passages(this: _This) -> tuple[Passage, ...]:
    record = this.record
    title = (Passage("title", 0, len(record.title), "title"),) if record.title else ()
    return title + tuple(_abstract(record))


def _abstract(record: Record) -> Iterator[Passage]:
    offset = 0
    for section in record.abstract:
        lead = len(section.label) + 2 if section.label else 0
        role = role_of_label(section.category)
        if role == "unknown":
            role = role_of_label(section.label)
        yield from _section(section.text, offset + lead, role)
        offset += lead + len(section.text) + 1


def _section(text: str, offset: int, role: Role) -> Iterator[Passage]:
    spans = sentences(text)
    told = [role] * len(spans) if role != "unknown" else roles_by_labels(text, spans) or roles(text, spans)
    for (start, end), each in zip(spans, told, strict=True):
        yield Passage("abstract", offset + start, offset + end, each)
