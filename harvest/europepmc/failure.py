"""What can be wrong with an answer of Europe PMC, seen in its bytes before its status is believed.

| kind | what came | then |
|---|---|---|
| `rate-limited` | 429 | ask again after `wait` |
| `bad-request` | `errCode` 4xx inside 200 ("Invalid page size"), another 4xx | give up this request: our mistake |
| `not-found` | 404, or an error bean saying that an article is not open access | give up this request: there is none |
| `error-in-answer` | any other `errCode` or error bean | ask again |
| `wrong-envelope` | JSON without `hitCount` or `resultList`, XML that is no article | ask again |
| `html-page`, `empty`, `truncated`, `not-json`, `not-xml` | something else under any status | ask again |
| `server-error`, `unexpected-status`, `wrong-content-type` | what was asked for, announced otherwise | ask again |

"Ask again" ends, after the retries, in an answer that is unusable (external contract 5.4).
"""

import json
import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from lxml import etree

from harvest.faults import Fault

_HTML: Final = re.compile(rb"<!doctype\s+html|<html[\s>]", re.IGNORECASE)
_NOT_OPEN: Final = re.compile(r"not open access|not found|does not exist|no such", re.IGNORECASE)


def search_fault(status: int, headers: Mapping[str, str], body: bytes) -> Fault | None:
    """What is wrong with an answer to a search (`format=json`); None when it is the envelope that was asked for.

    Args:
        status: of HTTP; it decides nothing that the body has already decided.
        headers: names in lower case.
        body: after content decoding.
    """
    return _anywhere(status, body) or _in_json(body) or _around(status, headers, "json")


def text_fault(status: int, headers: Mapping[str, str], body: bytes) -> Fault | None:
    """What is wrong with an answer to a request for a full text (`fullTextXML`); arguments as `search_fault`."""
    if status == HTTPStatus.NOT_FOUND:
        return Fault("not-found", "no full text under this id")
    return _anywhere(status, body) or _in_xml(body) or _around(status, headers, "xml")


def _anywhere(status: int, body: bytes) -> Fault | None:
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return Fault("rate-limited", "the rate limit was exceeded", retry=True)
    if not body.strip():
        retry = Fault("empty", "nothing at all", retry=True)
        return retry if status == HTTPStatus.OK else _around(status, {}, "")
    if _HTML.search(body[:1024]):
        return Fault("html-page", f"an HTML page with status {status}", retry=True)
    return None


def _in_json(body: bytes) -> Fault | None:
    try:
        answer = json.loads(body)
    except ValueError:
        broken = body.lstrip()[:1] == b"{"
        return Fault("truncated" if broken else "not-json", "broken JSON, or none", retry=True)
    if not isinstance(answer, dict):
        return Fault("wrong-envelope", "JSON that is no object", retry=True)
    if "errCode" in answer or "errMsg" in answer:
        return _told(answer.get("errCode"), str(answer.get("errMsg", "")))
    if type(answer.get("hitCount")) is not int or not _is_a_list(answer.get("resultList")):
        return Fault("wrong-envelope", "an answer without hitCount or resultList", retry=True)
    return None


def _is_a_list(results: Any) -> bool:
    return isinstance(results, dict) and isinstance(results.get("result"), list)


def _in_xml(body: bytes) -> Fault | None:
    try:
        root = etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True))
    except (etree.XMLSyntaxError, ValueError):
        kind = "truncated" if body.lstrip()[:1] == b"<" else "not-xml"
        return Fault(kind, "XML that is broken or cut off, or none", retry=True)
    if root.tag == "errorBean":
        return _told(root.findtext("errCode"), root.findtext("errMsg") or "")
    if root.tag != "article":
        return Fault("wrong-envelope", f"a <{root.tag}> instead of <article>", retry=True)
    return None


def _told(code: Any, message: str) -> Fault:
    """What an error inside an answer says; only the words of a closed access are no fault of the service."""
    said = f"the error {' '.join(message.split())[:160]!r}"
    if _NOT_OPEN.search(message):
        return Fault("not-found", said)
    refused = str(code).isdecimal() and HTTPStatus.BAD_REQUEST <= int(code) < HTTPStatus.INTERNAL_SERVER_ERROR
    return Fault("bad-request", said) if refused else Fault("error-in-answer", said, retry=True)


def _around(status: int, headers: Mapping[str, str], kind: str) -> Fault | None:
    """The body is what was asked for, or there is none; what was said around it must not contradict that."""
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Fault("server-error", f"status {status}", retry=True)
    if status >= HTTPStatus.BAD_REQUEST:
        return Fault("bad-request", f"status {status}")
    if status != HTTPStatus.OK:
        return Fault("unexpected-status", f"status {status}", retry=True)
    named = headers.get("content-type", "")
    if named and kind not in named.lower():
        return Fault("wrong-content-type", f"{kind.upper()} announced as {named.partition(';')[0][:60]!r}", retry=True)
    return None
