"""Thousands of records, and runs that are stopped over and over: nothing lost, nothing twice, the chain whole."""

import signal
import subprocess
import sys
import time
from pathlib import Path
from random import Random

import pytest

from tests.crawl.trial import CHECKOUT, Trial
from tests.servers.eutils import EutilsServer
from tests.soak.comparison import differences
from tests.soak.conftest import patients

pytestmark = [pytest.mark.slow, pytest.mark.recorded, pytest.mark.timeout(3_600)]

KILLS = 50
TERMS = 10
AT_LEAST = 5_000
START_UP = 3.0
"""Seconds within which a run has surely begun: a stop at any moment before it wrote a line is one of the moments."""
INTERRUPTED = 2


@pytest.fixture(scope="module")
def undisturbed(real_records: EutilsServer, tmp_path_factory: pytest.TempPathFactory) -> Trial:
    trial = patients(tmp_path_factory.mktemp("undisturbed"), real_records)
    done = trial.crawl()
    assert done.code == 0, done.said
    assert trial.account()["found"] >= AT_LEAST
    return trial


def lines(trial: Trial) -> int:
    return trial.ledger.read_bytes().count(b"\n") if trial.ledger.exists() else 0


def wait_for(trial: Trial, run: subprocess.Popen[str], count: int) -> None:
    while run.poll() is None and lines(trial) < count:
        time.sleep(0.02)


def moments(seed: int, count: int, total: int) -> list[tuple[int, float]]:
    """When to stop each run: at so many lines in the ledger, over its length, and so many seconds later.

    The last quarter is left to the seconds, so that no run is through before its moment.
    """
    draw = Random(seed)
    wanted = sorted(draw.randrange(total * 3 // 4) for _ in range(count))
    return [(lines, draw.uniform(0, START_UP)) for lines in wanted]


def stopped(trial: Trial, with_signal: signal.Signals, moment: tuple[int, float]) -> int:
    """Start a run and stop it at its moment; what it exited with, by itself if it ended before."""
    wanted, later = moment
    run = trial.start()
    wait_for(trial, run, wanted)
    time.sleep(later)
    run.send_signal(with_signal)
    run.communicate(timeout=120)
    return run.returncode


def both_verdicts(trial: Trial) -> tuple[int, int]:
    """What the two verifiers exit with."""
    command = [sys.executable, "tools/verify_ledger.py", str(trial.ledger), "--state", str(trial.folder / "state")]
    return trial.verify(), subprocess.run(command, cwd=CHECKOUT, check=False, capture_output=True).returncode


def test_fifty_kills_lose_nothing_and_write_nothing_twice(
    tmp_path: Path, real: EutilsServer, undisturbed: Trial, capsys: pytest.CaptureFixture[str]
) -> None:
    trial = patients(tmp_path, real)
    acknowledged, torn = b"", 0
    for kills, moment in enumerate(moments(1, KILLS, lines(undisturbed)), 1):
        assert stopped(trial, signal.SIGKILL, moment) == -signal.SIGKILL
        stored = trial.ledger.read_bytes() if trial.ledger.exists() else b""
        assert stored.startswith(acknowledged), f"kill {kills} lost a line"
        torn += not stored.endswith(b"\n")
        acknowledged = stored[: stored.rfind(b"\n") + 1]
    done = trial.crawl()
    assert done.code == 0, done.said
    assert trial.ledger.read_bytes().startswith(acknowledged)
    assert differences(trial.ledger, undisturbed.ledger) == []
    assert both_verdicts(trial) == (INTERRUPTED, INTERRUPTED)
    counts = trial.counts()
    with capsys.disabled():
        print(f"\n{KILLS} kills, {torn} torn lines, {dict(counts)}")  # noqa: T201 - the figures are asked for


def test_ten_terminations_each_close_the_books(
    tmp_path: Path, real: EutilsServer, undisturbed: Trial, capsys: pytest.CaptureFixture[str]
) -> None:
    trial = patients(tmp_path, real)
    codes = []
    for wanted, later in moments(2, TERMS, lines(undisturbed)):
        codes.append(stopped(trial, signal.SIGTERM, (max(wanted, lines(trial) + 1), later)))
        assert codes[-1] == INTERRUPTED
        assert trial.account()["outcome"] == "partial"
        assert both_verdicts(trial) == (0, 0)
    done = trial.crawl()
    assert done.code == 0, done.said
    assert differences(trial.ledger, undisturbed.ledger) == []
    with capsys.disabled():
        print(f"\n{codes.count(INTERRUPTED)} of {len(codes)} terminations, {dict(trial.counts())}")  # noqa: T201 - as above
