"""efetch and epost: records by id or from the history server, silent about those that are not there."""

import re
from dataclasses import dataclass
from typing import Literal

from lxml import etree

from tests.servers.eutils_corpus import Corpus
from tests.servers.eutils_document import text_of
from tests.servers.eutils_esearch import CEILING, database_error
from tests.servers.eutils_history import History, SetGone
from tests.servers.eutils_messages import Request, error, xml
from tests.servers.messages import TEXT, XML, Answer, page

Doctype = Literal["https", "http", "none", "next-year"]
_MOST = 10_000
_DOCTYPE = (
    '<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 20{year}//EN" '
    '"{scheme}://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_{year}0101.dtd">\n'
)
_DOCTYPES: dict[str, str] = {
    "https": _DOCTYPE.format(year=25, scheme="https"),
    "http": _DOCTYPE.format(year=25, scheme="http"),
    "next-year": _DOCTYPE.format(year=27, scheme="https"),
    "none": "",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """The ids of a request: those that may be PMIDs, and the rest with their position in the parameter."""

    pmids: tuple[int, ...]
    invalid: tuple[tuple[str, int], ...]


def asked_ids(request: Request) -> Asked:
    """Read every `id` parameter; commas and blanks divide ids (reference 1.7)."""
    pmids: dict[int, None] = {}
    invalid = []
    for text in request.params.get("id", []):
        for match in re.finditer(r"[^\s,]+", text):
            if match.group().isdecimal():
                pmids[int(match.group())] = None
            else:
                invalid.append((match.group(), match.start()))
    return Asked(tuple(pmids), tuple(invalid))


class Records:
    """Answers efetch and epost over a corpus."""

    def __init__(self, corpus: Corpus, history: History, *, doctype: Doctype = "https") -> None:
        self._corpus = corpus
        self._history = history
        self.doctype: Doctype = doctype

    def chosen(self, request: Request) -> tuple[int, ...] | Answer:
        """Give the PMIDs that a request names, by id or by history, or the answer that refuses it."""
        start = request.number("retstart", 0)
        size = min(request.number("retmax", _MOST), _MOST)
        if "id" in request.params:
            pmids = asked_ids(request).pmids
            refusal = "ID list is empty! Possibly it has no correct IDs."
            return pmids[start : start + size] if pmids else error(request, refusal, status=400)
        key, web_env = request.get("query_key"), request.get("webenv")
        if not key or not web_env:
            return error(request, "Neither query_key nor id specified")
        stated = f"query_key: {key}, WebEnv: {web_env}, retstart: {start}, retmax: {size}"
        try:
            kept = self._history.get(web_env, int(key) if key.isdecimal() else 0)[:CEILING]
        except SetGone:
            return error(request, f"Cannot retrieve history data. {stated}", status=400)
        if start >= len(kept):
            return error(request, f"Cannot retrieve history data: OUT OF RANGE. {stated}", status=400)
        return kept[start : start + size]

    def living(self, pmids: tuple[int, ...], today: int) -> list[int]:
        """Give the numbers of the records that there are, in the order of the store, not in that of the question."""
        visible = self._corpus.visible(today)
        numbers = (self._corpus.number(pmid) for pmid in pmids)
        return sorted(number for number in numbers if number is not None and number in visible)

    def fetch(self, request: Request, today: int, *, missing: int = 0) -> Answer:
        """Answer efetch; `missing` of the records are left out as if they were not there."""
        refused = database_error(request)
        chosen = refused or self.chosen(request)
        if isinstance(chosen, Answer):
            return chosen
        if request.json:
            return error(request, "Unsupported retmode: json", status=400)
        numbers = self.living(chosen, today)
        numbers = numbers[: len(numbers) - missing] if missing else numbers
        wanted = request.get("rettype").lower()
        if wanted == "uilist" or (request.get("retmode") == "text" and wanted in {"medline", "abstract"}):
            return self._text(wanted, numbers, chosen)
        body = b"".join(self._corpus.raw(number) + b"\n" for number in numbers)
        head = f'<?xml version="1.0" ?>\n{_DOCTYPES[self.doctype]}<PubmedArticleSet>\n'.encode()
        return Answer(head + body + b"</PubmedArticleSet>\n", XML)

    def _text(self, wanted: str, numbers: list[int], asked: tuple[int, ...]) -> Answer:
        """A poor likeness of the text forms, which lose structure anyway; a missing record is named here."""
        documents = self._corpus.documents
        pieces = []
        for number in numbers:
            if wanted == "uilist":
                pieces.append(f"{documents[number].pmid}\n")
            else:
                title = text_of(etree.fromstring(self._corpus.raw(number)).find(".//ArticleTitle"))
                pieces.append(f"\nPMID- {documents[number].pmid}\nTI  - {title}\n")
        there = {documents[number].pmid for number in numbers}
        if wanted != "uilist":
            pieces.extend(
                f"\nid: {pmid} Error occurred: PMID {pmid} is not found\n" for pmid in asked if pmid not in there
            )
        return Answer("".join(pieces).encode(), TEXT)

    def post(self, request: Request) -> Answer:
        """Answer epost, which knows no JSON."""
        if request.json:
            return page("WWW Error 500 Diagnostic", "Internal server error.", status=500)
        refused = database_error(request)
        if refused:
            return refused
        asked = asked_ids(request)
        omitted = ("Some IDs have invalid value and were omitted. Maximum ID value 18446744073709551615",)
        if not asked.pmids:
            return error(request, "Empty ID list; Nothing to store", *(omitted if asked.invalid else ()))
        web_env, key = self._history.store(asked.pmids, request.get("webenv"))
        return xml("epost", f"\n\t<QueryKey>{key}</QueryKey>\n\t<WebEnv>{web_env}</WebEnv>\n")
