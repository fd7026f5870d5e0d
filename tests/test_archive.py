"""WARC in and out."""

import gzip
import json
import os
import re
import subprocess
import sys
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Self

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from harvest.archive import Archive, Exchange, Replay, read_snapshot, request_key
from harvest.archive.coding import MEMBERS, BodyDamaged, BodyTooLarge, decode
from harvest.archive.reader import about, pairs, records
from harvest.errors import ArchiveError

STARTED = datetime(2026, 11, 21, 19, 6, 0, 123456, tzinfo=UTC)
KEY = "5ecre7" * 6
MAIL = "operator@example.org"
URL = "https://eutils.ncbi.nlm.nih.gov/entrez/eutils/esearch.fcgi"


def packed(body: bytes) -> bytes:
    return gzip.compress(body, mtime=0)


def exchange(body: bytes = b"<eSearchResult/>", **changes: object) -> Exchange:
    fields: dict[str, object] = {
        "method": "POST",
        "url": URL,
        "request_body": b"db=pubmed&term=Semax",
        "status": 200,
        "reason": "OK",
        "headers": (("Content-Type", "text/xml"),),
        "body": body,
        "when": STARTED,
    }
    return Exchange(**(fields | changes))  # type: ignore[arg-type]  # the test names the fields


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with new(tmp_path) as made:
        yield made


def new(folder: Path, **changes: object) -> Archive:
    fields: dict[str, object] = {
        "name": "semax-ssri-pubmed-01J",
        "started": STARTED,
        "software": "harvest 0.1.0",
        "about": {"topic": "semax-ssri", "provider": "pubmed", "run": "01J"},
    }
    return Archive(folder, **(fields | changes))  # type: ignore[arg-type]  # the test names the fields


def warcio(*arguments: str) -> "subprocess.CompletedProcess[bytes]":
    command = [sys.executable, "-c", "import sys; from warcio.cli import main; main(sys.argv[1:])"]
    return subprocess.run([*command, *arguments], capture_output=True, check=False)


def everything(folder: Path) -> bytes:
    return b"".join(gzip.decompress(file.read_bytes()) for file in sorted(folder.glob("*.warc.gz")))


def test_what_was_recorded_is_read_back_with_its_digest(tmp_path: Path, archive: Archive) -> None:
    snapshot = archive.record(exchange())
    found = read_snapshot(tmp_path, snapshot.file, snapshot.record, sha256_hex=snapshot.sha256)
    assert (found.method, found.url, found.request_body) == ("POST", URL, b"db=pubmed&term=Semax")
    assert (found.status, found.reason, found.body, found.when) == (200, "OK", b"<eSearchResult/>", STARTED)
    assert snapshot.sha256 == sha256(b"<eSearchResult/>").hexdigest()
    assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", snapshot.record)


@given(body=st.binary(max_size=300), asked=st.binary(max_size=60), status=st.integers(100, 599))
def test_any_body_is_read_back_byte_for_byte(
    tmp_path_factory: pytest.TempPathFactory, body: bytes, asked: bytes, status: int
) -> None:
    folder = tmp_path_factory.mktemp("archive")
    with new(folder) as archive:
        snapshot = archive.record(exchange(body, request_body=asked, status=status))
    found = read_snapshot(folder, snapshot.file, snapshot.record, sha256_hex=snapshot.sha256)
    assert (found.body, found.request_body, found.status) == (body, asked, status)


def test_a_file_begins_with_a_warcinfo_that_names_the_run(tmp_path: Path, archive: Archive) -> None:
    archive.record(exchange())
    fields = about(tmp_path / "semax-ssri-pubmed-01J-00001.warc.gz")
    assert fields["started"] == "2026-11-21T19:06:00.123456Z"
    assert (fields["topic"], fields["provider"], fields["run"]) == ("semax-ssri", "pubmed", "01J")
    assert fields["software"] == "harvest 0.1.0"
    assert "synthetic" not in fields


def test_no_file_is_made_before_the_first_exchange(tmp_path: Path, archive: Archive) -> None:
    assert list(tmp_path.iterdir()) == []


