"""A topic's profile: every field that a reader, a script or a page needs, computed from a ledger and nothing else."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from harvest.catalogue import ABOUT, Catalogue
from harvest.erasable import PERSON
from harvest.model import Key
from harvest.reading import Reading
from harvest.summary.authors import SharedAuthors, shared_authors
from harvest.summary.cells import Cell, cells, tally
from harvest.summary.documents import Document, documents
from harvest.summary.gaps import Gaps, gaps
from harvest.summary.groups import grouped
from harvest.summary.legacy import legacy_index
from harvest.summary.question import question
from harvest.summary.registrations import Registration, is_registration, registrations
from harvest.summary.reports import Reports, reports
from harvest.summary.searched import Searched, searched
from harvest.summary.sentence import sentence
from harvest.summary.standing import CheckedBy, Named, named, standing
from harvest.summary.studies import studies
from harvest.summary.syntheses import Synthesis, syntheses
from harvest.topics import Topic

_BASES: Final = ("full-text", "abstract", "translated-abstract", "title", "registry", "post")


@dataclass(frozen=True, slots=True)
class Head:
    """What a profile was computed from: the ledger's entries and the root of the tree over them, as in checkpoints."""

    size: int
    root: str


@dataclass(frozen=True, slots=True)
class MaybeDuplicate:
    """Two sources that may be one; a person decides, and until then counts are ranges."""

    one: Named
    other: Named


@dataclass(frozen=True, slots=True)
class Profile:
    """What a ledger says on its topic's question. Nothing in it says whether the compound helps."""

    topic: str
    title: str
    question: str
    sentence: str
    """The first thing that a reader is told."""
    as_of: str
    """Time of the last entry counted."""
    head: Head
    synthetic: bool
    searched: tuple[Searched, ...]
    cells: tuple[Cell, ...]
    """The efficacy cells: studies by match, kind of evidence and design."""
    healthy_or_pk: tuple[Cell, ...]
    """Human studies in healthy volunteers, or of what the body does with the compound."""
    syntheses: tuple[Synthesis, ...]
    registrations: tuple[Registration, ...]
    reports: Reports
    not_evidence: Mapping[str, int]
    """Sources without results of their own, by design; registrations stand apart."""
    undetermined: Mapping[str, int]
    """Sources that cannot be told: `too-little-text`, `unsure`."""
    retracted: tuple[Named, ...]
    """Weight zero: in no count above."""
    concern: tuple[Named, ...]
    """Counted, and named."""
    standing: Mapping[str, int]
    """Other sources: `none-stated` by who states retractions, `not-known` by any who was asked, `not-checked`."""
    unconfirmed: tuple[Named, ...]
    """Counted, and named: only a service whose word alone is not enough calls them retracted."""
    checked_by: tuple[CheckedBy, ...]
    """Who said of how many sources whether they stand, and when."""
    maybe_duplicates: tuple[MaybeDuplicate, ...]
    basis: Mapping[str, int]
    """Studies of the compound by what of them was read."""
    sources: int
    unchecked: int
    """Sources with labels that no person has confirmed."""
    shared_authors: Mapping[str, SharedAuthors]
    gaps: Gaps
    left_out: Mapping[str, int]
    """Records looked at and left out, by reason."""
    duplicates: int
    """Further records of a document that is counted once."""
    interrupted: tuple[str, ...]
    """Runs that never closed their books."""
    legacy_index: float
    """The older ledger's index over this ledger, for comparison only."""

    def as_json(self) -> dict[str, Any]:
        """The same as plain JSON values."""
        return asdict(self)


