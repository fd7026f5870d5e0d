"""More records than PubMed shows of one search."""

from pathlib import Path

import pytest

from tests.crawl.trial import Trial
from tests.servers.eutils import EutilsServer

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1_800)]


@pytest.mark.parametrize(
    ("count", "days"), [(25_000, ["2023-01-01", "2025-12-31"]), (12_000, ["2025-03-01", "2025-03-01"])]
)
def test_every_id_beyond_the_ceiling_is_found(
    tmp_path: Path, count: int, days: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with EutilsServer.over_own_records(rate_limit=False) as server:
        first, last = server.control.generate(count=count, days=days, word="multitudine")
        trial = Trial(tmp_path, server.url, slug="multitudine", name="multitudine")
        done = trial.crawl()
        asked = {tool: len(server.asked(tool)) for tool in ("einfo", "esearch", "efetch")}
    assert done.code == 0, done.said
    account = trial.account()
    assert account["found"] == account["stated_total"] == count
    assert trial.content().keys() == {f"pmid:{pmid}" for pmid in range(first, last + 1)}
    assert account["requests"] == asked
    with capsys.disabled():
        print(f"\n{count} ids from {days[0]} to {days[-1]}: {asked}")  # noqa: T201 - the figures are asked for
