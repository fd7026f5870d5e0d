"""A request as an emulator reads it, an answer before it is sent, and what the log keeps of both."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

XML = "text/xml; charset=UTF-8"
JSON = "application/json; charset=UTF-8"
HTML = "text/html; charset=UTF-8"
TEXT = "text/plain; charset=UTF-8"


@dataclass(frozen=True, slots=True)
class Request:
    """One request.

    Attributes:
        tool: what faults and the log call it; the last part of the path, unless the emulator has better names.
        params: values by parameter name as sent, from the URL and from a form.
        address: the caller's address.
        url_length: of the whole address, scheme and host too.
        headers: by name in lower case; of repeated ones the last.
        body: as sent.
    """

    method: str
    path: str
    tool: str
    params: Mapping[str, list[str]]
    address: str
    url_length: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def get(self, name: str, default: str = "") -> str:
        """Give the last value of a parameter."""
        return self.params.get(name, [default])[-1]

    def number(self, name: str, default: int) -> int:
        """Give a parameter as a whole number from zero; anything else counts as not given."""
        text = self.get(name).strip()
        return int(text) if text.isdecimal() else default


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer, whole; with a content type of "" it is sent without one."""

    body: bytes
    content_type: str = XML
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Entry:
    """One request as the log keeps it.

    Attributes:
        number: from 1, over all tools.
        time: seconds on a clock that only goes forward; differences mean something, the value does not.
        clock: the emulator's own time, ISO 8601.
        who: the credential, or the address of a caller without one.
        status: 0 where no answer was sent.
        fault: the scripted fault that hit it, empty without.
    """

    number: int
    time: float
    clock: str
    method: str
    path: str
    tool: str
    params: dict[str, list[str]]
    who: str
    user_agent: str = ""
    status: int = 0
    fault: str = ""
    refused: bool = False


def jsonic(
    document: Any, *, status: int = 200, content_type: str = JSON, headers: Mapping[str, str] | None = None
) -> Answer:
    """Make a JSON answer."""
    text = json.dumps(document, separators=(",", ":"), ensure_ascii=False)
    return Answer(text.encode(), content_type, status, headers or {})


def plain(text: str, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    """Make an answer of plain text."""
    return Answer(text.encode(), TEXT, status, headers or {})


def page(title: str, text: str, *, status: int) -> Answer:
    """Make an HTML page, which no API should ever answer with, and each sometimes does."""
    body = (
        f'<!DOCTYPE html>\n<html lang="en"><head><title>{title}</title></head>\n'
        f"<body><h1>{title}</h1><p>{text}</p></body></html>\n"
    )
    return Answer(body.encode(), HTML, status)
