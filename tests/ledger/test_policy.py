"""c2sp.org/tlog-policy and c2sp.org/tlog-cosignature."""

import hashlib
import re
import time
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvest.errors import LedgerBroken, UsageError
from harvest.ledger.chain import Diverges
from harvest.ledger.checkpoint import Checkpoint
from harvest.ledger.cosignature import Cosigner
from harvest.ledger.note import Note, Signature, Signer, Verifier
from harvest.ledger.policy_file import parse_policy, read_policy, write_policy
from tests.ledger.room import ORIGIN
from tests.ledger.witness import NOW, Witness, cosigned

SIGNER = Signer(ORIGIN, bytes(range(32)))
LOG = SIGNER.verifier
HEAD = Checkpoint(ORIGIN, 7, bytes(32))
NOTE = HEAD.sign(SIGNER)
X1, X2, X3, Y1, Y2, Y3 = WITNESSES = [
    Witness(f"{letter}{number}.example", 10 * place + number)
    for place, letter in enumerate("xy", 1)
    for number in (1, 2, 3)
]
TWO_LEVELS = f"""\
# the example of the specification
log {LOG} https://log.example/

witness X1 {X1.vkey}
witness X2 {X2.vkey} https://x2.example/submit
witness X3 {X3.vkey}
group X-witnesses 2 X1 X2 X3

witness Y1 {Y1.vkey}
witness Y2 {Y2.vkey}
\t witness\tY3 \t{Y3.vkey}  \t
group Y-witnesses any Y1 Y2 Y3

group X-and-Y all X-witnesses Y-witnesses
quorum X-and-Y
"""


def by(*witnesses: Witness) -> bytes:
    return cosigned(NOTE, *(witness.line(str(HEAD)) for witness in witnesses))


# --- cosignatures ----------------------------------------------------------------------------------------------


def test_a_witness_key_has_type_4_and_a_key_id_of_its_own() -> None:
    public = X1.cosigner.public
    assert X1.cosigner.key_id == hashlib.sha256(b"x1.example\n\x04" + public).digest()[:4]
    assert Cosigner.parse(X1.vkey) == X1.cosigner
    assert Verifier("x1.example", public).key_id != X1.cosigner.key_id
    with pytest.raises(LedgerBroken, match="type 0x04, got 0x01"):
        Cosigner.parse(str(LOG))
    with pytest.raises(LedgerBroken, match="type 0x01, got 0x04"):
        Verifier.parse(X1.vkey)


def test_a_cosignature_covers_the_text_and_its_time() -> None:
    note = Note.parse(by(X1))
    assert X1.cosigner.signed(note)
    assert X1.cosigner.latest(note) == NOW
    assert not X1.cosigner.signed(Note.parse(by(X1).replace(b"\n7\n", b"\n8\n")))
    line = X1.line(str(HEAD))
    later = Signature(line.name, line.key_id, (NOW + 1).to_bytes(8, "big") + line.value[8:])
    assert not X1.cosigner.signed(Note.parse(cosigned(NOTE, later)))


def test_a_plain_signature_of_the_same_key_is_no_cosignature() -> None:
    plain = Signer("x1.example", bytes([11]) * 32).sign(str(HEAD)).signatures[0]
    assert not X1.cosigner.signed(Note.parse(cosigned(NOTE, plain)))
    under_its_id = Signature("x1.example", X1.cosigner.key_id, bytes(8) + plain.value)
    assert not X1.cosigner.signed(Note.parse(cosigned(NOTE, under_its_id)))


@pytest.mark.parametrize("value", [b"", bytes(7), bytes(8), bytes(71), bytes(72), b"\xff" * 72])
def test_what_is_no_timestamped_signature_does_not_hold(value: bytes) -> None:
    note = Note(str(HEAD), (Signature("x1.example", X1.cosigner.key_id, value),))
    assert not X1.cosigner.signed(note)


def test_a_time_beyond_63_bits_does_not_hold_though_it_is_signed() -> None:
    assert X1.cosigner.signed(Note.parse(cosigned(NOTE, X1.line(str(HEAD), 2**63 - 1))))
    assert not X1.cosigner.signed(Note.parse(cosigned(NOTE, X1.line(str(HEAD), 2**63))))


# --- what satisfies a policy -----------------------------------------------------------------------------------


