"""One look at a ledger: where it is said to break, what it is told on the way, and how it is cut in pieces."""

import base64
import os
from itertools import accumulate, pairwise
from pathlib import Path

import pytest

from harvest.errors import LedgerError
from harvest.ledger import Depth, Divergence, entries, verify
from harvest.ledger import swift as swift_way
from harvest.ledger.anchor import Anchor
from harvest.ledger.inspection import Inspection
from harvest.ledger.leaf import leaf
from harvest.ledger.note import Signer, Verifier
from harvest.ledger.swift import swiftly
from tests.ledger.room import ORIGIN, SECOND_RUN, Room
from tests.ledger.test_keys import adopt
from tests.ledger.test_verify import chained, signed


def changed(raw: bytes) -> bytes:
    """The same line, said otherwise."""
    return raw.replace(b'"body":{', b'"body":{"a":1,', 1).replace(b",}", b"}", 1)


def fault(room: Room) -> Divergence:
    report = room.verify()
    assert report.first_divergence
    return report.first_divergence


def altered(room: Room, *places: int) -> list[bytes]:
    """The lines with some of them changed, as they are put in place of the ledger's."""
    stored = room.stored()
    lines = [changed(raw) if place in places else raw for place, raw in enumerate(stored)]
    room.put(lines)
    return stored


def named(stored: list[bytes], place: int) -> Divergence:
    """A changed line is the one at fault, as the line after it names it."""
    offset = len(b"".join(stored[:place]))
    expected = f"leaf {leaf(stored[place]).hex()} as line {place + 2} names it"
    return Divergence(place + 1, offset, expected, f"leaf {leaf(changed(stored[place])).hex()}")


@pytest.mark.parametrize("place", [1, 2, 3])
def test_a_changed_line_is_blamed_if_the_one_after_the_next_bears_the_next_out(crawled: Room, place: int) -> None:
    stored = altered(crawled, place)
    assert fault(crawled) == named(stored, place)


def test_a_changed_line_before_the_last_is_blamed_if_a_head_over_both_bears_the_last_out(crawled: Room) -> None:
    stored = altered(crawled, 4)
    assert fault(crawled) == named(stored, 4)


def test_a_changed_line_before_the_last_is_blamed_where_no_head_is_over_both(room: Room) -> None:
    room.crawl(seal=False)
    stored = altered(room, 4)
    assert fault(room) == named(stored, 4)


def test_of_two_changed_lines_the_second_is_blamed_for_the_link_it_bears(crawled: Room) -> None:
    for first in (1, 4):
        stored = altered(crawled, first, first + 1)
        at = fault(crawled)
        assert at.line == first + 2
        assert at.expected == f"prev {leaf(changed(stored[first])).hex()}"
        crawled.put(stored)


def test_a_line_before_one_that_cannot_be_read_is_blamed_for_the_link_it_bears(crawled: Room) -> None:
    stored = altered(crawled, 2)
    lines = crawled.stored()
    crawled.put([*lines[:4], b"?\n"])
    at = fault(crawled)
    assert (at.line, at.found) == (4, f"prev {leaf(stored[2]).hex()}")


# --- what is read and told -----------------------------------------------------------------------------------------


def inspection(room: Room, **options: bool) -> Inspection:
    head = Anchor.parse("kept head", room.head.read_bytes())
    return Inspection(room.path, origin=ORIGIN, heads=[head], kept=None, **options)


def test_what_is_appended_beyond_the_size_is_not_looked_at(crawled: Room) -> None:
    ends = [0, *accumulate(map(len, crawled.stored()))]
    look = Inspection(crawled.path, origin=ORIGIN, heads=[], kept=None)
    with crawled.path.open("rb") as stream:
        for lines in (2, 4):
            stream.seek(look.chain.offset)
            look.read(stream, ends[lines], None)
            assert (look.chain.tree.size, look.chain.offset) == (lines, ends[lines])


