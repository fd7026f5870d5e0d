"""What the searches of a run returned, joined."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from harvest.crawl.reddit.gathering import Searched
from harvest.reddit.things import Post


@dataclass(slots=True)
class Finds:
    """Posts found, by fullname.

    Attributes:
        search_of: the `seq` of the search that led to each first.
        posts: those that a listing showed; of the others only the name is known yet.
        whole: nothing went wrong: only then may the next run begin where this one ends.
    """

    search_of: dict[str, int] = field(default_factory=dict)
    posts: dict[str, Post] = field(default_factory=dict)
    whole: bool = True

    def take(self, searched: Searched, search: int) -> None:
        """Take in a search, and what its posts repeat."""
        self.posts |= searched.posts
        self.add(searched.posts, search)
        self.add((post.cross_post_of for post in searched.posts.values() if post.cross_post_of), search)
        self.whole &= not searched.problems

    def add(self, fullnames: Iterable[str], search: int) -> None:
        """Take in posts that are to be looked at, whatever listing shows them."""
        for name in fullnames:
            self.search_of.setdefault(name, search)
