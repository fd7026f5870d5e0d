"""What a proof shows to somebody who has no ledger, and what it does not."""

import pytest

from harvest.errors import LedgerBroken
from harvest.ledger import Checkpoint, Consistency, Index, Proof, Verifier, prove
from harvest.ledger.leaf import leaf
from harvest.ledger.line import decode, encode
from harvest.ledger.merkle import tree_root
from harvest.ledger.note import Signer
from harvest.ledger.shown import Shown, Standing, continuation_shown, line_shown
from harvest.ledger.stored import Stored
from tests.ledger.room import ORIGIN, SECOND_RUN, Room
from tests.ledger.witness import Witness

pytestmark = pytest.mark.usefixtures("unsynced")
STRANGER = Signer(ORIGIN, bytes(32))


def trusted(room: Room) -> Verifier:
    return Verifier.parse(room.verify().vkey)


def proved(room: Room, seq: int) -> tuple[bytes, bytes]:
    """A proof and its line."""
    return bytes(prove(room.path, seq, room.head.read_bytes())), room.stored()[seq]


def test_a_line_is_shown_to_who_trusts_the_key(crawled: Room) -> None:
    shown = line_shown(*proved(crawled, 3), trusted(crawled))
    under = f"stands under a head of 6 entries of {ORIGIN}"
    assert shown.standing is Standing.HOLDS
    assert shown.said == (
        f"seq 3 (source, 2026-11-21T19:06:00.006000Z) {under}, signed by {trusted(crawled)}",
        "this shows neither that other lines are whole nor that what the line says is true",
    )


def test_how_a_proof_stands_is_the_exit_code() -> None:
    assert {standing.name: int(standing) for standing in Standing} == {"HOLDS": 0, "BROKEN": 1, "UNVOUCHED": 2}


def test_the_lf_at_a_lines_end_may_be_left_off(crawled: Room) -> None:
    raw, line = proved(crawled, 3)
    assert line_shown(raw, line.removesuffix(b"\n"), trusted(crawled)).standing is Standing.HOLDS


def test_without_a_key_nobody_vouches(crawled: Room) -> None:
    shown = line_shown(*proved(crawled, 3), None)
    assert shown.standing is Standing.UNVOUCHED
    under = f"stands under a head of 6 entries of {ORIGIN}"
    by = f"{ORIGIN}+{trusted(crawled).key_id.hex()}"
    assert shown.said == (
        f"seq 3 (source, 2026-11-21T19:06:00.006000Z) {under}, signed, as it says, by {by}",
        "whose key that is cannot be read from a proof: ask by another way, and give the key with --vkey",
    )


def test_all_who_say_that_they_signed_are_named(crawled: Room) -> None:
    raw, line = proved(crawled, 3)
    witness = Witness("w.example", 1)
    cosigned = witness.cosign(crawled.head.read_bytes(), trusted(crawled))
    proof = Proof(3, Proof.parse(raw).path, cosigned)
    by = [f"{ORIGIN}+{trusted(crawled).key_id.hex()}", f"w.example+{witness.cosigner.key_id.hex()}"]
    assert line_shown(bytes(proof), line, None).said[0].endswith(f", signed, as it says, by {', '.join(by)}")


def test_the_first_line_names_a_key_but_vouches_for_none(crawled: Room) -> None:
    shown = line_shown(*proved(crawled, 0), None)
    assert shown.standing is Standing.UNVOUCHED
    assert shown.said[0].endswith(f" entries of {ORIGIN}, signed by {trusted(crawled)}, which the line itself names")


def test_a_head_that_the_key_of_the_first_line_did_not_sign_is_not_said_to_be_signed_by_it(crawled: Room) -> None:
    raw, line = proved(crawled, 0)
    proof = Proof.parse(raw)
    head, _ = proof.head()
    forged = Proof(0, proof.path, bytes(STRANGER.sign(str(head))))
    assert "itself names" not in line_shown(bytes(forged), line, None).said[0]


@pytest.mark.parametrize("vkey", ["none", "example.org/other+00000000+AAAA"])
def test_a_first_line_with_an_odd_key_names_none(room: Room, vkey: str) -> None:
    room.crawl()
    entry = decode(room.stored()[0])
    entry.body["vkey"] = vkey
    line = encode(entry)
    forged = Proof(0, (), bytes(STRANGER.sign(str(Checkpoint(ORIGIN, 1, tree_root([leaf(line)]))))))
    shown = line_shown(bytes(forged), line, None)
    assert (shown.standing, "itself names" in shown.said[0]) == (Standing.UNVOUCHED, False)


def test_a_first_line_that_names_the_key_of_another_origin_names_none(crawled: Room) -> None:
    other = Signer("example.org/other", bytes(32))
    entry = decode(crawled.stored()[0])
    entry.body["vkey"] = str(other.verifier)
    line = encode(entry)
    forged = Proof(0, (), Checkpoint(ORIGIN, 1, leaf(line)).sign(other))
    assert "itself names" not in line_shown(bytes(forged), line, None).said[0]


