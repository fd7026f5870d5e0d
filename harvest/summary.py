"""What a ledger says on its topic's question, as honest counts; the machine's labels are marked as such."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from harvest import wording
from harvest.model import Key
from harvest.reading import Reading
from harvest.topics import Topic

Body = Mapping[str, Any]

SYNTHESES: Final = frozenset({"systematic-review", "meta-analysis", "pooled-analysis"})
"""Designs that gather other studies; they count as syntheses, not as studies (design section 6)."""
_ORDER: Final = ("direct", "compound-only", "condition-only", "off-topic")
_KINDS: Final = tuple(wording.EVIDENCE)


@dataclass(frozen=True, slots=True)
class Cell:
    """The sources that share match, evidence and design; retracted ones are not among them."""

    screening: str
    evidence: str
    design: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """A source listed by name."""

    sid: str
    title: str


@dataclass(frozen=True, slots=True)
class Searched:
    """Where a provider's searches stand: the last run that gave something to rely on, and the last one at all.

    Days are `2026-11-21`, empty where there was none; `outcome` is that of the last run, `skipped` without any.
    """

    provider: str
    outcome: str
    relied_on: str = ""
    last: str = ""
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Summary:
    """A topic's account; `counted` are source ids unless a field says otherwise."""

    topic: str
    title: str
    sentence: str
    """The first sentence: studies in people for this use, where it was searched, and what is nearest."""
    as_of: str
    entries: int
    synthetic: bool
    cells: tuple[Cell, ...]
    excluded: Mapping[str, int]
    """Records looked at and left out, by reason."""
    duplicates: int
    retracted: tuple[Named, ...]
    """Weight zero: in no cell."""
    concern: tuple[Named, ...]
    """Counted in their cells, and named."""
    searched: tuple[Searched, ...]
    missing: tuple[Key, ...]
    """Documents that the topic expects and no source has."""
    interrupted: tuple[str, ...]
    """Runs that never closed their books."""
    unchecked: int
    """Sources whose labels no person has confirmed."""
    legacy_index: float
    """The older ledger's index over this ledger, for comparison only (design section 6)."""

    def as_json(self) -> dict[str, Any]:
        """The same as plain JSON values."""
        return asdict(self)

    def lines(self) -> list[str]:
        """The same for people."""
        return [
            *(["SYNTHETIC: made against an emulator or a reconstructed recording; not evidence."] * self.synthetic),
            self.sentence,
            "",
            *self._counts(),
            *_listing("Retracted, counted nowhere", self.retracted),
            *_listing("Expression of concern", self.concern),
            *(_search_line(one) for one in self.searched),
            *([f"Expected by the topic, not found: {', '.join(self.missing)}"] * bool(self.missing)),
            *(f"Interrupted run, never finished: {run}" for run in self.interrupted),
            f"Labels of {self.unchecked} sources: {wording.UNCHECKED}. As of {self.as_of}, {self.entries} entries.",
        ]

    def _counts(self) -> list[str]:
        said = []
        for cell in self.cells:
            words = [wording.said(wording.MATCH, cell.screening), wording.evidence(asdict(cell))]
            words.append(wording.said(wording.DESIGN, cell.design))
            said.append(f"{len(cell.sources):>5}  {' · '.join(words)}")
        for reason, count in self.excluded.items():
            said.append(f"{count:>5}  left out: {wording.said(wording.MATCH, reason)}")
        if self.duplicates:
            said.append(f"{self.duplicates:>5}  further records of a document that is counted once")
        return [*(said or ["    0  sources"]), ""]


def summarise(reading: Reading, topic: Topic) -> Summary:
    """Count a ledger's sources for its topic."""
    catalogue = reading.catalogue
    sources = catalogue.sources
    counted = {sid: body for sid, body in sources.items() if "retracted" not in body["flags"]}
    present = {key for body in sources.values() for key in body["keys"]}
    settled = catalogue.settled.values()
    searched = _searched(reading, topic)
    return Summary(
        topic=topic.slug,
        title=topic.title,
        sentence=_sentence(topic, counted.values(), searched),
        as_of=reading.as_of,
        entries=reading.entries,
        synthetic=reading.synthetic,
        cells=_cells(counted),
        excluded=dict(Counter(one.body["reason"] for one in settled if one.kind == "excluded").most_common()),
        duplicates=sum(one.kind == "duplicate" for one in settled),
        retracted=_named(sources, "retracted"),
        concern=_named(sources, "concern"),
        searched=searched,
        missing=tuple(key for key in topic.expect if key not in present),
        interrupted=tuple(run for run, body in catalogue.runs.items() if "finished" not in body),
        unchecked=len(sources),
        legacy_index=legacy_index(Counter(body["evidence"] for body in counted.values())),
    )


