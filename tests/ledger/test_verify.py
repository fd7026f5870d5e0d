"""What verification finds, and what it cannot: each row of the format's table, and each verdict."""

import base64
import fcntl
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harvest.ledger import Depth, Divergence, Entry, Verdict, entries, verify
from harvest.ledger.checkpoint import Checkpoint, read_checkpoint
from harvest.ledger.inspection import _up_to
from harvest.ledger.leaf import NO_LEAF, leaf
from harvest.ledger.line import encode
from harvest.ledger.merkle import tree_root
from harvest.ledger.note import Signer
from tests.ledger.room import FIRST_RUN, ORIGIN, SECOND_RUN, Room

THIRD_RUN = "01J00000000000000000000003"


def chained(stored: list[Entry]) -> list[bytes]:
    """Lines numbered and linked anew: what a forger with time but without the key can write."""
    raws: list[bytes] = []
    prev = NO_LEAF
    for seq, entry in enumerate(stored):
        raws.append(encode(entry._replace(seq=seq, prev=prev)))
        prev = leaf(raws[-1]).hex()
    return raws


def extended(room: Room, *added: tuple[str, str, dict[str, Any]]) -> None:
    """Adds well-chained lines (run, type, body) without signing them."""
    stored = list(entries(room.path))
    room.put(chained([*stored, *(stored[-1]._replace(run=run, type=name, body=body) for run, name, body in added)]))


def signed(room: Room, signer: Signer, count: int | None = None) -> bytes:
    leaves = [leaf(raw) for raw in room.stored()][:count]
    return Checkpoint(ORIGIN, len(leaves), tree_root(leaves)).sign(signer)


def divergence(room: Room, *, only_deep: bool = False, **options: Any) -> Divergence:
    """Where a broken ledger is found broken: in the same place at every depth, or by a deep look alone."""
    report = room.verify(depth=Depth.DEEP, **options)
    assert (report.verdict, report.exit_code) == (Verdict.BROKEN, 1)
    assert room.verify(**options).first_divergence == (None if only_deep else report.first_divergence)
    assert report.first_divergence
    return report.first_divergence


def offset_of(room: Room, line: int) -> int:
    return len(b"".join(room.stored()[: line - 1]))


def test_a_finished_and_sealed_ledger_is_valid(crawled: Room) -> None:
    report = crawled.verify()
    assert (report.verdict, report.exit_code) == (Verdict.VALID, 0)
    assert (report.entries, report.sealed, report.unsealed, report.kept_head) == (6, 6, 0, True)
    assert report.types == {"ledger": 1, "run-started": 1, "source": 3, "run-finished": 1}
    assert report.origin == ORIGIN
    assert report.root == base64.b64encode(tree_root([leaf(raw) for raw in crawled.stored()])).decode()
    assert set(report.heads) == {
        "kept head of 6 entries",
        "checkpoint of 6 entries",
        "history of checkpoints of 6 entries",
    }


# --- attacks, row by row ---------------------------------------------------------------------------------------


def test_a_flipped_bit_anywhere_is_found_in_its_line(crawled: Room) -> None:
    stored = crawled.stored()
    for number, raw in enumerate(stored):
        for place in range(0, len(raw), 3):
            changed = bytearray(raw)
            changed[place] ^= 1 << (place % 8)
            crawled.put([*stored[:number], bytes(changed), *stored[number + 1 :]])
            assert divergence(crawled).line == number + 1, changed
    crawled.put(stored)
    assert crawled.verify().exit_code == 0


def test_a_changed_word_is_reported_with_line_offset_and_both_leaves(crawled: Room) -> None:
    stored = crawled.stored()
    changed = stored[3].replace(b'"s2"', b'"s9"')
    crawled.put([*stored[:3], changed, *stored[4:]])
    assert divergence(crawled) == Divergence(
        4,
        len(b"".join(stored[:3])),
        f"leaf {leaf(stored[3]).hex()} as line 5 names it",
        f"leaf {leaf(changed).hex()}",
    )


