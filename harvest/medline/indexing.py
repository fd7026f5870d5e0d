"""What indexers added: headings, publication types, substances, keywords, databanks; terms are kept by their UI."""

from functools import lru_cache

from harvest.medline.text import Element, flat
from harvest.model import DataBank, Keyword, MeshHeading, Qualifier, Substance, Term

# the same few thousand terms stand in millions of records
_term = lru_cache(maxsize=8192)(Term)
_substance = lru_cache(maxsize=16384)(Substance)
_qualifier = lru_cache(maxsize=1024)(Qualifier)
_bare_heading = lru_cache(maxsize=16384)(MeshHeading)


def terms(node: Element, *, tag: str) -> list[Term]:
    """The `tag` children of `node` (PublicationType, SupplMeshName)."""
    return [term(child) for child in node if child.tag == tag]


def term(node: Element) -> Term:
    """One controlled term."""
    return _term(node.get("UI", ""), flat(node))


def headings(node: Element) -> list[MeshHeading]:
    """MeshHeadingList in its order; a heading without a descriptor says nothing and is left out."""
    return [heading for child in node if child.tag == "MeshHeading" if (heading := _mesh_heading(child))]


def _mesh_heading(node: Element) -> MeshHeading | None:
    descriptor: Element | None = None
    qualifiers: list[Qualifier] = []
    automatic = False
    for part in node:
        tag = part.tag
        if tag == "QualifierName":
            qualifiers.append(_qualifier(part.get("UI", ""), flat(part), part.get("MajorTopicYN") == "Y"))
        elif tag == "DescriptorName":
            descriptor = part
        automatic = automatic or part.get("AutoHM") == "Y"
    if descriptor is None:
        return None
    ui, name, major = descriptor.get("UI", ""), flat(descriptor), descriptor.get("MajorTopicYN") == "Y"
    if qualifiers:
        return MeshHeading(ui, name, major, automatic, tuple(qualifiers))
    return _bare_heading(ui, name, major, automatic)


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
