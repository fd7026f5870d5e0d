"""How Crossref reads a list query: which parameters and filters there are, and what they find (reference 7.2)."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any

Json = dict[str, Any]

PARAMETERS = frozenset(
    {
        "query", "query.bibliographic", "query.title", "query.author", "query.container-title", "filter", "rows",
        "offset", "cursor", "sort", "order", "select", "facet", "sample", "mailto",
    }
)  # fmt: skip
SORTS = frozenset({"score", "updated", "deposited", "indexed", "published", "created", "is-referenced-by-count"})
MOST_ROWS, MOST_OFFSET, MOST_SAMPLE = 1000, 10_000, 100


class Refused(Exception):
    """A query that is answered 400."""

    def __init__(self, kind: str, value: str, message: str) -> None:
        super().__init__(message)
        self.body = {
            "status": "failed",
            "message-type": "validation-failure",
            "message": [{"type": kind, "value": value, "message": message}],
        }


REFUSED = Refused("parameter-not-allowed", "filter", "This route does not support filter")


def check(params: Mapping[str, list[str]]) -> None:
    """Refuse what the route does not know.

    Raises:
        Refused: a parameter or its value is wrong.
    """
    for name in params:
        if name not in PARAMETERS:
            raise Refused("parameter-not-allowed", name, f"This route does not support {name}")
    _number(params, "rows", MOST_ROWS)
    _number(params, "offset", MOST_OFFSET)
    _number(params, "sample", MOST_SAMPLE)
    sort = params.get("sort", ["score"])[-1]
    if sort not in SORTS:
        raise Refused("sort-not-available", sort, f"Sort '{sort}' specified but there is no such sort")


def found(works: Iterable[Json], params: Mapping[str, list[str]]) -> list[Json]:
    """The works that match, those with the most words of the query first.

    Raises:
        Refused: there is no such filter.
    """
    wanted = filters(params.get("filter", [""])[-1])
    matching = [work for work in works if all(any(one(work) for one in ones) for ones in wanted.values())]
    words = _words(" ".join(value for name, values in params.items() for value in values if name.startswith("query")))
    if not words:
        return matching
    scored = [(len(words & _words(_text(work))) / len(words), place, work) for place, work in enumerate(matching)]
    hits = sorted((one for one in scored if one[0] > 0), key=lambda one: (-one[0], one[1]))
    return [work | {"score": round(score * 100, 3)} for score, _, work in hits]


def filters(text: str) -> dict[str, list[Callable[[Json], bool]]]:
    """What each filter asks for: different names are joined by "and", one name given again by "or".

    Raises:
        Refused: there is no such filter.
    """
    wanted: defaultdict[str, list[Callable[[Json], bool]]] = defaultdict(list)
    for pair in filter(None, text.split(",")):
        name, _, value = pair.partition(":")
        test = _FILTERS.get(name)
        if test is None:
            known = ", ".join(_FILTERS)
            said = f"Filter '{name}' specified but there is no such filter for this route. Valid filters are: {known}"
            raise Refused("filter-not-available", name, said)
        wanted[name].append(lambda work, test=test, value=value: test(work, value))
    return wanted


def _number(params: Mapping[str, list[str]], name: str, most: int) -> None:
    text = params.get(name, ["0"])[-1]
    if not text.isdecimal() or int(text) > most:
        said = f"Integer specified as {text} but must be a positive integer less than or equal to {most}. "
        raise Refused("integer-not-valid", text, said)


def _day(work: Json, name: str) -> str:
    parts = ((work.get(name) or {}).get("date-parts") or [[]])[0]
    return "-".join(f"{part:02d}" for part in parts if part is not None)


def _updates(work: Json, value: str) -> bool:
    return any(one["DOI"].lower() == value.lower() for one in work.get("update-to", ()))


_FILTERS: Mapping[str, Callable[[Json, str], bool]] = {
    "doi": lambda work, value: work["DOI"].lower() == value.lower(),
    "updates": _updates,
    "update-type": lambda work, value: any(one["type"] == value for one in work.get("update-to", ())),
    "is-update": lambda work, value: bool(work.get("update-to")) == (value in {"true", "t", "1"}),
    "type": lambda work, value: work.get("type") == value,
    "issn": lambda work, value: value in work.get("ISSN", ()),
    "has-abstract": lambda work, value: ("abstract" in work) == (value in {"true", "t", "1"}),
    "from-index-date": lambda work, value: _day(work, "indexed") >= value,
    "until-index-date": lambda work, value: _day(work, "indexed") <= value,
    "from-update-date": lambda work, value: _day(work, "deposited") >= value,
    "from-deposit-date": lambda work, value: _day(work, "deposited") >= value,
    "from-created-date": lambda work, value: _day(work, "created") >= value,
    "from-pub-date": lambda work, value: _day(work, "issued") >= value,
}


def _text(work: Json) -> str:
    names = " ".join(str(one.get("family", "")) for one in work.get("author", ()))
    years = " ".join(str(part) for part in ((work.get("issued") or {}).get("date-parts") or [[]])[0])
    return " ".join([*work.get("title", ()), *work.get("container-title", ()), names, years])


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.lower()))
