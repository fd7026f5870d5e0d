"""Bodies are read before statuses are believed; retries really wait."""

import asyncio
import gzip
import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy import Request
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)
from scrapy.http import Response
from twisted.internet.error import ConnectionLost, NoRouteError

from harvest.archive import Archive, Exchange, Replay
from harvest.crawl.network_faults import UNREACHABLE
from harvest.crawl.pause import Pause, Stopping
from harvest.crawl.retry import GaveUp, RetryMiddleware
from harvest.faults import Fault, retry_after
from harvest.limiter import Limit, Limiter
from tests.crawl.stand_in import NOW, FakeSession, FakeSleep, crawler

URL = "https://eutils.example/entrez/eutils/esearch.fcgi?api_key=s3cret-s3cret"


class Trial:
    """The middleware with everything around it made up, and what it did."""

    def __init__(self, folder: Path, session: FakeSession | None = None, **settings: object) -> None:
        self.crawler = crawler(session, **settings)
        self.sleep = FakeSleep()
        self.limiter = Limiter(folder, "limit", interval=0.1, monotonic=lambda: 1000.0)
        self.middleware = RetryMiddleware(
            self.crawler,
            pause=Pause(self.crawler, self.sleep),
            limiter=lambda _limit: self.limiter,
            random=Random(7),
            now=lambda: NOW,
        )

    @property
    def waited(self) -> float:
        return sum(self.sleep.slept)

    @property
    def counts(self) -> dict[str, int]:
        counted: dict[str, int] = self.crawler.stats.values
        return counted

    def answer(self, request: Request, status: int = 200, body: bytes = b"ok", **headers: str) -> Response | Request:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        response = Response(request.url, status=status, body=body, headers=named)
        return asyncio.run(self.middleware.process_response(request, response))

    def fail(self, request: Request, exception: Exception) -> Request | None:
        return asyncio.run(self.middleware.process_exception(request, exception))


@pytest.fixture
def trial(tmp_path: Path) -> Trial:
    return Trial(tmp_path)


def asked(check: Any = None, **meta: object) -> Request:
    return Request(URL, meta={"tool": "esearch", **({"check": check} if check else {}), **meta})


def says(fault: Fault | None) -> Any:
    return lambda _status, _headers, _body: fault


def test_a_believable_answer_passes_as_the_same_object(trial: Trial) -> None:
    request = asked(says(None))
    response = Response(URL)
    assert asyncio.run(trial.middleware.process_response(request, response)) is response
    assert trial.sleep.slept == []


def test_a_fault_in_a_200_is_asked_again_after_a_wait(trial: Trial) -> None:
    again = trial.answer(asked(says(Fault("backend-failed", "search backend failed", retry=True))))
    assert isinstance(again, Request)
    assert again.dont_filter
    assert again.meta["attempt"] == 2
    assert 0 < trial.waited <= 1
    assert trial.counts == {"harvest/retries/backend-failed": 1}


def test_an_error_status_that_the_check_believes_passes(trial: Trial) -> None:
    assert isinstance(trial.answer(asked(says(None)), status=404), Response)


def test_the_check_reads_the_decoded_body_and_lower_case_headers(trial: Trial) -> None:
    seen: list[object] = []

    def check(status: int, headers: Mapping[str, str], body: bytes) -> None:
        seen.extend((status, headers["content-type"], body))

    body = gzip.compress(b"<x/>")
    answer = trial.answer(asked(check), body=body, Content_Encoding="gzip", Content_Type="text/xml")
    assert seen == [200, "text/xml", b"<x/>"]
    assert isinstance(answer, Response)
    assert answer.body == body


def test_a_body_that_its_coding_does_not_fit_is_asked_again(trial: Trial) -> None:
    answer = trial.answer(asked(says(None)), body=gzip.compress(b"<x/>" * 99)[:-9], Content_Encoding="gzip")
    assert isinstance(answer, Request)
    assert trial.counts == {"harvest/retries/undecodable": 1}


