"""Comment trees cut as the service cuts them (reference 11.5, 11.6)."""

from typing import Any

from tests.servers.reddit_json import Writer, listing, more
from tests.servers.reddit_world import Thing, World


class Trees:
    """Writes trees.

    Attributes:
        shown: comments in one answer; of the others a `more` tells.
        deepest: depth below which a thread is continued elsewhere.
        at_once: comments in one answer of `morechildren`.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.shown = 200
        self.deepest = 10
        self.at_once = 20

    def whole(self, writer: Writer, post: Thing) -> dict[str, Any]:
        """The comments of a post."""
        return listing(_Cut(self, writer, self.shown).below(post.name, 0))

    def one(self, writer: Writer, comment: Thing) -> dict[str, Any]:
        """One comment with what is below it."""
        return listing([_Cut(self, writer, self.shown).written(comment, 0)])

    def more(self, writer: Writer, ids: list[str], post: Thing) -> list[dict[str, Any]]:
        """Comments by id, flat, each with those below it; what is too much is put off again."""
        world, things, put_off = self.world, list[dict[str, Any]](), list[str]()
        waiting = [world.things[f"t1_{one}"] for one in ids if f"t1_{one}" in world.things]
        wanted = {one.id for one in waiting}
        while waiting:
            one = waiting.pop(0)
            if one.id in world.dropped or one.fate == "gone":
                continue
            if len(things) >= self.at_once:
                put_off += [one.id] if one.id in wanted else []
                continue
            things.append(writer.thing(one))
            waiting = [*(below for below in world.children(one.name)), *waiting]
        if put_off:
            count = sum(1 + world.below(f"t1_{one}") for one in put_off)
            things.append(more(count, put_off, parent=post.name, depth=0))
        written = {thing["data"]["id"] for thing in things}
        return things + list(self._left_out(things, written))

    def _left_out(self, things: list[dict[str, Any]], written: set[str]) -> list[dict[str, Any]]:
        """What stands for comments below a written one that found no place."""
        left = []
        for thing in things:
            if thing["kind"] != "t1":
                continue
            below = [one for one in self.world.children(thing["data"]["name"]) if one.id not in written]
            kept = [one for one in below if one.id not in self.world.dropped]
            if kept:
                count = sum(1 + self.world.below(one.name) for one in kept)
                left.append(more(count, [one.id for one in kept], parent=thing["data"]["name"], depth=1))
        return left


class _Cut:
    """One answer while it is written; `left` is how many comments still have a place."""

    def __init__(self, trees: Trees, writer: Writer, left: int) -> None:
        self._trees = trees
        self._writer = writer
        self._left = left

    def below(self, name: str, depth: int) -> list[dict[str, Any]]:
        children = self._trees.world.children(name)
        if children and depth >= self._trees.deepest:
            return [more(0, [], parent=name, depth=depth)]
        things = []
        for place, one in enumerate(children):
            if self._left <= 0:
                rest = children[place:]
                count = sum(1 + self._trees.world.below(other.name) for other in rest)
                things.append(more(count, [other.id for other in rest], parent=name, depth=depth))
                break
            things.append(self.written(one, depth))
        return things

    def written(self, one: Thing, depth: int) -> dict[str, Any]:
        self._left -= 1
        thing = self._writer.thing(one)
        if below := self.below(one.name, depth + 1):
            thing["data"]["replies"] = listing(below)
        return thing
