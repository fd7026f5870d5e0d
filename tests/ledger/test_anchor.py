"""Heads that a ledger is held against: which bind, where they speak up, and what they say."""

import pytest

from harvest.ledger import Checkpoint, Divergence
from harvest.ledger.anchor import Anchor, Anchors
from harvest.ledger.chain import Chain, Diverges
from harvest.ledger.merkle import EMPTY_ROOT
from harvest.ledger.note import Signer, Verifier, encode_base64
from tests.ledger.room import ORIGIN, Room

OTHER = "example.org/other"
STRANGER = Signer(ORIGIN, bytes(32))
ROOT = bytes(32)


class Held:
    """A chain of six lines, the key that signs for it, and heads over its beginnings."""

    def __init__(self, room: Room) -> None:
        self.signer = Signer(ORIGIN, room.key.read_bytes())
        self.stored = room.stored()

    def chain(self, size: int = 6) -> Chain:
        chain = Chain()
        for raw in self.stored[:size]:
            chain.extend(raw)
        return chain

    def head(self, size: int, *, name: str = "kept head", optional: bool = False, said: str = "") -> Anchor:
        root = self.chain(size).tree.root()
        return self.signed(Checkpoint(ORIGIN, size, root), name=name, optional=optional, said=said)

    def signed(
        self,
        head: Checkpoint,
        *,
        signer: Signer | None = None,
        name: str = "kept head",
        optional: bool = False,
        said: str = "",
    ) -> Anchor:
        return Anchor.parse(name, head.sign(signer or self.signer), must_be_signed=not optional, said=said)

    def through(self, *anchors: Anchor, size: int = 6) -> Anchors:
        """All heads, after they were held against the lines one after another."""
        held, chain = Anchors(anchors), Chain()
        for raw in self.stored[:size]:
            chain.extend(raw)
            held.hold(chain)
        return held


@pytest.fixture
def held(crawled: Room) -> Held:
    return Held(crawled)


def fault(anchor: Anchor, chain: Chain) -> Divergence:
    with pytest.raises(Diverges) as caught:
        anchor.hold(chain)
    return caught.value.at


def test_what_is_no_checkpoint_is_a_fault_of_the_file_it_stands_in() -> None:
    with pytest.raises(Diverges) as caught:
        Anchor.parse("checkpoint beside", b"?")
    at = caught.value.at
    assert (at.line, at.offset, at.expected) == (0, 0, "a checkpoint in the checkpoint beside")
    assert at.found.startswith("expected a signed note")


def test_a_head_is_vouched_for_by_the_key_under_the_origin_that_bears_its_name(held: Held) -> None:
    verifier = held.chain().verifier
    assert held.head(6).signed_by(verifier)
    assert not held.head(6).signed_by(None)
    assert not held.signed(Checkpoint(ORIGIN, 6, ROOT), signer=STRANGER).signed_by(verifier)
    assert not held.signed(Checkpoint(OTHER, 6, ROOT)).signed_by(verifier)


def test_a_head_that_need_not_be_signed_counts_only_if_it_is(held: Held) -> None:
    chain, stranger = held.chain(), Checkpoint(ORIGIN, 6, ROOT)
    assert held.signed(stranger, signer=STRANGER).counts(chain)
    assert not held.signed(stranger, signer=STRANGER, optional=True).counts(chain)
    assert held.signed(stranger, optional=True).counts(chain)


def test_a_head_of_another_origin_is_a_fault_of_the_first_line(held: Held) -> None:
    anchor = held.signed(Checkpoint(OTHER, 9, ROOT))
    with pytest.raises(Diverges) as caught:
        held.through(anchor, size=1)
    assert caught.value.at == Divergence(1, 0, f"origin {OTHER} as in the kept head", f"origin {ORIGIN}")


def test_a_head_of_another_origin_that_need_not_be_signed_is_passed_over(held: Held) -> None:
    passed = held.through(held.signed(Checkpoint(OTHER, 6, ROOT), optional=True))
    assert (passed.sealed, passed.agreeing()) == (0, ())
    passed.finish(held.chain())


def test_another_root_is_a_fault_of_the_last_line_that_the_head_covers(held: Held) -> None:
    at = fault(held.signed(Checkpoint(ORIGIN, 6, ROOT)), held.chain())
    assert at == Divergence(
        6,
        len(b"".join(held.stored[:5])),
        f"root {encode_base64(ROOT)} over 6 entries as in the kept head",
        f"root {encode_base64(held.chain().tree.root())}",
    )


def test_another_root_of_nothing_is_a_fault_before_the_first_line(held: Held) -> None:
    at = fault(held.signed(Checkpoint(ORIGIN, 0, ROOT)), Chain())
    expected = f"root {encode_base64(ROOT)} over 0 entries as in the kept head"
    assert at == Divergence(0, 0, expected, f"root {encode_base64(EMPTY_ROOT)}")


def test_a_signature_of_another_key_is_a_fault_of_the_last_line_that_the_head_covers(held: Held) -> None:
    chain = held.chain()
    at = fault(held.signed(Checkpoint(ORIGIN, 6, chain.tree.root()), signer=STRANGER), chain)
    expected = f"a signature by {chain.verifier} in the kept head"
    assert at == Divergence(6, len(b"".join(held.stored[:5])), expected, "none that verifies")
    held.signed(Checkpoint(ORIGIN, 6, chain.tree.root()), signer=STRANGER, optional=True).hold(chain)


