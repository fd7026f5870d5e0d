"""What pytest is told to do in a child: run some tests, fastest first, and end at the first that fails."""

import os
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from pathlib import Path
from typing import Final

import coverage
import pytest

from tools.mutants.children import STUCK

OPTIONS: Final = ("-q", "-s", "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:faulthandler")
_FAILED: Final = 1
_PATIENCE: Final = 5.0
_SLOWER: Final = 10.0


class Steady:
    """Hypothesis draws the same cases each time, keeps none, and does not look for smaller ones."""

    def pytest_configure(self) -> None:
        """Before the tests are imported, which take the profile in use."""
        from hypothesis import Phase, settings  # noqa: PLC0415 - its own plugin wants to be loaded first

        phases = (Phase.explicit, Phase.generate)
        settings.register_profile("mutants", derandomize=True, database=None, phases=phases, deadline=None)
        settings.load_profile("mutants")


class Loop:
    """Collects as always, then hands the collected tests to `then` instead of running them."""

    def __init__(self, then: Callable[[list[pytest.Item]], None]) -> None:
        self._then = then

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Takes the place of running them all."""
        if session.testsfailed:
            raise session.Interrupted("expected tests that can be collected")
        self._then(session.items)
        return True


def run_items(items: Sequence[pytest.Item]) -> None:
    """Runs tests one after the other, as pytest's own loop does."""
    for item, following in zip(items, [*items[1:], None], strict=True):
        item.ihook.pytest_runtest_protocol(item=item, nextitem=following)


class FirstFailure:
    """Ends the process at the first test that fails, or that does not end.

    Args:
        seconds: what each test took on the code as it stands.
    """

    def __init__(self, seconds: Mapping[str, float]) -> None:
        self._seconds = seconds

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """Gives the test a limit of its own: other work may slow the machine, but not this much."""
        item.add_marker(pytest.mark.timeout(_PATIENCE + _SLOWER * self._seconds[item.nodeid]))
        return (yield)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """A failed setup, call or teardown is a failed test."""
        if report.failed:
            os._exit(STUCK if "Timeout (>" in str(report.longrepr) else _FAILED)


class Chosen:
    """Keeps only some of the collected tests, in a given order."""

    def __init__(self, names: Sequence[str]) -> None:
        self._order = {name: place for place, name in enumerate(names)}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Drops and sorts."""
        items[:] = sorted((item for item in items if item.nodeid in self._order), key=self._rank)

    def _rank(self, item: pytest.Item) -> int:
        return self._order[item.nodeid]


class Watch:
    """Records which lines each test runs and how long it takes.

    Attributes:
        seconds: for each test; those that failed are in `failed`.
    """

    def __init__(self, paths: Sequence[Path]) -> None:
        self._paths = paths
        self._coverage = coverage.Coverage(data_file=None, config_file=False, include=[str(path) for path in paths])
        self.seconds: dict[str, float] = {}
        self.failed: list[str] = []

    def run(self, items: Sequence[pytest.Item]) -> None:
        """Runs tests under watch."""
        self._coverage.start()
        run_items(items)
        self._coverage.stop()

    def lines(self) -> dict[tuple[str, int], list[str]]:
        """The tests that run each line, by file and number."""
        measured = self._coverage.get_data()
        return {
            (str(path), line): [test for test in tests if test]
            for path in self._paths
            for line, tests in measured.contexts_by_lineno(str(path)).items()
        }

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """Sets the name under which lines are recorded."""
        self._coverage.switch_context(item.nodeid)
        began = time.perf_counter()
        try:
            return (yield)
        finally:
            self.seconds[item.nodeid] = time.perf_counter() - began

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Takes note of failures."""
        if report.failed:
            self.failed.append(report.nodeid)
