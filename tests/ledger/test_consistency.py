"""Proofs that a newer head continues an older one."""

from contextlib import nullcontext
from pathlib import Path

import pytest

from harvest.errors import LedgerBroken, LedgerError
from harvest.ledger import Checkpoint, Consistency, Divergence, Index, Verdict, Verifier, newest_head
from harvest.ledger.checkpoint import read_checkpoint
from harvest.ledger.merkle import EMPTY_ROOT
from harvest.ledger.note import Signer, encode_base64
from harvest.ledger.stored import Stored
from tests.ledger.room import FIRST_RUN, ORIGIN, SECOND_RUN, Room

pytestmark = pytest.mark.usefixtures("unsynced")


@pytest.fixture
def grown(crawled: Room) -> Room:
    """Six lines, sealed, then five more."""
    crawled.crawl(SECOND_RUN)
    return crawled


def old_head(room: Room, size: int) -> Checkpoint:
    with Stored.beside(room.path) as stored:
        return Checkpoint(ORIGIN, size, stored.frontier(size).root())


def verifier(room: Room) -> Verifier:
    return Verifier.parse(room.verify().vkey)


@pytest.mark.parametrize("size", range(12))
def test_the_newest_head_continues_every_older_one(grown: Room, size: int) -> None:
    old, head = old_head(grown, size), grown.head.read_bytes()
    with Index.open(grown.path) as index:
        proof = Consistency.of(index, old, head)
    assert Consistency.parse(bytes(proof)) == proof
    assert bytes(proof).startswith(b"old %d\n" % size)
    assert bytes(proof).endswith(b"\n\n" + head)
    proof.check(old, verifier(grown))
    assert proof.lead(old) == read_checkpoint(head)[0]


def test_a_fork_is_shown_with_both_roots_and_its_size(grown: Room) -> None:
    forked = Checkpoint(ORIGIN, 4, bytes(32))
    with Index.open(grown.path) as index:
        with pytest.raises(
            LedgerBroken, match=r"expected root A{43}= over 4 entries as in the older checkpoint, got root "
        ):
            Consistency.of(index, forked, grown.head.read_bytes())
        proof = Consistency.of(index, old_head(grown, 4), grown.head.read_bytes())
    with pytest.raises(
        LedgerBroken, match=r"from root A{43}= over 4 to root [\w+/]{43}= over 11 entries, got one that does not"
    ):
        proof.lead(forked)


def test_an_older_checkpoint_over_more_lines_than_there_are_is_refused(grown: Room) -> None:
    with Index.open(grown.path) as index, pytest.raises(LedgerBroken, match=r"expected 12 entries .* got 11"):
        Consistency.of(index, Checkpoint(ORIGIN, 12, bytes(32)), grown.head.read_bytes())


def test_an_older_checkpoint_over_more_than_the_head_is_refused(grown: Room) -> None:
    head = Signer(ORIGIN, bytes(32)).sign(str(old_head(grown, 6)))
    with Index.open(grown.path) as index, pytest.raises(LedgerBroken, match="over 11 entries at least, got one over 6"):
        Consistency.of(index, old_head(grown, 11), bytes(head))


@pytest.mark.parametrize("size", [0, 4])
def test_a_signed_head_of_another_history_is_not_proved_to_continue_anything(grown: Room, size: int) -> None:
    head = Checkpoint(ORIGIN, 6, bytes(32)).sign(Signer(ORIGIN, bytes(32)))
    with (
        Index.open(grown.path) as index,
        pytest.raises(LedgerBroken, match=r"expected root A{43}= over 6 entries as in the newest checkpoint, got root"),
    ):
        Consistency.of(index, old_head(grown, size), head)


def test_a_proof_from_another_size_or_ledger_is_refused(grown: Room) -> None:
    with Index.open(grown.path) as index:
        proof = Consistency.of(index, old_head(grown, 4), grown.head.read_bytes())
    for other in (old_head(grown, 5), Checkpoint("example.org/other", 4, old_head(grown, 4).root)):
        with pytest.raises(LedgerBroken) as caught:
            proof.lead(other)
        expected = f"expected a proof from {other.size} entries of {other.origin}"
        assert caught.value.message == f"{expected}, got one from 4 entries of {ORIGIN}"