def test_request_and_response_name_each_other_and_carry_sha256_digests(tmp_path: Path, archive: Archive) -> None:
    snapshot = archive.record(exchange())
    info, request, response = records(tmp_path / snapshot.file)
    assert [info.kind, request.kind, response.kind] == ["warcinfo", "request", "response"]
    assert response.header("WARC-Concurrent-To") == request.header("WARC-Record-ID")
    for stored in (request, response):
        assert stored.header("WARC-Warcinfo-ID") == info.header("WARC-Record-ID")
        assert stored.header("WARC-Block-Digest").startswith("sha256:")
        assert stored.header("WARC-Payload-Digest").startswith("sha256:")
        assert stored.header("WARC-Date") == "2026-11-21T19:06:00.123456Z"


def test_warcio_check_finds_nothing_wrong(tmp_path: Path, archive: Archive) -> None:
    archive.record(exchange())
    archive.record(exchange(b"", status=204))
    snapshot = archive.record(exchange(packed(b"<x/>"), headers=(("Content-Encoding", "gzip"),)))
    done = warcio("check", "-v", str(tmp_path / snapshot.file))
    assert done.returncode == 0, done.stdout
    assert done.stdout.count(b"digest pass") == 7
    assert b"failed" not in done.stdout


@pytest.mark.parametrize(("coding", "code"), [("gzip", gzip.compress), ("deflate", zlib.compress)])
def test_what_warcio_extracts_has_the_digest_that_the_snapshot_cites(
    tmp_path: Path, archive: Archive, coding: str, code: Callable[[bytes], bytes]
) -> None:
    snapshot = archive.record(exchange(code(b"<x/>" * 99), headers=(("Content-Encoding", coding),)))
    response = list(records(tmp_path / snapshot.file))[-1]
    done = warcio("extract", "--payload", str(tmp_path / snapshot.file), str(response.offset))
    assert sha256(done.stdout).hexdigest() == snapshot.sha256


def test_warcio_reads_each_record_from_a_member_of_its_own(tmp_path: Path, archive: Archive) -> None:
    snapshot = archive.record(exchange())
    with (tmp_path / snapshot.file).open("rb") as stream:
        assert [record.rec_type for record in ArchiveIterator(stream)] == ["warcinfo", "request", "response"]


def test_a_full_file_is_followed_by_the_next(tmp_path: Path) -> None:
    with new(tmp_path, max_bytes=1) as archive:
        files = [archive.record(exchange()).file for _ in range(3)]
    assert files == [f"semax-ssri-pubmed-01J-0000{number}.warc.gz" for number in (1, 2, 3)]
    assert all(about(tmp_path / file)["run"] == "01J" for file in files)


def test_a_file_that_is_there_already_is_never_written_to(tmp_path: Path, archive: Archive) -> None:
    there = tmp_path / "semax-ssri-pubmed-01J-00001.warc.gz"
    there.write_bytes(b"somebody's")
    with pytest.raises(ArchiveError, match="expected to begin"):
        archive.record(exchange())
    assert there.read_bytes() == b"somebody's"


# --- content codings


@pytest.mark.parametrize(
    ("coding", "coded"),
    [
        ("gzip", packed(b"<x/>")),
        ("x-gzip", packed(b"<x/>")),
        ("gzip", packed(b"<x") + packed(b"/>")),
        ("deflate", zlib.compress(b"<x/>")),
        ("deflate", zlib.compress(b"<x/>", wbits=-15)),
        ("br", brotli.compress(b"<x/>")),
        ("deflate, GZIP", packed(zlib.compress(b"<x/>"))),
        ("identity", b"<x/>"),
    ],
)
def test_a_coded_body_is_stored_as_received_and_read_back_decoded(
    tmp_path: Path, archive: Archive, coding: str, coded: bytes
) -> None:
    snapshot = archive.record(exchange(coded, headers=(("Content-Encoding", coding),)))
    assert list(records(tmp_path / snapshot.file))[-1].payload == coded
    found = read_snapshot(tmp_path, snapshot.file, snapshot.record, sha256_hex=snapshot.sha256)
    assert found.body == b"<x/>"
    assert found.header("content-encoding") == ""
    assert found.header("content-length") == "4"
    assert snapshot.sha256 == sha256(b"<x/>").hexdigest()


