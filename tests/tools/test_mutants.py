"""Mutation testing: the changes it makes, and that it tells a test that notices from one that does not."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unmeasured import UNMEASURED
from tools.mutants.children import ELSEWHERE, End, Task, run
from tools.mutants.mutant import Source
from tools.mutants.reach import Mentions
from tools.mutants.survivors import listed, outdated, unlisted

MODULE = '''"""Words of the module."""

from typing import Final

LIMIT: Final = 3


class Gate:
    """Opens for small numbers."""

    def admits(self, number: int) -> bool:
        """Is the number small?"""
        return 0 <= number < LIMIT

    def take(self, number: int) -> int:
        """The number, if it is small."""
        if not self.admits(number):
            raise ValueError(f"expected a number below {LIMIT}, got {number}")
        return number + 1
'''


def changes(text: str) -> list[str]:
    return [str(mutant).partition(": ")[2] for mutant in Source(Path("gate.py"), "gate", text).mutants]


def changed(line: str) -> set[str]:
    """What one line inside a function is changed to."""
    return set(changes(f"def f(a, b):\n    {line}\n"))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("return a < b", {"return a {< → <=} b", "return a {< → >=} b", "return {a < b → None}"}),
        ("a += 1", {"a {+= → -=} 1", "a += {1 → 2}", "{a += 1 → pass}"}),
        ("a = b", {"a = {b → None}"}),
        ("a.b = b", {"{a.b = b → pass}"}),
        ("f(a, b=b)", {"{f(a, b=b) → pass}", "{f(a, b=b) → f(b=b)}", "{f(a, b=b) → f(a)}"}),
        ("raise KeyError(a)", {"raise {KeyError(a) → RuntimeError}", "{raise KeyError(a) → pass}"}),
        ("return a[b:]", {"return {a[b:] → a[:]}", "return {a[b:] → None}"}),
        ("return b'x'", {"return {b'x' → b'XXx'}", "return {b'x' → None}"}),
        ("return f'{a}+'", {"return {f'{a}+' → f'{a}XX+'}", "return {f'{a}+' → None}"}),
        ("assert a", {"assert { → not} a"}),
        ("assert not a", {"assert {not → } a"}),
        ("a = b | c", {"a = {b | c → None}", "a = b {| → &} c", "a = {b | → } c", "a = b {| c → }"}),
        ("a = b and c", {"a = {b and c → None}", "a = b {and → or} c", "a = {b and → } c", "a = b {and c → }"}),
    ],
)
def test_a_line_is_changed_by_every_operator_that_fits(line: str, expected: set[str]) -> None:
    assert changed(line) == expected


def test_blocks_lose_their_context_their_turns_and_their_catch() -> None:
    text = """
def f(a):
    with a:
        for b in a:
            try:
                b()
            except (KeyError, ValueError):
                break
"""
    assert {
        "{with a: → if True:}",
        "for b in {a: → ():}",
        "except {(KeyError, ValueError): → (ValueError,):}",
        "except {(KeyError, ValueError): → (KeyError,):}",
        "{b() → pass}",
        "{break → continue}",
    } <= set(changes(text))


def test_words_for_people_types_and_docstrings_are_left_alone() -> None:
    text = '''"""Words."""
import os
__all__ = ["f"]
def f(a: "int" = 1) -> "str":
    """More words."""
    raise KeyError(f"expected {a}", a[:80], "words") from None
'''
    assert [change for change in changes(text) if "XX" in change or "81" in change] == []
    assert len(changes(text)) == 3


def test_every_change_compiles_and_leaves_no_trace_in_the_next() -> None:
    source = Source(Path("gate.py"), "gate", MODULE)
    for mutant in source.mutants:
        source.code(mutant.number)
    again = Source(Path("gate.py"), "gate", MODULE)
    assert [str(mutant) for mutant in again.mutants] == [str(mutant) for mutant in source.mutants]
    assert len({str(mutant) for mutant in source.mutants}) == len(source.mutants) > 10


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_children_are_told_apart_by_how_they_end() -> None:
    def spin() -> int:
        while True:
            pass

    works = [lambda: 0, lambda: 1, lambda: ELSEWHERE, spin, lambda: 1 // 0]
    ends = dict(run([Task(number, 1, work) for number, work in enumerate(works)], workers=2))
    expected = [End.SURVIVED, End.KILLED, End.ELSEWHERE, End.TIMED_OUT, End.KILLED]
    assert [ends[number] for number in range(5)] == expected


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A project of one module with the tool, whose tests look at one of two limits only."""
    tools = Path(__file__).resolve().parents[2] / "tools" / "mutants"
    shutil.copytree(tools, tmp_path / "tools" / "mutants", ignore=shutil.ignore_patterns("__pycache__", "*.toml"))
    (tmp_path / "tools" / "mutants" / "survivors.toml").touch()
    package = tmp_path / "harvest" / "ledger"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package.parent / "__init__.py").touch()
    (package / "gate.py").write_text(MODULE)
    (tmp_path / "tests" / "ledger").mkdir(parents=True)
    (tmp_path / "pyproject.toml").write_text(
        '[tool.pytest.ini_options]\naddopts = ["--import-mode=importlib"]\npythonpath = ["."]\n'
    )
    return tmp_path


