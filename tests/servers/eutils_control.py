"""What can be done to the emulator while it runs; the same commands in Python, over HTTP and in the state file."""

from dataclasses import asdict
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from tests.servers.eutils_changes import retracted, revised
from tests.servers.eutils_service import Service
from tests.servers.eutils_synthetic import generate

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

SETTINGS = ("keys", "longest_url", "limit_headers", "retry_after")


class Control:
    """Obeys commands: a JSON object with `do` and the arguments of the method of that name."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self.commands: Mapping[str, Callable[..., Any]] = {
            "fault": self.fault,
            "clear_faults": self.clear_faults,
            "clock": self.clock,
            "set": self.set,
            "add": self.add,
            "generate": self.generate,
            "revise": self.revise,
            "retract": self.retract,
            "delete": self.delete,
            "forget_history": self.forget_history,
            "pmids": self.pmids,
            "log": self.log,
        }

    def obey(self, command: dict[str, Any]) -> Any:
        """Run one command.

        Raises:
            ValueError: there is no such command, or an argument is wrong.
        """
        name = str(command.get("do"))
        if name not in self.commands:
            raise ValueError(f"expected one of {', '.join(self.commands)}, got {name!r}")
        with self._service.lock:
            return self.commands[name](**{key: value for key, value in command.items() if key != "do"})

    def fault(self, name: str, **rule: Any) -> None:
        """Script a fault, see `Faults.add`."""
        self._service.faults.add(name, **rule)

    def clear_faults(self) -> None:
        """Forget the script."""
        self._service.faults.clear()

    def clock(self, *, at: str | None = None, days: float = 0, seconds: float = 0) -> str:
        """Stop the clock at an aware ISO time, or move it; gives the new time."""
        if at is not None:
            self._service.clock.set(datetime.fromisoformat(at))
        self._service.clock.move(days=days, seconds=seconds)
        return self._service.clock.now().isoformat()

    def set(self, *, rate_limit: bool | None = None, doctype: Any = None, **settings: Any) -> None:
        """Switch settings, see `Settings`; also `rate_limit` and `doctype`.

        Raises:
            ValueError: there is no such setting.
        """
        for name, value in settings.items():
            if name not in SETTINGS:
                raise ValueError(f"expected one of {', '.join(SETTINGS)}, got {name!r}")
            setattr(self._service.settings, name, frozenset(value) if name == "keys" else value)
        if rate_limit is not None:
            self._service.limiter.enabled = rate_limit
        if doctype is not None:
            self._service.records.doctype = doctype

    def add(self, *, xml: str) -> int:
        """Take in the XML of one PubmedArticle; gives its PMID."""
        return self._service.corpus.add(xml.encode())

    def generate(
        self, *, count: int, days: list[str], first_pmid: int | None = None, word: str = "synthetic"
    ) -> list[int]:
        """Make synthetic records spread evenly over days (`YYYY-MM-DD`); gives the first and the last PMID."""
        ordinals = [date.fromisoformat(day).toordinal() for day in days]
        pmids = generate(self._service.corpus, count, ordinals, first_pmid=first_pmid, word=word)
        return [pmids[0], pmids[-1]]

    def revise(self, *, pmid: int, on: str | None = None, **changes: Any) -> None:
        """Change a record, see `eutils_changes.revised`; its revision date becomes `on`, or the emulator's day."""
        self._service.corpus.add(revised(self._raw(pmid), on=self._day(on), **changes))

    def retract(self, *, pmid: int, notice: int | None = None, on: str | None = None) -> None:
        """Mark a record as retracted by the notice of that PMID."""
        self._service.corpus.add(retracted(self._raw(pmid), notice=notice, on=self._day(on)))

    def delete(self, *, pmid: int) -> None:
        """Take a record out: its PMID is found by no search and fetched by no one."""
        self._raw(pmid)
        self._service.corpus.delete(pmid)

    def forget_history(self) -> None:
        """Let all history sets expire."""
        self._service.history.forget()

    def pmids(self) -> list[int]:
        """Give every PMID, also of records whose create date is yet to come."""
        return self._service.corpus.pmids()

    def log(self, *, tool: str | None = None) -> list[dict[str, Any]]:
        """Give the request log, of one tool if named."""
        return [asdict(entry) for entry in self._service.log if tool in {None, entry.tool}]

    def _day(self, on: str | None) -> date:
        return date.fromisoformat(on) if on else self._service.clock.eastern().date()

    def _raw(self, pmid: int) -> bytes:
        number = self._service.corpus.number(pmid)
        if number is None:
            raise ValueError(f"expected a PMID of the corpus, got {pmid}")
        return self._service.corpus.raw(number)
