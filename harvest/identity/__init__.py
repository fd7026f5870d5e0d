"""Which records are one document: normal forms of identifiers and titles, and the comparison of two records."""

from harvest.identity.key import normal_key

__all__ = ["normal_key"]
