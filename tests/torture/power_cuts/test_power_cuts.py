"""Power is cut while a writer writes to a real file system: nothing acknowledged is lost.

The file system lies in an image behind a loop device. A cut is a copy of the image at one moment, taken while the
writer is stopped, most often in the middle of a sync. The copy is mounted, which replays the journal, and recovered.
It shows what the file system had handed to its disk by then, and so the order in which it does so. It does not show
a disk that loses or reorders what it was handed and not yet asked to flush, nor sectors written in part, nor a kernel
that dies: for these there is the model in `tests/torture/crash_states`.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.torture.power_cuts import images
from tests.torture.power_cuts.cutting import Figures
from tests.torture.scale import said, scaled

CHECKOUT = Path(__file__).parents[3]


def needs(kind: str) -> pytest.MarkDecorator:
    lacking = images.missing(kind)
    return pytest.mark.skipif(bool(lacking), reason=f"cutting the power of {kind} needs {lacking}")


KINDS = [pytest.param(kind, marks=needs(kind)) for kind in images.SIZES]


def cuts(kind: str, number: int, *wrong: str) -> Figures:
    """Figures of so many cuts, made where no mount is seen by anybody else."""
    command = ["unshare", "--mount", sys.executable, "-m", "tests.torture.power_cuts.cutting", kind, str(number)]
    done = subprocess.run([*command, *wrong], cwd=CHECKOUT, stdout=subprocess.PIPE, check=True)
    return Figures(**json.loads(done.stdout))


@pytest.mark.parametrize("kind", KINDS)
def test_no_power_cut_loses_what_was_acknowledged(kind: str) -> None:
    number = scaled(3 if kind == "ext4" else 1, 360)
    figures = cuts(kind, number)
    said(f"power cuts on {kind}: {figures}")
    assert figures.lost == []
    assert figures.false == []
    assert figures.cuts == number


@pytest.mark.parametrize("kind", KINDS[:1])
def test_a_writer_that_does_not_sync_is_caught(kind: str) -> None:
    figures = cuts(kind, scaled(3, 20), "unsynced")
    said(f"power cuts on {kind} of a writer that does not sync: {figures}")
    assert figures.lost
