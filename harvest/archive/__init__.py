"""WARC in and out: what was asked and what came back, so that a run can be proved and replayed.

`Archive` writes, `Replay` answers from what was written, `read_snapshot` finds the answer that an entry cites.
`docs/reference/archive.md` says what is stored, what is left out and what the digests are of.
"""

from harvest.archive.exchange import Exchange, Recorded, request_key
from harvest.archive.reader import read_snapshot, read_snapshots
from harvest.archive.replay import Replay
from harvest.archive.writer import Archive

__all__ = ["Archive", "Exchange", "Recorded", "Replay", "read_snapshot", "read_snapshots", "request_key"]