def test_two_levels_of_groups_are_satisfied_by_exactly_the_sets_that_their_words_say() -> None:
    policy = parse_policy(TWO_LEVELS.encode())
    for count in range(7):
        for chosen in combinations(WITNESSES, count):
            enough = sum(one in chosen for one in (X1, X2, X3)) >= 2 and any(one in chosen for one in (Y1, Y2, Y3))
            if enough:
                assert len(policy.check("checkpoint", by(*chosen))) == count
            else:
                with pytest.raises(Diverges, match="that satisfy quorum X-and-Y"):
                    policy.check("checkpoint", by(*chosen))


def test_who_cosigned_and_when_is_said() -> None:
    policy = parse_policy(f"log {LOG}\nwitness w {X1.vkey}\nquorum w\n".encode())
    assert policy.check("checkpoint", by(X1)) == ("w at 2026-11-18 11:06:40 UTC",)
    with pytest.raises(Diverges, match=r"expected cosignatures in the checkpoint that satisfy quorum w .*, found none"):
        policy.check("checkpoint", NOTE)
    for moment, said in (
        (2**62, f"second {2**62}"),
        (253_402_300_800, "second 253402300800"),
        (253_402_300_799, "9999-12-31 23:59:59 UTC"),
    ):
        assert policy.check("checkpoint", cosigned(NOTE, X1.line(str(HEAD), moment))) == (f"w at {said}",)
    twice = cosigned(NOTE, X1.line(str(HEAD), NOW), X1.line(str(HEAD), 5))
    assert policy.check("checkpoint", twice) == ("w at 2026-11-18 11:06:40 UTC",)


def test_times_are_said_in_utc_wherever_the_clock_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    policy = parse_policy(f"witness w {X1.vkey}\nquorum w\n".encode())
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("TZ", "UTC-9")
        time.tzset()
        said = policy.check("checkpoint", by(X1))
    time.tzset()
    assert said == ("w at 2026-11-18 11:06:40 UTC",)


def test_what_is_lacking_names_all_who_cosigned_and_no_line() -> None:
    policy = parse_policy(TWO_LEVELS.encode())
    with pytest.raises(Diverges) as caught:
        policy.check("checkpoint", by(X1, X2))
    assert (caught.value.at.line, caught.value.at.offset, caught.value.at.found) == (0, 0, "those of X1, X2")


def test_a_policy_without_witnesses_asks_for_the_log_alone() -> None:
    policy = parse_policy(f"log {LOG}\nquorum none\n".encode())
    assert policy.check("checkpoint", NOTE) == ()
    with pytest.raises(Diverges, match="a signature in the checkpoint by a log of the policy"):
        policy.check("checkpoint", HEAD.sign(Signer(ORIGIN, bytes(32))))


def test_any_one_of_several_logs_is_enough_if_it_bears_the_origin_as_its_name() -> None:
    other = Signer("example.org/other", bytes(32))
    policy = parse_policy(f"log {other.verifier}\nlog {LOG}\nquorum none\n".encode())
    assert policy.check("checkpoint", NOTE) == ()
    with pytest.raises(Diverges, match="by a log of the policy"):
        policy.check("checkpoint", HEAD.sign(other))


def test_a_policy_without_logs_leaves_the_log_to_whoever_knows_it() -> None:
    policy = parse_policy(f"witness w {X1.vkey}\nquorum w\n".encode())
    assert policy.check("checkpoint", by(X1)) == ("w at 2026-11-18 11:06:40 UTC",)


def test_lines_of_unknown_keys_are_passed_over() -> None:
    policy = parse_policy(f"log {LOG}\nwitness w {X1.vkey}\nquorum w\n".encode())
    stranger = Signature("x1.example", b"\0\0\0\0", bytes(72))
    quantum = Signature("x2.example", X2.cosigner.key_id, bytes(2_428))
    assert policy.check("checkpoint", cosigned(NOTE, stranger, quantum, X1.line(str(HEAD)))) != ()


def test_a_known_witness_whose_cosignature_does_not_hold_spoils_the_checkpoint() -> None:
    policy = parse_policy(TWO_LEVELS.encode())
    bad = Signature("x3.example", X3.cosigner.key_id, bytes(72))
    with pytest.raises(Diverges, match="expected a cosignature of X3 in the checkpoint that verifies"):
        policy.check("checkpoint", cosigned(by(X1, X2, Y1), bad))