@pytest.mark.parametrize("coded", [packed(b"<x/>" * 99)[:-9], b"not gzip", b"\x1f\x8b"])
def test_a_body_that_its_coding_does_not_fit_is_its_own_content(tmp_path: Path, archive: Archive, coded: bytes) -> None:
    snapshot = archive.record(exchange(coded, headers=(("Content-Encoding", "gzip"),)))
    assert read_snapshot(tmp_path, snapshot.file, snapshot.record).body == coded
    assert snapshot.sha256 == sha256(coded).hexdigest()


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", packed(b"a" * 999)[:-1]),
        ("deflate", b"\x00"),
        ("br", brotli.compress(b"a" * 999)[:-1]),
        ("br", b"\xff\xff\xff\xff"),
        ("zstd", b""),
    ],
)
def test_a_cut_or_unknown_coding_is_damage(coding: str, body: bytes) -> None:
    with pytest.raises(BodyDamaged, match="expected"):
        decode(coding, body)


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br"])
def test_a_decompression_bomb_is_damage(monkeypatch: pytest.MonkeyPatch, coding: str) -> None:
    monkeypatch.setattr("harvest.archive.coding.LIMIT", 1000)
    bomb = {"gzip": packed, "deflate": zlib.compress, "br": brotli.compress}[coding](b"a" * 5_000_000)
    with pytest.raises(BodyTooLarge, match="expected less than 1000 bytes"):
        decode(coding, bomb)


def test_a_bomb_in_many_members_is_damage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harvest.archive.coding.LIMIT", 1000)
    with pytest.raises(BodyTooLarge):
        decode("gzip", packed(b"a" * 400) * 4)


def test_a_stream_of_many_small_members_costs_one_pass_and_is_damage_where_they_are_too_many() -> None:
    member = packed(b"a")
    assert decode("gzip", member * MEMBERS) == b"a" * MEMBERS
    with pytest.raises(BodyDamaged, match="at most 4096 gzip members"):
        decode("gzip", member * (MEMBERS + 1) + b"\0" * (8 << 20))


def test_a_body_coded_over_and_over_again_is_damage_before_anything_is_undone() -> None:
    body = b"text"
    for _ in range(3):
        body = packed(body)
    assert decode("gzip, gzip, gzip", body) == b"text"
    with pytest.raises(BodyDamaged, match="at most 3 content codings"):
        decode(", ".join(["gzip"] * 4), packed(body))


def test_a_header_with_octets_beyond_ascii_is_stored_percent_encoded(archive: Archive, tmp_path: Path) -> None:
    headers = (("Server", "caf\xe9"), ("X-\xff", "plain"), ("Location", "http://[/"))
    kept = archive.record(exchange(headers=headers))
    stored = dict(read_snapshot(tmp_path, kept.file, kept.record).headers)
    assert (stored["Server"], stored["X-%FF"], stored["Location"]) == ("caf%E9", "plain", "redacted")


def test_a_replay_tells_what_came_by_http_from_what_came_by_https(tmp_path: Path) -> None:
    with new(tmp_path) as made:
        for scheme in ("https", "http"):
            made.record(
                exchange(scheme.encode(), method="GET", url=f"{scheme}://a.example/robots.txt", request_body=b"")
            )
    replay = Replay(tmp_path)
    bodies = []
    for url in ("http://a.example/robots.txt", "https://a.example/robots.txt"):
        answer = replay.answer("GET", url)
        assert answer is not None
        bodies.append(answer.exchange.body)
    assert bodies == [b"http", b"https"]


# --- secrets


def test_no_byte_of_a_key_reaches_any_file(tmp_path: Path) -> None:
    other = "t0ken-of-another-service"
    headers = (
        ("Authorization", f"Bearer {other}"),
        ("X-Api-Key", KEY),
        ("Cookie", f"session={KEY}"),
        ("Proxy-Authorization", f"Basic {other}"),
        ("Referer", f"{URL}?api_key={KEY}"),
        ("User-Agent", f"harvest/0.1 (mailto:{MAIL}) {KEY}"),
    )
    with new(tmp_path, secrets=(KEY,)) as archive:
        archive.record(
            exchange(
                json.dumps({"error": "API key invalid", "api-key": KEY, "seen": f"Bearer {other}"}).encode(),
                url=f"https://me:{KEY}@host.example/a?db=pubmed&api_key={KEY}&email={MAIL}&api%5Fkey={KEY}#{KEY}",
                request_body=f"term=Semax&api_key={KEY}&tool=harvest&email={MAIL}&x={KEY}".encode(),
                status=400,
                headers=(
                    ("Set-Cookie", f"ncbi_sid={KEY}"),
                    ("Location", f"/next?email={MAIL}&api_key={KEY}&page=2"),
                    ("X-Echo", f"{KEY} for {MAIL}"),
                ),
                request_headers=headers,
            )
        )
    stored = everything(tmp_path)
    for secret in (KEY, other, MAIL, "operator%40example.org", "tool=harvest"):
        assert secret.encode() not in stored
        assert all(secret.encode() not in file.read_bytes() for file in tmp_path.iterdir())
    assert b"/next?page=2" in stored
    assert b"\r\n\r\nterm=Semax&x=redacted" in stored


