"""The part of a provider's answer that is about one record, as the provider wrote it."""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from harvest import medline
from harvest.ctgov.answers import nct, registration_key, results_key, studies
from harvest.errors import ParseError
from harvest.europepmc import answers as europepmc
from harvest.model import Key

Json = Mapping[str, Any]


def excerpt(answer: bytes, provider: str, key: Key) -> bytes:
    """The record `key` in an answer of `provider`: XML, JSON, or the whole answer where it is about one document.

    Raises:
        ParseError: the answer is not of the provider's form, or does not hold the record.
    """
    cut = _EXCERPTS.get(provider)
    return cut(answer, key) if cut else answer


def _result(answer: bytes, key: Key) -> bytes:
    return _only(key, (one for one in europepmc.page(answer).results if europepmc.key(one) == key))


def _study(answer: bytes, key: Key) -> bytes:
    return _only(key, (one for one in studies(answer) if key in (registration_key(nct(one)), results_key(nct(one)))))


def _only(key: Key, found: Iterable[Json]) -> bytes:
    for one in found:
        return json.dumps(one, ensure_ascii=False, indent=1).encode()
    raise ParseError(f"expected {key} in the answer, got other records", hint="look at its other snapshots")


_EXCERPTS: Final[Mapping[str, Callable[[bytes, Key], bytes]]] = {
    "pubmed": medline.record_xml,
    "europepmc": _result,
    "trials": _study,
}
