"""Many records at once: which of them are one document, and which pairs a person should look at."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from harvest.identity.comparison import Verdict, compare, weight
from harvest.identity.fingerprint import Fingerprint
from harvest.identity.index import Index


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record stands among the others; records are named by their place in the order given.

    Attributes:
        cluster: the first record of its document.
        maybe: records of other clusters that may be the same document, in order; each names the other.
    """

    cluster: int
    maybe: tuple[int, ...] = ()


@dataclass(slots=True)
class Clusters:
    """Takes records one by one; every later one may join two that stood apart, so `places` is asked at the end.

    A record is joined to a cluster only if nothing in the cluster contradicts it: of three records of which the second
    names no identifier, the first and the third are not one document where they have different ones.
    """

    _fingerprints: list[Fingerprint] = field(default_factory=list)
    _index: Index = field(default_factory=Index)
    _same: list[tuple[int, int, Verdict]] = field(default_factory=list)
    _maybe: list[tuple[int, int]] = field(default_factory=list)

    def add(self, fingerprint: Fingerprint) -> None:
        """Take the next record."""
        place = len(self._fingerprints)
        for ref, verdict in self._index.candidates(fingerprint):
            if verdict.same:
                self._same.append((int(ref), place, verdict))
            else:
                self._maybe.append((int(ref), place))
        self._index.add(str(place), fingerprint)
        self._fingerprints.append(fingerprint)

    def places(self) -> list[Place]:
        """Where each record stands, in the order given."""
        cluster, apart = self._joined()
        maybe: defaultdict[int, set[int]] = defaultdict(set)
        for one, other in (*self._maybe, *apart):
            if cluster[one] != cluster[other]:
                maybe[one].add(other)
                maybe[other].add(one)
        return [Place(cluster[at], tuple(sorted(maybe[at]))) for at in range(len(cluster))]

    def _joined(self) -> tuple[list[int], list[tuple[int, int]]]:
        """Each record's cluster, and the pairs that would have joined what contradicts each other; strongest first."""
        cluster = list(range(len(self._fingerprints)))
        members = {at: [at] for at in cluster}
        apart: list[tuple[int, int]] = []
        for one, other, _ in sorted(self._same, key=lambda pair: weight(pair[2]), reverse=True):
            low, high = sorted((cluster[one], cluster[other]))
            if low == high:
                continue
            if any(self._contradicting(members[low], members[high])):
                apart.append((one, other))
                continue
            for member in members[high]:
                cluster[member] = low
            members[low] += members.pop(high)
        return cluster, apart

    def _contradicting(self, some: Sequence[int], others: Sequence[int]) -> Iterator[bool]:
        for one in some:
            for other in others:
                verdict = compare(self._fingerprints[one], self._fingerprints[other])
                yield not verdict.same and verdict.contradicted
