"""Writing what was asked and answered, so that it outlives the process."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Self

from harvest.archive import record
from harvest.archive.durable import DurableFile
from harvest.archive.exchange import Exchange, request_key
from harvest.model import Snapshot

MAX_BYTES = 256 * 1024 * 1024
EMULATOR = "X-Emulator"
"""An answer with this header comes from an emulator: it is synthetic."""
NOTHING: Mapping[str, str] = MappingProxyType({})


class Archive:
    """The WARC files of one run: `<name>-00001.warc.gz` and on, each begun when the one before is full.

    The first file is made with the first exchange. After each exchange the file is synced: a process killed at any
    point leaves at most a torn last member, which reading passes over. Not safe for several threads.

    Args:
        folder: where the files lie; made if absent.
        name: `<topic>-<provider>-<run>`.
        started: the run's start, kept so that a replay can set the clock.
        software: name and version.
        max_bytes: a file that has reached this size is closed and the next one begun.
        synthetic: every answer is made up or reconstructed, none came from a provider.
        about: more fields for the `warcinfo` record: topic, provider, run.
        secrets: keys of this run, struck out wherever they stand.
    """

    def __init__(
        self,
        folder: Path,
        *,
        name: str,
        started: datetime,
        software: str,
        max_bytes: int = MAX_BYTES,
        synthetic: bool = False,
        about: Mapping[str, str] = NOTHING,
        secrets: Iterable[str] = (),
    ) -> None:
        self._folder = folder
        self._name = name
        self._max_bytes = max_bytes
        self._synthetic = synthetic
        self._secrets = tuple(secret.encode() for secret in secrets)
        self._fields = {
            "software": software,
            "format": "WARC File Format 1.1",
            "started": record.stamp(started),
            **about,
            **({"synthetic": "yes"} if synthetic else {}),
        }
        self._journal = sha256()
        self._number = 0
        self._file: DurableFile | None = None
        self._warcinfo = ""

    def record(self, exchange: Exchange) -> Snapshot:
        """Write an exchange, its body as received; return where the answer stands.

        Raises:
            ArchiveError: it is not written; nothing more can be written to the file it was meant for.
        """
        stored = record.storable(exchange, self._secrets)
        file = self._open(exchange.when)
        answered, members = record.pair(stored, self._warcinfo)
        file.append(members)
        asked = request_key(exchange.method, exchange.url, exchange.request_body)
        self._journal.update(f"{asked}\n{exchange.status} {stored.sha256}\n".encode())
        return Snapshot(
            file=file.path.name,
            record=answered,
            sha256=stored.sha256,
            synthetic=self._synthetic or bool(exchange.header(EMULATOR)),
        )

    @property
    def journal_sha256(self) -> str:
        """SHA-256 over all exchanges so far, in the order written: request key, LF, status, blank, digest, LF."""
        return self._journal.hexdigest()

    def close(self) -> None:
        """Close the current file; another exchange would begin the next."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _open(self, when: datetime) -> DurableFile:
        """Return the current file, beginning one where there is none or the last one is full."""
        if self._file is not None and self._file.size >= self._max_bytes:
            self.close()
        if self._file is None:
            self._number += 1
            self._file = DurableFile(self._folder / f"{self._name}-{self._number:05d}.warc.gz")
            self._warcinfo, member = record.about(self._file.path.name, when, self._fields)
            self._file.append(member)
        return self._file
