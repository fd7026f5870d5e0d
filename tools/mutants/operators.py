"""The changes: each operator gives, for one place in the code, what would be put there instead."""

import ast
from collections.abc import Callable, Iterator
from typing import Final

from tools.mutants.sites import MESSAGES, Site, Slot, called

Edit = tuple[Slot, object]
"""A place and what is put there."""
Edits = Iterator[Edit]

_COMPARISONS: Final[dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]]] = {
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
_ARITHMETIC: Final[dict[type[ast.operator], type[ast.operator]]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.Pow: ast.Mult,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.BitXor: ast.BitAnd,
}


def comparison(site: Site) -> Edits:
    """`<` to `<=` and `>=`, `==` to `!=`, `in` to `not in`, `is` to `is not`, and back."""
    if isinstance(site.node, ast.Compare):
        for index, operator in enumerate(site.node.ops):
            for other in _COMPARISONS[type(operator)]:
                yield Slot(site.node, "ops", index), other()


def arithmetic(site: Site) -> Edits:
    """`+` to `-`, `<<` to `>>`, `&` to `|`, `//` to `*`, and back, assigned or not; a flag of `a | b` left out."""
    node = site.node
    if not isinstance(node, ast.BinOp | ast.AugAssign):
        return
    yield Slot(node, "op"), _ARITHMETIC[type(node.op)]()
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        yield site.slot, node.left
        if not (isinstance(node.left, ast.BinOp) and isinstance(node.left.op, ast.BitOr)):
            yield site.slot, node.right


def boolean(site: Site) -> Edits:
    """`and` to `or` and back, an operand left out, a `not` left out, a plain condition negated."""
    node = site.node
    if isinstance(node, ast.BoolOp):
        yield Slot(node, "op"), ast.Or() if isinstance(node.op, ast.And) else ast.And()
        for index in range(len(node.values)):
            rest = [value for at, value in enumerate(node.values) if at != index]
            yield site.slot, rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)
    elif isinstance(node, ast.UnaryOp):
        yield site.slot, node.operand
    elif _is_condition(site) and isinstance(node, ast.expr) and not isinstance(node, ast.Compare | ast.Constant):
        yield site.slot, ast.UnaryOp(ast.Not(), node)


def constant(site: Site) -> Edits:
    """A number one more, a truth value turned, a text or bytes with something before them."""
    if not isinstance(site.node, ast.Constant):
        return
    value = site.node.value
    if isinstance(value, bool):
        yield site.slot, ast.Constant(not value)
    elif isinstance(value, int):
        yield site.slot, ast.Constant(value + 1)
    elif isinstance(value, str):
        yield site.slot, ast.Constant(f"XX{value}")
    elif isinstance(value, bytes):
        yield site.slot, ast.Constant(b"XX" + value)


def returned(site: Site) -> Edits:
    """What a function returns or yields: nothing instead; both truth values from one that returns `bool`."""
    node = site.node
    if not isinstance(node, ast.Return | ast.Yield) or node.value is None:
        return
    if isinstance(site.innermost, ast.FunctionDef) and ast.unparse(site.innermost.returns or node) == "bool":
        if not isinstance(node.value, ast.Constant):
            yield from ((Slot(node, "value"), ast.Constant(truth)) for truth in (True, False))
    elif not (isinstance(node.value, ast.Constant) and node.value.value is None):
        yield Slot(node, "value"), ast.Constant(None)


def exceptions(site: Site) -> Edits:
    """Another error raised; an `except` that catches nothing, or one type less."""
    node = site.node
    if isinstance(node, ast.Raise) and node.exc:
        yield Slot(node, "exc"), ast.Name("RuntimeError", ast.Load())
    elif isinstance(node, ast.ExceptHandler) and isinstance(node.type, ast.Tuple):
        for index in range(len(node.type.elts)):
            rest = [kind for at, kind in enumerate(node.type.elts) if at != index]
            yield Slot(node, "type"), ast.Tuple(rest, ast.Load())
    elif isinstance(node, ast.ExceptHandler):
        yield Slot(node, "type"), ast.Tuple([], ast.Load())


def statement(site: Site) -> Edits:
    """A statement left out, a name bound to nothing, a loop that never turns, a `with` without its context."""
    node = site.node
    if isinstance(node, ast.Expr | ast.Raise | ast.AugAssign | ast.Delete):
        yield site.slot, ast.Pass()
    elif isinstance(node, ast.Assign | ast.AnnAssign) and site.function:
        yield from _assignment(site, node)
    elif isinstance(node, ast.For | ast.comprehension):
        yield Slot(node, "iter"), ast.Tuple([], ast.Load())
    elif isinstance(node, ast.While):
        yield Slot(node, "test"), ast.Constant(value=False)
    elif isinstance(node, ast.With) and not any(item.optional_vars for item in node.items):
        yield site.slot, ast.If(ast.Constant(value=True), node.body, [])
    elif isinstance(node, ast.Break | ast.Continue):
        yield site.slot, ast.Continue() if isinstance(node, ast.Break) else ast.Break()


def _assignment(site: Site, node: ast.Assign | ast.AnnAssign) -> Edits:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    if isinstance(targets[0], ast.Attribute | ast.Subscript):
        yield site.slot, ast.Pass()
    elif isinstance(targets[0], ast.Name) and not (isinstance(node.value, ast.Constant) and node.value.value is None):
        yield Slot(node, "value"), ast.Constant(None)


def argument(site: Site) -> Edits:
    """A call without one of its keywords, or without its last argument by place; not of the words of a message."""
    node = site.node
    if not isinstance(node, ast.Call):
        return
    for index, keyword in enumerate(node.keywords):
        if keyword.arg != "hint":
            yield Slot(node, "keywords"), [other for at, other in enumerate(node.keywords) if at != index]
    if node.args and called(node) not in MESSAGES and not isinstance(site.slot.holder, ast.Raise):
        yield Slot(node, "args"), node.args[:-1]


def bounds(site: Site) -> Edits:
    """A slice without its beginning or its end."""
    if isinstance(site.node, ast.Slice):
        yield from ((Slot(site.node, end), None) for end in ("lower", "upper") if getattr(site.node, end))


def _is_condition(site: Site) -> bool:
    holder, field = site.slot.holder, site.slot.field
    return field == "test" or (isinstance(holder, ast.comprehension) and field == "ifs")


OPERATORS: Final[tuple[Callable[[Site], Edits], ...]] = (
    comparison,
    arithmetic,
    boolean,
    constant,
    returned,
    exceptions,
    statement,
    argument,
    bounds,
)
"""All of them, in the order in which they are tried at one place."""
