"""A certificate for invented hosts, and the authority that vouches for it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID


def certificate(folder: Path, hosts: list[str]) -> Path:
    """Write `authority.pem` and `host.pem` (certificate and key for all hosts); return the latter."""
    authority, host = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root = _signed("Emulator", authority, authority, issuer="Emulator", extensions=[x509.BasicConstraints(True, 0)])
    names = x509.SubjectAlternativeName([x509.DNSName(name) for name in hosts or ["none.example"]])
    leaf = _signed("hosts", host, authority, issuer="Emulator", extensions=[names])
    (folder / "authority.pem").write_bytes(root.public_bytes(Encoding.PEM))
    key = host.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "host.pem").write_bytes(key + leaf.public_bytes(Encoding.PEM))
    return folder / "host.pem"


def _signed(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    signer: ec.EllipticCurvePrivateKey,
    *,
    issuer: str,
    extensions: list[x509.ExtensionType],
) -> x509.Certificate:
    today = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=2))
    )
    for extension in extensions:
        builder = builder.add_extension(extension, critical=isinstance(extension, x509.BasicConstraints))
    return builder.sign(signer, SHA256())
