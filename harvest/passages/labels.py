"""Section labels, and what role they announce."""

import re
from collections.abc import Sequence

from harvest.passages.passage import Role

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
_STEM = re.compile("|".join(sorted(_LABELS, key=len, reverse=True)))
_INSIDE = re.compile(r"(?<![\w-])([A-Z][A-Z/&, ()-]{3,60}|[A-Z][a-z]+(?: (?:and|of|[A-Za-z]+))?)\s?:(?=\s|[A-Z])")


def role_of_label(label: str) -> Role:
    """The role that a section's label or NLM category announces; `unknown` where it says nothing of the kind."""
    found = _STEM.search(label.lower())
    return _LABELS[found.group()] if found else "unknown"


def roles_by_labels(text: str, spans: Sequence[tuple[int, int]]) -> list[Role] | None:
    """The roles that labels inside a plain text announce, each until the next; None where there are no such labels."""
    if ":" not in text:
        return None
    labels = [(m.start(), found) for m in _INSIDE.finditer(text) if (found := role_of_label(m.group(1))) != "unknown"]
    if len({role for _, role in labels}) < 2:  # noqa: PLR2004 - one label may be an enumeration's
        return None
    return [_label_at(labels, end) for _, end in spans]


def _label_at(labels: Sequence[tuple[int, Role]], end: int) -> Role:
    role: Role = "unknown"
    for start, announced in labels:
        if start >= end:
            break
        role = announced
    return role
