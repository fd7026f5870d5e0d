"""System calls of a stopped process, listed and failed by strace, which is attached once the process stands still."""

import os
import re
import signal
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

CHANGING: Final = (
    "write",
    "pwrite64",
    "fsync",
    "fdatasync",
    "ftruncate",
    "truncate",
    "fchmod",
    "rename",
    "renameat",
    "renameat2",
    "unlink",
    "unlinkat",
    "mkdir",
    "mkdirat",
)
LOOKING: Final = (
    "openat",
    "read",
    "pread64",
    "lseek",
    "fstat",
    "newfstatat",
    "statx",
    "stat",
    "lstat",
    "flock",
    "close",
    "getdents64",
)
"""What a writer asks of the system, by what it does to the disk; acknowledgements go by `writev`, which is neither."""

ERRORS: Final = ("EIO", "ENOSPC", "EINTR", "EDQUOT")
_PATIENCE: Final = 60
"""Seconds after which a process that goes on is taken to hang."""
_LINE: Final = re.compile(r"(\w+)\((.*)\) += (-?\d+)")
_LAST_COUNT: Final = re.compile(r"(\d+)(?:, \d+)?$")


class Untraceable(Exception):
    """This machine has no strace, or does not let it attach."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the undisturbed process.

    Attributes:
        name: the system call.
        number: how many calls of this name came before it, and one.
        before: how many calls of each name came before it.
        value: what it returned.
        count: bytes that it was asked to read or write, 0 for others.
    """

    name: str
    number: int
    before: tuple[tuple[str, int], ...]
    value: int
    count: int


@dataclass(frozen=True, slots=True)
class Fault:
    """What is done to the calls of a process, in the words of `strace --inject`."""

    kind: str
    injections: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.kind} ({' '.join(self.injections)})"

    def options(self) -> list[str]:
        """As arguments of strace."""
        return [word for injection in self.injections for word in ("-e", f"inject={injection}")]


def listed(trace: str) -> list[Call]:
    """The calls of an undisturbed process, in order, from what strace wrote."""
    calls: list[Call] = []
    seen: dict[str, int] = {}
    for name, arguments, value in _LINE.findall(trace):
        before = tuple(seen.items())
        seen[name] = seen.get(name, 0) + 1
        asked = _LAST_COUNT.search(arguments) if name in {"read", "pread64", "write", "pwrite64"} else None
        calls.append(Call(name, seen[name], before, int(value), int(asked[1]) if asked else 0))
    return calls


def faults(call: Call) -> Iterator[Fault]:
    """All that is done to one call: errors, once and from there on, death, lies, and a disk that dies there."""
    at = f"{call.name}:%s:when={call.number}"
    for error in ERRORS:
        yield Fault(error, (at % f"error={error}",))
    for error in ("EIO", "ENOSPC"):
        yield Fault(f"{error} from there on", (f"{at % f'error={error}'}+",))
    yield Fault("SIGKILL", (at % "signal=SIGKILL",))
    for value in _lies(call):
        yield Fault("lie", (at % f"retval={value}",))
    if call.name in {"openat", "newfstatat", "statx", "unlink", "rename"}:
        yield Fault("ENOENT", (at % "error=ENOENT",))
    if call.name in CHANGING:
        for error in ("EIO", "ENOSPC", "EROFS"):
            yield Fault(f"dead disk, {error}", _dead_disk(call, error))


def pairs(calls: Sequence[Call]) -> Iterator[Fault]:
    """Two calls that change the disk, both failing, and one that fails before a death."""
    changing = [call for call in calls if call.name in CHANGING]
    for first in changing:
        later = [call for call in changing if call.name != first.name and dict(call.before).get(first.name, 0)]
        for second in later:
            if dict(second.before)[first.name] >= first.number:
                for effect in ("error=EIO", "signal=SIGKILL"):
                    yield Fault(
                        "two faults",
                        (
                            f"{first.name}:error=ENOSPC:when={first.number}",
                            f"{second.name}:{effect}:when={second.number}",
                        ),
                    )


def stopped() -> None:
    """Stands still until it is told to go on; what follows is traced from its first call."""
    os.kill(os.getpid(), signal.SIGSTOP)


def released(process: int, trace: Path, fault: Fault | None = None) -> str:
    """Attaches to a child that has stopped, lets it go on to its end, and returns what strace saw.

    Raises:
        Untraceable: if strace is not there or may not attach; the child is killed then.
        TimeoutError: if the child did not end; it is killed then.
    """
    names = ",".join(f"?{name}" for name in (*CHANGING, *LOOKING))
    command = ["strace", "-p", str(process), "-o", str(trace), "-s", "0", "-e", f"trace={names}"]
    os.waitpid(process, os.WUNTRACED)
    try:
        tracer = subprocess.Popen([*command, *(fault.options() if fault else [])], stderr=subprocess.PIPE)
    except FileNotFoundError:
        os.kill(process, signal.SIGKILL)
        raise Untraceable("no strace") from None
    with tracer:
        said = tracer.stderr.readline() if tracer.stderr else b""
        if not said.strip().endswith(b"attached"):
            os.kill(process, signal.SIGKILL)
            raise Untraceable(said.decode().strip())
        os.kill(process, signal.SIGCONT)
        try:
            tracer.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            os.kill(process, signal.SIGKILL)
            raise TimeoutError(f"no end after {_PATIENCE} s") from None
    return trace.read_text(encoding="utf-8", errors="replace")


def _lies(call: Call) -> Iterator[int]:
    """Values that the call may return without having been made."""
    if call.name in {"write", "pwrite64"}:
        yield from sorted({call.count, call.count - 1, 1, 0} - {-1})
    elif call.name in {"read", "pread64"}:
        yield from sorted({0, 1, call.value, call.count} - {call.count + 1})
    elif call.name == "openat":
        yield 1_000_000
    else:
        yield from sorted({0, max(call.value, 0)})


def _dead_disk(call: Call, error: str) -> tuple[str, ...]:
    """From this call on, nothing that changes the disk succeeds any more."""
    before = dict(call.before)
    return tuple(f"?{name}:error={error}:when={before.get(name, 0) + 1}+" for name in CHANGING)
