"""From one line to the next: what must hold, where a fault is said to be, and that it changes nothing."""

from typing import Any

import pytest

from harvest.ledger import Divergence, Entry
from harvest.ledger.chain import Chain, Diverges
from harvest.ledger.leaf import NO_LEAF, leaf
from harvest.ledger.line import encode
from harvest.ledger.merkle import EMPTY_ROOT, tree_root
from harvest.ledger.note import Signer, encode_base64
from tests.ledger.room import FIRST_RUN, ORIGIN

OLD, NEW = Signer(ORIGIN, bytes(32)), Signer(ORIGIN, b"\1" * 32)
OTHER = Signer("example.org/other", bytes(32))
TIME, LATER = "2026-11-21T19:06:00.123456Z", "2026-11-21T19:06:00.123457Z"
GENESIS = {"nonce": "0f" * 32, "origin": ORIGIN, "vkey": str(OLD.verifier)}


def line(chain: Chain, type_: str, body: dict[str, Any], **changes: Any) -> bytes:
    """The next line of a chain, but for what is to be wrong with it."""
    envelope = {"v": 1, "seq": chain.tree.size, "time": TIME, "run": FIRST_RUN, "type": type_, "prev": chain.prev}
    return encode(Entry(**(envelope | {"body": body} | changes)))


@pytest.fixture
def chain() -> Chain:
    """A chain with its genesis."""
    chain = Chain()
    chain.extend(line(chain, "ledger", GENESIS))
    return chain


def refused(chain: Chain, raw: bytes) -> Diverges:
    """The fault in the next line, which leaves everything as it was."""
    before = (chain.tree.copy(), chain.offset, chain.last, chain.prev, chain.origin)
    with pytest.raises(Diverges) as caught:
        chain.extend(raw)
    assert (chain.tree, chain.offset, chain.last, chain.prev, chain.origin) == before
    assert (caught.value.at.line, caught.value.at.offset) == (chain.tree.size + 1, chain.offset)
    return caught.value


def test_an_empty_chain_expects_the_first_line() -> None:
    chain = Chain()
    assert (chain.tree.root(), chain.offset, chain.last, chain.prev) == (EMPTY_ROOT, 0, None, NO_LEAF)
    assert (chain.origin, chain.verifier) == ("", None)


def test_each_line_moves_the_chain_on(chain: Chain) -> None:
    first = line(Chain(), "ledger", GENESIS)
    raw = line(chain, "source", {"sid": "s1"}, time=LATER)
    entry = chain.extend(raw)
    assert entry.body == {"sid": "s1"}
    assert (chain.tree.size, chain.tree.root()) == (2, tree_root([leaf(first), leaf(raw)]))
    assert (chain.offset, chain.prev) == (len(first) + len(raw), leaf(raw).hex())
    assert chain.last
    assert (chain.last.leaf, chain.last.time, chain.last.offset) == (leaf(raw), LATER, len(first))
    assert (chain.origin, chain.verifier) == (ORIGIN, OLD.verifier)


def test_a_line_that_breaks_its_own_rules_is_a_fault(chain: Chain) -> None:
    fault = refused(chain, b"?\n")
    assert (fault.at.expected, fault.breaks_link) == ("a JSON object", False)
    assert fault.at.found.startswith("Expecting value")


@pytest.mark.parametrize("seq", [0, 2])
def test_numbers_have_no_gaps(chain: Chain, seq: int) -> None:
    fault = refused(chain, line(chain, "source", {}, seq=seq))
    assert (fault.at.expected, fault.at.found, fault.breaks_link) == ("seq 1", f"seq {seq}", False)


def test_each_line_names_the_leaf_of_the_one_before(chain: Chain) -> None:
    fault = refused(chain, line(chain, "source", {}, prev=NO_LEAF))
    assert (fault.at.expected, fault.at.found) == (f"prev {chain.prev}", f"prev {NO_LEAF}")
    assert fault.breaks_link
    assert refused(Chain(), line(Chain(), "ledger", GENESIS, prev="1" * 64)).breaks_link


def test_time_never_goes_back_but_may_stand_still(chain: Chain) -> None:
    chain.extend(line(chain, "source", {}, time=LATER))
    fault = refused(chain, line(chain, "source", {}, time=TIME))
    assert (fault.at.expected, fault.at.found, fault.breaks_link) == (f"a time not before {LATER}", TIME, False)
    chain.extend(line(chain, "source", {}, time=LATER))
    assert chain.tree.size == 3


