"""Recorded exchanges of PRAW's and prawcore's own tests, replayed through our client: nothing of them is lost."""

import gzip
import json
import re
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harvest.configuration import Configuration
from harvest.crawl.reddit.client import Client, Refused
from harvest.crawl.reddit.credentials import Credentials
from harvest.crawl.reddit.polite import PoliteSession
from harvest.crawl.reddit.recording import Recording
from harvest.crawl.retry import GaveUp
from harvest.errors import AnswerUnusable, ArchiveError, NotRecorded
from harvest.reddit import things, threads
from harvest.reddit.threads import Thread

pytestmark = pytest.mark.recorded
PRAW = "praw_8.0.3_cassettes.tar.xz"
PRAWCORE = "prawcore_4.0.0_cassettes.tar.xz"
FOREST = "TestCommentForest.test_replace__"

Extract = Callable[[str, str], Path]


@pytest.fixture(scope="module")
def extract(recorded: Path, tmp_path_factory: pytest.TempPathFactory) -> Extract:
    """Gives one recording as a file of its own."""
    folder = tmp_path_factory.mktemp("recordings")
    archives: dict[str, dict[str, bytes]] = {}

    def held(archive: str) -> dict[str, bytes]:
        if archive not in archives:
            with tarfile.open(recorded / "reddit" / archive) as members:
                archives[archive] = {
                    Path(one.name).name: members.extractfile(one).read()  # type: ignore[union-attr]
                    for one in members
                    if one.isfile()
                }
        return archives[archive]

    def extracted(archive: str, name: str) -> Path:
        path = folder / name
        path.write_bytes(held(archive)[name])
        return path

    return extracted


def client(*files: Path) -> Client:
    http = PoliteSession(Recording(files), limiter=None, pause=lambda _: None)
    return Client(http, Credentials.of_a_recording(), Configuration.load({}))


def raw_things(file: Path, kind: str) -> dict[str, Any]:
    """Every thing of one kind in the recorded answers, by id."""
    found: dict[str, Any] = {}

    def look(value: Any) -> None:
        if isinstance(value, dict):
            if value.get("kind") == kind and isinstance(value.get("data"), dict):
                found.setdefault(value["data"]["id"], value["data"])
            for one in value.values():
                look(one)
        elif isinstance(value, list):
            for one in value:
                look(one)

    for one in json.loads(file.read_text())["interactions"]:
        body = one["response"]["body"]["string"]
        look(json.loads(body) if body.startswith(("{", "[")) else {})
    return found


def whole(asked: Client, post_id: str, monkeypatch: pytest.MonkeyPatch, *, sort: str = "confidence") -> Thread:
    monkeypatch.setattr(threads, "SORT", sort)
    reader = threads.reading(post_id, at_once=10_000)
    ask = next(reader)
    while True:
        try:
            answer: Any = asked.thread(ask)
        except NotRecorded:
            answer = None
        try:
            ask = reader.send(answer)
        except StopIteration as done:
            thread: Thread = done.value
            return thread


