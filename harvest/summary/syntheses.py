"""Reviews that gather studies: listed, never counted as studies."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from harvest.relations import SYNTHESES
from harvest.summary.documents import Document
from harvest.summary.groups import Grouping
from harvest.summary.studies import KINDS, by_number
from harvest.text.numerals import in_digits

_MONTH: Final = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:t(?:ember)?)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)
_SEARCHED: Final = re.compile(
    rf"\b(?:search|inception|databases?|published|literature)[^.]{{0,120}}?\b(?:to|until|till|through|up to|before)\s+"
    rf"(?P<date>(?:\d{{1,2}} )?{_MONTH}\.? (?:\d{{1,2}}, )?(?:19|20)\d\d|(?:19|20)\d\d)\b",
    re.IGNORECASE,
)
_INCLUDED: Final = re.compile(
    r"\b(?P<number>\d{1,4}) (?:[\w-]+ ){0,4}?(?:studies|trials|rcts|articles|papers|reports)\b[^.]{0,60}?"
    r"\b(?:were |was )?(?:included|eligible|met|analy[sz]ed|pooled|identified)\b"
    r"|\b(?:includ\w+|pooled|analy[sz]ed|identified)(?: \w+){0,2} (?P<after>\d{1,4}) (?:[\w-]+ ){0,4}?"
    r"(?:studies|trials|rcts|articles|papers|reports)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Synthesis:
    """A review.

    Attributes:
        species: whose studies it gathers: `human`, `preclinical`.
        searched_until: as its abstract states it; empty where it does not.
        included: studies that its abstract says it includes; None where it does not say.
        in_ledger: studies of this ledger that are linked as included in it.
        on_pair: those of them that are about the pair.
        contains_retracted: `yes`, `none known`, or `not checked` where no included study is linked.
    """

    sid: str
    title: str
    match: str
    design: str
    species: tuple[str, ...]
    searched_until: str
    included: int | None
    in_ledger: int
    on_pair: int
    contains_retracted: str
    checked: bool


def syntheses(documents: Iterable[Document], grouping: Grouping) -> tuple[Synthesis, ...]:
    """The reviews among the documents, each once however many records it has."""
    known = {document.id: document for document in documents}
    first: dict[str, Document] = {}
    for document in sorted(known.values(), key=lambda one: by_number(one.id)):
        if document.id not in grouping.fallen and document.compound and is_synthesis(document):
            first.setdefault(grouping.study[document.id], document)
    return tuple(_synthesis(one, known, grouping) for one in first.values())


def is_synthesis(document: Document) -> bool:
    """It gathers studies of people or animals."""
    return document.body["design"] in SYNTHESES and document.body["evidence"] in KINDS


def _synthesis(review: Document, known: Mapping[str, Document], grouping: Grouping) -> Synthesis:
    inside = [pair.one for pair in grouping.pairs if pair.relation == "included-in" and pair.other == review.id]
    weighing = [known[one] for one in inside if one not in grouping.fallen]
    without = "none known" if inside else "not checked"
    abstract = review.text("abstract")
    return Synthesis(
        sid=review.id,
        title=review.text("title"),
        match=review.match,
        design=str(review.body["design"]),
        species=tuple(kind for kind in KINDS if kind in review.kinds),
        searched_until=searched_until(abstract),
        included=included(abstract),
        in_ledger=len({grouping.study[one.id] for one in weighing}),
        on_pair=len({grouping.study[one.id] for one in weighing if one.match == "direct"}),
        contains_retracted="yes" if grouping.fallen.intersection(inside) else without,
        checked=review.checked,
    )


def searched_until(abstract: str) -> str:
    """`March 2020`, as the abstract says of its search; empty where it does not."""
    found = _SEARCHED.search(abstract)
    return found["date"] if found else ""


def included(abstract: str) -> int | None:
    """The number of studies that the abstract says were included."""
    found = _INCLUDED.search(in_digits(abstract))
    return int(found["number"] or found["after"]) if found else None
