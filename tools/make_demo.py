#!/usr/bin/env python3
"""Writes the demonstration's recording, `data/demo/semax-ssri-00001.warc.gz`, from the facts in `records.toml`.

The requests are those that the PubMed spider makes for `data/topics/semax-ssri.toml`: the same functions build them.
The answers are reconstructed in the shape of the E-utilities' and marked synthetic. The same facts and topic give the
same file, byte for byte.

    python tools/make_demo.py [FOLDER]
"""

import asyncio
import sys
import tomllib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import parse_qs
from uuid import NAMESPACE_URL, uuid5
from xml.sax.saxutils import escape, quoteattr

from scrapy import Request
from scrapy.http import Response, TextResponse

from harvest import __version__, topics
from harvest.archive import Archive, Exchange
from harvest.configuration import Configuration
from harvest.crawl.eutils import Eutils
from harvest.eutils import query, slices, windows
from harvest.model import Snapshot

CHECKOUT = Path(__file__).resolve().parents[1]
FACTS = CHECKOUT / "data" / "demo" / "records.toml"
STARTED = datetime(2026, 11, 21, 19, 0, tzinfo=UTC)
"""The demonstration's now: a replay sets its clock to it."""
SERVICE = "https://eutils.ncbi.nlm.nih.gov/entrez/eutils/"
DECLARATION = '<?xml version="1.0" encoding="UTF-8" ?>\n'
NOTE = "Reconstructed for a demonstration from public bibliographic facts; not a copy of the PubMed record."
NOTE_LABEL = "NOTE BY HARVEST, NOT BY THE AUTHORS"
TYPES = {
    "Clinical Trial": "D016430",
    "Comparative Study": "D003160",
    "Controlled Clinical Trial": "D018848",
    "English Abstract": "D004740",
    "Evaluation Study": "D023362",
    "Journal Article": "D016428",
    "Letter": "D016422",
    "Randomized Controlled Trial": "D016449",
    "Research Support, Non-U.S. Gov't": "D013485",
}
HEADINGS = {
    "Adrenocorticotropic Hormone": "D000324",
    "alpha-MSH": "D000521",
    "Animals": "D000818",
    "Antidepressive Agents": "D000928",
    "Behavior, Animal": "D001522",
    "Brain-Derived Neurotrophic Factor": "D019208",
    "Chronic Disease": "D002908",
    "Depression": "D003863",
    "Disease Models, Animal": "D004195",
    "Hippocampus": "D006624",
    "Male": "D008297",
    "Peptide Fragments": "D010446",
    "Peptides, Cyclic": "D010456",
    "Rats": "D051381",
    "Rats, Sprague-Dawley": "D017207",
    "Stress, Psychological": "D013315",
}

Fact = dict[str, Any]
Answer = Callable[[dict[str, list[str]], dict[str, Fact]], str]


def exchanges(topic: topics.Topic, facts: Path = FACTS) -> list[Exchange]:
    """What a first run over `topic` asks, in order, each request with its reconstructed answer."""
    records = {fact["pmid"]: fact for fact in tomllib.loads(facts.read_text(encoding="utf-8"))["record"]}
    asked: list[Exchange] = []

    async def answer(request: Request) -> Response:
        tool = request.url.rpartition("/")[2].removesuffix(".fcgi")
        form = parse_qs(request.body.decode())
        body = (DECLARATION + ANSWERS[tool](form, records)).encode()
        asked.append(_exchange(request, body))
        request.meta["snapshot"] = Snapshot("", "", "")
        return TextResponse(request.url, body=body, request=request)

    configuration = Configuration.load({"HARVEST_EUTILS_URL": SERVICE, "HARVEST_CONTACT": "", "NCBI_API_KEY": ""})
    asyncio.run(_harvest(Eutils(answer, configuration), topic))
    return asked


def write(folder: Path) -> Path:
    """Write the recording into `folder`; one that is there is replaced."""
    topic = topics.load("semax-ssri", CHECKOUT / "data" / "topics")
    path = folder / "semax-ssri-00001.warc.gz"
    path.unlink(missing_ok=True)
    number = count()
    # record ids are random; here they are numbered, so that the file can be made again
    with patch("harvest.archive.record.uuid4", lambda: uuid5(NAMESPACE_URL, f"harvest demo {next(number)}")):
        about = {"topic": topic.slug, "provider": "pubmed", "description": NOTE}
        software = f"harvest {__version__} tools/make_demo.py"
        with Archive(
            folder, name=topic.slug, started=STARTED, software=software, synthetic=True, about=about
        ) as archive:
            for exchange in exchanges(topic):
                archive.record(exchange)
    return path


async def _harvest(eutils: Eutils, topic: topics.Topic) -> None:
    """A first run: index, one search of everything, the records (as `spiders.pubmed` does)."""
    options = topics.provider_options(topic, "pubmed", query.PubmedOptions)
    term = query.term(topic, options)
    await eutils.index()
    first = windows.windows(term, mark=None, topic_sha256=topic.digest, began=None, today=STARTED.date())
    for window in first:
        answer, _ = await eutils.search(slices.Ask(window.term))
        for batch in slices.batches(answer.ids):
            await eutils.fetch(batch)


