"""The emulated Reddit behaves as the reference says (section 11, and the checklist of section 18)."""

import base64
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.servers.asking import Reply, command, send
from tests.servers.reddit import OWN_FAULTS, RedditServer
from tests.servers.reddit_oauth import ACCOUNT, CLIENT, INSTALLED, REFRESH, SECRET
from tests.servers.reddit_own import WRITERS

NOW = datetime(2026, 3, 20, 12, 1, 40, tzinfo=UTC)
AGENT = {"User-Agent": "linux:org.example.tests:1.0 (by /u/synthetic_operator)"}


@pytest.fixture
def server() -> Iterator[RedditServer]:
    with RedditServer.over_own_world(now=NOW) as running:
        yield running


def token(server: RedditServer, *, client: str = CLIENT, secret: str = SECRET, **form: str) -> Reply:
    basic = base64.b64encode(f"{client}:{secret}".encode()).decode()
    headers = {**AGENT, "Authorization": f"Basic {basic}", "Content-Type": "application/x-www-form-urlencoded"}
    body = urlencode(form or {"grant_type": "client_credentials"}).encode()
    return send(f"{server.reddit_url}api/v1/access_token", "POST", body=body, headers=headers)


def ask(server: RedditServer, path: str, form: dict[str, str] | None = None, **parameters: Any) -> Reply:
    headers = {**AGENT, "Authorization": f"bearer {token(server).json['access_token']}"}
    if form is not None:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    body = urlencode(form).encode() if form is not None else None
    query = urlencode({"raw_json": 1, **parameters})
    return send(f"{server.oauth_url}{path}?{query}", "POST" if body else "GET", body=body, headers=headers)


def ids(reply: Reply) -> list[str]:
    return [thing["data"]["id"] for thing in reply.json["data"]["children"]]


def crowd(server: RedditServer, count: int) -> None:
    """Many posts that name the compound."""
    for number in range(count):
        when = NOW - timedelta(minutes=number)
        server.world.post("Semax", WRITERS[0], f"Semax {number}", "text", when=when, score=number)


# 11.3


@pytest.mark.parametrize(
    ("client", "secret", "form"),
    [
        (CLIENT, SECRET, {"grant_type": "client_credentials"}),
        (CLIENT, SECRET, {"grant_type": "password", "username": ACCOUNT[0], "password": ACCOUNT[1]}),
        (CLIENT, SECRET, {"grant_type": "refresh_token", "refresh_token": REFRESH}),
        ("app", "", {"grant_type": INSTALLED, "device_id": "DO_NOT_TRACK_THIS_DEVICE"}),
    ],
)
def test_every_kind_of_app_gets_a_token(client: str, secret: str, form: dict[str, str], server: RedditServer) -> None:
    server.tokens.clients["app"] = ""
    given = token(server, client=client, secret=secret, **form).json
    assert (given["token_type"], given["expires_in"], given["scope"]) == ("bearer", 3600, "*")


def test_a_wrong_client_is_401_and_a_wrong_account_200(server: RedditServer) -> None:
    refused = token(server, secret="wrong")
    assert (refused.status, refused.json) == (401, {"message": "Unauthorized", "error": 401})
    wrong = token(server, grant_type="password", username=ACCOUNT[0], password="wrong")
    assert (wrong.status, wrong.json) == (200, {"error": "invalid_grant"})
    assert token(server, grant_type="magic").json == {"error": "unsupported_grant_type"}


def test_a_token_that_is_missing_expired_or_invented_is_401(server: RedditServer) -> None:
    good = {**AGENT, "Authorization": f"bearer {token(server).json['access_token']}"}
    url = f"{server.oauth_url}r/Semax/new"
    assert send(url, headers=good).status == 200
    server.clock.move(seconds=3600)
    for headers in (good, AGENT, {**AGENT, "Authorization": "bearer invented"}):
        reply = send(url, headers=headers)
        assert (reply.status, 'error="invalid_token"' in reply.headers["www-authenticate"]) == (401, True)


# 11.2, 11.4


@pytest.mark.parametrize("agent", ["python-requests/2.34", "PRAW/8.0.3 prawcore/4.0.0", "Mozilla/5.0", ""])
def test_a_default_user_agent_is_refused(agent: str, server: RedditServer) -> None:
    reply = send(f"{server.reddit_url}api/v1/access_token", "POST", body=b"", headers={"User-Agent": agent})
    assert (reply.status, reply.headers["content-type"][:9]) == (429, "text/html")


