"""AuthorList -> authors."""

from harvest.medline import ids
from harvest.medline.text import Element, flat
from harvest.model import Author

_FIELDS = {
    "LastName": "family",
    "ForeName": "given",
    "Initials": "initials",
    "Suffix": "suffix",
    "CollectiveName": "collective",
}


def authors(node: Element) -> list[Author]:
    """Persons and groups in order.

    An Author with `ValidYN="N"` is the misspelt form of a name that also stands there corrected, so it is left out.
    """
    return [
        author
        for child in node
        if child.tag == "Author" and child.get("ValidYN") != "N" and (author := _author(child)) is not None
    ]


def _author(node: Element) -> Author | None:
    orcid = ""
    names: dict[str, str] = {}
    for part in node:
        tag = part.tag
        if tag in _FIELDS:
            names[_FIELDS[tag]] = flat(part)
        elif tag == "Identifier" and part.get("Source") == "ORCID":
            orcid = ids.orcid(part.text or "")
    return Author(**names, orcid=orcid) if any(names.values()) else None
