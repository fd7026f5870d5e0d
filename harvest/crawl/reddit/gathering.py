"""What the worker thread does: whole searches and whole threads, one after the other, each with what went wrong."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any, Final

from harvest.crawl.reddit.client import Client, Refused
from harvest.errors import AnswerUnusable, HarvestError, NotRecorded, ParseError
from harvest.reddit import query, things, threads
from harvest.reddit.query import RedditOptions, Sort, Span
from harvest.reddit.saturation import Listed, Saturation, fresh
from harvest.reddit.things import Post
from harvest.reddit.threads import Ask, Thread

PAGES: Final = 20
"""Pages of one listing; Reddit's end at about ten."""
PAGE: Final = 100
EVERYWHERE: Final = "all"
"""The community that is all of them."""
OF_A_COMMUNITY: Final = frozenset({"private", "quarantined", "banned", "missing", "withheld", "forbidden"})
"""Refusals that every other request of the same community would meet."""
FAILED_ON_END: Final = 3
"""Threads that fail one after the other, after which it is no longer the threads' fault."""


@dataclass(slots=True)
class Searched:
    """One search: a name in every community, or the newest posts of all of them.

    Attributes:
        kind: `all`, or `new` where only what came since the last run is asked for.
        posts: by fullname, those that no earlier search of the run brought.
        names: of every post that it brought, those of earlier searches too.
        problems: what was not answered, and where more may be.
        failure: why it was broken off.
    """

    query: str
    kind: str
    first: str = ""
    posts: dict[str, Post] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    requests: int = 0
    saturation: Saturation = field(default_factory=Saturation)
    problems: list[str] = field(default_factory=list)
    failure: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where one listing is read."""

    subreddit: str
    sort: Sort
    span: Span
    beside: str = ""


@dataclass(frozen=True, slots=True)
class Read:
    """One thread that was asked for; without a `thread`, why.

    Attributes:
        missing: Reddit says that there is none.
        refused: there is one, and it is not for us.
    """

    post_id: str
    thread: Thread | None = None
    problem: str = ""
    missing: bool = False
    refused: bool = False


@dataclass(slots=True)
class Search:
    """All searches of a run.

    Args:
        names: of the compound.
        options: the topic's.
        since: up to which day all was found; None for a full search.
        today: the day of this run.
        wanted: is a post of a plain listing about the compound?
        beside: words to ask for beside a name where a listing does not show all of its posts.
    """

    names: Sequence[str]
    options: RedditOptions
    since: date | None
    today: date
    wanted: Callable[[Post], bool]
    beside: Sequence[str] = ()
    seen: set[str] = field(default_factory=set)
    refused: dict[str, str] = field(default_factory=dict)
    """Communities that are not to be asked, and why."""

    def run(self, client: Client) -> Iterator[Searched]:
        """Carry them out; a search that is broken off is yielded before its error is raised."""
        for name in self.names:
            yield from self._kept(client, self._begun(query.phrase(name)), self._named)
        yield from self._kept(client, self._begun("(the newest posts of each community)"), self._newest)
        if len(self.refused) == len(self.options.subreddits):
            told = "; ".join(f"r/{name}: {why}" for name, why in self.refused.items())
            raise AnswerUnusable(f"expected to search {len(self.refused)} communities, got none: {told}")

    def _begun(self, asked: str) -> Searched:
        first = (self.since - query.OVERLAP).isoformat() if self.since else ""
        return Searched(asked, "new" if self.since else "all", first)

    def _kept(
        self, client: Client, searched: Searched, carry_out: Callable[[Client, Searched], None]
    ) -> Iterator[Searched]:
        before = client.requests
        try:
            carry_out(client, searched)
        except HarvestError as error:
            searched.failure = error.message
            searched.requests = client.requests - before
            yield searched
            raise
        searched.requests = client.requests - before
        searched.problems += [f"r/{name}: {why}" for name, why in self.refused.items()]
        searched.problems += [f"r/{name} shows only a part of its posts" for name in searched.saturation.open()]
        yield searched

    def _named(self, client: Client, searched: Searched) -> None:
        """Ask for one name in every community, in several orders and windows, until that brings nothing new.

        Where a listing met the ceiling, the name is asked for beside each word of the topic, too.
        """
        plan = query.listings(self.options, self.since, self.today)
        for subreddit in self.options.subreddits:
            for sort, span in plan:
                if not searched.saturation.enough(subreddit, self.options.patience):
                    self._search(client, searched, Place(subreddit, sort, span))
            for words in self.beside if searched.saturation.is_cut(subreddit) else ():
                self._search(client, searched, Place(subreddit, *plan[0], words))

    def _search(self, client: Client, searched: Searched, place: Place) -> None:
        whole = " ".join([searched.query, *([query.phrase(place.beside)] if place.beside else [])])
        if len(whole) > query.LONGEST:
            return
        asked = {
            "q": whole,
            "restrict_sr": "false" if place.subreddit.lower() == EVERYWHERE else "true",
            "sort": place.sort,
            "t": place.span,
            "type": "link",
        }
        self._listing(client, searched, f"r/{place.subreddit}/search/", asked, place)

    def _newest(self, client: Client, searched: Searched) -> None:
        """Read what is newest in each community, which the index of the search may not have yet."""
        for subreddit in self.options.subreddits:
            if subreddit.lower() != EVERYWHERE:
                self._listing(client, searched, f"r/{subreddit}/new/", {}, Place(subreddit, "new", "all"))

    def _listing(self, client: Client, searched: Searched, path: str, asked: dict[str, str], place: Place) -> None:
        """Read one listing to its end; a community that is refused is not asked again."""
        if place.subreddit in self.refused:
            return
        posts: dict[str, Post] = {}
        try:
            paged = self._pages(client, searched, path, asked, posts)
        except Refused as error:
            if error.kind in OF_A_COMMUNITY:
                self.refused[place.subreddit] = error.message
            else:
                searched.problems.append(f"r/{place.subreddit} by {place.sort}, {place.span}: {error.message}")
            paged = False
        new = fresh(posts, self.seen)
        searched.posts |= {name: posts[name] for name in new}
        searched.names |= posts.keys()
        listed = Listed(place.subreddit, place.sort, place.span, len(posts), len(new), paged=paged, beside=place.beside)
        searched.saturation.listed.append(listed)

    def _pages(
        self, client: Client, searched: Searched, path: str, asked: dict[str, str], posts: dict[str, Post]
    ) -> bool:
        """Collect the posts of a listing; tells whether there may be more pages."""
        after = ""
        for _ in range(PAGES):
            page = {"after": after} if after else {}
            answer = client.get(path, {**asked, "limit": str(PAGE), **page})
            came = list(_posts(answer, searched.problems))
            added = [one for one in came if one.name not in posts]
            posts |= {one.name: one for one in added if asked or self.wanted(one)}
            after = things.after(answer)
            if not after or not came or (not asked and self._old(came)):
                return False
        return True

    def _old(self, came: Sequence[Post]) -> bool:
        """Were all posts of a page there long before the last run?"""
        if self.since is None:
            return False
        first = datetime.combine(self.since - query.OVERLAP, time(), UTC).timestamp()
        return all(one.created < first for one in came)


def read_threads(client: Client, post_ids: Sequence[str]) -> Iterator[Read]:
    """Read threads with all their comments, one after the other.

    Raises:
        AnswerUnusable: several on end failed. KeyRefused, Unreachable, Interrupted.
    """
    failed = 0
    for post_id in post_ids:
        one = _read(client, post_id)
        failed = failed + 1 if one.problem and not (one.missing or one.refused) else 0
        yield one
        if failed >= FAILED_ON_END:
            raise AnswerUnusable(f"expected threads, got {failed} failures on end: {one.problem}")


def _read(client: Client, post_id: str) -> Read:
    reader = threads.reading(post_id)
    try:
        ask = next(reader)
        while True:
            ask = reader.send(_answer(client, ask))
    except StopIteration as done:
        return Read(post_id, done.value)
    except Refused as refused:
        missing = refused.kind == "missing"
        return Read(post_id, problem=refused.message, missing=missing, refused=not missing)
    except (AnswerUnusable, NotRecorded, ParseError) as error:
        return Read(post_id, problem=error.message)


def _answer(client: Client, ask: Ask) -> Any:
    """What came; None where a part of a thread did not."""
    if ask.kind == "thread":
        return client.thread(ask)
    try:
        return client.thread(ask)
    except (AnswerUnusable, NotRecorded):
        return None


def _posts(answer: Any, problems: list[str]) -> Iterator[Post]:
    for thing in things.children(answer):
        if thing.get("kind") == things.POST:
            try:
                yield things.post(thing)
            except ParseError as error:
                problems.append(error.message)