def test_a_key_that_no_one_named_is_found_by_its_parameter(tmp_path: Path, archive: Archive) -> None:
    archive.record(exchange(f"you sent {KEY}".encode(), request_body=f"api_key={KEY}".encode()))
    assert KEY.encode() not in everything(tmp_path)


def test_a_key_in_a_compressed_answer_is_struck_out(tmp_path: Path, archive: Archive) -> None:
    body = packed(f'{{"api-key":"{KEY}"}}'.encode())
    snapshot = archive.record(exchange(body, headers=(("Content-Encoding", "gzip"),), status=429))
    response = list(records(tmp_path / snapshot.file))[-1]
    assert response.payload == b'{"api-key":"redacted"}'
    assert response.header("X-Harvest-Redacted") == "api-key"
    assert snapshot.sha256 == sha256(response.payload).hexdigest()


def test_the_address_in_a_rate_limit_answer_is_struck_out_and_the_record_says_so(
    tmp_path: Path, archive: Archive
) -> None:
    body = b'{"error":"API rate limit exceeded","api-key":"203.0.113.7","count":"4","limit":"3"}'
    snapshot = archive.record(exchange(body, status=429))
    found = read_snapshot(tmp_path, snapshot.file, snapshot.record, sha256_hex=snapshot.sha256)
    assert found.body == body.replace(b"203.0.113.7", b"redacted")
    assert list(records(tmp_path / snapshot.file))[-1].header("X-Harvest-Redacted") == "api-key"


def test_an_answer_without_secrets_is_byte_true_and_not_marked(tmp_path: Path, archive: Archive) -> None:
    body = f"<Affiliation>{MAIL}</Affiliation>".encode()
    snapshot = archive.record(exchange(body, request_body=f"email={MAIL}&api_key={KEY}&id=1".encode()))
    response = list(records(tmp_path / snapshot.file))[-1]
    assert response.payload == body
    assert response.header("X-Harvest-Redacted") == ""


def test_a_header_cannot_begin_a_line_of_its_own(tmp_path: Path, archive: Archive) -> None:
    snapshot = archive.record(exchange(headers=(("X-A", "1\r\nX-B: 2"),)))
    assert read_snapshot(tmp_path, snapshot.file, snapshot.record).headers == (("X-A", "1 X-B: 2"),)


def test_an_exchange_shows_no_url_and_no_body() -> None:
    shown = repr(exchange(url=f"{URL}?api_key={KEY}", request_body=KEY.encode()))
    assert KEY not in shown
    assert "eutils" not in shown


# --- synthetic answers


def test_a_synthetic_archive_marks_itself_and_every_snapshot(tmp_path: Path) -> None:
    with new(tmp_path, synthetic=True) as archive:
        snapshot = archive.record(exchange())
    assert snapshot.synthetic
    assert about(tmp_path / snapshot.file)["synthetic"] == "yes"
    assert Replay(tmp_path).synthetic


def test_an_answer_of_an_emulator_is_synthetic_and_its_neighbour_is_not(tmp_path: Path, archive: Archive) -> None:
    made = archive.record(exchange(headers=(("x-emulator", "pubmed"),)))
    real = archive.record(exchange())
    assert (made.synthetic, real.synthetic) == (True, False)
    replay = Replay(tmp_path)
    answers = [replay.answer("POST", URL, b"db=pubmed&term=Semax") for _ in range(2)]
    assert [answer.snapshot for answer in answers if answer] == [made, real]
    assert replay.synthetic


# --- replay


def test_a_repeated_request_gets_the_next_answer_and_then_none(tmp_path: Path, archive: Archive) -> None:
    snapshots = [archive.record(exchange(body, status=status)) for body, status in ((b"slow down", 429), (b"ok", 200))]
    replay = Replay(tmp_path)
    answers = [replay.answer("POST", URL, b"db=pubmed&term=Semax") for _ in range(3)]
    assert [answer and answer.snapshot for answer in answers] == [*snapshots, None]
    assert [answer.exchange.body for answer in answers if answer] == [b"slow down", b"ok"]
    assert replay.started == STARTED
    assert not replay.synthetic


def test_an_unknown_request_has_no_answer(tmp_path: Path, archive: Archive) -> None:
    archive.record(exchange())
    assert Replay(tmp_path).answer("POST", URL, b"db=pubmed&term=Cortexin") is None


