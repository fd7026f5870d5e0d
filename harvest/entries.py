"""The bodies of ledger entries about documents (ledger format 1, "Entries").

Each function turns frozen values into the JSON object that one line holds; nothing here writes.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any, Final

from harvest.corrections import relation
from harvest.identity import fingerprint
from harvest.model import Claim, Found, MeshHeading, Qualifier, Reason, Record, Snapshot
from harvest.stages import Judged

Body = dict[str, Any]

ABSTRACT_LIMIT: Final = 30_000
"""Code points of an abstract that stand in a line; more is cut and flagged `cut`."""
AUTHORS_LIMIT: Final = 50
BODY_LIMIT: Final = 62_000
"""Bytes a body may take, so that the line with its envelope stays under 65,535."""

_NOT_CONTENT: Final = frozenset(
    {"revised", "completed", "history", "status", "indexing_method", "url", "writer", "erasable", "quoted_only"}
)
_IF_THERE: Final = frozenset({"related", "citations", "flags", "details", "basis"})
"""Counted where a record has them, so that records of before there were such fields keep their digest."""
_CONTENT: Final = tuple(field.name for field in fields(Record) if field.name not in _NOT_CONTENT)


def content_digest(record: Record) -> str:
    """SHA-256 over what a record says, without the dates and states of its processing."""
    said = {name: getattr(record, name) for name in _CONTENT}
    content = {name: value for name, value in said.items() if value or name not in _IF_THERE}
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, default=_members)
    return hashlib.sha256(text.encode()).hexdigest()


def source(sid: str, judged: Judged) -> Body:
    """A catalogued document."""
    found = judged.found
    described = describe(found.record)
    decided = judgement(judged)
    if not found.record.quoted_only:
        decided["claims"] = within(decided["claims"], described["abstract"])
    flags = list(dict.fromkeys(described.pop("flags") + decided.pop("flags")))
    where = {"query": found.search, "snapshot": snapshot(found.snapshot)}
    return fitted({"sid": sid, **described, **where, **decided, **read_in_full(judged), "flags": flags})


def read_in_full(judged: Judged) -> Body:
    """Which full text was read beside the abstract: the digest of what was read, the licence, where it is kept."""
    text = judged.found.full_text
    if text is None:
        return {}
    digest = hashlib.sha256(text.text.encode()).hexdigest()
    return {"text_sha256": digest, "full_text": {"licence": text.licence, "snapshot": snapshot(text.snapshot)}}


def told_in_full(judged: Judged) -> Body:
    """What the full text of a duplicate adds to the source that it doubles: its claims, and what they point into."""
    claims = [_claim(claim) for claim in judged.claims if claim.field == "text"]
    return read_in_full(judged) | {"claims": claims} if judged.found.full_text else {}


def as_it_stands(judged: Judged) -> Body:
    """All that may be erased of a record, as it is now, whatever entry it goes with."""
    return describe(judged.found.record) | {"snapshot": snapshot(judged.found.snapshot)} | judgement(judged)


def excluded(judged: Judged) -> Body:
    """A record that was looked at and is not a source, with the words that decided it."""
    found, record = judged.found, judged.found.record
    return fitted(
        {
            "key": record.key,
            "keys": list(record.keys),
            "provider": record.provider,
            "title": record.title,
            "year": record.date.year,
            "digest": content_digest(record),
            "stage": "screening",
            "reason": str(judged.screening.relevance),
            "query": found.search,
            "snapshot": snapshot(found.snapshot),
            **judgement(judged),
        }
    )


def duplicate(found: Found, sid: str, rule: str, agreed: tuple[str, ...]) -> Body:
    """A record of a document that is catalogued already."""
    record = found.record
    return fitted(
        {
            "key": record.key,
            "keys": list(record.keys),
            "provider": record.provider,
            "title": record.title,
            "digest": content_digest(record),
            "of": sid,
            "rule": rule,
            "agreed": list(agreed),
            "query": found.search,
            "snapshot": snapshot(found.snapshot),
        }
    )


def unavailable(key: str, provider: str, *, stage: str, reason: str, got: str) -> Body:
    """An id that the provider names and does not hand out, or has withdrawn: nothing was left to judge."""
    return {
        "key": key,
        "keys": [key],
        "provider": provider,
        "title": "",
        "digest": "",
        "stage": stage,
        "reason": reason,
        "got": got,
        "reasons": [],
    }


def withdrawn(key: str, sid: str, digest: str, *, provider: str, flags: list[str]) -> Body:
    """A settled record that the provider no longer has (`DeleteCitation`, or missing in every retry)."""
    new = {"flags": list(dict.fromkeys((*flags, "withdrawn")))}
    event: Body = {"key": key, "provider": provider, "what": ["deletion"], "old": {"digest": digest}, "new": new}
    return event | {"sid": sid} if sid else event


def rechecked(found: Found) -> Body:
    """A settled record that failed to arrive in an earlier run and is there after all."""
    record = found.record
    return {"key": record.key, "provider": record.provider, "exists": True, "snapshot": snapshot(found.snapshot)}


def failed(keys: Sequence[str], *, provider: str, reason: str, expected: str, got: str, interrupted: bool) -> Body:
    """Ids that this run found and did not get; `interrupted` ones do not count against their retries."""
    body: Body = {"provider": provider, "keys": list(keys), "reason": reason, "expected": expected, "got": got}
    return body | {"interrupted": True} if interrupted else body


def describe(record: Record) -> Body:
    """What the provider says of the document: the descriptive fields of a `source` line.

    Of a text that may not be copied, its SHA-256 stands there in place of the text.
    """
    text = record.abstract_text
    abstract = "" if record.quoted_only else text
    journal = record.journal
    described: Body = {
        "key": record.key,
        "keys": list(record.keys),
        "provider": record.provider,
        "title": record.title,
        "vernacular_title": record.vernacular_title,
        "abstract": abstract[:ABSTRACT_LIMIT],
        "copyright": record.copyright,
        "authors": [author.name for author in record.authors[:AUTHORS_LIMIT]],
        "authors_total": len(record.authors),
        "year": record.date.year,
        "date": {"value": record.date.iso, "precision": record.date.precision, "raw": record.date.raw},
        "journal": journal.title or journal.abbreviation,
        "journal_abbreviation": journal.abbreviation,
        "volume": journal.volume,
        "issue": journal.issue,
        "pages": journal.pages,
        "language": list(record.languages),
        "types": [{"ui": term.ui, "name": term.name} for term in record.publication_types],
        "mesh": [_heading(heading) for heading in record.mesh],
        "substances": [_members(substance) for substance in record.substances],
        "keywords": [keyword.text for keyword in record.keywords],
        "links": [
            *({"relation": relation(on.kind), "key": on.key, "citation": on.citation} for on in record.corrections),
            *(_members(on) for on in record.related),
        ],
        "role": fingerprint(record).role,
        "url": record.url,
        "revised": record.revised.iso if record.revised else "",
        "status": record.status,
        "version": record.version,
        "digest": content_digest(record),
        "flags": ["cut"] if len(abstract) > ABSTRACT_LIMIT else [],
    }
    if record.quoted_only:
        described["text_sha256"] = hashlib.sha256(text.encode()).hexdigest()
    return described | {"details": dict(record.details)} if record.details else described


def judgement(judged: Judged) -> Body:
    """What we decided of it and why: the fields that a `reclassified` entry may change."""
    screening, evidence, finding = judged.screening, judged.evidence, judged.finding
    quoted = judged.found.record.quoted_only
    reasons = (*screening.reasons, *evidence.reasons, *finding.reasons)
    return {
        "screening": str(screening.relevance),
        "evidence": str(evidence.kind),
        "design": evidence.design,
        "tier": evidence.tier,
        "probability": evidence.probability,
        "needs_review": evidence.needs_review,
        "outcome": str(finding.outcome),
        "harms": str(finding.harms),
        "basis": evidence.basis,
        "parts": list(evidence.parts),
        "claims": [_pointing(_claim(claim), quoted=quoted) for claim in judged.claims],
        "reasons": [_pointing(_reason(reason), quoted=quoted) for reason in reasons],
        "flags": list(dict.fromkeys((*screening.flags, *evidence.flags, *judged.found.record.flags))),
    }


def snapshot(kept: Snapshot) -> Body:
    """Where the raw answer is: WARC file, record id, SHA-256 of the body."""
    where: Body = {"file": kept.file, "record": kept.record, "sha256": kept.sha256}
    return where | {"synthetic": True} if kept.synthetic else where


def fitted(body: Body, *, beside: Mapping[str, Any] | None = None) -> Body:
    """`body`, shortened where a line could not hold it (`beside`: what else stands in the line).

    Real records reach that size. First MeSH and substances go, then the abstract's end, keywords and links (a notice
    may retract hundreds of papers), then the last reasons and claims; what was shortened is flagged `cut`.
    """
    size = _size(body)
    room = BODY_LIMIT - (_size(beside) - size if beside else 0)
    if size <= room:
        return body
    for field in ("substances", "mesh"):
        if _size(body) > room and body.get(field):
            body = _cut(body, field, [])
    while (excess := _size(body) - room) > 0 and body.get("abstract"):
        body = _cut(body, "abstract", body["abstract"][: -max(1, excess // 4)])
        body |= {"claims": within(body["claims"], body["abstract"])} if "claims" in body else {}
    for field in ("keywords", "links"):
        if _size(body) > room and body.get(field):
            body = _cut(body, field, [])
    for field in ("reasons", "claims"):
        while _size(body) > room and body.get(field):
            body = _cut(body, field, body[field][:-1])
    return body


def within(claims: Sequence[Body], abstract: str) -> list[Body]:
    """The claims that can be read where no more of the abstract stands than this."""
    return [claim for claim in claims if claim["field"] != "abstract" or claim["end"] <= len(abstract)]


def fits(body: Body) -> bool:
    """A line can hold it."""
    return _size(body) <= BODY_LIMIT


def _cut(body: Body, field: str, value: object) -> Body:
    flags = body.get("flags", [])
    return body | {field: value, "flags": flags if "cut" in flags else [*flags, "cut"]}


def _size(body: Mapping[str, Any]) -> int:
    return len(json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode())


def _claim(claim: Claim) -> Body:
    """What only claims of pages have stands in those alone."""
    own = {"field": claim.field, "start": claim.start, "end": claim.end, "text": claim.text}
    told = {name: getattr(claim, name) for name in ("screening", "evidence", "outcome")}
    told |= {"cites": list(claim.cites), "cited": list(claim.cited)}
    return own | {name: said for name, said in told.items() if said}


def _reason(reason: Reason) -> Body:
    """Offsets stand only where there is a text to point into."""
    said: Body = {"rule": reason.rule, "field": reason.field, "text": reason.text[:300]}
    return said | {"start": reason.start, "end": reason.end} if reason.start >= 0 else said


def _pointing(said: Body, *, quoted: bool) -> Body:
    """Where no text stands in the line, it is the extracted `text` of the snapshot that is pointed into."""
    return said | {"field": "text"} if quoted and said["field"] == "abstract" else said


def _heading(heading: MeshHeading | Qualifier) -> Body:
    """A MeSH heading without the flags that are not set."""
    plain: Body = {"ui": heading.ui, "name": heading.name}
    if heading.major:
        plain["major"] = True
    if isinstance(heading, Qualifier):
        return plain
    if heading.automatic:
        plain["automatic"] = True
    if heading.qualifiers:
        plain["qualifiers"] = [_heading(qualifier) for qualifier in heading.qualifiers]
    return plain


def _members(value: Any) -> Body:
    """The fields of a value of ours, by name; what `asdict` does, without copying what is frozen."""
    return {name: getattr(value, name) for name in value.__slots__}
