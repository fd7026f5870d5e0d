"""Things as Reddit's API writes them (reference 11.6)."""

from html import escape
from typing import Any

from tests.servers.reddit_world import Thing, World

_SLUG = "slug"


class Writer:
    """Writes things; without `raw_json` the characters `& < >` of texts are escaped, as the service does."""

    def __init__(self, world: World, *, raw: bool) -> None:
        self._world = world
        self._raw = raw

    def thing(self, one: Thing) -> dict[str, Any]:
        """One post or comment, without its replies."""
        return {"kind": one.kind, "data": self._post(one) if one.kind == "t3" else self._comment(one)}

    def _post(self, one: Thing) -> dict[str, Any]:
        return {
            **self._both(one),
            "title": self._text("[deleted by user]" if one.fate == "deleted" else one.title),
            "selftext": self._body(one),
            "is_self": not one.url,
            "url": one.url or f"https://www.reddit.com{self._link(one)}",
            "permalink": self._link(one),
            "num_comments": self._world.below(one.name),
            "upvote_ratio": 0.93,
            "over_18": False,
            "spoiler": False,
            "locked": False,
            "stickied": False,
            "archived": False,
            "removed_by_category": {"deleted": "deleted", "removed": "moderator"}.get(one.fate),
            "is_robot_indexable": one.fate == "live",
            "crosspost_parent": one.cross_post_of or None,
            "link_flair_text": None,
        }

    def _comment(self, one: Thing) -> dict[str, Any]:
        return {
            **self._both(one),
            "body": self._body(one),
            "parent_id": one.parent,
            "link_id": f"t3_{one.post}",
            "score_hidden": False,
            "controversiality": 0,
            "is_submitter": one.author == self._world.things[f"t3_{one.post}"].author,
            "collapsed_reason_code": None,
            "replies": "",
        }

    def _both(self, one: Thing) -> dict[str, Any]:
        shown = self._is_named(one)
        named = {"author": one.author if shown else "[deleted]"}
        return {
            "id": one.id,
            "name": one.name,
            "subreddit": one.subreddit,
            **named,
            **({"author_fullname": f"t2_{one.author.lower()}"} if shown else {}),
            "created_utc": float(one.created),
            "edited": float(one.edited) if one.edited else False,
            "score": one.score,
        }

    def _is_named(self, one: Thing) -> bool:
        if one.author in self._world.accounts_deleted or one.fate == "deleted":
            return False
        return one.fate != "removed" or one.kind == "t3"

    def _body(self, one: Thing) -> str:
        return self._text({"deleted": "[deleted]", "removed": "[removed]"}.get(one.fate, one.text))

    def _text(self, text: str) -> str:
        return text if self._raw else escape(text, quote=False)

    def _link(self, one: Thing) -> str:
        return f"/r/{one.subreddit}/comments/{one.post}/{_SLUG}/"


def listing(children: list[dict[str, Any]], after: str | None = None) -> dict[str, Any]:
    """A Listing."""
    inner = {"after": after, "before": None, "dist": len(children), "modhash": "", "geo_filter": None}
    return {"kind": "Listing", "data": {**inner, "children": children}}


def more(count: int, children: list[str], *, parent: str, depth: int) -> dict[str, Any]:
    """What stands for comments that are left out; none named means that the thread goes on elsewhere."""
    first = children[0] if children else "_"
    inner = {"count": count, "name": f"t1_{first}" if children else "t1__", "id": first, "parent_id": parent}
    return {"kind": "more", "data": {**inner, "depth": depth, "children": children}}
