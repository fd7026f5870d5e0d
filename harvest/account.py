"""One source in full, in words for people: what it is, how it was judged, why, and where it was found."""

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

from harvest import wording
from harvest.standing import Heard

Body = Mapping[str, Any]

MILLION: Final = 1_000_000
"""Probabilities are integers in millionths (ledger format 1, "Lines")."""


def described(
    body: Body, search: Body | None, *, heard: Mapping[str, Heard] = MappingProxyType({})
) -> Iterator[tuple[str, str]]:
    """Yield name and value, in reading order; a value may hold anything that a provider delivered.

    Args:
        body: the source as it now stands, or an excluded or duplicate record.
        search: the search entry that found it, with the `time` of its line; None where none did.
        heard: for a source, what each service said last of its standing.
    """
    if "erased" in body:
        yield body.get("sid") or body["key"], wording.erased(body["erased"])
        return
    yield from _identity(body)
    yield from _judged(body)
    yield from (("reason", _reason(reason)) for reason in body.get("reasons", ()))
    yield from (("flag", wording.said(wording.FLAGS, flag)) for flag in body.get("flags", ()))
    if body.get("sid") and body.get("settled", "source") == "source":
        yield from _standing(body, heard)
    if search is not None:
        provider = wording.said(wording.PROVIDERS, search["provider"])
        yield "found by", f"{provider} {search['time']}, line {search['seq'] + 1}: {search['query']}"
    if where := body.get("snapshot"):
        yield "snapshot", f"{where['file']} {where['record']} sha256 {where['sha256']}"
        if where.get("synthetic"):
            yield "", "SYNTHETIC: the answer came from an emulator or was reconstructed"


def quoted_in_full(records: Iterable[Body]) -> Iterator[tuple[str, str]]:
    """What full texts add: the sentences quoted from each, then under which licence it was read and where it is kept.

    Args:
        records: the source, then further records of the same document.
    """
    for body in records:
        if text := body.get("full_text"):
            for claim in body.get("claims", ()):
                if claim["field"] == "text":
                    yield "full text", claim["text"]
            where = text["snapshot"]
            yield "", f"read of {body['key']} under {text['licence']}: {where['file']} {where['record']}"


def _identity(body: Body) -> Iterator[tuple[str, str]]:
    yield (body.get("sid") or body.get("settled", "record")), wording.title(body) or "(no record came)"
    if body.get("vernacular_title"):
        yield "", body["vernacular_title"]
    if authors := body.get("authors"):
        more = body["authors_total"] - len(authors)
        yield "authors", ", ".join(authors) + (f" and {more} more" if more > 0 else "")
    if body.get("date"):
        yield "published", _published(body)
    elif body.get("year"):
        yield "published", str(body["year"])
    if body.get("merged_into"):
        yield "one with", f"{body['merged_into']}, under which it counts"
    if body.get("merged"):
        yield "one with", f"{', '.join(body['merged'])}, counted here"
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


def _standing(body: Body, heard: Mapping[str, Heard]) -> Iterator[tuple[str, str]]:
    """Whether it still stands, as each service said it last; what happened to it; where else it is."""
    head = "standing"
    for service, word in sorted(heard.items()):
        yield head, f"{_word(word)}, as of {word.as_of}, says {wording.said(wording.SERVICES, service)}"
        head = ""
    if not heard:
        yield head, "not checked: nobody was asked whether it was retracted"
    for service, said in sorted(body.get("services", {}).items()):
        yield from _told(wording.said(wording.SERVICES, service), said)


def _word(word: Heard) -> str:
    why = f" ({wording.said(wording.NOT_KNOWN, word.why)})" if word.why else ""
    return wording.said(wording.STANDING, word.state) + why


def _told(service: str, said: Body) -> Iterator[tuple[str, str]]:
    for notice in said.get("notices", ()):
        by = f" ({', '.join(notice['said_by'])})" if notice["said_by"] else ""
        where = f", {notice['key']}" if notice["key"] else ""
        yield "notice", f"{notice['event']} {notice['day'] or 'of an unknown day'}{where}, says {service}{by}"
    if access := said.get("open_access"):
        kind = ", ".join(access[name] for name in ("kind", "licence", "version") if name in access)
        yield "open copy", f"{access['url']} ({kind}), says {service}"
    for link in said.get("links", ()):
        yield "related", f"{link['relation']} {link['key'] or link['citation']}, says {service}"
    if said.get("ids"):
        yield "also known", f"as {', '.join(said['ids'])}, says {service}"


def _reason(reason: Body) -> str:
    """`evidence.mesh-animals-only: "Animals" (mesh)`; in texts with the place of the words, in code points."""
    place = f" {reason['start']}-{reason['end']}" if "start" in reason else ""
    quoted = f': "{reason["text"]}"' if reason["text"] else ""
    return f"{reason['rule']}{quoted}" + (f" ({reason['field']}{place})" if reason["field"] else "")


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names) or "nothing named"
