"""File systems in files, and copies of them that show one moment."""

import fcntl
import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

SIZES: Final[Mapping[str, int]] = {"ext4": 64 << 20, "xfs": 320 << 20, "btrfs": 128 << 20}
"""File systems that are cut, each with bytes enough for it."""
_QUIET: Final[Mapping[str, tuple[str, ...]]] = {
    "ext4": ("mkfs.ext4", "-q", "-F"),
    "xfs": ("mkfs.xfs", "-q", "-f"),
    "btrfs": ("mkfs.btrfs", "-q", "-f"),
}
_OPTIONS: Final[Mapping[str, str]] = {"ext4": "loop", "xfs": "loop,nouuid", "btrfs": "loop"}
_FICLONE: Final = 0x40049409
"""`ioctl` that shares the blocks of one file with another, both as they are at one moment (linux/fs.h)."""
_SHELF_BYTES: Final = 8 << 30


def missing(kind: str) -> str:
    """What the machine lacks for cutting the power of such a file system; empty if nothing."""
    if os.geteuid() != 0:
        return "root"
    for program in (_QUIET[kind][0], _QUIET["xfs"][0], "mount", "umount", "unshare"):
        if shutil.which(program) is None:
            return program
    if not Path("/dev/loop-control").exists():
        return "loop devices"
    known = Path("/proc/filesystems").read_text(encoding="ascii").split()
    return next((f"{name} in the kernel" for name in (kind, "xfs") if name not in known), "")


def make(image: Path, kind: str, size: int) -> None:
    """An empty file system in a new, sparse file."""
    with image.open("xb") as file:
        file.truncate(size)
    _run(*_QUIET[kind], str(image))


def copy(image: Path, target: Path) -> None:
    """The image at one moment, while others go on writing to it; both must lie on one shelf."""
    with image.open("rb") as source, target.open("xb") as clone:
        fcntl.ioctl(clone, _FICLONE, source.fileno())


@contextmanager
def mounted(image: Path, kind: str, at: Path, *, options: str = "") -> Iterator[Path]:
    """The file system of an image, unmounted in the end whatever happens."""
    at.mkdir()
    _run("mount", "-t", kind, "-o", _OPTIONS[kind] + options, str(image), str(at))
    try:
        yield at
    finally:
        _unmount(at)
        at.rmdir()


@contextmanager
def shelf(folder: Path) -> Iterator[Path]:
    """A place for images whose files can be copied at one moment: an xfs that shares blocks between files."""
    image = folder / "shelf.img"
    make(image, "xfs", _SHELF_BYTES)
    try:
        with mounted(image, "xfs", folder / "shelf", options=",discard") as place:
            yield place
    finally:
        image.unlink()


def _unmount(at: Path) -> None:
    """Unmounts, waiting for whoever still looks in; in the end lets the kernel do it as soon as it can."""
    for _ in range(100):
        if not subprocess.run(["umount", str(at)], capture_output=True, check=False).returncode:
            return
        time.sleep(0.02)
    _run("umount", "--lazy", str(at))


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(command)}: {done.stderr}"
