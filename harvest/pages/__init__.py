"""Pages of the web: bytes to what a page is and says. Nothing here asks the network."""

from harvest.pages.claims import claims
from harvest.pages.page import Dated, Page, PageKind, Reference, Refusal
from harvest.pages.reading import read
from harvest.pages.recording import PROVIDER, record
from harvest.pages.resolving import Document, Titles, resolved
from harvest.text.sketch import Sketch, alike, sketch

__all__ = [
    "PROVIDER",
    "Dated",
    "Document",
    "Page",
    "PageKind",
    "Reference",
    "Refusal",
    "Sketch",
    "Titles",
    "alike",
    "claims",
    "read",
    "record",
    "resolved",
    "sketch",
]