def legacy_index(evidence: Mapping[str, int]) -> float:
    """The older ledger's index: every source raises it, whatever it says (design section 6).

    Args:
        evidence: sources by kind; all but anecdotes count as its "studies".
    """
    studies = sum(count for kind, count in evidence.items() if kind != "anecdotal")
    weighed = 0.12 * evidence.get("human", 0) + 0.04 * evidence.get("preclinical", 0)
    return round(min(0.95, weighed + 0.015 * evidence.get("anecdotal", 0) + min(0.025 * studies, 0.25)), 3)


def _cells(sources: Mapping[str, Body]) -> tuple[Cell, ...]:
    members: defaultdict[tuple[str, str, str], list[str]] = defaultdict(list)
    for sid, body in sources.items():
        members[body["screening"], body["evidence"], body["design"]].append(sid)
    order = sorted(members, key=lambda cell: (_place(_ORDER, cell[0]), _place(_KINDS, cell[1]), cell[2]))
    return tuple(Cell(*cell, tuple(members[cell])) for cell in order)


def _place(order: Sequence[str], label: str) -> int:
    return order.index(label) if label in order else len(order)


def _named(sources: Mapping[str, Body], flag: str) -> tuple[Named, ...]:
    return tuple(Named(sid, body["title"]) for sid, body in sources.items() if flag in body["flags"])


def _listing(head: str, named: Iterable[Named]) -> list[str]:
    return [f"{head}: {one.sid} {one.title}" for one in named]


def _searched(reading: Reading, topic: Topic) -> tuple[Searched, ...]:
    """By provider, in the order first searched; those that the topic names and no run asked come last."""
    found: dict[str, Searched] = {}
    for run, body in reading.catalogue.runs.items():
        day = reading.begun.get(run, "")[:10]
        accounts = body["finished"]["providers"] if "finished" in body else {body["spider"]: {"outcome": "failed"}}
        for provider, account in accounts.items():
            outcome = account["outcome"]
            before = found.get(provider, Searched(provider, outcome))
            relied_on = day if _can_be_relied_on(account) else before.relied_on
            found[provider] = Searched(provider, outcome, relied_on, day, tuple(account.get("problems", ())))
    never = [Searched(name, "skipped") for name in topic.providers if name not in found]
    return (*found.values(), *never)


def _can_be_relied_on(account: Body) -> bool:
    """A partial run counts if one of its searches was answered: one that was stopped before has looked at nothing."""
    searched = account["outcome"] == "partial" and account.get("stated_total") is not None
    return account["outcome"] == "complete" or searched


def _search_line(one: Searched) -> str:
    name = wording.said(wording.PROVIDERS, one.provider)
    if not one.last:
        return f"{name}: not searched"
    problems = "".join(f"; {problem}" for problem in one.problems)
    return f"{name}: {one.outcome}, {one.last}{problems}"


def _sentence(topic: Topic, sources: Iterable[Body], searched: Sequence[Searched]) -> str:
    """The first sentence of a profile (design section 6): a failed search is never "none found"."""
    counts = Counter((body["screening"], body["evidence"]) for body in sources if body["design"] not in SYNTHESES)
    here = counts["direct", "human"]
    if here:
        answer = f"{here}, {wording.UNCHECKED}"
    elif any(one.relied_on for one in searched):
        answer = "none found"
    else:
        answer = "not known, no search has succeeded"
    said = f"Studies of {topic.compound.name} in people for {topic.condition.name}: {answer} ({_where(searched)})."
    return " ".join([said, *_nearest(counts, here), *_unsettled(counts)])


def _where(searched: Sequence[Searched]) -> str:
    """`PubMed searched 2026-11-21; Reddit, web pages not searched`."""
    days: defaultdict[str, list[str]] = defaultdict(list)
    failed: list[str] = []
    never: list[str] = []
    for one in searched:
        name = wording.said(wording.PROVIDERS, one.provider)
        if one.relied_on:
            partly = " in part" if one.outcome == "partial" and one.relied_on == one.last else ""
            days[f"searched{partly} {one.relied_on}"].append(name)
        if not one.last:
            never.append(name)
        elif one.relied_on != one.last:
            failed.append(f"search of {name} {'failed' if one.outcome == 'failed' else 'not finished'} {one.last}")
    said = [f"{', '.join(names)} {when}" for when, names in days.items()]
    return "; ".join([*said, *failed, *([f"{', '.join(never)} not searched"] if never else [])]) or "nothing searched"


def _nearest(counts: Mapping[tuple[str, str], int], here: int) -> list[str]:
    if here:
        return []
    other, animals = counts["compound-only", "human"], counts["direct", "preclinical"]
    if other:
        return [
            "Nearest: 1 human study for another use; it does not show whether it helps here."
            if other == 1
            else f"Nearest: {other} human studies for other uses; they do not show whether it helps here."
        ]
    if animals:
        return [f"Nearest: animal or laboratory work on this use ({animals}), not people."]
    return []


def _unsettled(counts: Mapping[tuple[str, str], int]) -> list[str]:
    unclear = sum(count for (_, evidence), count in counts.items() if evidence == "undetermined")
    return [f"Too little to tell what was tested: {unclear} more."] if unclear else []
