"""Disks without room, files that may not grow, folders that may not be written: for as long as a block runs."""

import os
import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

PAGE: Final = 4096
_NOBODY: Final = 65_534


class Unmountable(Exception):
    """This machine does not let us mount a file system."""


@contextmanager
def file_size_limit(size: int) -> Iterator[None]:
    """No file of this process grows beyond that many bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextmanager
def barred(folder: Path) -> Iterator[None]:
    """No name is given or taken below the folder, by a user whom permissions bind; files stay writable."""
    user = os.geteuid()
    bound = user or _NOBODY
    within = [folder, *folder.rglob("*")]
    for path in within:
        os.chown(path, bound, -1)
        if path.is_dir():
            path.chmod(0o500)
    os.seteuid(bound)
    try:
        yield
    finally:
        os.seteuid(user)
        for path in within:
            os.chown(path, user, -1)
            if path.is_dir():
                path.chmod(0o700)


@dataclass(frozen=True)
class SmallDisk:
    """A file system in memory."""

    folder: Path

    @contextmanager
    def leaving(self, *, pages: int | None = None, names: int | None = None) -> Iterator[None]:
        """Fills it up but for so many pages, or so many names of files."""
        ballast = self.folder / "ballast"
        ballast.mkdir()
        try:
            if pages is not None:
                self._take_pages(ballast / "pages", pages)
            if names is not None:
                self._take_names(ballast, names)
            yield
        finally:
            for file in ballast.iterdir():
                file.unlink()
            ballast.rmdir()

    @contextmanager
    def read_only(self) -> Iterator[None]:
        """Nothing on it changes."""
        _mount("-o", "remount,ro", str(self.folder))
        try:
            yield
        finally:
            _mount("-o", "remount,rw", str(self.folder))

    def _take_pages(self, file: Path, left: int) -> None:
        opened = os.open(file, os.O_WRONLY | os.O_CREAT)
        free = os.fstatvfs(opened).f_bfree
        with suppress(OSError):
            os.posix_fallocate(opened, 0, (free - left) * PAGE)
        os.close(opened)

    def _take_names(self, folder: Path, left: int) -> None:
        for number in range(os.statvfs(folder).f_ffree - left):
            (folder / str(number)).touch()


@contextmanager
def small_disk(folder: Path, *, size: int = 1 << 20, names: int = 200) -> Iterator[SmallDisk]:
    """A disk of so many bytes and names, mounted on a new folder.

    Raises:
        Unmountable: if this machine does not let us.
    """
    folder.mkdir()
    _mount("-t", "tmpfs", "-o", f"size={size},nr_inodes={names}", "harvest-torture", str(folder))
    try:
        yield SmallDisk(folder)
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def _mount(*arguments: str) -> None:
    try:
        subprocess.run(["mount", *arguments], check=True, capture_output=True, text=True)
    except FileNotFoundError:
        raise Unmountable("no mount") from None
    except subprocess.CalledProcessError as error:
        raise Unmountable(error.stderr.strip()) from error
