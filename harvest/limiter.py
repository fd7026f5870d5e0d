"""One rate limit for all processes of a machine: providers count per key or per address, not per process."""

import fcntl
import os
import stat
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from harvest.errors import UsageError

FARTHEST = 600.0
"""Seconds; a slot farther ahead than this was reserved before a reboot, or is damage."""
NANOSECONDS = 1_000_000_000
DIGITS = 20
FLAGS = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW


@dataclass(frozen=True, slots=True)
class Limit:
    """Which limit a request draws on, and the seconds between two requests under it."""

    name: str = field(repr=False)
    """The host, or the key where the provider counts per key; never shown, files are named after its digest."""
    interval: float


class Limiter:
    """Hands out slots, `interval` seconds apart, to all who name the same limit in the same folder.

    It never sleeps: `reserve` says how long to wait. The next free slot lies in a small file, in nanoseconds of the
    monotonic clock, which all processes of a machine share.

    Args:
        folder: private to the user, see `private_folder`.
        name: the limit's name; the file is named after its digest.
        interval: seconds between two slots.
        monotonic: seconds since some point that all processes agree on: `time.monotonic`.

    Raises:
        UsageError: the folder or the file cannot be used.
    """

    def __init__(self, folder: Path, name: str, *, interval: float, monotonic: Callable[[], float]) -> None:
        self._path = folder / sha256(name.encode()).hexdigest()[:32]
        self._interval = round(interval * NANOSECONDS)
        self._monotonic = monotonic

    def reserve(self) -> float:
        """Take the next free slot; return the seconds until it begins."""
        with self._next_slot() as slot:
            now, free = slot.now, slot.free
            slot.free = free + self._interval
        return (free - now) / NANOSECONDS

    def penalise(self, seconds: float) -> None:
        """Give out no slot for that long: the provider said that it was too much."""
        with self._next_slot() as slot:
            slot.free = max(slot.free, slot.now + round(min(seconds, FARTHEST) * NANOSECONDS))

    @contextmanager
    def _next_slot(self) -> Iterator["_Slot"]:
        try:
            descriptor = os.open(self._path, FLAGS, 0o600)
        except OSError as error:
            raise UsageError(f"expected to open {self._path}, got: {error.strerror}", hint="remove it") from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            slot = _Slot(round(self._monotonic() * NANOSECONDS), os.pread(descriptor, DIGITS, 0))
            yield slot
            os.pwrite(descriptor, b"%0*d" % (DIGITS, slot.free), 0)
        finally:
            os.close(descriptor)


class _Slot:
    """The time, and from when on a slot is free; both in nanoseconds, `free` never before `now`."""

    def __init__(self, now: int, stored: bytes) -> None:
        self.now = now
        stored_free = int(stored) if stored.isdigit() else 0
        plausible = stored_free - now <= FARTHEST * NANOSECONDS
        self.free = max(stored_free, now) if plausible else now


def private_folder() -> Path:
    """Return the folder of this user's limits in the system's temporary folder, made if absent.

    Raises:
        UsageError: what stands there is not a folder, belongs to somebody else, or is open to others.
    """
    folder = Path(tempfile.gettempdir()) / f"harvest-{os.getuid()}"
    try:
        with suppress(FileExistsError):
            folder.mkdir(mode=0o700)
    except OSError as error:
        raise UsageError(f"expected to make {folder}, got: {error.strerror}", hint="set TMPDIR") from error
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or stat.S_IMODE(found.st_mode) & 0o077:
        raise UsageError(
            f"expected {folder} to be a folder of ours alone, got mode {stat.filemode(found.st_mode)} "
            f"of user {found.st_uid}",
            hint="remove it, or set TMPDIR to a folder of your own",
        )
    return folder
