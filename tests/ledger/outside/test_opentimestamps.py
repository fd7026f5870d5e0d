"""OpenTimestamps proofs: what they lead to is computed from our digest; what they are not is refused."""

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvest.errors import LedgerError
from harvest.ledger.chain import Diverges
from harvest.ledger.outside import Kept
from harvest.ledger.outside.kept import MAX_BYTES
from harvest.ledger.outside.opentimestamps import read_proof
from tests.ledger.outside import proofs
from tests.ledger.outside.proofs import FORK, HEX, REVERSE, SHA1, SHA256, append, block, over, pending, prepend, proof
from tests.ledger.room import Room

DIGEST = hashlib.sha256(b"a head").digest()
CALENDAR = "https://a.calendar.example/x"


def attested(tree: bytes) -> tuple[str, ...]:
    return read_proof(proof(DIGEST, tree)).attestations


def test_a_pending_attestation_names_its_calendar() -> None:
    assert attested(append(b"salt") + SHA256 + pending(CALENDAR)) == (f"pending at calendar {CALENDAR}",)


def test_operations_are_computed_from_the_digest_to_the_merkle_root_of_a_block() -> None:
    root = hashlib.sha256(hashlib.sha256(b"before" + DIGEST + b"after").digest()).digest()
    (said,) = attested(prepend(b"before") + append(b"after") + SHA256 + SHA256 + block(912_095))
    attested_by = f"attested by Bitcoin block 912095, if its Merkle root is {root[::-1].hex()}"
    assert said == f"{attested_by} (not checked here: needs a node)"
    (said,) = attested(REVERSE + HEX + SHA1 + SHA256 + block(7, proofs.LITECOIN))
    root = hashlib.sha256(hashlib.sha1(DIGEST[::-1].hex().encode(), usedforsecurity=False).digest()).digest()
    assert said.startswith(f"attested by Litecoin block 7, if its Merkle root is {root[::-1].hex()}")


def test_each_branch_of_a_fork_goes_on_from_the_message_before_it() -> None:
    one, two = append(b"1") + SHA256 + block(1), append(b"2") + SHA256 + FORK + block(2) + pending(CALENDAR)
    said = attested(FORK + pending(CALENDAR) + FORK + one + two)
    roots = [hashlib.sha256(DIGEST + tail).digest()[::-1].hex() for tail in (b"1", b"2")]
    assert said[0] == said[3] == f"pending at calendar {CALENDAR}"
    assert (roots[0] in said[1], roots[1] in said[2], len(said)) == (True, True, 4)


def test_an_attestation_of_an_unknown_kind_is_said_to_be_one() -> None:
    assert attested(proofs.attestation(b"\x01\x02\x03\x04\x05\x06\x07\x08", b"?")) == (
        "an attestation of the unknown kind 0102030405060708",
    )


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "bytes more in the OpenTimestamps proof"),
        (b"?" * 200, "an OpenTimestamps proof of version 1"),
        (proof(DIGEST, block(1), version=2), "an OpenTimestamps proof of version 1"),
        (proof(DIGEST[:20], block(1), kind=SHA1), "over a SHA-256 digest"),
        (proof(DIGEST, b""), "1 bytes more"),
        (proof(DIGEST, block(1) + b"\0"), "expected the end of the OpenTimestamps proof, found 1 bytes more"),
        (proof(DIGEST, b"\x03" + block(1)), "tag 0x03"),
        (proof(DIGEST, b"\x67" + block(1)), "tag 0x67"),
        (proof(DIGEST, FORK + FORK + block(1) + block(1)), "tag 0xff"),
        (proof(DIGEST, FORK + block(1)), "1 bytes more"),
        (proof(DIGEST, append(b"") + block(1)), "1 to 4096 bytes in a field"),
        (proof(DIGEST, append(b"x" * 4_097) + block(1)), "1 to 4096 bytes in a field"),
        (proof(DIGEST, append(b"x" * 4_065) + SHA256 + block(1)), "on at most 4096 bytes, found 4097"),
        (proof(DIGEST, HEX * 8 + SHA256 + block(1)), "on at most 4096 bytes, found 8192"),
        (proof(DIGEST, append(b"x") + block(1)), "a Merkle root of 32 bytes"),
        (proof(DIGEST, proofs.attestation(proofs.BITCOIN, b"\x01\x02")), "the end of an attestation"),
        (proof(DIGEST, proofs.attestation(proofs.BITCOIN, b"\x81\x00")), "in its shortest spelling"),
        (proof(DIGEST, proofs.attestation(proofs.BITCOIN, b"\xff" * 9 + b"\x01")), "a number below 2^63"),
        (proof(DIGEST, proofs.attestation(proofs.BITCOIN, b"x" * 8_193)), "0 to 8192 bytes in a field"),
        (proof(DIGEST, pending("https://a.example/?q")), "a calendar's address"),
        (proof(DIGEST, pending("")), "a calendar's address"),
        (proof(DIGEST, pending("x" * 1_001)), "0 to 1000 bytes in a field"),
        (proof(DIGEST, REVERSE * MAX_BYTES + block(1)), "at most 262144 bytes"),
    ],
)
def test_what_is_no_proof_is_refused(raw: bytes, said: str) -> None:
    with pytest.raises(Diverges) as caught:
        read_proof(raw)
    assert said in caught.value.message


