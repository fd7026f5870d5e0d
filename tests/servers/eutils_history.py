"""The history server: result sets that a client may come back to, for a while (reference 1.5)."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field


class SetGone(LookupError):
    """There is no such set, or it has expired."""


@dataclass(slots=True)
class _Environment:
    made: float
    sets: list[tuple[int, ...]] = field(default_factory=list)


class History:
    """Sets of PMIDs by WebEnv and query key."""

    def __init__(self, seconds: Callable[[], float], *, lifetime: float = 3600.0) -> None:
        """Make a history server whose sets live `lifetime` seconds of the clock that `seconds` reads."""
        self._seconds = seconds
        self._lifetime = lifetime
        self._environments: dict[str, _Environment] = {}
        self._made = 0

    def store(self, pmids: tuple[int, ...], web_env: str = "") -> tuple[str, int]:
        """Keep a set, beside the others of `web_env` if that still lives; give its WebEnv and query key."""
        name = web_env if self._living(web_env) else self._new()
        environment = self._environments[name]
        environment.sets.append(pmids)
        return name, len(environment.sets)

    def get(self, web_env: str, key: int) -> tuple[int, ...]:
        """Give a set.

        Raises:
            SetGone: it is not there.
        """
        if not self._living(web_env) or not 1 <= key <= len(self._environments[web_env].sets):
            raise SetGone(key)
        return self._environments[web_env].sets[key - 1]

    def forget(self) -> None:
        """Let all sets expire."""
        self._environments.clear()

    def _living(self, web_env: str) -> bool:
        environment = self._environments.get(web_env)
        return environment is not None and self._seconds() - environment.made < self._lifetime

    def _new(self) -> str:
        self._made += 1
        name = "MCID_" + hashlib.sha256(f"{self._made}".encode()).hexdigest()[:24]
        self._environments[name] = _Environment(self._seconds())
        return name