def test_a_line_that_goes_beyond_the_size_is_cut_there(crawled: Room) -> None:
    ends = list(accumulate(map(len, crawled.stored())))
    for size in (ends[2] + 1, ends[3] - 1):
        look = Inspection(crawled.path, origin=ORIGIN, heads=[], kept=None)
        with crawled.path.open("rb") as stream, pytest.raises(LedgerError, match=r"line 4, .*a line that ends with LF"):
            look.read(stream, size, None)


def test_fewer_bytes_than_there_were_are_no_end(crawled: Room) -> None:
    size = crawled.path.stat().st_size
    look = inspection(crawled)
    with crawled.path.open("rb") as stream, pytest.raises(LedgerError) as caught:
        look.read(stream, size + 9, None)
    assert str(caught.value) == f"expected {size + 9} readable bytes, got an end after {size}"


def test_progress_is_told_whenever_so_many_bytes_more_were_read(crawled: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    ends = list(accumulate(map(len, crawled.stored())))
    monkeypatch.setattr("harvest.ledger.inspection._TELL_EVERY", ends[1])
    told: list[tuple[int, int]] = []
    with crawled.path.open("rb") as stream:
        inspection(crawled).read(stream, ends[-1], lambda done, of: told.append((done, of)))
    expected, last = [], 0
    for end in ends:
        if end - last >= ends[1]:
            last = end
            expected.append((end, ends[-1]))
    assert told == expected
    assert told[0] == (ends[1], ends[-1])


def test_an_empty_ledger_names_neither_origin_nor_key(room: Room) -> None:
    room.path.parent.mkdir()
    room.path.touch()
    report = room.verify()
    assert (report.origin, report.vkey, report.entries) == ("", "", 0)
    assert report.first_divergence == Divergence(1, 0, "a genesis of type ledger", "an empty file")


def test_a_contradiction_above_the_head_is_told_once(crawled: Room) -> None:
    with crawled.open(SECOND_RUN) as ledger, ledger.batch() as batch:
        for _ in range(3):
            batch.append("failed", {"provider": "p", "keys": []})
        batch.append("review", {"sid": "s9", "reviewer": "r", "decision": "d"})
        batch.append("failed", {"provider": "p", "keys": []})
    offset = len(b"".join(crawled.stored()[:9]))
    found = [at for at in crawled.verify(depth=Depth.DEEP).contradictions if at.line > 6]
    assert found == [Divergence(10, offset, "sid to be a source before", "s9")]


def test_an_adoption_that_the_kept_head_does_not_know_is_told_with_its_place(crawled: Room) -> None:
    head = crawled.head.read_bytes()
    stranger = Signer(ORIGIN, bytes(32))
    stored = list(entries(crawled.path))
    adopted = stored[-1]._replace(run=SECOND_RUN, type="adopted", body={"reason": "r", "vkey": str(stranger.verifier)})
    crawled.put(chained([*stored, adopted]))
    crawled.beside("checkpoint").write_bytes(signed(crawled, stranger))
    assert crawled.head.read_bytes() == head
    report = crawled.verify()
    first, second = report.notices
    assert first.startswith("line 7: adopted, its key or kept head was gone (r): a cut or an exchange before it")
    known = "line 7: the kept head of 6 entries does not know of this adoption"
    assert second == f"{known}: what the adopted key signed counts as unsealed"
    assert (report.exit_code, report.sealed, report.unsealed) == (2, 6, 1)


def test_a_note_that_the_history_repeats_is_checked_once(crawled: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    history = crawled.beside("checkpoints")
    history.write_bytes(history.read_bytes() * 50)
    checked: list[str] = []
    holds = Verifier._holds

    def counted(verifier: Verifier, text: bytes, signature: bytes) -> bool:
        checked.append(text.decode())
        return holds(verifier, text, signature)

    monkeypatch.setattr(Verifier, "_holds", counted)
    report = crawled.verify()
    assert report.exit_code == 0
    assert len(checked) < 10


# --- in pieces -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("share", [1, 200, 300, 700, 5_000])
@pytest.mark.parametrize("begin", [0, 2])
def test_a_ledger_is_cut_where_lines_end_and_no_sooner_than_it_must(
    crawled: Room, monkeypatch: pytest.MonkeyPatch, share: int, begin: int
) -> None:
    monkeypatch.setattr(swift_way, "WORTH_A_PROCESS", 1)
    monkeypatch.setattr(swift_way, "PIECE", share)
    ends = [0, *accumulate(map(len, crawled.stored()))]
    pieces = list(swift_way._pieces(crawled.path, ends[begin], ends[-1], 1))
    assert (pieces[0][0], pieces[-1][1]) == (ends[begin], ends[-1])
    assert all(before[1] == after[0] for before, after in pairwise(pieces))
    equal = -(-(ends[-1] - ends[begin]) // -(-(ends[-1] - ends[begin]) // share))
    for first, end in pieces:
        assert end == next(place for place in ends if place >= min(first + equal, ends[-1]))


@pytest.mark.parametrize("processes", [1, 2, 3])
def test_no_process_is_left_with_more_pieces_than_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, processes: int
) -> None:
    monkeypatch.setattr(swift_way, "WORTH_A_PROCESS", 1)
    monkeypatch.setattr(swift_way, "PIECE", 64)
    ledger = tmp_path / "lines"
    for lines in (1_000, 64 * processes, 64 * processes + 1, 65 * processes):
        ledger.write_bytes(b"\n" * lines)
        lengths = [end - begin for begin, end in swift_way._pieces(ledger, 0, lines, processes)]
        assert sum(lengths) == lines
        assert max(lengths) <= 64
        assert len(lengths) == processes * -(-lines // (64 * processes))
        assert min(lengths) > max(lengths) - len(lengths)


@pytest.mark.parametrize("begin", [0, 2])
@pytest.mark.parametrize("processes", [1, 2, 3, 4])
def test_each_process_has_its_share_of_what_is_left_up_to_the_end_of_a_line(
    crawled: Room, monkeypatch: pytest.MonkeyPatch, processes: int, begin: int
) -> None:
    monkeypatch.setattr(swift_way, "WORTH_A_PROCESS", 1)
    ends = [0, *accumulate(map(len, crawled.stored()))]
    share = -(-(ends[-1] - ends[begin]) // processes)
    first, *_ = swift_way._pieces(crawled.path, ends[begin], ends[-1], processes)
    assert first == (ends[begin], next(end for end in ends if end >= min(ends[begin] + share, ends[-1])))


@pytest.mark.parametrize(("processes", "worth", "count"), [(1, 1, 1), (2, 1, 2), (3, 1, 3), (3, 100_000, 1)])
def test_each_process_has_about_as_much_to_read_if_it_is_worth_a_process(
    crawled: Room, monkeypatch: pytest.MonkeyPatch, processes: int, worth: int, count: int
) -> None:
    monkeypatch.setattr(swift_way, "WORTH_A_PROCESS", worth)
    size = crawled.path.stat().st_size
    pieces = list(swift_way._pieces(crawled.path, 0, size, processes))
    assert len(pieces) == count
    longest = max(map(len, crawled.stored()))
    assert all(end - first <= size // processes + 1 + longest for first, end in pieces) or count == 1


def test_no_bytes_are_no_piece(crawled: Room) -> None:
    assert list(swift_way._pieces(crawled.path, 5, 5, 2)) == []


def sealed(room: Room, times: list[str]) -> None:
    """The ledger with other times, well chained and signed: what only somebody with the key can write."""
    stored = [entry._replace(time=time) for entry, time in zip(entries(room.path), times, strict=True)]
    room.put(chained(stored))
    room.head.write_bytes(signed(room, Signer(ORIGIN, room.key.read_bytes())))
    for suffix in ("checkpoint", "checkpoints"):
        room.beside(suffix).unlink()


@pytest.mark.parametrize("share", [1, 500, 100_000])
@pytest.mark.parametrize(
    ("seconds", "accepted"),
    [([1, 1, 1, 1, 1, 1], True), ([1, 2, 3, 4, 5, 6], True), ([1, 2, 3, 2, 5, 6], False), ([2, 1, 3, 3, 3, 3], False)],
)
def test_time_never_goes_back_from_one_piece_to_the_next(
    crawled: Room, monkeypatch: pytest.MonkeyPatch, share: int, seconds: list[int], *, accepted: bool
) -> None:
    sealed(crawled, [f"2026-11-21T19:06:0{second}.000000Z" for second in seconds])
    monkeypatch.setattr(swift_way, "WORTH_A_PROCESS", 1)
    monkeypatch.setattr(swift_way, "PIECE", share)
    size = crawled.path.stat().st_size
    assert swiftly(inspection(crawled), size, processes=1, progress=None) is accepted
    assert (crawled.verify().first_divergence is None) is accepted


def test_progress_is_told_after_each_piece(crawled: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(swift_way, "WORTH_A_PROCESS", 1)
    monkeypatch.setattr(swift_way, "PIECE", 1)
    told: list[tuple[int, int]] = []
    ends = list(accumulate(map(len, crawled.stored())))
    assert swiftly(inspection(crawled), ends[-1], processes=1, progress=lambda *said: told.append(said))
    assert told == [(end, ends[-1]) for end in ends]


def test_no_more_is_told_to_be_read_than_the_newest_head_covers(crawled: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[int, int]] = []
    sealed = crawled.path.stat().st_size
    crawled.crawl(SECOND_RUN, seal=False)
    ends = list(accumulate(map(len, crawled.stored())))
    monkeypatch.setattr(swift_way, "WORTH_A_PROCESS", 1)
    for share, expected in ((1, [*ends[:6], *[sealed] * 5]), (ends[6], [sealed, sealed]), (ends[-1], [sealed])):
        monkeypatch.setattr(swift_way, "PIECE", share)
        told.clear()
        assert swiftly(inspection(crawled), ends[-1], processes=1, progress=lambda *said: told.append(said))
        assert told == [(read, ends[-1]) for read in expected]


def test_a_deep_look_in_pieces_finds_the_same_in_each(
    crawled: Room, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    whole = crawled.verify(depth=Depth.DEEP)
    assert whole.contradictions
    monkeypatch.setattr(swift_way, "PIECE", 1)
    assert crawled.verify(depth=Depth.DEEP) == whole


def test_what_no_head_covers_is_left_to_the_slow_way_however_the_ledger_is_cut(
    crawled: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    with crawled.open(SECOND_RUN) as ledger:
        with ledger.batch() as batch:
            batch.append("run-started", {"spider": "pubmed"})
            batch.append("failed", {})
            batch.append("failed", {})
        ledger.rotate()
        with ledger.batch() as batch:
            batch.append("failed", {})
            batch.append("failed", {})
    whole = crawled.verify()
    assert (whole.entries, whole.sealed, whole.first_divergence) == (12, 10, None)
    assert dict(whole.interrupted[0].counts) == {"failed": 4, "key-rotated": 1}
    for share in (1, 500, 1_500):
        monkeypatch.setattr(swift_way, "PIECE", share)
        assert crawled.verify() == whole
        assert swiftly(inspection(crawled), crawled.path.stat().st_size, processes=1, progress=None)


@pytest.mark.parametrize("share", [1, 500, 100_000])
def test_lines_that_a_key_signed_but_that_do_not_link_are_not_accepted(
    crawled: Room, monkeypatch: pytest.MonkeyPatch, share: int
) -> None:
    altered(crawled, 3)
    crawled.head.write_bytes(signed(crawled, Signer(ORIGIN, crawled.key.read_bytes())))
    monkeypatch.setattr(swift_way, "WORTH_A_PROCESS", 1)
    monkeypatch.setattr(swift_way, "PIECE", share)
    assert not swiftly(inspection(crawled), crawled.path.stat().st_size, processes=1, progress=None)


def test_fewer_lines_than_the_head_asks_for_are_not_accepted(crawled: Room) -> None:
    look = inspection(crawled)
    crawled.put(crawled.stored()[:4])
    assert not swiftly(look, crawled.path.stat().st_size, processes=1, progress=None)


def test_a_genesis_alone_is_accepted(room: Room) -> None:
    room.open().close()
    assert swiftly(inspection(room), room.path.stat().st_size, processes=1, progress=None)


def test_two_processes_accept_what_one_does(crawled: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(swift_way, "WORTH_A_PROCESS", 1)
    assert swiftly(inspection(crawled), crawled.path.stat().st_size, processes=2, progress=None)


def test_there_are_as_many_cores_as_the_process_may_use(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: {1, 2, 3} if process == 0 else {1})
    assert swift_way.cores() == 3
    monkeypatch.delattr(os, "sched_getaffinity")
    monkeypatch.setattr(os, "cpu_count", lambda: 5)
    assert swift_way.cores() == 5
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert swift_way.cores() == 1


def test_nobody_need_be_told_of_progress(crawled: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harvest.ledger.inspection._TELL_EVERY", 1)
    look = inspection(crawled)
    with crawled.path.open("rb") as stream:
        look.read(stream, crawled.path.stat().st_size, None)
    assert look.report(None).entries == 6


def test_an_adopted_ledger_without_a_kept_head_is_told_of_once(crawled: Room) -> None:
    crawled.head.unlink()
    adopt(crawled)
    report = verify(crawled.path, state=None)
    assert (report.exit_code, len(report.notices)) == (0, 1)


# --- runs whose end was not seen -----------------------------------------------------------------------------------


def test_a_head_at_odds_with_the_last_line_calls_no_run_interrupted(crawled: Room) -> None:
    rest = crawled.head.read_bytes().split(b"\n", 3)
    forged = b"\n".join([*rest[:2], rest[2].replace(rest[2][:8], b"AAAAAAAA"), rest[3]])
    against = crawled.folder / "kept-by-somebody"
    against.write_bytes(forged)
    for depth in Depth:
        report = crawled.verify(against=against, depth=depth)
        assert report.first_divergence
        assert (report.exit_code, report.first_divergence.line, report.entries) == (1, 6, 6)
        assert report.interrupted == ()
        assert "interrupted" not in "\n".join(report.lines())


def test_a_signature_that_does_not_hold_calls_no_run_interrupted(crawled: Room) -> None:
    crawled.beside("checkpoint").write_bytes(signed(crawled, Signer(ORIGIN, bytes(32))))
    report = crawled.verify()
    assert report.first_divergence
    assert (report.first_divergence.found, report.interrupted) == ("none that verifies", ())


def test_where_lines_were_changed_or_cut_off_no_run_is_called_interrupted(crawled: Room) -> None:
    stored = crawled.stored()
    altered(crawled, 3)
    assert (crawled.verify().exit_code, crawled.verify().interrupted) == (1, ())
    crawled.put(stored[:4])
    assert (crawled.verify().exit_code, crawled.verify().interrupted) == (1, ())


def test_a_run_is_interrupted_whatever_is_wrong_beside_a_ledger_that_was_read_to_its_end(crawled: Room) -> None:
    missing = base64.urlsafe_b64encode(bytes(32)).decode().rstrip("=")
    with crawled.open(SECOND_RUN) as ledger:
        with ledger.batch() as batch:
            batch.append("run-started", {"spider": "pubmed"})
            batch.append("source", {"content": {"commitment": missing, "fields": ["title"]}})
        ledger.seal()
    report = crawled.verify(depth=Depth.DEEP)
    assert report.first_divergence
    assert (report.first_divergence.line, [run.run for run in report.interrupted]) == (8, [SECOND_RUN])
    assert [run.run for run in crawled.verify().interrupted] == [SECOND_RUN]
