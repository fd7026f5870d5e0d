"""Files that a command writes where a person says: never in place of another, all of them or none."""

import os
from contextlib import ExitStack
from pathlib import Path

from harvest.errors import UsageError


def must_be_new(*paths: Path | None) -> None:
    """Refuses names that stand for something already; None is passed over.

    Raises:
        UsageError: one of them exists, or is given twice.
    """
    named = [path for path in paths if path is not None]
    for path in named:
        if os.path.lexists(path):
            raise _refused(path, "which exists")
        if named.count(path) > 1:
            raise _refused(path, "twice")


def write_new(*files: tuple[Path | None, bytes]) -> None:
    """Writes new files; where one cannot be made, none is left behind. What has no name is passed over.

    Raises:
        UsageError: one of them exists.
    """
    with ExitStack() as undoing:
        for path, content in files:
            if path is None:
                continue
            try:
                stream = path.open("xb")
            except FileExistsError:
                raise _refused(path, "which exists") from None
            undoing.callback(path.unlink, missing_ok=True)
            with stream:
                stream.write(content)
        undoing.pop_all()


def _refused(path: Path, why: str) -> UsageError:
    return UsageError(f"expected a new file, got {str(path)!r}, {why}", hint="choose another name")