def test_files_of_a_folder_are_replayed_in_the_order_of_their_names(tmp_path: Path) -> None:
    for run in ("01K", "01J"):
        with new(tmp_path, name=f"t-p-{run}") as archive:
            archive.record(exchange(run.encode()))
    replay = Replay(tmp_path)
    answers = [replay.answer("POST", URL, b"db=pubmed&term=Semax") for _ in range(2)]
    assert [answer.exchange.body for answer in answers if answer] == [b"01J", b"01K"]


def test_another_host_is_answered_unless_the_recording_knows_it(tmp_path: Path, archive: Archive) -> None:
    for host in ("a.example", "b.example"):
        archive.record(exchange(host.encode(), method="GET", url=f"https://{host}/robots.txt", request_body=b""))
    archive.record(exchange(method="GET", url="https://c.example/page", request_body=b""))
    replay = Replay(tmp_path)
    bodies = [
        answer and answer.exchange.body
        for answer in (
            replay.answer("GET", f"https://{host}/robots.txt")
            for host in ("b.example", "b.example", "c.example", "127.0.0.1:8080")
        )
    ]
    assert bodies == [b"b.example", None, None, b"a.example"]


def test_a_torn_last_record_is_reported_and_the_others_are_used(tmp_path: Path, archive: Archive) -> None:
    whole = archive.record(exchange(b"whole"))
    size = (tmp_path / whole.file).stat().st_size
    torn = archive.record(exchange(b"torn"))
    file = tmp_path / whole.file
    full = file.read_bytes()
    for end in range(size + 1, len(full), 17):
        file.write_bytes(full[:end])
        replay = Replay(file)
        first = replay.answer("POST", URL, b"db=pubmed&term=Semax")
        assert first is not None
        assert first.snapshot == whole
        assert read_snapshot(tmp_path, whole.file, whole.record).body == b"whole"
        with pytest.raises(ArchiveError, match="expected"):
            read_snapshot(tmp_path, torn.file, torn.record)
    assert "expected a whole record at byte" in replay.torn[0]


@pytest.mark.parametrize("tail", [b"\0" * 512, b"garbage"])
def test_a_tail_that_is_no_record_is_reported(tmp_path: Path, archive: Archive, tail: bytes) -> None:
    snapshot = archive.record(exchange())
    with (tmp_path / snapshot.file).open("ab") as stream:
        stream.write(tail)
    replay = Replay(tmp_path)
    assert len(replay.torn) == 1
    assert replay.answer("POST", URL, b"db=pubmed&term=Semax") is not None


def test_an_empty_folder_is_no_recording(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match=r"expected \*\.warc\.gz files"):
        Replay(tmp_path)


def test_a_file_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="No such file"):
        Replay(tmp_path / "gone.warc.gz")


# --- when two requests ask the same


def test_who_asks_does_not_change_what_is_asked() -> None:
    plain = request_key("POST", URL, b"db=pubmed&term=Semax")
    assert request_key("POST", URL, f"term=Semax&api_key={KEY}&db=pubmed&tool=h&email={MAIL}".encode()) == plain
    assert request_key("GET", "http://127.0.0.1:8080/entrez/eutils/esearch.fcgi?db=pubmed&term=Semax") == plain
    assert request_key("POST", f"{URL}?db=pubmed", b"term=Semax&mailto=x") == plain


@pytest.mark.parametrize(
    "other",
    [
        ("POST", URL, b"db=pubmed&term=Semax&retstart=20"),
        ("POST", URL, b"db=pubmed&term=Semax&term=Semax"),
        ("POST", URL.replace("esearch", "efetch"), b"db=pubmed&term=Semax"),
        ("HEAD", f"{URL}?db=pubmed&term=Semax", b""),
        ("POST", URL, b"db=pubmed&term="),
        ("POST", URL, b"db=pubmed&term=\xff"),
    ],
)
def test_another_question_has_another_key(other: tuple[str, str, bytes]) -> None:
    assert request_key(*other) != request_key("POST", URL, b"db=pubmed&term=Semax")


@given(st.binary(max_size=80))
def test_any_body_has_a_key(body: bytes) -> None:
    assert request_key("POST", URL, body) == request_key("POST", URL, body)


# --- looking up a snapshot


def test_a_file_that_is_gone_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match=r"expected to read .*gone\.warc\.gz, got: No such file or directory"):
        read_snapshot(tmp_path, "gone.warc.gz", "urn:uuid:0")