def test_the_web_site_is_not_to_be_asked(server: RedditServer) -> None:
    assert send(f"{server.reddit_url}r/Semax/new.json", headers=AGENT).status == 403


def test_rate_headers_have_the_recorded_forms(server: RedditServer) -> None:
    headers = ask(server, "r/Semax/new").headers
    assert (headers["x-ratelimit-used"], headers["x-ratelimit-remaining"]) == ("1", "999.0")
    assert headers["x-ratelimit-reset"] == "500", "the window is aligned to the clock"
    server.windows.decimal = False
    assert ask(server, "r/Semax/new").headers["x-ratelimit-remaining"] == "998"
    assert "x-ratelimit-used" not in token(server).headers


def test_the_limit_is_counted_per_client_and_ends_with_the_window(server: RedditServer) -> None:
    server.windows.limit = 2
    assert [ask(server, "r/Semax/new").status for _ in range(3)] == [200, 200, 429]
    over = ask(server, "r/Semax/new")
    assert over.json == {"message": "Too Many Requests", "error": 429}
    assert over.headers["x-ratelimit-remaining"] == "0.0"
    server.clock.move(seconds=500)
    assert ask(server, "r/Semax/new").status == 200


# 11.5


def test_a_listing_is_paged_and_ends_with_null_at_its_ceiling(server: RedditServer) -> None:
    server.ceiling = 25
    crowd(server, 40)
    first = ask(server, "r/Semax/new", limit=10)
    second = ask(server, "r/Semax/new", limit=10, after=first.json["data"]["after"])
    last = ask(server, "r/Semax/new", limit=10, after=second.json["data"]["after"])
    assert [len(ids(reply)) for reply in (first, second, last)] == [10, 10, 5]
    assert last.json["data"]["after"] is None
    assert len({*ids(first), *ids(second), *ids(last)}) == 25


@pytest.mark.parametrize(("limit", "shown"), [("0", 1), ("1", 1), ("100", 100), ("1024", 100), ("none", 25)])
def test_the_limit_is_clamped(limit: str, shown: int, server: RedditServer) -> None:
    crowd(server, 120)
    assert len(ids(ask(server, "r/Semax/new", limit=limit))) == shown


def test_a_cursor_of_a_post_that_is_gone_gives_an_empty_listing(server: RedditServer) -> None:
    assert ids(ask(server, "r/Semax/new", after="t3_zzz9999")) == []


@pytest.mark.parametrize("switch", ["true", "True", "1", "on"])
def test_a_search_stays_in_its_community_if_it_is_told_to(switch: str, server: RedditServer) -> None:
    inside = ask(server, "r/Semax/search/", q='"Semax"', restrict_sr=switch, limit=100)
    assert {one["data"]["subreddit"] for one in inside.json["data"]["children"]} == {"Semax"}
    outside = ask(server, "r/Semax/search", q='"Semax"', limit=100)
    assert set(ids(inside)) < set(ids(outside))


def test_phrases_words_and_or_are_understood(server: RedditServer) -> None:
    def found(query: str) -> set[str]:
        return set(ids(ask(server, "r/all/search", q=query, limit=100)))

    assert found('"emotional blunting"') == {"zzz0001"}
    assert found("caffeine OR anhedonia") == {"zzz0008", "zzz0009"}
    assert found("semax caffeine") == set()
    assert found('"Sema"') == set()


def test_a_search_ends_at_its_own_ceiling_and_other_orders_show_other_posts(server: RedditServer) -> None:
    crowd(server, 300)

    def all_of(sort: str) -> set[str]:
        found: set[str] = set()
        after = ""
        while True:
            page = ask(server, "r/Semax/search", q="Semax", restrict_sr=1, sort=sort, limit=100, after=after)
            found |= set(ids(page))
            after = page.json["data"]["after"]
            if not after:
                return found

    new, top = all_of("new"), all_of("top")
    assert (len(new), len(top)) == (250, 250)
    assert len(new | top) > 250


def test_time_windows_end_where_they_say(server: RedditServer) -> None:
    server.world.post("Semax", WRITERS[0], "Semax now", "text", when=NOW - timedelta(hours=30))
    spans = {span: len(ids(ask(server, "r/all/search", q="Semax", t=span))) for span in ("day", "week", "month", "all")}
    assert spans == {"day": 0, "week": 1, "month": 5, "all": 5}


