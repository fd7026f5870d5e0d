"""The evidence ledger, format 1: `docs/reference/ledger-format.md` is its specification."""

from harvest.ledger.batch import Batch, Clock, Fold
from harvest.ledger.chain import Divergence
from harvest.ledger.checkpoint import Checkpoint
from harvest.ledger.consistency import Consistency
from harvest.ledger.content import ContentStore
from harvest.ledger.entry import Entry, Json
from harvest.ledger.erasure import REASONS
from harvest.ledger.index import Index
from harvest.ledger.keys import StateFolder
from harvest.ledger.ledger import Ledger
from harvest.ledger.line import LineRefused
from harvest.ledger.locks import run_lock
from harvest.ledger.newest import newest_head
from harvest.ledger.note import Verifier
from harvest.ledger.persons import Persons
from harvest.ledger.proof import Proof, prove
from harvest.ledger.reader import entries
from harvest.ledger.report import Report, Verdict
from harvest.ledger.verify import Depth, verify

__all__ = [
    "REASONS",
    "Batch",
    "Checkpoint",
    "Clock",
    "Consistency",
    "ContentStore",
    "Depth",
    "Divergence",
    "Entry",
    "Fold",
    "Index",
    "Json",
    "Ledger",
    "LineRefused",
    "Persons",
    "Proof",
    "Report",
    "StateFolder",
    "Verdict",
    "Verifier",
    "entries",
    "newest_head",
    "prove",
    "run_lock",
    "verify",
]
