"""Recorded exchanges of other people's test suites (vcr cassettes, YAML), as status, address, headers and body."""

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

yaml: Any = pytest.importorskip("yaml", reason="PyYAML comes with the group `peers`")

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Recording:
    """One exchange; names of headers in lower case, the body decoded."""

    url: str
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Json:
        """The body as a JSON object; empty where it is none."""
        try:
            document = json.loads(self.body)
        except ValueError:
            return {}
        return document if isinstance(document, dict) else {}


def recordings(folder: Path, host: str) -> Iterator[Recording]:
    """The exchanges with a host below a folder, in order of the files."""
    for path in sorted(folder.rglob("*.yaml")):
        if host not in (text := path.read_text(encoding="utf-8")):
            continue
        for exchange in yaml.load(text, Loader=yaml.CSafeLoader)["interactions"]:
            if exchange["request"]["uri"].split("/")[2] == host:
                yield _recording(exchange)


def crossref_works(folder: Path) -> dict[str, Json]:
    """Every whole work in the recorded Crossref exchanges below a folder, by DOI in lower case."""
    works: dict[str, Json] = {}
    for one in recordings(folder, "api.crossref.org"):
        message = one.json.get("message")
        items = message.get("items", [message]) if isinstance(message, dict) else []
        for work in items:
            if isinstance(work, dict) and "DOI" in work and "indexed" in work:
                works.setdefault(work["DOI"].lower(), work)
    return works


def openalex_works(folder: Path) -> dict[str, Json]:
    """Every whole work in the recorded OpenAlex exchanges below a folder, by its id."""
    works: dict[str, Json] = {}
    for one in recordings(folder, "api.openalex.org"):
        for work in one.json.get("results", [one.json]):
            if "is_retracted" in work:
                works.setdefault(work["id"], work)
    return works


def _recording(exchange: Json) -> Recording:
    response = exchange["response"]
    body = response["body"].get("string", "")
    content = body.encode() if isinstance(body, str) else bytes(body)
    content = gzip.decompress(content) if content.startswith(b"\x1f\x8b") else content
    headers = {name.lower(): ", ".join(values) for name, values in response["headers"].items()}
    return Recording(exchange["request"]["uri"], response["status"]["code"], headers, content)
