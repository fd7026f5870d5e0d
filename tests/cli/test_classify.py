import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from harvest.jsonl_records import LINE_LIMIT
from tests.cli.conftest import CHECKOUT, Room, Said

RATS = '{"id":"a","title":"Semax in rats","text":"Twenty Wistar rats were injected.","journal":"Brain research"}\n'
Classify = Callable[..., Said]


@pytest.fixture
def classify(room: Room, monkeypatch: pytest.MonkeyPatch) -> Classify:
    """Run the command over what is given."""

    def run(given: str | bytes, *options: str) -> Said:
        stream = io.BytesIO(given.encode() if isinstance(given, str) else given)
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(stream, encoding="utf-8"))
        return room.harvest("classify", *options)

    return run


def ids(said: Said) -> list[object]:
    return [json.loads(line)["id"] for line in said.out.splitlines()]


def test_each_record_is_answered_by_one_line_in_order(classify: Classify) -> None:
    said = classify("".join(RATS.replace('"a"', str(n)) for n in range(5)))

    assert (said.code, said.err) == (0, "")
    assert ids(said) == [0, 1, 2, 3, 4]
    assert {json.loads(line)["evidence"] for line in said.out.splitlines()} == {"preclinical"}


def test_nothing_given_is_nothing_said(classify: Classify) -> None:
    assert classify("") == Said(0, "", "")
    assert classify("\n \n\r\n") == Said(0, "", "")


def test_a_last_line_without_a_line_feed_is_a_record(classify: Classify) -> None:
    assert ids(classify(RATS.strip())) == ["a"]


def test_a_bad_line_is_answered_with_its_error_and_exits_2(classify: Classify) -> None:
    said = classify(RATS + '{"id":"b","title":3}\n\nnot json\n' + RATS)

    assert said.code == 2
    assert ids(said) == ["a", "b", None, "a"]
    assert json.loads(said.out.splitlines()[1]) == {"id": "b", "error": "expected text as title, got 3"}
    assert said.err == (
        "harvest: line 2: expected text as title, got 3\n"
        "harvest: line 4: expected JSON, got something else: expecting value at character 0\n"
    )


def test_a_line_above_the_limit_is_passed_over_to_its_end(classify: Classify) -> None:
    for size in (LINE_LIMIT, 2 * LINE_LIMIT + 2, 10_000_000):
        said = classify('{"id":"big","title":"' + "x" * size + '"}\n' + RATS)

        assert (said.code, ids(said)) == (2, ["big", "a"])
        assert said.err == f"harvest: line 1: expected at most {LINE_LIMIT} bytes, got more\n"


def test_a_line_of_just_the_limit_is_read(classify: Classify) -> None:
    line = '{"id":"a","x":"' + "x" * (LINE_LIMIT - len('{"id":"a","x":""}\n')) + '"}\n'

    assert len(line) == LINE_LIMIT
    assert classify(line + RATS).code == 0


def test_a_hostile_text_does_not_reach_the_terminal(classify: Classify) -> None:
    said = classify('{"id":"\\u001b]0;x\\u0007\u202e","title":3}\n"\u202e\\u001b"\n')

    assert not set(said.out + said.err) & {"\x1b", "\x07", "\u202e"}


def test_a_limit_ends_after_so_many_records(classify: Classify) -> None:
    assert ids(classify(RATS * 5, "--limit", "2")) == ["a", "a"]
    assert classify(RATS, "--limit", "0").code == 64


def test_several_workers_say_the_same_in_the_same_order(classify: Classify) -> None:
    given = "".join(RATS.replace('"a"', str(n)) if n % 7 else "x\n" for n in range(1000))

    assert classify(given, "--workers", "2") == classify(given)


def test_a_record_is_answered_before_the_next_is_given(room: Room) -> None:
    command = [sys.executable, "-m", "harvest", "classify"]
    with subprocess.Popen(command, cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        for name in "ab":
            running.stdin.write(RATS.replace('"a"', f'"{name}"'))
            running.stdin.flush()
            assert json.loads(running.stdout.readline())["id"] == name


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_reader_that_goes_away_ends_it_quietly(workers: str, tmp_path: Path) -> None:
    given = tmp_path / "records.jsonl"
    given.write_text(RATS * 3000)
    command = f"{sys.executable} -m harvest classify --workers {workers} < {given} | head -1; exit ${{PIPESTATUS[0]}}"

    ended = subprocess.run(["bash", "-c", command], cwd=CHECKOUT, capture_output=True, text=True, check=False)

    assert (ended.returncode, ended.stdout.count("\n"), ended.stderr) == (141, 1, "")


@pytest.mark.parametrize("arguments", [("classify",), ("explain", "-")])
def test_a_closed_input_is_a_usage_error(
    room: Room, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    monkeypatch.setattr(sys, "stdin", None)

    said = room.harvest(*arguments)

    assert (said.code, said.err) == (
        64,
        "harvest: expected records, one JSON object a line, on standard input, got it closed\n",
    )


class Terminal(io.TextIOWrapper):
    """What a person types."""

    def isatty(self) -> bool:
        return True


def test_a_person_at_a_terminal_is_told_what_is_waited_for(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal(io.BytesIO(RATS.encode())))

    assert "one JSON object a line" in room.harvest("classify").err
