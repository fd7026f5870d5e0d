"""RFC 3161 time-stamps, by authorities that are synthetic."""

import random
import re
import subprocess
import warnings
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from harvest.errors import LedgerError
from harvest.ledger.chain import Divergence, Diverges
from harvest.ledger.outside import Kept, KeptHead, rfc3161
from harvest.ledger.outside.kept import unfit
from harvest.ledger.outside.request import nonce_of, request_for
from harvest.ledger.outside.rfc3161 import check, take
from harvest.ledger.outside.roots import read_roots
from tests.ledger.outside.authority import Authority, certificate
from tests.ledger.room import Room
from tests.ledger.turns import after_another

GRANTED = bytes.fromhex("30030201003082")
"""How an answer with a token goes on after its own length: status 0."""


def handed_out(crawled: Room) -> KeptHead:
    return Kept(crawled.path).keep(crawled.head.read_bytes())


def kept_words(crawled: Room, **options: object) -> str:
    report = crawled.verify(**options)  # type: ignore[arg-type]  # tests pass what fits
    assert report.exit_code == 0, report.lines()
    assert "RFC 3161 time-stamp of 6 entries" in report.heads
    (notice,) = report.notices
    return notice


# --- requests --------------------------------------------------------------------------------------------------


def test_a_request_is_read_by_openssl_as_one_over_the_head(crawled: Room, tmp_path: Path) -> None:
    head = handed_out(crawled)
    path = tmp_path / "request"
    path.write_bytes(request_for(head))
    command = ["openssl", "ts", "-query", "-in", str(path), "-text"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    nonce = nonce_of(head)
    assert nonce is not None
    assert f"0x{nonce:X}" in said
    assert "Hash Algorithm: sha256" in said
    assert "Certificate required: yes" in said
    assert (
        bytes.fromhex("".join(line[11:58].replace("-", " ") for line in said.splitlines() if " - " in line))
        == head.digest
    )


def test_the_same_head_is_requested_with_the_same_nonce_and_another_with_another(crawled: Room) -> None:
    head = handed_out(crawled)
    first = request_for(head)
    assert request_for(handed_out(crawled)) == first
    crawled.crawl("01J00000000000000000000009")
    other = handed_out(crawled)
    assert (other.size, len(request_for(other))) == (11, len(first))
    assert nonce_of(other) != nonce_of(head)


@pytest.mark.parametrize(("chance", "nonce"), [(0, 2**62), (5, 2**62 + 5), (2**62 - 1, 2**63 - 1)])
def test_a_nonce_is_drawn_by_chance_and_has_eight_bytes(
    crawled: Room, monkeypatch: pytest.MonkeyPatch, chance: int, nonce: int
) -> None:
    head = handed_out(crawled)
    monkeypatch.setattr("secrets.randbits", lambda bits: chance if bits == 62 else pytest.fail("of other bits"))
    request = request_for(head)
    assert (len(request), nonce_of(head)) == (69, nonce)
    assert request[58:66] == nonce.to_bytes(8, "big")
    for other in (2**62 - 1, 2**63):
        head.lay("tsq", request[:58] + other.to_bytes(8, "big") + request[66:])
        with pytest.raises(Diverges, match="expected our request"):
            nonce_of(head)


def test_of_two_that_ask_at_once_both_have_the_request_that_is_kept(
    crawled: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    head, others = handed_out(crawled), []
    after_another(monkeypatch, head.folder, lambda: others.append(request_for(head)))
    assert [request_for(head)] == others == [head.read("tsq")]


@pytest.mark.parametrize("place", [0, 5, 20, 30, 60, -1])
def test_a_request_that_is_not_ours_is_found(crawled: Room, place: int) -> None:
    head = handed_out(crawled)
    request = bytearray(request_for(head))
    request[place] ^= 0x80 if place == 60 else 1
    head.path("tsq").write_bytes(bytes(request) if place != 60 else bytes(request[:-2]))
    for look in (nonce_of, request_for):
        with pytest.raises(Diverges, match="expected our request over the head"):
            look(head)


# --- answers ---------------------------------------------------------------------------------------------------


def test_an_answer_whose_issuer_is_trusted_says_who_and_when(crawled: Room, tsa: Authority) -> None:
    head = handed_out(crawled)
    roots = read_roots(tsa.root)
    taken, stamp = take(Kept(crawled.path), tsa.answer(request_for(head)), roots)
    assert (taken.size, stamp.authority, stamp.trusted, stamp.signature) == (6, "CN=one (synthetic)", True, True)
    said = kept_words(crawled, roots=roots)
    time = r"20\d\d-\d\d-\d\d \d\d:\d\d:\d\d UTC"
    by = r"CN=one \(synthetic\), signature and issuer checked"
    assert re.fullmatch(rf"RFC 3161 time-stamp of 6 entries: stamped {time} by {by}", said)


def test_without_roots_the_signature_is_checked_and_the_issuer_is_said_not_to_be_trusted(
    crawled: Room, tsa: Authority
) -> None:
    take(Kept(crawled.path), tsa.answer(request_for(handed_out(crawled))), ())
    said = kept_words(crawled)
    assert "UTC by somebody who says to be CN=one (synthetic), signature checked, issuer not trusted here" in said


def test_without_openssl_no_signature_is_said_to_be_checked(
    crawled: Room, tsa: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(Kept(crawled.path), tsa.answer(request_for(handed_out(crawled))), ())
    monkeypatch.setenv("PATH", "")
    assert "CN=one (synthetic), signature not checked: needs openssl, issuer not trusted here" in kept_words(crawled)
    assert "signature and issuer checked" in kept_words(crawled, roots=read_roots(tsa.root))


@pytest.mark.parametrize("root_too", [False, True], ids=["without its root", "bearing its own root"])
def test_an_answer_that_leads_to_none_of_the_given_roots_is_refused(
    crawled: Room, tsa: Authority, other_tsa: Authority, *, root_too: bool
) -> None:
    head = handed_out(crawled)
    answer = other_tsa.answer(request_for(head), root_too=root_too)
    said = "expected a time-stamp by somebody whom the given roots certify, found one by CN=two"
    with pytest.raises(Diverges, match=said):
        take(Kept(crawled.path), answer, read_roots(tsa.root))
    assert head.read("tsr") is None
    head.lay("tsr", answer)
    report = crawled.verify(roots=read_roots(tsa.root))  # type: ignore[arg-type]  # tests pass what fits
    assert (report.exit_code, crawled.verify().exit_code) == (1, 0)


def test_an_answer_over_another_digest_is_refused(crawled: Room, tsa: Authority) -> None:
    head = handed_out(crawled)
    request = bytearray(request_for(head))
    request[30] ^= 1
    answer = tsa.answer(bytes(request))
    with pytest.raises(LedgerError, match="expected a time-stamp over a head in"):
        take(Kept(crawled.path), answer, ())
    with pytest.raises(Diverges, match=f"expected a time-stamp over SHA-256 {head.digest.hex()}"):
        check(answer, head)


def test_a_digest_of_another_algorithm_is_not_taken_for_sha256(crawled: Room, tsa: Authority, tmp_path: Path) -> None:
    head = handed_out(crawled)
    (tmp_path / "note").write_bytes(head.note)
    command = ["openssl", "ts", "-query", "-data", "note", "-sha512", "-cert", "-no_nonce", "-out", "query"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    with pytest.raises(Diverges, match="expected a time-stamp over SHA-256"):
        check(tsa.answer((tmp_path / "query").read_bytes()), head)


def test_our_digest_under_the_name_of_another_algorithm_is_refused(crawled: Room, tsa: Authority) -> None:
    head = handed_out(crawled)
    request = bytearray(request_for(head))
    request[request.index(b"\x60\x86\x48") + 8] = 8  # SHA3-256
    with pytest.raises(Diverges, match=f"over SHA-256 {head.digest.hex()}, found one over {head.digest.hex()}"):
        check(tsa.answer(bytes(request)), head)


def test_a_signature_that_does_not_hold_is_refused_and_openssl_says_nothing_of_its_own(
    crawled: Room, tsa: Authority, capfd: pytest.CaptureFixture[str]
) -> None:
    head = handed_out(crawled)
    forged = bytearray(tsa.answer(request_for(head)))
    forged[-1] ^= 1
    for roots in ((), read_roots(tsa.root)):
        with pytest.raises(Diverges, match="expected a time-stamp whose signature holds"):
            check(bytes(forged), head, roots)
    assert capfd.readouterr() == ("", "")


def test_an_openssl_that_does_not_end_has_checked_nothing(
    crawled: Room, tsa: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = tsa.answer(request_for(handed_out(crawled)))
    (tmp_path / "openssl").write_text("#!/bin/sh\nexec /bin/sleep 2\n")
    (tmp_path / "openssl").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(rfc3161, "_PATIENCE", 0.1)
    _, stamp = take(Kept(crawled.path), answer, ())
    assert not stamp.signature


def test_whatever_foreign_code_stumbles_over_or_warns_of_speaks_against_the_time_stamp() -> None:
    with pytest.raises(Diverges) as caught, rfc3161._foreign():
        raise ValueError
    expected = "an RFC 3161 time-stamp that holds"
    assert caught.value.at == Divergence(0, 0, expected, "one that cannot be read as one")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        before = list(warnings.filters)
        with pytest.raises(Diverges, match=f"expected {expected}, found one that"), rfc3161._foreign():
            warnings.warn("odd", stacklevel=1)
        assert warnings.filters == before
    with pytest.raises(Diverges) as caught, rfc3161._foreign():
        raise unfit("this", "that")
    assert caught.value.at == Divergence(0, 0, "this", "that")


def test_an_answer_with_another_nonce_is_refused(crawled: Room, tsa: Authority) -> None:
    head = handed_out(crawled)
    request = bytearray(request_for(head))
    request[60] ^= 1
    answer = tsa.answer(bytes(request))
    with pytest.raises(Diverges, match=r"the nonce \d+ of our request in the time-stamp, found \d+"):
        take(Kept(crawled.path), answer, ())
    head.lay("tsr", answer)
    assert crawled.verify().exit_code == 1
    head.path("tsq").unlink()
    assert crawled.verify().exit_code == 0


def test_an_answer_that_was_not_granted_is_refused(crawled: Room, tsa: Authority) -> None:
    head = handed_out(crawled)
    request = bytearray(request_for(head))
    request[request.index(b"\x60\x86\x48") + 8] = 9
    rejected = tsa.answer(bytes(request))
    with pytest.raises(LedgerError, match="expected an RFC 3161 time-stamp that holds"):
        take(Kept(crawled.path), rejected, ())
    with pytest.raises(Diverges, match="expected a time-stamp that was granted, found status 2"):
        check(rejected, head)


def test_a_second_certificate_of_the_signers_issuer_and_number_is_refused(crawled: Room, tsa: Authority) -> None:
    head = handed_out(crawled)
    root = read_roots(tsa.root)
    key = ec.generate_private_key(ec.SECP256R1())
    spoof = certificate(
        "somebody else of the same number", key, root[0], key, serial=tsa.certificate.serial_number, long=True
    )
    answer = tsa.answer(request_for(head), bearing=(spoof,))
    for roots in ((), root):
        with pytest.raises(Diverges, match="one certificate of its signer in the time-stamp, found 2"):
            check(answer, head, roots)


@pytest.mark.parametrize("trusted", [False, True], ids=["without roots", "with roots"])
def test_no_byte_of_an_answer_can_be_changed_so_that_it_says_something_else(
    crawled: Room, tsa: Authority, monkeypatch: pytest.MonkeyPatch, *, trusted: bool
) -> None:
    head = handed_out(crawled)
    answer = tsa.answer(request_for(head))
    roots = read_roots(tsa.root) if trusted else ()
    honest = check(answer, head, roots)
    chance = random.Random(4)
    places = range(len(answer)) if trusted else chance.sample(range(len(answer)), 40)
    if trusted:
        monkeypatch.setenv("PATH", "")  # openssl would only tell one refusal from another, a process for each byte
    for place in places:
        altered = bytearray(answer)
        altered[place] ^= chance.choice((0x01, 0x80, 0xFF))
        try:
            said = check(bytes(altered), head, roots)
        except Diverges:
            continue
        assert said == honest, place


@pytest.mark.parametrize("cut", [0, 1, 9, 40, -1])
def test_a_cut_answer_is_refused(crawled: Room, tsa: Authority, cut: int) -> None:
    head = handed_out(crawled)
    answer = tsa.answer(request_for(head))
    head.lay("tsr", answer[:cut])
    report = crawled.verify()
    assert report.exit_code == 1
    assert report.first_divergence
    assert report.first_divergence.expected == f"an RFC 3161 time-stamp that holds in {head.path('tsr')}"
    with pytest.raises(Diverges):
        check(answer + b"\0", head)


def test_without_the_optional_client_the_head_still_binds_and_the_report_says_what_to_install(
    crawled: Room, tsa: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(Kept(crawled.path), tsa.answer(request_for(handed_out(crawled))), ())
    monkeypatch.setitem(__import__("sys").modules, "harvest.ledger.outside.rfc3161", None)
    assert kept_words(crawled).endswith(" entries: not checked: needs `pip install 'harvest[timestamp]'`")
