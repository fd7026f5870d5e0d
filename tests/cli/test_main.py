import os
import subprocess
import sys
from pathlib import Path

import pytest

from harvest.cli import summary, topic, verify
from harvest.cli.main import main
from harvest.cli.terminal import plain
from tests.cli.conftest import CHECKOUT, Room

HEAVY = {"scrapy", "twisted", "praw", "Bio", "trafilatura", "sklearn", "pandas", "numpy"}


def _python(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=CHECKOUT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize(
    "command",
    [["--help"], ["--version"], ["verify", "no-such.jsonl"], ["show", "none"], ["summary", "none"], ["topic", "list"]],
)
def test_reading_commands_import_nothing_heavy(command: list[str]) -> None:
    code = f"import sys; from harvest.cli.main import main; main({command!r}); print(*sys.modules, file=sys.stderr)"

    loaded = {name.partition(".")[0] for name in _python("-c", code).stderr.split()}

    assert "typer" in loaded
    assert not loaded & HEAVY


def test_python_m_harvest_is_the_command() -> None:
    said = _python("-m", "harvest", "--version")

    assert (said.returncode, said.stdout.split()[0]) == (0, "harvest")


@pytest.mark.parametrize(
    "arguments", [["crwl"], ["verify"], ["verify", "--foo"], ["topic", "new"], ["show", "a", "b", "c"]]
)
def test_a_usage_error_is_one_line_with_a_hint_and_exits_64(room: Room, arguments: list[str]) -> None:
    said = room.harvest(*arguments)

    assert said.code == 64
    assert said.out == ""
    assert said.err.startswith("harvest: ")
    assert said.err.count("\n") == 1
    assert "see harvest" in said.err


def test_without_a_command_the_help_is_shown_and_the_exit_code_is_64(room: Room) -> None:
    said = room.harvest()

    assert said.code == 64
    assert "Commands:" in said.err


def test_a_wrong_setting_is_one_line_and_exits_64(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HARVEST_MODE", "guess")

    said = room.harvest("verify", "semax-ssri")

    assert said.code == 64
    assert said.err.startswith("harvest: setting HARVEST_MODE: ")
    assert said.err.count("\n") == 1


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(28, "No space left on device", "x"), "no space left on device"),
        (PermissionError(13, "Denied", "x"), "denied"),
    ],
)
def test_a_failing_disk_is_one_line_and_exits_3(
    room: Room, monkeypatch: pytest.MonkeyPatch, error: OSError, words: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(verify, "_verified", fail)

    said = room.harvest("verify", "semax-ssri")

    assert said.code == 3
    assert said.err.startswith(f"harvest: {words} while using x; ")


def test_a_fault_of_ours_is_one_line_without_a_traceback(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verify, "_verified", lambda *_, **__: 1 // 0)

    said = room.harvest("verify", "semax-ssri")

    assert said.code == 3
    assert said.err.startswith("harvest: internal error: ZeroDivisionError")
    assert said.err.count("\n") == 1


def test_ctrl_c_is_one_line_and_exits_130(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(verify, "_verified", interrupt)

    said = room.harvest("verify", "semax-ssri")

    assert (said.code, said.err) == (130, "harvest: interrupted\n")


def test_a_reader_that_went_away_ends_the_command_without_a_word() -> None:
    command = [sys.executable, "-m", "harvest", "doctor"]
    environment = os.environ | {"HARVEST_EUTILS_URL": "http://127.0.0.1:9/"}
    with subprocess.Popen(
        command, cwd=CHECKOUT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as started:
        assert started.stdout is not None
        assert started.stderr is not None
        started.stdout.close()
        said = started.stderr.read()
        code = started.wait()

    assert (code, said) == (141, b"")


def test_text_from_outside_stays_on_its_line_and_is_never_obeyed() -> None:
    assert plain("a\nb\x1b[2J\u202e\x85\u200b") == "a b\\x1b[2J\\u202e \\u200b"


def test_names_in_other_scripts_are_shown_as_they_are() -> None:
    assert plain("Семакс β-эндорфин 脑") == "Семакс β-эндорфин 脑"


def test_every_command_has_its_own_file(room: Room) -> None:
    shared = {"__init__", "inputs", "ledgers", "main", "outputs", "terminal"}
    files = {path.stem for path in Path(topic.__file__).parent.glob("*.py")} - shared
    listed = room.harvest("--help").out.partition("Commands:")[2].split("\n")

    assert {line.split()[0].replace("-", "_") for line in listed if line.strip()} == files
    assert summary.summary.__doc__
    assert main(["--help"]) == 0
