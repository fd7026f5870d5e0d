"""A record's texts, folded and cut into sentences once for everything that looks at them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from harvest.evidence.weights import Block
from harvest.evidence.words import plain
from harvest.model import Record
from harvest.passages import Passage, passages
from harvest.text import Folded, fold


@dataclass(frozen=True, slots=True)
class Text:
    """What of a record can be read for its evidence."""

    fields: Mapping[Block, Folded]
    """Each text folded; `keywords` are all of them, one a line; absent ones are empty."""
    plain: Mapping[Block, str]
    """The same, nothing but words and white space."""
    passages: tuple[Passage, ...]

    @classmethod
    def of(cls, record: Record) -> "Text":
        """The texts of a record."""
        fields: dict[Block, Folded] = {
            "title": fold(record.title),
            "journal": _fold_name(record.journal.title or record.journal.abbreviation),
            "keywords": fold("\n".join(keyword.text for keyword in record.keywords)),
            "abstract": fold(record.abstract_text),
        }
        return cls(fields, {block: plain(field.text) for block, field in fields.items()}, passages(record))


_fold_name = lru_cache(maxsize=2_048)(fold)
"""Names of journals come again and again."""
