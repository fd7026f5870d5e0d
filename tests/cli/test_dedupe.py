import io
import json
import sys
from collections.abc import Callable

import pytest

from harvest.jsonl_records import LINE_LIMIT
from tests.cli.conftest import Room, Said

TITLE = "Effects of the ACTH(4-10) synthetic analogs Semax and Melanotan II on male rats under stress"
Dedupe = Callable[..., Said]


@pytest.fixture
def dedupe(room: Room, monkeypatch: pytest.MonkeyPatch) -> Dedupe:
    """Run the command over records; texts are lines as they are."""

    def run(*given: str | dict[str, object], options: tuple[str, ...] = ()) -> Said:
        text = "".join((one if isinstance(one, str) else json.dumps(one)) + "\n" for one in given)
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode()), encoding="utf-8"))
        return room.harvest("dedupe", *options)

    return run


def answers(said: Said) -> list[dict[str, object]]:
    return [json.loads(line) for line in said.out.splitlines()]


def test_each_record_is_answered_by_one_line_in_order_with_its_cluster_and_its_doubts(dedupe: Dedupe) -> None:
    said = dedupe(
        {"id": "a", "title": TITLE, "authors": "Inozemtseva LS; Yatsenko KA", "year": 2024, "doi": "10.1016/j.a"},
        {"id": "b", "title": "Something else entirely, of the same year", "year": 2024},
        {"id": 3, "title": TITLE.replace("4-10", "4\u201310"), "authors": ["Inozemtseva, L. S."], "year": "2024"},
        {"id": "d", "title": TITLE, "authors": "Inozemtseva LS", "year": 2019},
    )

    assert (said.code, said.err) == (0, "")
    assert answers(said) == [
        {"id": "a", "cluster": "a", "maybe": ["d"]},
        {"id": "b", "cluster": "b", "maybe": []},
        {"id": 3, "cluster": "a", "maybe": ["d"]},
        {"id": "d", "cluster": "d", "maybe": ["a", 3]},
    ]


def test_a_bad_line_is_answered_in_its_place_and_exits_2(dedupe: Dedupe) -> None:
    long = '{"id":"big","title":"' + "x" * LINE_LIMIT + '"}'
    said = dedupe({"id": "a", "pmid": 1}, '{"id":"b","title":3}', "", "not json", long, {"id": "c", "pmid": "PMID: 1"})

    assert said.code == 2
    assert answers(said) == [
        {"id": "a", "cluster": "a", "maybe": []},
        {"id": "b", "error": "expected text as title, got 3"},
        {"id": None, "error": "expected JSON, got something else: expecting value at character 0"},
        {"id": "big", "error": f"expected at most {LINE_LIMIT} bytes, got more"},
        {"id": "c", "cluster": "a", "maybe": []},
    ]
    assert said.err.splitlines()[0] == "harvest: line 2: expected text as title, got 3"
    assert [line.split(":")[1] for line in said.err.splitlines()] == [" line 2", " line 4", " line 5"]


def test_nothing_given_is_nothing_said(dedupe: Dedupe) -> None:
    assert dedupe() == Said(0, "", "")


def test_a_limit_ends_after_so_many_records(dedupe: Dedupe) -> None:
    assert len(answers(dedupe(*({"id": n} for n in range(5)), options=("--limit", "2")))) == 2


def test_a_hostile_text_does_not_reach_the_terminal(dedupe: Dedupe) -> None:
    said = dedupe('{"id":"\\u001b]0;x\\u0007","title":3}', {"id": "\u202e\u2028"})

    assert not set(said.out + said.err) & {"\x1b", "\x07", "\u202e", "\u2028"}
