"""One source in full, in words for people: what it is, how it was judged, why, and where it was found."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from harvest import wording

Body = Mapping[str, Any]

MILLION: Final = 1_000_000
"""Probabilities are integers in millionths (ledger format 1, "Lines")."""


def described(body: Body, search: Body | None) -> Iterator[tuple[str, str]]:
    """Yield name and value, in reading order; a value may hold anything that a provider delivered.

    Args:
        body: the source as it now stands, or an excluded or duplicate record.
        search: the search entry that found it, with the `time` of its line; None where none did.
    """
    if "erased" in body:
        yield body.get("sid") or body["key"], wording.erased(body["erased"])
        return
    yield from _identity(body)
    yield from _judged(body)
    yield from (("reason", _reason(reason)) for reason in body.get("reasons", ()))
    yield from (("flag", wording.said(wording.FLAGS, flag)) for flag in body.get("flags", ()))
    if search is not None:
        provider = wording.said(wording.PROVIDERS, search["provider"])
        yield "found by", f"{provider} {search['time']}, line {search['seq'] + 1}: {search['query']}"
    if where := body.get("snapshot"):
        yield "snapshot", f"{where['file']} {where['record']} sha256 {where['sha256']}"
        if where.get("synthetic"):
            yield "", "SYNTHETIC: the answer came from an emulator or was reconstructed"


def _identity(body: Body) -> Iterator[tuple[str, str]]:
    yield (body.get("sid") or body.get("settled", "record")), body["title"] or "(no record came)"
    if body.get("vernacular_title"):
        yield "", body["vernacular_title"]
    if authors := body.get("authors"):
        more = body["authors_total"] - len(authors)
        yield "authors", ", ".join(authors) + (f" and {more} more" if more > 0 else "")
    if body.get("date"):
        yield "published", _published(body)
    elif body.get("year"):
        yield "published", str(body["year"])
    yield "ids", ", ".join(body["keys"])
    if body.get("url"):
        yield "link", body["url"]


def _published(body: Body) -> str:
    issue = f"({body['issue']})" if body.get("issue") else ""
    pages = f":{body['pages']}" if body.get("pages") else ""
    when = body["date"]["value"] or body["date"]["raw"]
    return f"{body['journal']} {when} {body.get('volume', '')}{issue}{pages}".strip()


def _judged(body: Body) -> Iterator[tuple[str, str]]:
    if body.get("settled") == "duplicate":
        yield "duplicate", f"of {body['of']}, rule {body['rule']}: {_listed(body['agreed'])} agree"
        return
    if "screening" not in body:
        yield "left out", f"{body.get('stage', '')}: {body.get('reason', '')}"
        return
    yield "match", wording.said(wording.MATCH, body["screening"])
    yield "evidence", wording.evidence(body)
    yield "design", wording.said(wording.DESIGN, body["design"])
    unsure = ", needs a person's look" if body.get("needs_review") else ""
    certain = f", {body['probability'] / MILLION:.0%} sure" if body.get("probability") else ""
    said = f"confirmed by {body['reviewed_by']}" if "reviewed_by" in body else wording.UNCHECKED
    yield "labels", f"{said}; judged by {body.get('basis', 'title')}{certain}{unsure}"


def _reason(reason: Body) -> str:
    """`evidence.mesh-animals-only: "Animals" (mesh)`; in texts with the place of the words, in code points."""
    place = f" {reason['start']}-{reason['end']}" if "start" in reason else ""
    quoted = f': "{reason["text"]}"' if reason["text"] else ""
    return f"{reason['rule']}{quoted}" + (f" ({reason['field']}{place})" if reason["field"] else "")


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names) or "nothing named"
