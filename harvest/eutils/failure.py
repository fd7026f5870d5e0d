"""What can be wrong with an answer of the E-utilities, seen in its bytes before its status is believed.

| kind | what came | then |
|---|---|---|
| `rate-limited` | 429, or the rate-limit body under any status | ask again after `wait` |
| `key-refused` | "API key invalid" | fatal |
| `bad-request` | "Invalid db name specified", "Empty ID list" | fatal: our mistake |
| `uri-too-long` | 414 | give up this request: it should have been a POST |
| `history-expired` | "Cannot retrieve history data", "Unable to obtain query" | give up this request: search anew |
| `past-window` | "'retstart' cannot be larger than 9998" | ask again: no request of ours pages, so it answers another |
| `invalid-id` | "Invalid uid", "ID list is empty" | give up this request |
| `backend-failed` | "Search Backend failed", "Database is not supported", a C++ exception | ask again |
| `html-page` | HTML under any status | ask again |
| `empty` | no body | ask again |
| `truncated` | XML that ends too early or is not well-formed | ask again |
| `invalid-json`, `json` | JSON, where XML was asked for | ask again |
| `not-xml` | other text | ask again |
| `wrong-envelope` | XML with another root, or without what the tool must say | ask again |
| `error-in-answer` | an ERROR element with other text | ask again |
| `wrong-content-type` | the right XML announced as something else | ask again |
| `server-error`, `unexpected-status` | the right XML, or nothing, with a status that is not 200 | ask again |

"Ask again" ends, after the retries, in an answer that is unusable. Seen by users and collected in threads of Biopython,
metapub, rentrez, pubmedR and easyPubMed.
"""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any, Literal

from lxml import etree

from harvest.faults import Fault, retry_after

Tool = Literal["esearch", "einfo", "espell", "epost", "efetch"]

_ROOTS: Mapping[str, tuple[str, ...]] = {
    "esearch": ("eSearchResult",),
    "einfo": ("eInfoResult",),
    "espell": ("eSpellResult",),
    "epost": ("ePostResult",),
    "efetch": ("PubmedArticleSet", "PubmedBookArticleSet"),
}
# one element of each group must be there
_MUST_SAY: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "esearch": (("Count",),),
    "einfo": (("DbInfo", "DbList"),),
    "espell": (("CorrectedQuery",),),
    "epost": (("WebEnv",), ("QueryKey",)),
    "efetch": (),
}

# the first that is found in an error's text names it: (pattern, kind, retry, fatal)
_TOLD = tuple(
    (re.compile(pattern, re.IGNORECASE), kind, retry, fatal)
    for pattern, kind, retry, fatal in (
        (r"rate limit|too many requests", "rate-limited", True, False),
        (r"api[ -]?key (is )?(invalid|unknown|not \w+)|(invalid|unknown) api[ -]?key", "key-refused", False, True),
        (r"'retstart' cannot be larger", "past-window", True, False),
        (r"cannot retrieve history|unable to obtain query", "history-expired", False, False),
        (r"invalid db name|empty id list", "bad-request", False, True),
        (r"invalid uid|id list is empty", "invalid-id", False, False),
        (
            r"search backend failed|database is not supported|c\+\+ exception|txsvr|\bC\w+::\w+\(",
            "backend-failed",
            True,
            False,
        ),
    )
)
# their texts quote the caller's key or address
_UNQUOTED = {"rate-limited": "the rate limit was exceeded", "key-refused": "the API key was refused"}
_HTML = re.compile(rb"<!doctype\s+html|<html[\s>]", re.IGNORECASE)
_SECRETS = re.compile(
    r"(?:[0-9a-f]{1,4}:){2,7}[0-9a-f:.]*[0-9a-f]|\b\d{1,3}(?:\.\d{1,3}){3}\b|\b[0-9a-f]{16,}\b|\S+@\S+|https?://\S+"
    r"|(?<=api_key=)\S+",
    re.IGNORECASE,
)


