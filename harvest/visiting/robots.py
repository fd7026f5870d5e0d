"""robots.txt as RFC 9309 has it: which group speaks to us, and what its longest match says of an address.

Matching takes time in proportion to pattern and path, whatever the file contains.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Self
from urllib.parse import urlsplit

LARGEST: Final = 512 * 1024
"""Bytes that are read; section 2.5 asks for at least 500 KiB."""

_LINE_END: Final = re.compile(rb"\r\n?|\n")
_TOKEN: Final = re.compile(rb"[A-Za-z_-]+")
_DELAY: Final = re.compile(rb"\d{1,9}(?:\.\d{1,9})?")
_PERCENT: Final = re.compile(rb"%([0-9A-Fa-f]{2})|[^!-~]|%")
_UNRESERVED: Final = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


@dataclass(frozen=True, slots=True)
class Decision:
    """May it be asked for; `rule` is the line that decided (`Disallow: /private`), empty where none did."""

    allowed: bool
    rule: str = ""


@dataclass(frozen=True, slots=True)
class _Rule:
    """One `allow` or `disallow`, its pattern in normal form and cut at its stars."""

    allows: bool
    written: str
    octets: int
    parts: tuple[bytes, ...]
    ends: bool

    def matches(self, path: bytes) -> bool:
        """Section 2.2.3: `*` is any run of characters, `$` the end; the parts between are found one after the other."""
        first, *others = self.parts
        if not path.startswith(first):
            return False
        if not others:
            return not self.ends or path == first
        at = len(first)
        last = others.pop() if self.ends else None
        for part in others:
            at = path.find(part, at)
            if at < 0:
                return False
            at += len(part)
        return last is None or (path.endswith(last) and len(path) - len(last) >= at)


@dataclass(frozen=True, slots=True)
class Robots:
    """The rules for one product token.

    Attributes:
        delay: seconds between requests that `Crawl-delay` asks for (not in the RFC); 0 where it asks for none.
    """

    rules: tuple[_Rule, ...] = ()
    delay: float = 0.0

    @classmethod
    def of(cls, body: bytes, token: str) -> Self:
        """Read a file: all groups that name `token`, else all for `*`, else nothing, which allows everything."""
        ours, everybodys = _Group(), _Group()
        name = token.lower().encode()
        open_group: set[bytes] = set()
        naming = False
        for field, value in _lines(body):
            if field == b"user-agent":
                open_group = open_group if naming else set()
                open_group.add(_agent(value))
                naming = True
                ours.named = ours.named or name in open_group
                continue
            naming = naming and field not in {b"allow", b"disallow"}
            for agent, group in ((name, ours), (b"*", everybodys)):
                if agent in open_group:
                    group.take(field, value)
        chosen = ours if ours.named else everybodys
        return cls(tuple(chosen.rules), chosen.delay)

    def decide(self, url: str) -> Decision:
        """Sections 2.2.2 and 2.2.3: the longest matching pattern counts, of two of one length the one that allows."""
        parts = urlsplit(url)
        path = _normal((parts.path or "/").encode() + (f"?{parts.query}".encode() if parts.query else b""))
        path = path.replace(b"*", b"%2A").replace(b"$", b"%24")
        if path == b"/robots.txt":
            return Decision(allowed=True)
        best = max(
            (rule for rule in self.rules if rule.matches(path)),
            key=lambda rule: (rule.octets, rule.allows),
            default=None,
        )
        return Decision(best.allows, best.written) if best else Decision(allowed=True)


class _Group:
    """What all groups for one agent say together."""

    def __init__(self) -> None:
        self.named = False
        self.rules: list[_Rule] = []
        self.delay = 0.0

    def take(self, field: bytes, value: bytes) -> None:
        if field in {b"allow", b"disallow"} and value:
            self.rules.append(_rule(value, allows=field == b"allow"))
        elif field == b"crawl-delay" and _DELAY.fullmatch(value):
            self.delay = max(self.delay, float(value))


def _lines(body: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Field, in lower case, and value of each line that has both; a line that the limit cuts is left out."""
    text = body.removeprefix(b"\xef\xbb\xbf")
    lines = _LINE_END.split(text[:LARGEST])
    for line in lines if len(text) <= LARGEST else lines[:-1]:
        field, colon, value = line.partition(b"#")[0].partition(b":")
        if colon:
            yield field.strip().lower(), value.strip()


def _agent(value: bytes) -> bytes:
    """The product token of a `user-agent` line, in lower case; `*` for everybody, empty where it names nobody."""
    if value[:1] == b"*":
        return b"*"
    token = _TOKEN.match(value)
    return token[0].lower() if token else b""


def _rule(value: bytes, *, allows: bool) -> _Rule:
    pattern = _normal(value)
    ends = pattern.endswith(b"$")
    parts = tuple(pattern.removesuffix(b"$").split(b"*"))
    written = f"{'Allow' if allows else 'Disallow'}: {value[:200].decode('utf-8', 'replace')}"
    return _Rule(allows, written, len(pattern), parts, ends)


def _normal(octets: bytes) -> bytes:
    """Section 2.2.2: what is not printable ASCII is percent-encoded, what need not be encoded is not."""
    return _PERCENT.sub(_one_form, octets)


def _one_form(found: re.Match[bytes]) -> bytes:
    if found[1] is None:
        return b"%25" if found[0] == b"%" else b"%%%02X" % found[0][0]
    octet = int(found[1], 16)
    return bytes((octet,)) if octet in _UNRESERVED else b"%%%02X" % octet