@pytest.mark.parametrize(
    ("name", "post_id", "sort", "counts"),
    [
        ("all", "3hahrw", "confidence", (543, 541, 2, 2)),
        ("all_large", "n49rw", "confidence", (1412, 1428, 0, 108)),
        ("all_with_comment_sort", "3hahrw", "old", (537, 536, 1, 2)),
    ],
)
def test_a_recorded_thread_comes_whole_and_what_is_missing_is_counted(
    name: str, post_id: str, sort: str, counts: tuple[int, ...], *, extract: Extract, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = extract(PRAW, f"{FOREST}{name}.json")

    thread = whole(client(file), post_id, monkeypatch, sort=sort)

    assert (thread.post.num_comments, len(thread.comments), thread.missing, thread.lost) == counts
    raw = raw_things(file, "t1")
    assert {one.id: one.text for one in thread.comments} == {one: given["body"] for one, given in raw.items()}
    assert {one.id: one.parent for one in thread.comments} == {one: given["parent_id"] for one, given in raw.items()}


def test_a_recorded_search_gives_every_post(extract: Extract) -> None:
    file = extract(PRAW, "TestSubreddit.test_search.json")
    asked = {
        "sort": "relevance", "syntax": "cloudsearch", "t": "all", "restrict_sr": "False", "limit": "1024",
        "q": "praw oauth search",
    }  # fmt: skip

    listing = client(file).get("r/all/search/", asked)

    posts = [things.post(thing) for thing in things.children(listing)]
    raw = raw_things(file, "t3")
    assert {one.id: (one.title, one.text) for one in posts} == {
        name: (given["title"], given["selftext"]) for name, given in raw.items()
    }
    assert (len(posts), things.after(listing)) == (6, "")


def test_recorded_posts_and_comments_are_asked_for_by_name_in_hundreds(extract: Extract) -> None:
    file = extract(PRAW, "TestReddit.test_info.json")
    asked = client(file)
    uris = [
        one["request"]["uri"] for one in json.loads(file.read_text())["interactions"] if "info" in one["request"]["uri"]
    ]

    came = []
    for uri in uris:
        (ids,) = re.findall(r"id=([^&]+)", uri)
        came += asked.info(ids.replace("%2C", ",").split(","))

    names = {thing["data"]["name"] for thing in came if thing["kind"] in {"t1", "t3"}}
    assert names == {f"t1_{one}" for one in raw_things(file, "t1")} | {f"t3_{one}" for one in raw_things(file, "t3")}
    assert len(uris) == 3


@pytest.mark.parametrize(
    ("name", "error", "words"),
    [
        ("unavailable_for_legal_reasons", Refused, "withheld for legal reasons"),
        ("internal_server_error", AnswerUnusable, "status 500"),
        ("cloudflare_unknown_error", AnswerUnusable, "status 520"),
        ("cloudflare_connection_timed_out", AnswerUnusable, "status 522"),
        ("service_unavailable", AnswerUnusable, "status 503"),
        ("gateway_timeout", AnswerUnusable, "status 504"),
    ],
)
def test_a_recorded_failure_is_said_in_our_words(
    name: str, error: type[Exception], words: str, extract: Extract
) -> None:
    file = extract(PRAWCORE, f"TestSession.test_request__{name}.json")
    with pytest.raises(error, match=words) as raised:
        client(file).get("", {})
    assert raised.value.__cause__ is None


def test_a_recorded_limit_names_the_pause_it_wants(extract: Extract) -> None:
    waited: list[float] = []
    file = extract(PRAWCORE, "TestSession.test_request__too__many_requests__with_retry_headers.json")
    http = PoliteSession(Recording([file]), limiter=None, pause=waited.append)
    with pytest.raises(GaveUp, match="too many requests"):
        http.request("GET", "https://oauth.reddit.com/api/v1/me")
    assert http.retried == {"rate-limited": 6}


def test_a_recorded_redirect_means_that_there_is_no_such_community(extract: Extract) -> None:
    file = extract(PRAWCORE, "TestSession.test_request__redirect.json")
    with pytest.raises(Refused, match="none of that name") as raised:
        client(file).get("r/random", {})
    assert raised.value.kind == "missing"


def test_what_is_not_recorded_is_said(extract: Extract) -> None:
    with pytest.raises(NotRecorded, match="no recorded answer to a request for search"):
        client(extract(PRAW, "TestReddit.test_info.json")).get("r/Semax/search/", {})


def test_every_recording_can_be_read(recorded: Path, extract: Extract) -> None:
    lines = gzip.decompress((recorded / "reddit" / "cassette_index.jsonl.gz").read_bytes()).splitlines()
    files = {(one["pkg"], one["file"]) for one in map(json.loads, lines)}
    archives = {"praw 8.0.3": PRAW, "prawcore 4.0.0": PRAWCORE}
    read = [Recording([extract(archives[package], file)]) for package, file in files if package in archives]
    assert len(read) == 643 + 55


def test_no_recording_is_an_error_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="got none"):
        Recording.beside(tmp_path)
    (tmp_path / "odd.json").write_text("[]")
    with pytest.raises(ArchiveError, match=r"odd\.json"):
        Recording([tmp_path])
