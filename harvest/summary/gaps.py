"""What was looked for and not found, and where nobody has looked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from harvest import wording
from harvest.model import Harms, Key
from harvest.summary.reports import Reports
from harvest.summary.searched import Searched
from harvest.summary.studies import Study
from harvest.summary.syntheses import Synthesis

_ELSEWHERE: Final = ("eLibrary.ru", "Embase", "CNKI", "WHO ICTRP")
"""Where studies lie that no provider of this version can search."""


@dataclass(frozen=True, slots=True)
class Gaps:
    """What a profile lacks.

    Attributes:
        not_found: in words, what was looked for.
        expected: documents that the topic expects and no source has.
        not_searched: names of providers of the topic without a search that can be relied on.
        out_of_reach: places that this version cannot search, or that the topic does not ask.
    """

    not_found: tuple[str, ...]
    expected: tuple[Key, ...]
    not_searched: tuple[str, ...]
    out_of_reach: tuple[str, ...]


def gaps(
    studies: Sequence[Study],
    syntheses: Iterable[Synthesis],
    reports: Reports,
    searched: Sequence[Searched],
    expected: Iterable[Key],
) -> Gaps:
    """What is not there.

    Args:
        studies: the studies of the compound, those in healthy people included.
        syntheses: the reviews of the ledger.
        reports: its personal reports.
        searched: where its searches stand.
        expected: documents of the topic's `expect` that no source has.
    """
    asked = {one.provider for one in searched}
    others = [name for provider, name in wording.PROVIDERS.items() if provider not in asked]
    return Gaps(
        not_found=tuple(_not_found(studies, syntheses, reports)),
        expected=tuple(expected),
        not_searched=tuple(one.name for one in searched if not one.relied_on),
        out_of_reach=(*others, *_ELSEWHERE),
    )


def _not_found(studies: Sequence[Study], syntheses: Iterable[Synthesis], reports: Reports) -> list[str]:
    here = [study for study in studies if study.match == "direct"]
    people = [study for study in here if study.kind == "human" and not study.special]
    looked_for = {
        "studies in people": bool(people),
        "randomised trials": any(study.design == "rct" for study in people),
        "animal or laboratory studies": any(study.kind == "preclinical" for study in here),
        "syntheses": any(one.match == "direct" for one in syntheses),
        "personal reports": "direct" in reports.matches,
    }
    missing = [f"{what} of this use" for what, found in looked_for.items() if not found]
    harms = any(study.kind == "human" and study.harms != Harms.NOT_REPORTED for study in studies)
    return missing if harms else [*missing, "studies in people, of any use, that report on harms"]
