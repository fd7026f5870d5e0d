"""Who may be asked for time-stamps."""

import pytest

from tests.ledger.outside import authority


@pytest.fixture(scope="session")
def tsa(tmp_path_factory: pytest.TempPathFactory) -> authority.Authority:
    if not authority.HERE:
        pytest.skip("openssl is not installed")
    return authority.Authority(tmp_path_factory.mktemp("tsa") / "one", "one")


@pytest.fixture(scope="session")
def other_tsa(tmp_path_factory: pytest.TempPathFactory) -> authority.Authority:
    if not authority.HERE:
        pytest.skip("openssl is not installed")
    return authority.Authority(tmp_path_factory.mktemp("tsa") / "two", "two")
