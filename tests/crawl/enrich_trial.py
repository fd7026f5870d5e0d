"""An operator whose ledger has some sources already, in front of stand-ins for Crossref and OpenAlex."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from harvest import entries
from harvest.ledger import Ledger, StateFolder
from harvest.model import Record
from tests.cli.ledgers import account
from tests.crawl.trial import QUICK, Finished, Trial
from tests.documents import judged, record
from tests.servers.crossref_works import Works, synthetic
from tests.servers.openalex import KEY, open_copy, work

NOW = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)
TABLE = "[providers.enrich]\n"
CONTACT = "someone@example.org"
SOURCES = 12


def sources() -> list[Record]:
    """Twelve made-up records; the tenth and eleventh have no DOI, and the twelfth's is one that needs quoting."""
    some = [record(number) for number in range(1, SOURCES + 1)]
    some[9] = record(10, keys=("pmid:90000010",))
    some[10] = record(11, keys=("pmid:90000011",), title="Synthetic record that no service has ever heard of at all")
    some[11] = record(12, keys=("pmid:90000012", "doi:10.5555/synth(12)<a,b>;2#3/x"))
    return some


def registered() -> Works:
    """What Crossref has of them: all kinds of notices, an alias, a DOI of somebody else's paper, one not there."""
    works = Works()
    for one in sources():
        doi = next((key.removeprefix("doi:") for key in one.keys if key.startswith("doi:")), "")
        if doi:
            works.add(synthetic(doi.upper(), one.title, volume=one.journal.volume, page="1-9"))
    works.add(synthetic("10.5555/found.10", sources()[9].title, volume="10", page="1-9"))
    works.tell("10.5555/synth.2", "retraction", notice="10.5555/notice.2", day="2025-05-04")
    works.tell("10.5555/synth.2", "retraction", notice="10.5555/notice.2", day="2025-05-01", source="retraction-watch")
    works.tell("10.5555/synth.3", "correction", notice="10.5555/notice.3")
    works.tell("10.5555/synth.4", "expression_of_concern", notice="10.5555/notice.4")
    works.only_on_notice("10.5555/synth.5", "retraction", notice="10.5555/notice.5")
    works.tell("10.5555/synth.6", "retraction", notice="10.5555/notice.6", day="2024-01-01")
    works.tell("10.5555/synth.6", "reinstatement", notice="10.5555/notice.6b", day="2024-06-01")
    del works.by_doi["10.5555/synth.7"]
    works.add(synthetic("10.5555/prime.8", sources()[7].title, volume="8", page="1-9"))
    del works.by_doi["10.5555/synth.8"]
    works.aliases["10.5555/synth.8"] = "10.5555/prime.8"
    works.add(synthetic("10.5555/synth.9", "Somebody else's made-up paper on bees", family="Other", year=1999))
    works.tell("10.5555/synth.9", "retraction", notice="10.5555/notice.9")
    return works


def known_to_openalex() -> list[dict[str, Any]]:
    """OpenAlex has the first nine; it calls the second and, alone, the first one retracted."""
    works = []
    for number, one in enumerate(sources()[:9], 1):
        fields = open_copy(f"https://repository.example/{number}") if number % 2 else {}
        fields |= {"is_retracted": number in {1, 2}}
        works.append(work(number, doi=f"10.5555/synth.{number}", pmid=one.key[5:], title=one.title, **fields))
    return works


class EnrichTrial(Trial):
    """One operator's folders, with a ledger of made-up sources."""

    def __init__(self, folder: Path, crossref: str, openalex: str) -> None:
        super().__init__(folder, "http://127.0.0.1:9/")
        self.services = {"HARVEST_CROSSREF_URL": crossref, "HARVEST_OPENALEX_URL": openalex}
        self.topic_file.write_text(self.topic_file.read_text().replace("[schedule]", f"{TABLE}[schedule]"))
        self._seed()

    def _seed(self) -> None:
        origin = f"harvest.invalid/{self.slug}"
        keys = StateFolder(self.folder / "state")
        ledger = Ledger.open(
            self.ledger, keys=keys, origin=origin, topic=self.slug, clock=lambda: NOW, run="01JD7Q8Z0000000000000000AA",
            created_by="harvest", genesis={"synthetic": True}, fold=lambda _: None,
        )  # fmt: skip
        started = {"spider": "pubmed", "topic": self.slug, "topic_sha256": "0" * 64, "versions": {}, "settings": {}}
        search = {"provider": "pubmed", "query": "semax", "outcome": "complete", "problems": []}
        with ledger:
            with ledger.batch() as batch:
                batch.append("run-started", started)
                batch.append("search", search)
                for number, one in enumerate(sources(), 1):
                    batch.append("source", entries.source(f"s{number}", judged(one)) | {"query": 2})
                batch.append("run-finished", {"providers": {"pubmed": account("complete", included=SOURCES)}})
            ledger.seal()

    def environment(self, **more: str) -> dict[str, str]:
        ours = {"HARVEST_CONTACT": CONTACT, "OPENALEX_API_KEY": KEY, **self.services}
        return super().environment(**{**ours, **more})

    def enrich(self, *options: str, **environment: str) -> Finished:
        crawl = [sys.executable, "-m", "scrapy", "crawl", "enrich", "-a", f"topic={self.slug}"]
        limits = ("-s", f"HARVEST_LIMITER_DIR={self.folder / 'limits'}")
        return self.run([*crawl, *limits, *QUICK, *options], **environment)

    def told(self) -> dict[str, Any]:
        """What the ledger now says of each source, but for where and when it was read."""
        now: dict[str, Any] = {}
        for body in self.bodies("source"):
            now[body["sid"]] = {"flags": body["flags"], "services": {}}
        for body in self.bodies("changed"):
            now[body["sid"]] |= body["new"]
        return now

    def standing(self, service: str) -> dict[str, Any]:
        """What a service said last of all sources."""
        said = [one["standing"] for one in self.bodies("search") if one.get("standing", {}).get("service") == service]
        return {name: value for name, value in said[-1].items() if name != "as_of"}
