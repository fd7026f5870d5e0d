"""How answers travel: a threaded HTTP server on 127.0.0.1, and the faults that belong to the connection."""

import gzip
import json
import socket
import struct
import sys
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

from tests.servers.faults import Rule
from tests.servers.messages import Answer, Entry, Request

_RESET = struct.pack("ii", 1, 0)
_FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Visit:
    """A request that was put on the log: the fault that hits it, and how it is answered, that fault's effects on the
    body included.
    """

    entry: Entry
    rule: Rule | None
    answer: Callable[[], Answer]


class Listener(ThreadingHTTPServer):
    """The listening socket and its open connections.

    Attributes:
        visit: puts a request on the log of the service.
        closing: set when the emulator stops, so that nothing that waits holds it up.
        control: answers a command (see `emulator.Server`).
        go_down: stops listening for some seconds.
        keep: called with each log entry before its answer is sent.
    """

    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(
        self,
        port: int,
        *,
        visit: Callable[[Request], Visit],
        closing: Event,
        control: Callable[[dict[str, Any]], Any],
        go_down: Callable[[float], None],
        keep: Callable[[Entry], None],
    ) -> None:
        self.visit = visit
        self.closing = closing
        self.control = control
        self.go_down = go_down
        self.keep = keep
        self._open: set[socket.socket] = set()
        super().__init__(("127.0.0.1", port), _Connection)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Remember the connection, so that it can be closed from here."""
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Forget a connection that has ended."""
        self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Let a client go that went away; anything else is our own mistake and is shown."""

        if not isinstance(sys.exception(), OSError | ValueError):
            super().handle_error(request, client_address)

    def drop_connections(self) -> None:
        """End what is open, kept-alive connections above all."""
        for connection in list(self._open):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                self._open.discard(connection)


class _Connection(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "Emulator"
    sys_version = ""
    disable_nagle_algorithm = True
    server: Listener
    _drip: ClassVar[dict[str, float]] = {"bytes": 64, "seconds": 0.02}

    def do_GET(self) -> None:  # the name that http.server asks for
        self._serve()

    def do_POST(self) -> None:  # the name that http.server asks for
        self._serve()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # http.server's own signature
        """Stay silent; the service has its log."""

    def _serve(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length) if length else b""
        path = urlsplit(self.path).path
        if path.rstrip("/").rsplit("/", 1)[-1] == "_control":
            self._control(body)
            return
        self._respond(self.server.visit(self._request(path, body)))

    def _request(self, path: str, body: bytes) -> Request:
        query = urlsplit(self.path).query
        form = body.decode("utf-8", "replace") if self.command == "POST" and self._is_form() else ""
        params: dict[str, list[str]] = {}
        for text in (query, form):
            for name, values in parse_qs(text, keep_blank_values=True).items():
                params.setdefault(name, []).extend(values)
        headers = {name.lower(): value for name, value in self.headers.items()}
        length = len(f"http://{headers.get('host', '')}{self.path}")
        tool = path.rstrip("/").rpartition("/")[2]
        return Request(self.command, path, tool, params, self.client_address[0], length, headers, body)

    def _is_form(self) -> bool:
        return self.headers.get("Content-Type", _FORM).startswith(_FORM)

    def _respond(self, visit: Visit) -> None:
        entry, rule = visit.entry, visit.rule
        name = rule.name if rule else ""
        options = rule.options if rule else {}
        if name in {"reset", "refuse", "timeout"}:
            self.server.keep(entry)
        if name in {"reset", "refuse"}:
            if name == "refuse":
                self.server.go_down(options.get("seconds", 0.5))
            self._reset()
            return
        if name == "timeout":
            self.server.closing.wait(options.get("seconds", 3600.0))
            self._reset()
            return
        answer = visit.answer()
        entry.status, entry.refused = answer.status, answer.status == 429  # Too Many Requests
        self.server.keep(entry)
        self._send(answer, name, options)

    def _reset(self) -> None:
        """Drop the connection without a farewell."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        self.rfile.close()
        self.connection.close()

    def _send(self, answer: Answer, fault: str, options: dict[str, Any]) -> None:
        body, headers = answer.body, dict(answer.headers)
        plain = not fault and "Content-Encoding" not in headers
        if plain and "gzip" in self.headers.get("Accept-Encoding", "") and len(body) > 1000:  # worth it
            body, headers["Content-Encoding"] = gzip.compress(body, 1), "gzip"
        self.send_response(answer.status)
        for name, value in headers.items():
            self.send_header(name, value)
        if answer.content_type:
            self.send_header("Content-Type", answer.content_type)
        self.send_header("X-Emulator", "1")
        self.send_header("Cache-Control", "private")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if fault == "slow-drip":
            self._trickle(body, {**self._drip, **options})
        elif fault == "cut-off":
            self.wfile.write(body[: len(body) // 2])
            self.close_connection = True
        else:
            self.wfile.write(body)

    def _trickle(self, body: bytes, drip: dict[str, Any]) -> None:
        size = int(drip["bytes"])
        for start in range(0, len(body), size):
            if self.server.closing.wait(drip["seconds"]):
                return
            self.wfile.write(body[start : start + size])

    def _control(self, body: bytes) -> None:
        """Obey a command in JSON; a command that cannot be obeyed is answered 400 with its reason."""
        try:
            status, result = 200, self.server.control(json.loads(body or b'{"do": "log"}'))
        except (ValueError, KeyError, TypeError) as reason:
            status, result = 400, {"error": str(reason)}
        content = json.dumps(result).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("X-Emulator", "1")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
