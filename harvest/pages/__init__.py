"""Pages of the web: bytes to what a page is and says. Nothing here asks the network."""

from harvest.pages.claims import claims
from harvest.pages.page import Dated, Page, PageKind, Reference, Refusal
from harvest.pages.reading import read
from harvest.pages.recording import PROVIDER, record
from harvest.text.sketch import Sketch, alike, sketch

__all__ = [
    "PROVIDER",
    "Dated",
    "Page",
    "PageKind",
    "Reference",
    "Refusal",
    "Sketch",
    "alike",
    "claims",
    "read",
    "record",
    "sketch",
]