def test_a_record_that_is_gone_is_one_line(tmp_path: Path, archive: Archive) -> None:
    file = archive.record(exchange()).file
    with pytest.raises(ArchiveError, match="expected record urn:uuid:0 in"):
        read_snapshot(tmp_path, file, "urn:uuid:0")


def test_another_body_than_the_cited_one_is_refused(tmp_path: Path, archive: Archive) -> None:
    snapshot = archive.record(exchange())
    with pytest.raises(ArchiveError, match="expected SHA-256 0000"):
        read_snapshot(tmp_path, snapshot.file, snapshot.record, sha256_hex="0" * 64)


def test_a_record_altered_under_its_own_digest_is_refused(tmp_path: Path, archive: Archive) -> None:
    snapshot = archive.record(exchange(b"mice"))
    info, request, response = (
        packed(member)
        for member in everything(tmp_path).replace(b"\r\n\r\nmice", b"\r\n\r\nmen!").split(b"WARC/1.1\r\n")[1:]
    )
    del info, request
    altered = packed(b"WARC/1.1\r\n" + gzip.decompress(response))
    (tmp_path / snapshot.file).write_bytes(altered)
    with pytest.raises(ArchiveError, match="digest failed"):
        read_snapshot(tmp_path, snapshot.file, snapshot.record)


@pytest.mark.parametrize("name", ["../secret.warc.gz", "/etc/passwd", ""])
def test_a_name_that_leads_out_of_the_folder_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ArchiveError, match="expected the name of a file"):
        read_snapshot(tmp_path, name, "urn:uuid:0")


def test_a_member_that_is_no_record_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.warc.gz").write_bytes(packed(b"hello\r\n"))
    with pytest.raises(ArchiveError, match="expected a WARC record at byte 0"):
        Replay(tmp_path)


# --- files that somebody else wrote


def rewritten(folder: Path, old: bytes, now: bytes, count: int = -1) -> Path:
    """An archive of one exchange whose records were changed; digests that no longer hold are taken out."""
    with new(folder) as made:
        file = folder / made.record(exchange(b"mice")).file
    whole = re.sub(rb"WARC-(Payload|Block)-Digest: \S+\r\n", b"", gzip.decompress(file.read_bytes()))
    _, info, request, response = whole.split(b"WARC/1.1\r\n")
    changed = response.replace(old, now, count)
    assert changed != response
    file.write_bytes(b"".join(packed(b"WARC/1.1\r\n" + member) for member in (info, request, changed)))
    return file


def place(file: Path) -> int:
    """At which byte the last record begins."""
    return list(records(file))[-1].offset


def refusal(file: Path) -> str:
    """The one line with which a file is refused, whoever reads it."""
    said = set()
    for read in (lambda: [pair.exchange() for pair in pairs(file)], lambda: Replay(file)):
        with pytest.raises(ArchiveError) as caught:
            read()
        said.add(re.sub(r"urn:uuid:[-0-9a-f]{36}", "ID", caught.value.message.replace(str(file), "FILE")))
    (one,) = said
    assert "\n" not in one
    return one


@pytest.mark.parametrize(
    ("old", "now", "said"),
    [
        (b"2026-11-21T19:06:00.123456Z", b"yesterday", "expected a WARC-Date in UTC in record ID, got 'yesterday'"),
        (
            b"2026-11-21T19:06:00.123456Z",
            b"2026-11-21T19:06:00",
            "expected a WARC-Date in UTC in record ID, got '2026-11-21T19:06:00'",
        ),
        (
            b"2026-11-21T19:06:00.123456Z",
            b"2026-11-21T19:06:00+01:00",
            "expected a WARC-Date in UTC in record ID, got '2026-11-21T19:06:00+01:00'",
        ),
        (b" 200 OK", b" aaaaaa", "expected an HTTP status in record ID, got 'aaaaaa'"),
        (b"https://eutils", b"https://[eutils", f"expected a WARC-Target-URI in record ID, got '{URL[:8]}[{URL[8:]}'"),
    ],
)
def test_a_record_that_says_what_cannot_be_is_refused(tmp_path: Path, old: bytes, now: bytes, said: str) -> None:
    assert refusal(rewritten(tmp_path, old, now)) == said


