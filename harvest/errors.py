"""Everything that can go wrong, as one tree.

    HarvestError
    ├── UsageError                 64  the command, its arguments or its settings are wrong
    │   ├── TopicError             64  unknown topic, or a topic file that does not hold to its form
    │   └── CredentialsMissing     64  a lone provider that cannot be asked without credentials
    ├── Busy                       75  another run of the same topic and provider is going on
    ├── ProviderError               3  a provider did not answer, or not with what was asked
    │   ├── ParseError              3  bytes that are not what they should be
    │   ├── Unreachable             3  no connection, no name, no answer in time
    │   ├── AnswerUnusable          3  an answer came that cannot be believed
    │   ├── NotThere                3  the provider says that it does not have what was asked for
    │   ├── HistoryExpired          3  a list posted to the provider is no longer kept there
    │   ├── BudgetSpent             3  the provider lets us ask no more today
    │   └── KeyRefused              3  the provider refuses our credentials
    ├── Interrupted                 2  the run was asked to stop
    ├── ArchiveError                3  a WARC file that cannot be written, read, or does not hold what was asked
    │   └── NotRecorded             3  a replay is asked for what no answer was recorded to
    └── LedgerError                 3  a ledger that cannot be trusted, read or written
        ├── LedgerBroken            3  what is stored contradicts itself or its kept head
        ├── LedgerMissing           3  a head is kept, the ledger is gone
        ├── HeadMissing             3  a ledger is there, its kept head is gone
        └── WriteFailed             3  an append was not acknowledged

Every error says in one line what was expected and what came; `hint` says what to do next.
"""

from typing import ClassVar


class HarvestError(Exception):
    """Root of all errors that a person can do something about.

    Attributes:
        message: what was expected and what came, lower case, no full stop.
        hint: what to do next; empty where nothing can be done.
        exit_code: what a command exits with when this error ends it.
    """

    exit_code: ClassVar[int] = 3

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}; {self.hint}" if self.hint else self.message


class UsageError(HarvestError):
    """The command, its arguments or its settings are wrong."""

    exit_code = 64


class TopicError(UsageError):
    """Unknown topic, or a topic file that does not hold to its form."""


class CredentialsMissing(UsageError):
    """A provider cannot be asked without credentials."""


class Busy(HarvestError):
    """Another run of the same topic and provider is going on."""

    exit_code = 75


class ProviderError(HarvestError):
    """A provider did not answer, or not with what was asked."""


class Unreachable(ProviderError):
    """No connection, no name, no answer in time."""


class AnswerUnusable(ProviderError):
    """An answer came that cannot be believed."""


class NotThere(ProviderError):
    """The provider says that it does not have what was asked for."""


class HistoryExpired(ProviderError):
    """A list posted to the provider is no longer kept there."""


class BudgetSpent(ProviderError):
    """The provider lets us ask no more today, or we leave the rest to others."""


class KeyRefused(ProviderError):
    """The provider refuses our credentials."""


class ParseError(ProviderError):
    """Bytes that are not what they should be."""


class Interrupted(HarvestError):
    """The run was asked to stop."""

    exit_code = 2


class ArchiveError(HarvestError):
    """A WARC file that cannot be written or read, or does not hold what was asked."""


class NotRecorded(ArchiveError):
    """A replay is asked for what no answer was recorded to."""


class LedgerError(HarvestError):
    """A ledger that cannot be trusted, read or written."""


class LedgerBroken(LedgerError):
    """What is stored contradicts itself or its kept head."""


class LedgerMissing(LedgerError):
    """A head is kept, the ledger is gone."""


class HeadMissing(LedgerError):
    """A ledger is there, its kept head is gone."""


class WriteFailed(LedgerError):
    """An append was not acknowledged."""