def test_a_query_that_is_too_long_is_400(server: RedditServer) -> None:
    reply = ask(server, "r/Semax/search", q="x" * 513)
    assert (reply.status, reply.json["fields"]) == (400, ["q"])


@pytest.mark.parametrize(
    ("status", "code", "reason"),
    [
        ("private", 403, "private"), ("quarantined", 403, "quarantined"), ("banned", 404, "banned"),
        ("withheld", 451, "unavailable"),
    ],
)  # fmt: skip
def test_a_community_that_is_closed_says_why(status: str, code: int, reason: str, server: RedditServer) -> None:
    server.world.community("Semax", status)
    for path in ("r/semax/new", "r/Semax/search", "r/Semax/about", "comments/zzz0007"):
        reply = ask(server, path, q="Semax")
        assert (reply.status, reply.json["reason"]) == (code, reason)
    assert ids(ask(server, "r/Semax+Nootropics/new")) == ["zzz0009", "zzz0001"]


def test_a_community_that_does_not_exist_redirects(server: RedditServer) -> None:
    reply = ask(server, "r/nosuchplace/new")
    assert (reply.status, "/subreddits/search" in reply.headers["location"]) == (302, True)


def test_without_raw_json_texts_are_escaped(server: RedditServer) -> None:
    raw, escaped = ask(server, "comments/zzz0008"), ask(server, "comments/zzz0008", raw_json=0)
    texts = [reply.json[0]["data"]["children"][0]["data"]["selftext"] for reply in (raw, escaped)]
    assert "a < b & c" in texts[0]
    assert "a &lt; b &amp; c" in texts[1]


# 11.6


def test_a_thread_is_two_listings_with_nested_replies(server: RedditServer) -> None:
    posts, comments = ask(server, "comments/zzz0001").json
    assert [one["data"]["id"] for one in posts["data"]["children"]] == ["zzz0001"]
    first = comments["data"]["children"][0]["data"]
    assert first["replies"]["data"]["children"][0]["data"]["parent_id"] == "t1_zzz0002"
    assert first["replies"]["data"]["children"][0]["data"]["replies"] == ""


def test_what_finds_no_place_is_left_out_and_can_be_asked_for(server: RedditServer) -> None:
    server.trees.shown = 1
    _, comments = ask(server, "comments/zzz0001").json
    more = comments["data"]["children"][-1]
    assert (more["kind"], more["data"]["count"]) == ("more", 3)
    form = {"api_type": "json", "link_id": "t3_zzz0001", "children": ",".join(more["data"]["children"])}
    things = ask(server, "api/morechildren", form).json["json"]["data"]["things"]
    assert [one["data"]["id"] for one in things] == more["data"]["children"]


def test_at_the_deepest_level_a_thread_is_continued_elsewhere(server: RedditServer) -> None:
    above = "t3_zzz0007"
    for number in range(12):
        above = f"t1_{server.world.comment(above, WRITERS[0], f'level {number}', when=NOW)}"
    comments = ask(server, "comments/zzz0007").json[1]
    for _ in range(9):
        comments = comments["data"]["children"][0]["data"]["replies"]
    cut = comments["data"]["children"][0]["data"]["replies"]["data"]["children"][0]
    assert (cut["kind"], cut["data"]["id"], cut["data"]["count"], cut["data"]["children"]) == ("more", "_", 0, [])
    parent = cut["data"]["parent_id"].removeprefix("t1_")
    below = ask(server, f"comments/zzz0007/_/{parent}").json[1]["data"]["children"][0]["data"]
    assert (below["id"], below["replies"]["data"]["children"][0]["data"]["body"]) == (parent, "level 10")


def test_some_comments_never_come_back_and_many_are_put_off(server: RedditServer) -> None:
    names = [server.world.comment("t3_zzz0007", WRITERS[0], f"c {number}", when=NOW) for number in range(30)]
    server.world.dropped.add(names[0])
    form = {"link_id": "t3_zzz0007", "children": ",".join(names)}
    things = ask(server, "api/morechildren", form).json["json"]["data"]["things"]
    came = [one["data"]["id"] for one in things if one["kind"] == "t1"]
    assert (len(came), names[0] in came) == (20, False)
    assert things[-1]["data"]["children"] == names[21:]


