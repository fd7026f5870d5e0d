import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli import ledgers
from tests.cli.conftest import Room, Said
from tests.ledger.outside import proofs
from tests.ledger.outside.authority import HERE, Authority
from tests.ledger.witness import Witness

needs_openssl = pytest.mark.skipif(not HERE, reason="openssl is not installed")
needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


@pytest.fixture
def finished(room: Room) -> Path:
    """A sealed ledger of four lines."""
    return room.ledger(finished=ledgers.account())


@pytest.fixture(scope="module")
def tsa(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("tsa") / "one", "one")


def lines(said: Said) -> int:
    return said.err.count("\n")


def test_without_an_option_the_head_is_printed_as_it_lies_beside_the_ledger(room: Room, finished: Path) -> None:
    command = [sys.executable, "-m", "harvest", "anchor", "semax-ssri"]
    said = subprocess.run(command, capture_output=True, check=True).stdout
    assert said == finished.with_suffix(".checkpoint").read_bytes()


def test_on_a_terminal_what_the_head_bears_besides_is_not_obeyed(
    room: Room, finished: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkpoint = finished.with_suffix(".checkpoint")
    checkpoint.write_bytes(checkpoint.read_bytes() + "— \x9b2J AAAAAAAA\n".encode())
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)

    said = room.harvest("anchor", "semax-ssri")

    assert said.code == 0
    assert said.out.endswith("\n— \\x9b2J AAAAAAAA\n")


def test_printing_writes_nothing(room: Room, finished: Path) -> None:
    before = sorted(room.data.rglob("*"))
    command = [sys.executable, "-m", "harvest", "anchor", "semax-ssri"]
    subprocess.run(command, capture_output=True, check=True)

    assert sorted(room.data.rglob("*")) == before


def test_a_proof_over_a_head_that_was_only_printed_is_taken_in(room: Room, finished: Path, tmp_path: Path) -> None:
    proof = tmp_path / "head.ots"
    note = finished.with_suffix(".checkpoint").read_bytes()
    proof.write_bytes(proofs.over(note, proofs.SHA256 + proofs.pending("https://calendar.example")))

    said = room.harvest("anchor", "semax-ssri", "--ots", str(proof))

    assert said.code == 0
    assert "commits to the head of 4 entries" in said.out
    assert room.harvest("verify", "semax-ssri").code == 0


@pytest.mark.parametrize("option", ["--tsq", "--ots-digest"])
def test_a_file_that_exists_is_never_overwritten(room: Room, finished: Path, tmp_path: Path, option: str) -> None:
    answer = tmp_path / "answer"
    answer.write_bytes(b"the authority's answer")

    said = room.harvest("anchor", "semax-ssri", option, str(answer))

    assert (said.code, said.out, lines(said)) == (64, "", 1)
    assert f"expected a new file, got '{answer}', which exists; choose another name" in said.err
    assert answer.read_bytes() == b"the authority's answer"
    assert not finished.with_suffix(".anchors").exists()


def test_two_files_of_one_name_are_refused(room: Room, finished: Path, tmp_path: Path) -> None:
    one = tmp_path / "one"

    said = room.harvest("anchor", "semax-ssri", "--tsq", str(one), "--ots-digest", str(one))

    assert (said.code, one.exists()) == (64, False)


def test_an_authority_without_an_address_exits_64(room: Room, finished: Path) -> None:
    said = room.harvest("anchor", "semax-ssri", "--tsa", "")

    assert (said.code, said.out, lines(said)) == (64, "", 1)


@needs_git
def test_a_tag_in_git_is_named_and_held_against_from_then_on(room: Room, finished: Path, tmp_path: Path) -> None:
    repository = tmp_path / "heads"
    subprocess.run(["git", "init", "--quiet", str(repository)], check=True)
    who = ["-c", "user.name=x", "-c", "user.email=x"]
    subprocess.run(["git", "-C", str(repository), *who, "commit", "-q", "--allow-empty", "-m", "first"], check=True)

    said = room.harvest("anchor", "semax-ssri", "--git", str(repository))

    assert (said.code, said.out) == (0, f"{repository}: tag harvest/harvest.invalid/semax-ssri/4\n")
    assert f"agrees with the git tags in {repository} of 4 entries" in room.harvest("verify", "semax-ssri").out
    shutil.rmtree(room.state)
    asked = room.harvest("verify", "semax-ssri", "--git", str(repository))
    assert f"agrees with the git tags in {repository} of 4 entries" in asked.out
    assert room.harvest("anchor", "semax-ssri", "--git", str(tmp_path / "none")).code == 3


@needs_openssl
def test_a_time_stamp_is_requested_taken_in_and_checked_again_by_verify(
    room: Room, finished: Path, tsa: Authority, tmp_path: Path
) -> None:
    request, answer = tmp_path / "request", tmp_path / "answer"

    asked = room.harvest("anchor", "semax-ssri", "--tsq", str(request))
    answer.write_bytes(tsa.answer(request.read_bytes()))
    taken = room.harvest("anchor", "semax-ssri", "--tsr", str(answer), "--tsa-roots", str(tsa.root))

    assert (asked.code, taken.code) == (0, 0)
    assert "signature and issuer checked" in taken.out
    plain = room.harvest("verify", "semax-ssri")
    trusted = room.harvest("verify", "semax-ssri", "--tsa-roots", str(tsa.root))
    assert (plain.code, trusted.code) == (0, 0)
    assert "issuer not trusted here" in plain.out
    assert "signature and issuer checked" in trusted.out


