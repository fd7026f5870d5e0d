"""What happens to records between two runs: revision and retraction, written into their XML."""

from collections.abc import Iterable
from datetime import date

from lxml import etree

from tests.servers.eutils_mesh import identifier


def _child(parent: etree._Element, name: str, *, after: tuple[str, ...] = ()) -> etree._Element:
    """Give the child of that name, made behind the last of the `after` siblings if it lacks."""
    found = parent.find(name)
    if found is not None:
        return found
    made = etree.Element(name)
    places = [at for at, node in enumerate(parent) if node.tag in after]
    parent.insert(places[-1] + 1 if places else 0, made)
    return made


def _citation(record: etree._Element) -> etree._Element:
    citation = record.find("MedlineCitation")
    if citation is None:
        raise ValueError("expected a PubmedArticle, got a record without MedlineCitation")
    return citation


def _date_revised(citation: etree._Element, on: date) -> None:
    node = _child(citation, "DateRevised", after=("PMID", "DateCompleted"))
    node.clear()
    for name, value in (("Year", f"{on:%Y}"), ("Month", f"{on:%m}"), ("Day", f"{on:%d}")):
        etree.SubElement(node, name).text = value


def _replace_text(node: etree._Element, text: str) -> None:
    for child in list(node):
        node.remove(child)
    node.text = text


def _add_headings(citation: etree._Element, mesh: Iterable[str]) -> None:
    before = ("ChemicalList", "SupplMeshList", "CitationSubset", "CommentsCorrectionsList", "MedlineJournalInfo")
    headings = _child(citation, "MeshHeadingList", after=before)
    for name in mesh:
        heading = etree.SubElement(headings, "MeshHeading")
        etree.SubElement(heading, "DescriptorName", UI=identifier(name), MajorTopicYN="N").text = name


def revised(
    record: bytes,
    *,
    on: date,
    title: str | None = None,
    abstract: str | None = None,
    mesh: Iterable[str] = (),
    status: str | None = None,
) -> bytes:
    """Give the record with its revision date moved to `on`, and what else is to change.

    Args:
        mesh: descriptors to add, as when an indexer gets to a fresh record.
        status: `MedlineCitation/@Status`.
    """
    root = etree.fromstring(record)
    citation = _citation(root)
    _date_revised(citation, on)
    article = citation.find("Article")
    if article is not None and title is not None:
        _replace_text(_child(article, "ArticleTitle", after=("Journal",)), title)
    if article is not None and abstract is not None:
        node = _child(article, "Abstract", after=("ArticleTitle", "Pagination", "ELocationID"))
        node.clear()
        etree.SubElement(node, "AbstractText").text = abstract
    if mesh:
        _add_headings(citation, mesh)
    if status is not None:
        citation.set("Status", status)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=False)


def retracted(record: bytes, *, notice: int | None, on: date) -> bytes:
    """Give the record as NLM marks a retracted one: publication type, link to the notice, revision date."""
    root = etree.fromstring(record)
    citation = _citation(root)
    _date_revised(citation, on)
    types = root.find("MedlineCitation/Article/PublicationTypeList")
    if types is not None:
        etree.SubElement(types, "PublicationType", UI="D016441").text = "Retracted Publication"
    before = ("MedlineJournalInfo", "ChemicalList", "SupplMeshList", "CitationSubset")
    link = etree.SubElement(
        _child(citation, "CommentsCorrectionsList", after=before), "CommentsCorrections", RefType="RetractionIn"
    )
    etree.SubElement(link, "RefSource").text = f"Retraction notice of {on:%Y %b %d}"
    if notice is not None:
        etree.SubElement(link, "PMID", Version="1").text = str(notice)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=False)
