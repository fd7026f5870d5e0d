"""How well documents are told apart: real records written in other ways, records that only look like one, speed.

    python benchmarks/identity.py [FOLDER]

FOLDER is the recorded material beside the checkout (35,790 records of PubMed). Where it has `dedupe/*.jsonl` or
`dedupe/*.jsonl.gz`, labelled sets, these are measured too: each line a record as `harvest dedupe` reads it, with a
`label` that records of one document share; a record without one stands for itself.
"""

import gzip
import json
import lzma
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path
from random import Random
from typing import Any, Final

from harvest import jsonl_fingerprints
from harvest.catalogue.kin import Kin
from harvest.identity import Clusters, Place, compare, fingerprint, kinship
from harvest.medline import iter_articles
from harvest.model import Record

sys.path.insert(0, str(Path(__file__).resolve().parent))
from identity_pairs import OTHER, SAME, Row, Way, bare, row
from scoring import share

RECORDED: Final = Path(__file__).resolve().parents[1].parent / "shared" / "data"
FILES: Final = ("pubmed21n1298.xml.xz", "pubmed20n0014_even.xml.xz")
EACH: Final = 1_000
"""Records written in each way."""
LONG: Final = 20
"""Letters of a title that is written in other ways."""
SEED: Final = 17
NOTICES: Final = frozenset({"ErratumFor", "RetractionOf", "CommentOn", "ExpressionOfConcernFor"})
Pair = tuple[int, int]


@dataclass(slots=True)
class Tally:
    """What became of pairs: called the same, asked about, or neither."""

    same: int = 0
    maybe: int = 0
    of: int = 0

    def take(self, *, same: bool, maybe: bool) -> None:
        """Count one pair."""
        self.same += same
        self.maybe += maybe and not same
        self.of += 1


@dataclass(slots=True)
class Told:
    """How pairs of one kind were told, by way; and how many records were joined with a document that is another."""

    ways: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    astray: int = 0

    @property
    def total(self) -> Tally:
        """All ways together."""
        every = self.ways.values()
        return Tally(sum(one.same for one in every), sum(one.maybe for one in every), sum(one.of for one in every))


def records(folder: Path, files: Sequence[str] = FILES) -> Iterator[Record]:
    """Every recorded record of PubMed, each once, its newest version."""
    found: dict[str, Record] = {}
    for name in files:
        with lzma.open(folder / "pubmed" / name) as stream:
            for record in iter_articles(stream):
                found[record.key] = record
    yield from found.values()


def clustered(rows: Iterable[Mapping[str, Any]]) -> list[Place]:
    """Where each of the records stands, as `harvest dedupe` says it."""
    clusters = Clusters()
    for one in rows:
        clusters.add(jsonl_fingerprints.read(one)[1])
    return clusters.places()


def told(originals: Sequence[Row], ways: Mapping[str, Way], each: int) -> Told:
    """Write records in other ways, and ask among all originals and all that was written which are one document."""
    drawn = Random(SEED)  # noqa: S311 - drawn to measure
    whole = ("authors", "volume", "pages", "year")
    placed = [at for at, one in enumerate(originals) if len(one["title"]) > LONG and all(one[name] for name in whole)]
    made: list[tuple[str, int, Row]] = []
    for name, way in ways.items():
        for at in drawn.sample(placed, min(each, len(placed))):
            written = way(bare(originals[at]), drawn)
            if name == "identifiers missing" or written != bare(originals[at]):
                made.append((name, at, written | {"id": f"{len(made)}"}))
    places = clustered([*originals, *(written for _, _, written in made)])
    found = Told()
    for number, (name, at, _) in enumerate(made, len(originals)):
        same = places[number].cluster == places[at].cluster
        found.ways[name].take(same=same, maybe=at in places[number].maybe)
        found.astray += not same and places[number].cluster < len(originals)
    return found


def notices(of: Sequence[Record], rows: Sequence[Row], reads: Callable[[Row], Row]) -> Tally:
    """Real notices, comments and replies beside the real paper that they name, all without identifiers."""
    at = {record.key: number for number, record in enumerate(of)}
    pairs = [
        (number, at[link.key])
        for number, record in enumerate(of)
        for link in record.corrections
        if link.kind in NOTICES and link.key in at
    ]
    found = Tally()
    for one, other in pairs:
        pair = [jsonl_fingerprints.read(reads(rows[number]))[1] for number in (one, other)]
        verdict = compare(*pair)
        found.take(same=verdict.same, maybe=verdict.maybe)
    return found


def typed(of: Row) -> Row:
    """Without identifiers, with its publication types."""
    return bare(of) | {"publication_types": of["publication_types"]}


def without_identifiers(rows: Sequence[Row]) -> tuple[list[Pair], list[Pair]]:
    """Pairs of PMIDs that are joined where no record has identifiers: editions of one paper, and the others."""
    places = clustered(map(typed, rows))
    groups: defaultdict[int, list[int]] = defaultdict(list)
    for number, place in enumerate(places):
        groups[place.cluster].append(number)
    pairs = [pair for group in groups.values() for pair in combinations(group, 2)]
    editions = [pair for pair in pairs if _is_edition(*(rows[number] for number in pair))]
    return editions, [pair for pair in pairs if pair not in set(editions)]


def _is_edition(one: Row, other: Row) -> bool:
    """A journal in two languages: PubMed has both, one with a title in brackets or a second title."""
    translated = [bool(each["vernacular_title"]) or each["title"].startswith("[") for each in (one, other)]
    return translated[0] != translated[1] and one["doi"] != other["doi"]


