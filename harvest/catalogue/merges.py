"""Which sources are one document, as `merged` and `unmerged` entries say it; the lowest number stays."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import combinations

Pair = frozenset[str]


@dataclass(slots=True)
class Merges:
    """The fold. A merge joins pairs, so that undoing one restores what it joined and leaves other merges be."""

    undone: set[Pair] = field(default_factory=set)
    """Pairs that were parted again; no rule joins them a second time."""
    _joined_to: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    _members: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def merge(self, sids: Sequence[str], kept: str) -> None:
        """Take a `merged` entry.

        Raises:
            ValueError: it names fewer than two sources, or keeps another than the lowest.
        """
        named = sorted(set(sids), key=_number)
        if len(named) < max(len(sids), 2) or named[0] != kept:
            raise ValueError(f"expected two sources and the lowest of them, got {sids!r} and {kept!r}")
        for sid in named[1:]:
            self._joined_to[kept].add(sid)
            self._joined_to[sid].add(kept)
            self.undone.discard(frozenset((kept, sid)))
        self._regroup(named)

    def part(self, sids: Iterable[str]) -> None:
        """Take an `unmerged` entry: what was joined between these sources is so no more."""
        named = sorted(set(sids), key=_number)
        touched = [member for sid in named for member in self.members(sid)]
        for one, other in combinations(named, 2):
            self._joined_to[one].discard(other)
            self._joined_to[other].discard(one)
            self.undone.add(frozenset((one, other)))
        self._regroup(touched)

    def kept(self, sid: str) -> str:
        """The number under which the document of a source is counted: its own, where it is no alias."""
        return self.members(sid)[0]

    def members(self, sid: str) -> tuple[str, ...]:
        """All numbers of its document, the lowest first."""
        return self._members.get(sid, (sid,))

    def joined(self, one: str, other: str) -> bool:
        """An entry that stands joined exactly these two."""
        return other in self._joined_to[one]

    def were_parted(self, one: str, other: str) -> bool:
        """Somebody has parted them, or other numbers of the two documents."""
        mine, theirs = self.members(one), self.members(other)
        return any(frozenset((x, y)) in self.undone for x in mine for y in theirs)

    def one_each(self, sids: Iterable[str]) -> list[str]:
        """Of these sources one for each document: that which comes first."""
        first: dict[str, str] = {}
        for sid in sids:
            first.setdefault(self.kept(sid), sid)
        return list(first.values())

    def _regroup(self, sids: Iterable[str]) -> None:
        """Follow the pairs anew from each of these."""
        for sid in sids:
            reached, waiting = {sid}, [sid]
            while waiting:
                new = self._joined_to[waiting.pop()] - reached
                reached |= new
                waiting += new
            members = tuple(sorted(reached, key=_number))
            for member in members:
                self._members[member] = members


def _number(sid: str) -> int:
    return int(sid[1:])
