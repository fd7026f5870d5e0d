"""Policy files, read strictly: c2sp.org/tlog-policy ("Policy file syntax and structure").

log example.org/evidence/semax-ssri+530d903a+Aa…
witness w1 witness.example+5e1b0c2d+BA…
witness w2 other.example+c74f20a3+BF…
group both all w1 w2
quorum both
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from harvest.errors import LedgerBroken, UsageError
from harvest.ledger.cosignature import Cosigner
from harvest.ledger.note import Verifier
from harvest.ledger.policy import NONE, Group, Policy

_MAX_BYTES: Final = 1 << 18
_FORBIDDEN: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_WORD: Final = re.compile(r"[^ \t]+")
_THRESHOLD: Final = re.compile(r"[1-9][0-9]{0,3}")
_FORMS: Final = "log VKEY [URL], witness NAME VKEY [URL], group NAME all|any|K NAME…, or quorum NAME"


def read_policy(path: Path) -> Policy:
    """The policy of a file.

    Raises:
        UsageError: it cannot be read, or is no policy; with the number of the line.
    """
    try:
        with path.open("rb") as stream:
            raw = stream.read(_MAX_BYTES + 1)
    except OSError as error:
        raise UsageError(f"expected a policy file, got {(error.strerror or '').lower()}: {path}") from error
    try:
        return parse_policy(raw)
    except UsageError as error:
        raise UsageError(f"{path}, {error.message}", hint="the form is that of c2sp.org/tlog-policy") from None


def parse_policy(raw: bytes) -> Policy:
    """A policy from its octets.

    Raises:
        UsageError: at the first line that is not of the form, with its number.
    """
    if len(raw) > _MAX_BYTES:
        raise UsageError(f"expected a policy of at most {_MAX_BYTES} bytes, got more")
    read = _Lines()
    *whole, rest = raw.decode(errors="surrogateescape").split("\n")
    for number, line in enumerate(whole, 1):
        try:
            read.take(line)
        except LedgerBroken as error:
            raise UsageError(f"line {number}: {error.message}") from None
    if rest:
        raise UsageError(f"line {len(whole) + 1}: expected a line feed at its end, got none")
    if read.quorum is None:
        raise UsageError(f"line {len(whole)}: expected a quorum line up to here, got none")
    return Policy(tuple(read.logs), read.witnesses, read.groups, read.quorum)


def write_policy(log: Verifier, cosigners: Sequence[Cosigner] = (), *, threshold: str = "all") -> str:
    """A policy that a head satisfies if that log signed it and so many of the witnesses cosigned it.

    Args:
        log: the ledger's key.
        cosigners: the witnesses, whose key names become their names here.
        threshold: `all`, `any` or a number.

    Raises:
        UsageError: there is no such policy: a key stands there twice, or the threshold cannot be met.
    """
    written = [f"# whose signatures a head of {log.name} needs, as c2sp.org/tlog-policy has it", f"log {log}"]
    written += [f"witness {cosigner.name} {cosigner}" for cosigner in cosigners]
    if cosigners:
        written.append(f"group witnesses {threshold} {' '.join(cosigner.name for cosigner in cosigners)}")
    text = "\n".join([*written, f"quorum {'witnesses' if cosigners else NONE}", ""])
    parse_policy(text.encode())
    return text


@dataclass
class _Lines:
    """What the lines so far define."""

    logs: list[Verifier] = field(default_factory=list)
    witnesses: dict[str, Cosigner] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    quorum: str | None = None
    members: set[str] = field(default_factory=set)

    def take(self, line: str) -> None:
        """Takes the next line.

        Raises:
            LedgerBroken: it is not of the form.
        """
        if control := _FORBIDDEN.search(line):
            raise LedgerBroken(f"expected no control character but tab, got 0x{ord(control[0]):02x}")
        words = _WORD.findall(line)
        match words:
            case []:
                return
            case [word, *_] if word.startswith("#"):
                return
            case ["log", vkey, *url] if len(url) <= 1:
                self._log(vkey)
            case ["witness", name, vkey, *url] if len(url) <= 1:
                self._witness(name, vkey)
            case ["group", name, threshold, *members] if members:
                self._group(name, threshold, members)
            case ["quorum", name]:
                self._quorum(name)
            case _:
                raise LedgerBroken(f"expected {_FORMS}, got {words[0]!r} and {len(words) - 1} more")

    def _log(self, vkey: str) -> None:
        log = Verifier.parse(_text(vkey))
        if any(log.public == other.public for other in self.logs):
            raise LedgerBroken(f"expected each log's key once, got that of {log.name} again")
        self.logs.append(log)

    def _witness(self, name: str, vkey: str) -> None:
        self._new(name)
        cosigner = Cosigner.parse(_text(vkey))
        if any(cosigner.public == other.public for other in self.witnesses.values()):
            raise LedgerBroken(f"expected each witness' key once, got that of {cosigner.name} again")
        self.witnesses[name] = cosigner

    def _group(self, name: str, threshold: str, members: list[str]) -> None:
        self._new(name)
        for member in members:
            self._known(member)
            if member in self.members:
                raise LedgerBroken(f"expected {member} as a member once, got it again")
            self.members.add(member)
        self.groups[name] = Group(tuple(members), _number(threshold, len(members)))

    def _quorum(self, name: str) -> None:
        if self.quorum is not None:
            raise LedgerBroken("expected one quorum line, got another")
        if name != NONE:
            self._known(name)
        self.quorum = name

    def _new(self, name: str) -> None:
        if name == NONE or name in self.witnesses or name in self.groups:
            raise LedgerBroken(f"expected a new name, got {name}, which has a meaning already")

    def _known(self, name: str) -> None:
        if name not in self.witnesses and name not in self.groups:
            raise LedgerBroken(f"expected a witness or group defined above, got {name}")


def _number(threshold: str, members: int) -> int:
    """How many of so many ("Defining a witness group")."""
    if threshold in {"all", "any"}:
        return members if threshold == "all" else 1
    if not _THRESHOLD.fullmatch(threshold) or int(threshold) > members:
        raise LedgerBroken(f"expected all, any or a number from 1 to {members}, got {threshold}")
    return int(threshold)


def _text(vkey: str) -> str:
    """A verification key is UTF-8, where other octets of a policy need not be."""
    try:
        vkey.encode()
    except UnicodeEncodeError:
        raise LedgerBroken("expected a verification key in UTF-8, got other octets") from None
    return vkey