def editions(of: Sequence[Record]) -> set[Pair]:
    """Papers in two languages, told by their place alone: volume, pages and year, in a journal that has both."""
    placed: defaultdict[tuple[Any, ...], list[int]] = defaultdict(list)
    for number, record in enumerate(of):
        journal = record.journal
        if journal.volume and journal.pages and record.authors:
            name = journal.abbreviation.partition(" (")[0].lower()
            placed[name, journal.volume, journal.issue, journal.pages, record.date.year].append(number)
    return {
        pair
        for group in placed.values()
        for pair in combinations(group, 2)
        if len({fingerprint(of[number]).translated for number in pair}) == len(pair)
    }


def preprints(of: Sequence[Record]) -> set[Pair]:
    """Preprints and their articles, as PubMed links them."""
    at = {record.key: number for number, record in enumerate(of)}
    return {
        (min(number, at[link.key]), max(number, at[link.key]))
        for number, record in enumerate(of)
        for link in record.corrections
        if link.kind in {"UpdateOf", "UpdateIn"} and link.key in at
        if any(term.ui == "D000076942" for each in (record, of[at[link.key]]) for term in each.publication_types)
    }


def related(of: Sequence[Record]) -> dict[str, set[Pair]]:
    """Every pair that the rules for kinship link, by relation, all records with their identifiers."""
    kin, prints = Kin(), [fingerprint(record) for record in of]
    found: defaultdict[str, set[Pair]] = defaultdict(set)
    for number, document in enumerate(prints):
        for sid, known in kin.near(document):
            if link := kinship(document, known):
                found[link.relation].add((int(sid[1:]), number))
        kin.place(f"s{number}", document)
    return found


def labelled(path: Path) -> tuple[Tally, int, int, int]:
    """A labelled set: its pairs of one document, pairs joined wrongly, records, and records to look at."""
    text = path.read_bytes()
    lines = (gzip.decompress(text) if path.suffix == ".gz" else text).splitlines()
    rows = [json.loads(line) for line in lines if line.strip()]
    places = clustered(rows)
    labels = [str(one.get("label") or f"alone {number}") for number, one in enumerate(rows)]
    groups: defaultdict[str, list[int]] = defaultdict(list)
    joined: defaultdict[int, list[int]] = defaultdict(list)
    for number, place in enumerate(places):
        groups[labels[number]].append(number)
        joined[place.cluster].append(number)
    found = Tally()
    for group in groups.values():
        for one, other in combinations(group, 2):
            found.take(same=places[one].cluster == places[other].cluster, maybe=other in places[one].maybe)
    wrong = sum(labels[one] != labels[other] for group in joined.values() for one, other in combinations(group, 2))
    return found, wrong, len(rows), sum(bool(place.maybe) for place in places)


def report(name: str, found: Told) -> Iterator[str]:
    """A table of ways."""
    yield f"{name:<34}{'pairs':>7}{'same':>8}{'asked':>8}{'neither':>9}"
    for way, tally in found.ways.items():
        parts = (tally.same, tally.maybe, tally.of - tally.same - tally.maybe)
        same, asked, neither = (part / max(1, tally.of) for part in parts)
        yield f"    {way:<30}{tally.of:>7}{same:>8.3f}{asked:>8.3f}{neither:>9.3f}"
    total = found.total
    yield f"    same {share(total.same, total.of)}; same or asked {share(total.same + total.maybe, total.of)}"
    yield f"    joined with another document than the one it was made of: {share(found.astray, total.of)}"


def of_kin(of: Sequence[Record], rows: Sequence[Row]) -> Iterator[str]:
    """How well the rules find translations and preprints that their place or PubMed tells."""
    links = related(of)
    for relation, expected in (("translation-of", editions(of)), ("preprint-of", preprints(of)), ("version-of", set())):
        given = links.get(relation, set())
        found = f"found {share(len(expected & given), len(expected))}; " if expected else ""
        yield f"{relation}: {found}{len(given)} linked, {len(given - expected)} of them not expected"
        for word, pairs in (("not expected", given - expected), ("missed", expected - given)):
            for one, other in sorted(pairs):
                yield f"    {word}: {rows[one]['id']} {rows[other]['id']} {rows[one]['title'][:80]}"


def of_labelled(folder: Path) -> Iterator[str]:
    """The figures of labelled sets, where there are any."""
    for path in sorted((folder / "dedupe").glob("*.jsonl*")):
        pairs, wrong, count, asked = labelled(path)
        precision, recall = share(pairs.same, pairs.same + wrong), share(pairs.same, pairs.of)
        yield f"{path.name}: {count} records; pairs: precision {precision}; recall {recall}"
        yield f"    same or asked {share(pairs.same + pairs.maybe, pairs.of)}; records to look at {share(asked, count)}"


def main(folder: Path) -> None:
    """Print every measurement."""
    of = list(records(folder))
    rows = [row(record) for record in of]
    print("\n".join(report("One document, written otherwise", told(rows, SAME, EACH))))
    print("\n".join(report("Another document", told(rows, OTHER, EACH))))
    for words, reads in (("", bare), (", with publication types", typed)):
        found = notices(of, rows, reads)
        told_of = f"same {share(found.same, found.of)}; asked {found.maybe}"
        print(f"Real notices, comments, replies and their papers{words}: {told_of}")
    twins, others = without_identifiers(rows)
    joined = f"joined {len(twins)} papers in two languages, {len(others)} other pairs"
    print(f"All {len(rows)} records without identifiers: {joined}")
    print("\n".join(f"    {rows[one]['id']} {rows[other]['id']} {rows[one]['title'][:80]}" for one, other in others))
    for line in (*of_kin(of, rows), *of_labelled(folder)):
        print(line)
    started = time.process_time()
    clustered(rows)
    print(f"{len(rows) / (time.process_time() - started):,.0f} records a second of processor time")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else RECORDED)
