"""A local stand-in for Reddit's Data API, written from its published behaviour; all that it holds is synthetic.

    with RedditServer.over_own_world() as server:
        server.reddit_url, server.oauth_url  # two bases at one port, as Reddit has two hosts

README.md says what it does and does not do.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, ClassVar, Self
from urllib.parse import unquote

from tests.servers import faults
from tests.servers.emulator import Emulator, serve
from tests.servers.faults import Rule
from tests.servers.messages import Answer, Request, jsonic, page
from tests.servers.reddit_json import Writer, listing
from tests.servers.reddit_limits import Windows
from tests.servers.reddit_oauth import UNAUTHORIZED, Tokens
from tests.servers.reddit_own import own_world
from tests.servers.reddit_search import cut, matches, ordered, within
from tests.servers.reddit_tree import Trees
from tests.servers.reddit_world import Thing, World

OWN_FAULTS = ("blocked", "error-in-200", "forget-tokens", "invalid-grant", "ratelimit-in-200", "rate-limit-json")
"""Of the client's network; an error object with 200; tokens that are no longer good; of the account; of one POST;
and the limit with a JSON body."""
SPOILING = (*faults.ALTERING_FAULTS, "html")
_DEFAULT_AGENTS = ("python-requests", "python-urllib", "praw/", "mozilla", "curl", "scrapy", "java", "go-http-client")
_LONGEST_URL = 8000
_LONGEST_QUERY = 512
_AT_ONCE = 100
_MOST_COMMENTS = 500
_TRUE = {"true", "1", "on", "yes"}


class RedditServer(Emulator):
    """The emulator.

    Attributes:
        world: what it holds; change it while it runs.
        tokens, windows, trees: its settings.
        ceiling: posts that a listing shows at most; `search_ceiling`: a search.
    """

    faults: ClassVar[Sequence[str]] = (*faults.FAULTS, *OWN_FAULTS)

    def __init__(self, world: World, *, port: int = 0, now: datetime | None = None, rate_limit: bool = True) -> None:
        super().__init__(port=port, now=now)
        self.world = world
        self.tokens = Tokens()
        self.windows = Windows(self.clock.now)
        self.windows.enabled = rate_limit
        self.trees = Trees(world)
        self.ceiling = 1000
        self.search_ceiling = 250
        self.commands |= {"fate": self.fate, "community": world.community, "edit": self.edit}

    @classmethod
    def over_own_world(cls, **options: Any) -> Self:
        """Make a server over the small synthetic world that comes with it."""
        return cls(own_world(), **options)

    @property
    def reddit_url(self) -> str:
        """Where tokens are given out."""
        return f"{self.url}www/"

    @property
    def oauth_url(self) -> str:
        """The API."""
        return f"{self.url}oauth/"

    def fate(self, name: str, fate: str) -> None:
        """Delete (`deleted`), remove (`removed`) or hide (`gone`) a thing, or bring it back (`live`)."""
        self.world.things[name].fate = fate

    def edit(self, name: str, text: str) -> None:
        """Change the text of a thing now."""
        one = self.world.things[name]
        one.text, one.edited = text, int(self.clock.now().timestamp())

    def tool(self, request: Request) -> str:
        """`access_token`, `search`, `new`, `comments`, `morechildren`, `info`."""
        return "comments" if "/comments/" in request.path else super().tool(request)

    def who(self, request: Request) -> str:
        """The client whose token it is."""
        return self.tokens.client(request, self.clock.now()) or request.address

    def respond(self, request: Request, rule: Rule | None) -> Answer:
        """Answer as Reddit does, limits first."""
        agent = request.headers.get("user-agent", "").lower()
        if not agent or agent.startswith(_DEFAULT_AGENTS):
            return page("Too Many Requests", "whoa there, pardner!", status=429)
        host, _, path = request.path.strip("/").partition("/")
        if host == "www":
            return self._token(request, path, rule)
        if rule and rule.name == "forget-tokens":
            self.tokens.forget()
        client = self.tokens.client(request, self.clock.now())
        if not client:
            realm = {"www-authenticate": 'Bearer realm="reddit", error="invalid_token"'}
            return jsonic(UNAUTHORIZED, status=401, headers=realm)
        refused, headers = self.windows.ask(client)
        if refused:
            return jsonic({"message": "Too Many Requests", "error": 429}, status=429, headers=headers)
        answer = _fault(rule) or self._api(request, unquote(path.rstrip("/")))
        return Answer(answer.body, answer.content_type, answer.status, {**answer.headers, **headers})

    def _token(self, request: Request, path: str, rule: Rule | None) -> Answer:
        if path != "api/v1/access_token":
            return page("Blocked", "Use the API: robots.txt forbids this.", status=403)
        if rule and rule.name == "invalid-grant":
            return jsonic({"error": "invalid_grant"})
        return _fault(rule) or self.tokens.answer(request, self.clock.now())

    def _api(self, request: Request, path: str) -> Answer:
        if request.url_length > _LONGEST_URL:
            return page("400 Bad request", "Your browser sent an invalid request.", status=400)
        answer: Answer | None = None
        match path.split("/"):
            case ["r", name, "search"]:
                answer = self._of(name, request, self._search)
            case ["r", name, "new"]:
                answer = self._of(name, request, self._new)
            case ["r", name, "about"]:
                answer = self._of(name, request, lambda _, of: jsonic({"kind": "t5", "data": {"display_name": of}}))
            case ["comments", post]:
                answer = self._comments(request, post, "")
            case ["comments", post, _, comment]:
                answer = self._comments(request, post, comment)
            case ["api", "morechildren"] if request.method == "POST":
                answer = self._more(request)
            case ["api", "info"]:
                answer = self._info(request)
        return answer or _not_found()

    def _of(self, name: str, request: Request, answer: Callable[[Request, str], Answer]) -> Answer:
        """An answer of a community; of several, those that are not public are left out."""
        names = [one for one in name.split("+") if one]
        if len(names) == 1 and names[0].lower() != "all":
            refusal = _refusal(self.world.status(names[0]))
            if refusal:
                return refusal
        return answer(request, name)

    def _visible(self, name: str) -> list[Thing]:
        wanted = {one.lower() for one in name.split("+")}
        return [
            one
            for one in self.world.posts()
            if self.world.status(one.subreddit) == "public" and ("all" in wanted or one.subreddit.lower() in wanted)
        ]

    def _search(self, request: Request, name: str) -> Answer:
        query = request.get("q")
        if len(query) > _LONGEST_QUERY or not query:
            return _bad("q")
        within_it = name if request.get("restrict_sr").lower() in _TRUE else "all"
        span, now = request.get("t", "all"), self.clock.now()
        found = [
            one
            for one in self._visible(within_it)
            if one.fate == "live" and matches(query, one) and within(one, span, now)
        ]
        return self._page(request, ordered(found, request.get("sort", "relevance"), self._below), self.search_ceiling)

    def _new(self, request: Request, name: str) -> Answer:
        return self._page(request, ordered(self._visible(name), "new", self._below), self.ceiling)

    def _below(self, one: Thing) -> int:
        return self.world.below(one.name)

    def _page(self, request: Request, posts: list[Thing], ceiling: int) -> Answer:
        limit = min(max(request.number("limit", 25), 1), _AT_ONCE)
        shown, after = cut(posts, after=request.get("after"), limit=limit, ceiling=ceiling)
        return jsonic(listing([self._writer(request).thing(one) for one in shown], after))

    def _comments(self, request: Request, post_id: str, comment_id: str) -> Answer:
        post = self.world.things.get(f"t3_{post_id}")
        if post is None or post.fate == "gone":
            return _not_found()
        refusal = _refusal(self.world.status(post.subreddit))
        if refusal:
            return refusal
        writer = self._writer(request)
        comment = self.world.things.get(f"t1_{comment_id}")
        if comment_id and (comment is None or comment.fate == "gone"):
            return _not_found()
        tree = self.trees.one(writer, comment) if comment else self.trees.whole(writer, post)
        return jsonic([listing([writer.thing(post)]), tree])

    def _more(self, request: Request) -> Answer:
        post = self.world.things.get(request.get("link_id"))
        if post is None:
            return _bad("link_id")
        ids = [one for one in request.get("children").split(",") if one][:_AT_ONCE]
        things = self.trees.more(self._writer(request), ids, post)
        return jsonic({"json": {"errors": [], "data": {"things": things}}})

    def _info(self, request: Request) -> Answer:
        names = [one for one in request.get("id").split(",") if one][:_AT_ONCE]
        held = [self.world.things[name] for name in names if name in self.world.things]
        return jsonic(listing([self._writer(request).thing(one) for one in held if one.fate != "gone"]))

    def _writer(self, request: Request) -> Writer:
        return Writer(self.world, raw=request.get("raw_json") == "1")


def _refusal(status: str) -> Answer | None:
    """What a community that is not public answers."""
    if status in {"private", "quarantined"}:
        return jsonic({"reason": status, "message": "Forbidden", "error": 403}, status=403)
    if status == "banned":
        return jsonic({"reason": "banned", "message": "Not Found", "error": 404}, status=404)
    if status == "missing":
        return Answer(b"", "", 302, {"location": "https://oauth.reddit.com/subreddits/search?q=it"})
    if status == "withheld":
        return jsonic({"reason": "unavailable", "message": "Unavailable For Legal Reasons", "error": 451}, status=451)
    return None


def _fault(rule: Rule | None) -> Answer | None:
    name = rule.name if rule else ""
    if name == "blocked":
        return page("Blocked", "You've been blocked by network security.", status=403)
    if name == "error-in-200":
        return jsonic({"message": "Internal Server Error", "error": 500})
    if name == "ratelimit-in-200":
        said = "Looks like you've been doing that a lot. Take a break for 1 second before trying again."
        return jsonic({"json": {"errors": [["RATELIMIT", said, "ratelimit"]]}})
    if name == "rate-limit-json":
        return jsonic({"message": "Too Many Requests", "error": 429}, status=429)
    return None


def _not_found() -> Answer:
    return jsonic({"message": "Not Found", "error": 404}, status=404)


def _bad(field: str) -> Answer:
    said = {"fields": [field], "explanation": "this is not right", "message": "Bad Request", "reason": "BAD_PARAMETER"}
    return jsonic(said, status=400)


if __name__ == "__main__":
    serve(RedditServer.over_own_world())
