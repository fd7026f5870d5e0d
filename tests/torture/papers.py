"""Documents as providers describe them and as machines judge them, drawn at random: all fields, all values allowed."""

from random import Random
from typing import Final, cast

from harvest.corrections import RELATIONS
from harvest.evidence.designs import ALLOWED
from harvest.evidence.tiers import tier
from harvest.identity import fingerprint
from harvest.model import (
    AbstractSection,
    Author,
    Claim,
    Correction,
    Direction,
    Evidence,
    Finding,
    Found,
    Harms,
    Journal,
    Keyword,
    MeshHeading,
    Precision,
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
from harvest.stages import Judged

_WORDS: Final = (
    *("Semax", "семакс", "SSRI", "rats", "people", "β-arrestin", "≥ 5 mg/kg", "5-HT₁ₐ", "a\tb", 'said "no"', "C:\\n"),
    *(
        "naïve",
        "日本語",
        "🧪",
        "\x7f",
        "\u2028",
        "\ufeff",
        "e\u0301",
        "\x00",
        "</script>",
        "1.5e3",
        "NaN",
        "{}",
        "[1, 2]",
    ),
    *("trial", "dose", "mood", "placebo", "memory", "sleep", "none", "BDNF", "open-label", "\U0010ffff"),
)
_TYPES: Final = (("D016428", "Journal Article"), ("D016449", "Randomized Controlled Trial"), ("D016454", "Review"))
_PRECISIONS: Final = ("day", "month", "season", "year", "none")
_BASES: Final = ("abstract", "translated-abstract", "title", "registry", "post", "full-text")
_FLAGS: Final = ("near", "derivative", "retracted", "concern", "erratum", "asks", "dose", "duration", "other-compounds")


def words(chance: Random, most: int) -> str:
    """Up to so many words of several scripts, with whatever JSON must escape."""
    return " ".join(chance.choices(_WORDS, k=chance.randint(1, most)))


def some(chance: Random, values: tuple[str, ...], most: int = 2) -> tuple[str, ...]:
    """Up to so many of the values, each once."""
    return tuple(chance.sample(values, chance.randint(0, min(most, len(values)))))


def record(chance: Random, number: int) -> Record:
    """A record of its own number, which makes its keys and its title its own."""
    key = f"pmid:{number}"
    more = (f"doi:10.1000/{number}",) if chance.random() < 0.6 else ()
    more += (f"nct:NCT{number:08d}",) if chance.random() < 0.1 else ()
    return Record(
        provider="pubmed",
        key=key,
        keys=(key, *more),
        title=f"{words(chance, 6)} number {number}",
        vernacular_title=f"Семакс {number}" if chance.random() < 0.2 else "",
        abstract=_abstract(chance),
        copyright=chance.choice(("", "© 2024")),
        authors=tuple(Author(family=words(chance, 1), initials="A") for _ in range(chance.randrange(4))),
        date=_date(chance),
        revised=_date(chance) if chance.random() < 0.3 else None,
        journal=Journal(words(chance, 3), "J Ex", volume=str(number), issue="2", pages=f"{number}-{number + 9}"),
        languages=chance.choice((("eng",), ("rus", "eng"))),
        publication_types=tuple(Term(ui, name) for ui, name in chance.sample(_TYPES, chance.randint(0, 2))),
        mesh=_mesh(chance),
        substances=(Substance("C1", "semax", "I5FAL2585H"),) if chance.random() < 0.3 else (),
        keywords=tuple(Keyword(words(chance, 2)) for _ in range(chance.randrange(3))),
        corrections=_corrections(chance),
        status=chance.choice(("MEDLINE", "Publisher", "")),
        version=chance.choice((1, 1, 1, 2)),
        url=f"https://pubmed.ncbi.nlm.nih.gov/{number}/",
    )


def judged(chance: Random, of: Record, snapshot: Snapshot, search: int) -> Judged:
    """What might be decided of a record: labels that go together, words that stand where they are said to."""
    relevance = chance.choice(list(Relevance))
    kind = chance.choice(list(ALLOWED))
    design = chance.choice(sorted(ALLOWED[kind]))
    evidence = Evidence(
        kind,
        design,
        tier(kind, design),
        chance.randint(0, 1_000_000),
        _reasons(chance, of, "evidence.words"),
        chance.choice(_BASES),
        needs_review=chance.random() < 0.2,
        parts=some(chance, ("human", "preclinical")),
    )
    finding = Finding(chance.choice(list(Direction)), chance.choice(list(Harms)), _reasons(chance, of, "outcome.words"))
    screening = Screening(relevance, _reasons(chance, of, "screen.words"), some(chance, _FLAGS))
    claims = tuple(Claim("title", start, end, of.title[start:end]) for start, end in _spans(chance, of.title))
    found = Found(of, snapshot, search=search)
    return Judged(found, fingerprint(of), screening, evidence, finding, claims if screening.is_source else ())


def _abstract(chance: Random) -> tuple[AbstractSection, ...]:
    labels = chance.choice(((), ("",), ("METHODS", "RESULTS")))
    return tuple(AbstractSection(words(chance, 12), label) for label in labels)


def _date(chance: Random) -> PublicationDate:
    precision = cast("Precision", chance.choice(_PRECISIONS))
    known = {"year": 2006, "month": 10, "day": 30}
    finest = {"day": 3, "month": 2, "season": 1, "year": 1, "none": 0}[precision]
    year, month, day = (value if at < finest else None for at, value in enumerate(known.values()))
    return PublicationDate("2006 Oct 30", year, month, day, precision)


def _mesh(chance: Random) -> tuple[MeshHeading, ...]:
    qualifier = Qualifier("Q1", "drug effects", major=chance.random() < 0.5)
    heading = MeshHeading(
        "D051381", "Rats", major=chance.random() < 0.5, automatic=chance.random() < 0.5, qualifiers=(qualifier,)
    )
    return (heading, MeshHeading("D006801", "Humans"))[: chance.randrange(3)]


def _corrections(chance: Random) -> tuple[Correction, ...]:
    kinds = some(chance, tuple(RELATIONS), 1)
    return tuple(Correction(kind, "J Ex. 2007;1:5", chance.choice(("", "pmid:2"))) for kind in kinds)


def _reasons(chance: Random, of: Record, rule: str) -> tuple[Reason, ...]:
    placed = (Reason(rule, "title", start, end, of.title[start:end]) for start, end in _spans(chance, of.title))
    return (*placed, *((Reason(rule, "mesh", text="Rats"), Reason(rule))[: chance.randrange(3)]))


def _spans(chance: Random, text: str) -> list[tuple[int, int]]:
    starts = [chance.randrange(len(text)) for _ in range(chance.randrange(3))]
    return [(start, chance.randint(start + 1, len(text))) for start in starts]