def test_a_fault_says_its_place_only_where_it_has_one() -> None:
    assert str(Divergence(7, 900, "seq 6", "seq 8")) == "line 7, byte 900: expected seq 6, found seq 8"
    assert str(Divergence(0, 0, "a checkpoint", "none")) == "expected a checkpoint, found none"
    assert Diverges(Divergence(7, 900, "seq 6", "seq 8")).message == "line 7, byte 900: expected seq 6, found seq 8"
    assert not Diverges(Divergence(7, 900, "seq 6", "seq 8")).breaks_link


@pytest.mark.parametrize(
    ("type_", "changes", "expected", "found"),
    [
        ("source", {}, "a genesis of type ledger", "type source"),
        ("ledger", {"nonce": None}, "a nonce of 64 lower-case hex digits in the genesis", "None"),
        ("ledger", {"nonce": "0F" * 32}, "a nonce of 64 lower-case hex digits in the genesis", repr("0F" * 32)),
        ("ledger", {"nonce": "0f" * 31}, "a nonce of 64 lower-case hex digits in the genesis", repr("0f" * 31)),
        ("ledger", {"origin": None}, "an origin in the genesis", "None"),
        ("ledger", {"origin": OTHER.verifier.name}, "a key named example.org/other", f"one named {ORIGIN}"),
        ("ledger", {"vkey": None}, "a verification key", "expected an Ed25519 verification key, got 'None'"),
    ],
)
def test_a_genesis_says_who_signs_for_what(type_: str, changes: dict[str, Any], expected: str, found: str) -> None:
    chain = Chain()
    with pytest.raises(Diverges) as caught:
        chain.extend(line(chain, type_, GENESIS | changes))
    assert caught.value.at == Divergence(1, 0, expected, found)
    assert chain.tree.size == 0


def test_there_is_one_genesis(chain: Chain) -> None:
    fault = refused(chain, line(chain, "ledger", GENESIS))
    assert (fault.at.expected, fault.at.found) == ("type ledger in the first line only", "another genesis")


def rotated(chain: Chain, *, by: Signer = OLD, to: Signer = NEW, text: str = "", **changes: Any) -> bytes:
    note = bytes(by.sign(text or chain.rotation(to.verifier))).decode()
    return line(chain, "key-rotated", {"note": note, "vkey": str(to.verifier)} | changes)


def test_a_key_is_changed_by_a_note_of_the_key_before_over_origin_size_root_and_key(chain: Chain) -> None:
    root = chain.tree.root()
    assert chain.rotation(NEW.verifier).splitlines() == [
        ORIGIN,
        "1",
        encode_base64(root),
        str(NEW.verifier),
    ]
    chain.extend(rotated(chain))
    assert chain.verifier == NEW.verifier
    chain.extend(rotated(chain, by=NEW, to=OLD))
    assert chain.verifier == OLD.verifier


def test_a_note_of_another_key_for_another_key_or_at_another_size_changes_none(chain: Chain) -> None:
    elsewhere = Chain()
    expected = f"a note by {OLD.verifier} for {NEW.verifier} at this size"
    for raw in (
        rotated(chain, by=NEW),
        rotated(chain, by=OTHER),
        rotated(chain, text=chain.rotation(OLD.verifier)),
        rotated(chain, text=elsewhere.rotation(NEW.verifier)),
    ):
        fault = refused(chain, raw)
        assert (fault.at.expected, fault.at.found) == (expected, "another")
    assert chain.verifier == OLD.verifier


def test_a_rotation_without_a_note_or_with_the_key_of_another_name_changes_none(chain: Chain) -> None:
    fault = refused(chain, rotated(chain, note=None))
    assert fault.at.expected == "a note signed by the key before"
    fault = refused(chain, rotated(chain, to=OTHER))
    assert (fault.at.expected, fault.at.found) == (f"a key named {ORIGIN}", "one named example.org/other")


def test_an_adopted_key_needs_nobodys_word_but_the_ledgers_name(chain: Chain) -> None:
    fault = refused(chain, line(chain, "adopted", {"vkey": str(OTHER.verifier)}))
    assert fault.at.expected == f"a key named {ORIGIN}"
    chain.extend(line(chain, "adopted", {"vkey": str(NEW.verifier)}))
    assert chain.verifier == NEW.verifier


def test_entries_of_other_types_change_no_key(chain: Chain) -> None:
    chain.extend(line(chain, "source", {"vkey": str(NEW.verifier), "note": "?"}))
    assert chain.verifier == OLD.verifier
    ordinary = Entry(1, 2, TIME, FIRST_RUN, "source", chain.prev, {"vkey": str(NEW.verifier)})
    chain.follow_keys(ordinary)
    assert chain.verifier == OLD.verifier
