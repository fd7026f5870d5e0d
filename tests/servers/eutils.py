"""A local stand-in for NCBI's E-utilities over db=pubmed, written from their published behaviour alone.

    with EutilsServer.over_own_records() as server:
        ...  # server.url is http://127.0.0.1:PORT/entrez/eutils/

`python -m tests.servers.eutils --help` runs it as a process of its own. README.md says what it does and does not do.
"""

import argparse
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from threading import Event, Thread, Timer
from types import TracebackType
from typing import Any, Self

from tests.servers.eutils_clock import Clock
from tests.servers.eutils_control import Control
from tests.servers.eutils_corpus import Corpus
from tests.servers.eutils_faults import FAULTS
from tests.servers.eutils_service import VALID_KEY, Entry, Service, Settings
from tests.servers.eutils_synthetic import own_corpus
from tests.servers.eutils_transport import Listener

__all__ = ["FAULTS", "VALID_KEY", "Corpus", "EutilsServer"]
_UNKEPT = frozenset(("log", "pmids", "down", "up"))


class EutilsServer:
    """The emulator behind a socket; every control command is a method of `control` and a POST to `/_control`."""

    def __init__(
        self,
        corpus: Corpus,
        *,
        port: int = 0,
        now: datetime | None = None,
        keys: Sequence[str] = (VALID_KEY,),
        state: Path | None = None,
        **options: Any,
    ) -> None:
        """Make a server; it listens once it is entered or started.

        Args:
            port: 0 takes a free one.
            now: an aware time at which the emulator's clock stands still; None follows the machine.
            keys: valid API keys.
            state: where commands and requests are written; the commands in it are obeyed again at a restart.
            options: `rate_limit`, `limit_by_clock`, `doctype`, `ceiling_status`, see `Service`.
        """
        self.service = Service(corpus, clock=Clock(now), settings=Settings(keys=frozenset(keys)), **options)
        self.control = Control(self.service)
        self._closing = Event()
        self._port = port
        self._state = state
        self._listener: Listener | None = None
        self._thread: Thread | None = None
        self._timers: list[Timer] = []
        if state is not None and state.exists():
            self._resume(state)

    @classmethod
    def over_own_records(cls, **options: Any) -> "EutilsServer":
        """Make a server over the small synthetic records that come with it."""
        return cls(own_corpus(), **options)

    @property
    def url(self) -> str:
        """Base URL, with the slash at its end."""
        return f"http://127.0.0.1:{self._port}/entrez/eutils/"

    @property
    def log(self) -> list[Entry]:
        """What was asked so far."""
        return self.service.log

    def asked(self, tool: str) -> list[Entry]:
        """What one tool was asked so far."""
        return [entry for entry in self.service.log if entry.tool == tool]

    def fault(self, name: str, **rule: Any) -> None:
        """Script a fault (`FAULTS`), see `Faults.add`; by default it hits the next request, once."""
        self.control.fault(name, **rule)

    def start(self) -> Self:
        """Begin to listen."""
        listener = Listener(
            self._port, self.service, closing=self._closing, control=self._obey, go_down=self.go_down, keep=self._keep
        )
        self._port = listener.server_address[1]
        self._listener = listener
        self._thread = Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop listening and let go of everything that waits."""
        self._closing.set()
        for timer in self._timers:
            timer.cancel()
        self._unlisten()

    def go_down(self, seconds: float | None = None) -> None:
        """Refuse connections, for some seconds or until `come_up`."""
        self._unlisten()
        if seconds is not None:
            timer = Timer(seconds, self.come_up)
            timer.daemon = True
            self._timers.append(timer)
            timer.start()

    def come_up(self) -> None:
        """Listen again, on the same port."""
        if self._listener is None and not self._closing.is_set():
            self.start()

    def _unlisten(self) -> None:
        listener, self._listener = self._listener, None
        if listener is not None:
            listener.shutdown()
            listener.server_close()
            listener.drop_connections()

    def _obey(self, command: dict[str, Any]) -> Any:
        name = command.get("do")
        if name == "down":
            Timer(0.05, self.go_down, (command.get("seconds", 1.0),)).start()
            return None
        result = self.control.obey(command)
        if name not in _UNKEPT:
            self._write({"command": command})
        return result

    def _keep(self, entry: Entry) -> None:
        self._write({"request": asdict(entry)})

    def _write(self, line: dict[str, Any]) -> None:
        if self._state is not None:
            with self.service.lock, self._state.open("a", encoding="utf-8") as stream:
                stream.write(json.dumps(line) + "\n")

    def _resume(self, state: Path) -> None:
        for line in state.read_text(encoding="utf-8").splitlines():
            command = json.loads(line).get("command")
            if command:
                self.control.obey(command)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.servers.eutils", description="Stand-in for E-utilities.")
    parser.add_argument("--corpus", type=Path, nargs="*", default=[], help="files or folders of PubMed XML (.gz, .xz)")
    parser.add_argument("--own", action="store_true", help="add the emulator's own synthetic records")
    parser.add_argument("--generate", type=int, default=0, metavar="N", help="add N generated synthetic records")
    parser.add_argument("--days", nargs="+", default=["2025-03-01"], metavar="YYYY-MM-DD", help="their create dates")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--now", type=datetime.fromisoformat, help="aware ISO time at which the clock stands still")
    parser.add_argument("--key", action="append", default=[], help=f"a valid API key (default {VALID_KEY})")
    parser.add_argument("--no-rate-limit", action="store_true")
    parser.add_argument("--doctype", choices=("https", "http", "none", "next-year"), default="https")
    parser.add_argument("--state", type=Path, help="file of commands and requests; commands are obeyed again")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the emulator until it is ended, its URL on the first line of standard output."""
    chosen = _arguments(arguments)
    corpus = Corpus.load(chosen.corpus) if chosen.corpus else Corpus()
    if chosen.own or not (chosen.corpus or chosen.generate):
        own_corpus(into=corpus)
    server = EutilsServer(
        corpus,
        port=chosen.port,
        now=chosen.now,
        keys=chosen.key or (VALID_KEY,),
        state=chosen.state,
        rate_limit=not chosen.no_rate_limit,
        doctype=chosen.doctype,
    )
    if chosen.generate:
        server.control.generate(count=chosen.generate, days=chosen.days)
    with server:
        sys.stdout.write(server.url + "\n")
        sys.stdout.flush()
        while True:
            time.sleep(3600)


if __name__ == "__main__":
    main()
