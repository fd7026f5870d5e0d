"""A local stand-in for NCBI's E-utilities over db=pubmed, written from their published behaviour alone.

    with EutilsServer.over_own_records() as server:
        ...  # server.url is http://127.0.0.1:PORT/entrez/eutils/

`python -m tests.servers.eutils --help` runs it as a process of its own. README.md says what it does and does not do.
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.servers.clock import Clock
from tests.servers.emulator import Server, serve
from tests.servers.eutils_control import Control
from tests.servers.eutils_corpus import Corpus
from tests.servers.eutils_faults import FAULTS
from tests.servers.eutils_service import VALID_KEY, Service, Settings
from tests.servers.eutils_synthetic import own_corpus
from tests.servers.messages import Entry, Request
from tests.servers.transport import Visit

__all__ = ["FAULTS", "VALID_KEY", "Corpus", "EutilsServer"]
_UNKEPT = frozenset(("log", "pmids"))


class EutilsServer(Server):
    """The emulator behind a socket; every control command is a method of `control` and a POST to `/_control`."""

    path = "/entrez/eutils/"

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
        super().__init__(port)
        self.service = Service(corpus, clock=Clock(now), settings=Settings(keys=frozenset(keys)), **options)
        self.control = Control(self.service)
        self._state = state
        if state is not None and state.exists():
            self._resume(state)

    @classmethod
    def over_own_records(cls, **options: Any) -> "EutilsServer":
        """Make a server over the small synthetic records that come with it."""
        return cls(own_corpus(), **options)

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

    def visit(self, request: Request) -> Visit:
        """Put a request on the log and see whether a fault hits it."""
        return self.service.visit(request)

    def obey(self, command: dict[str, Any]) -> Any:
        """Run a command and write it down, so that a restart obeys it again."""
        result = self.control.obey(command)
        if command.get("do") not in _UNKEPT:
            self._write({"command": command})
        return result

    def keep(self, entry: Entry) -> None:
        """Write a request down."""
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
    serve(server)


if __name__ == "__main__":
    main()