def test_a_changed_link_is_found_in_the_line_that_bears_it(crawled: Room) -> None:
    stored = crawled.stored()
    for number in range(1, 6):
        link = stored[number][stored[number].index(b'"prev":"') + 8 :][:64]
        changed = stored[number].replace(link, link[::-1])
        crawled.put([*stored[:number], changed, *stored[number + 1 :]])
        assert divergence(crawled).line == number + 1


def test_a_changed_genesis_link_is_found(crawled: Room) -> None:
    stored = crawled.stored()
    crawled.put([stored[0].replace(b'"prev":"0', b'"prev":"1'), *stored[1:]])
    assert divergence(crawled).line == 1


def test_a_link_into_a_line_that_is_itself_broken_is_reported_where_it_shows(crawled: Room) -> None:
    stored = crawled.stored()
    crawled.put([stored[0], stored[1].replace(b"pubmed", b"pubmod"), stored[2], b"?\n", *stored[4:]])
    assert divergence(crawled).line == 3


def test_an_inserted_line_is_found(crawled: Room) -> None:
    stored = crawled.stored()
    crawled.put([*stored[:3], stored[2], *stored[3:]])
    assert divergence(crawled) == Divergence(4, offset_of(crawled, 4), "seq 3", "seq 2")


def test_a_deleted_line_is_found(crawled: Room) -> None:
    stored = crawled.stored()
    crawled.put([*stored[:3], *stored[4:]])
    assert divergence(crawled) == Divergence(4, offset_of(crawled, 4), "seq 3", "seq 4")


def test_reordered_lines_are_found(crawled: Room) -> None:
    stored = crawled.stored()
    crawled.put([*stored[:2], stored[3], stored[2], *stored[4:]])
    assert divergence(crawled).line == 3


def test_a_changed_last_line_is_found_by_the_root_of_the_checkpoint(crawled: Room) -> None:
    stored = crawled.stored()
    crawled.put([*stored[:-1], stored[-1].replace(b"complete", b"complote")])
    at = divergence(crawled)
    assert at.line == 6
    assert "root" in at.expected


def test_a_respelt_last_line_is_found_by_the_root(crawled: Room) -> None:
    stored = crawled.stored()
    crawled.put([*stored[:-1], stored[-1].replace(b"complete", b"complet\\u0065")])
    assert "root" in divergence(crawled).expected


@pytest.mark.parametrize(
    "respell",
    [
        lambda raw: raw[:-1] + b"\r\n",
        lambda raw: b"\xef\xbb\xbf" + raw,
        lambda raw: b"\n" + raw,
        lambda raw: raw.replace(b":", b": ", 1),
        lambda raw: raw[:-1],
    ],
)
def test_crlf_bom_blank_line_white_space_and_missing_lf_are_found_by_the_line_rules(
    crawled: Room, respell: Callable[[bytes], bytes]
) -> None:
    stored = crawled.stored()
    crawled.put([*stored[:-1], respell(stored[-1])])
    assert divergence(crawled).line == 6


def test_a_time_that_goes_back_is_found(room: Room) -> None:
    room.open().close()
    stored = list(entries(room.path))
    early = stored[0]._replace(type="source", time="2026-11-21T19:05:59.000000Z", body={})
    room.put(chained([*stored, early]))
    assert divergence(room).expected == f"a time not before {stored[0].time}"


def test_a_cut_tail_is_found_by_the_kept_head(crawled: Room) -> None:
    stored = crawled.stored()
    crawled.beside("checkpoint").unlink()
    crawled.beside("checkpoints").unlink()
    for kept in range(1, 6):
        crawled.put(stored[:kept])
        at = divergence(crawled)
        assert (at.line, at.offset) == (kept + 1, len(b"".join(stored[:kept])))
        assert at.expected == "6 entries as in the kept head"
    crawled.put([])
    assert divergence(crawled).found == "an empty file"


def test_a_cut_tail_without_a_kept_head_is_found_by_a_checkpoint_that_somebody_kept(
    crawled: Room, tmp_path: Path
) -> None:
    kept = tmp_path / "from-a-friend"
    kept.write_bytes(crawled.beside("checkpoint").read_bytes())
    for suffix in ("checkpoint", "checkpoints"):
        crawled.beside(suffix).unlink()
    assert verify(crawled.path, state=None, against=kept).exit_code == 0
    crawled.put(crawled.stored()[:4])
    report = verify(crawled.path, state=None, against=kept)
    assert report.exit_code == 1
    assert str(kept) in str(report.first_divergence)


