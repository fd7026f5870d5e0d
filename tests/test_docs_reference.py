"""The reference says what the program does: its settings, exit codes and the fields of every entry."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from harvest import errors
from harvest.cli import main
from harvest.configuration import Configuration
from harvest.crawl.runs import EXIT_CODES
from harvest.ledger import entries
from harvest.ledger.report import Verdict
from harvest.ledger.shown import Standing
from tests import pages
from tests.bodies import bodies_of_later_runs

REFERENCE = pages.CHECKOUT / "docs" / "reference"
ENTRIES = REFERENCE / "entries.md"
SOURCES = sorted(path for room in ("harvest", "spiders") for path in (pages.CHECKOUT / room).rglob("*.py"))
DESCRIBED_ELSEWHERE = {"recovered", "adopted", "key-rotated", "clock-regressed"}
"""Housekeeping, whose fields the format itself names."""
FREE = {"versions", "settings", "requests", "old", "new", "details"}
"""Objects whose keys are values, or fields of other tables."""

Body = dict[str, Any]


def test_every_setting_is_listed_once_with_its_default() -> None:
    listed = [(row[0], row[1]) for table in pages.tables(_text("settings.md")) for row in table]
    ours = {field.alias: field.default for field in Configuration.model_fields.values()}
    code = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES)
    named = set(re.findall(r'"(HARVEST_[A-Z_]+|NCBI_API_KEY)"', code))

    assert len(listed) == len(dict(listed))
    assert set(dict(listed)) == named | set(ours)
    assert {name: default for name, default in listed if name in ours and name != "HARVEST_STATE_DIR"} == {
        name: str(default) if default not in ("", None) else "none"
        for name, default in ours.items()
        if name != "HARVEST_STATE_DIR"
    }
    given = dict(re.findall(r'get(?:int|float)\("(HARVEST_\w+)", ([\d.]+)\)', code))
    assert given
    assert given == {name: default for name, default in listed if name in given}


def test_exit_codes_are_those_of_the_program() -> None:
    outcomes, verdicts, standings, others, raised = pages.tables(_text("exit-codes.md"))

    assert _codes(outcomes) == {str(outcome): code for outcome, code in EXIT_CODES.items()}
    assert _codes(verdicts) == {verdict.name.lower(): verdict.value for verdict in Verdict}
    assert _codes([row for row in standings if row[0]]) == {one.name.lower(): one.value for one in Standing}
    assert _codes(raised) == {error.__name__: error.exit_code for error in _errors(errors.HarvestError)}
    assert {int(row[0]) for row in others} == {
        errors.UsageError.exit_code,
        errors.Busy.exit_code,
        main.INTERRUPTED,
        main.NOBODY_READS,
    }


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Body]]:
    """Bodies by type: of a small crawl, of one that fails, since nothing more is recorded, and of later runs."""
    folder = tmp_path_factory.mktemp("crawl")
    again = "HARVEST_DATA_DIR=demo/data HARVEST_STATE_DIR=demo/state scrapy crawl pubmed -a topic=semax-ssri"
    pages.run([pages.Step("harvest demo --keep demo", ()), pages.Step(again, ())], folder, HARVEST_REPLAY="data/demo")
    bodies: dict[str, list[Body]] = {}
    for entry in entries(folder / "demo" / "data" / "ledgers" / "semax-ssri.jsonl"):
        bodies.setdefault(entry.type, []).append(entry.body)
    for kind, body in bodies_of_later_runs():
        bodies.setdefault(kind, []).append(body)
    return bodies


@pytest.mark.parametrize("kind", re.findall(r"^## `([a-z-]+)`$", ENTRIES.read_text(encoding="utf-8"), re.MULTILINE))
def test_entries_are_described_field_by_field(kind: str, written: dict[str, list[Body]]) -> None:
    bodies = list(_shared(kind, written)) if kind in {"snapshot", "reason"} else written[kind]
    if kind == "run-finished":
        bodies = [account for body in bodies for account in body["providers"].values()]
    always, sometimes = _described(kind)

    assert {name for body in bodies for name in body} == always | sometimes
    for body in bodies:
        assert always <= set(body)


def test_every_type_that_is_written_is_described(written: dict[str, list[Body]]) -> None:
    described = set(re.findall(r"^## `([a-z-]+)`$", ENTRIES.read_text(encoding="utf-8"), re.MULTILINE))
    code = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES)
    named = set(re.findall(r'(?:batch\.append|write|note|_add)\(\s*"([a-z-]+)"', code))

    assert set(written) | named == (described - {"snapshot", "reason"}) | (DESCRIBED_ELSEWHERE & named)
    for kind in DESCRIBED_ELSEWHERE:
        assert f"| `{kind}` |" in _text("ledger-format.md")


def test_the_fields_of_nested_objects_are_described(written: dict[str, list[Body]]) -> None:
    text = ENTRIES.read_text(encoding="utf-8")
    for bodies in written.values():
        for name in (name for body in bodies for name in _nested(body)):
            assert f"`{name}`" in text, name


def _text(page: str) -> str:
    return (REFERENCE / page).read_text(encoding="utf-8")


def _codes(table: list[list[str]]) -> dict[str, int]:
    return {row[0]: int(row[1]) for row in table}


def _errors(error: type[errors.HarvestError]) -> Iterator[type[errors.HarvestError]]:
    """The tree of `harvest.errors`; modules may have errors of their own below it, with the code of their parent."""
    if error.__module__ == "harvest.errors":
        yield error
        for below in error.__subclasses__():
            yield from _errors(below)


@cache
def _described(kind: str) -> tuple[set[str], set[str]]:
    """The fields that a section names: those that are always there, and those marked `?`."""
    fields = [
        row.split(" | ")[0] for row in re.findall(r"^\| (`.*)", pages.section(ENTRIES, f"`{kind}`"), re.MULTILINE)
    ]
    found = [pair for cell in fields for pair in re.findall(r"`(\w+)`(\??)", cell)]
    return {name for name, mark in found if not mark}, {name for name, mark in found if mark}


def _shared(kind: str, written: dict[str, list[Body]]) -> Iterator[Body]:
    for bodies in written.values():
        for body in bodies:
            if kind == "reason":
                yield from body.get("reasons", [])
            elif "snapshot" in body:
                yield body["snapshot"]


def _nested(value: object) -> Iterator[str]:
    """The keys of all objects below the first level, but of those that are free."""
    if isinstance(value, list):
        for one in value:
            yield from _keys(one)
    elif isinstance(value, dict):
        for name, inner in value.items():
            if name not in FREE | {"providers"}:
                yield from _keys(inner)


def _keys(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value
    yield from _nested(value)