def test_a_proof_from_nothing_has_no_path(grown: Room) -> None:
    nothing = Checkpoint(ORIGIN, 0, EMPTY_ROOT)
    head = grown.head.read_bytes()
    assert Consistency(0, (), head).lead(nothing).size == 11
    for proof, old in (
        (Consistency(0, (bytes(32),), head), nothing),
        (Consistency(0, (), head), Checkpoint(ORIGIN, 0, bytes(32))),
    ):
        with pytest.raises(LedgerBroken, match="got one that does not"):
            proof.lead(old)


def test_a_head_of_another_key_proves_nothing(grown: Room) -> None:
    old = old_head(grown, 4)
    with Index.open(grown.path) as index:
        proof = Consistency.of(index, old, grown.head.read_bytes())
    for stranger in (Signer(ORIGIN, bytes(32)), Signer("example.org/other", bytes(32))):
        with pytest.raises(LedgerBroken, match="expected a head signed by"):
            proof.check(old, stranger.verifier)


def test_a_trusted_key_does_not_make_a_fork_hold(grown: Room) -> None:
    with Index.open(grown.path) as index:
        proof = Consistency.of(index, old_head(grown, 4), grown.head.read_bytes())
    with pytest.raises(LedgerBroken, match="got one that does not"):
        proof.check(Checkpoint(ORIGIN, 4, bytes(32)), verifier(grown))


def test_a_key_vouches_for_no_head_of_another_origin(grown: Room) -> None:
    signer = grown.keys.signer(ORIGIN)
    assert signer
    old = Checkpoint("example.org/other", 4, old_head(grown, 4).root)
    head = Checkpoint("example.org/other", 4, old.root).sign(signer)
    with pytest.raises(LedgerBroken, match="expected a head signed by"):
        Consistency(4, (), head).check(old, signer.verifier)


def test_every_changed_hash_of_a_proof_is_found(grown: Room) -> None:
    old = old_head(grown, 3)
    with Index.open(grown.path) as index:
        proof = Consistency.of(index, old, grown.head.read_bytes())
    assert proof.path
    for at in range(len(proof.path)):
        path = (*proof.path[:at], bytes(32), *proof.path[at + 1 :])
        with pytest.raises(LedgerBroken):
            Consistency(3, path, proof.checkpoint).lead(old)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"old 4", b"old 04"),
        (b"old 4", b"old four"),
        (b"old 4", b"new 4"),
        (b"old 4\n", b"old 4\nAAAA\n"),
        (b"old 4\n", b"old 4\n====\n"),
        (b"old 4\n", b"old 4\n" + b"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n" * 64),
    ],
)
def test_what_is_no_proof_of_consistency_is_refused(grown: Room, old: bytes, new: bytes) -> None:
    with Index.open(grown.path) as index:
        raw = bytes(Consistency.of(index, old_head(grown, 4), grown.head.read_bytes()))
    with pytest.raises(LedgerBroken, match="expected a proof of consistency"):
        Consistency.parse(raw.replace(old, new, 1))


def test_a_proof_that_is_no_text_is_refused(grown: Room) -> None:
    with Index.open(grown.path) as index:
        raw = bytes(Consistency.of(index, old_head(grown, 4), grown.head.read_bytes()))
    with pytest.raises(LedgerBroken, match="expected a proof of consistency"):
        Consistency.parse(raw[:-9] + b"\xff" + raw[-8:])


def test_a_proof_has_63_hashes_at_most(grown: Room) -> None:
    for number, taken in ((63, True), (64, False)):
        raw = bytes(Consistency(4, (bytes(32),) * number, grown.head.read_bytes()))
        with nullcontext() if taken else pytest.raises(LedgerBroken, match="expected a proof of consistency"):
            assert len(Consistency.parse(raw).path) == number


