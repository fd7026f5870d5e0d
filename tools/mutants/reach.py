"""What depends on something that is evaluated at import: the lines that mention the names it gives."""

import ast
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

Place = tuple[str, int]
"""A file and a line of it."""


def given(statement: ast.AST) -> frozenset[str]:
    """The names that a statement at the top of a module or class gives to other code."""
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return frozenset({statement.name})
    if isinstance(statement, ast.Assign):
        return frozenset(name for target in statement.targets for name in _names(target))
    return frozenset(_names(statement.target)) if isinstance(statement, ast.AnnAssign) else frozenset()


class Mentions:
    """Where names are mentioned in the functions of some modules.

    A name that is mentioned at the top of a module reaches wherever the names given there are mentioned.

    Args:
        texts: the modules, by file.
    """

    def __init__(self, texts: Mapping[Path, str]) -> None:
        self._places: dict[str, set[Place]] = {}
        self._reached: dict[str, set[str]] = {}
        for path, text in texts.items():
            self._take(str(path), ast.parse(text).body)

    def of(self, names: Iterable[str]) -> set[Place]:
        """The lines in functions that depend on any of the names."""
        reached: set[str] = set()
        waiting = list(names)
        while waiting:
            name = waiting.pop()
            if name not in reached:
                reached.add(name)
                waiting += self._reached.get(name, ())
        return {place for name in reached for place in self._places.get(name, ())}

    def _take(self, path: str, statements: Iterable[ast.stmt]) -> None:
        for statement in statements:
            if isinstance(statement, ast.ClassDef):
                self._take(path, statement.body)
            elif isinstance(statement, ast.FunctionDef):
                for name, line in _mentions(statement):
                    self._places.setdefault(name, set()).add((path, line))
            elif not isinstance(statement, ast.Import | ast.ImportFrom):
                for name, _ in _mentions(statement):
                    self._reached.setdefault(name, set()).update(given(statement))


def _mentions(node: ast.AST) -> Iterator[tuple[str, int]]:
    for inner in ast.walk(node):
        if isinstance(inner, ast.Name | ast.Attribute):
            yield inner.id if isinstance(inner, ast.Name) else inner.attr, inner.lineno


def _names(target: ast.AST) -> Iterator[str]:
    return (inner.id for inner in ast.walk(target) if isinstance(inner, ast.Name))