def tried(checkout: Path, tests: str) -> tuple[int, str]:
    (checkout / "tests" / "ledger" / "test_gate.py").write_text(tests)
    environment = {**os.environ, **UNMEASURED, "PYTHONPATH": str(checkout)}
    command = [sys.executable, "-m", "tools.mutants", "--workers", "2"]
    ended = subprocess.run(command, cwd=checkout, env=environment, capture_output=True, text=True, check=False)
    return ended.returncode, ended.stdout + ended.stderr


THOROUGH = """
import pytest
from harvest.ledger.gate import Gate

@pytest.mark.parametrize(("number", "small"), [(-1, False), (0, True), (1, True), (2, True), (3, False), (4, False)])
def test_small(number, small):
    assert Gate().admits(number) is small

def test_taken():
    assert Gate().take(2) == 3
    assert Gate().take(0) == 1
    with pytest.raises(ValueError):
        Gate().take(3)
"""


def test_tests_that_look_closely_kill_every_mutant(checkout: Path) -> None:
    status, said = tried(checkout, THOROUGH)
    assert (status, "survived gate" in said) == (0, False), said
    number = len(Source(Path("gate.py"), "gate", MODULE).mutants)
    assert f"gate{number:>16}{number:>8}" in said
    assert f"{number} killed of {number} tried; 0 listed and not tried again" in said


def test_tests_that_look_away_let_mutants_survive_and_each_must_be_listed(checkout: Path) -> None:
    status, said = tried(checkout, THOROUGH.replace("(3, False), ", "").replace("take(3)", "take(5)"))
    survivor = "gate Gate.admits: return 0 <= number {< → <=} LIMIT"
    assert status == 1
    assert f"survived, not in survivors.toml: {survivor}" in said
    assert "survived, not in survivors.toml: gate module: LIMIT: Final = {3 → 4}" in said


def test_what_a_changed_module_makes_the_tests_write_is_not_left_in_the_checkout(checkout: Path) -> None:
    writing = """
from pathlib import Path
from harvest.ledger.gate import LIMIT

def test_limit():
    if LIMIT != 3:
        Path("left").touch()
    assert LIMIT == 3
"""
    _, said = tried(checkout, writing)
    assert "survived gate module" not in said
    assert not (checkout / "left").exists()


def test_tests_that_fail_judge_nothing(checkout: Path) -> None:
    status, said = tried(checkout, "def test_wrong():\n    assert False\n")
    assert status == 1
    assert "expected tests that pass, got failures in tests/ledger/test_gate.py::test_wrong" in said


def test_a_survivor_is_listed_once_with_its_reason(tmp_path: Path) -> None:
    path = tmp_path / "survivors.toml"
    path.write_text('[[reason]]\nwhy = "speed only"\nmutants = ["gate f: a", "gate f: b", "wall g: c"]\n')
    reasons = listed(path)
    assert set(reasons.values()) == {"speed only"}
    assert unlisted(["gate f: a", "gate f: d", "gate f: d"], reasons) == ["gate f: d"]
    assert outdated(["gate f: a"], {"gate"}, reasons) == ["gate f: b"]
    path.write_text('[[reason]]\nwhy = "one"\nmutants = ["a", "a"]\n')
    with pytest.raises(ValueError, match="expected each survivor once"):
        listed(path)


def test_what_is_evaluated_at_import_reaches_whatever_mentions_it_in_turn() -> None:
    texts = {
        Path("a.py"): "LIMIT = 3\nMORE = LIMIT + 1\nclass A:\n    size = 1\n    def f(self):\n        return MORE\n",
        Path("b.py"): "from a import A, LIMIT\ndef g(x):\n    y = x\n    return x.size < LIMIT\n",
    }
    mentions = Mentions(texts)
    assert mentions.of({"LIMIT"}) == {("a.py", 6), ("b.py", 4)}
    assert mentions.of({"MORE"}) == {("a.py", 6)}
    assert mentions.of({"size"}) == {("b.py", 4)}
    assert mentions.of({"other"}) == set()
    given = [mutant.names for mutant in Source(Path("a.py"), "a", texts[Path("a.py")]).mutants if not mutant.function]
    assert set(given) == {frozenset({"LIMIT"}), frozenset({"MORE"}), frozenset({"size", "A"})}
