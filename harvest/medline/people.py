"""AuthorList -> authors."""

from harvest.medline import ids
from harvest.medline.text import Element, flat
from harvest.model import Author


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
    family = given = initials = suffix = collective = orcid = ""
    for part in node:
        tag = part.tag
        if tag == "LastName":
            family = flat(part)
        elif tag == "ForeName":
            given = flat(part)
        elif tag == "Initials":
            initials = flat(part)
        elif tag == "AffiliationInfo":
            break  # the last of an Author's children
        elif tag == "Identifier":
            orcid = orcid or _orcid(part)
        elif tag == "CollectiveName":
            collective = flat(part)
        elif tag == "Suffix":
            suffix = flat(part)
    if family or given or collective:
        return Author(family, given, initials, suffix, collective, orcid)
    return None


def _orcid(node: Element) -> str:
    return ids.orcid(node.text or "") if node.get("Source") == "ORCID" else ""