def test_an_older_copy_of_ledger_and_checkpoints_is_found_by_the_kept_head(crawled: Room) -> None:
    old = {path: path.read_bytes() for path in crawled.path.parent.iterdir()}
    crawled.crawl(SECOND_RUN)
    for path, content in old.items():
        path.write_bytes(content)
    assert divergence(crawled).expected == "11 entries as in the kept head"


def test_a_removed_ledger_is_unreadable(crawled: Room) -> None:
    crawled.path.unlink()
    report = crawled.verify()
    assert (report.verdict, report.exit_code) == (Verdict.UNREADABLE, 3)
    assert "no such file" in report.lines()[0]


def test_forged_lines_above_the_last_checkpoint_are_reported_as_unsealed(crawled: Room) -> None:
    extended(crawled, (SECOND_RUN, "source", {"sid": "s4"}))
    report = crawled.verify()
    assert (report.exit_code, report.sealed, report.unsealed) == (2, 6, 1)
    assert "unsealed: 1 entry above the newest signed head" in report.lines()


def test_a_rewrite_without_the_key_is_found_by_root_and_by_signature(crawled: Room) -> None:
    stored = list(entries(crawled.path))
    stored[3] = stored[3]._replace(body=stored[3].body | {"title": "another"})
    crawled.put(chained(stored))
    assert "root" in divergence(crawled).expected
    forger = Signer(ORIGIN, bytes(32))
    for path in (crawled.head, crawled.beside("checkpoint"), crawled.beside("checkpoints")):
        path.write_bytes(signed(crawled, forger))
    assert "a signature by" in divergence(crawled).expected


def test_a_rewrite_with_the_forgers_own_genesis_is_found_by_the_kept_head(crawled: Room) -> None:
    forger = Signer(ORIGIN, bytes(32))
    stored = list(entries(crawled.path))
    stored[0] = stored[0]._replace(body=stored[0].body | {"vkey": str(forger.verifier)})
    crawled.put(chained(stored))
    for suffix in ("checkpoint", "checkpoints"):
        crawled.beside(suffix).write_bytes(signed(crawled, forger))
    assert divergence(crawled).expected.endswith("in the kept head")
    assert verify(crawled.path, state=None).exit_code == 0  # what it cannot show without one


def test_a_rewrite_with_the_key_is_found_by_somebody_elses_checkpoint_and_by_the_history(
    crawled: Room, tmp_path: Path
) -> None:
    kept = tmp_path / "kept"
    kept.write_bytes(crawled.beside("checkpoint").read_bytes())
    signer = crawled.keys.signer(ORIGIN)
    assert signer
    stored = list(entries(crawled.path))
    stored[3] = stored[3]._replace(body=stored[3].body | {"title": "another"})
    crawled.put(chained(stored))
    for path in (crawled.head, crawled.beside("checkpoint")):
        path.write_bytes(signed(crawled, signer))
    assert "history of checkpoints" in divergence(crawled).expected
    crawled.beside("checkpoints").unlink()
    assert crawled.verify().exit_code == 0
    assert divergence(crawled, against=kept).line == 6


def test_a_line_from_another_ledger_is_found(crawled: Room, tmp_path: Path) -> None:
    other = Room(tmp_path / "other")
    other.crawl()
    stored = crawled.stored()
    crawled.put([*stored[:3], other.stored()[3], *stored[4:]])
    assert divergence(crawled).line == 4
    extended_by = other.stored()
    crawled.put([*stored, *extended_by[6:], extended_by[5]])
    assert divergence(crawled).line == 7


def test_a_replayed_line_is_found(crawled: Room) -> None:
    crawled.put([*crawled.stored(), crawled.stored()[3]])
    assert divergence(crawled).expected == "seq 6"


