"""Asking an authority over HTTP: a small server on this machine gives the answers."""

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from harvest.errors import AnswerUnusable, Unreachable, UsageError
from harvest.ledger.outside import authority
from harvest.ledger.outside.authority import ask
from harvest.ledger.outside.kept import MAX_BYTES

REPLY = "application/timestamp-reply"


class Server(ThreadingHTTPServer):
    """Answers every request with `answer`: status, media type, content, further headers."""

    daemon_threads = True
    answer: tuple[int, str, bytes, dict[str, str]] = (200, REPLY, b"", {})

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.asked: list[tuple[str, str | None, str | None, bytes]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/tsa"


class Answering(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.append((self.path, self.headers["Content-Type"], self.headers["Accept"], content))
        status, kind, answer, further = self.server.answer
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(answer)), **further}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with Server() as running:
        thread = threading.Thread(target=running.serve_forever, args=(0.01,))
        thread.start()
        yield running
        running.shutdown()
        thread.join()


def test_the_request_is_posted_and_the_answer_given_back(server: Server) -> None:
    server.answer = (200, REPLY, b"answer", {})
    assert ask(server.url, b"request") == b"answer"
    assert server.asked == [("/tsa", "application/timestamp-query", REPLY, b"request")]


def test_an_answer_may_be_as_large_as_what_is_kept(server: Server) -> None:
    server.answer = (200, REPLY, bytes(MAX_BYTES), {})
    assert ask(server.url, b"request") == bytes(MAX_BYTES)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((500, REPLY, b"", {}), "got HTTP status 500"),
        ((302, REPLY, b"", {"Location": "http://127.0.0.1:1/"}), "got HTTP status 302"),
        ((307, REPLY, b"", {"Location": "http://127.0.0.1:1/"}), "got HTTP status 307"),
        ((200, "text/html", b"<html>", {}), "got text/html"),
        ((200, REPLY, bytes(MAX_BYTES + 1), {}), f"at most {MAX_BYTES} bytes"),
    ],
)
def test_an_answer_that_is_no_time_stamp_is_refused(
    server: Server, answer: tuple[int, str, bytes, dict[str, str]], said: str
) -> None:
    server.answer = answer
    with pytest.raises(AnswerUnusable, match=said):
        ask(server.url, b"request")
    assert len(server.asked) == 1


def test_nobody_there_or_no_answer_in_time_is_said(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    for scheme in ("http", "https"):
        with pytest.raises(Unreachable, match="Connection refused"):
            ask(f"{scheme}://127.0.0.1:1/", b"request")
    release = threading.Event()
    monkeypatch.setattr(Answering, "do_POST", _waiting(release))
    monkeypatch.setattr(authority, "PATIENCE", 0.05)
    try:
        with pytest.raises(Unreachable, match="timed out"):
            ask(server.url, b"request")
    finally:
        release.set()


def test_who_does_not_speak_http_gives_no_answer(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Answering, "do_POST", lambda answering: answering.wfile.write(b"?\r\n\r\n"))
    with pytest.raises(Unreachable, match=f"expected an answer from {server.url}, got"):
        ask(server.url, b"request")


def _waiting(release: threading.Event) -> Callable[[Answering], None]:
    def wait(_: Answering) -> None:
        release.wait(30)

    return wait


@pytest.mark.parametrize(
    "url", ["", "tsa.example.org", "file:///etc/passwd", "ftp://example.org/", "http:///x", "http://[", "http://a:x/"]
)
def test_what_is_no_url_of_the_web_is_refused(url: str) -> None:
    with pytest.raises(UsageError, match="expected an http or https URL for --tsa"):
        ask(url, b"request")