def test_a_message_repeats_the_beginning_of_a_value(tmp_path: Path) -> None:
    said = refusal(rewritten(tmp_path, b"2026-11-21T19:06:00.123456Z", b"x" * 1000))
    assert said == f"expected a WARC-Date in UTC in record ID, got '{'x' * 80}'"


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (b"Content-Length: 99999999999999999999", "a Content-Length of '99999999999999999999' in "),
        (b"Content-Length: " + b"9" * 5000, f"a Content-Length of '{'9' * 80}' in "),
        (b"Content-Length: -5", "a Content-Length of '-5' in "),
        (b"Content-Length: \xc2\xb2", "a Content-Length of '\xb2' in "),
        (b"X-Length: 5", "a Content-Length of None in "),
    ],
)
def test_a_record_of_another_length_than_it_says_is_refused(tmp_path: Path, length: bytes, said: str) -> None:
    file = rewritten(tmp_path, b"Content-Length: 47", length, 1)
    assert re.match(rf"expected a WARC record at byte \d+ of FILE, got: {re.escape(said)}", refusal(file))


def test_a_record_that_ends_before_its_length_is_refused(tmp_path: Path) -> None:
    file = rewritten(tmp_path, b"Content-Length: 47", b"Content-Length: 52", 1)
    assert refusal(file).endswith("got: less than the 52 bytes of its Content-Length")


def test_a_record_may_fill_the_whole_of_what_is_behind_its_headers(tmp_path: Path) -> None:
    file = rewritten(tmp_path, b"Content-Length: 47", b"Content-Length: 51", 1)
    assert list(records(file))[-1].payload == b"mice\r\n\r\n"


def test_a_record_without_an_address_is_refused(tmp_path: Path) -> None:
    assert "expected a WARC record at byte" in refusal(rewritten(tmp_path, b"WARC-Target-URI", b"WARC-Other"))


@pytest.mark.parametrize("digest", [b"nonsense", b"md17:AAAA", b"shake_128:AAAA", b"sha256:\xc3\xa9"])
def test_a_record_with_a_digest_that_is_none_is_refused(tmp_path: Path, digest: bytes) -> None:
    file = rewritten(tmp_path, b"WARC-Type", b"WARC-Payload-Digest: " + digest + b"\r\nWARC-Type")
    assert "expected a WARC record at byte" in refusal(file)


def test_what_is_said_of_a_record_that_is_none_is_one_short_line(tmp_path: Path) -> None:
    (tmp_path / "x.warc.gz").write_bytes(packed(b"hello\rthere" * 1000))
    said = refusal(tmp_path / "x.warc.gz")
    assert "hello there" in said
    assert len(said) < 400


def test_an_empty_member_is_no_record(tmp_path: Path) -> None:
    (tmp_path / "x.warc.gz").write_bytes(packed(b""))
    assert refusal(tmp_path / "x.warc.gz") == "expected a WARC record at byte 0 of FILE, got: nothing"


@pytest.mark.parametrize("missing", [0, 1])
def test_a_record_unpacks_to_so_much_and_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, missing: int) -> None:
    file = rewritten(tmp_path, b"WARC-Type", b"X-Long: " + b"y" * 200_000 + b"\r\nWARC-Type")
    last = place(file)
    largest = len(gzip.decompress(file.read_bytes()[last:]))
    monkeypatch.setattr("harvest.archive.reader.LARGEST", largest - missing)
    if missing:
        assert refusal(file) == f"expected at most {largest - 1} bytes in a record, got more at byte {last} of FILE"
    else:
        assert [pair.exchange().body for pair in pairs(file)] == [b"mice"]


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    with (tmp_path / "x.warc.gz").open("wb") as stream:
        for _ in range(300):
            stream.write(packer.compress(bytes(1 << 20)))
        stream.write(packer.flush())
    assert refusal(tmp_path / "x.warc.gz") == (
        f"expected at most {257 << 20} bytes in a record, got more at byte 0 of FILE"
    )


