"""The forms of request and answer that all tools of the E-utilities share."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self
from xml.sax.saxutils import escape

from tests.servers import messages
from tests.servers.messages import JSON, XML, Answer

GATEWAY_JSON = "application/json"
"""What stands before the service itself (limits, keys) sends its JSON without a charset."""

_DTDS = "https://eutils.ncbi.nlm.nih.gov/eutils/dtd"
_ROOTS = {
    "einfo": ("eInfoResult", "einfo 20190110", f"{_DTDS}/20190110/einfo.dtd"),
    "esearch": ("eSearchResult", "esearch 20060628", f"{_DTDS}/20060628/esearch.dtd"),
    "epost": ("ePostResult", "epost 20090526", f"{_DTDS}/20090526/epost.dtd"),
    "esummary": ("eSummaryResult", "esummary v1 20041029", f"{_DTDS}/20041029/esummary-v1.dtd"),
    "efetch": ("eFetchResult", "efetch 20131226", f"{_DTDS}/20131226/efetch.dtd"),
    "elink": ("eLinkResult", "elink 20101123", f"{_DTDS}/20101123/elink.dtd"),
    "espell": (
        "eSpellResult",
        "eSpellResult, 23 November 2004",
        "https://www.ncbi.nlm.nih.gov/entrez/query/DTD/eSpell.dtd",
    ),
}
TOOLS = tuple(_ROOTS)


@dataclass(frozen=True, slots=True)
class Request(messages.Request):
    """One request; its parameter names are in lower case, its tool has no suffix."""

    @classmethod
    def read(cls, request: messages.Request) -> Self:
        """Take a request as the E-utilities take it."""
        params: dict[str, list[str]] = {}
        for name, values in request.params.items():
            params.setdefault(name.lower(), []).extend(values)
        tool = request.tool.removesuffix(".fcgi")
        return cls(request.method, request.path, tool, params, request.address, request.url_length)

    @property
    def json(self) -> bool:
        """Whether JSON was asked for."""
        return self.get("retmode").lower() == "json"


def xml(tool: str, inner: str, *, status: int = 200) -> Answer:
    """Put `inner` into the tool's root element, behind its declaration and DOCTYPE.

    The DOCTYPE of efetch names another root than the document has, and espell's declaration names no encoding;
    so it is with the real ones.
    """
    root, public, system = _ROOTS[tool]
    named = "eEfetchResult" if tool == "efetch" else root
    declared = '<?xml version="1.0"?>' if tool == "espell" else '<?xml version="1.0" encoding="UTF-8" ?>'
    head = f'{declared}\n<!DOCTYPE {named} PUBLIC "-//NLM//DTD {public}//EN" "{system}">\n'
    return Answer(f"{head}<{root}>{inner}</{root}>\n".encode(), XML, status)


def jsonic(tool: str, rest: Mapping[str, Any], *, status: int = 200) -> Answer:
    """Put `rest` beside the header that every JSON answer has."""
    document = {"header": {"type": tool, "version": "0.3"}, **rest}
    return Answer((json.dumps(document, separators=(",", ":"), ensure_ascii=False) + "\n").encode(), JSON, status)


def error(request: Request, *messages: str, status: int = 200) -> Answer:
    """Say that a request failed, in the form that the tool has for it."""
    if request.json and request.tool == "esearch":
        return jsonic("esearch", {"esearchresult": {"ERROR": messages[0]}}, status=status)
    if request.json:
        return jsonic(request.tool, {"error": messages[0]}, status=status)
    tool = request.tool if request.tool in _ROOTS else "esearch"
    return xml(tool, "".join(f"\n\t<ERROR>{escape(message)}</ERROR>" for message in messages) + "\n", status=status)