def test_the_newest_of_kept_head_and_checkpoint_is_the_one_to_prove_under(crawled: Room) -> None:
    kept = crawled.head.read_bytes()
    crawled.crawl(SECOND_RUN)
    with Index.open(crawled.path) as index:
        assert newest_head(index, crawled.keys).checkpoint.size == 11
        crawled.head.write_bytes(kept)
        assert newest_head(index, crawled.keys).name == "checkpoint"
        crawled.beside("checkpoint").unlink()
        assert newest_head(index, crawled.keys).checkpoint.size == 6
        with pytest.raises(LedgerError, match=r"expected a signed head of .* got none; the end of a run signs one"):
            newest_head(index, None)


def test_a_head_that_no_key_of_the_ledger_signed_is_not_proved_under(crawled: Room) -> None:
    crawled.beside("checkpoint").write_bytes(bytes(Signer(ORIGIN, bytes(32)).sign(str(old_head(crawled, 6)))))
    with (
        Index.open(crawled.path) as index,
        pytest.raises(LedgerBroken, match="in the checkpoint, got none that verifies"),
    ):
        newest_head(index, crawled.keys)


def test_a_kept_head_that_no_key_of_the_ledger_signed_is_not_proved_under(crawled: Room) -> None:
    crawled.head.write_bytes(bytes(Signer(ORIGIN, bytes(32)).sign(str(old_head(crawled, 6)))))
    with (
        Index.open(crawled.path) as index,
        pytest.raises(LedgerBroken, match="in the kept head, got none that verifies"),
    ):
        newest_head(index, crawled.keys)


def test_a_head_of_another_history_is_not_proved_under(crawled: Room) -> None:
    signer = crawled.keys.signer(ORIGIN)
    assert signer
    crawled.beside("checkpoint").write_bytes(bytes(signer.sign(str(Checkpoint(ORIGIN, 6, bytes(32))))))
    with Index.open(crawled.path) as index, pytest.raises(LedgerBroken, match=r"expected root A{43}= over 6 entries"):
        newest_head(index, crawled.keys)


def test_after_a_rotation_the_head_is_held_against_the_new_key(crawled: Room) -> None:
    with crawled.open(FIRST_RUN[:-1] + "3") as ledger:
        ledger.rotate()
    with Index.open(crawled.path) as index:
        assert newest_head(index, crawled.keys).signed_by(index.key_at(7))
        assert not newest_head(index, crawled.keys).signed_by(index.key_at(6))


def test_an_empty_ledger_has_no_signed_head(room: Room) -> None:
    room.path.parent.mkdir()
    room.path.touch()
    with Index.open(room.path) as index, pytest.raises(LedgerError, match=r"expected a signed head"):
        newest_head(index, room.keys)


def test_verify_shows_a_rewrite_by_the_keys_holder_with_both_roots_and_the_size(crawled: Room, tmp_path: Path) -> None:
    kept = tmp_path / "kept.checkpoint"
    kept.write_bytes(crawled.head.read_bytes())
    rewritten = Room(tmp_path / "rewritten")
    rewritten.keys.create_signer(ORIGIN)
    rewritten.key.write_bytes(crawled.key.read_bytes())
    rewritten.crawl(sources=7)

    report = rewritten.verify(against=kept)

    assert rewritten.verify().verdict is Verdict.VALID
    assert report.verdict is Verdict.BROKEN
    (old, _), new = read_checkpoint(kept.read_bytes()), old_head(rewritten, 6)
    assert report.first_divergence == Divergence(
        6,
        sum(map(len, rewritten.stored()[:5])),
        f"root {encode_base64(old.root)} over 6 entries as in the checkpoint {kept}",
        f"root {encode_base64(new.root)}",
    )


def test_verify_says_that_a_ledger_agrees_with_a_checkpoint_that_was_kept(crawled: Room, tmp_path: Path) -> None:
    kept = tmp_path / "kept.checkpoint"
    kept.write_bytes(crawled.head.read_bytes())
    crawled.crawl(SECOND_RUN)
    assert f"agrees with the checkpoint {kept} of 6 entries" in crawled.verify(against=kept).lines()
