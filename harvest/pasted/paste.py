"""What is handed to a run over a pasted text, and what it hands back."""

from dataclasses import dataclass, field

from pydantic import BaseModel, ConfigDict

from harvest.model import Key


class NoOptions(BaseModel):
    """`[providers.pasted]` of a topic file: there is nothing to choose."""

    model_config = ConfigDict(frozen=True, extra="forbid")


@dataclass(frozen=True, slots=True)
class Told:
    """What came of a document that a text names.

    Attributes:
        key: as the text has it.
        outcome: `accepted`, `known` (in the ledger, and what is said of it), `refused` or `failed`.
        by: how it was matched, or `no-match`.
        title: of the record; why none came, where it failed.
    """

    key: Key
    outcome: str
    by: str
    title: str


@dataclass(slots=True)
class Paste:
    """A text, and what came of the documents that it names."""

    text: str
    told: list[Told] = field(default_factory=list)
