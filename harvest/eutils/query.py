"""A topic in PubMed's language.

Tagged and untagged forms are united: a tag switches PubMed's automatic term mapping off, so that `Semax[tiab]` alone
would miss what the untagged word reaches through a supplementary concept, and the untagged word alone may be mapped to
something else entirely.
"""

import re
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints

from harvest.errors import UsageError
from harvest.topics import Topic

_PLAIN = re.compile(r"[\w][\w \-]*")
_SYNTAX = re.compile(r'["\[\]]')
_OPERATORS = frozenset({"AND", "OR", "NOT"})


class PubmedOptions(BaseModel):
    """The table `[providers.pubmed]` of a topic file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    scope: Literal["compound", "pair"] = "compound"
    """`compound`: all records of the compound, relevance decided by us; `pair`: compound and condition both asked."""
    pmids: tuple[Annotated[str, StringConstraints(pattern=r"^[1-9]\d{0,8}$")], ...] = ()
    """Documents that somebody named: found and judged like the rest."""
    omit: tuple[str, ...] = ()
    """Names that PubMed's phrase index does not know; it would drop them and answer something else."""


def term(topic: Topic, options: PubmedOptions) -> str:
    """The exact search term of `topic`.

    Raises:
        UsageError: every name of the compound, or of the condition, is omitted: PubMed drops an empty group and would
            answer another question.
    """
    asked = _compound(topic, options)
    if options.scope == "pair":
        asked = f"({asked}) AND ({_condition(topic, options)})"
    if options.pmids:
        named = " OR ".join(f"{pmid}[uid]" for pmid in options.pmids)
        asked = f"({asked}) OR {named}" if options.scope == "pair" else f"{asked} OR {named}"
    return asked


def _compound(topic: Topic, options: PubmedOptions) -> str:
    compound = topic.compound
    names = (compound.name, *compound.synonyms, *compound.derivatives)
    return _united("compound", names, {"mh": compound.mesh, "nm": compound.substances}, options.omit)


def _condition(topic: Topic, options: PubmedOptions) -> str:
    condition = topic.condition
    return _united("condition", (condition.name, *condition.synonyms), {"mh": condition.mesh}, options.omit)


def _united(of: str, names: tuple[str, ...], tagged: dict[str, tuple[str, ...]], omit: tuple[str, ...]) -> str:
    left_out = {name.casefold() for name in omit}
    asked = [name for name in names if name.casefold() not in left_out]
    forms = [_untagged(name) for name in asked] + [_quoted(name, "tiab") for name in asked]
    forms += [_quoted(name, tag) for tag, controlled in tagged.items() for name in controlled]
    if not any(forms):
        raise UsageError(f"expected a name of the {of} to ask for, got all of them in providers.pubmed.omit")
    return " OR ".join(dict.fromkeys(form for form in forms if form))


def _untagged(name: str) -> str:
    """The bare name for automatic term mapping; empty where the name itself would be read as syntax."""
    words = name.split()
    if not _PLAIN.fullmatch(name) or _OPERATORS & {word.upper() for word in words}:
        return ""
    return name if len(words) == 1 else f"({name})"


def _quoted(name: str, tag: str) -> str:
    clean = " ".join(_SYNTAX.sub(" ", name).split())
    bare = clean.isalnum() and clean.upper() not in _OPERATORS
    return f"{clean}[{tag}]" if bare else f'"{clean}"[{tag}]'
