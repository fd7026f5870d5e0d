"""What is kept outside a ledger, spoilt in every byte: it is found, or it still says the same; nothing is over-claimed.

Negative control: a check that leaves the signature out must be caught.
"""

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from harvest.errors import LedgerError
from harvest.ledger.outside import Kept, KeptHead, rfc3161
from harvest.ledger.outside.opentimestamps import read_proof
from harvest.ledger.outside.request import nonce_of, request_for
from harvest.ledger.outside.rfc3161 import check
from harvest.ledger.outside.roots import read_roots
from harvest.ledger.policy_file import parse_policy, write_policy
from tests.ledger.outside import proofs
from tests.ledger.outside.authority import HERE, Authority
from tests.ledger.room import Room
from tests.ledger.witness import Witness
from tests.torture.scale import said, scaled

ALL = 1_000_000
needs_openssl = pytest.mark.skipif(not HERE, reason="openssl is not installed")


@pytest.fixture(scope="module")
def tsa(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("tsa") / "one", "one")


@pytest.fixture
def head(tmp_path: Path) -> KeptHead:
    room = Room(tmp_path)
    room.crawl()
    return Kept(room.path).keep(room.head.read_bytes())


def spoilt(raw: bytes, count: int, chance: random.Random) -> Iterator[bytes]:
    """Some of: each bit flipped, each byte left out, doubled and cut before."""
    every = [("flip", place) for place in range(8 * len(raw))]
    every += [(how, place) for place in range(len(raw)) for how in ("leave out", "double", "cut")]
    for how, place in chance.sample(every, min(count, len(every))):
        if how == "flip":
            changed = bytearray(raw)
            changed[place // 8] ^= 1 << place % 8
            yield bytes(changed)
        elif how == "leave out":
            yield raw[:place] + raw[place + 1 :]
        elif how == "double":
            yield raw[: place + 1] + raw[place:]
        else:
            yield raw[:place]


def outcomes(changed: Iterator[bytes], look: Callable[[bytes], object], honest: object) -> tuple[int, int, int]:
    """How many were found, how many say the same as before, how many say something else."""
    found = same = other = 0
    for raw in changed:
        try:
            shown = look(raw)
        except LedgerError:
            found += 1
        else:
            same, other = same + (shown == honest), other + (shown != honest)
    return found, same, other


@needs_openssl
@pytest.mark.parametrize("trusted", [False, True], ids=["without roots", "with roots"])
def test_a_spoilt_time_stamp_says_nothing_else(
    head: KeptHead, tsa: Authority, monkeypatch: pytest.MonkeyPatch, *, trusted: bool
) -> None:
    answer = tsa.answer(request_for(head), root_too=True)
    roots = read_roots(tsa.root) if trusted else ()
    if trusted:
        monkeypatch.setenv("PATH", "")  # openssl would only tell one refusal from another
    changed = spoilt(answer, scaled(400, ALL) if trusted else scaled(30, 2_000), random.Random(1))

    def look(raw: bytes) -> object:
        """What is vouched for; whoever is not trusted only says who they are."""
        stamp = check(raw, head, roots)
        return stamp if trusted else (stamp.time, stamp.signature)

    found, same, other = outcomes(changed, look, look(answer))
    said(f"time-stamps {'with' if trusted else 'without'} roots: {found} found, {same} say the same, {other} otherwise")
    assert other == 0
    assert found > same  # a root that the token bears may be anything


@needs_openssl
def test_a_check_that_leaves_the_signature_out_is_caught(
    head: KeptHead, tsa: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = tsa.answer(request_for(head), root_too=True)
    monkeypatch.setattr(rfc3161, "_signature_checked", lambda token: True)
    changed = spoilt(answer, 4_000, random.Random(2))
    _, _, other = outcomes(changed, lambda raw: check(raw, head).time, check(answer, head).time)
    assert other > 0


def test_a_spoilt_request_is_found(head: KeptHead) -> None:
    request = request_for(head)
    nonce = nonce_of(head)

    def look(raw: bytes) -> int | None:
        head.lay("tsq", raw)
        return nonce_of(head)

    found, same, other = outcomes(spoilt(request, scaled(60, ALL), random.Random(3)), look, nonce)
    said(f"requests: {found} found, {same} say the same, {other} with another nonce")
    assert (found > 0, same) == (True, 0)
    assert other <= 8 * 8  # another nonce, of which only the answer knows that it is another


def test_a_spoilt_proof_never_says_more_than_that_it_is_not_checked() -> None:
    tree = proofs.FORK + proofs.append(b"salt") + proofs.SHA256 + proofs.pending("https://calendar.example/x")
    tree += proofs.prepend(b"before") + proofs.SHA256 + proofs.SHA256 + proofs.block(912_095)
    raw = proofs.over(b"a head", tree)
    digest = read_proof(raw).digest
    found = shown = 0
    for changed in spoilt(raw, scaled(2_000, ALL), random.Random(4)):
        try:
            proof = read_proof(changed)
        except LedgerError:
            found += 1
            continue
        shown += 1
        if proof.digest == digest:
            assert all(
                words.startswith(("attested by", "pending at", "an attestation of the unknown"))
                for words in proof.attestations
            )
            assert all("not checked here" in words for words in proof.attestations if words.startswith("attested by"))
    said(f"OpenTimestamps proofs: {found} found, {shown} lead elsewhere, all of them said not to be checked")
    assert min(found, shown) > 0


def test_a_spoilt_cosigned_checkpoint_satisfies_no_policy(tmp_path: Path) -> None:
    room = Room(tmp_path)
    room.crawl()
    log = room.keys.vouching("example.org/evidence/semax-ssri")
    assert log
    witnesses = [Witness("w1.example", 1), Witness("w2.example", 2)]
    note = room.head.read_bytes()
    for witness in witnesses:
        note = witness.cosign(note, log)
    policy = parse_policy(write_policy(log, [witness.cosigner for witness in witnesses]).encode())
    honest = policy.check("checkpoint", note)
    looked = outcomes(
        spoilt(note, scaled(300, ALL), random.Random(5)), lambda raw: policy.check("checkpoint", raw), honest
    )
    said(f"cosigned checkpoints: {looked[0]} found, {looked[1]} say the same, {looked[2]} otherwise")
    assert looked[1:] == (0, 0)
