"""elink, as far as it is needed: neighbours of pubmed records within pubmed (reference 1.8)."""

from collections import Counter
from typing import Any

from lxml import etree

from tests.servers.eutils_corpus import Corpus
from tests.servers.eutils_document import read
from tests.servers.eutils_messages import Request, error, jsonic, xml
from tests.servers.messages import Answer

_MOST = 20
_NAMES = ("pubmed_pubmed", "pubmed_pubmed_citedin", "pubmed_pubmed_refs")


class Links:
    """Answers elink over a corpus; likeness is shared headings and words of the title."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus

    def answer(self, request: Request, today: int) -> Answer:
        """Answer one elink request."""
        if request.get("dbfrom", "pubmed") != "pubmed" or request.get("db", "pubmed") != "pubmed":
            return error(request, f"Invalid db name specified: {request.get('db') or request.get('dbfrom')}")
        groups = [
            [int(word) for word in text.replace(",", " ").split() if word.isdecimal()]
            for text in request.params.get("id", [])
        ]
        if not any(groups):
            return error(request, "Empty id list - nothing todo")
        names = [name for name in _NAMES if request.get("linkname", name) == name]
        visible = self._corpus.visible(today)
        sets = [(group, [(name, self._links(group, name, visible)) for name in names]) for group in groups if group]
        return _as_json(sets) if request.json else _as_xml(sets)

    def _links(self, group: list[int], name: str, visible: frozenset[int]) -> list[int]:
        numbers = self._corpus.numbers(group) & visible
        if name == "pubmed_pubmed":
            return list(dict.fromkeys(link for number in sorted(numbers) for link in self._like(number, visible)))
        if name == "pubmed_pubmed_refs":
            return [pmid for number in sorted(numbers) for pmid in self._cited(number)]
        return sorted(self._corpus.documents[n].pmid for n in visible if set(self._cited_if_small(n)) & set(group))

    def _like(self, number: int, visible: frozenset[int]) -> list[int]:
        """Give the record itself and those most like it."""
        reading = read(etree.fromstring(self._corpus.raw(number)))
        shared: Counter[int] = Counter()
        for field, term in reading.terms:
            if field in {"mh", "nm"}:
                shared.update(self._corpus.index.field(field).get(term))
        for word in set(reading.document.texts[0].split()):
            shared.update(self._corpus.index.field("title").get(word))
        best = sorted((n for n in shared if n in visible and n != number), key=lambda n: (-shared[n], n))
        return [self._corpus.documents[n].pmid for n in (number, *best[: _MOST - 1])]

    def _cited(self, number: int) -> list[int]:
        record = etree.fromstring(self._corpus.raw(number))
        path = "PubmedData/ReferenceList//ArticleId[@IdType='pubmed']"
        return [int(node.text) for node in record.iterfind(path) if (node.text or "").isdecimal() and node.text]

    def _cited_if_small(self, number: int) -> list[int]:
        """Give what a record cites; a large corpus is not searched for citing records, it would take minutes."""
        return self._cited(number) if len(self._corpus.documents) <= 1_000 else []  # a bound, no limit


def _as_xml(sets: list[tuple[list[int], list[tuple[str, list[int]]]]]) -> Answer:
    pieces = []
    for group, linked in sets:
        ids = "".join(f"\n      <Id>{pmid}</Id>" for pmid in group)
        found = "".join(
            f"\n    <LinkSetDb>\n      <DbTo>pubmed</DbTo>\n      <LinkName>{name}</LinkName>"
            + "".join(f"\n        <Link>\n\t\t\t\t<Id>{pmid}</Id>\n\t\t\t</Link>" for pmid in links)
            + "\n    </LinkSetDb>"
            for name, links in linked
            if links
        )
        pieces.append(
            f"\n  <LinkSet>\n    <DbFrom>pubmed</DbFrom>\n    <IdList>{ids}\n    </IdList>{found}\n  </LinkSet>"
        )
    return xml("elink", "\n" + "".join(pieces) + "\n")


def _as_json(sets: list[tuple[list[int], list[tuple[str, list[int]]]]]) -> Answer:
    found: list[dict[str, Any]] = [
        {
            "dbfrom": "pubmed",
            "ids": [str(pmid) for pmid in group],
            "linksetdbs": [
                {"dbto": "pubmed", "linkname": name, "links": [str(pmid) for pmid in links]}
                for name, links in linked
                if links
            ],
        }
        for group, linked in sets
    ]
    return jsonic("elink", {"linksets": found})