def test_what_is_no_checkpoint_satisfies_nothing() -> None:
    with pytest.raises(Diverges, match="expected a checkpoint in the file"):
        parse_policy(b"quorum none\n").check("file", b"?")


# --- the file --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "line 0: expected a quorum line"),
        ("# nothing\n\n", "line 2: expected a quorum line"),
        ("quorum none", "line 1: expected a line feed"),
        ("quorum none\r\n", "line 1: expected no control character but tab, got 0x0d"),
        ("# \x7f\nquorum none\n", "line 1: expected no control character but tab, got 0x7f"),
        ("quorum none\nquorum none\n", "line 2: expected one quorum line"),
        ("quorum\n", "line 1: expected log VKEY"),
        ("quorum none none\n", "line 1: expected log VKEY"),
        ("Quorum none\n", "got 'Quorum' and 1 more"),
        ("quorum w\nwitness w {x1}\n", "line 1: expected a witness or group defined above, got w"),
        ("log {x1}\n", "line 1: expected a key of signature type 0x01, got 0x04"),
        ("log {log}\nlog {log}\n", "line 2: expected each log's key once"),
        ("log {log} url more\n", "line 1: expected log VKEY"),
        ("log\n", "line 1: expected log VKEY"),
        ("witness w {x1} url more\n", "line 1: expected log VKEY"),
        ("log a+b+c\n", "line 1: expected an Ed25519 verification key"),
        ("witness w {log}\n", "line 1: expected a key of signature type 0x04, got 0x01"),
        ("witness w {x1}\nwitness v {x1}\n", "line 2: expected each witness' key once"),
        ("witness w {x1}\nwitness v {x1_renamed}\n", "line 2: expected each witness' key once"),
        ("witness w {x1}\nwitness w {x2}\n", "line 2: expected a new name, got w"),
        ("witness none {x1}\n", "line 1: expected a new name, got none"),
        ("witness w {x1}\ngroup w any w\n", "line 2: expected a new name, got w"),
        ("witness w {x1}\ngroup g any\n", "line 2: expected log VKEY"),
        ("witness w {x1}\nwitness v {x2}\ngroup g any w\ngroup g any v\n", "line 4: expected a new name, got g"),
        ("witness w {x1}\ngroup g any none\n", "line 2: expected a witness or group defined above, got none"),
        ("witness w {x1}\ngroup g any g\n", "line 2: expected a witness or group defined above, got g"),
        ("witness w {x1}\ngroup g 2 w\n", "line 2: expected all, any or a number from 1 to 1, got 2"),
        ("witness w {x1}\ngroup g 0 w\n", "line 2: expected all, any or a number"),
        ("witness w {x1}\ngroup g 01 w\n", "line 2: expected all, any or a number"),
        ("witness w {x1}\ngroup g -1 w\n", "line 2: expected all, any or a number"),
        ("witness w {x1}\ngroup g \u0661 w\n", "line 2: expected all, any or a number"),
        ("witness w {x1}\ngroup g any w w\n", "line 2: expected w as a member once"),
        ("witness w {x1}\ngroup g any w\ngroup h any w\n", "line 3: expected w as a member once"),
        ("x" * (1 << 18) + "\n", "at most 262144 bytes"),
    ],
)
def test_what_is_no_policy_is_refused_with_its_line(text: str, said: str) -> None:
    renamed = str(Cosigner("renamed.example", X1.cosigner.public))
    for name, vkey in {"log": str(LOG), "x1": X1.vkey, "x2": X2.vkey, "x1_renamed": renamed}.items():
        text = text.replace(f"{{{name}}}", vkey)
    with pytest.raises(UsageError) as caught:
        parse_policy(text.encode())
    assert said in caught.value.message


@pytest.mark.parametrize(("threshold", "number"), [("any", 1), ("1", 1), ("2", 2), ("all", 2)])
def test_a_group_asks_for_as_many_as_its_threshold_says(threshold: str, number: int) -> None:
    text = f"witness w {X1.vkey}\nwitness v {X2.vkey}\ngroup g {threshold} w v\nquorum g\n"
    assert parse_policy(text.encode()).groups["g"].threshold == number