@needs_openssl
def test_roots_may_be_a_setting(
    room: Room, finished: Path, tsa: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HARVEST_TSA_ROOTS", str(tsa.root))
    request, answer = tmp_path / "request", tmp_path / "answer"
    room.harvest("anchor", "semax-ssri", "--tsq", str(request))
    answer.write_bytes(tsa.answer(request.read_bytes()))

    assert "issuer checked" in room.harvest("anchor", "semax-ssri", "--tsr", str(answer)).out
    assert "issuer checked" in room.harvest("verify", "semax-ssri").out


@needs_openssl
def test_an_altered_time_stamp_beside_the_ledger_exits_1_with_one_clear_line(
    room: Room, finished: Path, tsa: Authority, tmp_path: Path
) -> None:
    request, answer = tmp_path / "request", tmp_path / "answer"
    room.harvest("anchor", "semax-ssri", "--tsq", str(request))
    answer.write_bytes(tsa.answer(request.read_bytes()))
    room.harvest("anchor", "semax-ssri", "--tsr", str(answer))
    kept = finished.with_suffix(".anchors") / "4.tsr"
    kept.write_bytes(kept.read_bytes()[:-1] + bytes([kept.read_bytes()[-1] ^ 1]))

    said = room.harvest("verify", "semax-ssri")

    assert said.code == 1
    wrong = f"expected a time-stamp whose signature holds in {kept}, found one whose signature does not"
    assert f"first divergence: {wrong}" in said.out


@needs_openssl
def test_an_authority_is_asked_and_answers(
    room: Room, finished: Path, tsa: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def ask(url: str, request: bytes) -> bytes:
        asked.append(url)
        return tsa.answer(request)

    monkeypatch.setattr("harvest.ledger.outside.authority.ask", ask)

    said = room.harvest("anchor", "semax-ssri", "--tsa", "https://tsa.example/")

    assert (said.code, asked) == (0, ["https://tsa.example/"])
    assert (finished.with_suffix(".anchors") / "4.tsr").is_file()


def test_without_the_optional_client_one_line_says_what_to_install(
    room: Room, finished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "harvest.ledger.outside.rfc3161", None)
    answer = tmp_path / "answer"
    answer.write_bytes(b"?")

    said = room.harvest("anchor", "semax-ssri", "--tsr", str(answer))

    assert (said.code, lines(said)) == (3, 1)
    assert "pip install 'harvest[timestamp]'" in said.err
    assert room.harvest("anchor", "semax-ssri", "--tsq", str(tmp_path / "request")).code == 0


def test_the_file_to_stamp_is_the_head_and_its_proof_is_taken_in(room: Room, finished: Path, tmp_path: Path) -> None:
    stamped, proof = tmp_path / "head", tmp_path / "head.ots"

    written = room.harvest("anchor", "semax-ssri", "--ots-digest", str(stamped))
    tree = proofs.FORK + proofs.SHA256 + proofs.pending("https://calendar.example") + proofs.SHA256 + proofs.block(7)
    proof.write_bytes(proofs.over(stamped.read_bytes(), tree))
    taken = room.harvest("anchor", "semax-ssri", "--ots", str(proof))

    assert stamped.read_bytes() == finished.with_suffix(".checkpoint").read_bytes()
    assert f"next: ots stamp {stamped}" in written.out
    assert "commits to the head of 4 entries: pending at calendar https://calendar.example" in taken.out
    report = json.loads(room.harvest("verify", "semax-ssri", "--json").out)
    assert "attested by Bitcoin block 7" in report["notices"][1]


def test_a_proof_over_something_else_is_not_taken_in(room: Room, finished: Path, tmp_path: Path) -> None:
    proof = tmp_path / "other.ots"
    proof.write_bytes(proofs.over(b"something else", proofs.SHA256 + proofs.pending("https://calendar.example")))

    said = room.harvest("anchor", "semax-ssri", "--ots", str(proof))

    assert (said.code, lines(said)) == (3, 1)
    assert not (finished.with_suffix(".anchors") / "4.ots").exists()


def test_what_is_not_there_exits_64_or_3_in_one_line(room: Room, tmp_path: Path) -> None:
    nothing = str(tmp_path / "nothing")
    assert room.harvest("anchor", "semax-ssri").code == 3
    room.ledger(finished=ledgers.account())
    for option in ("--tsr", "--ots", "--tsa-roots"):
        said = room.harvest("anchor", "semax-ssri", option, nothing)
        assert (said.code, lines(said)) == (64, 1), option
    (tmp_path / "roots").write_bytes(b"?")
    for option in ("--tsa-roots", "--policy"):
        said = room.harvest("verify", "semax-ssri", option, str(tmp_path / "roots"))
        assert (said.code, lines(said)) == (64, 1), option
    assert room.harvest("anchor", "semax-ssri", "--tsa", "tsa.example").code == 64
    assert room.harvest("anchor", "semax-sri").code == 64


def test_a_policy_is_asked_of_the_newest_head(room: Room, finished: Path, tmp_path: Path) -> None:
    policy, witness = tmp_path / "policy", Witness("w.example", 1)
    policy.write_text(room.harvest("key", "policy", "semax-ssri", "--witness", witness.vkey).out)
    beside = finished.with_suffix(".checkpoint")

    before = room.harvest("verify", "semax-ssri", "--policy", str(policy))
    note = beside.read_bytes()
    beside.write_bytes(note + f"{witness.line(note.decode().partition(chr(10) * 2)[0] + chr(10))}\n".encode())
    after = room.harvest("verify", "semax-ssri", "--policy", str(policy))

    assert (before.code, after.code) == (1, 0)
    assert "expected cosignatures in the" in before.out
    assert "satisfies the policy, cosigned by w.example at 2026-11-18" in after.out
