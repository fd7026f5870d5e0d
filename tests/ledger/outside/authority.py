"""A time-stamping authority for tests, SYNTHETIC: its certificates vouch for nothing, `openssl ts` signs."""

import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

HERE = shutil.which("openssl") is not None
_CONFIG = """\
[tsa]
serial = {folder}/serial
signer_digest = sha256
default_policy = 1.3.6.1.4.1.99999.1
digests = sha256, sha512, sha3-256
accuracy = secs:1
ordering = no
tsa_name = yes
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""


class Authority:
    """A root, and a key that it certified for time-stamping.

    Attributes:
        root: a file with the root's certificate.
    """

    def __init__(self, folder: Path, name: str) -> None:
        folder.mkdir(parents=True)
        self._folder = folder
        self.root = folder / "root.pem"
        root_key, self.key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
        issuer = certificate(f"{name} root (synthetic)", root_key, None, None, long=True)
        self.certificate = certificate(f"{name} (synthetic)", self.key, issuer, root_key)
        self._write("root.pem", issuer)
        self._write("tsa.pem", self.certificate)
        pem = self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (folder / "tsa.key").write_bytes(pem)
        (folder / "serial").write_text("01\n")
        (folder / "config").write_text(_CONFIG.format(folder=folder))

    def answer(self, request: bytes, *, bearing: tuple[x509.Certificate, ...] = (), root_too: bool = False) -> bytes:
        """The answer to a request, with further certificates in its token."""
        chain = self.root.read_bytes() if root_too else b""
        self._folder.joinpath("chain.pem").write_bytes(
            chain + b"".join(one.public_bytes(Encoding.PEM) for one in bearing)
        )
        self._folder.joinpath("query").write_bytes(request)
        command = ["openssl", "ts", "-reply", "-config", "config", "-section", "tsa", "-queryfile", "query"]
        command += ["-signer", "tsa.pem", "-inkey", "tsa.key", "-out", "reply"]
        command += ["-chain", "chain.pem"] if bearing or root_too else []
        subprocess.run(command, cwd=self._folder, check=True, capture_output=True)
        return (self._folder / "reply").read_bytes()

    def _write(self, name: str, certificate: x509.Certificate) -> None:
        (self._folder / name).write_bytes(certificate.public_bytes(Encoding.PEM))


def certificate(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    issuer: x509.Certificate | None,
    issuer_key: ec.EllipticCurvePrivateKey | None,
    *,
    serial: int | None = None,
    long: bool = False,
) -> x509.Certificate:
    """A certificate for time-stamping; where there is no issuer, a root that signs itself.

    A token bears its certificates in the order of their length, signer first: those beside it are to be `long`.
    """
    words = [x509.NameAttribute(NameOID.COMMON_NAME, name)]
    if long:
        words.append(x509.NameAttribute(NameOID.ORGANIZATION_NAME, "made for a test, vouches for nothing " + "." * 27))
    subject = x509.Name(words)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(serial or x509.random_serial_number())
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2099, 1, 1, tzinfo=UTC))
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
    )
    if issuer:
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    return builder.sign(issuer_key or key, hashes.SHA256())
