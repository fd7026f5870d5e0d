"""`harvest demo`: the whole path on recordings, without network and credentials."""

from harvest.errors import UsageError


def demo() -> int:
    """Replay the recordings of the checkout."""
    raise UsageError("expected recordings in data/demo, got none")
