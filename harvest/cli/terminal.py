"""Writing for people and programs: what comes from outside is never obeyed by a terminal."""

import json
import sys
from collections.abc import Iterable, Sequence
from typing import Any, BinaryIO, Final, TextIO

import typer

from harvest.errors import UsageError

NARROW: Final = 30
"""Columns of a terminal that a title gets at least."""


def plain(text: str) -> str:
    """The text on one line: any white space as a blank, whatever a terminal might obey or hide as an escape."""
    return "".join(" " if char.isspace() else char if char.isprintable() else _escaped(char) for char in text)


def lines(text: str) -> str:
    """The same for a text whose line breaks and tabs are to stay."""
    return "".join(char if char.isprintable() or char in "\n\t" else _escaped(char) for char in text)


def say(line: str = "") -> None:
    """One line on standard output."""
    typer.echo(line)


def hand_over(raw: bytes) -> None:
    """Bytes on standard output as they are; on a terminal their text, of which it obeys nothing."""
    if sys.stdout.isatty():
        typer.echo(lines(raw.decode(errors="replace")), nl=False)
    else:
        sys.stdout.buffer.write(raw)


def advise(line: str) -> None:
    """One line on standard error: advice, progress, what is not part of the answer."""
    typer.echo(line, err=True)


def standard_input(what: str) -> BinaryIO:
    """Standard input, as bytes; a person at a terminal is told `what` is waited for.

    Raises:
        UsageError: it is closed.
    """
    stream: TextIO | None = sys.stdin
    if stream is None:
        raise UsageError(f"expected {what}, on standard input, got it closed")
    if stream.isatty():
        advise(f"harvest: reading {what}, from the terminal; Ctrl-D ends")
    return stream.buffer


def as_json(value: Any) -> None:
    """One JSON object on standard output; readable letters stay, what a terminal might obey is escaped."""
    said = json.dumps(value, ensure_ascii=False, indent=2, default=str)
    say("".join(char if char.isprintable() or char == "\n" else json.dumps(char)[1:-1] for char in said))


def table(head: Sequence[str], rows: Iterable[Sequence[object]], *, numbers: frozenset[str] = frozenset()) -> None:
    """A table: drawn on a terminal, columns of plain text elsewhere.

    Columns named in `numbers` stand to the right; on a terminal a `title` is cut at the edge.
    """
    cells = [[plain(str(cell)) for cell in row] for row in rows]
    if sys.stdout.isatty():
        _draw(head, cells, numbers)
        return
    widths = [max(map(len, column)) for column in zip(head, *cells, strict=True)]
    for row in (head, *cells):
        columns = zip(head, row, widths, strict=True)
        said = [cell.rjust(width) if name in numbers else cell.ljust(width) for name, cell, width in columns]
        say("  ".join(said).rstrip())


def _draw(head: Sequence[str], cells: Iterable[Sequence[str]], numbers: frozenset[str]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    drawn = Table(box=None, pad_edge=False, expand="title" in head)
    for name in head:
        if name == "title":
            drawn.add_column(name, no_wrap=True, overflow="ellipsis", min_width=NARROW, ratio=1)
        else:
            drawn.add_column(name, justify="right" if name in numbers else "left", overflow="fold")
    for row in cells:
        drawn.add_row(*map(Text, row))
    Console(markup=False, highlight=False, emoji=False).print(drawn)


def _escaped(char: str) -> str:
    return char.encode("unicode_escape").decode()