def test_a_decompression_bomb_is_given_up_at_once(trial: Trial, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harvest.archive.coding.LIMIT", 1000)
    with pytest.raises(GaveUp, match="too-large"):
        trial.answer(asked(says(None)), body=gzip.compress(b"a" * 5000), Content_Encoding="gzip")


@pytest.mark.parametrize("status", [429, 500, 503])
def test_without_a_check_a_transient_status_is_asked_again(trial: Trial, status: int) -> None:
    assert isinstance(trial.answer(asked(), status=status), Request)


@pytest.mark.parametrize("status", [200, 304, 403, 404, 501])
def test_without_a_check_any_other_status_passes(trial: Trial, status: int) -> None:
    assert isinstance(trial.answer(asked(), status=status), Response)


def test_retry_after_in_seconds_is_honoured(trial: Trial) -> None:
    trial.answer(asked(), status=429, Retry_After="7")
    assert trial.waited == pytest.approx(7.0)


def test_retry_after_as_a_date_is_honoured(trial: Trial) -> None:
    trial.answer(asked(), status=503, Retry_After="Sat, 21 Nov 2026 19:06:09 GMT")
    assert trial.waited == pytest.approx(9.0)


def test_a_wait_that_the_check_found_is_honoured(trial: Trial) -> None:
    trial.answer(asked(says(Fault("rate-limited", "too many", retry=True, wait=3.0))))
    assert trial.waited == pytest.approx(3.0)


def test_retry_after_is_capped(tmp_path: Path) -> None:
    usual = Trial(tmp_path)
    usual.answer(asked(), status=429, Retry_After="86400")
    assert usual.waited == pytest.approx(120.0)
    short = Trial(tmp_path, HARVEST_RETRY_AFTER_MAX=5)
    short.answer(asked(), status=429, Retry_After="86400")
    assert short.waited == pytest.approx(5.0)


def test_everyone_under_the_limit_waits_after_a_429(trial: Trial) -> None:
    trial.answer(asked(limit=Limit("limit", 0.1)), status=429, Retry_After="7")
    assert trial.limiter.reserve() == pytest.approx(7.0)


def test_nobody_else_waits_after_a_broken_answer(trial: Trial) -> None:
    trial.answer(asked(limit=Limit("limit", 0.1)), status=500)
    assert trial.limiter.reserve() == 0.0


@given(attempt=st.integers(1, 6), seed=st.integers())
def test_back_off_doubles_under_full_jitter(tmp_path_factory: pytest.TempPathFactory, attempt: int, seed: int) -> None:
    trial = Trial(tmp_path_factory.mktemp("limits"), HARVEST_RETRY_BACKOFF_MAX=10)
    trial.middleware._random = Random(seed)
    trial.answer(asked(attempt=attempt), status=500)
    assert 0 <= trial.waited <= min(10, 2 ** (attempt - 1))


def test_a_request_is_given_up_after_six_retries(trial: Trial) -> None:
    request = asked()
    for attempt in range(2, 8):
        again = trial.answer(request, status=500)
        assert isinstance(again, Request)
        assert again.meta["attempt"] == attempt
        request = again
    with pytest.raises(GaveUp) as given_up:
        trial.answer(request, status=500)
    assert given_up.value.fault == Fault("status-500", "status 500", retry=True)
    assert trial.counts == {"harvest/retries/status-500": 6, "harvest/given-up/status-500": 1}


def test_a_setting_says_how_often(tmp_path: Path) -> None:
    with pytest.raises(GaveUp):
        Trial(tmp_path, HARVEST_RETRY_TIMES=0).answer(asked(), status=500)


@pytest.mark.parametrize(
    "fault", [Fault("key-refused", "API key invalid", fatal=True), Fault("uri-too-long", "414")], ids=["fatal", "one"]
)
def test_what_asking_again_cannot_help_is_given_up_at_once(trial: Trial, fault: Fault) -> None:
    with pytest.raises(GaveUp) as given_up:
        trial.answer(asked(says(fault)))
    assert given_up.value.fault is fault
    assert trial.sleep.slept == []


@pytest.mark.parametrize(
    ("exception", "kind"),
    [
        (CannotResolveHostError(), "name-not-found"),
        (DownloadTimeoutError(), "timed-out"),
        (ResponseDataLossError(), "cut-off"),
        (DownloadFailedError(), "connection-lost"),
        (ConnectionLost(), "connection-lost"),
        (NoRouteError(), "connection-lost"),
    ],
)
def test_a_failed_connection_is_asked_again(trial: Trial, exception: Exception, kind: str) -> None:
    again = trial.fail(asked(), exception)
    assert again is not None
    assert again.meta["attempt"] == 2
    assert trial.counts == {f"harvest/retries/{kind}": 1}
    assert kind in UNREACHABLE


def test_an_untrusted_certificate_is_given_up_at_once(trial: Trial) -> None:
    with pytest.raises(GaveUp, match="untrusted: the certificate of the server is not trusted"):
        trial.fail(asked(), DownloadFailedError("[('SSL routines', '', 'certificate verify failed')]"))


def test_an_answer_that_is_too_large_is_given_up_at_once(trial: Trial) -> None:
    with pytest.raises(GaveUp, match="larger than DOWNLOAD_MAXSIZE"):
        trial.fail(asked(), DownloadCancelledError())


def test_an_exception_that_is_not_about_the_network_is_left_alone(trial: Trial) -> None:
    assert trial.fail(asked(), ValueError("ours")) is None
    assert trial.fail(asked(), OSError("disk")) is None


def test_a_repeated_request_does_not_carry_the_snapshot_of_the_answer_before(trial: Trial) -> None:
    request = asked(snapshot="of the 429")
    again = trial.answer(request, status=429)
    assert isinstance(again, Request)
    assert "snapshot" not in again.meta
    assert request.meta["snapshot"] == "of the 429"


def test_each_attempt_is_counted_by_tool(trial: Trial) -> None:
    trial.middleware.process_request(asked())
    trial.middleware.process_request(Request("https://a.example/robots.txt"))
    trial.middleware.process_request(Request("https://a.example/"))
    assert trial.counts == {
        "harvest/requests/esearch": 1,
        "harvest/requests/robots": 1,
        "harvest/requests/page": 1,
    }


def test_log_lines_hold_no_query_and_no_key(trial: Trial, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger="harvest")
    trial.answer(asked(), status=500)
    trial.fail(asked(), DownloadTimeoutError(f"Getting {URL} took longer than 60 seconds."))
    assert "esearch: status 500; try 2 of 7" in caplog.text
    assert "s3cret" not in caplog.text
    assert "http" not in caplog.text
    assert {record.levelno for record in caplog.records if record.name.startswith("harvest")} == {logging.INFO}


def test_a_stop_is_noticed_while_waiting(trial: Trial) -> None:
    trial.sleep.then = lambda: setattr(trial.crawler, "crawling", False)
    with pytest.raises(Stopping):
        trial.answer(asked(), status=429, Retry_After="60")
    assert trial.waited <= 1


def test_a_replay_asks_again_without_waiting(tmp_path: Path) -> None:
    trial = replaying(tmp_path)
    again = trial.answer(asked(limit=Limit("limit", 0.1)), status=429, Retry_After="60")
    assert isinstance(again, Request)
    assert trial.sleep.slept == []
    assert trial.limiter.reserve() == 0.0


def test_a_request_that_a_recording_does_not_answer_is_given_up(tmp_path: Path) -> None:
    with pytest.raises(GaveUp, match="not-recorded: no answer"):
        replaying(tmp_path).answer(asked(unrecorded="no answer"), status=504)


def replaying(folder: Path) -> Trial:
    with Archive(folder / "archive", name="t-p-r", started=NOW, software="harvest") as archive:
        archive.record(Exchange("GET", "https://a.example/", b"", 200, "OK", (), b"", NOW))
    return Trial(folder, FakeSession(replay=Replay(folder / "archive")))


def test_scrapy_makes_one_from_its_settings() -> None:
    made = RetryMiddleware.from_crawler(crawler(HARVEST_RETRY_TIMES=2))
    assert made._times == 2
    assert made._now().tzinfo is UTC


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0.0),
        (" 120 ", 120.0),
        ("Sat, 21 Nov 2026 19:07:00 GMT", 60.0),
        ("Sat, 21 Nov 2026 19:00:00 GMT", 0.0),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("\u0665", None),
    ],
)
def test_retry_after_is_read_in_both_forms(value: str, seconds: float | None) -> None:
    assert retry_after(value, datetime(2026, 11, 21, 19, 6, tzinfo=UTC)) == seconds
