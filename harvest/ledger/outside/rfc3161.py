"""RFC 3161 time-stamps over a head: the request, and what an answer proves. Numbers are sections of the RFC."""

import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from warnings import catch_warnings, simplefilter

import rfc3161_client
from cryptography import x509
from rfc3161_client import TimeStampResponse, VerificationError, VerifierBuilder

from harvest.errors import LedgerError
from harvest.ledger.outside.kept import Kept, KeptHead, unfit
from harvest.ledger.outside.request import nonce_of

_SHA256: Final = "2.16.840.1.101.3.4.2.1"
_GRANTED: Final = 0
_PATIENCE: Final = 30.0
"""Seconds that openssl may take."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a checked time-stamp says.

    Attributes:
        time: when, as its authority's clock had it.
        authority: the subject of the certificate that signed it.
        trusted: the certificate leads to a root that the user gave.
        signature: the signature was checked; never False where `trusted`.
    """

    time: datetime
    authority: str
    trusted: bool
    signature: bool

    def __str__(self) -> str:
        said = f"stamped {self.time:%Y-%m-%d %H:%M:%S} UTC by "
        if self.trusted:
            return f"{said}{self.authority}, signature and issuer checked"
        checked = "signature checked" if self.signature else "signature not checked: needs openssl"
        return f"{said}somebody who says to be {self.authority}, {checked}, issuer not trusted here: needs --tsa-roots"


def take(kept: Kept, answer: bytes, roots: Sequence[x509.Certificate]) -> tuple[KeptHead, Stamp]:
    """Finds the head that an answer is over, checks the answer, and lays it beside the head.

    Raises:
        LedgerError: it is over none of the heads that were handed out.
        Diverges: it does not hold.
    """
    with _foreign():
        digest = rfc3161_client.decode_timestamp_response(answer).tst_info.message_imprint.message
    head = kept.over(digest, "a time-stamp")
    stamp = check(answer, head, roots)
    head.lay("tsr", answer)
    return head, stamp


def check(answer: bytes, head: KeptHead, roots: Sequence[x509.Certificate] = ()) -> Stamp:
    """Is this an answer to our request, over this head, and whose?

    Args:
        answer: a DER `TimeStampResp` (2.4.2).
        head: the head; the nonce is compared where the request was kept.
        roots: certificates that the user trusts to issue time-stamping certificates.

    Raises:
        Diverges: it is not, or its signature does not hold, or it leads to none of the roots.
    """
    with _foreign():
        response = rfc3161_client.decode_timestamp_response(answer)
        _hold(response, head.digest, nonce_of(head))
        signer = _signer(response).subject.rfc4514_string()
        signature = _leads_to(roots, response, signer) or _signature_checked(response.time_stamp_token())
        return Stamp(response.tst_info.gen_time, signer, bool(roots), signature)


@contextmanager
def _foreign() -> Iterator[None]:
    """Where other people's code reads other people's bytes: whatever it stumbles over speaks against these."""
    try:
        with catch_warnings():
            simplefilter("error")
            yield
    except LedgerError:
        raise
    except Exception as error:
        raise unfit("an RFC 3161 time-stamp that holds", "one that cannot be read as one") from error


def _hold(response: TimeStampResponse, digest: bytes, nonce: int | None) -> None:
    """Status, digest and nonce (2.4.2)."""
    if response.status != _GRANTED:
        raise unfit("a time-stamp that was granted", f"status {response.status} {' '.join(response.status_string)}")
    imprint = response.tst_info.message_imprint
    if imprint.hash_algorithm.dotted_string != _SHA256 or imprint.message != digest:
        raise unfit(f"a time-stamp over SHA-256 {digest.hex()}", f"one over {imprint.message.hex()}")
    if nonce is not None and response.tst_info.nonce != nonce:
        raise unfit(f"the nonce {nonce} of our request in the time-stamp", str(response.tst_info.nonce))


def _signer(response: TimeStampResponse) -> x509.Certificate:
    """The one certificate in the token that its signer names by issuer and number; a second would hide whose it is."""
    (named,) = response.signed_data.signer_infos
    borne = [x509.load_der_x509_certificate(der) for der in response.signed_data.certificates]
    found = [one for one in borne if (one.issuer, one.serial_number) == (named.issuer, named.serial_number)]
    if len(found) != 1:
        raise unfit("one certificate of its signer in the time-stamp", str(len(found)))
    return found[0]


def _leads_to(roots: Sequence[x509.Certificate], response: TimeStampResponse, signer: str) -> bool:
    """Checks signature, certificates and purpose against the roots; False where none are given.

    Raises:
        Diverges: the signature does not hold, or the certificates lead to none of the roots.
    """
    if not roots:
        return False
    try:
        VerifierBuilder(roots=list(roots)).build().verify(response, response.tst_info.message_imprint.message)
    except VerificationError as error:
        _signature_checked(response.time_stamp_token())
        raise unfit("a time-stamp by somebody whom the given roots certify", f"one by {signer}") from error
    return True


def _signature_checked(token: bytes) -> bool:
    """Checks the signature alone, by the certificate that the token bears; False where there is no openssl.

    Raises:
        Diverges: the signature does not hold.
    """
    command = ["openssl", "cms", "-verify", "-noverify", "-inform", "DER"]
    try:
        ended = subprocess.run(command, input=token, capture_output=True, check=False, timeout=_PATIENCE)  # noqa: S603 - fixed
    except (OSError, subprocess.TimeoutExpired):
        return False
    if ended.returncode:
        raise unfit("a time-stamp whose signature holds", "one whose signature does not")
    return True
