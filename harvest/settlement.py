"""How one processed record ends: the entries it causes and the box of the account it falls into.

Called under the append lock, with a catalogue that has just taken in what others wrote.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from harvest import entries
from harvest.catalogue import Catalogue, Settled
from harvest.corrections import EVENTS
from harvest.erasable import joined
from harvest.evidence import VERSION
from harvest.identity import Verdict, fingerprint_of_line
from harvest.judging import TEXT
from harvest.linking import Linked, links
from harvest.merging import merges
from harvest.model import Key, Outcome
from harvest.relations import SAME_STUDY, is_telling
from harvest.stages import Judged
from harvest.standing import also

Body = dict[str, Any]

_COMPARED: Final = (
    "keys", "title", "vernacular_title", "abstract", "authors", "authors_total", "year", "date", "journal",
    "volume", "issue", "pages", "language", "types", "mesh", "substances", "keywords", "links", "version", "flags",
    "details", "text_sha256",
)  # fmt: skip
_FLAGGED: Final = {"retracted": "retraction", "concern": "concern", "erratum": "erratum"}
_JUDGED: Final = ("screening", "evidence", "design", "tier", "outcome", "harms", "claims", "needs_review")
_NOT_JUDGED: Final = frozenset({"cut", "withdrawn"})
"""Flags that say something of the line or of the provider; a new judgement leaves them."""
RECORD_OR_TOPIC: Final = "record or topic changed"


@dataclass(frozen=True, slots=True)
class Settlement:
    """The entries to append, in order, and how the record is counted."""

    entries: tuple[tuple[str, Body], ...]
    outcome: Outcome
    changed: bool = False

    @property
    def source(self) -> Body | None:
        """The source line, if this record became a source now."""
        return next((body for kind, body in self.entries if kind == "source"), None)


def settle(
    judged: Judged, catalogue: Catalogue, *, why: str = RECORD_OR_TOPIC, content: Mapping[str, Any] | None = None
) -> Settlement:
    """Decide the end of one record: included, excluded, duplicate, or known (changed or not).

    Args:
        judged: the record with all that was decided of it.
        catalogue: what the ledger says.
        why: the reason that a `reclassified` entry gives.
        content: what the record's newest line only commits to; the entries then still hold all text.
    """
    before = catalogue.settled.get(judged.found.record.key)
    if before is not None and content:
        before = replace(before, digest=str(content.get("digest", "")), body=joined(before.body, content))
    return _first(judged, catalogue) if before is None else _known(judged, before, catalogue, why)


def _first(judged: Judged, catalogue: Catalogue) -> Settlement:
    """A record that is not settled, or not as a source: it may be another record of one that is."""
    known = catalogue.alike(judged.fingerprint)
    if known and known[0][1].same:
        return _duplicate(judged, known, catalogue)
    if judged.screening.is_source:
        body = entries.source(catalogue.next_sid, judged)
        linked = links(body["sid"], body, catalogue)
        related = {end for one in linked if one.link.relation in SAME_STUDY for end in (one.link.one, one.link.other)}
        if open_ := [sid for sid, _ in known if sid not in related]:
            body |= {"maybe_duplicate_of": open_[0], "needs_review": True}
        return Settlement((("source", body), *_told(linked)), Outcome.INCLUDED)
    body = entries.excluded(judged)
    return Settlement((("excluded", body),), Outcome.EXCLUDED)


def _duplicate(judged: Judged, known: Sequence[tuple[str, Verdict]], catalogue: Catalogue) -> Settlement:
    """Another record of a source; of several sources, if it shows them to be one, of that which stays."""
    record, (sid, verdict) = judged.found.record, known[0]
    merged = [("merged", body) for body in merges(known, catalogue, key=record.key)]
    sid = next((body["kept"] for _, body in merged if sid in body["sids"]), sid)
    body = entries.duplicate(judged.found, sid, verdict.rule, verdict.agreed) | entries.told_in_full(judged)
    whole = entries.as_it_stands(judged)
    if telling := [link for link in whole["links"] if is_telling(link)]:
        body["links"] = telling
    linked = _told(links(sid, whole, catalogue))
    return Settlement((*merged, ("duplicate", entries.fitted(body)), *linked), Outcome.DUPLICATE)


def _told(linked: Sequence[Linked]) -> tuple[tuple[str, Body], ...]:
    return tuple(("linked", one.body()) for one in linked)


def _known(judged: Judged, before: Settled, catalogue: Catalogue, why: str) -> Settlement:
    """Compare with what was settled earlier; only what differs is written, and nothing of what was erased."""
    if "erased" in before.body:
        return Settlement((), Outcome.KNOWN)
    if before.kind == "excluded" and judged.screening.is_source:
        return replace(_first(judged, catalogue), outcome=Outcome.KNOWN, changed=True)
    caused: list[tuple[str, Body]] = []
    if judged.found.record.key in catalogue.failures:
        caused.append(("rechecked", entries.rechecked(judged.found)))
    body = before.body
    if entries.content_digest(judged.found.record) != before.digest:
        event = _changed(judged, before)
        caused.append(("changed", event))
        body = body | event["new"]
        caused += _since_changed(judged, before, catalogue)
    if before.kind != "duplicate" and (new := _reclassified(judged, replace(before, body=body))) is not None:
        caused.append(("reclassified", new | {"why": why}))
    return Settlement(tuple(caused), Outcome.KNOWN, changed=any(kind != "rechecked" for kind, _ in caused))


def _since_changed(judged: Judged, before: Settled, catalogue: Catalogue) -> Iterator[tuple[str, Body]]:
    """What a record that now says something else shows of its document: it is another source, too, or stands to one."""
    if not before.sid:
        return
    known = catalogue.alike(judged.fingerprint)
    yield from (("merged", body) for body in merges(known, catalogue, key=judged.found.record.key))
    yield from _told(links(catalogue.merges.kept(before.sid), entries.as_it_stands(judged), catalogue))


def since_heard(sid: str, catalogue: Catalogue) -> Iterator[tuple[str, Body]]:
    """What follows from a service's word on a source: it has the identifiers of another one, or stands to one."""
    body = catalogue.numbered[sid]
    given = (key for said in body.get("services", {}).values() for key in said.get("ids", ()))
    document = fingerprint_of_line(body)
    known = catalogue.alike(replace(document, keys=tuple(dict.fromkeys((*document.keys, *given)))))
    yield from (("merged", one) for one in merges(known, catalogue, key=body["key"]))
    yield from _told(links(catalogue.merges.kept(sid), body, catalogue))