@pytest.mark.parametrize("line", [b"X-Long: y\r\n", b" folded\r\n", b"X" * 999 + b"\r\n"])
def test_headers_without_an_end_are_refused(tmp_path: Path, line: bytes) -> None:
    file = rewritten(tmp_path, b"WARC-Type", line * (1 + (1 << 20) // len(line)) + b"WARC-Type")
    assert refusal(file).endswith("got: more than 1048576 bytes of headers")


def test_many_headers_are_read(tmp_path: Path) -> None:
    file = rewritten(tmp_path, b"WARC-Type", b"X-Long: y\r\n" * ((1 << 19) // 11) + b"WARC-Type")
    assert [pair.exchange().body for pair in pairs(file)] == [b"mice"]


@pytest.mark.parametrize(
    "changes",
    [
        {"body": b"x" * 1001},
        {"request_body": b"x" * 1001},
        {"headers": (("X-Long", "y" * 600),)},
        {"url": "https://example.org/" + "y" * 300},
    ],
)
def test_what_no_reader_would_take_is_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changes: dict[str, object]
) -> None:
    monkeypatch.setattr("harvest.archive.record.BODY", 1000)
    monkeypatch.setattr("harvest.archive.record.HEADERS", 1000)
    with new(tmp_path) as made:
        kept = made.record(exchange(b"x" * 1000, request_body=b"x" * 1000))
        with pytest.raises(ArchiveError, match=r"expected at most 1000 bytes and 500 of headers, got \d+ and \d+"):
            made.record(exchange(**changes))  # type: ignore[arg-type]  # the test names the fields
    assert [pair.record for pair in pairs(tmp_path / kept.file)] == [kept.record]


def test_a_request_belongs_to_the_answer_behind_it(tmp_path: Path) -> None:
    file = rewritten(tmp_path, b"WARC-Concurrent-To: <urn", b"WARC-Concurrent-To: <other")
    (pair,) = pairs(file)
    assert (pair.request, pair.exchange().method, pair.exchange().request_body) == (None, "GET", b"")


def test_a_file_that_cannot_be_read_on_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Failing:
        def __enter__(self) -> Self:
            return self

        def __exit__(self, *_: object) -> None:
            pass

        def seek(self, _: int) -> None:
            raise OSError(5, "Input/output error")

    monkeypatch.setattr(Path, "open", lambda *_: Failing())
    with pytest.raises(ArchiveError, match=r"expected to read .*x, got: Input/output error"):
        list(records(tmp_path / "x"))


@pytest.mark.parametrize("started", [b"yesterday", b"2026-11-21T19:06:00", b"2026-11-21T19:06:00+01:00"])
def test_a_recording_whose_start_is_no_moment_in_utc_is_refused(tmp_path: Path, started: bytes) -> None:
    file = tmp_path / "x.warc.gz"
    block = b"started: " + started + b"\r\n"
    head = b"WARC/1.1\r\nWARC-Type: warcinfo\r\nContent-Length: %d\r\n\r\n" % len(block)
    file.write_bytes(packed(head + block + b"\r\n\r\n"))
    with pytest.raises(ArchiveError) as caught:
        Replay(file)
    assert caught.value.message == f"expected the start of {file} in UTC, got {started.decode()!r}"


# --- a disk that fails


def test_a_full_disk_is_one_line_and_leaves_the_file_whole(
    tmp_path: Path, archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    snapshot = archive.record(exchange(b"before"))
    written = os.write

    def full(descriptor: int, content: memoryview) -> int:
        monkeypatch.setattr("os.write", no_space)
        return written(descriptor, content[:40])

    def no_space(descriptor: int, content: memoryview) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.write", full)
    with pytest.raises(ArchiveError, match="No space left on device; free some space and run again"):
        archive.record(exchange())
    monkeypatch.setattr("os.write", written)
    with pytest.raises(ArchiveError, match="could not be written before"):
        archive.record(exchange())
    replay = Replay(tmp_path)
    assert replay.torn == ()
    assert read_snapshot(tmp_path, snapshot.file, snapshot.record).body == b"before"


def test_a_process_killed_while_it_writes_leaves_at_most_a_torn_last_record(tmp_path: Path) -> None:
    script = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from harvest.archive import Archive, Exchange
now = datetime(2026, 11, 21, tzinfo=UTC)
with Archive(Path(sys.argv[1]), name="t-p-r", started=now, software="harvest") as archive:
    while True:
        snapshot = archive.record(Exchange("GET", "https://a.example/x", b"", 200, "OK", (), b"x" * 4000, now))
        print(snapshot.record, flush=True)
"""
    with subprocess.Popen([sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        acknowledged = [writer.stdout.readline().strip() for _ in range(20)]
        writer.kill()
        acknowledged += [line.strip() for line in writer.stdout.read().splitlines(keepends=True) if line.endswith("\n")]
    replay = Replay(tmp_path)
    stored = []
    while answer := replay.answer("GET", "https://a.example/x"):
        stored.append(answer.snapshot.record)
    assert stored[: len(acknowledged)] == acknowledged
    assert len(replay.torn) <= 1
