"""Every system call of a writer fails, lies or is its last, one after another: no promise is broken.

Errors (EIO, ENOSPC, EINTR, EDQUOT; once, and from there on), SIGKILL, a disk that takes nothing any more from there
on, and calls that claim success without having been made. A lie of `fsync`, `flock` or `close` cannot be seen by the
process that is lied to, and not here either, where the kernel lives on: such a lie must only do no harm.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.torture.faults.careless import CARELESS
from tests.torture.faults.play import UNTRACEABLE
from tests.torture.faults.scenes import SCENES
from tests.torture.scale import WHOLE, said
from tests.unmeasured import UNMEASURED

CHECKOUT = Path(__file__).parents[2]
SAMPLE = 2
"""Faults of each scene in a quick run."""
CAUGHT_BY = {
    "ignores-errors": ("append", r"^ENOSPC \(write"),
    "trusts-writes": ("append", r"^lie \(write:retval=\d{3}"),
    "writes-in-place": ("seal", r"^SIGKILL \(write"),
    "moves-at-first-sight": ("neighbours", r"^lie \(read:retval=1:"),
}
"""Scene and faults that show what a careless writer does."""


def play(*arguments: str) -> dict[str, Any]:
    """Plays scenes with their faults; what came of it."""
    command = [sys.executable, "-m", "tests.torture.faults.play", *arguments]
    played = subprocess.run(
        command, cwd=CHECKOUT, env={**os.environ, **UNMEASURED}, capture_output=True, text=True, check=False
    )
    if played.returncode == UNTRACEABLE:
        pytest.skip(f"needs strace that may attach to a process of ours: {played.stderr.strip()}")
    assert played.returncode == 0, played.stderr
    figures: dict[str, Any] = json.loads(played.stdout)
    return figures


@pytest.mark.skipif(WHOLE, reason="the whole is played")
def test_no_fault_of_a_sample_breaks_a_promise() -> None:
    figures = play(*SCENES, "--sample", str(SAMPLE))
    assert figures["violations"] == []
    assert sum(figures["kinds"].values()) == SAMPLE * len(SCENES)
    assert "not reached" not in figures["kinds"]


@pytest.mark.skipif(not WHOLE, reason="takes half an hour and more: make torture")
@pytest.mark.slow
@pytest.mark.timeout(3_600)
@pytest.mark.parametrize("scene", SCENES)
def test_no_fault_of_any_call_breaks_a_promise(scene: str) -> None:
    figures = play(scene, "--pairs")
    count = sum(figures["kinds"].values())
    said(f"{scene}: {count} faults, {len(figures['violations'])} violations; {figures['kinds']}; {figures['ends']}")
    assert figures["violations"] == []
    assert "not reached" not in figures["kinds"]
    assert count > 100


@pytest.mark.parametrize("writer", CARELESS)
def test_a_careless_writer_is_caught(writer: str) -> None:
    scene, only = CAUGHT_BY[writer]
    figures = play(scene, "--writer", writer, "--only", only)
    assert figures["violations"] != []
