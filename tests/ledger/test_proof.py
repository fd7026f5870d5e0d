"""c2sp.org/tlog-proof@v1."""

import pytest

from harvest.errors import LedgerBroken
from harvest.ledger import Checkpoint, Proof, Verifier, prove
from harvest.ledger.note import Signer
from tests.ledger.room import ORIGIN, SECOND_RUN, Room

pytestmark = pytest.mark.usefixtures("unsynced")


def verifier(room: Room) -> Verifier:
    return Verifier.parse(room.verify().vkey)


def test_each_line_can_be_proved_to_somebody_who_has_it_and_the_key_alone(crawled: Room) -> None:
    head = crawled.head.read_bytes()
    for seq, line in enumerate(crawled.stored()):
        raw = bytes(prove(crawled.path, seq, head))
        assert raw.startswith(f"c2sp.org/tlog-proof@v1\nindex {seq}\n".encode())
        assert raw.endswith(b"\n\n" + head)
        proof = Proof.parse(raw)
        assert bytes(proof) == raw
        proof.check(line, verifier(crawled))
        proof.check(line.rstrip(b"\n"), verifier(crawled))
        with pytest.raises(LedgerBroken, match=f"expected the line at index {seq} of 6"):
            proof.check(crawled.stored()[(seq + 1) % 6], verifier(crawled))


def test_a_ledger_that_grew_since_still_proves_under_the_old_head(crawled: Room) -> None:
    head = crawled.head.read_bytes()
    crawled.crawl(SECOND_RUN)
    prove(crawled.path, 3, head).check(crawled.stored()[3], verifier(crawled))


def test_a_proof_under_another_key_proves_nothing(crawled: Room) -> None:
    proof = prove(crawled.path, 3, crawled.head.read_bytes())
    for stranger in (Signer(ORIGIN, bytes(32)), Signer("example.org/other", bytes(32))):
        with pytest.raises(LedgerBroken, match="expected a head signed by"):
            proof.check(crawled.stored()[3], stranger.verifier)


def test_a_line_above_the_head_cannot_be_proved(crawled: Room) -> None:
    with pytest.raises(LedgerBroken, match="a head over more than 6 entries"):
        prove(crawled.path, 6, crawled.head.read_bytes())


def test_a_cut_ledger_proves_nothing(crawled: Room) -> None:
    crawled.put(crawled.stored()[:-1])
    with pytest.raises(LedgerBroken, match="expected 6 entries as in the head, got 5"):
        prove(crawled.path, 3, crawled.head.read_bytes())


def test_a_changed_ledger_proves_nothing_and_both_roots_are_named(crawled: Room) -> None:
    crawled.put([*crawled.stored()[:-1], b"?\n"])
    with pytest.raises(LedgerBroken, match=r"expected root .* over 6 entries as in the head, got root "):
        prove(crawled.path, 3, crawled.head.read_bytes())


def test_a_line_that_was_changed_since_is_not_proved(crawled: Room) -> None:
    head, stored = crawled.head.read_bytes(), crawled.path.read_bytes()
    prove(crawled.path, 3, head)
    crawled.path.write_bytes(stored.replace(b'"sid":"s2"', b'"sid":"s3"'))
    with pytest.raises(LedgerBroken):
        prove(crawled.path, 3, head)


def test_a_key_vouches_for_no_head_of_another_origin(crawled: Room) -> None:
    signer = crawled.keys.signer(ORIGIN)
    proof = prove(crawled.path, 3, crawled.head.read_bytes())
    head, _ = proof.head()
    assert signer
    other = Proof(3, proof.path, Checkpoint("example.org/other", head.size, head.root).sign(signer))
    with pytest.raises(LedgerBroken, match="expected a head signed by"):
        other.check(crawled.stored()[3], signer.verifier)


def test_a_proof_that_is_no_text_is_refused(crawled: Room) -> None:
    raw = bytes(prove(crawled.path, 3, crawled.head.read_bytes()))
    with pytest.raises(LedgerBroken, match="tlog-proof@v1 file"):
        Proof.parse(raw[:-9] + b"\xff" + raw[-8:])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"tlog-proof@v1", b"tlog-proof@v2"),
        (b"index 3", b"index 03"),
        (b"index 3", b"index three"),
        (b"index 3", b"extra AAAA\nindex 3"),
        (b"index 3\n", b"index 3\nAAAA\n"),
        (b"index 3\n", b"index 3\n====\n"),
    ],
)
def test_what_is_no_proof_is_refused(crawled: Room, old: bytes, new: bytes) -> None:
    raw = bytes(prove(crawled.path, 3, crawled.head.read_bytes()))
    with pytest.raises(LedgerBroken, match="tlog-proof@v1 file"):
        Proof.parse(raw.replace(old, new))
