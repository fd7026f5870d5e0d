"""Reading a ledger: what cannot be read is one line."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from harvest.errors import LedgerError, LedgerMissing
from harvest.reading import read


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir])
def test_a_ledger_that_is_no_file_is_refused_and_not_waited_for(tmp_path: Path, make: Callable[[Path], None]) -> None:
    path = tmp_path / "semax-ssri.jsonl"
    make(path)
    with pytest.raises(LedgerError, match=rf"expected a readable ledger at {path}, got something else"):
        read(path)


def test_where_there_is_no_ledger_it_is_said_what_makes_one(tmp_path: Path) -> None:
    with pytest.raises(LedgerMissing) as caught:
        read(tmp_path / "semax-ssri.jsonl")
    assert str(caught.value) == f"expected a ledger at {tmp_path}/semax-ssri.jsonl, got none; harvest crawl semax-ssri"
