"""One change of one module: what it is called, which lines it touches, and the module's code with it."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import CodeType
from typing import Final

from tools.mutants.operators import OPERATORS, Edit
from tools.mutants.reach import given
from tools.mutants.sites import Site, header, sites

_AROUND: Final = 5
"""Words of the line to quote on each side of a change."""


@dataclass(frozen=True)
class Mutant:
    """A change, as a value: `path` and `number` are enough to make it again."""

    path: Path
    module: str
    """The module's name in its package."""
    number: int
    operator: str
    where: str
    """Qualified name of the function or class it stands in; empty at the top of the module."""
    function: tuple[str, int] | None
    """Name and first line of the outermost function, as its code has them; None for what importing evaluates."""
    names: frozenset[str]
    """Where importing evaluates it: what it gives to other code."""
    lines: range
    """Lines of the statement around it, without the statements that it holds."""
    change: str
    """The line with `{before → after}` in it."""

    def __str__(self) -> str:
        return f"{self.module} {self.where or 'module'}: {self.change}"


class Source:
    """A module's text, from which its mutants are made.

    Args:
        path: its file.
        module: its name in its package, `outside.tag`.
        text: what the file holds.
    """

    def __init__(self, path: Path, module: str, text: str) -> None:
        self.path = path
        self._module = module
        self._tree = ast.parse(text)
        self._edits: list[Edit] = []
        self.mutants = list(self._make())

    def code(self, number: int) -> CodeType:
        """The whole module's code with one change."""
        place, value = self._edits[number]
        before = place.put(value)
        try:
            return compile(ast.fix_missing_locations(self._tree), str(self.path), "exec", dont_inherit=True)
        finally:
            place.put(before)

    def _make(self) -> Iterator[Mutant]:
        for site in list(sites(self._tree)):
            for operator in OPERATORS:
                for edit in operator(site):
                    number = len(self._edits)
                    self._edits.append(edit)
                    yield self._mutant(number, operator.__name__, site, edit)

    def _mutant(self, number: int, operator: str, site: Site, edit: Edit) -> Mutant:
        return Mutant(
            path=self.path,
            module=self._module,
            number=number,
            operator=operator,
            where=site.where,
            function=_code_name(site),
            names=given(site.statement) | {site.where.rpartition(".")[2]} - {""},
            lines=_lines(site.statement),
            change=_change(site, edit),
        )


def _code_name(site: Site) -> tuple[str, int] | None:
    function = site.function
    if not isinstance(function, ast.FunctionDef):
        return None
    return site.where, min([function.lineno, *(decorator.lineno for decorator in function.decorator_list)])


def _lines(statement: ast.AST) -> range:
    """A statement's own lines: up to the first statement that it holds."""
    first, last = statement.lineno, statement.end_lineno or statement.lineno  # type: ignore[attr-defined]  # statements have places
    held = [inner.lineno for inner in ast.walk(statement) if isinstance(inner, ast.stmt) and inner is not statement]
    return range(first, min([last + 1, *held]) if held else last + 1)


def _change(site: Site, edit: Edit) -> str:
    """The statement's line, with what is changed and what stands there instead."""
    place, value = edit
    before = header(site.statement)
    if place.holder is not site.statement and place == site.slot and site.node is site.statement:
        after = header(value) if isinstance(value, ast.AST) else ""
    else:
        kept = place.put(value)
        after = header(site.statement)
        place.put(kept)
    return _difference(before.split(" "), after.split(" "))


def _difference(before: list[str], after: list[str]) -> str:
    start = _alike(before, after)
    end = _alike(before[start:][::-1], after[start:][::-1])
    old, new = (" ".join(words[start : len(words) - end]) for words in (before, after))
    left, right = before[max(0, start - _AROUND) : start], before[len(before) - end :][:_AROUND]
    return " ".join([*left, f"{{{old} → {new}}}", *right])


def _alike(one: list[str], other: list[str]) -> int:
    """How many words both begin with."""
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
