"""An invented provider that says which of its posts still exist; everything it serves is synthetic.

`GET /posts?ids=1,2` answers `{"posts": [{"id": "1", "deleted": false}, ...]}`; posts that it does not know of are left
out. More than 100 ids at once are refused.
"""

import json
from collections.abc import Iterable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

LIMIT = 100


class TrialPosts:
    """The provider; use it as a context manager.

    Attributes:
        known: ids of its posts.
        deleted: those among them that were deleted.
        asked: the ids of each request, in order.
        answers: after so many requests it is out of order.
    """

    def __init__(self, known: Iterable[int], *, answers: int = 1_000) -> None:
        self.known = {str(one) for one in known}
        self.deleted: set[str] = set()
        self.asked: list[list[str]] = []
        self.answers = answers
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handling(self))

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, ids: list[str]) -> tuple[int, dict[str, Any]]:
        """Status and body for a request."""
        self.asked.append(ids)
        if len(self.asked) > self.answers:
            return 503, {"error": "out of order"}
        if len(ids) > LIMIT:
            return 400, {"error": f"at most {LIMIT} ids"}
        return 200, {"posts": [{"id": one, "deleted": one in self.deleted} for one in ids if one in self.known]}


def _handling(provider: TrialPosts) -> type[BaseHTTPRequestHandler]:
    class Connection(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            (ids,) = parse_qs(urlsplit(self.path).query)["ids"]
            status, body = provider.answer(ids.split(","))
            raw = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("X-Emulator", "1")
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, *_: object) -> None:
            """Says nothing on standard error."""

    return Connection
