"""Were the people of a study healthy? Then it shows nothing of a condition's symptoms."""

import re
from typing import Final

from harvest.summary.documents import Document

FLAG: Final = "healthy-volunteers"
_RULE: Final = "screen.healthy-volunteers"
_NAMED: Final = re.compile(
    r"\b(?:healthy|normal) (?:[\w-]+ ){0,2}?(?:volunteers?|subjects?|participants?|individuals?|adults?|m[ae]n|wom[ae]n"
    r"|people|persons?)\b",
    re.IGNORECASE,
)
_ILL: Final = re.compile(r"\b(?:in-?|out-?)?patients?\b|\bdiagnosed with\b|\bsuffering from\b", re.IGNORECASE)


def healthy(document: Document) -> bool:
    """Said by screening, or by a title and abstract that name healthy people and nobody who is ill."""
    reasons = document.body.get("reasons", ())
    if FLAG in document.body.get("flags", ()) or any(reason["rule"] == _RULE for reason in reasons):
        return True
    text = f"{document.text('title')}\n{document.text('abstract')}"
    return bool(_NAMED.search(text)) and not _ILL.search(text)
