"""A record as one text, so that what is found in it can be said in the record's own offsets."""

from dataclasses import dataclass

from harvest.model import Reason, Record


@dataclass(frozen=True, slots=True)
class Writing:
    """Title and text of a record, joined by a line's end."""

    record: Record
    title: str
    body: str

    @property
    def text(self) -> str:
        """The whole, as it is read."""
        return f"{self.title}\n{self.body}" if self.title else self.body

    def reason(self, rule: str, start: int, end: int) -> Reason:
        """A reason whose words stand at these offsets of the whole; what spans the line's end is kept to the title."""
        border = len(self.title)
        if self.title and start <= border:
            end = min(end, border)
            return Reason(rule, "title", start, end, self.title[start:end])
        shift = border + 1 if self.title else 0
        return Reason(rule, "abstract", start - shift, end - shift, self.body[start - shift : end - shift])


def writing(record: Record) -> Writing:
    """The record's title and text."""
    return Writing(record, record.title, record.abstract_text)