def _changed(judged: Judged, before: Settled) -> Body:
    """What the provider now says differently, field by field, and the words for what happened."""
    now = entries.describe(judged.found.record)
    now["flags"] = also((*now["flags"], *entries.judgement(judged)["flags"]), before.body.get("services", {}))
    fields = [name for name in _COMPARED if name in before.body and before.body[name] != now.get(name)]
    event: Body = {
        "key": now["key"],
        "provider": now["provider"],
        "what": _events(before.body, now),
        "old": {name: before.body[name] for name in fields} | {"digest": before.digest},
        "new": {name: now[name] for name in fields} | {"digest": now["digest"]},
        "query": judged.found.search,
        "snapshot": entries.snapshot(judged.found.snapshot),
    }
    if before.sid:
        event["sid"] = before.sid
    return _within_a_line(event)


def _within_a_line(event: Body) -> Body:
    """Old texts are in the ledger already: where both do not fit, the old side goes, then the new abstract is cut."""
    if entries.fits(event):
        return event
    slim = event | {"old": {"digest": event["old"]["digest"]}}
    return slim | {"new": entries.fitted(slim["new"], beside=slim)}


def _events(old: Body, now: Body) -> list[str]:
    """`retraction`, `concern`, `erratum`, `update` where such a link is new, `status` and `results` of a registration.

    Else `revision`. The line of an excluded record holds no links; its flags say what had happened to it before.
    """
    if "links" in old:
        told = [EVENTS.get(link["relation"]) for link in now["links"] if link not in old["links"]]
    else:
        before = old["flags"] if "flags" in old else now["flags"]
        told = [_FLAGGED.get(flag) for flag in now["flags"] if flag not in before]
    return sorted({event for event in (*told, *_registered(old, now)) if event}) or ["revision"]


