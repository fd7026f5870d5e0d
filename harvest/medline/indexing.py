"""What indexers added: headings, publication types, substances, keywords, databanks; terms are kept by their UI."""

from functools import lru_cache

from harvest.medline.text import Element, flat
from harvest.model import DataBank, Keyword, MeshHeading, Qualifier, Substance, Term

_term = lru_cache(maxsize=8192)(Term)
_substance = lru_cache(maxsize=32768)(Substance)
_qualifier = lru_cache(maxsize=1024)(Qualifier)
_heading = lru_cache(maxsize=32768)(MeshHeading)


def terms(node: Element, *, tag: str) -> list[Term]:
    """The `tag` children of `node` (PublicationType, SupplMeshName)."""
    return [term(child) for child in node if child.tag == tag]


def term(node: Element) -> Term:
    """One controlled term."""
    return _term(node.get("UI", ""), flat(node))


def headings(node: Element) -> list[MeshHeading]:
    """MeshHeadingList in its order."""
    found = (_mesh_heading(child) for child in node if child.tag == "MeshHeading")
    return [heading for heading in found if heading is not None]


def _mesh_heading(node: Element) -> MeshHeading | None:
    descriptor: Element | None = None
    qualifiers: tuple[Qualifier, ...] = ()
    automatic = False
    for part in node:
        if part.tag == "DescriptorName":
            descriptor = part
        elif part.tag == "QualifierName":
            qualifiers += (_qualifier(part.get("UI", ""), flat(part), part.get("MajorTopicYN") == "Y"),)
        else:
            continue
        automatic = automatic or part.get("AutoHM") == "Y"
    if descriptor is None:
        return None
    major = descriptor.get("MajorTopicYN") == "Y"
    return _heading(descriptor.get("UI", ""), flat(descriptor), major, automatic, qualifiers)


def substances(node: Element) -> list[Substance]:
    """ChemicalList in its order."""
    found = []
    for chemical in node:
        ui = name = registry = ""
        for part in chemical:
            if part.tag == "RegistryNumber":
                registry = flat(part)
            elif part.tag == "NameOfSubstance":
                ui, name = part.get("UI", ""), flat(part)
        if name:
            found.append(_substance(ui, name, registry))
    return found


def keywords(node: Element) -> list[Keyword]:
    """One KeywordList; the DTD's default for `Owner` is NLM."""
    owner = node.get("Owner", "NLM")
    return [
        Keyword(text, owner, child.get("MajorTopicYN") == "Y")
        for child in node
        if child.tag == "Keyword" and (text := flat(child))
    ]


def databanks(node: Element) -> list[DataBank]:
    """DataBankList in its order."""
    return [_databank(child) for child in node if child.tag == "DataBank"]


def _databank(node: Element) -> DataBank:
    name = ""
    accessions: list[str] = []
    for part in node:
        if part.tag == "DataBankName":
            name = flat(part)
        elif part.tag == "AccessionNumberList":
            accessions += (text for number in part if (text := flat(number)))
    return DataBank(name, tuple(accessions))