def test_every_head_is_held_when_the_chain_has_its_size(held: Held) -> None:
    for size in range(7):
        assert held.through(held.head(size)).sealed == size
        if size:
            with pytest.raises(Diverges) as caught:
                held.through(held.signed(Checkpoint(ORIGIN, size, ROOT)))
            assert caught.value.at.line == size


def test_the_newest_head_that_agrees_seals(held: Held) -> None:
    passed = held.through(held.head(3), held.head(5, name="checkpoint"), held.head(5), held.head(4))
    assert passed.sealed == 5
    assert {anchor.name for anchor in passed.newest()} == {"checkpoint", "kept head"}
    assert passed.agreeing() == ("kept head of 5 entries", "checkpoint of 5 entries")
    assert Anchors([]).newest() == ()


def test_what_a_head_shows_beyond_itself_is_said_once_it_agrees(held: Held) -> None:
    anchors = [held.head(3, said="stamped in May"), held.head(4), held.head(6, said="tagged")]
    assert held.through(*anchors).said() == ("stamped in May", "tagged")
    assert held.through(*anchors, size=3).said() == ("stamped in May",)


def test_heads_ask_for_the_tree_at_their_sizes_up_to_the_newest_that_must_agree(held: Held) -> None:
    must = [held.head(size) for size in (4, 2, 4, 0)]
    may = [held.head(size, optional=True) for size in (3, 6)]
    assert Anchors([*must, *may]).sizes() == (2, 3, 4)
    assert Anchors([held.head(1)]).sizes() == (1,)
    assert Anchors(may).sizes() == Anchors([held.head(1, optional=True)]).sizes() == ()
    assert Anchors([]).sizes() == ()


def test_heads_that_wait_are_found_by_their_size(held: Held) -> None:
    anchors = Anchors([held.head(3), held.head(4), held.head(4, name="checkpoint")])
    assert [anchor.name for anchor in anchors.at(4)] == ["kept head", "checkpoint"]
    assert anchors.at(5) == []


def test_heads_of_a_key_that_nobody_vouches_for_bind_and_do_not_seal(held: Held) -> None:
    anchors = Anchors([held.head(5)])
    anchors.distrust(STRANGER.verifier)
    anchors.hold(held.chain(5))
    assert (anchors.sealed, anchors.agreeing()) == (0, ())
    anchors = Anchors([held.signed(Checkpoint(ORIGIN, 6, ROOT))])
    anchors.distrust(STRANGER.verifier)
    with pytest.raises(Diverges, match="root"):
        anchors.hold(held.chain())


def test_the_key_that_is_vouched_for_seals_where_it_signs_again(held: Held) -> None:
    chain = held.chain()
    anchors = Anchors([held.head(6)])
    anchors.distrust(chain.verifier)
    anchors.hold(chain)
    assert anchors.sealed == 6


def test_of_several_keys_that_were_left_the_first_is_vouched_for(held: Held) -> None:
    chain = held.chain()
    for keys, sealed in (((chain.verifier, STRANGER.verifier), 6), ((STRANGER.verifier, chain.verifier), 0)):
        anchors = Anchors([held.head(6)])
        for key in keys:
            anchors.distrust(key)
        anchors.hold(chain)
        assert anchors.sealed == sealed


def test_what_the_vouched_key_signed_in_the_history_must_agree_and_be_signed_by_who_signs_now(held: Held) -> None:
    """What strangers signed there is passed over as before."""
    chain = held.chain()

    def held_against(head: Checkpoint, vouched: Verifier | None) -> None:
        anchors = Anchors([held.signed(head, signer=STRANGER, optional=True)])
        anchors.distrust(vouched)
        anchors.hold(chain)
        anchors.finish(chain)
        assert anchors.sealed == 0

    for head in (Checkpoint(ORIGIN, 6, chain.tree.root()), Checkpoint(ORIGIN, 9, ROOT)):
        with pytest.raises(Diverges):
            held_against(head, STRANGER.verifier)
        held_against(head, chain.verifier)


def test_a_head_that_asks_for_more_than_there_is_is_a_fault_at_the_end(held: Held) -> None:
    nine = Checkpoint(ORIGIN, 9, ROOT)
    chain = held.chain()
    with pytest.raises(Diverges) as caught:
        held.through(held.signed(nine)).finish(chain)
    expected = Divergence(7, chain.offset, "9 entries as in the kept head", "the end after 6")
    assert caught.value.at == expected
    held.through(held.signed(nine, signer=STRANGER, optional=True)).finish(chain)
    with pytest.raises(Diverges, match="9 entries as in the kept head"):
        held.through(held.signed(nine, optional=True)).finish(chain)
    held.through(held.head(6)).finish(chain)


def test_a_head_beside_is_read_as_it_stands(crawled: Room) -> None:
    path = crawled.beside("checkpoint")
    anchor = Anchor.parse("checkpoint", path.read_bytes())
    assert (anchor.name, anchor.checkpoint.size, anchor.must_be_signed, anchor.said) == ("checkpoint", 6, True, "")
