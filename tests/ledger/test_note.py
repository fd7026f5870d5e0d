"""c2sp.org/signed-note and c2sp.org/tlog-checkpoint."""

import base64
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvest.errors import LedgerBroken
from harvest.ledger.checkpoint import Checkpoint, read_checkpoint, split_notes
from harvest.ledger.note import Note, Signature, Signer, Verifier, decode_base64

SEED = bytes(range(32))
ORIGIN = "example.org/evidence/semax-ssri"
SIGNER = Signer(ORIGIN, SEED)
HEAD = Checkpoint(ORIGIN, 7, bytes(32))
NOTE = HEAD.sign(SIGNER)

# The published example of Go's sumdb/note package: its key and the note it signed.
PETER_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETER_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
).encode()


def test_a_note_signed_elsewhere_verifies() -> None:
    verifier = Verifier.parse(PETER_KEY)
    assert verifier.key_id.hex() == "c74f20a3"
    assert verifier.signed(Note.parse(PETER_NOTE))


def test_one_changed_byte_of_text_is_found() -> None:
    assert not Verifier.parse(PETER_KEY).signed(Note.parse(PETER_NOTE.replace(b"If", b"if")))


def test_openssl_agrees_with_our_signature(tmp_path: Path) -> None:
    public = bytes.fromhex("302a300506032b6570032100") + SIGNER.verifier.public
    (tmp_path / "key.der").write_bytes(public)
    note = SIGNER.sign("some text\n")
    (tmp_path / "text").write_text(note.text)
    (tmp_path / "signature").write_bytes(note.signatures[0].value)
    command = ["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", "key.der", "-rawin"]
    subprocess.run([*command, "-in", "text", "-sigfile", "signature"], cwd=tmp_path, check=True, capture_output=True)


def test_a_verification_key_has_one_spelling() -> None:
    vkey = str(SIGNER.verifier)
    assert Verifier.parse(vkey) == SIGNER.verifier
    name, key_id, key = vkey.split("+", 2)
    wrong_type = base64.b64encode(b"\x02" + SIGNER.verifier.public).decode()
    for respelt in (
        f"{name}+{key_id.upper()}+{key}",
        f"{name}+00000000+{key}",
        f"{name}+{key_id}+{key} ",
        f"{name}+{key_id}+{wrong_type}",
        f"{name}+{key_id}+AAAA",
        f"other+{key_id}+{key}",
        f"+{key_id}+{key}",
        "",
    ):
        with pytest.raises(LedgerBroken):
            Verifier.parse(respelt)


@pytest.mark.parametrize("name", ["", "two words", "a+b", "a\u2003b"])
def test_a_key_name_has_no_white_space_and_no_plus(name: str) -> None:
    with pytest.raises(LedgerBroken, match="expected a key name"):
        Verifier(name, bytes(32))


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1))
def test_what_is_signed_parses_back_to_the_same_bytes(text: str) -> None:
    raw = bytes(SIGNER.sign(text + "\n"))
    assert bytes(Note.parse(raw)) == raw
    assert SIGNER.verifier.signed(Note.parse(raw))


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_a_note_that_parses_is_spelt_as_we_would(noise: bytes) -> None:
    try:
        note = Note.parse(noise)
    except LedgerBroken:
        return
    assert bytes(note) == noise


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"text\n",
        NOTE[:-1],
        NOTE.replace(b"\n\n", b"\n"),
        NOTE.replace(b"\n\n", b"\r\n\r\n"),
        NOTE.replace("—".encode(), b"-"),
        NOTE.replace(b"=\n", b"\n"),
        NOTE + b"\n",
        NOTE + b"more\n",
        NOTE + b"\xff\n",
        NOTE[:-1] + b"x",
        NOTE.rpartition(b"\n\n")[2],
        NOTE + "— name AAAAAA==\n".encode(),
        NOTE + "— name AAAA\n".encode(),
        NOTE + "— name ====\n".encode(),
        NOTE + NOTE.splitlines(keepends=True)[-1] * 64,
        NOTE.replace(b"example", b"exam\x07ple"),
    ],
)
def test_what_is_no_note_is_refused(raw: bytes) -> None:
    with pytest.raises(LedgerBroken, match="expected"):
        Note.parse(raw)


def test_signatures_of_unknown_keys_are_passed_over() -> None:
    note = Note.parse(NOTE)
    stranger = Signer("example.com/witness", bytes(32)).sign(note.text).signatures
    assert SIGNER.verifier.signed(Note(note.text, stranger + note.signatures))
    assert not SIGNER.verifier.signed(Note(note.text, stranger))


def test_a_bad_signature_under_a_known_key_refuses_the_note() -> None:
    note = Note.parse(NOTE)
    own = SIGNER.verifier
    for value in (bytes(64), bytes(3)):
        bad = Signature(own.name, own.key_id, value)
        assert not own.signed(Note(note.text, (*note.signatures, bad)))


