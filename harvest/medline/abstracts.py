"""Abstract and OtherAbstract."""

from harvest.medline.text import Element, flat, squeezed
from harvest.model import AbstractSection, OtherAbstract


def sections(node: Element) -> list[AbstractSection]:
    """The AbstractText children of `node`; one without text and label says nothing and is left out."""
    found = []
    for child in node:
        if child.tag != "AbstractText":
            continue
        text, label = flat(child), squeezed(child.get("Label", ""))
        if text or label:
            found.append(AbstractSection(text, label, child.get("NlmCategory", "")))
    return found


def licence(node: Element) -> str:
    """CopyrightInformation, or empty."""
    return next((flat(child) for child in node if child.tag == "CopyrightInformation"), "")


def other(node: Element) -> OtherAbstract:
    """One OtherAbstract; the DTD's default for `Language` is eng."""
    return OtherAbstract(node.get("Type", ""), node.get("Language", "eng"), tuple(sections(node)))
