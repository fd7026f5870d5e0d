"""The works that the Crossref emulator serves; made-up ones have a prefix that says so."""

import copy
from typing import Any

Json = dict[str, Any]

PREFIX = "10.5555"
"""Crossref's own prefix for tests: what is registered under it here is synthetic."""
_LABELS = {
    "retraction": "Retraction",
    "expression_of_concern": "Expression of Concern",
    "correction": "Correction",
    "erratum": "Erratum",
    "reinstatement": "Reinstatement",
}


def moment(day: str) -> Json:
    """A date as Crossref writes it three times over."""
    year, month, date = map(int, day.split("-"))
    return {"date-parts": [[year, month, date]], "date-time": f"{day}T00:00:00Z", "timestamp": 0}


def synthetic(doi: str, title: str, *, family: str = "Nemo", year: int | None = 2024, **fields: Any) -> Json:
    """A made-up work as `/works/{doi}` gives it; `fields` replace its members."""
    work = {
        "indexed": moment("2026-06-06") | {"version": "3.54.1"},
        "created": moment("2024-05-02"),
        "deposited": moment("2025-03-23"),
        "DOI": doi,
        "URL": f"https://doi.org/{doi}",
        "prefix": doi.partition("/")[0],
        "type": "journal-article",
        "source": "Crossref",
        "title": [title],
        "original-title": [],
        "subtitle": [],
        "container-title": ["Journal of Invented Results"],
        "author": [{"given": "A. B.", "family": family, "sequence": "first", "affiliation": []}],
        "issued": {"date-parts": [[year]]},
        "reference-count": 0,
        "score": 1,
        "relation": {},
        "ISSN": ["0000-0000"],
    }
    return work | {name.replace("_", "-"): value for name, value in fields.items()}


def update(doi: str, kind: str, *, day: str = "2025-02-03", source: str = "publisher") -> Json:
    """One entry of `updated-by` or `update-to`; Retraction Watch's have a number of its own."""
    entry: Json = {"DOI": doi, "type": kind, "label": _LABELS.get(kind, kind), "source": source, "updated": moment(day)}
    return entry | {"record-id": "12345"} if source == "retraction-watch" else entry


class Works:
    """The registered works; DOIs differ in nothing but case only if they are one.

    Attributes:
        aliases: DOIs that were given up for another.
    """

    def __init__(self) -> None:
        self.by_doi: dict[str, Json] = {}
        self.aliases: dict[str, str] = {}

    def add(self, work: Json) -> None:
        """Register a work, or deposit it again."""
        self.by_doi[work["DOI"].lower()] = copy.deepcopy(work)

    def get(self, doi: str) -> Json | None:
        """Give the work under a DOI or under one that was given up for it."""
        plain = doi.lower()
        return self.by_doi.get(self.aliases.get(plain, plain).lower())

    def tell(
        self, doi: str, kind: str, *, notice: str = "", day: str = "2025-02-03", source: str = "publisher"
    ) -> None:
        """Register that something happened to a work: on the original, and on the notice if there is one.

        Without `notice` it is marked in place, as Retraction Watch's entries often are.
        """
        original = self.by_doi[doi.lower()]
        original.setdefault("updated-by", []).append(update(notice or doi, kind, day=day, source=source))
        if notice:
            said = self.by_doi.get(notice.lower()) or synthetic(notice, f"{_LABELS.get(kind, kind)} of a made-up paper")
            said.setdefault("update-to", []).append(update(doi, kind, day=day, source=source))
            self.by_doi[notice.lower()] = said

    def only_on_notice(self, doi: str, kind: str, *, notice: str, day: str = "2025-02-03") -> None:
        """As `tell`, where the original does not know of it yet: only a reverse look-up finds the notice."""
        self.tell(doi, kind, notice=notice, day=day)
        self.by_doi[doi.lower()]["updated-by"].pop()

    def withdraw(self, doi: str) -> None:
        """Forget what happened to a work, on its notices too, as after an entry that was an error."""
        self.by_doi[doi.lower()].pop("updated-by", None)
        for work in self.by_doi.values():
            work["update-to"] = [one for one in work.get("update-to", ()) if one["DOI"].lower() != doi.lower()]
