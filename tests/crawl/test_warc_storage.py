"""Answers are kept as they come and replayed without a network: real crawls in processes of their own."""

import gzip
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy import Request
from scrapy.http import Response, TextResponse
from scrapy.settings import Settings

from harvest.archive import Archive, Exchange, Replay, read_snapshot
from harvest.archive.reader import pairs
from harvest.crawl.warc_storage import WarcCacheStorage
from tests.crawl.stand_in import NOW, FakeSession

HERE = Path(__file__).parent
CHECKOUT = HERE.parents[1]
NOBODY = "http://127.0.0.1:9"
"""Nothing listens there."""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The base URL of a server that misbehaves."""
    with subprocess.Popen([sys.executable, HERE / "misbehaving.py"], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
        process.kill()


class Crawled:
    """What a trial crawl printed: for each path what it came to, and what was counted."""

    def __init__(self, folder: Path, base: str, *arguments: str) -> None:
        done = subprocess.run(
            [sys.executable, HERE / "trial_crawl.py", folder, base, *arguments],
            capture_output=True, text=True, check=False, timeout=100, cwd=CHECKOUT, env={"PYTHONPATH": str(CHECKOUT)},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        self.log = done.stderr
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        self.counted: Mapping[str, int] = lines[-1]["counted"]
        self.reached: list[str] = lines[-1]["reached"]
        self.found = {line.pop("path"): line for line in lines[:-1]}


def test_a_crawl_keeps_every_answer_whatever_its_status(tmp_path: Path, server: str) -> None:
    busy = f"/once-busy/{tmp_path.name}"
    crawled = Crawled(tmp_path, server, "/fine", busy, "/missing")
    kept = [
        (pair.exchange().url.removeprefix(server), pair.exchange().status, pair.record)
        for pair in pairs(tmp_path / "archive" / "t-p-r-00001.warc.gz")
    ]
    assert [(path, status) for path, status, _ in kept] == [
        ("/fine", 200),
        (busy, 429),
        (busy, 200),
        ("/missing", 404),
    ]
    cited = [crawled.found[path]["record"] for path in ("/fine", busy, "/missing")]
    assert cited == [kept[0][2], kept[2][2], kept[3][2]]


def test_only_codings_that_can_be_undone_are_asked_for(tmp_path: Path, server: str) -> None:
    Crawled(tmp_path, server, "/fine")
    (pair,) = pairs(tmp_path / "archive" / "t-p-r-00001.warc.gz")
    assert dict(pair.exchange().request_headers)["Accept-Encoding"] == "gzip, deflate, br"


def test_a_replay_gives_the_same_answers_and_opens_no_connection(tmp_path: Path, server: str) -> None:
    paths = ("/fine", f"/once-busy/{tmp_path.name}", "/elsewhere", "/coded", "/fine")
    live = Crawled(tmp_path, server, *paths)
    again = Crawled(tmp_path, NOBODY, "--replay", *paths)
    assert again.found == live.found
    assert again.counted == live.counted
    assert again.reached == []
    assert live.reached != []


def test_giving_up_is_replayed_as_it_happened(tmp_path: Path, server: str) -> None:
    live = Crawled(tmp_path, server, "/busy")
    again = Crawled(tmp_path, NOBODY, "--replay", "/busy")
    assert again.counted == live.counted
    assert again.found["/busy"] == {"gave_up": "status-429"}


def test_an_unrecorded_request_is_given_up_in_replay(tmp_path: Path, server: str) -> None:
    Crawled(tmp_path, server, "/fine")
    again = Crawled(tmp_path, server, "--replay", "/fine", "/other")
    assert again.found["/other"] == {"gave_up": "not-recorded"}
    assert again.reached == []


def test_robots_txt_is_not_fetched_in_replay(tmp_path: Path, server: str) -> None:
    Crawled(tmp_path, server, "/fine")
    again = Crawled(tmp_path, server, "--replay", "--robots", "/fine")
    assert again.counted["harvest/given-up/not-recorded"] == 1
    assert again.reached == []


def test_a_request_that_avoids_the_archive_is_refused_in_replay(tmp_path: Path, server: str) -> None:
    Crawled(tmp_path, server, "/fine")
    again = Crawled(tmp_path, server, "--replay", "--meta", '{"dont_cache": true}', "/fine")
    assert again.found["/fine"] == {"raised": "IgnoreRequest"}
    assert again.reached == []


@pytest.mark.parametrize("base", ["file:///etc/", "ftp://127.0.0.1/", "data:,"])
def test_only_http_is_asked(tmp_path: Path, base: str) -> None:
    assert Crawled(tmp_path, base, "hostname").found["hostname"] == {"gave_up": "bad-scheme"}


def test_the_time_limit_covers_the_whole_body_and_not_only_the_wait_for_it(tmp_path: Path, server: str) -> None:
    crawled = Crawled(tmp_path, server, "--timeout", "0.5", "/drip", "/silent")
    assert crawled.found == {"/drip": {"gave_up": "timed-out"}, "/silent": {"gave_up": "timed-out"}}
    assert crawled.counted["harvest/retries/timed-out"] == 2


def test_short_and_broken_bodies_end_in_a_named_fault_and_a_reset_is_survived(tmp_path: Path, server: str) -> None:
    reset = f"/once-reset/{tmp_path.name}"
    crawled = Crawled(tmp_path, server, "/short", "/broken", reset)
    assert crawled.found["/short"] == {"gave_up": "cut-off"}
    assert crawled.found["/broken"] == {"gave_up": "undecodable"}
    assert crawled.found[reset]["status"] == 200


def test_an_answer_that_is_too_large_is_a_named_fault(tmp_path: Path, server: str) -> None:
    crawled = Crawled(tmp_path, server, "--meta", '{"download_maxsize": 10}', "/drip", "/coded")
    assert crawled.found == {"/drip": {"gave_up": "too-large"}, "/coded": {"gave_up": "too-large"}}


def test_a_refused_connection_is_a_named_fault(tmp_path: Path) -> None:
    assert Crawled(tmp_path, NOBODY, "/").found["/"] == {"gave_up": "connection-refused"}


def test_a_stop_ends_a_long_wait(tmp_path: Path, server: str) -> None:
    crawled = Crawled(tmp_path, server, "--stop-when-busy", "/forever-busy", "/fine")
    assert "/fine" not in crawled.found
    assert crawled.counted["harvest/retries/status-429"] == 1


def test_an_archive_that_cannot_be_written_reaches_the_caller(tmp_path: Path, server: str) -> None:
    (tmp_path / "archive").write_text("not a folder")
    assert Crawled(tmp_path, server, "/fine").found["/fine"] == {"raised": "ArchiveError"}


# --- the storage alone


def storage() -> WarcCacheStorage:
    return WarcCacheStorage(Settings())


def spider(session: FakeSession) -> Any:
    return SimpleNamespace(session=session)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive(tmp_path, name="t-p-r", started=NOW, software="harvest 0.1.0") as made:
        yield made


def test_the_body_is_kept_as_received_with_every_header(tmp_path: Path, archive: Archive) -> None:
    request = Request("https://a.example/x?api_key=s3cret-s3cret", headers={"Accept": "text/xml"})
    response = Response(
        request.url, headers={"Content-Encoding": "gzip", "Via": ["1", "2"]}, body=gzip.compress(b"<x/>")
    )
    storage().store_response(spider(FakeSession(archive)), request, response)
    snapshot = request.meta["snapshot"]
    (pair,) = pairs(tmp_path / snapshot.file)
    assert pair.response.payload == response.body
    found = read_snapshot(tmp_path, snapshot.file, snapshot.record, sha256_hex=snapshot.sha256)
    assert found.body == b"<x/>"
    assert found.header("Via") == "1, 2"
    assert (found.url, found.when) == ("https://a.example/x", NOW)
    assert ("Accept", "text/xml") in found.request_headers


def test_a_date_that_scrapy_made_up_is_not_kept(tmp_path: Path, archive: Archive) -> None:
    for sent in ({}, {"Date": "Sat, 21 Nov 2026 19:06:00 GMT"}):
        request, response = Request("https://a.example/"), Response("https://a.example/", headers=sent)
        WarcCacheStorage._mark_undated(response, request)
        response.headers.setdefault("Date", "made up")
        storage().store_response(spider(FakeSession(archive)), request, response)
    dates = [pair.exchange().header("Date") for pair in pairs(tmp_path / "t-p-r-00001.warc.gz")]
    assert dates == ["", "Sat, 21 Nov 2026 19:06:00 GMT"]


def test_an_unknown_status_has_no_words(tmp_path: Path, archive: Archive) -> None:
    request = Request("https://a.example/")
    storage().store_response(spider(FakeSession(archive)), request, Response(request.url, status=599))
    (pair,) = pairs(tmp_path / "t-p-r-00001.warc.gz")
    assert (pair.exchange().status, pair.exchange().reason) == (599, "")


def test_without_an_archive_nothing_is_kept() -> None:
    request = Request("https://a.example/")
    storage().store_response(spider(FakeSession()), request, Response(request.url))
    assert "snapshot" not in request.meta


def test_a_live_run_is_never_answered_from_what_is_kept(archive: Archive) -> None:
    request = Request("https://a.example/")
    kept = spider(FakeSession(archive))
    storage().store_response(kept, request, Response(request.url))
    assert storage().retrieve_response(kept, request) is None


def test_a_replayed_answer_is_of_the_kind_that_its_headers_say_and_cites_the_recording(
    tmp_path: Path, archive: Archive
) -> None:
    headers = (("Content-Type", "text/html; charset=utf-8"), ("Via", "1"), ("Via", "2"))
    kept = archive.record(Exchange("GET", "https://a.example/", b"", 200, "OK", headers, "é".encode(), NOW))
    request = Request("http://127.0.0.1:8080/")
    response = storage().retrieve_response(spider(FakeSession(replay=Replay(tmp_path))), request)
    assert isinstance(response, TextResponse)
    assert response.text == "é"
    assert response.headers.getlist("Via") == [b"1", b"2"]
    assert response.url == request.url
    assert request.meta["snapshot"] == kept


def test_an_unrecorded_request_gets_a_504_so_that_no_setting_sends_it_on(tmp_path: Path, archive: Archive) -> None:
    archive.record(Exchange("GET", "https://a.example/", b"", 200, "OK", (), b"", NOW))
    request = Request("https://a.example/other")
    response = storage().retrieve_response(spider(FakeSession(replay=Replay(tmp_path))), request)
    assert response is not None
    assert response.status == 504
    assert request.meta == {"unrecorded": "the recording holds no answer to this request"}


def test_a_recording_that_changed_after_it_was_indexed_gives_no_answer(tmp_path: Path, archive: Archive) -> None:
    snapshot = archive.record(Exchange("GET", "https://a.example/", b"", 200, "OK", (), b"", NOW))
    replay = Replay(tmp_path)
    (tmp_path / snapshot.file).unlink()
    request = Request("https://a.example/")
    response = storage().retrieve_response(spider(FakeSession(replay=replay)), request)
    assert response is not None
    assert response.status == 504
    assert request.meta["unrecorded"].startswith("expected to read")
