"""Claims: the sentences in which a record states its result on the topic, word for word."""

from harvest.claims.claims import claims

__all__ = ["claims"]
