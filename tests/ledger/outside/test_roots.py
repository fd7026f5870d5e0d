"""Certificates that a user trusts."""

from pathlib import Path

import pytest

from harvest.errors import UsageError
from harvest.ledger.outside.roots import read_roots


def test_no_file_names_no_certificate() -> None:
    assert read_roots(None) == ()


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="expected a file of certificates, got no such file or directory: "):
        read_roots(tmp_path / "roots.pem")


def test_a_file_without_certificates_is_said(tmp_path: Path) -> None:
    (tmp_path / "roots.pem").write_text("?")
    with pytest.raises(UsageError, match=r"expected certificates in PEM in .*roots\.pem, got none that can be read"):
        read_roots(tmp_path / "roots.pem")
