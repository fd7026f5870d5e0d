"""The second verifier, and a shelf with a ledger that it finds valid."""

from pathlib import Path
from types import ModuleType

import pytest

from tests.tools.book import Book, Shelf, load_tool


@pytest.fixture(scope="session")
def tool() -> ModuleType:
    return load_tool()


@pytest.fixture
def shelf(tmp_path: Path, tool: ModuleType) -> Shelf:
    return Shelf(tmp_path, tool)


@pytest.fixture
def book() -> Book:
    """Six lines: a genesis and a finished run."""
    book = Book()
    book.crawl()
    return book
