"""Identifiers of one substance; what names a class of substances (an ATC group) is none."""

import re
from collections.abc import Mapping

_FORMS = {
    "atc": (r"[A-Z]\d{2}[A-Z]{2}\d{2}", "a substance's own ATC code of 7 characters (a shorter one names a group)"),
    "cas": (r"[1-9]\d{1,6}-\d{2}-\d", "a CAS number whose check digit is right"),
    "chebi": (r"\d+", "the digits of a ChEBI number"),
    "chembl": (r"CHEMBL\d+", "an id such as CHEMBL25"),
    "chemspider": (r"\d+", "the digits of a ChemSpider number"),
    "drugbank": (r"DB\d{5}", "an id such as DB00945"),
    "inchikey": (r"[A-Z]{14}-[A-Z]{10}-[A-Z]", "an InChIKey of 27 characters"),
    "mesh": (r"[CD]\d{6,9}", "a MeSH unique id such as D003474"),
    "pubchem_cid": (r"[1-9]\d*", "the digits of a PubChem compound number"),
    "rxnorm": (r"[1-9]\d*", "the digits of an RxNorm concept"),
    "unii": (r"[A-Z0-9]{10}", "a UNII of 10 characters"),
    "wikidata": (r"Q[1-9]\d*", "an id such as Q18216"),
}
SCHEMES = tuple(_FORMS)


def check(identifiers: Mapping[str, str | int]) -> None:
    """Raise ValueError for the first identifier that is not of its scheme's form."""
    for scheme, value in identifiers.items():
        if scheme not in _FORMS:
            raise ValueError(f"expected an identifier scheme out of {', '.join(SCHEMES)}, got {scheme!r}")
        form, words = _FORMS[scheme]
        if not re.fullmatch(form, str(value)) or (scheme == "cas" and not _has_check_digit(str(value))):
            raise ValueError(f"expected {words} for {scheme}, got {value!r}")


def _has_check_digit(cas: str) -> bool:
    """The last digit is the sum of the others, each times its place from the right, modulo 10 (CAS)."""
    *digits, last = (int(char) for char in cas if char.isdigit())
    return sum(place * digit for place, digit in enumerate(reversed(digits), 1)) % 10 == last
