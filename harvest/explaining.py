"""Why a record was judged as it was: every reason with its words in their sentence, for reviewers.

Works on the bodies of ledger entries and on anything with the same fields; reads nothing, writes nothing.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from harvest import wording
from harvest.meanings import meaning
from harvest.model import AbstractSection, Evidence, Record
from harvest.passages import passages

Body = Mapping[str, Any]
Axis = Literal["match", "evidence", "result"]

MILLION: Final = 1_000_000
"""Probabilities are integers in millionths (ledger format 1, "Lines")."""
AROUND: Final = 160
"""Code points of a sentence that are shown on either side of the words."""
MARK: Final = "**"
LABELS: Final = ("screening", "evidence", "design", "tier", "outcome", "harms", "needs_review")
"""The labels whose change is told, in this order."""
_AXES: Final[Mapping[str, Axis]] = {"screen": "match", "outcome": "result", "harms": "result", "finding": "result"}
"""By the first part of a rule's id; what is not here is about the evidence."""


@dataclass(frozen=True, slots=True)
class Cause:
    """One reason, for a person: `words` in `field`, the rule and what it means, the sentence with the words marked."""

    axis: Axis
    rule: str
    field: str
    words: str
    why: str
    side: Literal["for", "against", ""]
    """Does it speak for the evidence that was decided? Empty where it speaks for none in particular."""
    sentence: str
    """Empty where the words stand in no text, or the text is not at hand."""

    @property
    def quoted(self) -> str:
        """`'rats' (title)`."""
        where = f" ({self.field})" if self.field else ""
        return f"'{self.words}'{where}" if self.field else self.words


@dataclass(frozen=True, slots=True)
class Later:
    """What was written of a record after it was settled."""

    time: str
    kind: str
    body: Body


def causes(body: Body) -> tuple[Cause, ...]:
    """The reasons of a body, in its order; texts are its own `title` and `abstract`."""
    texts = {"title": body.get("title", ""), "abstract": body.get("abstract", "")}
    sentences = _Sentences(texts)
    return tuple(_cause(reason, body.get("evidence", ""), sentences) for reason in body.get("reasons", ()))


def of_evidence(record: Record, evidence: Evidence) -> dict[str, Any]:
    """The same fields for a record that is in no ledger."""
    return {
        "key": record.key,
        "title": record.title,
        "abstract": record.abstract_text,
        "evidence": str(evidence.kind),
        "design": str(evidence.design),
        "probability": evidence.probability,
        "needs_review": evidence.needs_review,
        "basis": evidence.basis,
        "reasons": [
            {"rule": one.rule, "field": one.field, "text": one.text}
            | ({"start": one.start, "end": one.end} if one.start >= 0 else {})
            for one in evidence.reasons
        ],
    }


def lines(body: Body, later: Iterable[Later] = ()) -> Iterator[str]:
    """A record's labels in words for readers, each with its causes below; then what was written later."""
    name = body.get("sid") or body.get("id") or body["key"]
    if "erased" in body:
        yield f"{name}  {wording.erased(body['erased'])}"
        return
    found = causes(body)
    yield f"{name}  {body.get('title') or '(no record came)'}"
    if body.get("settled") == "duplicate":
        yield f"duplicate of {body['of']} ({body['rule']}: {', '.join(body['agreed'])})"
        return
    if "evidence" not in body:
        yield f"left out, {body.get('stage', '')}: {body.get('reason', '')}"
        return
    if "screening" in body:
        left_out = "left out: " if body.get("settled") == "excluded" else ""
        yield f"match: {left_out}{wording.said(wording.MATCH, body['screening'])}{_flags(body)}"
        yield from _told(cause for cause in found if cause.axis == "match")
    yield f"evidence: {wording.evidence(body)}; {wording.said(wording.DESIGN, body['design'])}; {_certainty(body)}"
    told = [cause for cause in found if cause.axis == "evidence"]
    yield from _told(cause for cause in told if cause.side != "against")
    if against := [cause for cause in told if cause.side == "against"]:
        yield "against it:"
        yield from _told(against)
    if "outcome" in body:
        told_by = wording.EXPERIENCE if body["evidence"] == "anecdotal" else wording.OUTCOME
        yield f"result: {wording.said(told_by, body['outcome'])}; {wording.said(wording.HARMS, body['harms'])}"
        yield from _told(cause for cause in found if cause.axis == "result")
    for claim in body.get("claims", ()):
        yield f"claim: {claim['text']} ({claim['field']})"
    for event in later:
        yield f"{event.time[:10]} {event.kind}: {_later(event)}"


