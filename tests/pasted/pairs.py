"""Real records, and what somebody might write of them beside their PMID: rightly, and of another record's."""

import gzip
import random
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from harvest import medline
from harvest.model import Record

CHECKOUT = Path(__file__).resolve().parents[2]
LEAST = 40
"""Letters of a title that somebody types again."""
UNKNOWN = "\u041e \u0441\u0435\u043c\u0430\u043a\u0441\u0435 \u043f\u0440\u0438 \u0430\u043f\u0430\u0442\u0438\u0438"
"""A title of nothing, in Russian."""
Write = Callable[[Record, random.Random], str]


def of_one_topic() -> list[Record]:
    """The records of the demonstration: all but three are about one compound."""
    return list(_records(CHECKOUT / "data" / "demo" / "semax-ssri-00001.warc.gz"))


def of_many(recorded: Path) -> list[Record]:
    """Records of all kinds, with titles that can be told apart."""
    return [one for one in _records(recorded / "pubmed" / "edge_cases.xml.gz") if len(one.title) >= LEAST]


def _records(file: Path) -> Iterator[Record]:
    """Articles wherever they stand in a file."""
    with gzip.open(file) as stream:
        octets = stream.read()
    for article in re.findall(rb"<PubmedArticle>.*?</PubmedArticle>", octets, re.DOTALL):
        yield from medline.articles(b"<PubmedArticleSet>" + article + b"</PubmedArticleSet>").records


def verbatim(one: Record, _dice: random.Random) -> str:
    return f"{one.title} PMID: {_pmid(one)}"


def retyped(one: Record, dice: random.Random) -> str:
    """Lower case, other dashes, two slips of the finger."""
    letters = list(one.title.strip("[].").lower().replace("-", "\u2013"))
    for _ in range(2):
        at = dice.randrange(len(letters) - 1)
        letters[at], letters[at + 1] = letters[at + 1], letters[at]
    return f"- {''.join(letters)} (PMID {_pmid(one)})"


def shortened(one: Record, _dice: random.Random) -> str:
    """The beginning, as lists cut it."""
    words = one.title.strip("[].").split()
    return f'"{" ".join(words[: max(6, len(words) * 2 // 3)])}\u2026" https://pubmed.ncbi.nlm.nih.gov/{_pmid(one)}/'


def reference(one: Record, _dice: random.Random) -> str:
    """As a list of references has it."""
    return f"1. {_names(one)}. {one.title} {_place(one)} PMID: {_pmid(one)}"


def translated(one: Record, _dice: random.Random) -> str:
    """The title in the paper's own language, where the record has it."""
    return f"{one.vernacular_title} PMID: {_pmid(one)}" if one.vernacular_title else ""


def translated_with_place(one: Record, _dice: random.Random) -> str:
    """A title in words that nobody can compare, in a reference."""
    known = one.authors and one.date.year and (one.journal.volume or one.journal.pages)
    return f"{_names(one)}. {UNKNOWN}. {_place(one)} PMID: {_pmid(one)}" if known else ""


def translated_alone(one: Record, _dice: random.Random) -> str:
    """The same, with nothing beside it."""
    return f"{UNKNOWN}. PMID: {_pmid(one)}"


def told(one: Record, _dice: random.Random) -> str:
    """Its last sentence, shortened, as if it were one's own."""
    said = re.split(r"(?<=[.!?])\s+(?=[A-Z])", one.abstract_text.strip())
    words = said[-1].split() if one.abstract_text else []
    return f"{' '.join(words[:18]).rstrip('.')} (PMID {_pmid(one)})." if len(words) > 7 else ""


def told_of_title(one: Record, dice: random.Random) -> str:
    """Half of the title's words, in another order."""
    words = re.findall(r"\w{4,}", one.title)
    dice.shuffle(words)
    return f"They looked at {' '.join(words[: max(3, len(words) // 2)])} (PMID {_pmid(one)})." if len(words) > 4 else ""


WAYS: Mapping[str, Write] = {
    way.__name__: way
    for way in (
        verbatim, retyped, shortened, reference, translated, translated_with_place, translated_alone, told,
        told_of_title,
    )
}  # fmt: skip


def _pmid(one: Record) -> str:
    return one.key.removeprefix("pmid:")


def _names(one: Record) -> str:
    return ", ".join(author.name for author in one.authors[:3])


def _place(one: Record) -> str:
    journal = one.journal
    return f"{journal.abbreviation}. {one.date.year};{journal.volume}({journal.issue}):{journal.pages}."
