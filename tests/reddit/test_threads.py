"""Whole comment trees: however an answer is cut, every comment comes once, and what never comes is counted."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvest.errors import ParseError
from harvest.reddit import threads
from harvest.reddit.threads import Ask, Thread
from tests.servers.reddit_json import Writer, listing
from tests.servers.reddit_own import BEGAN
from tests.servers.reddit_tree import Trees
from tests.servers.reddit_world import World

Answering = Callable[[Ask], Any]


def grown(parents: list[int]) -> tuple[World, str]:
    """A thread: each number says below which earlier comment (or the post) one is written."""
    world = World()
    world.community("Semax")
    post = world.post("Semax", "writer", "Semax", "text", when=BEGAN)
    names = [f"t3_{post}"]
    for place, parent in enumerate(parents):
        above = names[parent % len(names)]
        names.append(f"t1_{world.comment(above, 'writer', f'comment {place}', when=BEGAN + timedelta(minutes=place))}")
    return world, post


def answering(world: World, post: str, asked: list[Ask], **cut: int) -> Answering:
    """The emulator's answers, without a socket."""
    trees, writer = Trees(world), Writer(world, raw=True)
    for name, value in cut.items():
        setattr(trees, name, value)
    one = world.things[f"t3_{post}"]

    def answer(ask: Ask) -> Any:
        asked.append(ask)
        if ask.kind == "more":
            return {"json": {"errors": [], "data": {"things": trees.more(writer, [*ask.ids], one)}}}
        tree = trees.whole(writer, one) if ask.kind == "thread" else trees.one(writer, world.things[f"t1_{ask.ids[0]}"])
        return [listing([writer.thing(one)]), tree]

    return answer


def read(post: str, answer: Answering, **options: int) -> Thread:
    reader = threads.reading(post, **options)
    ask = next(reader)
    while True:
        try:
            ask = reader.send(answer(ask))
        except StopIteration as done:
            thread: Thread = done.value
            return thread


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(0, 40), max_size=60), st.integers(1, 30), st.integers(2, 6), st.integers(1, 10),
    st.integers(1, 100),
)  # fmt: skip
def test_every_comment_comes_once_however_the_tree_is_cut(
    parents: list[int], shown: int, deepest: int, given_at_once: int, at_once: int
) -> None:
    world, post = grown(parents)
    asked: list[Ask] = []
    answer = answering(world, post, asked, shown=shown, deepest=deepest, at_once=given_at_once)

    thread = read(post, answer, at_once=at_once)

    assert sorted(one.name for one in thread.comments) == sorted(name for name in world.things if name.startswith("t1"))
    assert (thread.missing, thread.lost, thread.unanswered) == (0, 0, 0)
    assert {(one.name, one.parent) for one in thread.comments} == {
        (name, one.parent) for name, one in world.things.items() if one.kind == "t1"
    }
    assert all(len(ask.ids) <= at_once for ask in asked)


def test_what_is_never_handed_out_is_counted_against_what_the_post_states() -> None:
    world, post = grown([0] * 30)
    dropped = [name.removeprefix("t1_") for name in world.things if name.startswith("t1")][-3:]
    world.dropped.update(dropped)
    asked: list[Ask] = []

    thread = read(post, answering(world, post, asked, shown=5))

    assert (len(thread.comments), thread.missing, thread.lost, thread.unanswered) == (27, 3, 3, 0)
    assert asked[-1].ids == tuple(sorted(dropped)), "what did not come is asked for once more"


def test_a_hundred_ids_are_asked_for_at_once() -> None:
    world, post = grown([0] * 260)
    asked: list[Ask] = []

    read(post, answering(world, post, asked, shown=10, at_once=1000))

    assert [len(ask.ids) for ask in asked if ask.kind == "more"] == [100, 100, 50]


def test_a_part_that_does_not_come_leaves_the_rest_and_is_told() -> None:
    world, post = grown([0] * 12)
    whole = answering(world, post, [], shown=5)

    thread = read(post, lambda ask: None if ask.kind == "more" else whole(ask))

    assert (len(thread.comments), thread.missing) == (5, 7)
    assert thread.unanswered == 2


def test_a_server_that_puts_off_for_ever_is_asked_twice_at_most() -> None:
    world, post = grown([0] * 12)
    asked: list[Ask] = []
    whole = answering(world, post, asked, shown=5)
    again = {"kind": "more", "data": {"count": 7, "parent_id": f"t3_{post}", "children": ["zzz0009", "zzz0010"]}}

    def answer(ask: Ask) -> Any:
        whole(ask)
        return whole(ask) if ask.kind == "thread" else {"json": {"errors": [], "data": {"things": [again]}}}

    assert read(post, answer).lost == 7
    assert sum(ask.kind == "more" for ask in asked) <= 4


def test_a_comment_that_cannot_be_read_is_left_out_and_told() -> None:
    world, post = grown([0, 0])
    answer = answering(world, post, [])(Ask("thread", post))
    del answer[1]["data"]["children"][0]["data"]["id"]

    thread = read(post, lambda _: answer)

    assert (len(thread.comments), thread.unanswered) == (1, 1)


@pytest.mark.parametrize("odd", [None, {}, [], [{}], [{}, {}], [listing([]), listing([])]])
def test_what_is_no_thread_is_refused(odd: Any) -> None:
    with pytest.raises(ParseError, match="expected"):
        read("zzz1", lambda _: odd)
