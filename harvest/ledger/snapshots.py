"""Are the answers that lines cite the ones that lie in the archive?"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from harvest.errors import ArchiveError
from harvest.ledger.chain import Divergence
from harvest.ledger.references import Event


class Snapshots:
    """The answers that a ledger cites, by file and record.

    Args:
        folder: `archive`, with the WARC files.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._cited: dict[str, dict[str, tuple[str, int, int]]] = {}
        self._newest: object = None

    def take(self, event: Event) -> list[tuple[str, str]]:
        """Takes the next entry; what it should say and what it says, where two cite one answer differently."""
        body = event.body
        wrong = self._cite(body["snapshot"], event) if "snapshot" in body else []
        if "snapshots" in body and isinstance(body["snapshots"], list):
            for cited in body["snapshots"]:
                wrong = wrong + self._cite(cited, event)
        return wrong

    def faults(self) -> Iterator[Divergence]:
        """What the archive says against the first line that cites each answer; files that are not there say nothing."""
        for file, records in self._cited.items():
            if self._is_there(file):
                yield from self._compare(file, records)

    def notices(self) -> tuple[str, ...]:
        """What could not be looked at."""
        absent = [file for file in self._cited if not self._is_there(file)]
        if not absent:
            return ()
        return (
            f"answers in {len(absent)} of {len(self._cited)} archive files were not looked at: no {absent[0]} there",
        )

    def _cite(self, cited: object, event: Event) -> list[tuple[str, str]]:
        if cited == self._newest or not isinstance(cited, dict):  # records come many to an answer
            return []
        self._newest = cited
        file, record, digest = (str(cited.get(name)) for name in ("file", "record", "sha256"))
        first, seq, _ = self._cited.setdefault(file, {}).setdefault(record, (digest, event.seq, event.offset))
        return [] if digest == first else [(f"SHA-256 {first} of {record}, as line {seq + 1} cites it", digest[:80])]

    def _compare(self, file: str, records: Mapping[str, tuple[str, int, int]]) -> Iterator[Divergence]:
        from harvest.archive import read_snapshots  # noqa: PLC0415 - reading archives loads much that verifying needs not

        missing = dict(records)
        try:
            for record, _ in read_snapshots(self._folder, file, {record: of[0] for record, of in records.items()}):
                missing.pop(record, None)
        except ArchiveError as error:
            _, seq, offset = min((missing or records).values(), key=lambda of: of[1])
            yield Divergence(seq + 1, offset, f"the cited answers in {file}", error.message[:200])
            return
        for record, (_, seq, offset) in missing.items():
            yield Divergence(seq + 1, offset, f"the answer {record} in {file}", "no such record")

    def _is_there(self, file: str) -> bool:
        try:
            return Path(file).name == file and (self._folder / file).is_file()
        except OSError:  # a name that no file can have
            return False