@pytest.mark.parametrize(
    ("fate", "author", "text", "category"),
    [
        ("deleted", "[deleted]", "[deleted]", "deleted"),
        ("removed", WRITERS[5], "[removed]", "moderator"),
        ("live", WRITERS[5], "I feel calmer and I sleep better since I started it.", None),
    ],
)
def test_a_post_has_the_recorded_markers_of_its_fate(
    fate: str, author: str, text: str, category: str | None, server: RedditServer
) -> None:
    server.fate("t3_zzz0007", fate)
    (given,) = (one["data"] for one in ask(server, "api/info", id="t3_zzz0007").json["data"]["children"])
    assert (given["author"], given["selftext"], given["removed_by_category"]) == (author, text, category)
    assert ("author_fullname" in given) == (author != "[deleted]")


def test_a_comments_text_outlives_its_account_and_not_its_removal(server: RedditServer) -> None:
    server.world.accounts_deleted.add(WRITERS[1])
    reply = ask(server, "api/info", id="t1_zzz0002,t1_zzz0005,t1_zzz0006")
    assert [(one["data"]["author"], one["data"]["body"][:9]) for one in reply.json["data"]["children"]] == [
        ("[deleted]", "I tried S"), ("[deleted]", "[deleted]"), ("[deleted]", "[removed]"),
    ]  # fmt: skip


def test_what_is_gone_is_missing_everywhere(server: RedditServer) -> None:
    server.fate("t3_zzz0007", "gone")
    assert ids(ask(server, "api/info", id="t3_zzz0007,t3_zzz0001,t3_nosuch")) == ["zzz0001"]
    assert ask(server, "comments/zzz0007").status == 404
    assert "zzz0007" not in ids(ask(server, "r/Semax/new"))


def test_an_edit_and_a_cross_post_are_told(server: RedditServer) -> None:
    server.edit("t3_zzz0007", "other words")
    edited, crossed = (
        one["data"] for one in ask(server, "api/info", id="t3_zzz0007,t3_zzz0011").json["data"]["children"]
    )
    assert (edited["selftext"], edited["edited"]) == ("other words", NOW.timestamp())
    assert (crossed["edited"], crossed["crosspost_parent"]) == (False, "t3_zzz0001")


def test_a_hundred_names_are_answered_at_once_and_no_more(server: RedditServer) -> None:
    crowd(server, 120)
    names = ",".join(one.name for one in server.world.posts())
    assert len(ids(ask(server, "api/info", id=names))) == 100


# 18


def test_what_does_not_exist_is_404_and_too_long_an_address_400(server: RedditServer) -> None:
    assert ask(server, "api/nothing").json == {"message": "Not Found", "error": 404}
    assert ask(server, "api/morechildren", {"link_id": "t3_nosuch"}).json["fields"] == ["link_id"]
    over = ask(server, "api/info", id="x" * 9000)
    assert (over.status, b"<h1>400 Bad request</h1>" in over.body) == (400, True)


def test_everything_is_marked_as_made_up(server: RedditServer) -> None:
    assert ask(server, "r/Semax/new").headers["x-emulator"] == "1"
    assert all(name.startswith(("t3_zzz", "t1_zzz")) for name in server.world.things)


@pytest.mark.parametrize(
    ("fault", "status", "body"),
    [
        ("blocked", 403, "network security"),
        ("error-in-200", 200, "Internal Server Error"),
        ("ratelimit-in-200", 200, "RATELIMIT"),
        ("rate-limit-json", 429, "Too Many Requests"),
        ("forget-tokens", 401, "Unauthorized"),
    ],
)
def test_its_own_faults_strike_once(fault: str, status: int, body: str, server: RedditServer) -> None:
    assert fault in OWN_FAULTS
    server.fault(fault, tool="new")
    struck = ask(server, "r/Semax/new")
    assert (struck.status, body in struck.body.decode()) == (status, True)
    assert ask(server, "r/Semax/new").status == 200


def test_an_account_may_be_refused_by_a_fault(server: RedditServer) -> None:
    server.fault("invalid-grant", tool="access_token")
    assert token(server).json == {"error": "invalid_grant"}


def test_it_can_be_commanded_over_http(server: RedditServer) -> None:
    command(server.url, do="fate", name="t3_zzz0007", fate="gone")
    command(server.url, do="community", name="PSSD", status="private")
    command(server.url, do="edit", name="t3_zzz0001", text="edited")
    assert server.world.things["t3_zzz0007"].fate == "gone"
    assert server.world.status("pssd") == "private"
    assert json.dumps(command(server.url, do="community", name="x", status="odd")).count("expected one of") == 1
