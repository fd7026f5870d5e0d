"""Title and abstract as sentences, each with the role it plays; background never counts (design section 6)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from harvest.model import Record

Role = Literal["title", "background", "aim", "methods", "results", "conclusions", "unknown"]

_LABELS: dict[str, Role] = {
    "background": "background",
    "introduction": "background",
    "context": "background",
    "rationale": "background",
    "importance": "background",
    "purpose of review": "aim",
    "objective": "aim",
    "aim": "aim",
    "purpose": "aim",
    "hypothesis": "aim",
    "method": "methods",
    "material": "methods",
    "design": "methods",
    "setting": "methods",
    "participant": "methods",
    "patient": "methods",
    "subject": "methods",
    "intervention": "methods",
    "measurement": "methods",
    "main outcome": "methods",
    "experimental": "methods",
    "data source": "methods",
    "search": "methods",
    "study": "methods",
    "selection": "methods",
    "case": "results",
    "result": "results",
    "finding": "results",
    "outcome": "results",
    "conclusion": "conclusions",
    "discussion": "conclusions",
    "interpretation": "conclusions",
    "significance": "conclusions",
    "implication": "conclusions",
    "relevance": "conclusions",
}
_LABEL = re.compile(r"(?<![\w-])([A-Z][A-Z/&, ()-]{3,60}|[A-Z][a-z]+(?: (?:and|of|[A-Za-z]+))?)\s?:(?=\s|[A-Z])")
_LABEL_STEM = re.compile("|".join(sorted(_LABELS, key=len, reverse=True)))
_END = re.compile(r"(?<=[.!?\])])\s+(?=[A-Z0-9\[(\"'])|\n+")
_AIM = re.compile(
    r"\b(?:here(?:in)?,? we"
    r"|in (?:this|the present|the current) (?:\w+ )?(?:study|trial|work|paper|report|article|review)"
    r"|(?:this|the present|the current|our) (?:\w+ ){0,3}"
    r"(?:study|trial|work|paper|report|article|review|investigation|analysis)\b"
    r"|aims?\b|aimed|objectives?|purpose"
    r"|we (?:\w+ )?(?:investigat|examin|evaluat|assess|test|report|compar|describ|sought|hypothesi[sz]|stud|present|"
    r"review|explor|analy|determin|show|demonstrat|found|find|used|measur|conduct|perform))"
)
_PRIOR = re.compile(
    r"\b(?:previous(?:ly)? (?:\w+ )?(?:stud|report|work|research|finding|trial|show|describ|demonstrat|been)"
    r"|ha(?:s|ve) (?:also |recently |long |often |not )?been|(?:is|are) (?:well |generally )?"
    r"(?:known|thought|believed|considered|associated|established|recommended|used)|is an?\b|are (?:the|a|among)\b"
    r"|recent (?:studies|evidence|work|advances)|(?:studies|evidence|data|reports) (?:have|has|indicates?|suggests?)"
    r"|(?:little|less|not much) is known|remains? (?:unclear|unknown|poorly|controversial|largely)|unknown|unclear)"
)
_OWN = re.compile(
    r"\b(?:we|our|this (?:study|trial|paper|case)"
    r"|were (?:randomi[sz]ed|treated|given|injected|assigned|measured|studied|"
    r"enrolled|recruited|included|randomly|administered)|n ?= ?\d|p ?[<=] ?0?\.\d|(?:a|the|one) (?:case|patient)\b"
    r"|\d+[- ]year[- ]old"
    r"|\d[\d,]* (?:[\w-]+ ){0,2}(?:patients|cases|children|infants|subjects|adults|women|men|rats|mice)\b)"
)
_MEANS = re.compile(
    r"\b(?:conclu|suggest|implicat|may |might |could |should |further |future |thus|therefore|warrant|need|promising|"
    r"support|potential)"
)
_LONG = 4
"""An abstract of so many sentences ends with what it means."""


@dataclass(frozen=True, slots=True)
class Passage:
    """One sentence: where it stands (code points into `field`) and what it does."""

    field: Literal["title", "abstract"]
    start: int
    end: int
    role: Role


def passages(record: Record) -> tuple[Passage, ...]:
    """The title and every sentence of the abstract, in order; nothing for an empty text."""
    title = (Passage("title", 0, len(record.title), "title"),) if record.title else ()
    return title + tuple(_abstract(record))


def role_of_label(label: str) -> Role:
    """The role that a section's label or NLM category announces; `unknown` where it says nothing of the kind."""
    found = _LABEL_STEM.search(label.lower())
    return _LABELS[found.group()] if found else "unknown"


def _abstract(record: Record) -> Iterator[Passage]:
    offset = 0
    for section in record.abstract:
        lead = len(section.label) + 2 if section.label else 0
        role = role_of_label(section.category)
        if role == "unknown":
            role = role_of_label(section.label)
        yield from _section(section.text, offset + lead, role)
        offset += lead + len(section.text) + 1


def _section(text: str, offset: int, role: Role) -> Iterator[Passage]:
    spans = _sentences(text)
    roles = [role] * len(spans) if role != "unknown" else _roles(text, spans)
    for (start, end), each in zip(spans, roles, strict=True):
        yield Passage("abstract", offset + start, offset + end, each)


def _sentences(text: str) -> list[tuple[int, int]]:
    cuts = [0]
    for end in _END.finditer(text):
        cuts += [end.start(), end.end()]
    cuts.append(len(text))
    return [(a, b) for a, b in zip(cuts[::2], cuts[1::2], strict=True) if a < b]


def _roles(text: str, spans: list[tuple[int, int]]) -> list[Role]:
    """Labels inside the text hold until the next one; without any, what is told before the aim is background."""
    labels = [(m.start(), found) for m in _LABEL.finditer(text) if (found := role_of_label(m.group(1))) != "unknown"]
    if labels and len({role for _, role in labels}) > 1:
        return [_label_at(labels, end) for _, end in spans]
    lower = text.lower()
    aim = next((i for i, (start, end) in enumerate(spans) if _AIM.search(lower, start, end)), 0)
    roles = [_told(lower, start, end, before=i < min(aim, len(spans) // 2 + 1)) for i, (start, end) in enumerate(spans)]
    if len(spans) >= _LONG and _MEANS.search(lower, *spans[-1]):
        roles[-1] = "conclusions"
    return roles


def _label_at(labels: Sequence[tuple[int, Role]], end: int) -> Role:
    role: Role = "unknown"
    for start, announced in labels:
        if start >= end:
            break
        role = announced
    return role


def _told(lower: str, start: int, end: int, *, before: bool) -> Role:
    if _OWN.search(lower, start, end):
        return "unknown"
    return "background" if before or _PRIOR.search(lower, start, end) else "unknown"
