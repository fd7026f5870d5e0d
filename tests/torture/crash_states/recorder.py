"""Stands between a writer and `os`: what it asks for is done for real, and recorded."""

import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any, Final
from unittest import mock

from tests.torture.crash_states.calls import Call, Death, Event, Promise

_UNKNOWN: Final = ("copy_file_range", "link", "posix_fallocate", "pwritev", "rmdir", "sendfile", "symlink", "writev")
"""Calls that the model does not know; whoever begins to use one teaches it first."""


class Killed(BaseException):
    """The writing process ends here, by SIGKILL: none of its code has any effect any more."""


class Recorder:
    """Records the calls that change or sync something below one folder.

    Attributes:
        events: what was recorded.
        kill_at: the number of the call before which the process is killed; never, if None.
    """

    def __init__(self, root: Path, *, kill_at: int | None = None) -> None:
        self.events: list[Event] = []
        self.kill_at = kill_at
        self._root = f"{root}/"
        self._calls = 0
        self._dead = False
        self._open: dict[int, tuple[str, int]] = {}
        self._real: dict[str, Callable[..., Any]] = {}

    @contextmanager
    def recording(self, seed: int) -> Iterator[None]:
        """Records; random keys and nonces are the same for the same seed."""
        patched: dict[str, Any] = {**self._known(), **{name: _refuse(name) for name in _UNKNOWN}}
        self._real = {name: getattr(os, name) for name in patched}
        chance = Random(seed)
        with (
            mock.patch.multiple(os, **patched),
            mock.patch.object(secrets, "token_bytes", chance.randbytes),
            mock.patch.object(secrets, "token_hex", lambda count: chance.randbytes(count).hex()),
        ):
            yield

    def promise(self, promise: Promise) -> None:
        """The writer acknowledges; a dead one does not."""
        if not self._dead:
            self.events.append(promise)

    def revive(self) -> None:
        """A new process begins on what the killed one left in memory."""
        self.events.append(Death())
        self._dead, self.kill_at = False, None
        self._open.clear()

    def _known(self) -> dict[str, Callable[..., Any]]:
        return {
            "open": self._opens,
            "write": self._writes,
            "pwrite": self._writes_at,
            "ftruncate": self._resizes,
            "truncate": self._resizes,
            "fsync": self._syncs,
            "fdatasync": self._syncs,
            "rename": self._renames,
            "replace": self._renames,
            "unlink": self._unlinks,
            "remove": self._unlinks,
            "mkdir": self._makes,
        }

    def _opens(self, path: str | Path, flags: int, mode: int = 0o777) -> int:
        inner = self._inner(path)
        if inner is not None and flags & os.O_CREAT and not os.path.lexists(path):
            self._record(Call("create", inner))
        elif inner is not None and flags & os.O_TRUNC:
            self._record(Call("resize", inner))
        descriptor: int = self._real["open"](path, flags, mode)
        self._open.pop(descriptor, None)
        if inner is not None:
            self._open[descriptor] = (inner, flags)
        return descriptor

    def _writes(self, descriptor: int, block: bytes) -> int:
        if descriptor not in self._open:
            return int(self._real["write"](descriptor, block))
        path, flags = self._open[descriptor]
        at = os.fstat(descriptor).st_size if flags & os.O_APPEND else os.lseek(descriptor, 0, os.SEEK_CUR)
        self._record(Call("write", path, bytes(block), at))
        written = int(self._real["write"](descriptor, block))
        assert written == len(block), "expected whole writes in memory"
        return written

    def _writes_at(self, descriptor: int, block: bytes, at: int) -> int:
        if descriptor in self._open:
            self._record(Call("write", self._open[descriptor][0], bytes(block), at))
        return int(self._real["pwrite"](descriptor, block, at))

    def _resizes(self, file: str | Path | int, size: int) -> None:
        inner = self._open.get(file, (None,))[0] if isinstance(file, int) else self._inner(file)
        if inner is not None:
            self._record(Call("resize", inner, number=size))
        self._real["truncate"](file, size)

    def _syncs(self, descriptor: int) -> None:
        if descriptor in self._open:
            self._record(Call("sync", self._open[descriptor][0]))

    def _renames(self, source: str | Path, target: str | Path) -> None:
        inner, onto = self._inner(source), self._inner(target)
        if inner is not None and onto is not None:
            self._record(Call("rename", inner, target=onto))
            self._forget(onto)
        self._real["rename"](source, target)
        self._open = {d: (onto if path == inner and onto else path, flags) for d, (path, flags) in self._open.items()}

    def _unlinks(self, path: str | Path) -> None:
        inner = self._inner(path)
        if inner is not None and os.path.lexists(path):
            self._record(Call("unlink", inner))
            self._forget(inner)
        self._real["unlink"](path)

    def _makes(self, path: str | Path, mode: int = 0o777) -> None:
        inner = self._inner(path)
        if inner is not None and not os.path.lexists(path):
            self._record(Call("mkdir", inner))
        self._real["mkdir"](path, mode)

    def _inner(self, path: str | Path) -> str | None:
        """A path as seen from the root, None for one elsewhere."""
        text = os.fspath(path)
        return text[len(self._root) :] if f"{text}/".startswith(self._root) else None

    def _forget(self, gone: str) -> None:
        """What is written to a file without a name is of no interest."""
        self._open = {descriptor: at for descriptor, at in self._open.items() if at[0] != gone}

    def _record(self, call: Call) -> None:
        if self._dead or self._calls == self.kill_at:
            self._dead = True
            raise Killed
        self._calls += 1
        self.events.append(call)


def _refuse(name: str) -> Callable[..., None]:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError(f"expected a call that the model of a crash knows, got os.{name}")

    return refuse
