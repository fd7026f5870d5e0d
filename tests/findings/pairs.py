"""Records and topics for tests of findings and claims."""

from harvest.model import AbstractSection, Evidence, EvidenceKind, Record
from harvest.topics import Topic
from harvest.topics.topic import Compound, Condition

TOPIC = Topic(
    slug="semax-anhedonia",
    title="Semax for anhedonia",
    digest="0" * 64,
    compound=Compound(name="Semax", false_friends=("semaxanib",)),
    condition=Condition(name="anhedonia"),
)
HUMAN = Evidence(EvidenceKind.HUMAN, "rct", 2, 900_000, (), "abstract")
ANIMAL = Evidence(EvidenceKind.PRECLINICAL, "animal", 5, 900_000, (), "abstract")
PLAN = Evidence(EvidenceKind.NONE, "protocol", 8, 900_000, (), "abstract")


def record(title: str = "", **sections: str) -> Record:
    """A record with the sections given by their labels in lower case; `text` has none."""
    abstract = tuple(
        AbstractSection(text) if name == "text" else AbstractSection(text, label=name.upper(), category=name.upper())
        for name, text in sections.items()
    )
    return Record("pubmed", "pmid:1", ("pmid:1",), title, abstract=abstract)


def trial(results: str, conclusions: str, title: str = "A randomised trial of Semax in anhedonia") -> Record:
    """A structured abstract of a trial."""
    return record(
        title,
        background="Anhedonia is common. Semax has improved anhedonia in earlier studies.",
        methods="Ninety patients received Semax or placebo.",
        results=results,
        conclusions=conclusions,
    )


REPORT = Evidence(EvidenceKind.ANECDOTAL, "first-person", 7, 900_000, (), "post")


def post(text: str, title: str = "") -> Record:
    """What somebody wrote."""
    return Record("reddit", "reddit:t3_1", ("reddit:t3_1",), title, abstract=(AbstractSection(text),))
