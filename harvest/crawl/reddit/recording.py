"""Requests answered from a folder of recorded exchanges, as the test suites of PRAW and prawcore keep them.

A file is `{"interactions": [{"request": {"method", "uri", "body"}, "response": {"status": {"code"}, "headers",
"body": {"string"}}}]}`. What people wrote is never recorded by us (it could not be erased): recordings come from
emulators, or from others.
"""

import base64
import json
import lzma
from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from harvest.crawl.reddit.exchange import Asking, Exchanged, NoAnswer
from harvest.errors import ArchiveError
from harvest.faults import Fault

FOLDER: Final = "reddit"
"""Where in a recording Reddit's exchanges lie."""
_IGNORED: Final = frozenset({"raw_json", "api_type"})
"""Parameters that PRAW adds to every request."""

Question = tuple[str, str, frozenset[tuple[str, str]]]


class Recording:
    """Carries requests to recorded answers; of several to one request each is given once, the last for ever.

    Args:
        files: recordings, or folders of them (`*.json`, `*.json.xz`).

    Raises:
        ArchiveError: there are none, or one is not of the form.
    """

    def __init__(self, files: Iterable[Path]) -> None:
        self._answers: defaultdict[Question, deque[Exchanged]] = defaultdict(deque)
        listed = [one for file in files for one in _listed(file)]
        if not listed:
            raise ArchiveError("expected recorded exchanges with Reddit (*.json), got none", hint="name a recording")
        for file in listed:
            self._read(file)

    @classmethod
    def beside(cls, replay: Path) -> "Recording":
        """The exchanges that lie in the folder `reddit` of a recording.

        Raises:
            ArchiveError: there are none.
        """
        return cls([replay / FOLDER] if (replay / FOLDER).is_dir() else [])

    def send(self, asking: Asking) -> Exchanged:
        """Find the answer.

        Raises:
            NoAnswer: none is recorded.
        """
        asked = question(asking.method, asking.url, [*asking.parameters], [*asking.form])
        if asking.for_a_token:
            return Exchanged(
                200, {}, b'{"access_token":"recorded","token_type":"bearer","expires_in":3600,"scope":"*"}'
            )
        answers = self._answers.get(asked)
        if not answers:
            raise NoAnswer(Fault("not-recorded", f"no recorded answer to a request for {asking.tool}"))
        return answers.popleft() if len(answers) > 1 else answers[0]

    def close(self) -> None:
        """Nothing is open."""

    def _read(self, file: Path) -> None:
        try:
            raw = file.read_bytes()
            for one in json.loads(lzma.decompress(raw) if file.suffix == ".xz" else raw)["interactions"]:
                request, response = one["request"], one["response"]
                form = parse_qsl(_body(request.get("body")).decode(), keep_blank_values=True)
                asked = question(request["method"], request["uri"], [], form)
                self._answers[asked].append(_exchanged(response))
        except (OSError, ValueError, KeyError, TypeError, lzma.LZMAError) as error:
            raise ArchiveError(f"expected recorded exchanges in {file.name}, got {type(error).__name__}") from None


def question(method: str, url: str, parameters: list[tuple[str, str]], form: list[tuple[str, str]]) -> Question:
    """By what a recorded answer is found: neither the host, nor the order of parameters, nor a slash at the end."""
    parts = urlsplit(url)
    given = [*parse_qsl(parts.query, keep_blank_values=True), *parameters, *form]
    return (
        method.upper(),
        parts.path.rstrip("/"),
        frozenset((name, value) for name, value in given if name not in _IGNORED),
    )


def _listed(file: Path) -> list[Path]:
    return sorted([*file.glob("*.json"), *file.glob("*.json.xz")]) if file.is_dir() else [file]


def _body(body: Any) -> bytes:
    """A body as it is kept: text, or `{"string"}`, or `{"base64_string"}`."""
    if isinstance(body, Mapping):
        if "base64_string" in body:
            return base64.b64decode(body["base64_string"])
        body = body.get("string")
    return str(body or "").encode()


def _exchanged(response: Mapping[str, Any]) -> Exchanged:
    headers = {name.lower(): _value(value) for name, value in response.get("headers", {}).items()}
    return Exchanged(int(response["status"]["code"]), headers, _body(response.get("body")))


def _value(value: Any) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value)
