import io
import json
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from harvest import topics
from harvest.crawl import reclassify
from harvest.evidence import VERSION
from harvest.ledger import Ledger, entries, run_lock
from harvest.reading import read
from tests.cli import ledgers, rejudged
from tests.cli.conftest import CHECKOUT, Room

AS_HUMAN = {"evidence": "human", "design": "rct", "tier": 2, "needs_review": False}
AS_ANIMAL = {"evidence": "preclinical", "design": "animal", "tier": 5, "needs_review": False}
OFF_TOPIC = {"screening": "off-topic", "reason": "off-topic"}


def dry(room: Room) -> dict[str, Any]:
    said = room.harvest("reclassify", "semax-ssri", "--dry-run", "--json")
    found: dict[str, Any] = json.loads(said.out)
    return found


def types(path: Path) -> Counter[str]:
    return Counter(entry.type for entry in entries(path))


def both_verify(room: Room, path: Path) -> bool:
    tool = [sys.executable, "tools/verify_ledger.py", str(path), "--state", str(room.state)]
    alone = subprocess.run(tool, cwd=CHECKOUT, capture_output=True, text=True, check=False)
    return room.harvest("verify", "semax-ssri", "--deep").code == 0 == alone.returncode


def test_what_stands_as_it_would_be_judged_is_left_alone(room: Room) -> None:
    path = rejudged.ledger(room)
    before = path.read_bytes()

    said = room.harvest("reclassify", "semax-ssri", "--yes")

    assert (said.code, said.out, said.err) == (0, "4 records judged again, none of them otherwise than before\n", "")
    assert path.read_bytes() == before


def test_the_difference_is_counted_and_listed_with_old_new_and_the_words(room: Room) -> None:
    path = rejudged.ledger(room, p101=AS_HUMAN)
    before = path.read_bytes()

    said = room.harvest("reclassify", "semax-ssri", "--dry-run")

    assert said.code == 0
    lines = said.out.splitlines()
    assert lines[0].split() == ["label", "old", "new", "records"]
    assert ["evidence", "human", "preclinical", "1"] in [line.split() for line in lines]
    assert "s1  Semax in rats" in lines
    assert "design rct -> animal; evidence" not in said.out
    assert any(line.startswith("    evidence human -> preclinical; design rct -> animal") for line in lines)
    assert any(line.startswith("    because of ") and "rats' (title)" in line for line in lines)
    assert path.read_bytes() == before


def test_moves_are_counted_by_label_the_commonest_first(room: Room) -> None:
    rejudged.ledger(
        room, p101=AS_HUMAN, p102=AS_HUMAN | {"evidence": "none", "tier": 8}, p103={"tier": 8}, p104={"tier": 8}
    )

    table = room.harvest("reclassify", "semax-ssri", "--dry-run").out.split("\n\n")[0]

    rows = [line.split() for line in table.splitlines()[1:]]
    labels = [row[0] for row in rows]
    assert labels == sorted(labels, key=reclassify.LABELS.index)
    tiers = [int(row[-1]) for row in rows if row[0] == "tier"]
    assert tiers == sorted(tiers, reverse=True)
    assert sum(tiers) == 4


def test_a_new_judgement_is_appended_in_a_run_of_its_own_and_verifies(room: Room) -> None:
    path = rejudged.ledger(room, p101=AS_HUMAN)
    before = types(path)

    said = room.harvest("reclassify", "semax-ssri", "--yes")

    assert said.code == 0
    added = types(path) - before
    assert added == {"run-started": 1, "reclassified": 1, "run-finished": 1}
    *_, started, event, finished = entries(path)
    assert (started.body["spider"], started.body["versions"]["evidence"]) == ("reclassify", VERSION)
    assert (event.body["sid"], event.body["model"]) == ("s1", VERSION)
    assert (event.body["old"]["evidence"], event.body["new"]["evidence"]) == ("human", "preclinical")
    assert event.body["why"].startswith("judged again: ")
    assert finished.body["providers"] == {}
    assert finished.body["reclassified"] == {"judged": 4, "changed": 1, "refused": 0, "unread": 0}
    assert len({entry.run for entry in (started, event, finished)} - {ledgers.RUN}) == 1
    assert both_verify(room, path)


