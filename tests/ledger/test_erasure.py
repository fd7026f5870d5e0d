"""Redaction: files, then lines, then the signed head; whatever is interrupted is ended by the next opening."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from harvest.errors import LedgerError, UsageError, WriteFailed
from harvest.ledger import (
    REASONS,
    ContentStore,
    Depth,
    Json,
    Ledger,
    LineRefused,
    Report,
    Verifier,
    entries,
    prove,
)
from harvest.ledger.durable import remove, sync_folder
from tests.ledger.killing import Killed, Power, killed_at
from tests.ledger.room import FIRST_RUN, SECOND_RUN, Room
from tests.torture.scale import said, scaled

WORDS = "the words that somebody wrote of themselves"
OTHER = "what somebody else wrote"


def contents(room: Room) -> ContentStore:
    return ContentStore.beside(room.path)


def files(room: Room) -> list[str]:
    folder = contents(room).folder
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


def source(number: int) -> dict[str, Json]:
    """What a line says of a source whose text lies beside the ledger."""
    key = f"trialposts:{number}"
    labels = {"screening": "compound-only", "evidence": "anecdotal"}
    return {"sid": f"s{number}", "key": key, "keys": [key], "provider": "trialposts", **labels}


def posted(room: Room, *words: str, run: str = FIRST_RUN) -> list[int]:
    """A sealed ledger with a source for each text; their numbers."""
    with room.open(run) as ledger:
        with ledger.batch() as batch:
            seqs = [batch.append("source", source(n), content={"title": text}) for n, text in enumerate(words, 1)]
        ledger.seal()
    return seqs


def failing(*_: object, **__: object) -> None:
    raise OSError(5, "Input/output error")


def redact(room: Room, *seqs: int, reason: str = "person-asked", run: str = SECOND_RUN) -> tuple[int, ...]:
    with room.open(run) as ledger:
        return ledger.redact(seqs, reason)


def deep(room: Room) -> Report:
    return room.verify(depth=Depth.DEEP)


def traces(room: Room, words: str) -> list[Path]:
    """Every file under data and state that holds the words, or is named after them."""
    found = (path for path in room.folder.rglob("*") if path.is_file())
    return [path for path in found if words.encode() in path.read_bytes()]


def redactions(room: Room) -> list[int]:
    return [entry.body["seq"] for entry in entries(room.path) if entry.type == "redaction"]


def test_a_line_commits_to_content_that_lies_beside_the_ledger(room: Room) -> None:
    (seq,) = posted(room, WORDS)
    reference = list(entries(room.path))[seq].body["content"]
    assert reference["fields"] == ["title"]
    assert files(room) == [f"{reference['commitment']}.json"]
    assert contents(room).get(reference["commitment"]) == {"title": WORDS}
    assert traces(room, WORDS) == [contents(room).folder / files(room)[0]]
    assert deep(room).exit_code == 0


def test_a_line_that_cannot_be_written_leaves_no_content(room: Room) -> None:
    with room.open() as ledger, ledger.batch() as batch, pytest.raises(LineRefused):
        batch.append("source", {"NOT A KEY": 1}, content={"title": WORDS})
    assert files(room) == []


def test_content_that_no_line_commits_to_is_removed_on_opening_with_copies_of_any(room: Room) -> None:
    posted(room, OTHER)
    (kept,) = files(room)
    orphan = contents(room).put({"title": WORDS})["commitment"]
    for name in (f"{orphan}.json.tmp", f"{kept}.tmp", f"{kept}~"):
        (contents(room).folder / name).write_text(WORDS)
    stranger = contents(room).folder / "README"
    stranger.write_text("not ours")
    room.open(SECOND_RUN).close()
    assert files(room) == sorted([kept, "README"])


def test_redacted_content_is_gone_and_the_ledger_says_so_and_stays_valid(room: Room) -> None:
    first, second = posted(room, WORDS, OTHER)
    line, proof = room.stored()[first], prove(room.path, first, room.head.read_bytes())
    assert redact(room, first) == (first,)
    last = list(entries(room.path))[-1]
    assert (last.type, last.body) == ("redaction", {"reason": "person-asked", "seq": first})
    assert traces(room, WORDS) == []
    assert len(traces(room, OTHER)) == 1
    report = deep(room)
    assert (report.exit_code, report.unsealed) == (0, 0)
    for one in (proof, prove(room.path, first, room.head.read_bytes())):
        one.check(line, Verifier.parse(report.vkey))
    assert redact(room, second, run=FIRST_RUN) == (second,)
    assert (files(room), deep(room).exit_code) == ([], 0)


def test_redacting_again_appends_nothing_and_erases_what_came_back(room: Room) -> None:
    (seq,) = posted(room, WORDS)
    (name,) = files(room)
    stored = (contents(room).folder / name).read_bytes()
    with room.open(SECOND_RUN) as ledger:
        assert ledger.redact([seq, seq], "legal") == (seq,)
        (contents(room).folder / name).write_bytes(stored)
        assert "not erased" in str(deep(room).first_divergence)
        assert ledger.redact([seq], "mistake") == ()
    assert redactions(room) == [seq]
    assert (traces(room, WORDS), deep(room).exit_code) == ([], 0)


def test_a_copy_of_erased_content_that_was_put_back_goes_on_opening(room: Room) -> None:
    (seq,) = posted(room, WORDS)
    (name,) = files(room)
    stored = (contents(room).folder / name).read_bytes()
    redact(room, seq)
    (contents(room).folder / name).write_bytes(stored)
    room.open(FIRST_RUN).close()
    assert (files(room), deep(room).exit_code) == ([], 0)


@pytest.mark.parametrize("number", [0, 2, 3, 99])
def test_a_line_without_content_is_refused_and_nothing_is_erased(room: Room, number: int) -> None:
    (seq,) = posted(room, WORDS)
    with pytest.raises(UsageError, match=f"expected lines with erasable content, got seq {number}, which has none"):
        redact(room, seq, number)
    assert (len(files(room)), redactions(room)) == (1, [])


def test_a_reason_is_one_of_a_closed_set(room: Room) -> None:
    (seq,) = posted(room, WORDS)
    with pytest.raises(UsageError, match=r"expected a reason \(deleted-by-author, .*\), got 'because'"):
        redact(room, seq, reason="because")
    assert len(files(room)) == 1
    assert redact(room, seq, reason=REASONS[-1]) == (seq,)
    assert set(REASONS) == {
        "deleted-by-author", "removed-by-provider", "gone-at-provider", "person-asked", "legal", "mistake",
    }  # fmt: skip


def test_content_that_somebody_deleted_stays_a_loss_whatever_lies_in_the_data(room: Room) -> None:
    posted(room, WORDS)
    (name,) = files(room)
    (contents(room).folder / name).unlink()
    forged = {"lines": [{"commitment": name.removesuffix(".json"), "seq": 1}], "reason": "legal"}
    (contents(room).folder / "redacting").write_text(json.dumps(forged))
    room.open(SECOND_RUN).close()
    assert "lost" in str(deep(room).first_divergence)


@pytest.mark.parametrize("kept", [b"{}", b"[]", b"{", b'{"lines":[{"seq":1}],"reason":"legal"}', None])
def test_an_intention_that_cannot_be_read_stops_the_run_in_one_line(room: Room, kept: bytes | None) -> None:
    posted(room, WORDS)
    intention = room.key.parent / "redacting"
    intention.mkdir() if kept is None else intention.write_bytes(kept)
    with pytest.raises(LedgerError, match="expected an erasure that was begun"):
        room.open(SECOND_RUN)


def test_an_intention_is_read_through_no_link_from_no_pipe_and_up_to_its_most(room: Room) -> None:
    posted(room, WORDS)
    intention = room.key.parent / "redacting"
    os.mkfifo(intention)
    with pytest.raises(LedgerError, match=r"expected an erasure that was begun .* got no regular file"):
        room.open(SECOND_RUN)
    intention.unlink()
    intention.symlink_to("nowhere")
    with pytest.raises(LedgerError, match=r"expected an erasure that was begun .* symbolic links") as caught:
        room.open(SECOND_RUN)
    assert caught.value.hint.endswith("remove the file, then redact that line")
    intention.unlink()
    intention.touch()
    for size, words in (((1 << 28) + 1, f"expected at most {1 << 28} bytes"), (1 << 28, "JSONDecodeError")):
        os.truncate(intention, size)
        with pytest.raises(LedgerError, match=f"expected an erasure that was begun .*{words}"):
            room.open(SECOND_RUN)


@pytest.mark.parametrize("seq", [[1], "1", None])
def test_only_a_redaction_that_names_a_line_by_number_counts_as_one(room: Room, seq: Json) -> None:
    (first,) = posted(room, WORDS)
    with room.open(SECOND_RUN) as ledger:
        with ledger.batch() as batch:
            batch.append("redaction", {"reason": "legal", "seq": seq})
            batch.append("changed", {"key": "a:1", "new": {}, "seq": first}, content={"title": OTHER})
        ledger.seal()
    room.open(FIRST_RUN).close()
    assert len(traces(room, WORDS)) == 1
    report = deep(room)
    assert report.first_divergence is None or "not erased" not in str(report.first_divergence)


def test_an_intention_left_by_a_killed_process_is_made_durable_before_anything_goes(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    (seq,) = posted(room, WORDS)
    commitment = list(entries(room.path))[seq].body["content"]["commitment"]
    intended = {"lines": [{"commitment": commitment, "seq": seq}], "reason": "legal"}
    (room.key.parent / "redacting").write_text(json.dumps(intended))
    calls: list[str] = []

    def told(name: str, real: Callable[..., None]) -> Callable[..., None]:
        def call(path: Path) -> None:
            calls.append(f"{name} {path.name}")
            real(path)

        return call

    monkeypatch.setattr("harvest.ledger.erasure.sync_folder", told("sync", sync_folder))
    monkeypatch.setattr("harvest.ledger.content.sync_folder", told("sync", sync_folder))
    monkeypatch.setattr("harvest.ledger.content.remove", told("remove", remove))
    room.open(SECOND_RUN).close()
    assert calls == [
        f"sync {room.key.parent.name}", f"remove {commitment}.json", "sync semax-ssri", f"sync {room.key.parent.name}",
    ]  # fmt: skip
    assert redactions(room) == [seq]


def test_a_redaction_that_failed_here_and_was_ended_by_another_process_is_ended(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    (seq,) = posted(room, WORDS)
    with room.open(SECOND_RUN) as ledger:
        with monkeypatch.context() as patch:
            patch.setattr("harvest.ledger.content.remove", failing)
            with pytest.raises(WriteFailed):
                ledger.redact([seq], "legal")
        room.open(FIRST_RUN).close()
        assert ledger.redact([seq], "legal") == ()
    assert (redactions(room), traces(room, WORDS)) == ([seq], [])


def test_a_redaction_that_failed_here_is_ended_before_the_next_begins(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = posted(room, WORDS, OTHER)
    with room.open(SECOND_RUN) as ledger:
        with monkeypatch.context() as patch:
            patch.setattr("harvest.ledger.content.remove", failing)
            with pytest.raises(WriteFailed):
                ledger.redact([first], "legal")
        assert ledger.redact([second], "mistake") == (second,)
    assert (redactions(room), files(room), deep(room).exit_code) == ([first, second], [], 0)


def test_what_the_disk_does_not_let_go_is_erased_by_the_next_run(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    (seq,) = posted(room, WORDS)

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    with monkeypatch.context() as patch:
        patch.setattr("os.unlink", refuse)
        with pytest.raises(WriteFailed, match="operation not permitted while erasing content"):
            redact(room, seq)
    assert redactions(room) == []
    unended = "an erasure was begun and not ended: the next command that writes to this ledger ends it"
    assert deep(room).notices == (unended,)
    room.open(FIRST_RUN).close()
    assert (redactions(room), traces(room, WORDS), deep(room).exit_code) == ([seq], [], 0)
    assert deep(room).notices == ()


@pytest.mark.parametrize(
    ("target", "doing"),
    [
        ("harvest.ledger.erasure.Path.unlink", "while removing .*redacting"),
        ("harvest.ledger.erasure.sync_folder", "while syncing"),
    ],
)
def test_an_intention_that_does_not_go_is_forgotten_by_the_next_run(
    room: Room, monkeypatch: pytest.MonkeyPatch, target: str, doing: str
) -> None:
    (seq,) = posted(room, WORDS)
    with monkeypatch.context() as patch, room.open(SECOND_RUN) as ledger:
        patch.setattr("harvest.ledger.content.remove", os.remove)
        patch.setattr(target, failing)
        with pytest.raises(WriteFailed, match=f"input/output error {doing}"):
            ledger.redact([seq], "legal")
    room.open(FIRST_RUN).close()
    assert (redactions(room), deep(room).exit_code) == ([seq], 0)
    assert not (room.key.parent / "redacting").exists()


def appending(room: Room) -> None:
    with room.open(SECOND_RUN) as ledger, ledger.batch() as batch:
        for number, text in enumerate((WORDS, OTHER), 3):
            batch.append("source", source(number), content={"title": text})


def redacting(room: Room) -> None:
    redact(room, 1, 2)


def redacting_twice(room: Room) -> None:
    with room.open(SECOND_RUN) as ledger:
        for seq in (2, 1):
            ledger.redact([seq], "legal")


@pytest.mark.usefixtures("unsynced")
@pytest.mark.parametrize("power_fails", [False, True], ids=["killed", "killed, then a power cut"])
@pytest.mark.parametrize("story", [appending, redacting, redacting_twice])
def test_a_process_killed_at_any_call_leaves_what_the_next_opening_puts_right(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, story: Callable[[Room], None], *, power_fails: bool
) -> None:
    for call in range(0, 1_000, scaled(2, 1)):
        room = Room(tmp_path / str(call))
        posted(room, WORDS, OTHER)
        if survived(room, monkeypatch, story, call, power_fails=power_fails):
            assert call > 8, "the story reaches the disk too rarely to be one"
            said(f"{story.__name__}: killed at each of {call} calls{', power cut' * power_fails}: nothing lost or left")
            return
        at_rest(room)


@pytest.mark.usefixtures("unsynced")
def test_the_same_stops_find_a_redaction_that_keeps_no_intention(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("harvest.ledger.erasure.replace", lambda *_: None)
    for call in range(1_000):
        room = Room(tmp_path / str(call))
        posted(room, WORDS, OTHER)
        assert not survived(room, monkeypatch, redacting, call, power_fails=False), "nothing was found"
        try:
            at_rest(room)
        except AssertionError:
            assert "lost" in str(deep(room).first_divergence)
            return


def survived(
    room: Room, monkeypatch: pytest.MonkeyPatch, story: Callable[[Room], None], call: int, *, power_fails: bool
) -> bool:
    """Did the story come to its end before that call?"""
    power = Power([contents(room).folder, room.key.parent])
    with monkeypatch.context() as patch:
        killed_at(patch, call, power)
        try:
            story(room)
        except Killed:
            pass
        else:
            return True
    if power_fails:
        power.cut()
    return False


def at_rest(room: Room) -> None:
    """After one opening nothing is lost, altered, left over or come back; an erasure that began has ended."""
    begun = {*redactions(room), *intended(room)}
    Ledger.close(room.open(FIRST_RUN))
    assert deep(room).exit_code in {0, 2}
    committed = {entry.seq: entry.body["content"]["commitment"] for entry in room.folded if "content" in entry.body}
    gone = redactions(room)
    assert begun <= set(gone)
    assert len(gone) == len(set(gone))
    assert files(room) == sorted(f"{of}.json" for seq, of in committed.items() if seq not in gone)
    assert not (room.key.parent / "redacting").exists()
    for seq, words in ((1, WORDS), (2, OTHER)):
        if seq in gone:
            assert traces(room, words) == []


def intended(room: Room) -> set[int]:
    """What an erasure was begun of, as the state folder has it."""
    kept = room.key.parent / "redacting"
    return {line["seq"] for line in json.loads(kept.read_bytes())["lines"]} if kept.exists() else set()