def test_an_exchanged_ledger_of_another_origin_is_found_where_the_origin_is_known(
    crawled: Room, tmp_path: Path
) -> None:
    other = Room(tmp_path / "other")
    other.open(origin="example.org/other").close()
    for path in other.path.parent.iterdir():
        path.replace(crawled.path.parent / path.name)
    assert divergence(crawled, origin=ORIGIN) == Divergence(1, 0, f"origin {ORIGIN}", "origin example.org/other")


def test_records_left_out_of_the_accounts_are_found(crawled: Room) -> None:
    counts = {"found": 9, "included": 1, "excluded": 1, "duplicate": 1, "known": 1, "failed": 1}
    extended(crawled, (SECOND_RUN, "run-started", {}), (SECOND_RUN, "run-finished", {"providers": {"pubmed": counts}}))
    at = divergence(crawled)
    assert at.line == 8
    assert at.expected.startswith("9 found for pubmed to be 1 included + 1 excluded")
    assert at.found == "5"


def test_a_missing_end_of_a_run_is_reported_with_what_its_entries_add_up_to(crawled: Room) -> None:
    added = [(SECOND_RUN, name, {}) for name in ("run-started", "source", "source", "failed")]
    extended(crawled, *added, (THIRD_RUN, "run-started", {}), (THIRD_RUN, "run-started", {}))
    report = crawled.verify()
    assert report.exit_code == 2
    assert [(run.run, run.line, run.counts) for run in report.interrupted] == [
        (SECOND_RUN, 7, {"source": 2, "failed": 1}),
        (THIRD_RUN, 11, {}),
    ]
    said = "\n".join(report.lines())
    assert f"interrupted: run {SECOND_RUN}, begun in line 7, has no run-finished (1 failed, 2 source)" in said
    assert "(no entries)" in said


def test_an_interrupted_run_that_is_sealed_is_still_not_finished(room: Room) -> None:
    with room.open() as ledger:
        with ledger.batch() as batch:
            batch.append("run-started", {})
        ledger.seal()
    report = room.verify()
    assert (report.unsealed, report.exit_code) == (0, 2)


def test_an_entry_after_the_end_of_its_run_is_found(crawled: Room) -> None:
    extended(crawled, (FIRST_RUN, "source", {"sid": "s4"}))
    at = divergence(crawled)
    assert (at.line, at.found) == (7, "one of type source")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, "an object of providers"),
        ({"providers": []}, "an object of providers"),
        ({"providers": {"pubmed": 1}}, "an account of pubmed"),
        ({"providers": {"pubmed": {"found": "1", "included": 1}}}, "a count of found for pubmed"),
        ({"providers": {"pubmed": {"found": True, "included": 1}}}, "a count of found for pubmed"),
        ({"providers": {"pubmed": {"found": 0, "included": 1, "known": -1}}}, "a count of known for pubmed"),
    ],
)
def test_accounts_that_are_none_are_found(crawled: Room, body: dict[str, Any], expected: str) -> None:
    extended(crawled, (SECOND_RUN, "run-finished", body))
    assert expected in divergence(crawled).expected


def test_counters_that_a_skipped_provider_leaves_out_are_zero(crawled: Room) -> None:
    extended(crawled, (SECOND_RUN, "run-finished", {"providers": {"reddit": {"outcome": "skipped"}}}))
    assert crawled.verify().exit_code == 2


# --- erasable content ------------------------------------------------------------------------------------------


def content_room(crawled: Room, *, redacted: bool) -> Path:
    """A ledger with one erasable content; the path of its file."""
    stored = json.dumps(["c2FsdA", {"title": "what somebody wrote"}]).encode()
    commitment = base64.urlsafe_b64encode(hashlib.sha256(stored).digest()).decode().rstrip("=")
    path = crawled.folder / "content" / "semax-ssri" / f"{commitment}.json"
    with crawled.open(SECOND_RUN) as ledger:
        path.parent.mkdir(parents=True)
        path.write_bytes(stored)
        with ledger.batch() as batch:
            seq = batch.append("source", {"content": {"commitment": commitment, "fields": ["title"]}})
            if redacted:
                batch.append("redaction", {"seq": seq, "reason": "asked"})
        ledger.seal()
    return path


