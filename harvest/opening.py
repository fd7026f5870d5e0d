"""A topic's ledger opened for writing by a command that is no crawl."""

from collections.abc import Callable
from datetime import datetime

from ulid import ULID

from harvest import __version__
from harvest.catalogue import Catalogue
from harvest.configuration import Configuration
from harvest.errors import LedgerMissing
from harvest.ledger import Ledger, StateFolder


def open_ledger(
    slug: str, configuration: Configuration, *, clock: Callable[[], datetime], catalogue: Catalogue
) -> Ledger:
    """Opens the ledger of a topic; what it says is folded into `catalogue`.

    Raises:
        LedgerMissing: there is none, and none is begun.
        LedgerError: it cannot be continued.
    """
    path = configuration.ledger(slug)
    if not path.exists():
        raise LedgerMissing(f"expected a ledger at {path}, got none", hint=f"harvest crawl {slug}")
    return Ledger.open(
        path,
        keys=StateFolder(configuration.state_dir),
        origin=configuration.ledger_origin(slug),
        topic=slug,
        clock=clock,
        run=str(ULID.from_datetime(clock())),
        created_by=f"harvest {__version__}",
        genesis={},
        fold=catalogue.apply,
    )
