"""A record's texts, folded and cut into sentences once for everything that looks at them."""

from dataclasses import dataclass

from harvest.evidence.weights import Block
from harvest.model import Record
from harvest.passages import Passage, passages
from harvest.text import Folded, fold


@dataclass(frozen=True, slots=True)
class Text:
    """What of a record can be read for its evidence."""

    title: Folded
    abstract: Folded
    journal: Folded
    keywords: Folded
    """All of them, one a line."""
    passages: tuple[Passage, ...]

    @classmethod
    def of(cls, record: Record) -> "Text":
        """The texts of a record, absent ones empty."""
        return cls(
            fold(record.title),
            fold(record.abstract_text),
            fold(record.journal.title or record.journal.abbreviation),
            fold("\n".join(keyword.text for keyword in record.keywords)),
            passages(record),
        )

    def field(self, block: Block) -> Folded:
        """The text of a block of the trained model."""
        return {"title": self.title, "journal": self.journal, "keywords": self.keywords, "abstract": self.abstract}[
            block
        ]