def test_a_second_time_changes_nothing_and_says_so(room: Room) -> None:
    path = rejudged.ledger(room, p101=AS_HUMAN, p104={"reason": "condition-only", "screening": "condition-only"})
    room.harvest("reclassify", "semax-ssri", "--yes")
    before = path.read_bytes()

    said = room.harvest("reclassify", "semax-ssri", "--yes")

    assert "none of them otherwise" in said.out
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("older", "asked", "why"),
    [
        ("rules-0", "", f"rules or model changed from rules-0 to {VERSION}"),
        ("", "", f"rules or model changed from an older version to {VERSION}"),
        (VERSION, "x", "the topic file changed"),
        ("rules-0", "x", f"the topic file changed and rules or model changed from rules-0 to {VERSION}"),
        (VERSION, "", "the same rules and model, another program"),
    ],
)
def test_why_is_told_from_what_earlier_runs_say_of_themselves(room: Room, older: str, asked: str, why: str) -> None:
    digest = asked or topics.load("semax-ssri", room.data / "topics").digest
    versions = {"evidence": older} if older else {}
    rejudged.ledger(room, started={"versions": versions, "topic_sha256": digest}, p101=AS_HUMAN)

    assert dry(room)["why"] == f"judged again: {why}"


def test_after_all_was_judged_again_a_crawl_need_not_do_it(room: Room) -> None:
    path = rejudged.ledger(room, p101=AS_HUMAN)
    digest = topics.load("semax-ssri", room.data / "topics").digest
    assert read(path).catalogue.questions == {"pubmed": {ledgers.TOPIC_SHA256}}

    room.harvest("reclassify", "semax-ssri", "--yes")

    assert read(path).catalogue.questions == {"pubmed": {digest}}


def test_where_a_record_could_not_be_judged_a_crawl_still_has_to(room: Room) -> None:
    gone = ledgers.source("s3", "9", "Semax in mice")
    path = room.ledger(*rejudged.settled(room, p101=AS_HUMAN), ("source", gone))

    said = room.harvest("reclassify", "semax-ssri", "--yes")

    assert (said.code, types(path)["reclassified"]) == (2, 1)
    assert read(path).catalogue.questions == {"pubmed": {ledgers.TOPIC_SHA256}}


def test_a_record_left_out_for_another_reason_gets_its_entry(room: Room) -> None:
    path = rejudged.ledger(room, p103=OFF_TOPIC)

    room.harvest("reclassify", "semax-ssri", "--yes")

    (event,) = [entry.body for entry in entries(path) if entry.type == "reclassified"]
    assert "sid" not in event
    assert (event["key"], event["new"]["reason"]) == ("pmid:103", "condition-only")
    assert read(path).catalogue.settled["pmid:103"].body["reason"] == "condition-only"


def test_a_changed_topic_makes_sources_of_what_was_left_out_and_the_other_way_round(room: Room) -> None:
    path = rejudged.ledger(room)
    file = room.data / "topics" / "semax-ssri.toml"
    file.write_text(file.read_text().replace('name = "Semax"', 'name = "Thyroid"'))

    changes = {change["name"]: change for change in dry(room)["changes"]}
    said = room.harvest("reclassify", "semax-ssri", "--yes")

    assert changes["pmid:104"]["entries"] == ["source"]
    assert changes["s1"]["moved"]["screening"] == {"old": "compound-only", "new": "off-topic"}
    assert said.code == 0
    catalogue = read(path).catalogue
    assert [body["title"] for body in catalogue.sources.values()] == ["Thyroid nodules in the elderly"]
    assert list(catalogue.sources) == ["s3"]
    assert both_verify(room, path)


def test_a_record_whose_answer_is_gone_is_named_and_left_and_exits_2(room: Room) -> None:
    path = rejudged.ledger(room, p101=AS_HUMAN)
    for file in (room.data / "archive").iterdir():
        file.unlink()
    before = path.read_bytes()

    said = room.harvest("reclassify", "semax-ssri", "--yes")

    assert said.code == 2
    assert said.err == (
        "harvest: 4 left as they are, their answers are not in the archive: pmid:101, pmid:102, pmid:103, pmid:104\n"
    )
    assert path.read_bytes() == before


