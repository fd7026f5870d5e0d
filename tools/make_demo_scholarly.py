#!/usr/bin/env python3
"""Writes the demonstration's second recording, `semax-ssri-scholarly-00001.warc.gz`: Europe PMC, ClinicalTrials.gov.

Europe PMC holds what PubMed holds, so its answers are made of the same facts in `records.toml`, in the shape of its
core search, and marked synthetic. What the register has of the compound is not among the facts: it names no study here.
The same facts and topic give the same file, byte for byte.

    python tools/make_demo_scholarly.py [FOLDER]
"""

import asyncio
import json
import sys
import tomllib
from html import escape
from itertools import count
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import parse_qs, urlsplit
from uuid import NAMESPACE_URL, uuid5

from scrapy import Request
from scrapy.http import Response, TextResponse

from harvest import __version__, topics
from harvest.archive import Archive, Exchange
from harvest.configuration import Configuration
from harvest.crawl.ctgov import ClinicalTrials
from harvest.crawl.europepmc import EuropePmc
from harvest.ctgov.query import TrialsOptions, parameters
from harvest.europepmc import answers
from harvest.europepmc.query import EuropepmcOptions, query
from harvest.model import Snapshot
from tools.make_demo import CHECKOUT, FACTS, NOTE, NOTE_LABEL, STARTED, Fact

LAST = "AoJwlastcursor"
"""The cursor behind the only page; the service echoes it."""


def exchanges(topic: topics.Topic, facts: Path = FACTS) -> list[Exchange]:
    """What first runs of both providers over `topic` ask, in order, each request with its reconstructed answer."""
    records = tomllib.loads(facts.read_text(encoding="utf-8"))["record"]
    asked: list[Exchange] = []

    async def answer(request: Request) -> Response:
        body = json.dumps(_answered(request, records), ensure_ascii=False, sort_keys=True).encode()
        asked.append(_exchange(request, body))
        request.meta["snapshot"] = Snapshot("", "", "")
        return TextResponse(request.url, body=body, request=request)

    configuration = Configuration.load({"HARVEST_CONTACT": ""})
    asyncio.run(_harvest(EuropePmc(answer, configuration), ClinicalTrials(answer, configuration), topic))
    return asked


def write(folder: Path) -> Path:
    """Write the recording into `folder`; one that is there is replaced."""
    topic = topics.load("semax-ssri", CHECKOUT / "data" / "topics")
    path = folder / "semax-ssri-scholarly-00001.warc.gz"
    path.unlink(missing_ok=True)
    number = count()
    # record ids are random; here they are numbered, so that the file can be made again
    with patch("harvest.archive.record.uuid4", lambda: uuid5(NAMESPACE_URL, f"harvest scholarly demo {next(number)}")):
        about = {"topic": topic.slug, "provider": "europepmc, trials", "description": NOTE}
        software = f"harvest {__version__} tools/make_demo_scholarly.py"
        name = f"{topic.slug}-scholarly"
        with Archive(folder, name=name, started=STARTED, software=software, synthetic=True, about=about) as archive:
            for exchange in exchanges(topic):
                archive.record(exchange)
    return path


async def _harvest(europepmc: EuropePmc, register: ClinicalTrials, topic: topics.Topic) -> None:
    """First runs: pages until the cursor echoes; the register's state and its only page."""
    asked = query(topic, topics.provider_options(topic, "europepmc", EuropepmcOptions))
    for mark in (answers.BEGINNING, LAST):
        await europepmc.page(asked, mark)
    await register.version()
    await register.page(parameters(topic, topics.provider_options(topic, "trials", TrialsOptions)), "")


def _answered(request: Request, records: list[Fact]) -> dict[str, Any]:
    path = urlsplit(request.url).path
    if path.endswith("version"):
        return {"apiVersion": "reconstructed", "dataTimestamp": f"{STARTED:%Y-%m-%dT%H:%M:%S}"}
    if path.endswith("studies"):
        return {"studies": [], "totalCount": 0}
    form = parse_qs(request.body.decode() or urlsplit(request.url).query)
    mark = form["cursorMark"][0]
    return {
        "version": "reconstructed",
        "hitCount": len(records),
        "nextCursorMark": LAST,
        "request": {"queryString": form["query"][0], "resultType": "core", "cursorMark": mark, "synonym": False},
        "resultList": {"result": [_result(fact) for fact in records] if mark == answers.BEGINNING else []},
    }


def _result(fact: Fact) -> dict[str, Any]:
    """A core result; what is not among the facts is left out, as the service leaves out what it does not know."""
    info = {"yearOfPublication": fact["year"], "dateOfPublication": str(fact["year"])}
    info |= {name: fact[name] for name in ("volume", "issue") if name in fact}
    said = {
        "id": fact["pmid"],
        "source": "MED",
        "pmid": fact["pmid"],
        "title": escape(fact["title"], quote=False),
        "pubYear": str(fact["year"]),
        "language": fact.get("language", "eng"),
        "pubTypeList": {"pubType": ["Journal Article", *fact.get("types", [])]},
        "journalInfo": info | {"journal": {"title": fact["journal"], "medlineAbbreviation": fact["journal"]}},
    }
    names = {"doi": "doi", "pmc": "pmcid", "pages": "pageInfo"}
    said |= {theirs: fact[ours] for ours, theirs in names.items() if ours in fact}
    if "author" in fact:
        said["authorString"] = f"{fact['author']}."
    if "mesh" in fact:
        said["meshHeadingList"] = {
            "meshHeading": [{"descriptorName": name, "majorTopic_YN": "N"} for name in fact["mesh"]]
        }
    if "note" in fact:
        said["abstractText"] = f"<h4>{NOTE_LABEL}</h4>{escape(fact['note'], quote=False)}"
    return said


def _exchange(request: Request, body: bytes) -> Exchange:
    headers = (("Content-Type", "application/json;charset=UTF-8"), ("Content-Length", str(len(body))))
    return Exchange(request.method, request.url, request.body, 200, "OK", headers, body, STARTED)


if __name__ == "__main__":
    print(write(Path(sys.argv[1]) if len(sys.argv) > 1 else FACTS.parent))
