"""Whatever goes wrong on the way, the same posts and comments come as without it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from harvest.model import Record
from tests.crawl.reddit_trial import client_of, gathered
from tests.servers.reddit import RedditServer

OPTIONS = {"slow-drip": {"bytes": 2000}, "refuse": {"seconds": 0.02}, "timeout": {"seconds": 2.0}}
ON_END = (
    ("reset", "refuse", "timeout", "cut-off", "slow-drip"),
    ("empty", "truncated", "html", "error-in-200", "wrong-content-type"),
    ("http-500", "http-502", "http-503", "http-504", "rate-limit"),
    ("rate-limit-retry-after", "rate-limit-http-date", "rate-limit-json", "ratelimit-in-200"),
    ("forget-tokens",),
)
"""Faults that strike each tool one after the other, what does no harm last."""
TOOLS = ("search", "new", "comments", "morechildren")


@pytest.fixture(scope="module")
def server() -> Iterator[RedditServer]:
    with RedditServer.over_own_world(rate_limit=False) as running:
        running.trees.shown = 2
        running.windows.limit = 100_000
        yield running


@pytest.fixture(autouse=True)
def _no_faults_left(server: RedditServer) -> Iterator[None]:
    yield
    server.script.clear()


@pytest.fixture(scope="module")
def undisturbed(server: RedditServer, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Record]:
    return gathered(client_of(server, tmp_path_factory.mktemp("limits")))


def test_the_emulators_world_is_found_whole(undisturbed: dict[str, Record]) -> None:
    assert sorted(undisturbed) == [
        "reddit:t1_zzz0002", "reddit:t1_zzz0004", "reddit:t1_zzz0013", "reddit:t3_zzz0001", "reddit:t3_zzz0007",
        "reddit:t3_zzz0010", "reddit:t3_zzz0012",
    ]  # fmt: skip


@pytest.mark.parametrize("names", ON_END, ids=lambda names: names[0])
def test_the_same_comes_with_each_fault_as_without(
    names: tuple[str, ...], server: RedditServer, undisturbed: dict[str, Record], tmp_path: Path
) -> None:
    before = len(server.log)
    for number, name in enumerate(names, 1):
        first = ("access_token",) if number == 1 else ()  # as long as nothing has answered, little is tried
        for tool in (*TOOLS, *first) if name != "forget-tokens" else TOOLS[:1]:
            server.fault(name, tool=tool, on=[number], **OPTIONS.get(name, {}))

    found = gathered(client_of(server, tmp_path))

    struck = {(entry.tool, entry.fault) for entry in server.log[before:]}
    assert struck >= {(tool, name) for name in names for tool in (TOOLS if name != "forget-tokens" else TOOLS[:1])}
    assert found == undisturbed
    assert [record.writer for record in found.values()] == [record.writer for record in undisturbed.values()]
