"""Where a module may be changed: each node that behaviour depends on, with what surrounds it."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

MESSAGES: Final = frozenset({"Divergence", "__init__", "add_note", "diverges", "write_failed"})
"""Calls whose text arguments are for people, beside whatever is raised; an error's `__init__` among them."""
_TYPES_ONLY: Final = frozenset({"annotation", "returns", "decorator_list"})
_HELD: Final = frozenset({"body", "orelse", "finalbody", "handlers"})


@dataclass(frozen=True)
class Slot:
    """The place of a node in its parent: a field, and the index in it where the field is a list."""

    holder: ast.AST
    field: str
    index: int | None = None

    def put(self, value: object) -> object:
        """Puts a value here; returns the one that was."""
        held = getattr(self.holder, self.field)
        if self.index is None:
            setattr(self.holder, self.field, value)
            return held
        before, held[self.index] = held[self.index], value
        return before


@dataclass(frozen=True)
class Site:
    """A node, its place, and what surrounds it."""

    node: ast.AST
    slot: Slot
    statement: ast.AST
    """The statement (or `except` clause) that it stands in; the node itself where it is one."""
    where: str = ""
    """Qualified name of the outermost function around it, or of the class; empty at the top of a module."""
    function: ast.AST | None = None
    """That outermost function; None where the node is evaluated when the module is imported."""
    innermost: ast.AST | None = None
    """The function that its `return` would leave."""
    message: bool = False
    """It stands in the text of an error."""


def sites(tree: ast.Module) -> Iterator[Site]:
    """All nodes of a module that may be changed, in order."""
    for index, statement in enumerate(tree.body):
        yield from _within(Site(statement, Slot(tree, "body", index), statement))


def _within(site: Site) -> Iterator[Site]:
    if _left_out(site):
        return
    yield site
    for field, index, child in _children(site.node):
        yield from _within(_inner(site, field, index, child))


def _inner(site: Site, field: str, index: int | None, child: ast.AST) -> Site:
    """The site of a child."""
    node = site.node
    inner = replace(site, node=child, slot=Slot(node, field, index), message=site.message or _says(node, field))
    if isinstance(child, ast.stmt | ast.ExceptHandler):
        inner = replace(inner, statement=child)
    if isinstance(node, ast.ClassDef | ast.FunctionDef) and site.function is None and field == "body":
        inner = replace(inner, where=f"{site.where}.{node.name}".lstrip("."))
    if isinstance(node, ast.FunctionDef | ast.Lambda) and field == "body":
        inner = replace(inner, innermost=node)
        if isinstance(node, ast.FunctionDef):
            inner = replace(inner, function=site.function or node)
    return inner


def _children(node: ast.AST) -> Iterator[tuple[str, int | None, ast.AST]]:
    for field, value in ast.iter_fields(node):
        if field in _TYPES_ONLY:
            continue
        if isinstance(value, ast.AST):
            yield field, None, value
        elif isinstance(value, list):
            yield from ((field, index, child) for index, child in enumerate(value) if isinstance(child, ast.AST))


def _left_out(site: Site) -> bool:
    """Does nothing that a test could see depend on this node?"""
    node = site.node
    if isinstance(node, ast.Import | ast.ImportFrom | ast.expr_context):
        return True
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)
    if isinstance(node, ast.If):
        return isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
    if isinstance(node, ast.Assign):
        return isinstance(node.targets[0], ast.Name) and node.targets[0].id == "__all__"
    if isinstance(node, ast.AnnAssign):
        return isinstance(node.annotation, ast.Name) and node.annotation.id == "TypeAlias"
    return (site.message and _is_text(node)) or _is_cause(site)


def _is_text(node: ast.AST) -> bool:
    """Words, or where they are cut."""
    if isinstance(node, ast.Subscript):
        return isinstance(node.slice, ast.Slice)
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def _is_cause(site: Site) -> bool:
    return isinstance(site.slot.holder, ast.Raise) and site.slot.field == "cause"


def _says(node: ast.AST, field: str) -> bool:
    """Is what stands in this field of the node meant for people?"""
    if isinstance(node, ast.Raise):
        return field == "exc"
    if isinstance(node, ast.keyword):
        return node.arg == "hint"
    return isinstance(node, ast.Call) and called(node) in MESSAGES


def called(call: ast.Call) -> str:
    """The name of what is called, without what it belongs to."""
    return ast.unparse(call.func).rpartition(".")[2]


def header(statement: ast.AST) -> str:
    """A statement on one line, without the statements that it holds."""
    bare = type(statement)(**{name: [] if name in _HELD else value for name, value in ast.iter_fields(statement)})
    if isinstance(bare, ast.FunctionDef | ast.ClassDef):
        bare.decorator_list = []
    return " ".join(ast.unparse(ast.fix_missing_locations(bare)).split())
