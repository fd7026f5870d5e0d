"""Power is lost after every call of a writer: nothing acknowledged is lost, nothing whole is refused or moved away.

The model of the disk is in `disk.py`, what the writers do in `stories.py`.
"""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from random import Random
from typing import Any
from unittest import mock

import pytest

from harvest.ledger import StateFolder, durable
from harvest.ledger.durable import write_file
from harvest.ledger.store import Store
from tests.torture.crash_states import campaign as campaigns
from tests.torture.crash_states import stories
from tests.torture.crash_states.campaign import campaign
from tests.torture.crash_states.stories import STORIES, Story, Writer
from tests.torture.crash_states.trial import Figures, Trial
from tests.torture.memory import scratch_folder
from tests.torture.scale import WHOLE, said, scaled

SHOWN = 5
"""Of many faults, so many are shown."""


@pytest.fixture
def scratch(tmp_path: Path) -> Iterator[Path]:
    with scratch_folder(tmp_path) as folder:
        yield folder


def figures_of(scratch: Path) -> Iterator[tuple[str, Figures]]:
    """What came of each story; the whole takes as many processes as there are cores."""
    if not WHOLE:
        yield from ((name, campaign(scratch, name, campaigns.SAMPLE)) for name in STORIES)
        return
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        waiting = {pool.submit(campaign, scratch, name, campaigns.WHOLE): name for name in STORIES}
        yield from ((waiting[ended], ended.result()) for ended in as_completed(waiting))


def test_no_loss_of_power_loses_or_refuses_what_was_acknowledged(scratch: Path) -> None:
    figures = Figures()
    for name, more in figures_of(scratch):
        figures.add(more)
        said(f"crash states of {name}: {more}")
    said(f"crash states: {figures}")
    assert figures.lost[:SHOWN] == []
    assert figures.false[:SHOWN] == []
    assert len(figures.distinct) >= scaled(500, 1_000_000)


# --- negative controls: writers that are wrong -----------------------------------------------------------------


def skip(*_: Any, **__: Any) -> None:
    """Does nothing."""


def unsynced(*given: Any, **named: Any) -> None:
    with mock.patch.object(os, "fsync", skip):
        write_file(*given, **named)


@contextmanager
def without_sync() -> Iterator[None]:
    with mock.patch.object(Store, "sync", skip):
        yield


@contextmanager
def without_synced_temporary_files() -> Iterator[None]:
    with mock.patch.object(durable, "write_file", unsynced):
        yield


@contextmanager
def without_synced_folders() -> Iterator[None]:
    with ExitStack() as patches:
        for module in ("durable", "store", "keys"):
            patches.enter_context(mock.patch(f"harvest.ledger.{module}.sync_folder", skip))
        yield


@contextmanager
def without_intention() -> Iterator[None]:
    with mock.patch("harvest.ledger.erasure.replace", skip):
        yield


def told_by(wrong: Callable[[], Any], story: Story) -> Story:
    """The story with a writer that is wrong."""

    def tell(writer: Writer) -> None:
        with wrong():
            story.tell(writer)

    return replace(story, tell=tell)


def append_and_promise_too_early(writer: Writer) -> None:
    sync = Store.sync

    def promise_first(store: Store, **named: Any) -> None:
        writer.promise()
        sync(store, **named)

    with mock.patch.object(Store, "sync", promise_first):
        stories.append(writer)


def crashed(scratch: Path, story: Story) -> Figures:
    figures = Figures()
    trial = Trial(scratch, story, figures)
    trace = trial.play()
    assert trace
    trial.examine(trace, ways=12, chance=Random(4))
    return figures


def test_a_writer_that_does_not_sync_is_caught(scratch: Path) -> None:
    assert crashed(scratch, told_by(without_sync, STORIES["appends in batches"])).lost


def test_a_writer_that_acknowledges_before_it_syncs_is_caught(scratch: Path) -> None:
    assert crashed(scratch, replace(STORIES["appends in batches"], tell=append_and_promise_too_early)).lost


def test_a_writer_that_renames_what_it_did_not_sync_is_caught(scratch: Path) -> None:
    assert crashed(scratch, told_by(without_synced_temporary_files, STORIES["seals"])).false


def test_a_writer_that_does_not_sync_folders_is_caught(scratch: Path) -> None:
    assert crashed(scratch, told_by(without_synced_folders, STORIES["a new ledger"])).lost


def test_a_writer_that_erases_without_an_intention_is_caught(scratch: Path) -> None:
    faults = crashed(scratch, told_by(without_intention, STORIES["an erasure"])).false
    assert any("absent without redaction" in fault for fault in faults)


def test_a_process_that_relies_on_what_a_killed_one_did_not_sync_is_caught(scratch: Path) -> None:
    figures = Figures()
    trial = Trial(scratch, STORIES["a new ledger"], figures)
    with mock.patch.object(Store, "_sync_name", skip), mock.patch.object(StateFolder, "sync", skip):
        for call in range(10, 24):
            trace = trial.play((call,))
            assert trace
            trial.examine(trace, ways=6, chance=Random(4))
    assert figures.false
