"""An older ledger's account of a topic beside ours: what it counted twice, called human, or missed."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

from harvest import wording
from harvest.catalogue import Catalogue
from harvest.identity import Fingerprint, Verdict, compare
from harvest.model import Key

Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class OlderSource:
    """A source of the older ledger: its id and evidence tag, the title as listed, the paper's key where it is one."""

    id: str
    tag: str
    kind: str
    title: str = ""
    key: Key = ""


@dataclass(frozen=True, slots=True)
class OlderLedger:
    """What it says of itself."""

    sources: tuple[OlderSource, ...]
    claims: Mapping[str, int]
    """Evidence tags, counted by it."""
    sizes: tuple[int, int, int]
    """Sources listed, in its chain, in its header."""
    index: float


def read(path: Path) -> OlderLedger:
    """Read the facts."""
    facts = tomllib.loads(path.read_text(encoding="utf-8"))
    sources = tuple(_source(one) for one in facts["source"])
    sizes = (facts["listed"], facts["in_chain"], facts["in_header"])
    return OlderLedger(sources, facts["claims"], sizes, facts["index"])


def counted_twice(older: OlderLedger) -> list[tuple[OlderSource, OlderSource, Verdict]]:
    """Pairs of its sources that are one paper, told by their titles alone: it lists no identifiers."""
    papers = [one for one in older.sources if one.title]
    judged = (
        (a, b, compare(Fingerprint(title=a.title), Fingerprint(title=b.title))) for a, b in combinations(papers, 2)
    )
    return [(a, b, verdict) for a, b, verdict in judged if verdict.same]


def missed(older: OlderLedger, catalogue: Catalogue) -> list[Body]:
    """Our sources on people that it does not list."""
    listed = {one.key for one in older.sources}
    return [
        body for body in catalogue.sources.values() if body["evidence"] == "human" and not listed & set(body["keys"])
    ]


def compared(older: OlderLedger, catalogue: Catalogue) -> Iterator[str]:
    """One line for each of its papers and each thing of note."""
    seen: set[Key] = set()
    twice = {(a.key, b.key): (a, b, verdict) for a, b, verdict in counted_twice(older)}
    for a, b, verdict in twice.values():
        agreed = ", ".join(verdict.agreed)
        yield f"{a.id} and {b.id} are one paper, counted twice ({verdict.rule}: {agreed}): here {_ours(a, catalogue)}"
        seen.add(a.key)
    for one in older.sources:
        if one.kind == "paper" and one.key not in seen:
            yield f"{one.id} tagged {one.tag}: here {_ours(one, catalogue)}"
    pages = [one for one in older.sources if one.kind != "paper"]
    if pages:
        ids = ", ".join(f"{one.id} ({one.tag})" for one in pages)
        yield f"{ids} are web articles, no studies: a search of PubMed does not find them"


def _source(fact: Body) -> OlderSource:
    key = f"pmid:{fact['pmid']}" if "pmid" in fact else ""
    return OlderSource(fact["id"], fact["tag"], fact["kind"], fact.get("title", ""), key)


def _ours(one: OlderSource, catalogue: Catalogue) -> str:
    """How the same paper was settled here, with the words that decided."""
    settled = catalogue.settled.get(one.key)
    if settled is None:
        return "not found"
    body = settled.body
    if settled.kind == "excluded":
        return f"left out, {wording.said(wording.MATCH, body['reason'])} ({wording.evidence(body)})"
    quoted = [reason["text"] for reason in body["reasons"] if reason["rule"].startswith("evidence.") and reason["text"]]
    words = f' ("{quoted[0]}")' if quoted else ""
    return f"{settled.sid}, {wording.evidence(body)}{words}"
