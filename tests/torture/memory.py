"""A scratch folder in memory, where the system has one: thousands of small files cost no disk."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder with a name of its own is made in it


@contextmanager
def scratch_folder(otherwise: Path) -> Iterator[Path]:
    """An empty folder in memory, gone in the end; below `otherwise` where there is no memory to write to."""
    with tempfile.TemporaryDirectory(dir=_MEMORY if os.access(_MEMORY, os.W_OK) else otherwise) as folder:
        yield Path(folder)