def test_a_public_key_off_the_curve_verifies_nothing() -> None:
    off = Verifier(ORIGIN, b"\x02" + bytes(31))
    assert not off.signed(Note(str(HEAD), (Signature(ORIGIN, off.key_id, bytes(64)),)))


def test_a_public_key_of_another_length_verifies_nothing() -> None:
    short = Verifier(ORIGIN, bytes(31))
    assert not short.signed(Note(str(HEAD), (Signature(ORIGIN, short.key_id, bytes(64)),)))


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_verification_key_has_the_length_of_an_ed25519_key(length: int) -> None:
    with pytest.raises(LedgerBroken, match="expected an Ed25519 verification key"):
        Verifier.parse(str(Verifier(ORIGIN, bytes(length))))


def test_a_note_bears_up_to_sixty_four_signatures() -> None:
    line = NOTE.splitlines(keepends=True)[-1]
    assert len(Note.parse(NOTE + line * 63).signatures) == 64
    with pytest.raises(LedgerBroken, match="expected at most 64 signatures, got 65"):
        Note.parse(NOTE + line * 64)


def test_a_checkpoint_may_count_as_far_as_an_integer_goes() -> None:
    largest = Checkpoint(ORIGIN, 2**53 - 1, bytes(32))
    assert Checkpoint.parse(str(largest)) == largest


def test_a_checkpoint_is_origin_size_and_root_a_line_each() -> None:
    assert NOTE.decode().splitlines()[:4] == [ORIGIN, "7", base64.b64encode(bytes(32)).decode(), ""]
    assert read_checkpoint(NOTE) == (HEAD, Note.parse(NOTE))


@pytest.mark.parametrize(
    "text",
    [
        "",
        str(HEAD)[:-1],
        str(HEAD) + "extension\n",
        str(HEAD).replace("\n7\n", "\n07\n"),
        str(HEAD).replace("\n7\n", "\n-7\n"),
        str(HEAD).replace("\n7\n", "\n\u0667\n"),
        str(HEAD).replace("\n7\n", "\n9007199254740992\n"),
        str(HEAD).replace("AAAA=", "AAAB="),
        str(HEAD).replace("AAAAAAAA", "AAAA"),
        str(HEAD).replace(ORIGIN, ""),
    ],
)
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(LedgerBroken, match="expected a checkpoint"):
        Checkpoint.parse(text)


def test_notes_that_follow_each_other_are_split_and_a_torn_one_is_left() -> None:
    other = Checkpoint(ORIGIN, 9, bytes(32)).sign(SIGNER)
    assert split_notes(NOTE + other) == ([NOTE, other], len(NOTE + other))
    for cut in range(1, len(other)):
        assert split_notes(NOTE + other[:-cut]) == ([NOTE], len(NOTE))
    assert split_notes(b"?" + NOTE)[0] != [NOTE]


@pytest.mark.parametrize(
    "between", [b"\n", b"\x00", b"\x01\n", "ä—\n".encode(), b"\xff\xfe\n", b"no note\n\n", NOTE[:-60] + b"!\n"]
)
def test_what_stands_between_notes_hides_none_of_them(between: bytes) -> None:
    other = Checkpoint(ORIGIN, 9, bytes(32)).sign(SIGNER)
    assert split_notes(between + NOTE) == ([NOTE], len(between + NOTE))
    assert split_notes(NOTE + between + other + b"\xfftorn") == ([NOTE, other], len(NOTE + between + other))


@pytest.mark.parametrize("tail", ["— example.org/a AAAA\n", "— a b AAAAAAA=\n", "—\n"])
def test_a_note_ends_before_what_is_no_signature(tail: str) -> None:
    assert split_notes(NOTE + tail.encode()) == ([NOTE], len(NOTE))


def test_a_note_in_a_history_has_64_signatures_at_most() -> None:
    signature = NOTE[NOTE.index("—".encode()) :]
    assert split_notes(NOTE + signature * 63)[0] == [NOTE + signature * 63]
    assert split_notes(NOTE + signature * 64)[0] == [NOTE + signature * 63]


@pytest.mark.parametrize(
    "text",
    [
        NOTE.replace(b"\n\n", b"\n"),
        NOTE.replace(b"=\n\n", b"\n\n"),
        NOTE.replace(b"\n\n", b"A\n\n"),
        NOTE.replace(b"\n", b"\n0", 1),
        NOTE.replace(b"\n", b"\n12345678901234567", 1),
        NOTE.replace(b"\n", b"\n-", 1),
    ],
)
def test_what_is_not_spelt_as_a_checkpoint_is_none_in_a_history(text: bytes) -> None:
    assert split_notes(text) == ([], 0)


@pytest.mark.parametrize("text", ["AA", "AB==", "A A=", "AA==\n", "ÄÄ=="])
def test_base64_has_one_spelling(text: str) -> None:
    assert decode_base64(text) is None
