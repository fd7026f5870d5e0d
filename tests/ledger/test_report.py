"""What a report says, word for word, to people and to programs."""

from dataclasses import replace
from pathlib import Path

import pytest

from harvest.ledger import Divergence, Report, Verdict
from harvest.ledger.runs import Interrupted

PATH = Path("ledgers/semax-ssri.jsonl")
WHOLE = Report(PATH, entries=6, sealed=6, heads=("kept head of 6 entries",), kept_head=True)
BROKEN = replace(WHOLE, first_divergence=Divergence(7, 900, "seq 6", "seq 8"))


def test_a_whole_ledger_is_said_to_be_valid_and_with_what_it_agrees() -> None:
    assert WHOLE.lines() == [
        "ledgers/semax-ssri.jsonl: valid, 6 entries read",
        "agrees with the kept head of 6 entries",
    ]
    assert (WHOLE.verdict, WHOLE.exit_code) == (Verdict.VALID, 0)


def test_an_unreadable_ledger_is_said_in_one_line() -> None:
    report = Report(PATH, unreadable="expected a readable file, got something else")
    assert report.lines() == ["ledgers/semax-ssri.jsonl: UNREADABLE: expected a readable file, got something else"]
    assert (report.verdict, report.exit_code) == (Verdict.UNREADABLE, 3)


def test_a_broken_ledger_is_said_to_break_where_it_does_and_to_hold_before() -> None:
    assert BROKEN.lines() == [
        "ledgers/semax-ssri.jsonl: BROKEN, 6 entries read",
        "first divergence: line 7, byte 900: expected seq 6, found seq 8",
        "sealed and whole: the first 6 entries",
        "agrees with the kept head of 6 entries",
    ]
    assert (BROKEN.verdict, BROKEN.exit_code) == (Verdict.BROKEN, 1)


@pytest.mark.parametrize(
    ("line", "sealed", "said"),
    [
        (2, 1, ["sealed and whole: the first 1 entry"]),
        (2, 2, []),
        (1, 2, []),
        (1, 0, []),
    ],
)
def test_only_what_is_sealed_before_the_break_is_said_to_be_whole(line: int, sealed: int, said: list[str]) -> None:
    report = replace(BROKEN, first_divergence=Divergence(line, 0, "x", "y"), sealed=sealed)
    assert [text for text in report.lines() if text.startswith("sealed")] == said


def test_a_contradiction_breaks_a_ledger_and_is_said() -> None:
    report = replace(WHOLE, contradictions=(Divergence(3, 80, "a title", "none"),))
    assert report.lines()[:2] == [
        "ledgers/semax-ssri.jsonl: BROKEN, 6 entries read",
        "contradiction: line 3, byte 80: expected a title, found none",
    ]
    assert report.exit_code == 1


@pytest.mark.parametrize(("sealed", "said"), [(5, "1 entry"), (4, "2 entries")])
def test_entries_above_the_newest_head_are_counted(sealed: int, said: str) -> None:
    report = replace(WHOLE, sealed=sealed)
    assert (report.verdict, report.exit_code, report.unsealed) == (Verdict.UNFINISHED, 2, 6 - sealed)
    assert report.lines() == [
        "ledgers/semax-ssri.jsonl: valid, not finished, 6 entries read",
        "agrees with the kept head of 6 entries",
        f"unsealed: {said} above the newest signed head",
    ]


def test_of_a_broken_ledger_nothing_is_called_unsealed() -> None:
    assert not [said for said in replace(BROKEN, sealed=4).lines() if said.startswith("unsealed")]


def test_a_ledger_without_a_kept_head_is_valid_and_what_that_hides_is_said() -> None:
    report = replace(WHOLE, entries=1, sealed=1, kept_head=False, heads=())
    assert report.lines() == [
        "ledgers/semax-ssri.jsonl: valid, 1 entry read",
        "no kept head: a cut tail or an older copy would not be seen here",
    ]


def test_an_interrupted_run_is_said_with_what_it_wrote() -> None:
    begun = Interrupted("01J2", 5)
    some = Interrupted("01J3", 6, {"source": 2, "excluded": 1})
    report = replace(WHOLE, interrupted=(begun, some), heads=())
    assert report.lines() == [
        "ledgers/semax-ssri.jsonl: valid, not finished, 6 entries read",
        "interrupted: run 01J2, begun in line 5, has no run-finished (no entries)",
        "interrupted: run 01J3, begun in line 6, has no run-finished (1 excluded, 2 source)",
    ]
    assert report.exit_code == 2


def test_types_that_are_not_known_are_said_in_order_and_notices_come_last() -> None:
    report = replace(WHOLE, unknown_types={"omens": 2, "auguries": 1}, notices=("line 4: adopted",), heads=())
    assert report.lines()[1:] == [
        "unknown type auguries: 1 entry, chain checked, meaning not",
        "unknown type omens: 2 entries, chain checked, meaning not",
        "line 4: adopted",
    ]
    assert report.exit_code == 0


def test_a_program_is_told_the_same() -> None:
    report = Report(
        PATH,
        entries=9,
        sealed=6,
        root="AAAA",
        origin="example.org/evidence",
        vkey="example.org/evidence+00000000+AAAA",
        heads=("kept head of 6 entries",),
        kept_head=True,
        first_divergence=Divergence(7, 900, "seq 6", "seq 8"),
        contradictions=(Divergence(3, 80, "a title", "none"),),
        interrupted=(Interrupted("01J2", 5, {"source": 2}),),
        types={"source": 3},
        unknown_types={"omens": 1},
        notices=("line 4: adopted",),
    )
    assert report.as_json() == {
        "path": "ledgers/semax-ssri.jsonl",
        "verdict": "broken",
        "exit_code": 1,
        "entries": 9,
        "sealed": 6,
        "unsealed": 3,
        "root": "AAAA",
        "origin": "example.org/evidence",
        "vkey": "example.org/evidence+00000000+AAAA",
        "heads": ["kept head of 6 entries"],
        "kept_head": True,
        "first_divergence": {"line": 7, "offset": 900, "expected": "seq 6", "found": "seq 8"},
        "contradictions": [{"line": 3, "offset": 80, "expected": "a title", "found": "none"}],
        "unreadable": "",
        "interrupted": [{"run": "01J2", "line": 5, "counts": {"source": 2}}],
        "types": {"source": 3},
        "unknown_types": {"omens": 1},
        "notices": ["line 4: adopted"],
    }


def test_a_report_of_nothing_claims_nothing() -> None:
    assert Report(PATH).as_json() == {
        "path": "ledgers/semax-ssri.jsonl",
        "verdict": "valid",
        "exit_code": 0,
        "entries": 0,
        "sealed": 0,
        "unsealed": 0,
        "root": "",
        "origin": "",
        "vkey": "",
        "heads": [],
        "kept_head": False,
        "first_divergence": None,
        "contradictions": [],
        "unreadable": "",
        "interrupted": [],
        "types": {},
        "unknown_types": {},
        "notices": [],
    }
