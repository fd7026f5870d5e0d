"""Certificates that the user trusts to issue those of time-stamping authorities."""

from pathlib import Path

from cryptography import x509

from harvest.errors import UsageError


def read_roots(path: Path | None) -> tuple[x509.Certificate, ...]:
    """The certificates of a PEM file; none where no file is named.

    Raises:
        UsageError: it cannot be read, or holds no certificate.
    """
    if path is None:
        return ()
    try:
        return tuple(x509.load_pem_x509_certificates(path.read_bytes()))
    except OSError as error:
        raise UsageError(f"expected a file of certificates, got {(error.strerror or '').lower()}: {path}") from error
    except ValueError as error:
        raise UsageError(f"expected certificates in PEM in {path}, got none that can be read") from error