def test_another_key_than_the_trusted_one_shows_nothing(crawled: Room) -> None:
    for key in (STRANGER.verifier, Signer("example.org/other", bytes(32)).verifier):
        shown = line_shown(*proved(crawled, 3), key)
        assert shown.standing is Standing.BROKEN
        assert shown.said[0].startswith(f"expected a head signed by {key}, got one by {ORIGIN}+")


def test_a_key_of_another_origin_shows_nothing_though_it_signed(crawled: Room) -> None:
    raw, line = proved(crawled, 3)
    other = Signer("example.org/other", bytes(32))
    proof = Proof.parse(raw)
    head, _ = proof.head()
    signed = Proof(3, proof.path, bytes(other.sign(str(head))))
    assert line_shown(bytes(signed), line, other.verifier).standing is Standing.BROKEN


def test_every_flipped_bit_of_a_line_or_its_proof_is_found(crawled: Room) -> None:
    raw, line = proved(crawled, 3)
    key = trusted(crawled)
    assert line_shown(raw, line, key).standing is Standing.HOLDS
    for at in range(len(line) - 1):
        flipped = line[:at] + bytes([line[at] ^ 1]) + line[at + 1 :]
        assert line_shown(raw, flipped, key).standing is Standing.BROKEN
    for at in range(len(raw)):
        try:
            shown = line_shown(raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :], line, key)
        except LedgerBroken:
            continue
        assert shown.standing is Standing.BROKEN, at


@pytest.mark.parametrize(
    "spoil", [lambda line: line + b"\n", lambda line: line[:-1] + b"\r\n", lambda line: b"", lambda line: line * 2]
)
def test_what_is_not_one_line_is_not_shown(crawled: Room, spoil: object) -> None:
    raw, line = proved(crawled, 3)
    assert line_shown(raw, spoil(line), trusted(crawled)).standing is Standing.BROKEN  # type: ignore[operator] # it spoils


def test_a_leaf_that_is_no_entry_or_another_number_is_not_shown(crawled: Room) -> None:
    signer = crawled.keys.signer(ORIGIN)
    assert signer
    line = crawled.stored()[3]
    for strange, said in ((b"?", "expected"), (line, "expected a line of seq 0, got one of seq 3")):
        proof = Proof(0, (), bytes(signer.sign(str(Checkpoint(ORIGIN, 1, leaf(strange))))))
        shown = line_shown(bytes(proof), strange, signer.verifier)
        assert shown.standing is Standing.BROKEN
        assert said in shown.said[0]


def test_a_checkpoint_that_is_none_shows_nothing(crawled: Room) -> None:
    raw, line = proved(crawled, 3)
    shown = line_shown(raw.replace(b"\n6\n", b"\n06\n"), line, trusted(crawled))
    assert shown.standing is Standing.BROKEN


def continued(room: Room) -> tuple[bytes, bytes]:
    """A proof from six lines to eleven, and the checkpoint of the six."""
    older = room.head.read_bytes()
    room.crawl(SECOND_RUN)
    with Index.open(room.path) as index, Stored.beside(room.path) as stored:
        old = Checkpoint(ORIGIN, 6, stored.frontier(6).root())
        return bytes(Consistency.of(index, old, room.head.read_bytes())), older


def test_a_continued_head_is_shown_to_who_trusts_the_key(crawled: Room) -> None:
    shown = continuation_shown(*continued(crawled), trusted(crawled))
    continues = f"a head of 11 entries of {ORIGIN} continues the one of 6: none of its lines changed"
    assert shown == Shown(Standing.HOLDS, (f"{continues}, signed by {trusted(crawled)}",))


def test_an_older_checkpoint_by_another_key_is_taken_as_it_was_kept(crawled: Room) -> None:
    raw, older = continued(crawled)
    text, _, _ = older.decode().partition("\n\n")
    shown = continuation_shown(raw, bytes(STRANGER.sign(text + "\n")), trusted(crawled))
    assert shown.standing is Standing.HOLDS
    assert shown.said[1] == f"the older one, by {ORIGIN}+{STRANGER.verifier.key_id.hex()}, was taken as it was kept"


def test_without_a_key_nobody_vouches_for_a_continued_head(crawled: Room) -> None:
    assert continuation_shown(*continued(crawled), None).standing is Standing.UNVOUCHED


def test_a_continued_head_of_another_key_shows_nothing(crawled: Room) -> None:
    assert continuation_shown(*continued(crawled), STRANGER.verifier).standing is Standing.BROKEN


def test_a_fork_is_shown_as_one(crawled: Room) -> None:
    raw, _ = continued(crawled)
    forked = bytes(STRANGER.sign(str(Checkpoint(ORIGIN, 6, bytes(32)))))
    shown = continuation_shown(raw, forked, trusted(crawled))
    assert shown.standing is Standing.BROKEN
    assert "over 6 to root" in shown.said[0]
