"""Fixtures that every test room may ask for."""

from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def recorded() -> Path:
    """The recorded answers and labelled corpora that may lie beside the checkout."""
    folder = CHECKOUT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("no recorded answers beside this checkout")
    return folder
