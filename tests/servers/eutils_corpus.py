"""The records that the emulator serves: files of PubMed XML, records made by code, and what changes between runs."""

import gzip
import hashlib
import lzma
import mmap
import os
import pickle
import re
import tempfile
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from tests.servers import eutils_document, eutils_index, eutils_words
from tests.servers.eutils_document import SEGMENTS, Document, Reading
from tests.servers.eutils_index import Index

_RECORD = re.compile(rb"<(PubmedArticle|PubmedBookArticle)\b.*?</\1>", re.DOTALL)
_DELETED = re.compile(rb"<DeleteCitation>(.*?)</DeleteCitation>", re.DOTALL)
_PMID = re.compile(rb"<PMID[^>]*>(\d+)</PMID>")
_CODE = [Path(__file__), *(Path(str(module.__file__)) for module in (eutils_document, eutils_index, eutils_words))]
"""What an index was made by; it is made anew when this changes."""

Raw = Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class _Slice:
    """A record's XML within the kept file."""

    kept: mmap.mmap
    start: int
    end: int

    def __call__(self) -> bytes:
        return self.kept[self.start : self.end]


class Corpus:
    """All records, each with its XML; a revised record takes a new number and the old one dies."""

    def __init__(self) -> None:
        self.documents: list[Document] = []
        self.index = Index()
        self._raw: list[Raw] = []
        self._newest: dict[int, int] = {}
        self._by_date: dict[str, tuple[list[int], list[int]]] = {}
        self._visible: dict[int, frozenset[int]] = {}
        self.changes = 0

    @classmethod
    def load(cls, paths: Iterable[Path], *, cache: Path | None = None) -> "Corpus":
        """Read files or folders of `.xml`, `.xml.gz`, `.xml.xz`; the outcome is kept under the temporary folder.

        Args:
            cache: where to keep it instead.
        """
        files = [file for path in paths for file in _files(path)]
        folder = cache or Path(tempfile.gettempdir()) / f"harvest-eutils-{os.getuid()}"
        folder.mkdir(mode=0o700, exist_ok=True, parents=True)
        content = _digest(files)
        records, index = folder / f"{content}.xml", folder / f"{content}-{_digest(_CODE)[:16]}.index"
        if not index.exists():
            for outdated in folder.glob(f"{content}-*.index"):
                outdated.unlink(missing_ok=True)
            _build(files, records, index)
        return cls._thaw(records, index)

    @classmethod
    def _thaw(cls, records: Path, index: Path) -> "Corpus":
        corpus = cls()
        with index.open("rb") as stream:
            corpus.documents, corpus.index, spans, corpus._newest = pickle.load(stream)  # noqa: S301  # our own cache, in our own folder
        with records.open("rb") as stream:
            kept = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
        corpus._raw = [_Slice(kept, start, end) for start, end in spans]
        return corpus

    def add(self, record: bytes) -> int:
        """Take in the XML of one record; an older one of the same PMID is replaced. Gives the PMID."""
        return self.file(eutils_document.read(etree.fromstring(record)), lambda: record)

    def file(self, reading: Reading, raw: Raw) -> int:
        """Take in a record whose XML is made when it is asked for. Gives the PMID."""
        number = len(self.documents)
        self.documents.append(reading.document)
        self._raw.append(raw)
        self.index.add(reading, number)
        self._newest[reading.document.pmid] = number
        self._changed()
        return reading.document.pmid

    def delete(self, pmid: int) -> None:
        """Take a record out.

        Raises:
            KeyError: there is no such record.
        """
        del self._newest[pmid]
        self._changed()

    def discard(self, pmid: int) -> None:
        """Take a record out if it is there."""
        if pmid in self._newest:
            self.delete(pmid)

    def _changed(self) -> None:
        self.changes += 1
        self._by_date.clear()
        self._visible.clear()

    def pmids(self) -> list[int]:
        """Give every PMID, whatever the date."""
        return sorted(self._newest)

    def number(self, pmid: int) -> int | None:
        """Give the number of a PMID's newest record."""
        return self._newest.get(pmid)

    def numbers(self, pmids: Iterable[int]) -> set[int]:
        """Give the numbers of those PMIDs that there are."""
        return {self._newest[pmid] for pmid in pmids if pmid in self._newest}

    def raw(self, number: int) -> bytes:
        """Give a record's XML."""
        return self._raw[number]()

    def visible(self, today: int) -> frozenset[int]:
        """Give the numbers of the records that existed on a day: living, and created by then."""
        if today not in self._visible:
            self._visible[today] = frozenset(
                number for number in self._newest.values() if self.documents[number].dates["crdt"][0] <= today
            )
        return self._visible[today]

    @staticmethod
    def segment(name: str) -> int:
        """Give the place of a text segment in `Document.texts`."""
        return SEGMENTS.index(name)

    def between(self, kind: str, first: int, last: int) -> set[int]:
        """Give the records with a date of this kind from `first` to `last`, both included."""
        if kind not in self._by_date:
            pairs = sorted((day, n) for n in self._newest.values() for day in self.documents[n].dates.get(kind, ()))
            self._by_date[kind] = [day for day, _ in pairs], [n for _, n in pairs]
        days, numbers = self._by_date[kind]
        return set(numbers[bisect_left(days, first) : bisect_right(days, last)])


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        return sorted(file for file in path.rglob("*") if file.name.endswith((".xml", ".xml.gz", ".xml.xz")))
    return [path]


def _digest(files: list[Path]) -> str:
    digest = hashlib.sha256()
    for file in files:
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _content(file: Path) -> bytes:
    packed = file.read_bytes()
    if file.suffix == ".gz":
        return gzip.decompress(packed)
    return lzma.decompress(packed) if file.suffix == ".xz" else packed


def _records(files: list[Path]) -> Iterator[tuple[bytes | None, list[int]]]:
    """Give each record's XML, and after each file the PMIDs that it deletes."""
    for file in files:
        content = _content(file)
        for match in _RECORD.finditer(content):
            yield match.group(), []
        yield None, [int(pmid) for block in _DELETED.findall(content) for pmid in _PMID.findall(block)]


def _build(files: list[Path], records: Path, index: Path) -> None:
    """Read the files and write the records end to end, and their index; whole files appear or none."""
    corpus, spans = Corpus(), []
    partial = index.with_suffix(f".{os.getpid()}.partial")
    with partial.open("wb") as stream:
        for record, deleted in _records(files):
            if record is not None:
                start = stream.tell()
                stream.write(record)
                spans.append((start, stream.tell()))
                corpus.add(record)
            for pmid in deleted:
                corpus.discard(pmid)
        stream.write(b"\n")
    partial.replace(records)
    with partial.open("wb") as stream:
        pickle.dump((corpus.documents, corpus.index, spans, corpus._newest), stream, protocol=5)
    partial.replace(index)
