"""Whose signatures a head needs: c2sp.org/tlog-policy, whose headings stand in quotation marks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from harvest.errors import LedgerBroken
from harvest.ledger.anchor import Anchor
from harvest.ledger.chain import Divergence, Diverges
from harvest.ledger.checkpoint import read_checkpoint
from harvest.ledger.cosignature import Cosigner
from harvest.ledger.note import Note, Verifier

NONE: Final = "none"
"""The quorum that needs no witness ("Defining the quorum")."""
_YEAR_10000: Final = 253_402_300_800


@dataclass(frozen=True, slots=True)
class Group:
    """Members, and how many of them must have cosigned ("Defining a witness group")."""

    members: tuple[str, ...]
    threshold: int


@dataclass(frozen=True, slots=True)
class Policy:
    """Logs, witnesses and the quorum among them; names are the file's own, its octets as `surrogateescape` reads them.

    Attributes:
        logs: any one of them must have signed; where none is named, the caller knows the log.
        witnesses: keys by name.
        groups: by name, each after those that it names.
        quorum: a witness, a group, or `none`.
    """

    logs: tuple[Verifier, ...]
    witnesses: Mapping[str, Cosigner]
    groups: Mapping[str, Group]
    quorum: str

    def demand(self, heads: Sequence[Anchor]) -> str:
        """Does one of these heads satisfy the policy? Says which and who cosigned it.

        Raises:
            Diverges: none does; of several, what the one with the most signatures lacks.
        """
        lacking = []
        for head in sorted(heads, key=lambda head: -len(head.note.signatures)):
            name = f"{head.name} of {head.checkpoint.size} entries"
            try:
                cosigned = self.check(name, bytes(head.note))
            except Diverges as fault:
                lacking.append(fault)
            else:
                return f"the {name} satisfies the policy, cosigned by {', '.join(cosigned) or 'nobody else'}"
        raise lacking[0] if lacking else _diverges("a head that satisfies the policy", "none that is signed")

    def check(self, name: str, raw: bytes) -> tuple[str, ...]:
        """Is this checkpoint signed by a log and cosigned by a quorum?

        Args:
            name: what to call the checkpoint.
            raw: its note.

        Returns:
            Who cosigned it and when, in words.

        Raises:
            Diverges: it is not.
        """
        try:
            checkpoint, note = read_checkpoint(raw)
        except LedgerBroken as error:
            raise _diverges(f"a checkpoint in the {name}", error.message) from None
        if self.logs and not any(log.name == checkpoint.origin and log.signed(note) for log in self.logs):
            raise _diverges(f"a signature in the {name} by a log of the policy", "none that verifies")
        cosigned = self._cosigned(name, note)
        if self.quorum != NONE and self.quorum not in self._met(set(cosigned)):
            found = f"those of {', '.join(cosigned)}" if cosigned else "none"
            raise _diverges(f"cosignatures in the {name} that satisfy quorum {self.quorum} of the policy", found)
        return tuple(f"{witness} at {_moment(time)}" for witness, time in cosigned.items())

    def _cosigned(self, name: str, note: Note) -> dict[str, int]:
        """Witnesses whose cosignature holds, with its time; one that does not hold spoils the note ("Signatures")."""
        cosigned = {}
        for witness, cosigner in self.witnesses.items():
            if cosigner.signed(note):
                cosigned[witness] = cosigner.latest(note)
            elif cosigner.lines_of(note):
                raise _diverges(f"a cosignature of {witness} in the {name} that verifies", "one that does not")
        return cosigned

    def _met(self, met: set[str]) -> set[str]:
        """The witnesses given, and the groups that they satisfy."""
        for name, group in self.groups.items():
            if sum(member in met for member in group.members) >= group.threshold:
                met.add(name)
        return met


def _moment(time: int) -> str:
    if time >= _YEAR_10000:
        return f"second {time}"
    return f"{datetime.fromtimestamp(time, UTC):%Y-%m-%d %H:%M:%S} UTC"


def _diverges(expected: str, found: str) -> Diverges:
    return Diverges(Divergence(0, 0, expected, found))