def fault(
    *, status: int, headers: Mapping[str, str], body: bytes, tool: Tool, now: datetime | None = None
) -> Fault | None:
    """Say what is wrong with an answer of `tool` (`retmode=xml`); None when it is the envelope that was asked for.

    Args:
        status: of HTTP; it decides nothing that the body has already decided.
        headers: with names in any case; Retry-After is honoured in both forms, everything else may be absent.
        body: after content decoding.
        tool: which envelope was asked for.
        now: aware; needed only to understand a Retry-After given as a date.
    """
    named = {name.lower(): value for name, value in headers.items()}
    found = _in_body(status, named.get("content-type", ""), body, tool)
    wait = retry_after(named.get("retry-after", ""), now)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return Fault("rate-limited", _UNQUOTED["rate-limited"], retry=True, wait=wait)
    if found and found.retry and wait is not None:
        return Fault(found.kind, found.detail, retry=True, wait=wait)
    return found


def redacted(text: str) -> str:
    """`text` in one line of at most 160 characters, without addresses, keys and whatever follows in a URL."""
    return _SECRETS.sub("[removed]", " ".join(text[:2000].split()))[:160]


def _in_body(status: int, content_type: str, body: bytes, tool: Tool) -> Fault | None:
    text = body.strip()
    if status == HTTPStatus.REQUEST_URI_TOO_LONG:
        return Fault("uri-too-long", "the address was too long for the server")
    if not text:
        return Fault("empty", "nothing at all", retry=True) if status == HTTPStatus.OK else _around(status, "")
    if _HTML.search(text[:1024]):
        return Fault("html-page", f"an HTML page with status {status}", retry=True)
    if not text.removeprefix(b"\xef\xbb\xbf").startswith(b"<"):
        return _not_xml(text)
    try:
        root = etree.fromstring(text, etree.XMLParser(resolve_entities=False, no_network=True))
    except (etree.XMLSyntaxError, ValueError) as error:
        return Fault("truncated", f"XML that is broken or cut off: {redacted(str(error))}", retry=True)
    return _in_xml(root, tool) or _around(status, content_type)


def _not_xml(text: bytes) -> Fault:
    words = text[:4096].decode(errors="replace")
    if not words.startswith(("{", "[")):
        return _told(words) or Fault("not-xml", f"text instead of XML: {redacted(words)!r}", retry=True)
    try:
        # strict=False: NCBI sends raw line breaks inside JSON strings
        message = _json_error(json.loads(text, strict=False))
    except ValueError:
        return _told(words) or Fault("invalid-json", "broken JSON instead of XML", retry=True)
    return _told(message) or Fault("json", f"JSON instead of XML: {redacted(message)!r}", retry=True)


def _json_error(answer: Any) -> str:
    """What a JSON answer says went wrong: `error`, or `ERROR` inside `esearchresult`."""
    if not isinstance(answer, dict):
        return ""
    result = answer.get("esearchresult")
    inner = result.get("ERROR", "") if isinstance(result, dict) else ""
    return str(answer.get("error") or inner)


def _in_xml(root: Any, tool: Tool) -> Fault | None:
    errors = [root] if root.tag == "ERROR" else root.iterfind("ERROR")
    if message := " ".join(filter(None, ("".join(error.itertext()).strip() for error in errors))):
        return _told(message) or Fault("error-in-answer", f"the error {redacted(message)!r}", retry=True)
    if root.tag not in _ROOTS[tool]:
        return Fault("wrong-envelope", f"a <{root.tag}> instead of <{_ROOTS[tool][0]}>", retry=True)
    for group in _MUST_SAY[tool]:
        if all(root.find(name) is None for name in group):
            return Fault("wrong-envelope", f"<{root.tag}> without <{group[0]}>", retry=True)
    return None


def _told(message: str) -> Fault | None:
    for pattern, kind, retry, fatal in _TOLD:
        if pattern.search(message):
            detail = _UNQUOTED.get(kind) or f"the error {redacted(message)!r}"
            return Fault(kind, detail, retry=retry, fatal=fatal)
    return None


def _around(status: int, content_type: str) -> Fault | None:
    """The body is what was asked for, or there is none; what was said around it must not contradict that."""
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Fault("server-error", f"status {status}", retry=True)
    if status != HTTPStatus.OK:
        return Fault("unexpected-status", f"status {status}", retry=True)
    if content_type and "xml" not in content_type.lower():
        kind = redacted(content_type.partition(";")[0])
        return Fault("wrong-content-type", f"XML announced as {kind!r}", retry=True)
    return None
