"""Texts that somebody pasted: what they are, which documents they name, and whether those are what is said of them."""

from harvest.pasted.matching import Match, match
from harvest.pasted.mentions import SCHEMES, Mention, Statement, is_bare, mentions, stated
from harvest.pasted.paste import NoOptions, Paste, Told
from harvest.pasted.reading import LARGEST, address_of, decoded
from harvest.pasted.record import PROVIDER, passage, record_of
from harvest.pasted.refusal import refused

__all__ = [
    "LARGEST",
    "PROVIDER",
    "SCHEMES",
    "Match",
    "Mention",
    "NoOptions",
    "Paste",
    "Statement",
    "Told",
    "address_of",
    "decoded",
    "is_bare",
    "match",
    "mentions",
    "passage",
    "record_of",
    "refused",
    "stated",
]
