"""Bodies of entries that only later runs write, made from one record in which nothing is empty."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from harvest import entries, settlement
from harvest.catalogue import Catalogue
from harvest.enriching import Hearing, to_ask
from harvest.identity import fingerprint
from harvest.merging import merged_by, unmerged_by
from harvest.model import (
    AbstractSection,
    Author,
    Claim,
    Correction,
    Evidence,
    EvidenceKind,
    Finding,
    Found,
    FullText,
    Journal,
    Keyword,
    MeshHeading,
    PublicationDate,
    Qualifier,
    Reason,
    Record,
    Relevance,
    Screening,
    Snapshot,
    Substance,
    Term,
)
from harvest.pasted import Mention, refused
from harvest.reddit import readings
from harvest.reddit.saturation import Listed, Saturation
from harvest.searching import SearchEntry
from harvest.stages import Judged
from harvest.standing import Event, Notice, State, Status, Told

Body = dict[str, Any]

RECORD = Record(
    provider="pubmed",
    key="pmid:1",
    keys=("pmid:1", "doi:10.1000/1"),
    title="Semax in rats",
    abstract=(AbstractSection("Rats were given Semax.", "METHODS"),),
    authors=(Author(family="Example", initials="A"),),
    date=PublicationDate("2006 Oct 30", 2006, 10, 30, "day"),
    journal=Journal("Journal of Examples", "J Ex", volume="1", issue="2", pages="3-4"),
    languages=("eng",),
    publication_types=(Term("D016428", "Journal Article"),),
    mesh=(
        MeshHeading("D051381", "Rats", major=True, automatic=True, qualifiers=(Qualifier("Q1", "drug effects", True),)),
    ),
    substances=(Substance("C1", "semax", "I5FAL2585H"),),
    keywords=(Keyword("Semax"),),
    corrections=(Correction("ErratumIn", "J Ex. 2007;1:5", "pmid:2"),),
)


SNAPSHOT = Snapshot("none.warc.gz", "urn:uuid:0", "0" * 64)
DUTY = {"deletion_duty": True}
ERRATUM = (Correction("ErratumFor", "J Ex. 2006;1:3", "pmid:1"),)


class Line:
    """What the catalogue folds."""

    run, time = "01J00000000000000000000001", "2026-11-21T19:06:00.000000Z"

    def __init__(self, seq: int, kind: str, body: Body) -> None:
        self.seq, self.type, self.body = seq, kind, body


def bodies_of_later_runs() -> Iterator[tuple[str, Body]]:
    """What later runs write of records that are known, changed, deleted, doubled, late or absent."""
    catalogue, seq = Catalogue(), 0

    def settled(judged: Judged) -> Iterator[tuple[str, Body]]:
        nonlocal seq
        for kind, body in settlement.settle(judged, catalogue).entries:
            catalogue.apply(Line(seq := seq + 1, kind, body))
            yield kind, body

    yield from settled(_judged(RECORD))
    yield from settled(_judged(replace(RECORD, key="doi:10.1000/1", keys=("doi:10.1000/1",))))
    yield from settled(_judged(replace(RECORD, title="Semax in people"), EvidenceKind.HUMAN, "rct"))
    late = entries.failed(["pmid:1"], provider="pubmed", reason="missing", expected="a", got="b", interrupted=False)
    catalogue.apply(Line(99, "failed", late))
    yield from (("failed", late), ("failed", late | {"interrupted": True}))
    yield from settled(_judged(replace(RECORD, title="Semax in people"), EvidenceKind.HUMAN, "rct"))
    yield "excluded", entries.unavailable("pmid:4", "pubmed", stage="retrieval", reason="unavailable", got="nothing")
    for sid in ("s1", ""):
        yield "changed", entries.withdrawn("pmid:1", sid, "0" * 64, provider="pubmed", flags=[])
    yield "source", entries.source("s2", _judged(RECORD)) | {"maybe_duplicate_of": "s1"}
    yield "source", entries.source("s3", _judged(replace(RECORD, quoted_only=True, details={"kind": "blog"})))
    yield "run-started", {"spider": "", "topic": "", "topic_sha256": "", "versions": {}, "settings": {}} | DUTY
    counts = {"asked": 3, "present": 1, "gone": 1, "unknown": 1}
    yield "rechecked", {"provider": "", **counts, "outcome": "partial", "began": Line.time, "problem": "no answer"}
    yield "redaction", {"seq": 1, "reason": "gone-at-provider"}
    yield from _enriched()
    yield from _of_two()
    yield from _pasted()
    yield from _listed()
    yield from _read_in_full()


def _read_in_full() -> Iterator[tuple[str, Body]]:
    """What is written of a document whose full text was read, and of a search of Europe PMC."""
    yield "search", SearchEntry("europepmc", "q", extra={"synonym": False, "result_type": "core"}).body()
    text = FullText((AbstractSection("Rats did well.", "RESULTS"),), "cc by", SNAPSHOT)
    judged = replace(_judged(RECORD), found=replace(_found(RECORD), full_text=text))
    yield "source", entries.source("s4", judged)
    twin = entries.duplicate(judged.found, "s4", "identity.shared-id", ("pmid",))
    yield "duplicate", twin | entries.told_in_full(judged)


def _pasted() -> Iterator[tuple[str, Body]]:
    """What is written of identifiers in a text that somebody pasted."""
    matched = {"matched": [{"key": "pmid:1", "by": "title", "share": 1_000_000}]}
    yield "search", SearchEntry("pasted", "pmid:1, pmid:2", extra={"by": "ids", **matched}).body()
    for kept in (SNAPSHOT, None):
        yield "refused", refused(Mention("pmid:2", 0, 6), reason="other-title", got="a title", kept=kept)


def _listed() -> Iterator[tuple[str, Body]]:
    """What is written of listings and threads of Reddit."""
    listed = Saturation([Listed("Nootropics", "new", "all", 10, 10), Listed("Nootropics", "top", "all", 10, 1)])
    brought = {"listings": listed.rows(), "saturation": listed.figure()}
    yield "search", SearchEntry("reddit", "semax", extra=brought).body()
    read = [readings.Reading("1abcde", stated=5, came=4, missing=1, lost=0)]
    yield "search", SearchEntry("reddit", readings.QUERY, kind=readings.KIND, extra=readings.body(read)).body()


def _of_two() -> Iterator[tuple[str, Body]]:
    """What is written of two sources of a ledger of its own: linked, merged by a rule and by a person, parted."""
    catalogue = Catalogue()
    original = replace(RECORD, title="[Semax in the rat hippocampus].", vernacular_title="Семакс", corrections=())
    edition = replace(original, key="pmid:2", keys=("pmid:2",), title=original.title[1:-2], vernacular_title="")
    notice = replace(RECORD, key="pmid:3", keys=("pmid:3",), title="Erratum", corrections=ERRATUM)
    other = replace(RECORD, key="pmcid:PMC4", keys=("pmcid:PMC4",), title="A title that is alike no other here")
    joining = replace(other, key="pmid:5", keys=("pmid:5", "pmcid:PMC4", "doi:10.1000/6"))
    same = replace(other, key="doi:10.1000/6", keys=("doi:10.1000/6",), title="", authors=())
    for number, record in enumerate((original, edition, notice, other, same, joining)):
        for kind, body in settlement.settle(_judged(record), catalogue).entries:
            catalogue.apply(Line(number, kind, body))
            yield kind, body
    for kind, decide in (("merged", merged_by), ("unmerged", unmerged_by)):
        body = decide("A. Person", "read both", ("s1", "s3"), catalogue)
        catalogue.apply(Line(9, kind, body))
        yield kind, body


def _enriched() -> Iterator[tuple[str, Body]]:
    """What is written of a service that was asked about sources, here three of a ledger of its own."""
    catalogue = Catalogue()
    for number in (1, 2, 3):
        record = replace(RECORD, key=f"pmid:{number}", keys=(f"pmid:{number}",))
        catalogue.apply(Line(number, "source", entries.source(f"s{number}", _judged(record))))
    hearing = Hearing.of("retraction_watch", "in words", "2026-11-21", to_ask(catalogue))
    hearing.entry.extra = {"file": {"name": "", "sha256": "", "rows": 1, "newest": ""}}
    hearing.told["s1"] = Told(
        Status(State.RETRACTED, (Notice(Event.RETRACTION, "doi:10.1000/2", "2026", ("publisher",)),))
    )
    hearing.told["s2"] = Told(Status(State.NOT_KNOWN, why="no_id"))
    hearing.cite("s1", SNAPSHOT)
    yield "search", hearing.body()
    yield from (("changed", body) for body in hearing.changes(catalogue, 4))


def _found(record: Record) -> Found:
    return Found(record, SNAPSHOT, search=2)


def _labels(
    kind: EvidenceKind = EvidenceKind.PRECLINICAL, design: str = "animal"
) -> tuple[Screening, Evidence, Finding, tuple[Claim, ...]]:
    reason = Reason("screen.compound-in-title", "title", 0, 5, "Semax")
    screening = Screening(Relevance.COMPOUND_ONLY, (reason,))
    evidence = Evidence(kind, design, 5, 900_000, (), "abstract")
    return screening, evidence, Finding(), (Claim("title", 0, 13, "Semax in rats"),)


def _judged(record: Record, *labels: Any) -> Judged:
    return Judged(_found(record), fingerprint(record), *_labels(*labels))