def test_content_that_is_there_and_matches_is_valid(crawled: Room) -> None:
    content_room(crawled, redacted=False)
    assert crawled.verify(depth=Depth.DEEP).first_divergence is None


def test_content_that_was_erased_and_redacted_is_valid(crawled: Room) -> None:
    content_room(crawled, redacted=True).unlink()
    assert crawled.verify(depth=Depth.DEEP).first_divergence is None


def test_content_that_is_gone_without_redaction_is_lost(crawled: Room) -> None:
    content_room(crawled, redacted=False).unlink()
    at = divergence(crawled, only_deep=True)
    assert (at.line, at.offset) == (7, offset_of(crawled, 7))
    assert "lost" in at.found


def test_content_that_is_there_after_redaction_is_not_erased(crawled: Room) -> None:
    content_room(crawled, redacted=True)
    assert "not erased" in divergence(crawled, only_deep=True).found


def test_content_that_differs_is_altered(crawled: Room) -> None:
    content_room(crawled, redacted=False).write_bytes(b"[]")
    assert "altered" in divergence(crawled, only_deep=True).found


def test_content_is_found_from_within_the_ledgers_folder(crawled: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    content_room(crawled, redacted=False)
    monkeypatch.chdir(crawled.path.parent)
    report = verify(Path(crawled.path.name), state=crawled.state, depth=Depth.DEEP)
    assert report.first_divergence is None


def test_a_commitment_never_leads_out_of_the_content_folder(crawled: Room) -> None:
    extended(crawled, (SECOND_RUN, "source", {"content": {"commitment": "../../ledgers/semax-ssri", "fields": []}}))
    assert "43 base64url digits" in divergence(crawled, only_deep=True).expected


# --- heads -----------------------------------------------------------------------------------------------------


def test_without_a_kept_head_the_rest_is_still_checked_and_the_report_says_so(crawled: Room) -> None:
    crawled.head.unlink()
    for report in (crawled.verify(), verify(crawled.path, state=None)):
        assert (report.exit_code, report.kept_head) == (0, False)
        assert any(line.startswith("no kept head") for line in report.lines())


def test_without_any_checkpoint_all_entries_are_unsealed(crawled: Room) -> None:
    for suffix in ("checkpoint", "checkpoints"):
        crawled.beside(suffix).unlink()
    report = verify(crawled.path, state=None)
    assert (report.exit_code, report.unsealed) == (2, 6)


@pytest.mark.parametrize("name", ["head", "checkpoint", "against"])
def test_a_head_that_is_no_checkpoint_breaks_the_ledger_it_vouches_for(
    crawled: Room, tmp_path: Path, name: str
) -> None:
    against = tmp_path / "against"
    against.write_bytes(crawled.head.read_bytes())
    {"head": crawled.head, "checkpoint": crawled.beside("checkpoint"), "against": against}[name].write_bytes(b"?\n")
    at = divergence(crawled, against=against)
    assert (at.line, at.offset) == (0, 0)
    assert str(at).startswith("expected a checkpoint in the ")


def test_a_checkpoint_of_another_origin_is_none_of_this_ledger(crawled: Room, tmp_path: Path) -> None:
    signer = crawled.keys.signer(ORIGIN)
    assert signer
    checkpoint, _ = read_checkpoint(crawled.head.read_bytes())
    against = tmp_path / "against"
    against.write_bytes(replace(checkpoint, origin="example.org/other").sign(signer))
    assert divergence(crawled, against=against).expected.startswith("origin example.org/other")


def test_a_kept_head_of_the_empty_tree_agrees_with_any_ledger_of_its_key(crawled: Room) -> None:
    signer = crawled.keys.signer(ORIGIN)
    assert signer
    crawled.head.write_bytes(signed(crawled, signer, 0))
    assert crawled.verify().exit_code == 0
    crawled.head.write_bytes(signed(crawled, Signer(ORIGIN, bytes(32)), 0))
    assert divergence(crawled).expected.startswith("a signature by")


def test_torn_and_foreign_notes_in_the_history_prove_nothing(crawled: Room) -> None:
    history = crawled.beside("checkpoints")
    foreign = Checkpoint(ORIGIN, 3, bytes(32)).sign(Signer(ORIGIN, bytes(32)))
    unreadable = foreign.replace(b"\n3\n", b"\n03\n")
    beyond = Checkpoint(ORIGIN, 99, bytes(32)).sign(Signer(ORIGIN, bytes(32)))
    history.write_bytes(history.read_bytes() + foreign + unreadable + beyond + b"torn")
    assert crawled.verify().exit_code == 0


def test_a_file_that_cannot_be_read_is_unreadable(crawled: Room, tmp_path: Path) -> None:
    fifo = tmp_path / "pipe"
    os.mkfifo(fifo)
    for path in (fifo, tmp_path):
        assert verify(path, state=None).exit_code == 3
    report = crawled.verify(against=tmp_path / "absent")
    assert report.exit_code == 3
    head = crawled.head
    head.unlink()
    head.mkdir()
    assert crawled.verify().exit_code == 3


@pytest.mark.parametrize(
    "changes",
    [{"nonce": "short"}, {"nonce": 1}, {"origin": None}, {"vkey": "?"}, {"origin": "example.org/other"}],
)
def test_a_genesis_that_names_no_key_no_nonce_or_no_origin_is_none(crawled: Room, changes: dict[str, Any]) -> None:
    stored = list(entries(crawled.path))
    stored[0] = stored[0]._replace(body=stored[0].body | changes)
    crawled.put(chained(stored))
    at = verify(crawled.path, state=None).first_divergence
    assert at
    assert at.line == 1


def test_a_first_line_that_is_no_genesis_is_refused(crawled: Room) -> None:
    crawled.put(chained(list(entries(crawled.path))[1:]))
    assert divergence(crawled) == Divergence(1, 0, "a genesis of type ledger", "type run-started")


def test_unknown_types_are_verified_and_counted_apart(crawled: Room) -> None:
    with crawled.open(SECOND_RUN) as ledger:
        with ledger.batch() as batch:
            batch.append("dreamt", {})
        ledger.seal()
    report = crawled.verify()
    assert (report.exit_code, report.unknown_types) == (0, {"dreamt": 1})
    assert "dreamt" not in report.types
    assert "unknown type dreamt: 1 entry, chain checked, meaning not" in report.lines()


# --- the report and the pass itself ----------------------------------------------------------------------------


def test_the_report_is_plain_json(crawled: Room) -> None:
    good = json.loads(json.dumps(crawled.verify().as_json()))
    assert (good["exit_code"], good["verdict"], good["first_divergence"]) == (0, "valid", None)
    extended(crawled, (SECOND_RUN, "run-started", {}))
    assert crawled.verify().as_json()["interrupted"] == [{"run": SECOND_RUN, "line": 7, "counts": {}}]
    crawled.put([*crawled.stored(), b"?\n"])
    assert crawled.verify().as_json()["first_divergence"]["line"] == 8


def test_the_first_line_for_people_says_the_verdict(crawled: Room) -> None:
    assert crawled.verify().lines()[0] == f"{crawled.path}: valid, 6 entries read"
    crawled.put([*crawled.stored()[:2], b"?\n"])
    said = crawled.verify().lines()
    assert said[0] == f"{crawled.path}: BROKEN, 2 entries read"
    assert said[1].startswith("first divergence: line 3, byte ")
    crawled.put([b"?\n"])
    assert "first divergence: line 1, byte 0: expected a JSON object" in crawled.verify(origin=ORIGIN).lines()[1]


def test_a_fault_above_the_sealed_entries_says_that_those_hold(crawled: Room) -> None:
    crawled.put([*crawled.stored(), b"torn"])
    assert "sealed and whole: the first 6 entries" in crawled.verify().lines()


def test_progress_is_told_in_bytes(room: Room) -> None:
    with room.open() as ledger, ledger.batch() as batch:
        for _ in range(40):
            batch.append("source", {"abstract": "x" * 60_000})
    told: list[tuple[int, int]] = []

    def tell(done: int, total: int) -> None:
        told.append((done, total))

    verify(room.path, state=room.state, progress=tell)
    assert len(told) == 3
    assert told == sorted(told)
    assert all(0 < done <= total == room.path.stat().st_size for done, total in told)


def test_what_is_appended_during_the_pass_is_not_looked_at(crawled: Room) -> None:
    with crawled.path.open("rb") as stream:
        size = crawled.path.stat().st_size
        assert b"".join(_up_to(stream, size - 5)) == crawled.path.read_bytes()[:-5]
        stream.seek(0)
        assert list(_up_to(stream, len(crawled.stored()[0]))) == crawled.stored()[:1]
        stream.seek(0)
        assert list(_up_to(stream, 0)) == []


def test_verification_works_where_files_cannot_be_locked(crawled: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(37, "no locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)
    assert crawled.verify().exit_code == 0


def test_verifying_imports_nothing_heavy() -> None:
    heavy = "{'pydantic', 'scrapy', 'twisted', 'lxml', 'typer', 'rich'}"
    code = f"import sys, harvest.ledger; print(sorted({heavy} & sys.modules.keys()))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_example_in_the_reference_verifies_and_is_what_we_would_write(tmp_path: Path) -> None:
    reference = (Path(__file__).parents[2] / "docs" / "reference" / "ledger-format.md").read_text()
    ledger = reference.split("```jsonl\n")[1].split("```")[0]
    checkpoint = reference.split("```checkpoint\n")[1].split("```")[0]
    path = tmp_path / "demo.jsonl"
    path.write_text(ledger)
    path.with_suffix(".checkpoint").write_text(checkpoint)
    report = verify(path, state=None)
    assert (report.exit_code, report.entries) == (0, 4)
    assert b"".join(encode(entry) for entry in entries(path)) == path.read_bytes()
    signer = Signer("example.org/evidence/demo", bytes(range(32)))
    assert read_checkpoint(checkpoint.encode())[0].sign(signer) == checkpoint.encode()


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_whatever_bytes_are_put_in_any_file_verification_answers_and_never_calls_a_changed_ledger_whole(
    crawled: Room, data: st.DataObject
) -> None:
    files = [crawled.path, crawled.head, crawled.beside("checkpoint"), crawled.beside("checkpoints")]
    good = [path.read_bytes() for path in files]
    number = data.draw(st.integers(0, 3))
    start = data.draw(st.integers(0, len(good[number])))
    end = data.draw(st.integers(start, len(good[number])))
    changed = good[number][:start] + data.draw(st.binary(max_size=40)) + good[number][end:]
    files[number].write_bytes(changed)
    try:
        code = crawled.verify().exit_code
    finally:
        files[number].write_bytes(good[number])
    history_alone = number == 3
    if changed == good[number] or history_alone:
        assert code == 0
    elif number == 0 and changed.startswith(good[0]):
        assert code in (1, 2)
    else:
        assert code == 1


def test_an_adoption_that_the_kept_head_does_not_know_seals_nothing(crawled: Room) -> None:
    forger = Signer(ORIGIN, bytes(32))
    extended(crawled, (SECOND_RUN, "adopted", {"vkey": str(forger.verifier), "reason": "none"}))
    crawled.beside("checkpoint").write_bytes(signed(crawled, forger))
    report = crawled.verify()
    assert (report.verdict, report.unsealed) == (Verdict.UNFINISHED, 1)
    assert "does not know of this adoption" in report.notices[1]
    crawled.head.write_bytes(signed(crawled, forger))
    assert crawled.verify().verdict == Verdict.VALID


def test_a_second_genesis_is_none(crawled: Room) -> None:
    genesis = next(iter(entries(crawled.path)))
    extended(crawled, (SECOND_RUN, "ledger", genesis.body))
    assert divergence(crawled).line == 7


def test_a_head_of_another_origin_is_found_in_the_first_line_whatever_its_size(crawled: Room) -> None:
    checkpoint, _ = read_checkpoint(crawled.head.read_bytes())
    stranger = Signer("example.org/other", bytes(32))
    crawled.beside("checkpoint").write_bytes(replace(checkpoint, origin="example.org/other", size=99).sign(stranger))
    assert divergence(crawled).line == 1
