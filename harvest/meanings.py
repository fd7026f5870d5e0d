"""What a rule's id in a reason means, in a sentence for reviewers, and which evidence it speaks for."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

from harvest.evidence import Design
from harvest.evidence.designs import ALLOWED
from harvest.evidence.text_rules import rules
from harvest.model import EvidenceKind

Kinds = frozenset[EvidenceKind]

_NONE_IN_PARTICULAR: Final[Kinds] = frozenset()
_HUMAN: Final = frozenset({EvidenceKind.HUMAN})
_PRECLINICAL: Final = frozenset({EvidenceKind.PRECLINICAL})
_NO_RESULTS: Final = frozenset({EvidenceKind.NONE})
_POPULATIONS: Final = {"people": _HUMAN, "people-treated": _HUMAN} | dict.fromkeys(
    ("animal", "animals", "cells", "tissue", "model", "laboratory", "veterinary"), _PRECLINICAL
)
_SCREENED: Final = re.compile(
    r"screen\.(?:no-(?P<absent>[\w-]+)|(?P<what>\w+)-(?:in-(?P<field>\w+)|as-(?P<role>[\w-]+)))"
)
_INDEXED: Final = re.compile(r"evidence\.(?P<by>type|mesh|machine)-(?P<says>[\w-]+)")
_WEIGHED: Final = "words that weighed most in a trained model"
_REPORTED: Final = re.compile(r"report\.(?P<says>[\w-]+)")
_INDEXERS: Final = {
    "type": "publication type of the record",
    "mesh": "MeSH headings of the record",
    "machine": "MeSH headings that a machine set",
}


@dataclass(frozen=True, slots=True)
class Meaning:
    """A rule in words; empty where the id says it all, or where this version does not know it."""

    why: str = ""
    kinds: Kinds = _NONE_IN_PARTICULAR
    """The evidence that it speaks for; empty where it is about something else."""


@cache
def meaning(rule: str) -> Meaning:
    """What `evidence.rodents`, `evidence.mesh-humans`, `report.question` or `screen.compound-in-title` stands for."""
    published = {one.id: Meaning(one.why, _kinds(one.votes)) for one in rules()}
    if rule in published:
        return published[rule]
    if indexed := _INDEXED.fullmatch(rule):
        says = "people" if indexed["says"] == "humans" else indexed["says"]
        return Meaning(_INDEXERS[indexed["by"]], _NO_RESULTS if says == "notice" else _kinds(says))
    if reported := _REPORTED.fullmatch(rule):
        return Meaning(_WEIGHED, _kinds(reported["says"]) or _NO_RESULTS)
    if screened := _SCREENED.fullmatch(rule):
        return Meaning(_screened(screened))
    return Meaning(_WEIGHED if rule.startswith("model") else "")


def _kinds(says: str) -> Kinds:
    """The kinds of evidence that a population or a design can be."""
    if says in _POPULATIONS:
        return _POPULATIONS[says]
    if says not in set(Design) or says == Design.OTHER:
        return _NONE_IN_PARTICULAR
    allowed = frozenset(kind for kind, designs in ALLOWED.items() if says in designs)
    return allowed - {EvidenceKind.UNDETERMINED}


def _screened(found: re.Match[str]) -> str:
    if absent := found["absent"]:
        return f"nothing names the {absent}"
    if role := found["role"]:
        return f"the {found['what']} is named as {role.replace('-', ' ')}, which does not count"
    return f"the {found['what']} is named"