def test_a_kelvin_sign_is_not_the_letter_k_and_octets_that_are_no_utf8_are_names_too() -> None:
    kelvin, odd = "\u212a".encode(), b"\xff\xfe"
    lines = [b"witness K " + X1.vkey.encode(), b"witness " + kelvin + b" " + X2.vkey.encode()]
    lines += [b"witness " + odd + b" " + X3.vkey.encode(), b"group g all K " + kelvin + b" " + odd, b"quorum g", b""]
    policy = parse_policy(b"\n".join(lines))
    assert len(policy.witnesses) == 3
    assert len(policy.check("checkpoint", by(X1, X2, X3))) == 3
    with pytest.raises(UsageError, match="in UTF-8"):
        parse_policy(b"log " + odd + b"\nquorum none\n")


def test_hundreds_of_witnesses_and_groups_that_hold_each_other_are_taken() -> None:
    many = [Witness(f"w{number}.example", number) for number in range(200)]
    lines = [f"witness w{number} {witness.vkey}" for number, witness in enumerate(many)]
    lines += ["group g0 any w0"] + [f"group g{number} all g{number - 1} w{number}" for number in range(1, 200)]
    policy = parse_policy("\n".join([*lines, "quorum g199", ""]).encode())
    with pytest.raises(Diverges, match="g199"):
        policy.check("checkpoint", by(*many[:63]))


def refusal(raw: bytes) -> str:
    """What is said against a policy in one line, or nothing."""
    try:
        parse_policy(raw)
    except UsageError as refused:
        said = str(refused)
        assert re.fullmatch(r"line [0-9]+: expected [^\n]*, got [^\n]*", said)
        return said
    return ""


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_any_octets_are_a_policy_or_one_line_of_refusal(noise: bytes) -> None:
    assert refusal(noise) or parse_policy(noise).quorum == "none"


WORDS = st.sampled_from(["log", "witness", "group", "quorum", "none", "all", "any", "1", "2", "w", "g", "#", "\t"])


@settings(deadline=None)
@given(st.lists(st.lists(WORDS | st.sampled_from([str(LOG), X1.vkey, X2.vkey]), max_size=5), max_size=8))
def test_words_in_any_order_are_a_policy_or_one_line_of_refusal(lines: list[list[str]]) -> None:
    text = "".join(" ".join(words) + "\n" for words in lines)
    if not refusal(text.encode()):
        policy = parse_policy(text.encode())
        assert policy.quorum in {"none", *policy.witnesses, *policy.groups}
        assert text.split().count("quorum") >= 1


def test_a_policy_that_we_write_is_read_back() -> None:
    text = write_policy(LOG, [X1.cosigner, X2.cosigner], threshold="1")
    assert text.startswith(f"# whose signatures a head of {ORIGIN} needs, as c2sp.org/tlog-policy has it\n")
    policy = parse_policy(text.encode())
    assert policy.logs == (LOG,)
    assert policy.check("checkpoint", by(X2)) == ("x2.example at 2026-11-18 11:06:40 UTC",)
    assert parse_policy(write_policy(LOG).encode()).check("checkpoint", NOTE) == ()
    assert parse_policy(write_policy(LOG, [X1.cosigner, X2.cosigner]).encode()).groups["witnesses"].threshold == 2
    with pytest.raises(UsageError, match="number from 1 to 1, got 2"):
        write_policy(LOG, [X1.cosigner], threshold="2")


def test_a_policy_file_is_named_with_what_is_wrong_in_it(tmp_path: Path) -> None:
    path = tmp_path / "policy"
    with pytest.raises(UsageError, match="expected a policy file, got no such file"):
        read_policy(path)
    path.write_text("quorum w\n")
    with pytest.raises(UsageError, match=r"policy, line 1: expected a witness or group defined above, got w"):
        read_policy(path)
    path.write_text(f"log {LOG}\nquorum none\n")
    assert read_policy(path).logs == (LOG,)


def test_a_policy_file_may_be_as_large_as_a_policy_and_no_larger(tmp_path: Path) -> None:
    path, rest = tmp_path / "policy", "\nquorum none\n"
    path.write_text("#" * ((1 << 18) - len(rest)) + rest)
    assert read_policy(path).quorum == "none"
    path.write_text("#" + path.read_text())
    with pytest.raises(UsageError, match="expected a policy of at most 262144 bytes, got more"):
        read_policy(path)
