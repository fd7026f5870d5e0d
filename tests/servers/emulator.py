"""What every emulator shares: a socket that a test can switch off, a script of faults, a log, a clock, commands.

A stand-in for a service is a subclass of `Emulator` with its routes (`respond`) and the names of its own faults.
"""

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime
from functools import partial
from threading import Event, RLock, Thread, Timer
from types import TracebackType
from typing import Any, ClassVar, Self

from tests.servers import faults
from tests.servers.clock import Clock, real_seconds
from tests.servers.faults import Faults, Rule
from tests.servers.messages import Answer, Entry, Request
from tests.servers.transport import Listener, Visit


class Server(ABC):
    """A socket on 127.0.0.1 with a life of its own; it listens once it is entered or started."""

    path: ClassVar[str] = "/"
    """Where the service's base URL begins."""

    def __init__(self, port: int = 0) -> None:
        """Make a server; port 0 takes a free one."""
        self._closing = Event()
        self._port = port
        self._listener: Listener | None = None
        self._thread: Thread | None = None
        self._timers: list[Timer] = []

    @property
    def url(self) -> str:
        """Base URL, with the slash at its end."""
        return f"http://127.0.0.1:{self._port}{self.path}"

    @abstractmethod
    def visit(self, request: Request) -> Visit:
        """Put a request on the log and see whether a fault hits it."""

    @abstractmethod
    def obey(self, command: dict[str, Any]) -> Any:
        """Run a command that was posted to `/_control`.

        Raises:
            ValueError, KeyError, TypeError: it cannot be obeyed.
        """

    def keep(self, entry: Entry) -> None:  # noqa: B027  # most emulators need no more than their log
        """Be told of each log entry before its answer is sent."""

    def start(self) -> Self:
        """Begin to listen."""
        listener = Listener(
            self._port,
            visit=self.visit,
            closing=self._closing,
            control=self._command,
            go_down=self.go_down,
            keep=self.keep,
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

    def _command(self, command: dict[str, Any]) -> Any:
        if command.get("do") != "down":
            return self.obey(command)
        Timer(0.05, self.go_down, (command.get("seconds", 1.0),)).start()
        return None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


class Emulator(Server):
    """A service with a log, a clock and a script of faults; a subclass says what it answers (`respond`)."""

    faults: ClassVar[Sequence[str]] = faults.FAULTS
    """What can go wrong here: those of every service and the subclass's own."""

    def __init__(self, *, port: int = 0, now: datetime | None = None) -> None:
        """Make an emulator.

        Args:
            port: 0 takes a free one.
            now: an aware time at which its clock stands still; None follows the machine.
        """
        super().__init__(port)
        self.clock = Clock(now)
        self.script = Faults(self.faults)
        self.log: list[Entry] = []
        self.lock = RLock()
        self.commands: dict[str, Callable[..., Any]] = {
            "fault": self.fault,
            "clear_faults": self.script.clear,
            "clock": self.set_clock,
            "log": lambda tool=None: [asdict(entry) for entry in self.log if tool in {None, entry.tool}],
        }
        """What can be posted to `/_control` as `{"do": name, ...}`; a subclass may add its own."""

    @abstractmethod
    def respond(self, request: Request, rule: Rule | None) -> Answer:
        """Answer as the service does.

        Args:
            request: as it came.
            rule: a fault of the subclass's own that hits it; those of every service are seen to here.
        """

    def replaced(self, _request: Request, rule: Rule) -> Answer | None:
        """Give the answer of a fault of every service that stands in place of the right one, None for the others."""
        return faults.replacement(rule, self.clock.now())

    def tool(self, request: Request) -> str:
        """Name the tool that a request asks, for faults and log; the last part of its path unless overridden."""
        return request.tool

    def who(self, request: Request) -> str:
        """Name who asks; the address, unless the service has credentials."""
        return request.address

    def fault(self, name: str, **rule: Any) -> None:
        """Script a fault, see `Faults.add`; by default it hits the next request, once."""
        self.script.add(name, **rule)

    def asked(self, tool: str) -> list[Entry]:
        """What one tool was asked so far."""
        return [entry for entry in self.log if entry.tool == tool]

    def set_clock(self, *, at: str | None = None, days: float = 0, seconds: float = 0) -> str:
        """Stop the clock at an aware ISO time, or move it; gives the new time."""
        if at is not None:
            self.clock.set(datetime.fromisoformat(at))
        self.clock.move(days=days, seconds=seconds)
        return self.clock.now().isoformat()

    def visit(self, request: Request) -> Visit:
        """Put a request on the log and see whether a fault hits it."""
        with self.lock:
            tool = self.tool(request)
            rule = self.script.strike(tool)
            entry = Entry(
                number=len(self.log) + 1,
                time=real_seconds(),
                clock=self.clock.now().isoformat(),
                method=request.method,
                path=request.path,
                tool=tool,
                params={name: list(values) for name, values in request.params.items()},
                who=self.who(request),
                user_agent=request.headers.get("user-agent", ""),
                fault=rule.name if rule else "",
            )
            self.log.append(entry)
            return Visit(entry, rule, partial(self._answer, request, rule))

    def obey(self, command: dict[str, Any]) -> Any:
        """Run a command: `do` and the arguments of the command of that name.

        Raises:
            ValueError: there is no such command, or an argument is wrong.
        """
        name = str(command.get("do"))
        if name not in self.commands:
            raise ValueError(f"expected one of {', '.join(self.commands)}, got {name!r}")
        with self.lock:
            return self.commands[name](**{key: value for key, value in command.items() if key != "do"})

    def _answer(self, request: Request, rule: Rule | None) -> Answer:
        with self.lock:
            if rule is None or rule.name not in faults.FAULTS:
                return self.respond(request, rule)
            return self.replaced(request, rule) or faults.altered(rule, self.respond(request, None))


def serve(server: Server) -> None:
    """Run a server until the process is ended, its URL on the first line of standard output."""
    with server:
        print(server.url, flush=True)  # noqa: T201  # the first line tells the caller where it is
        while True:
            time.sleep(3600)