def _exchange(request: Request, body: bytes) -> Exchange:
    headers = (("Content-Type", "text/xml; charset=UTF-8"), ("Content-Length", str(len(body))))
    return Exchange(request.method, request.url, request.body, 200, "OK", headers, body, STARTED)


def _einfo(_: dict[str, list[str]], records: dict[str, Fact]) -> str:
    return (
        "<eInfoResult><DbInfo><DbName>pubmed</DbName><MenuName>PubMed</MenuName>"
        f"<Description>{NOTE}</Description><DbBuild>Build-reconstructed</DbBuild><Count>{len(records)}</Count>"
        f"<LastUpdate>{STARTED:%Y/%m/%d %H:%M}</LastUpdate></DbInfo></eInfoResult>\n"
    )


def _esearch(form: dict[str, list[str]], records: dict[str, Fact]) -> str:
    """Every record answers the term, newest first, as the service lists them."""
    ids = "".join(f"<Id>{pmid}</Id>" for pmid in sorted(records, key=int, reverse=True))
    return (
        f"<eSearchResult><Count>{len(records)}</Count><RetMax>{len(records)}</RetMax><RetStart>0</RetStart>"
        f"<IdList>{ids}</IdList><TranslationSet/><QueryTranslation>{escape(form['term'][0])}</QueryTranslation>"
        "</eSearchResult>\n"
    )


def _efetch(form: dict[str, list[str]], records: dict[str, Fact]) -> str:
    asked = form["id"][0].split(",")
    return f"<PubmedArticleSet>\n{''.join(_article(records[pmid]) for pmid in asked)}</PubmedArticleSet>\n"


ANSWERS: dict[str, Answer] = {"einfo": _einfo, "esearch": _esearch, "efetch": _efetch}


def _article(fact: Fact) -> str:
    status = "MEDLINE" if "mesh" in fact else "PubMed-not-MEDLINE"
    parts = [
        f'<PubmedArticle><!-- {NOTE} -->\n<MedlineCitation Status="{status}" Owner="NLM">',
        f'<PMID Version="1">{fact["pmid"]}</PMID>',
        *_bibliography(fact),
        f"<MedlineJournalInfo><MedlineTA>{escape(fact['journal'])}</MedlineTA></MedlineJournalInfo>",
        *_mesh(fact.get("mesh", [])),
        f"<GeneralNote>{NOTE}</GeneralNote></MedlineCitation>",
        "<PubmedData><PublicationStatus>ppublish</PublicationStatus><ArticleIdList>",
        f'<ArticleId IdType="pubmed">{fact["pmid"]}</ArticleId>',
        *(f'<ArticleId IdType="{kind}">{fact[kind]}</ArticleId>' for kind in ("doi", "pmc") if kind in fact),
        "</ArticleIdList></PubmedData></PubmedArticle>\n",
    ]
    return "\n".join(parts)


def _bibliography(fact: Fact) -> Iterator[str]:
    """The Article element, in the order of the DTD."""
    issue = "".join(f"<{tag}>{fact[tag.lower()]}</{tag}>" for tag in ("Volume", "Issue") if tag.lower() in fact)
    yield '<Article PubModel="Print"><Journal><JournalIssue CitedMedium="Print">'
    yield f"{issue}<PubDate><Year>{fact['year']}</Year></PubDate></JournalIssue>"
    yield f"<ISOAbbreviation>{escape(fact['journal'])}</ISOAbbreviation></Journal>"
    yield f"<ArticleTitle>{escape(fact['title'])}</ArticleTitle>"
    if "pages" in fact:
        yield f"<Pagination><MedlinePgn>{fact['pages']}</MedlinePgn></Pagination>"
    if "note" in fact:
        yield f"<Abstract><AbstractText Label={quoteattr(NOTE_LABEL)}>{escape(fact['note'])}</AbstractText></Abstract>"
    if "author" in fact:
        family, _, initials = fact["author"].partition(" ")
        given = f"<Initials>{initials}</Initials>" if initials else ""
        yield f'<AuthorList CompleteYN="N"><Author><LastName>{family}</LastName>{given}</Author></AuthorList>'
    yield f"<Language>{fact.get('language', 'eng')}</Language><PublicationTypeList>"
    for name in ["Journal Article", *fact.get("types", [])]:
        yield f'<PublicationType UI="{TYPES[name]}">{escape(name)}</PublicationType>'
    yield "</PublicationTypeList></Article>"


def _mesh(names: list[str]) -> Iterator[str]:
    if names:
        yield "<MeshHeadingList>"
        for name in names:
            said = f'<DescriptorName UI="{HEADINGS[name]}" MajorTopicYN="N">{escape(name)}</DescriptorName>'
            yield f"<MeshHeading>{said}</MeshHeading>"
        yield "</MeshHeadingList>"


if __name__ == "__main__":
    print(write(Path(sys.argv[1]) if len(sys.argv) > 1 else FACTS.parent))
