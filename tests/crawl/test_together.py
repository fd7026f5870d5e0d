from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from harvest.configuration import Configuration
from harvest.crawl import together
from harvest.crawl.progress import Silent
from harvest.errors import Busy, CredentialsMissing, HarvestError, LedgerBroken, UsageError
from harvest.model import RunOutcome
from harvest.topics import template
from harvest.topics.reader import read


@dataclass
class Opened:
    """A session that was opened."""

    finished: list[bool] = field(default_factory=list)

    def finish(self, *, interrupted: bool, requests: dict[str, int]) -> None:
        self.finished.append(interrupted)


def _spider(end: HarvestError | Opened) -> Any:
    def open_session(*_: object) -> Opened:
        if isinstance(end, HarvestError):
            raise end
        return end

    return type("Spider", (), {"open_session": staticmethod(open_session)})


def _open(**providers: HarvestError | Opened) -> tuple[Any, Any]:
    known = {name: _spider(end) for name, end in providers.items()}
    return together._open("topic", [*providers, "absent"], known, Configuration.load(), Silent)


def test_a_provider_waits_for_those_whose_records_go_first_and_the_last_for_all_of_the_others() -> None:
    waits = {"enrich": (), "trials": ("pubmed", "europepmc"), "web": (), "europepmc": ("pubmed",), "pubmed": ()}
    known = {name: type(name, (), {"after": after, "after_others": name == "enrich"}) for name, after in waits.items()}

    assert list(together._turns(waits, known).items()) == [
        ("web", ()),
        ("pubmed", ()),
        ("europepmc", ("pubmed",)),
        ("trials", ("pubmed", "europepmc")),
        ("enrich", ("trials", "web", "europepmc", "pubmed")),
    ]
    assert together._turns(["trials", "europepmc"], known) == {"europepmc": (), "trials": ("europepmc",)}


def test_a_busy_provider_is_skipped_while_the_others_run() -> None:
    opened, skipped = _open(pubmed=Opened(), web=Busy("another run is going on"))

    assert list(opened) == ["pubmed"]
    assert skipped["web"].outcome is RunOutcome.SKIPPED
    assert skipped["web"].failure == "another run is going on"


def test_a_provider_without_credentials_or_spider_is_skipped_with_what_to_do() -> None:
    _, skipped = _open(pubmed=Opened(), reddit=CredentialsMissing("no credentials", hint="set praw_client_id"))

    assert skipped["reddit"].failure == "no credentials; set praw_client_id"
    assert skipped["absent"].failure == "not in this version"


def test_where_all_are_busy_nothing_is_done() -> None:
    with pytest.raises(Busy):
        _open(pubmed=Busy("another run is going on"), web=Busy("and another"))


def test_a_broken_ledger_closes_what_was_opened_before() -> None:
    first = Opened()

    with pytest.raises(LedgerBroken):
        _open(pubmed=first, web=LedgerBroken("line 4"))

    assert first.finished == [True]


@pytest.fixture
def topic(tmp_path: Path) -> Callable[[str], Any]:
    """A topic file's topic, its provider table replaced."""

    def make(tables: str) -> Any:
        path = tmp_path / "some.toml"
        head, _, tail = template("some").partition("[providers.pubmed]")
        path.write_text(head + tables + tail[tail.index("[schedule]") :])
        return read(path)

    return make


def test_only_chooses_among_the_providers_in_the_order_of_the_topic(topic: Callable[[str], Any]) -> None:
    some = topic("[providers.web]\n[providers.pubmed]\n")

    assert together._chosen(some, ["pubmed", "web"]) == ["web", "pubmed"]
    assert together._chosen(some, []) == ["web", "pubmed"]


def test_a_topic_without_providers_cannot_be_crawled(topic: Callable[[str], Any]) -> None:
    with pytest.raises(UsageError, match=r"expected a \[providers.NAME\] table"):
        together._chosen(topic(""), [])
