"""The session under PRAW: it really waits, shares its limit, counts, and gives up with a reason."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest

from harvest.crawl.reddit.exchange import Asking, Exchanged, NoAnswer
from harvest.crawl.reddit.polite import INTERVAL, PACE, Patience, PoliteSession
from harvest.crawl.retry import GaveUp
from harvest.errors import Interrupted
from harvest.faults import Fault
from harvest.limiter import Limiter

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
GOOD = b'{"kind": "Listing", "data": {"children": []}}'
LOST = NoAnswer(Fault("connection-lost", "the connection failed", retry=True))
URL = "https://oauth.example/r/Semax/search/"


@dataclass
class Scripted:
    """A transport that gives what it is told, the last for ever; time passes only when somebody waits."""

    answers: list[Exchanged | NoAnswer]
    sent: list[Asking] = field(default_factory=list)
    at: list[float] = field(default_factory=list)
    clock: float = 1000.0

    def send(self, asking: Asking) -> Exchanged:
        self.sent.append(asking)
        self.at.append(round(self.clock - 1000, 3))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, NoAnswer):
            raise answer
        return answer

    def close(self) -> None:
        self.at.clear()

    def pause(self, seconds: float) -> None:
        self.clock += seconds


def ok(**headers: str) -> Exchanged:
    return said(200, GOOD, **headers)


def said(status: int, body: bytes = b"", **headers: str) -> Exchanged:
    return Exchanged(status, {name.replace("_", "-"): value for name, value in headers.items()}, body)


def left(remaining: str, reset: str) -> Mapping[str, str]:
    return {"x_ratelimit_remaining": remaining, "x_ratelimit_reset": reset, "x_ratelimit_used": "1"}


def session(
    transport: Scripted, folder: Path, *, name: str = "reddit:one", patience: Patience | None = None
) -> PoliteSession:
    limiter = Limiter(folder, name, interval=INTERVAL, monotonic=lambda: transport.clock)
    return PoliteSession(
        transport, limiter=limiter, pause=transport.pause, patience=patience, random=Random(1), now=lambda: NOW
    )


def test_a_pause_that_reddit_asks_for_is_really_waited_for(tmp_path: Path) -> None:
    transport = Scripted([said(429, retry_after="30"), ok()])

    answer = session(transport, tmp_path).request("GET", URL)

    assert answer.json()["kind"] == "Listing"
    assert transport.at == [0.0, 30.0]


def test_a_date_is_waited_for_as_well(tmp_path: Path) -> None:
    transport = Scripted([said(429, retry_after="Sun, 22 Nov 2026 12:00:45 GMT"), ok()])
    session(transport, tmp_path).request("GET", URL)
    assert transport.at == [0.0, 45.0]


def test_without_a_word_the_end_of_the_window_is_waited_for(tmp_path: Path) -> None:
    transport = Scripted([said(429, **left("0.0", "375")), ok()])
    session(transport, tmp_path).request("GET", URL)
    assert transport.at == [0.0, 375.0]


def test_without_any_sign_waits_double_up_to_their_limit(tmp_path: Path) -> None:
    transport = Scripted([said(429)] * 4 + [ok()])
    patience = Patience(base=2.0, longest=5.0)
    session(transport, tmp_path, patience=patience).request("GET", URL)
    waits = [after - before for before, after in zip(transport.at, transport.at[1:], strict=False)]
    assert all(PACE <= wait <= most for wait, most in zip(waits, (2.0, 4.0, 5.0, 5.0), strict=True))


def test_no_pause_is_longer_than_reddits_window(tmp_path: Path) -> None:
    transport = Scripted([said(429, retry_after="86400"), ok()])
    session(transport, tmp_path).request("GET", URL)
    assert transport.at == [0.0, 600.0]


def test_a_pause_holds_for_every_process_with_the_same_client(tmp_path: Path) -> None:
    transport = Scripted([ok(**left("0.0", "120")), ok()])
    session(transport, tmp_path).request("GET", URL)

    session(transport, tmp_path).request("GET", URL)
    session(transport, tmp_path, name="reddit:another").request("GET", URL)

    assert transport.at == [0.0, 120.0, 120.0]


@pytest.mark.parametrize(
    ("remaining", "reset", "between"),
    [("1000.0", "600", 0.6), ("300", "600", 2.0), ("10000.0", "600", 0.1), ("5.0", "600", 10.0), ("990.0", "6", 0.1)],
)
def test_what_is_left_of_the_window_is_spread_over_it(
    remaining: str, reset: str, between: float, tmp_path: Path
) -> None:
    transport = Scripted([ok(**left(remaining, reset))])
    polite = session(transport, tmp_path)
    for _ in range(3):
        polite.request("GET", URL)
    assert transport.at == [0.0, between, 2 * between]


def test_where_reddit_says_nothing_a_hundred_a_minute_are_asked(tmp_path: Path) -> None:
    transport = Scripted([ok()])
    polite = session(transport, tmp_path)
    for _ in range(3):
        polite.request("GET", URL)
    assert transport.at == [0.0, 0.6, 1.2]


def test_praw_is_not_shown_by_what_it_would_wait_a_second_time(tmp_path: Path) -> None:
    answer = session(Scripted([ok(**left("0.0", "375.5"))]), tmp_path).request("GET", URL)
    assert not any(name.lower().startswith("x-ratelimit") for name in answer.headers)


def test_what_stays_wrong_is_given_up_with_its_reason(tmp_path: Path) -> None:
    transport = Scripted([ok(), said(503)])
    polite = session(transport, tmp_path, patience=Patience(times=3))
    polite.request("GET", URL)
    with pytest.raises(GaveUp, match="status 503"):
        polite.request("GET", URL)
    assert len(transport.sent) == 1 + 4
    assert polite.retried == {"status-503": 3}


def test_without_a_network_two_more_tries_are_enough(tmp_path: Path) -> None:
    transport = Scripted([LOST])
    with pytest.raises(GaveUp, match="connection"):
        session(transport, tmp_path).request("GET", URL)
    assert len(transport.sent) == 3


def test_a_refusal_is_not_asked_again(tmp_path: Path) -> None:
    transport = Scripted([said(403, b'{"reason": "private"}')])
    with pytest.raises(GaveUp, match="private"):
        session(transport, tmp_path).request("GET", URL)
    assert len(transport.sent) == 1


def test_two_tokens_may_be_refused_and_no_third(tmp_path: Path) -> None:
    polite = session(Scripted([said(401, b"{}")]), tmp_path)
    assert [polite.request("GET", URL).status_code for _ in range(2)] == [401, 401]
    with pytest.raises(GaveUp, match="every token was refused"):
        polite.request("GET", URL)


def test_requests_are_counted_by_tool_and_retries_apart(tmp_path: Path) -> None:
    polite = session(Scripted([said(500), ok()]), tmp_path)
    polite.request("GET", URL)
    polite.request("GET", "https://oauth.example/comments/zzz1/_/zzz2")
    polite.request("POST", "https://oauth.example/api/morechildren/", data=[("children", "a")])
    assert polite.asked == {"search": 1, "comments": 1, "morechildren": 1}
    assert polite.retried == {"status-500": 1}


def test_an_emulators_answer_is_noticed(tmp_path: Path) -> None:
    polite = session(Scripted([ok(), ok(x_emulator="1")]), tmp_path)
    polite.request("GET", URL)
    assert not polite.synthetic
    polite.request("GET", URL)
    assert polite.synthetic


def test_a_stop_ends_a_wait(tmp_path: Path) -> None:
    transport = Scripted([said(429, retry_after="600"), ok()])

    def pause(seconds: float) -> None:
        if seconds > 1:
            raise Interrupted("stopped")

    limiter = Limiter(tmp_path, "reddit:one", interval=INTERVAL, monotonic=lambda: 0.0)
    with pytest.raises(Interrupted):
        PoliteSession(transport, limiter=limiter, pause=pause).request("GET", URL)


def test_a_replay_waits_for_nothing() -> None:
    transport = Scripted([said(429, retry_after="600"), said(500), ok()])
    PoliteSession(transport, limiter=None, pause=transport.pause).request("GET", URL)
    assert transport.clock == 1000.0


def test_nothing_that_is_logged_names_the_client_or_what_was_asked(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    polite = session(Scripted([said(500), ok()]), tmp_path)
    polite.headers["User-Agent"] = "agent"
    asked = [("grant_type", "password"), ("password", "a canary")]
    polite.request("POST", URL, data=asked, params={"q": "a canary"}, auth=("a canary", "a canary"))
    assert "try 2 of 7" in caplog.text
    assert "canary" not in caplog.text