def _registered(old: Body, now: Body) -> Iterator[str]:
    """What became of a trial: another status, results where there were none."""
    before, after = old.get("details", {}), now.get("details", {})
    if "status" in before and before["status"] != after.get("status"):
        yield "status"
    if before.get("has_results") is False and after.get("has_results"):
        yield "results"


def _reclassified(judged: Judged, before: Settled) -> Body | None:
    """The judgement as it was and is, where one of its axes differs; claims only of the abstract that the line has."""
    now = entries.judgement(judged)
    if not judged.found.record.quoted_only:
        now["claims"] = entries.within(now["claims"], before.body.get("abstract", ""))
    now |= _of_full_text(judged, before, now["claims"])
    now["needs_review"] |= "maybe_duplicate_of" in before.body
    flags = before.body.get("flags", [])
    now["flags"] = also(now["flags"], before.body.get("services", {}))
    if all(before.body.get(axis) == now[axis] for axis in _JUDGED) and set(now["flags"]) == {*flags} - _NOT_JUDGED:
        return None
    now["flags"] = [*(flag for flag in flags if flag in _NOT_JUDGED), *now["flags"]]
    if before.kind == "excluded":
        now |= {"stage": "screening", "reason": now["screening"]}
    event: Body = {
        "key": judged.found.record.key,
        "old": {axis: before.body.get(axis) for axis in _JUDGED},
        "new": now,
        "model": VERSION,
        "snapshot": entries.snapshot(judged.found.snapshot),
    }
    return event | {"sid": before.sid} if before.sid else event


def _of_full_text(judged: Judged, before: Settled, claims: list[Body]) -> Body:
    """The full text that was read now; where none was, the claims of the one that was read before stay."""
    if text := entries.read_in_full(judged):
        return text
    kept = [claim for claim in before.body.get("claims", []) if claim["field"] == TEXT]
    return {"claims": [*claims, *kept]} if "full_text" in before.body else {}


@dataclass(frozen=True, slots=True)
class Absence:
    """Why ids that were found did not come: a word, what was expected, what came.

    `deleted`: the provider says that it has deleted them. `interrupted`: the run ended first, which does not count
    against their retries. `answered`: the provider was heard, so it may be believed to have no record any more.
    """

    reason: str
    expected: str
    got: str
    deleted: bool = False
    interrupted: bool = False
    answered: bool = True


def settle_absent(
    keys: Sequence[Key], why: Absence, catalogue: Catalogue, *, provider: str
) -> tuple[tuple[Settlement, ...], tuple[Key, ...]]:
    """Decide the end of ids without a record.

    Returns:
        One settlement per id that is given up for good (deleted, or failed in every retry), then one for each of the
        others, the first of every 200 carrying their shared `failed` entry; and the keys in that order.
    """
    final = [key for key in keys if why.deleted or _hopeless(key, why, catalogue)]
    given_up = frozenset(final)
    kept = [key for key in keys if key not in given_up]
    settled = [_given_up(key, why, catalogue, provider) for key in final]
    for start in range(0, len(kept), 200):
        part = kept[start : start + 200]
        body = entries.failed(
            part, provider=provider, reason=why.reason, expected=why.expected, got=why.got, interrupted=why.interrupted
        )
        settled.append(Settlement((("failed", body),), Outcome.FAILED))
        settled.extend(Settlement((), Outcome.FAILED) for _ in part[1:])
    return tuple(settled), (*final, *kept)


def _hopeless(key: Key, why: Absence, catalogue: Catalogue) -> bool:
    """Failed in every retry; a settled record is not called withdrawn because nothing was heard of it."""
    heard = why.answered or key not in catalogue.settled
    return heard and not why.interrupted and catalogue.tried_enough(key)


def _given_up(key: Key, why: Absence, catalogue: Catalogue, provider: str) -> Settlement:
    before = catalogue.settled.get(key)
    if before is None:
        stage = "identification" if why.deleted else "retrieval"
        reason = "deleted" if why.deleted else "unavailable"
        body = entries.unavailable(key, provider, stage=stage, reason=reason, got=why.got)
        return Settlement((("excluded", body),), Outcome.EXCLUDED)
    flags = before.body.get("flags", [])
    body = entries.withdrawn(key, before.sid, before.digest, provider=provider, flags=flags)
    return Settlement((("changed", body),), Outcome.KNOWN, changed=True)
