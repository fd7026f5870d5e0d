"""Stand-ins for what Scrapy hands to a middleware."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from scrapy.settings import Settings

from harvest.archive import Archive, Replay

NOW = datetime(2026, 11, 21, 19, 6, tzinfo=UTC)


@dataclass
class FakeSession:
    archive: Archive | None = None
    replay: Replay | None = None

    def clock(self) -> datetime:
        return NOW


@dataclass
class FakeStats:
    values: dict[str, int] = field(default_factory=dict)

    def inc_value(self, key: str) -> None:
        self.values[key] = self.values.get(key, 0) + 1


@dataclass
class FakeSleep:
    """Keeps how long each sleep was; `then` runs after each, for a stop that comes meanwhile."""

    slept: list[float] = field(default_factory=list)
    then: Any = None

    async def __call__(self, seconds: float) -> None:
        self.slept.append(seconds)
        if self.then:
            self.then()


def crawler(session: FakeSession | None = None, **settings: object) -> Any:
    return SimpleNamespace(
        crawling=True,
        engine=SimpleNamespace(_slot=SimpleNamespace(closing=None)),
        spider=SimpleNamespace(session=session or FakeSession()),
        settings=Settings(settings),
        stats=FakeStats(),
    )
