"""esearch: from a term to PMIDs, with its ceiling and its quiet alterations (reference 1.3 to 1.5)."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from xml.sax.saxutils import escape

from tests.servers.eutils_corpus import Corpus
from tests.servers.eutils_dates import span
from tests.servers.eutils_einfo import DATABASES
from tests.servers.eutils_evaluate import Evaluator, Found, Notes, UnknownSet
from tests.servers.eutils_faults import beyond_ceiling
from tests.servers.eutils_fields import DATES, field_of
from tests.servers.eutils_history import History, SetGone
from tests.servers.eutils_messages import Request, error, jsonic, xml
from tests.servers.messages import Answer

CEILING = 9_999
_PAGE = 20
_SORTS = ("", "most recent", "most+recent", "pub_date", "pub date", "pub+date", "author", "journalname", "relevance")


def database_error(request: Request, name: str = "db") -> Answer | None:
    """Refuse a database that there is not, or that this emulator does not have."""
    database = request.get(name, "pubmed")
    if database == "pubmed":
        return None
    if database in DATABASES:
        return error(request, f"Search Backend failed: Database is not supported: {database}")
    return error(request, f"Invalid db name specified: {database}")


class Search:
    """Answers esearch over a corpus."""

    def __init__(self, corpus: Corpus, history: History, *, ceiling_status: int = 200) -> None:
        """Make a search.

        Args:
            ceiling_status: HTTP status of a `retstart` past the ceiling; both 200 and 400 were measured.
        """
        self._corpus = corpus
        self._history = history
        self._ceiling_status = ceiling_status

    def answer(self, request: Request, today: int) -> Answer:
        """Answer one esearch request."""
        refused = database_error(request)
        if refused:
            return refused
        if not request.get("term").strip() and not request.get("query_key"):
            return error(request, "Empty term and query_key - nothing todo")
        if request.number("retstart", 0) > CEILING - 1:
            return beyond_ceiling(request, status=self._ceiling_status)
        web_env = request.get("webenv")
        evaluator = Evaluator(
            self._corpus, today, stored=lambda key: self._stored(web_env, key), untagged=request.get("field") or None
        )
        try:
            found = self._restricted(request, evaluator, today)
        except (UnknownSet, SetGone) as gone:
            return self._gone(request, gone)
        if request.get("rettype") == "count":
            return _count(request, len(found.numbers or ()))
        ordered = self._ordered(request, evaluator, found)
        return self._page(request, evaluator.notes, found, ordered)

    def _stored(self, web_env: str, key: int) -> set[int]:
        return self._corpus.numbers(self._history.get(web_env, key))

    def _gone(self, request: Request, gone: Exception) -> Answer:
        """A set that is not there: an error in XML, an empty result in JSON."""
        if request.json:
            return jsonic("esearch", {"esearchresult": {}})
        return error(request, f"Unable to obtain query #{gone.args[0]}")

    def _restricted(self, request: Request, evaluator: Evaluator, today: int) -> Found:
        """Evaluate the term, then `query_key` and the date parameters."""
        term = request.get("term")
        key = request.get("query_key")
        if key and key.isdecimal():
            term = f"({term}) AND #{key}" if term.strip() else f"#{key}"
        found = evaluator.run(term)
        dates = self._dates(request, today)
        if dates is None:
            return found
        numbers, text = dates
        return Found((found.numbers or set()) & numbers, f"{found.closed()} AND {text}", loose=True)

    def _dates(self, request: Request, today: int) -> tuple[set[int], str] | None:
        """Read datetype, reldate, mindate and maxdate.

        One of the pair alone is ignored; an empty one empties the result (1.3: wrong or empty, never refused).
        """
        chosen = field_of(request.get("datetype", "edat")) or field_of("edat")
        if chosen is None or chosen.code not in DATES:
            return None
        relative = request.get("reldate")
        if relative.isdecimal():
            pair = (today - int(relative), today)
        elif "mindate" in request.params and "maxdate" in request.params:
            lower, upper = span(request.get("mindate"), today), span(request.get("maxdate"), today)
            if lower is None or upper is None:
                return set(), f"{request.get('mindate')}:{request.get('maxdate')}[{chosen.name}]"
            pair = (lower[0], upper[1])
        else:
            return None
        return self._corpus.between(chosen.code, *pair), f"{_day(pair[0])}:{_day(pair[1])}[{chosen.name}]"

    def _ordered(self, request: Request, evaluator: Evaluator, found: Found) -> list[int]:
        """Put the found records in order, newest entries first unless `sort` says otherwise."""
        documents = self._corpus.documents
        sort = request.get("sort").lower()
        newest = sorted(
            found.numbers or (), key=lambda n: (documents[n].dates["edat"][0], documents[n].pmid), reverse=True
        )
        if sort not in _SORTS:
            evaluator.notes.messages.append(f"Unknown sort schema '{request.get('sort')}' ignored")
        elif sort.startswith("pub"):
            newest.sort(key=lambda n: documents[n].dates["pdat"][:1], reverse=True)
        elif sort == "author":
            newest.sort(key=lambda n: documents[n].author)
        elif sort == "journalname":
            newest.sort(key=lambda n: documents[n].journal)
        elif sort == "relevance":
            newest.sort(key=lambda n: -len(evaluator.texts.sought.intersection(documents[n].texts[0].split())))
        return [documents[n].pmid for n in newest]

    def _page(self, request: Request, notes: Notes, found: Found, pmids: list[int]) -> Answer:
        """Cut out one page; beyond the ceiling it is cut short, with a message only if `retmax` itself was above."""
        start, size = request.number("retstart", 0), request.number("retmax", _PAGE)
        if size > CEILING:
            size = CEILING - start
            notes.messages.append(f"Restrictions achieved. start and count adjusted to {start}, {size}")
        page = pmids[:CEILING][start : start + size]
        if not pmids:
            notes.messages.append("No items found.")
        stored = None
        if request.get("usehistory").lower() == "y":
            stored = self._history.store(tuple(pmids), request.get("webenv"))
        cut = _Page(str(len(pmids)), str(start), page, stored, found.text)
        return _as_json(cut, notes) if request.json else _as_xml(cut, notes)


@dataclass(frozen=True, slots=True)
class _Page:
    """One page of a result, and what stands above it."""

    count: str
    start: str
    pmids: list[int]
    stored: tuple[str, int] | None
    translation: str


def _day(ordinal: int) -> str:
    return date.fromordinal(ordinal).strftime("%Y/%m/%d")


def _count(request: Request, count: int) -> Answer:
    if request.json:
        return jsonic("esearch", {"esearchresult": {"count": str(count)}})
    return xml("esearch", f"\n\t<Count>{count}</Count>\n")


def _as_json(cut: _Page, notes: Notes) -> Answer:
    result: dict[str, Any] = {"count": cut.count, "retmax": str(len(cut.pmids)), "retstart": cut.start}
    if cut.stored:
        result |= {"querykey": str(cut.stored[1]), "webenv": cut.stored[0]}
    result |= {
        "idlist": [str(pmid) for pmid in cut.pmids],
        "translationset": [{"from": before, "to": after} for before, after in notes.translations],
        "querytranslation": cut.translation,
    }
    if notes.phrases_not_found or notes.fields_not_found:
        result["errorlist"] = {"phrasesnotfound": notes.phrases_not_found, "fieldsnotfound": notes.fields_not_found}
    if notes.phrases_ignored or notes.quoted_not_found or notes.messages:
        result["warninglist"] = {
            "phrasesignored": notes.phrases_ignored,
            "quotedphrasesnotfound": notes.quoted_not_found,
            "outputmessages": notes.messages,
        }
    return jsonic("esearch", {"esearchresult": result})


def _as_xml(cut: _Page, notes: Notes) -> Answer:
    history = f"<QueryKey>{cut.stored[1]}</QueryKey><WebEnv>{cut.stored[0]}</WebEnv>" if cut.stored else ""
    ids = "".join(f"<Id>{pmid}</Id>\n" for pmid in cut.pmids)
    listed = f"<IdList>\n{ids}</IdList>" if cut.pmids else "<IdList/>"
    translations = "".join(
        f"<Translation>     <From>{escape(before)}</From>     <To>{escape(after)}</To>    </Translation>"
        for before, after in notes.translations
    )
    inner = (
        f"<Count>{cut.count}</Count><RetMax>{len(cut.pmids)}</RetMax><RetStart>{cut.start}</RetStart>{history}{listed}"
        + (f"<TranslationSet>{translations}</TranslationSet>" if translations else "<TranslationSet/>")
        + f"<QueryTranslation>{escape(cut.translation)}</QueryTranslation>"
        + _group("ErrorList", PhraseNotFound=notes.phrases_not_found, FieldNotFound=notes.fields_not_found)
        + _group(
            "WarningList",
            PhraseIgnored=notes.phrases_ignored,
            QuotedPhraseNotFound=notes.quoted_not_found,
            OutputMessage=notes.messages,
        )
    )
    return xml("esearch", inner)


def _group(name: str, **lists: list[str]) -> str:
    inner = "".join(f"<{element}>{escape(text)}</{element}>" for element, texts in lists.items() for text in texts)
    return f"<{name}>{inner}</{name}>" if inner else ""
