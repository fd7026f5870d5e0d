"""The documents already known, and which of them a record is."""

from collections import defaultdict
from collections.abc import Iterator

from harvest.identity.comparison import Verdict, compare, weight
from harvest.identity.fingerprint import Fingerprint, number_of
from harvest.identity.key import work_of
from harvest.identity.title import is_specific

_PREFIX_LENGTH = 30
_START_LENGTH = 8
_FAMILY_LENGTH = 4


class Index:
    """Fingerprints under the caller's references.

    A look-up compares only with records that share an own identifier, a folded title, the beginning or the end of
    one, or the place (volume and first page, with the first author or the first letters of the title).
    """

    def __init__(self) -> None:
        self._fingerprints: list[tuple[str, Fingerprint]] = []
        self._blocks: dict[tuple[str, ...], list[int]] = defaultdict(list)

    def __len__(self) -> int:
        return len(self._fingerprints)

    def add(self, ref: str, fp: Fingerprint) -> None:
        """Know this document under `ref`; a reference may be added again with what another provider says."""
        place = len(self._fingerprints)
        self._fingerprints.append((ref, fp))
        for block in _blocks(fp):
            self._blocks[block].append(place)

    def find(self, fp: Fingerprint) -> tuple[str, Verdict] | None:
        """The document that is the same, else one that may be, else None; of several that with most in common."""
        return max(self.candidates(fp), key=lambda hit: weight(hit[1]), default=None)

    def candidates(self, fp: Fingerprint) -> list[tuple[str, Verdict]]:
        """All documents that are or may be the same, in the order in which they were added."""
        places = {place for block in _blocks(fp) for place in self._blocks.get(block, ())}
        judged = ((ref, compare(fp, known)) for ref, known in (self._fingerprints[place] for place in sorted(places)))
        return [(ref, verdict) for ref, verdict in judged if verdict.same or verdict.maybe]


def _blocks(fp: Fingerprint) -> Iterator[tuple[str, ...]]:
    for key in fp.keys:
        if not key.startswith("nct:"):
            yield ("key", work_of(key))
    for title in fp.folded_titles:
        if is_specific(title):
            yield ("title", title)
        elif fp.family:
            yield ("title", title, fp.family[:_FAMILY_LENGTH])
        if len(title) >= _PREFIX_LENGTH:
            yield ("beginning", title[:_PREFIX_LENGTH])
            yield ("end", title[-_PREFIX_LENGTH:])
        if fp.volume_number and fp.first_page:
            yield ("place", fp.volume_number, number_of(fp.first_page), title[:_START_LENGTH])
    if fp.volume_number and fp.first_page and fp.family:
        yield ("place", fp.volume_number, number_of(fp.first_page), fp.family[:_FAMILY_LENGTH])
