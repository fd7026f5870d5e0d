"""All mutants of some modules, each tried against the tests that run its line."""

import gc
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

import pytest

from tools.mutants.children import ELSEWHERE, End, Task, answer, run
from tools.mutants.mutant import Mutant, Source
from tools.mutants.planted import Changed, Functions
from tools.mutants.plugins import OPTIONS, Chosen, FirstFailure, Loop, Steady, Watch, run_items
from tools.mutants.reach import Mentions, Place

Told = Callable[[Mutant, End], None]
"""Told of each mutant, as it ends, how it fared."""
_SPARE: Final = 3
"""Seconds of processor time that a child may take beyond six times what its tests took unchanged."""
_PASSED: Final = 0


class TestsFail(Exception):
    """The tests cannot judge a mutant: they fail for the code as it stands, or there are none."""


@dataclass(frozen=True)
class Watched:
    """What the tests did before anything was changed."""

    seconds: Mapping[str, float]
    """How long each test took."""
    lines: Mapping[tuple[str, int], Sequence[str]] = field(repr=False)
    """The tests that run each line, by file and number."""
    mentions: Mentions = field(repr=False)
    texts: Mapping[str, str] = field(repr=False)
    """What each file of tests holds, by the name under which pytest knows it."""

    def tests(self, mutant: Mutant) -> list[str]:
        """The tests that could notice, fastest first.

        Those that run its lines; where importing does, those that run lines which depend on what it gives or whose
        file names it, or all if none does.
        """
        if mutant.function is None:
            found = self._running(self.mentions.of(mutant.names)) | self._naming(mutant.names) or set(self.seconds)
        else:
            found = self._running((str(mutant.path), line) for line in mutant.lines)
        return sorted(found, key=self.seconds.__getitem__)

    def _running(self, places: Iterable[Place]) -> set[str]:
        return {test for at in places for test in self.lines.get(at, ())}

    def _naming(self, names: Iterable[str]) -> set[str]:
        words = re.compile(rf"\b(?:{'|'.join(map(re.escape, names))})\b")
        files = {file for file, text in self.texts.items() if words.search(text)}
        return {test for test in self.seconds if test.partition("::")[0] in files}

    def limit(self, tests: Sequence[str]) -> int:
        """Seconds of processor time for these tests."""
        return _SPARE + math.ceil(6 * sum(self.seconds[test] for test in tests))


@dataclass(frozen=True)
class Suite:
    """A package and its tests."""

    folder: Path
    """Where its modules lie."""
    package: str
    """The name under which it is imported."""
    tests: tuple[str, ...]
    """Files or folders for pytest, from the folder in use."""


class Trial:
    """Mutants of some sources against one set of tests.

    Args:
        sources: the modules, by path; changed in memory only.
        suite: their package and its tests.
        workers: children at a time.
        told: told of each mutant as it ends.
    """

    def __init__(self, sources: Mapping[Path, Source], suite: Suite, *, workers: int, told: Told) -> None:
        self._sources = sources
        self._texts = {path: path.read_text(encoding="utf-8") for path in suite.folder.rglob("*.py")}
        self._package = suite.package
        self._tests = suite.tests
        self._root = Path.cwd()
        self._workers = workers
        self._told = told

    def run(self, mutants: Sequence[Mutant]) -> list[tuple[Mutant, End]]:
        """Tries mutants of the sources; those of functions first, then those of what is evaluated at import.

        Raises:
            ChildFailed: if the tests fail for the code as it stands; the reason is on standard error.
        """
        watched, ends = answer(lambda: self._in_functions(mutants))
        untried = [number for number, end in enumerate(ends) if end is End.ELSEWHERE]
        tasks = (self._anew(number, mutants[number], watched) for number in untried)
        for number, end in run(tasks, workers=self._workers):
            self._told(mutants[number], end)
            ends[number] = end
        return list(zip(mutants, ends, strict=True))

    def _in_functions(self, mutants: Sequence[Mutant]) -> tuple[Watched, list[End]]:
        """In a process that has collected the tests once: each mutant of a function in a child of it."""
        ends = [End.ELSEWHERE] * len(mutants)
        seen: list[Watched] = []

        def collected(items: list[pytest.Item]) -> None:
            watched = answer(lambda: self._watch(items))
            seen.append(watched)
            tasks = self._in_place(mutants, items, watched)
            for number, end in run(tasks, workers=self._workers):
                if end is not End.ELSEWHERE:
                    self._told(mutants[number], end)
                ends[number] = end

        pytest.main([*OPTIONS, *self._tests], plugins=[Steady(), Loop(collected)])
        if not seen:
            raise TestsFail("expected tests that can be collected")
        return seen[0], ends

    def _watch(self, items: Sequence[pytest.Item]) -> Watched:
        """Runs all tests on the code as it stands.

        Raises:
            TestsFail: if one fails.
        """
        watch = Watch(list(self._texts))
        items[0].config.pluginmanager.register(watch)
        watch.run(items)
        if watch.failed:
            raise TestsFail(f"expected tests that pass, got failures in {', '.join(watch.failed[:3])}")
        files = {item.nodeid.partition("::")[0] for item in items}
        texts = {file: (self._root / file).read_text(encoding="utf-8") for file in files}
        return Watched(watch.seconds, watch.lines(), Mentions(self._texts), texts)

    def _in_place(self, mutants: Sequence[Mutant], items: Sequence[pytest.Item], watched: Watched) -> Iterator[Task]:
        functions = Functions(self._sources)
        gc.collect()
        gc.freeze()  # children share what is there already, unless it is written to
        named = {item.nodeid: item for item in items}

        def work(mutant: Mutant, tests: Sequence[str]) -> int:
            if not functions.plant(mutant, self._sources[mutant.path].code(mutant.number)):
                return ELSEWHERE
            chosen = [named[test] for test in tests]
            if chosen:
                chosen[0].config.pluginmanager.register(FirstFailure(watched.seconds))
            run_items(chosen)
            return _PASSED

        for number, mutant in enumerate(mutants):
            if mutant.function is not None:
                tests = watched.tests(mutant)
                yield Task(number, watched.limit(tests), partial(work, mutant, tests))

    def _anew(self, number: int, mutant: Mutant, watched: Watched) -> Task:
        """A child that imports the changed module, and then collects; what it writes beside it goes with its folder."""
        tests = watched.tests(mutant)
        files = dict.fromkeys(test.partition("::")[0] for test in tests)
        asked = [*OPTIONS, f"--rootdir={self._root}", *(str(self._root / file) for file in files)]

        def work() -> int:
            name = f"{self._package}.{mutant.module}".removesuffix(".__init__")
            Changed(name, self._sources[mutant.path].code(mutant.number)).plant()
            return int(pytest.main(asked, plugins=[Steady(), Chosen(tests), FirstFailure(watched.seconds)]))

        return Task(number, watched.limit(tests), work)