def as_json(body: Body, later: Iterable[Later] = ()) -> dict[str, Any]:
    """The same as plain JSON values: the body, its reasons with what is added here, what was written later."""
    if "erased" in body:
        return dict(body)
    told = [
        {**reason, "why": cause.why, "side": cause.side, "sentence": cause.sentence}
        for reason, cause in zip(body.get("reasons", ()), causes(body), strict=True)
    ]
    return {**body, "reasons": told, "later": [{"time": one.time, "type": one.kind, **one.body} for one in later]}


class _Sentences:
    """The sentences of a title and an abstract, found when they are first asked for."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts
        record = Record("", "", (), texts["title"], abstract=(AbstractSection(texts["abstract"]),))
        self._spans = [(one.field, one.start, one.end) for one in passages(record)]

    def around(self, field: str, start: int, end: int, words: str) -> str:
        """The sentences that hold the words, the words marked; empty where the text does not have them there."""
        text = self._texts.get(field, "")
        if start < 0 or not words or not text[start:end].startswith(words):
            return ""
        spans = [(a, b) for name, a, b in self._spans if name == field and a < end and b > start]
        first = min((a for a, _ in spans), default=start)
        last = max((b for _, b in spans), default=end)
        return f"{_end_of(text[first:start])}{MARK}{text[start:end]}{MARK}{_begin_of(text[end:last])}"


def _cause(reason: Body, evidence: str, sentences: _Sentences) -> Cause:
    rule, field, words = reason["rule"], reason["field"], reason["text"]
    told = meaning(rule)
    side: Literal["for", "against", ""] = ""
    if told.kinds and evidence:
        side = "for" if evidence in told.kinds else "against"
    sentence = sentences.around(field, reason.get("start", -1), reason.get("end", -1), words)
    return Cause(_AXES.get(rule.partition(".")[0], "evidence"), rule, field, words, told.why, side, sentence)


def _told(found: Iterable[Cause]) -> Iterator[str]:
    for cause in found:
        why = f" - {cause.why}" if cause.why else ""
        yield f"  {cause.quoted}: {cause.rule}{why}"
        if cause.sentence:
            yield f"      {cause.sentence}"


def _flags(body: Body) -> str:
    said = [wording.said(wording.FLAGS, flag) for flag in body.get("flags", ())]
    return f" ({'; '.join(said)})" if said else ""


def _certainty(body: Body) -> str:
    certain = f", {body['probability'] / MILLION:.0%} sure" if body.get("probability") else ""
    unsure = "; needs a person's look" if body.get("needs_review") else ""
    basis = wording.said(wording.BASIS, body.get("basis", "title"))
    by = f"confirmed by {body['reviewed_by']}" if "reviewed_by" in body else wording.UNCHECKED
    return f"{by}, judged by {basis}{certain}{unsure}"


def _later(event: Later) -> str:
    body = event.body
    if event.kind == "changed":
        return ", ".join(body["what"])
    if event.kind == "review":
        return f"{body['decision']} by {body.get('reviewer', 'a person')}: {body.get('reason', '')}"
    old, new = body["old"], body["new"]
    moved = [f"{axis} {old.get(axis)} -> {new[axis]}" for axis in LABELS if axis in new and old.get(axis) != new[axis]]
    by = f" ({body['model']})" if body.get("model") else ""
    return f"{'; '.join(moved) or 'claims or flags'}: {body['why']}{by}"


def _end_of(text: str) -> str:
    return text if len(text) <= AROUND else "…" + text[-AROUND:].partition(" ")[2]


def _begin_of(text: str) -> str:
    return text if len(text) <= AROUND else text[:AROUND].rpartition(" ")[0] + " …"
