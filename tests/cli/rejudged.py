"""A ledger whose answers are kept in an archive, settled by the program itself or by an older one."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from harvest import medline, topics
from harvest.archive import Archive, Exchange
from harvest.catalogue import Catalogue
from harvest.judging import judge
from harvest.model import Found, Record, Snapshot
from harvest.settlement import settle
from tests.bodies import Line
from tests.cli import ledgers
from tests.cli.conftest import Room

Body = dict[str, Any]
WHEN = datetime(2026, 11, 21, tzinfo=UTC)
URL = "https://eutils.ncbi.nlm.nih.gov/entrez/eutils/efetch.fcgi"
ARTICLE = """\
<PubmedArticle><MedlineCitation Status="Publisher"><PMID Version="1">{pmid}</PMID><Article>
<Journal><Title>Journal of Invented Results</Title><JournalIssue><Volume>{pmid}</Volume><PubDate><Year>2024</Year>
</PubDate></JournalIssue></Journal><ArticleTitle>{title}</ArticleTitle><Abstract><AbstractText>{abstract}</AbstractText>
</Abstract><Language>eng</Language></Article></MedlineCitation></PubmedArticle>
"""
RATS = ("101", "Semax in rats", "Twenty male Wistar rats were injected with Semax. Their memory improved.")
TRIAL = ("102", "Semax in acute stroke", "We randomised 40 patients to Semax or placebo in a double-blind trial.")
BLUNTED = (
    "103",
    "Emotional blunting under an SSRI",
    "We asked 100 patients who took sertraline about emotional blunting.",
)
THYROID = ("104", "Thyroid nodules in the elderly", "We examined 30 patients with thyroid nodules by ultrasound.")
RECORDS = (RATS, TRIAL, BLUNTED, THYROID)


def answer(*records: tuple[str, str, str]) -> bytes:
    """What PubMed sends for records that nobody wrote."""
    said = "".join(ARTICLE.format(pmid=pmid, title=title, abstract=abstract) for pmid, title, abstract in records)
    return f"<PubmedArticleSet>{said}</PubmedArticleSet>".encode()


def kept(folder: Path, body: bytes, name: str) -> Snapshot:
    """Put an answer into an archive."""
    with Archive(folder, name=name, started=WHEN, software="test") as archive:
        return archive.record(Exchange("POST", URL, b"id=101", 200, "OK", (), body, WHEN))


def settled(room: Room, *answers: bytes, **older: Body) -> Iterator[tuple[str, Body]]:
    """The entries of a crawl that got these answers; what `older` names by PMID was judged so by an older program."""
    topic = topics.load("semax-ssri", room.data / "topics")
    catalogue = Catalogue()
    for number, body in enumerate(answers or [answer(*RECORDS)]):
        snapshot = kept(room.data / "archive", body, f"semax-ssri-pubmed-run{number}")
        for record in medline.articles(body).records:
            for kind, entry in settle(judge(Found(record, snapshot, 2), topic), catalogue).entries:
                written = entry | older.get(_pmid(record), {})
                catalogue.apply(Line(0, kind, written))
                yield kind, written


def ledger(room: Room, started: Body | None = None, **older: Body) -> Path:
    """Write the ledger of that crawl; `started` replaces fields of its `run-started`."""
    found = list(settled(room, **older))
    counts = {
        name: sum(kind == entry for kind, _ in found) for name, entry in (("included", "source"), ("excluded",) * 2)
    }
    return room.ledger(*found, finished=ledgers.account(**counts), begun=started or {})


def _pmid(record: Record) -> str:
    return "p" + record.key.removeprefix("pmid:")
