"""What pages of a ledger cite is looked up, compared with what the page says, and settled as sources of its own."""

import sys
from datetime import UTC, datetime
from pathlib import Path

from harvest import entries
from harvest.ledger import Ledger, StateFolder
from harvest.model import Record, Related
from tests.cli.ledgers import account
from tests.crawl.pasted_trial import ARTICLE, BOTH, OTHER, TITLE, WORK, PastedTrial, pasting
from tests.crawl.trial import QUICK, Finished
from tests.documents import judged, record

NOW = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)


def page(number: int, *cites: Related) -> Record:
    """A made-up page."""
    key = f"url:https://example.com/{number}"
    return record(number, provider="web", key=key, keys=(key,), related=cites, quoted_only=True)


def seed(trial: PastedTrial, *pages: Record) -> None:
    """A ledger with the pages of an earlier run."""
    ledger = Ledger.open(
        trial.ledger, keys=StateFolder(trial.folder / "state"), origin=f"harvest.invalid/{trial.slug}",
        topic=trial.slug, clock=lambda: NOW, run="01JD7Q8Z0000000000000000AA", created_by="harvest",
        genesis={"synthetic": True},
        fold=lambda _: None,
    )  # fmt: skip
    started = {"spider": "web", "topic": trial.slug, "topic_sha256": "0" * 64, "versions": {}, "settings": {}}
    with ledger:
        with ledger.batch() as batch:
            batch.append("run-started", started)
            batch.append("search", {"provider": "web", "query": "pages", "outcome": "complete", "problems": []})
            for number, one in enumerate(pages, 1):
                batch.append("source", entries.source(f"s{number}", judged(one)) | {"query": 2})
            batch.append("run-finished", {"providers": {"web": account("complete", included=len(pages))}})
        ledger.seal()


def cited(trial: PastedTrial) -> Finished:
    crawl = [sys.executable, "-m", "scrapy", "crawl", "cited", "-a", f"topic={trial.slug}", *QUICK]
    return trial.run([*crawl, "-s", f"HARVEST_LIMITER_DIR={trial.folder / 'limits'}"])


def test_what_pages_cite_is_looked_up_once_and_refused_where_it_is_something_else(tmp_path: Path) -> None:
    reference = f"Example A, Sample B. {TITLE}. J Synth Rec. 2024;1(2). PMID: {ARTICLE}"
    wrong = f"Lovat G. Semax restores joy in people. PMID: {ARTICLE + 1}"
    first = page(1, Related("cites", f"pmid:{ARTICLE}", reference), Related("cites", f"pmid:{ARTICLE + 1}", wrong))
    second = page(2, Related("cites", f"doi:{BOTH}"), Related("cites", f"doi:{WORK}"), Related("cites", "", "A book"))
    with pasting(tmp_path) as trial:
        seed(trial, first, second)

        done = cited(trial)
        told = trial.bodies("run-finished")[-1]["providers"]["cited"]
        again = cited(trial)

        assert (done.code, again.code) == (2, 0), done.said + again.said
        settled = {body["key"]: body["provider"] for body in trial.bodies("source", "excluded")}
        assert settled | {f"pmid:{ARTICLE}": "pubmed", f"doi:{WORK}": "crossref"} == settled
        assert f"pmid:{ARTICLE + 1}" not in settled
        (refused,) = trial.bodies("refused")
        assert (refused["reason"], refused["got"]) == ("other-title", OTHER)
        assert "restores joy" in refused["expected"]
        assert [told[name] for name in ("found", "failed", "refused")] == [3, 1, 1]
        assert trial.bodies("run-finished")[-1]["providers"]["cited"]["found"] == 0
        assert trial.verify() == 0
