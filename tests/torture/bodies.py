"""Bodies of the entries that speak of runs, searches, people and the ledger itself; those of records come from Harvest.

Fields as `docs/reference/entries.md` and `docs/reference/ledger-format.md` have them.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from random import Random
from typing import Any, Final

from harvest import entries
from harvest.catalogue import DECISIONS
from harvest.model import Snapshot
from harvest.relations import RELATIONS
from tests.torture.papers import some, words

Body = dict[str, Any]

START: Final = datetime(2026, 11, 21, 19, 6, tzinfo=UTC)
TOPIC: Final = "semax-ssri"
TOPIC_SHA256: Final = hashlib.sha256(b"semax-ssri.toml").hexdigest()
_WINDOWS: Final = (
    {"kind": "all", "first": "", "last": ""},
    {"kind": "created", "first": "2026-11-18", "last": "2026-11-21"},
    {"kind": "revised", "first": "2026-11-18", "last": "2026-11-21"},
    {"kind": "withdrawn", "first": "", "last": ""},
)
_WARNINGS: Final = (
    *("phrases_not_found", "fields_not_found", "phrases_ignored", "quoted_phrases_not_found", "messages"),
)
_PERSON: Final = "Б. Reviewer"


def run_started(chance: Random, spider: str) -> Body:
    versions = {"harvest": "0.1.0", "evidence": "2026.11", "python": "3.11.9"}
    settings = {"refresh_days": chance.randint(1, 90), "mode": "auto"} if spider != "reclassify" else {}
    return {"spider": spider, "topic": TOPIC, "topic_sha256": TOPIC_SHA256, "versions": versions, "settings": settings}


def search(chance: Random, provider: str, snapshots: Sequence[Snapshot], returned: int) -> Body:
    query = words(chance, 8)
    problems = list(some(chance, ("PubMed dropped 'x'", "PubMed states 3 records, its pages hold 2")))
    return {
        "provider": provider,
        "window": chance.choice(_WINDOWS),
        "query": query,
        "query_digest": hashlib.sha256(query.encode()).hexdigest(),
        "translation": words(chance, 8),
        "translations": [[words(chance, 1), words(chance, 3)] for _ in range(chance.randrange(3))],
        "warnings": {name: list(some(chance, ("semaxx", "[zz]"))) for name in _WARNINGS},
        "stated_total": returned if chance.random() < 0.8 else None,
        "recounted_total": chance.choice((None, returned)),
        "returned": returned,
        "requests": chance.randint(1, 9),
        "unreachable": [{"query": query, "stated": 10_001, "shown": 9_999}] if chance.random() < 0.1 else [],
        "index": {"build": "Build-2026.11.20", "last_update": "2026/11/20 08:00", "count": 38_000_000},
        "suggestion": chance.choice(("", "semax")),
        "outcome": "partial" if problems else "complete",
        "problems": problems,
        "snapshots": [entries.snapshot(one) for one in snapshots],
    }


def run_finished(chance: Random, provider: str, counts: Mapping[str, int], journal: str) -> Body:
    account: Body = {
        **counts,
        "outcome": chance.choice(("complete", "partial")),
        "stated_total": chance.choice((None, counts["found"])),
        "problems": [words(chance, 4)] if chance.random() < 0.2 else [],
        "requests": {"esearch": 1, "efetch": chance.randint(0, 3)},
        "expected_missing": list(some(chance, ("pmid:16996037",))),
    }
    if chance.random() < 0.1:
        account["failure"] = "no answer"
    if chance.random() < 0.7:
        digests = {"query_digest": "0" * 64, "topic_sha256": TOPIC_SHA256}
        account["watermark"] = {"until": "2026-11-21", "refreshed": "2026-11-21", **digests}
    skipped = {"web": {"outcome": "skipped"}} if chance.random() < 0.1 else {}
    return {"providers": {provider: account, **skipped}, "journal_sha256": journal}


def reclassified_run(judged: int, changed: int) -> Body:
    return {"providers": {}, "reclassified": {"judged": judged, "changed": changed, "unread": 0, "refused": 0}}


def refused(chance: Random, provider: str) -> Body:
    url = f"https://example.org/{chance.randrange(99)}"
    return {"provider": provider, "request": url, "expected": "200", "got": chance.choice(("401", "403", "robots"))}


def linked(chance: Random, sids: Sequence[str]) -> Body:
    other = chance.choice((chance.choice(sids), "doi:10.1000/elsewhere"))
    return {"one": chance.choice(sids), "other": other, "relation": chance.choice(sorted(RELATIONS))}


def merged(sids: Sequence[str]) -> Body:
    return {"sids": list(sids), "kept": sids[0], "rule": "identity.title"}


def unmerged(sids: Sequence[str]) -> Body:
    return {"sids": list(sids), "kept": sids[0], "reviewer": _PERSON}


def review(chance: Random, sid: str, labels: Body) -> Body:
    body: Body = {
        "sid": sid,
        "reviewer": _PERSON,
        "decision": chance.choice(sorted(DECISIONS)),
        "reason": words(chance, 5),
        "digest": hashlib.sha256(sid.encode()).hexdigest(),
    }
    if body["decision"] == "changed":
        body["new"] = labels
    if chance.random() < 0.2:
        body["signature"] = "-----BEGIN SSH SIGNATURE-----\nU1NIU0lH\n-----END SSH SIGNATURE-----\n"
    return body


def question(chance: Random) -> Body:
    return {"text": words(chance, 9)}


def answer(chance: Random, seq: int, sids: Sequence[str]) -> Body:
    return {"question": seq, "text": words(chance, 9), "sids": list(sids)}


def rechecked(provider: str, gone: int) -> Body:
    """What a provider said of its content; of a record that had failed to come Harvest writes it itself."""
    began = START.isoformat(timespec="microseconds").replace("+00:00", "Z")
    return {"provider": provider, "outcome": "complete", "began": began, "asked": gone + 2, "gone": gone}


def of_a_later_version(chance: Random) -> Body:
    """Of a type that this version does not know: anything that a line may hold."""
    return {"nested": {"more": [words(chance, 2), -1, None, True, [], {}]}, "zero": 0, "much": 2**53 - 1}
