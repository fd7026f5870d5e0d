"""Rechecks while others write to the same ledger: what they erased stays erased, what they stored stays the newest."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from harvest.catalogue import Catalogue
from harvest.configuration import Configuration
from harvest.crawl import recheck as room
from harvest.crawl.duty import NAMELESS, There
from harvest.crawl.recheck import Rechecked
from harvest.erasing import erase
from harvest.ledger import Depth, Ledger, entries, verify
from harvest.model import Key, RunOutcome
from harvest.reading import read
from tests import posts
from tests.cli import ledgers

ONE, TWO = "trialposts:1", "trialposts:2"
OTHER_RUN = "01JD7Q8Z0000000000000000AB"

Act = Callable[[], object]


@dataclass
class Provider:
    """Says of each record what it is told to; `meanwhile` happens while it first answers."""

    says: Mapping[Key, There] = field(default_factory=dict)
    meanwhile: Act | None = None
    deletion_duty: bool = True

    def still_there(self, keys: Sequence[Key], _: Configuration) -> Mapping[Key, There]:
        act, self.meanwhile = self.meanwhile, None
        if act:
            act()
        return {key: self.says[key] for key in keys}


@dataclass
class Place:
    """A ledger with a few posts, and what another process does to it."""

    configuration: Configuration
    path: Path

    def opened(self, catalogue: Catalogue) -> Ledger:
        return posts.opened(self.configuration.data, self.configuration.state_dir, catalogue, run=OTHER_RUN)

    def erase(self, name: str) -> None:
        catalogue = Catalogue()
        with self.opened(catalogue) as ledger:
            erase([name], "person-asked", ledger, catalogue)

    def store(self, title: str) -> None:
        """A crawl finds a newer text of the first post."""
        told = {"key": ONE, "provider": posts.PROVIDER, "what": ["revision"], "old": {}, "new": {}}
        with self.opened(Catalogue()) as ledger:
            with ledger.batch() as batch:
                batch.append("changed", told, content={"title": title, "person": "0" * 64})
            ledger.seal()

    def recheck(self) -> Rechecked:
        (report,) = room.recheck("semax-ssri", self.configuration, lambda: ledgers.NOW)
        assert verify(self.path, state=self.configuration.state_dir, depth=Depth.DEEP).exit_code == 0
        return report

    def bodies(self, kind: str) -> list[dict[str, Any]]:
        return [entry.body for entry in entries(self.path) if entry.type == kind]

    def redacted(self) -> dict[int, str]:
        return {body["seq"]: body["reason"] for body in self.bodies("redaction")}

    def title(self, name: str) -> str:
        return str(read(self.path, now=ledgers.NOW).find(name)["title"])

    def stored(self) -> str:
        """All text that lies beside the ledger."""
        return "".join(path.read_text() for path in (self.configuration.data / "content").rglob("*.json"))


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.setattr(os, "fsync", lambda _: None)
    folders = {"HARVEST_DATA_DIR": str(tmp_path / "data"), "HARVEST_STATE_DIR": str(tmp_path / "state")}
    configuration = Configuration.load(folders)
    return Place(configuration, posts.write(configuration.data, configuration.state_dir, "private", "other"))


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Provider:
    """One that both posts still stand at, without their writers' accounts."""
    made = Provider({ONE: NAMELESS, TWO: NAMELESS})
    monkeypatch.setattr(room, "spiders", lambda: {posts.PROVIDER: made})
    return made


@pytest.fixture
def before(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, Act], None]:
    """Lets something happen while the next call of a ledger's method waits for the append lock."""

    def arm(method: str, act: Act) -> None:
        waiting, real = [act], getattr(Ledger, method)

        def call(ledger: Ledger, *given: object) -> object:
            if waiting:
                waiting.pop()()
            return real(ledger, *given)

        monkeypatch.setattr(Ledger, method, call)

    return arm


Before = Callable[[str, Act], None]


def test_words_that_another_erases_while_the_lock_is_waited_for_do_not_come_back(
    place: Place, provider: Provider, before: Before
) -> None:
    before("batch", lambda: place.erase("s1"))

    report = place.recheck()

    assert report == Rechecked(posts.PROVIDER, 2, 2, 0, 0, RunOutcome.COMPLETE)
    assert [body["key"] for body in place.bodies("changed")] == [TWO]
    assert place.redacted()[3] == "person-asked"
    assert "private" not in place.stored()


def test_a_text_that_a_crawl_stores_while_the_lock_is_waited_for_stays_the_newest(
    place: Place, provider: Provider, before: Before
) -> None:
    before("batch", lambda: place.store("newer"))

    place.recheck()

    assert place.title(ONE) == "newer"
    assert [body["key"] for body in place.bodies("changed")] == [ONE, ONE, TWO]
    assert sorted(place.redacted()) == [3, 4, 6]
    assert ("private" in place.stored(), "person" in place.stored()) == (False, False)


def test_a_record_that_another_erases_while_the_provider_answers_is_passed_over(
    place: Place, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "GROUP", 1)
    provider.says = {ONE: False, TWO: NAMELESS}
    provider.meanwhile = lambda: place.erase("s2")

    report = place.recheck()

    assert report == Rechecked(posts.PROVIDER, 2, 1, 1, 0, RunOutcome.COMPLETE)
    assert place.redacted() == {4: "person-asked", 3: "gone-at-provider"}
    told = {"asked": 2, "present": 1, "gone": 1, "unknown": 0, "outcome": "complete"}
    assert place.bodies("rechecked")[0].items() >= told.items()
    assert place.bodies("changed") == []


def test_what_is_gone_and_was_erased_meanwhile_is_redacted_once(place: Place, provider: Provider) -> None:
    provider.says = {ONE: False, TWO: True}
    provider.meanwhile = lambda: place.erase("s1")

    assert place.recheck().gone == 1
    assert [(body["seq"], body["reason"]) for body in place.bodies("redaction")] == [(3, "person-asked")]


def test_a_text_that_a_crawl_stores_of_a_post_that_is_gone_goes_with_the_others(
    place: Place, provider: Provider
) -> None:
    provider.says = {ONE: False, TWO: True}
    provider.meanwhile = lambda: place.store("newer")

    assert place.recheck().gone == 1
    assert sorted(place.redacted()) == [3, 6]
    assert "newer" not in place.stored()


def test_where_another_erased_the_newest_text_of_a_post_no_older_one_stays(place: Place, provider: Provider) -> None:
    place.store("newer")
    provider.meanwhile = lambda: place.erase("6")

    place.recheck()

    assert place.redacted()[3] == "gone-at-provider"
    assert ("private" in place.stored(), "newer" in place.stored()) == (False, False)


def test_the_copy_of_a_line_that_another_erases_before_it_is_replaced_goes_with_it(
    place: Place, provider: Provider, before: Before
) -> None:
    before("redact", lambda: place.erase("3"))

    place.recheck()

    assert place.redacted() == {3: "person-asked", 4: "gone-at-provider", 6: "gone-at-provider"}
    assert "private" not in place.stored()
    assert place.title(TWO) == "Post 2: other"
