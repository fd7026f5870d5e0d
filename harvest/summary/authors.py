"""Whether the studies come from many hands or from few."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from harvest.summary.groups import joined
from harvest.summary.studies import KINDS, Study


@dataclass(frozen=True, slots=True)
class SharedAuthors:
    """The largest group of studies that authors link: `largest` of `studies`."""

    largest: int
    studies: int


def shared_authors(studies: Iterable[Study]) -> dict[str, SharedAuthors]:
    """By kind of evidence.

    Two studies are linked by two names that both have, or by one where either has no other: one name alone is
    shared by strangers too often.
    """
    of: defaultdict[str, list[Study]] = defaultdict(list)
    for study in studies:
        of[study.kind].append(study)
    return {kind: SharedAuthors(_largest(of[kind]), len(of[kind])) for kind in KINDS if kind in of}


def _largest(studies: Sequence[Study]) -> int:
    named: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
    for study in studies:
        for names in combinations(sorted(study.authors), 2):
            named[names].append(study.id)
    alone = [study for study in studies if len(study.authors) == 1]
    for study in alone:
        (name,) = study.authors
        named[name,].extend(other.id for other in studies if name in other.authors)
    groups: Mapping[str, str] = joined(
        (study.id for study in studies), ((first, one) for first, *others in named.values() for one in others)
    )
    return max(Counter(groups.values()).values())
