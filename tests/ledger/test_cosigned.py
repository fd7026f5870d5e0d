"""Checkpoints that witnesses have cosigned, put beside the ledger, and the policy that asks for them."""

import pytest

from harvest.ledger import Report
from harvest.ledger.note import Signature, Signer, Verifier
from harvest.ledger.policy_file import parse_policy, write_policy
from tests.ledger.room import ORIGIN, SECOND_RUN, Room
from tests.ledger.witness import Witness, cosigned
from tools import verify_ledger

ONE, TWO = Witness("w1.example", 1), Witness("w2.example", 2)


def key(room: Room) -> Verifier:
    return Signer(ORIGIN, room.key.read_bytes()).verifier


def put_beside(room: Room, *witnesses: Witness) -> None:
    note = room.head.read_bytes()
    for witness in witnesses:
        note = witness.cosign(note, key(room))
    room.beside("checkpoint").write_bytes(note)


def asked(room: Room, policy: str) -> Report:
    return room.verify(policy=parse_policy(policy.encode()))  # type: ignore[arg-type]  # tests pass what fits


def test_both_verifiers_pass_over_the_lines_of_witnesses(crawled: Room) -> None:
    put_beside(crawled, ONE, TWO)
    note = crawled.beside("checkpoint").read_bytes()
    assert note.count("— ".encode()) == 3
    assert crawled.verify().exit_code == 0
    second = ["--state", str(crawled.state), str(crawled.path)]
    assert verify_ledger.main(second) == 0
    quantum = Signature("w3.example", b"\1\2\3\4", bytes(2_428))
    crawled.beside("checkpoint").write_bytes(cosigned(note, quantum, *[quantum] * 12))
    assert (crawled.verify().exit_code, verify_ledger.main(second)) == (0, 0)


def test_a_run_goes_on_from_a_cosigned_checkpoint_and_signs_its_own(crawled: Room) -> None:
    put_beside(crawled, ONE)
    crawled.crawl(SECOND_RUN)
    assert crawled.beside("checkpoint").read_bytes().count("— ".encode()) == 1
    assert crawled.verify().exit_code == 0


def test_a_policy_is_satisfied_by_the_cosigned_checkpoint_of_the_newest_size(crawled: Room) -> None:
    policy = write_policy(key(crawled), [ONE.cosigner, TWO.cosigner])
    put_beside(crawled, ONE, TWO)
    report = asked(crawled, policy)
    assert report.exit_code == 0
    who = "w1.example at 2026-11-18 11:06:40 UTC, w2.example at 2026-11-18 11:06:40 UTC"
    assert report.notices == (f"the checkpoint of 6 entries satisfies the policy, cosigned by {who}",)


@pytest.mark.parametrize("depth", ["fast", "deep"])
def test_a_policy_that_the_newest_head_does_not_satisfy_breaks_the_ledger(crawled: Room, depth: str) -> None:
    policy = parse_policy(write_policy(key(crawled), [ONE.cosigner, TWO.cosigner]).encode())
    put_beside(crawled, TWO)
    report = crawled.verify(policy=policy, depth=depth)  # type: ignore[arg-type]  # tests pass what fits
    assert report.exit_code == 1
    assert report.first_divergence
    assert report.first_divergence.line == 0
    assert report.first_divergence.expected.startswith(
        "cosignatures in the checkpoint of 6 entries that satisfy quorum"
    )
    assert report.first_divergence.found == "those of w2.example"


def test_a_cosigned_head_that_is_not_the_newest_does_not_satisfy_a_policy(crawled: Room) -> None:
    policy = write_policy(key(crawled), [ONE.cosigner])
    put_beside(crawled, ONE)
    kept = crawled.folder / "kept"
    kept.write_bytes(crawled.beside("checkpoint").read_bytes())
    crawled.crawl(SECOND_RUN)
    assert asked(crawled, policy).exit_code == 1
    both = crawled.verify(against=kept, policy=parse_policy(policy.encode()))  # type: ignore[arg-type]  # as above
    assert both.exit_code == 1
    put_beside(crawled, ONE)
    assert asked(crawled, policy).exit_code == 0


def test_a_cosigned_checkpoint_that_somebody_kept_satisfies_a_policy(crawled: Room) -> None:
    policy = parse_policy(write_policy(key(crawled), [ONE.cosigner]).encode())
    kept = crawled.folder / "kept"
    kept.write_bytes(ONE.cosign(crawled.head.read_bytes(), key(crawled)))
    report = crawled.verify(against=kept, policy=policy)  # type: ignore[arg-type]  # tests pass what fits
    assert report.exit_code == 0


def test_of_several_heads_of_the_newest_size_one_is_enough_and_the_most_signed_says_what_is_lacking(
    crawled: Room,
) -> None:
    policy = parse_policy(write_policy(key(crawled), [ONE.cosigner]).encode())
    stranger = Signature("w1.example", b"\1\2\3\4", bytes(72))
    crawled.beside("checkpoint").write_bytes(cosigned(crawled.head.read_bytes(), stranger, stranger))
    kept = crawled.folder / "kept"
    kept.write_bytes(crawled.head.read_bytes())
    lacking = crawled.verify(against=kept, policy=policy).first_divergence  # type: ignore[arg-type]  # tests pass what fits
    assert lacking
    assert lacking.expected.startswith("cosignatures in the checkpoint of 6 entries that satisfy")
    kept.write_bytes(ONE.cosign(crawled.head.read_bytes(), key(crawled)))
    report = crawled.verify(against=kept, policy=policy)  # type: ignore[arg-type]  # as above
    assert (report.exit_code, report.notices[0][:16]) == (0, f"the checkpoint {kept}"[:16])


def test_a_policy_of_another_log_is_not_satisfied(crawled: Room) -> None:
    stranger = write_policy(Signer(ORIGIN, bytes(32)).verifier)
    report = asked(crawled, stranger)
    assert report.exit_code == 1
    assert report.first_divergence
    assert "by a log of the policy" in report.first_divergence.expected
    (satisfied,) = asked(crawled, write_policy(key(crawled))).notices
    assert satisfied.endswith(" of 6 entries satisfies the policy, cosigned by nobody else")


def test_a_ledger_that_nobody_signed_satisfies_no_policy(crawled: Room) -> None:
    policy = parse_policy(write_policy(key(crawled)).encode())
    for path in (crawled.head, crawled.beside("checkpoint"), crawled.beside("checkpoints")):
        path.unlink()
    report = crawled.verify(policy=policy)  # type: ignore[arg-type]  # tests pass what fits
    assert report.exit_code == 1
    assert report.first_divergence
    assert report.first_divergence.found == "none that is signed"


def test_after_a_rotation_a_policy_needs_the_new_key(crawled: Room) -> None:
    old = key(crawled)
    with crawled.open(SECOND_RUN) as ledger:
        ledger.rotate()
    assert asked(crawled, write_policy(old)).exit_code == 1
    assert asked(crawled, write_policy(key(crawled))).exit_code == 0
    both = f"log {old}\nlog {key(crawled)}\nquorum none\n"
    assert asked(crawled, both).exit_code == 0
