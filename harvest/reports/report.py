"""What a text by a user is, and why."""

from dataclasses import dataclass
from enum import StrEnum

from harvest.model import Reason


class Kind(StrEnum):
    """The five sorts of text that people write about a medicine (design section 6, `design`)."""

    FIRST_PERSON = "first-person"
    """The writer tells what became of the writer, also where the telling ends in a question."""
    SECOND_HAND = "second-hand"
    """The writer tells what became of somebody near."""
    QUESTION = "question"
    """Something is asked; nothing lived through is told, though the asker's state may be named."""
    INFORMATION = "information"
    """News, facts, advice, opinions, jokes: nobody's own story."""
    MARKETING = "marketing"
    """Something is to be bought."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a text by a user is; `probability` is in millionths.

    `flags`: `asks` (told and asked), `dose`, `duration` (words of that sort stand in it; they are never among the
    reasons and must be shown nowhere), `other-compounds` (more than one medicine is named).
    """

    label: Kind
    probability: int
    reasons: tuple[Reason, ...]
    flags: tuple[str, ...] = ()

    @property
    def is_anecdotal(self) -> bool:
        """Is somebody's experience told, outside a study?"""
        return self.label in (Kind.FIRST_PERSON, Kind.SECOND_HAND)
