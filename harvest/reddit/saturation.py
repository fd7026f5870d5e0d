"""How much one more listing still brings: the figure that stands in place of a claim to have found everything."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from harvest.reddit.query import Sort, Span

_FEWEST_CUT: Final = 225
_PAGE: Final = 25
_MILLION: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Listed:
    """What one listing brought.

    Attributes:
        returned: posts in it.
        new: those that no listing of the run had shown before.
        paged: it ended because pages were no longer asked for, not because Reddit had no more.
        beside: what had to stand beside the name, where that was asked for.
    """

    subreddit: str
    sort: Sort
    span: Span
    returned: int
    new: int
    paged: bool = False
    beside: str = ""

    @property
    def cut(self) -> bool:
        """Did it end at Reddit's ceiling rather than with the last post (external contract 19, question 9)?"""
        return self.paged or (self.returned >= _FEWEST_CUT and self.returned % _PAGE == 0)


@dataclass(slots=True)
class Saturation:
    """The listings of one search, community by community."""

    listed: list[Listed] = field(default_factory=list)

    def is_cut(self, subreddit: str) -> bool:
        """Did any listing of a community meet the ceiling?"""
        return any(one.cut for one in self.listed if one.subreddit == subreddit)

    def enough(self, subreddit: str, patience: int) -> bool:
        """Did the last `patience` listings of a community bring nothing new?

        Where one was cut at the ceiling there may always be more: then all of them are asked for.
        """
        here = [one for one in self.listed if one.subreddit == subreddit]
        quiet = len(here) >= patience and not any(one.new for one in here[-patience:])
        return quiet and not self.is_cut(subreddit)

    def open(self) -> tuple[str, ...]:
        """Communities whose last listing to meet the ceiling still brought something: there is more."""
        last = {one.subreddit: one for one in self.listed if one.cut}
        return tuple(name for name, one in last.items() if one.new)

    def figure(self) -> dict[str, Any]:
        """Listings beyond the first of each community, the posts that they added, and those per listing."""
        begun = [one.subreddit for one in self.listed]
        further = [one for place, one in enumerate(self.listed) if one.subreddit in begun[:place]]
        new = sum(one.new for one in further)
        last = {one.subreddit: one.new for one in self.listed}
        return {
            "further_listings": len(further),
            "new": new,
            "new_per_listing_millionths": round(_MILLION * new / len(further)) if further else 0,
            "new_in_last": sum(last.values()),
            "cut": sum(one.cut for one in self.listed),
        }

    def rows(self) -> list[list[str | int]]:
        """Each listing: community, order, window, posts, new ones, and what was asked for beside the name, if any."""
        return [
            [one.subreddit, one.sort, one.span, one.returned, one.new, *([one.beside] if one.beside else [])]
            for one in self.listed
        ]


def fresh(ids: Iterable[str], seen: set[str]) -> list[str]:
    """The ids that are not in `seen`, each once; they are then."""
    new = [one for one in dict.fromkeys(ids) if one not in seen]
    seen.update(new)
    return new
