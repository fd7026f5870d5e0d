"""Answering from a recording instead of the network."""

from collections import defaultdict, deque
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from harvest.archive.exchange import Recorded, request_key
from harvest.archive.reader import SAID, Pair, TornRecord, about, pairs, utc
from harvest.archive.writer import EMULATOR
from harvest.errors import ArchiveError
from harvest.model import Snapshot

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class _Place:
    path: Path
    offset: int
    host: str
    synthetic: bool


class Replay:
    """The answers of a recording, each given once and in the order they came.

    The same request asked again gets the next recorded answer, so a retry replays as it happened. A request to a host
    that the recording knows gets that host's answers only, those by http and by https apart; one to a host it does not
    know (an emulator's port, another mirror) is answered whatever host the recording names.

    Attributes:
        started: the start of the earliest recorded run; None where no file says it.
        synthetic: some answer came from an emulator or was made up.
        torn: one line for each file that ends in a record that is not whole; what stands before it is used.

    Raises:
        ArchiveError: nothing to read, or a file that contradicts itself.
    """

    def __init__(self, path: Path) -> None:
        self.started: datetime | None = None
        self.synthetic = False
        self.torn: tuple[str, ...] = ()
        self._places: defaultdict[str, deque[_Place]] = defaultdict(deque)
        for file in _files(path):
            self._index(file)
        self._hosts = {place.host for places in self._places.values() for place in places}

    def answer(self, method: str, url: str, body: bytes = b"") -> Recorded | None:
        """Return the next recorded answer to a request; None when there is none (any more).

        Raises:
            ArchiveError: the file has changed since it was indexed.
        """
        places = self._places[request_key(method, url, body)]
        host = _origin(url)
        place = next((place for place in places if place.host == host or host not in self._hosts), None)
        if place is None:
            return None
        places.remove(place)
        return _recorded(place)

    def knows(self, url: str) -> bool:
        """Tell whether it holds answers of the host of this URL."""
        return _origin(url) in self._hosts

    def _index(self, file: Path) -> None:
        try:
            fields = about(file)
            self._note_start(file, fields.get("started", ""))
            for pair in pairs(file):
                self._note(file, pair, marked=fields.get("synthetic") == "yes")
        except TornRecord as error:
            self.torn += (error.message,)

    def _note_start(self, file: Path, started: str) -> None:
        if started:
            start = utc(started)
            if start is None:
                raise ArchiveError(f"expected the start of {file} in UTC, got {started[:SAID]!r}")
            self.started = min(self.started or start, start)

    def _note(self, file: Path, pair: Pair, *, marked: bool) -> None:
        exchange = pair.exchange()
        synthetic = marked or bool(exchange.header(EMULATOR))
        self.synthetic |= synthetic
        key = request_key(exchange.method, exchange.url, exchange.request_body)
        self._places[key].append(_Place(file, pair.offset, _origin(exchange.url), synthetic))


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _files(path: Path) -> list[Path]:
    files = sorted(path.glob("*.warc.gz")) if path.is_dir() else [path]
    elsewhere = path.is_dir() and any(path.glob("*/*.json"))  # what is never archived has a folder of its own
    if not files and not elsewhere:
        raise ArchiveError(f"expected *.warc.gz files in {path}, got none", hint="name a recording")
    return files


def _recorded(place: _Place) -> Recorded:
    pair = next(pairs(place.path, place.offset))
    exchange = pair.exchange()
    digest = sha256(exchange.body).hexdigest()
    return Recorded(exchange, Snapshot(place.path.name, pair.record, digest, synthetic=place.synthetic))
