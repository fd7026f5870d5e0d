import json
import os
import pty
import subprocess
import sys

import pytest

from harvest.cli import terminal
from tests.cli.conftest import CHECKOUT


def test_without_a_terminal_a_table_is_plain_columns(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.table(("name", "count"), [("a", 1), ("bcdef", 20)], numbers=frozenset({"count"}))

    assert capsys.readouterr().out == "name   count\na          1\nbcdef     20\n"


def _on_a_terminal(code: str) -> str:
    """Run code whose output is a terminal of 60 columns; return what it wrote."""
    ours, theirs = pty.openpty()
    environment = os.environ | {"COLUMNS": "60", "TERM": "xterm"}
    try:
        subprocess.run(
            [sys.executable, "-c", code], cwd=CHECKOUT, env=environment, stdout=theirs, check=True, timeout=60
        )
    finally:
        os.close(theirs)
    with os.fdopen(ours, "rb") as reader:
        return reader.read1().decode()


def test_on_a_terminal_a_long_title_is_cut_and_markup_in_it_is_not_obeyed() -> None:
    code = "from harvest.cli.terminal import table; table(('id', 'title'), [('s1', '[red]' + 'long ' * 30)])"

    said = _on_a_terminal(code)

    assert "[red]long" in said
    assert "…" in said
    assert said.count("\n") == 2


def test_json_keeps_letters_and_escapes_what_a_terminal_might_obey(capsys: pytest.CaptureFixture[str]) -> None:
    value = {"title": "Семакс\x1b[2J\u202e\x9b\ud800"}

    terminal.as_json(value)

    said = capsys.readouterr().out
    assert "Семакс\\u001b[2J\\u202e\\u009b\\ud800" in said
    assert json.loads(said) == value


def test_bytes_are_handed_over_as_they_are(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    terminal.hand_over(b"\xff\x1b[2J\r\n")
    sys.stdout.flush()

    assert capfdbinary.readouterr().out == b"\xff\x1b[2J\r\n"


def test_on_a_terminal_bytes_are_text_of_which_it_obeys_nothing() -> None:
    raw = "Семакс\n\x9b2J\x1b[31m\n".encode() + b"\xff\n"

    said = _on_a_terminal(f"from harvest.cli.terminal import hand_over; hand_over({raw!r})")

    assert said.splitlines() == ["Семакс", "\\x9b2J\\x1b[31m", "\N{REPLACEMENT CHARACTER}"]


def test_lines_keep_their_breaks_and_nothing_else_that_moves_a_cursor() -> None:
    assert terminal.lines("a\n\tb\r\x1b[A") == "a\n\tb\\r\\x1b[A"