def test_answers_of_a_replayed_ledger_are_read_from_the_recording(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    rejudged.ledger(room, p101=AS_HUMAN)
    recording = room.data.parent / "recording"
    (room.data / "archive").rename(recording)
    assert len(dry(room)["unread"]) == 4

    for replay in (recording, next(recording.iterdir())):
        monkeypatch.setenv("HARVEST_REPLAY", str(replay))
        assert [change["name"] for change in dry(room)["changes"]] == ["s1"]


def test_a_record_that_was_never_judged_is_not_judged_now(room: Room) -> None:
    gone = ("excluded", ledgers.entries.unavailable("pmid:9", "pmid", stage="retrieval", reason="deleted", got="x"))
    twin = ("duplicate", ledgers.entries.duplicate(ledgers.found("8", "Semax"), "s1", "identity.title", ("title",)))
    room.ledger(*rejudged.settled(room), gone, twin)

    found = dry(room)

    assert (found["judged"], found["changes"], found["unread"]) == (4, [], [])


def test_a_late_record_is_not_said_to_have_come(room: Room) -> None:
    late = ledgers.entries.failed(
        ["pmid:101"], provider="pubmed", reason="missing", expected="a", got="b", interrupted=False
    )
    path = room.ledger(*rejudged.settled(room, p101=AS_HUMAN), ("failed", late))

    room.harvest("reclassify", "semax-ssri", "--yes")

    assert types(path)["rechecked"] == 0
    assert read(path).catalogue.open_failures("pubmed") == ("pmid:101",)


def test_a_record_that_is_read_otherwise_than_before_is_written_as_changed(room: Room) -> None:
    path = rejudged.ledger(room, p101={"digest": "0" * 64, "title": "Semax in rat"})

    said = room.harvest("reclassify", "semax-ssri", "--yes")

    assert "s1  Semax in rat\n    record read anew\n" in said.out
    assert (types(path)["changed"], types(path)["reclassified"]) == (1, 0)
    assert read(path).catalogue.sources["s1"]["title"] == "Semax in rats"
    assert "none of them otherwise" in room.harvest("reclassify", "semax-ssri", "--yes").out


@pytest.mark.parametrize(
    ("older", "shown"),
    [
        ({"claims": [{"field": "title", "start": 0, "end": 5, "text": "Semax"}]}, "claims other sentences"),
        ({"flags": ["near"]}, "flags near -> none"),
    ],
)
def test_other_claims_or_flags_alone_are_a_difference(room: Room, older: dict[str, Any], shown: str) -> None:
    rejudged.ledger(room, p101=older)

    assert f"s1  Semax in rats\n    {shown}\n" in room.harvest("reclassify", "semax-ssri", "--dry-run").out


def test_a_record_left_out_that_is_another_record_of_a_source_becomes_a_duplicate(room: Room) -> None:
    title = "Semax and the memory of twenty Wistar rats in a maze of many arms"
    first, twin = ((pmid, title, rejudged.RATS[2]) for pmid in ("101", "105"))
    doi = b'</ArticleTitle><ELocationID EIdType="doi" ValidYN="Y">10.5555/rats</ELocationID>'
    body = rejudged.answer(first, twin).replace(b"105</Vol", b"101</Vol").replace(b"</ArticleTitle>", doi)
    source, _ = rejudged.settled(room, body)
    left_out = source[1] | {"key": "pmid:105", "keys": ["pmid:105"], "reason": "off-topic", "screening": "off-topic"}
    path = room.ledger(source, ("excluded", left_out))

    said = room.harvest("reclassify", "semax-ssri", "--yes")

    assert f"pmid:105  {title}\n    duplicate of s1\n" in said.out
    assert types(path)["duplicate"] == 1


def test_a_record_is_judged_as_it_was_read_last(room: Room) -> None:
    newer = rejudged.answer(("101", "Semax in people", rejudged.TRIAL[2]))
    source, changed, _ = rejudged.settled(room, rejudged.answer(rejudged.RATS), newer)
    room.ledger(source, changed)

    (change,) = dry(room)["changes"]

    assert changed[0] == "changed"
    assert change["entries"] == ["reclassified"]
    assert change["moved"]["evidence"] == {"old": "preclinical", "new": "human"}


def test_a_person_is_asked_and_may_say_no(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    path = rejudged.ledger(room, p101=AS_HUMAN)
    before = path.read_bytes()

    for said, code, written in (("n", 0, False), ("\n", 0, False), ("y", 0, True)):
        monkeypatch.setattr(sys, "stdin", Terminal(io.BytesIO(f"{said}\n".encode())))
        ended = room.harvest("reclassify", "semax-ssri")
        assert ended.code == code
        assert ended.out.startswith("label")
        assert ("nothing was written" in ended.err) is not written
        assert (path.read_bytes() != before) is written


def test_nothing_is_asked_where_nothing_would_change(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    rejudged.ledger(room)
    monkeypatch.setattr(sys, "stdin", Terminal(io.BytesIO(b"")))

    assert room.harvest("reclassify", "semax-ssri").code == 0


@pytest.mark.parametrize("options", [(), ("--json",), ("--yes", "--dry-run")])
def test_where_nobody_can_be_asked_it_must_be_said_what_is_wanted(room: Room, options: tuple[str, ...]) -> None:
    rejudged.ledger(room)

    said = room.harvest("reclassify", "semax-ssri", *options)

    assert said.code == 64
    assert "expected --yes or --dry-run" in said.err


def test_while_a_run_is_going_on_nothing_is_judged_and_it_exits_75(room: Room) -> None:
    path = rejudged.ledger(room, p101=AS_HUMAN)
    before = path.read_bytes()

    with run_lock(room.state, "semax-ssri", "pubmed"):
        said = room.harvest("reclassify", "semax-ssri", "--yes")
        looked = room.harvest("reclassify", "semax-ssri", "--dry-run")

    assert (said.code, said.out, looked.code) == (75, "", 0)
    assert "another run of semax-ssri with pubmed is going on" in said.err
    assert path.read_bytes() == before


def test_a_source_that_a_person_has_reviewed_is_named_as_such(room: Room) -> None:
    review = {"sid": "s1", "reviewer": "AB", "decision": "confirmed", "reason": "read it"}
    path = room.ledger(*rejudged.settled(room, p101=AS_HUMAN), ("review", review))

    assert "a person has reviewed it" in room.harvest("reclassify", "semax-ssri", "--yes").out
    assert read(path).catalogue.sources["s1"]["evidence"] == "human"
    assert "none of them otherwise" in room.harvest("reclassify", "semax-ssri", "--yes").out


def test_a_topic_without_a_ledger_says_how_to_begin_one(room: Room) -> None:
    said = room.harvest("reclassify", "semax-ssri", "--dry-run")

    assert said.code == 3
    assert "harvest crawl semax-ssri" in said.err


KILLED = """
import os, signal, sys
from harvest import topics
from harvest.crawl import reclassify
from harvest.cli.main import main

append, done = reclassify._append, []

def dying(*arguments):
    if done:
        os.kill(os.getpid(), signal.SIGKILL)
    done.append(append(*arguments))

reclassify.GROUP, reclassify._append = 1, dying
main(["reclassify", "semax-ssri", "--yes"])
"""


def test_killed_in_the_middle_it_loses_nothing_and_the_next_one_completes_it(room: Room) -> None:
    path = rejudged.ledger(room, p101=AS_HUMAN, p102=AS_ANIMAL)

    killed = subprocess.run([sys.executable, "-c", KILLED], cwd=CHECKOUT, capture_output=True, check=False)

    assert killed.returncode == -signal.SIGKILL
    assert types(path)["reclassified"] == 1
    room.harvest("reclassify", "semax-ssri", "--yes")
    assert types(path)["reclassified"] == 2
    assert dry(room)["changes"] == []
    evidence = {sid: body["evidence"] for sid, body in read(path).catalogue.sources.items()}
    assert evidence == {"s1": "preclinical", "s2": "human"}
    assert room.harvest("verify", "semax-ssri").code == 2, "an interrupted run stays in the ledger"


def test_killed_before_the_head_was_signed_the_next_one_signs_it_though_nothing_differs(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = rejudged.ledger(room, p101=AS_HUMAN)
    with monkeypatch.context() as patched:
        patched.setattr(Ledger, "seal", lambda _: None)
        room.harvest("reclassify", "semax-ssri", "--yes")
    before = path.read_bytes()
    assert room.harvest("verify", "semax-ssri").code == 2

    looked = room.harvest("reclassify", "semax-ssri", "--dry-run")
    said = room.harvest("reclassify", "semax-ssri", "--yes")

    assert (looked.code, looked.err) == (0, "")
    assert (said.code, said.err) == (
        0,
        "harvest: 3 entries that an earlier run left unsigned are under the signed head now\n",
    )
    assert path.read_bytes() == before
    assert both_verify(room, path)


def test_a_stop_waits_for_the_account_of_the_run(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    path = rejudged.ledger(room, p101=AS_HUMAN)
    append = reclassify._append

    def stopped(*arguments: Any) -> str:
        signal.raise_signal(signal.SIGINT)
        return append(*arguments)

    monkeypatch.setattr(reclassify, "_append", stopped)
    # a test run that was put in the background may have been told to ignore Ctrl-C
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        code = room.harvest("reclassify", "semax-ssri", "--yes").code
    finally:
        signal.signal(signal.SIGINT, before)

    assert code == 130
    assert types(path)["run-finished"] == 2
    assert both_verify(room, path)


def test_labels_that_no_line_can_hold_are_named_and_left(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    path = rejudged.ledger(room, p101=AS_HUMAN)
    caused = reclassify._caused

    def long(*arguments: Any) -> Any:
        return tuple((kind, body | {"why": "x" * 70_000}) for kind, body in caused(*arguments))

    monkeypatch.setattr(reclassify, "_caused", long)
    said = room.harvest("reclassify", "semax-ssri", "--yes")

    assert said.code == 2
    assert "pmid:101: no line can hold its new labels" in said.err
    assert types(path)["reclassified"] == 0
    assert both_verify(room, path)


class Terminal(io.TextIOWrapper):
    """Where a person sits."""

    def isatty(self) -> bool:
        return True