def test_what_is_as_large_as_it_may_be_is_taken() -> None:
    (said,) = attested(block(2**63 - 1))
    assert said.startswith(f"attested by Bitcoin block {2**63 - 1}, ")
    assert attested(pending("x" * 1_000)) == (f"pending at calendar {'x' * 1_000}",)
    room = MAX_BYTES - len(proof(DIGEST, block(1)))
    assert len(attested(REVERSE * room + block(1))) == 1


def test_as_many_operations_as_a_file_can_hold_are_followed_without_recursion() -> None:
    deep = append(b"x" * 4_000) + REVERSE * 50_000 + SHA256 + block(1)
    assert len(attested(deep)) == 1
    wide = (FORK + SHA256 + pending("x:y")) * 5_000 + pending("x:y")
    assert len(attested(wide)) == 5_001


def test_no_more_branches_wait_than_their_messages_have_room_in_memory() -> None:
    nested = (FORK + SHA256) * 1_000 + pending("x:y") * 1_001
    assert len(attested(nested)) == 1_001
    with pytest.raises(
        Diverges, match="expected at most 1000 branches of an OpenTimestamps proof that wait, found more"
    ):
        attested(FORK + SHA256 + nested + pending("x:y"))


PIECES = st.sampled_from(
    [SHA256, SHA1, REVERSE, HEX, FORK, b"\x00", append(b"x"), prepend(b"y"), block(1), pending("x:y"), b"\x7f", b"\x80"]
)


@settings(deadline=None, max_examples=300)
@given(st.lists(PIECES | st.binary(max_size=4), max_size=30))
def test_any_bytes_are_a_proof_or_refused_in_one_line(pieces: list[bytes]) -> None:
    raw = proof(DIGEST, b"".join(pieces))
    try:
        said = read_proof(raw).attestations
    except Diverges as refused:
        said = (refused.message,)
    assert said
    assert all("\n" not in line for line in said)


# --- beside a ledger -------------------------------------------------------------------------------------------


def test_a_proof_beside_the_ledger_is_said_with_what_attests_it(crawled: Room) -> None:
    head = Kept(crawled.path).keep(crawled.head.read_bytes())
    head.lay("ots", over(head.note, FORK + SHA256 + pending(CALENDAR) + SHA256 + block(3)))
    report = crawled.verify()
    assert (report.exit_code, "OpenTimestamps proof of 6 entries" in report.heads) == (0, True)
    pending_at, attested_by = report.notices
    assert pending_at == f"OpenTimestamps proof commits to the head of 6 entries: pending at calendar {CALENDAR}"
    assert "attested by Bitcoin block 3" in attested_by


def test_a_proof_over_something_else_breaks_the_ledger(crawled: Room) -> None:
    head = Kept(crawled.path).keep(crawled.head.read_bytes())
    other = over(b"something else", SHA256 + pending(CALENDAR))
    with pytest.raises(LedgerError, match="expected an OpenTimestamps proof over a head in"):
        Kept(crawled.path).over(read_proof(other).digest, "an OpenTimestamps proof")
    head.lay("ots", other)
    report = crawled.verify()
    assert (report.exit_code, len(report.lines())) == (1, 2)
    assert report.first_divergence
    assert report.first_divergence.expected == f"a proof over SHA-256 {head.digest.hex()} in {head.path('ots')}"


def test_a_proof_that_cannot_be_read_breaks_the_ledger(crawled: Room) -> None:
    Kept(crawled.path).keep(crawled.head.read_bytes()).lay("ots", b"?" * 100)
    assert crawled.verify().exit_code == 1