def summarise(reading: Reading, topic: Topic) -> Profile:
    """The profile of a topic from its ledger."""
    catalogue = reading.catalogue
    found = documents(reading)
    grouping = grouped(found, catalogue)
    sources = [one for one in found if one.compound and one.id not in grouping.fallen]
    tested = studies((one for one in found if one.id not in grouping.fallen), grouping.study)
    of_compound = [study for study in tested if study.match != "condition-only"]
    special = [study for study in tested if study.special]
    usual = [study for study in tested if not study.special]
    reviews = syntheses(found, grouping)
    told = reports(sources, grouping.study, lambda one: str(reading.erasable(one.body).get(PERSON, "")))
    where = searched(reading, topic)
    unclear = _undetermined(sources)
    of_compound_all = [one for one in found if one.compound]
    heard = {one.id: catalogue.standings.heard(catalogue.merges.members(one.id)) for one in of_compound_all}
    stands = standing(of_compound_all, grouping.fallen, heard)
    return Profile(
        topic=topic.slug,
        title=topic.title,
        question=question(topic),
        sentence=sentence(topic, of_compound, where, grouping.merged, sum(unclear.values())),
        as_of=reading.as_of,
        head=Head(reading.entries, reading.root),
        synthetic=reading.synthetic,
        searched=where,
        cells=cells(usual, grouping.merged, beside=special),
        healthy_or_pk=cells(special, grouping.merged, beside=usual),
        syntheses=reviews,
        registrations=registrations(sources, tested, grouping.study, as_of=reading.as_of[:10]),
        reports=told,
        not_evidence=_not_evidence(sources),
        undetermined=unclear,
        retracted=stands.retracted,
        concern=stands.concern,
        standing={
            "none-stated": stands.none_stated,
            "not-known": stands.not_known,
            "not-checked": stands.not_checked,
        },
        unconfirmed=stands.unconfirmed,
        checked_by=stands.checked_by,
        maybe_duplicates=tuple(MaybeDuplicate(named(one), named(other)) for one, other in grouping.open),
        basis=tally(_BASES, (study.basis for study in of_compound)),
        sources=len(catalogue.sources),
        unchecked=len(catalogue.sources.keys() - catalogue.reviewed.keys()),
        shared_authors=shared_authors(of_compound),
        gaps=gaps(of_compound, reviews, told, where, _missing(catalogue, topic)),
        left_out=_left_out(catalogue),
        duplicates=sum("erased" not in body for _, body in catalogue.further),
        interrupted=tuple(run for run, body in catalogue.runs.items() if "finished" not in body),
        legacy_index=legacy_index(Counter(one.body["evidence"] for one in sources)),
    )


def _not_evidence(sources: Iterable[Document]) -> dict[str, int]:
    designs = (one.body["design"] for one in sources if one.body["evidence"] == "none" and not is_registration(one))
    return dict(sorted(Counter(designs).items()))


def _undetermined(sources: Iterable[Document]) -> dict[str, int]:
    """Too little text, or a text of which the machine is unsure."""
    unclear = ("too-little-text" if one.body["basis"] == "title" else "unsure" for one in _unclear(sources))
    return tally(("too-little-text", "unsure"), unclear)


def _unclear(sources: Iterable[Document]) -> Iterable[Document]:
    return (one for one in sources if one.body["evidence"] == "undetermined" and not is_registration(one))


def _missing(catalogue: Catalogue, topic: Topic) -> list[Key]:
    """Documents that the topic expects and no source has."""
    present = {key for body in catalogue.sources.values() for key in body["keys"]}
    return [key for key in topic.expect if key not in present]


def _left_out(catalogue: Catalogue) -> dict[str, int]:
    """By reason, the most frequent first; also sources that a later screening found not to be about the compound."""
    excluded = [one.body for one in catalogue.settled.values() if one.kind == "excluded"]
    numbered = [body for body in catalogue.numbered.values() if body["screening"] not in ABOUT]
    reasons = Counter(str(body.get("screening", body["reason"])) for body in excluded if "erased" not in body)
    reasons.update(body["screening"] for body in numbered if "erased" not in body)
    return dict(sorted(reasons.items(), key=lambda reason: (-reason[1], reason[0])))
