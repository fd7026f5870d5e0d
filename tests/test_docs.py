"""The documentation is executed: transcripts are run again, commands and links looked up."""

import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
import typer

from harvest.cli.main import app
from harvest.configuration import Configuration
from tests import pages

README = pages.CHECKOUT / "README.md"
QUERIES = pages.CHECKOUT / "docs" / "how-to" / "read-a-ledger-with-jq-and-duckdb.md"
RECORDED = {README: {"HARVEST_REPLAY": "data/demo"}}
"""Pages whose crawls are answered from the demonstration's recording."""
every_page = pytest.mark.parametrize("page", pages.PAGES, ids=pages.name)
pages_with_transcript = pytest.mark.parametrize("page", [p for p in pages.PAGES if pages.transcript(p)], ids=pages.name)


@pages_with_transcript
def test_transcripts_say_what_the_commands_say(page: Path, tmp_path: Path) -> None:
    steps = pages.transcript(page)
    if any("jq " in step.command for step in steps) and shutil.which("jq") is None:
        pytest.skip("jq is not installed")
    said = pages.run(steps, tmp_path, **RECORDED.get(page, {}))
    assert len(said) == len(steps)
    for step, came in zip(steps, said, strict=True):
        assert step.fits(came), f"{pages.name(page)} shows something else than `{step.command}` says:\n{came}"


def test_the_sql_reads_a_ledger(tmp_path: Path) -> None:
    duckdb = pytest.importorskip("duckdb", reason="duckdb is no dependency and is not installed")
    pages.run([pages.Step("harvest demo --keep demo", ())], tmp_path)
    by_label, incomplete = (
        duckdb.sql(query.replace("'demo/", f"'{tmp_path}/demo/")).fetchall() for query in pages.blocks(QUERIES, "sql")
    )
    ledger = (tmp_path / "demo" / "data" / "ledgers" / "semax-ssri.jsonl").read_text(encoding="utf-8")
    assert sum(count for _, _, count in by_label) == ledger.count('"type":"source"')
    assert incomplete == []


@every_page
def test_every_command_shown_exists_with_its_options(page: Path) -> None:
    for name, *words in pages.commands(page):
        shown = " ".join([name, *words])
        if name == "make":
            assert not words or words[0] in _targets(), shown
        elif name == "scrapy":
            _scrapy(words, shown)
        else:
            _harvest(words, shown)


@every_page
def test_every_shell_block_is_whole(page: Path) -> None:
    for block in pages.blocks(page, "sh"):
        subprocess.run(["bash", "-n"], input=block, text=True, check=True)


@every_page
def test_every_setting_that_is_named_exists(page: Path) -> None:
    known = {*Configuration.names(), *pages.settings(pages.CHECKOUT / "docs" / "reference" / "settings.md")}
    assert pages.settings(page) <= known


@every_page
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    assert [link for link in pages.links(page) if not (page.parent / link).exists()] == []


def test_the_index_names_every_page() -> None:
    index = pages.CHECKOUT / "docs" / "README.md"
    linked = {(index.parent / link).resolve() for link in pages.links(index)}
    assert linked == {page for page in pages.PAGES if page.is_relative_to(index.parent)} - {index}


def test_the_tree_in_the_readme_is_that_of_the_project() -> None:
    (tree,) = [block for block in pages.blocks(README, "text") if block.startswith("harvest/")]
    parent = ""
    for line in tree.splitlines():
        path = line.split()[0]
        parent = parent if line.startswith(" ") else path
        assert (pages.CHECKOUT / (parent + path if line.startswith(" ") else path)).is_dir(), line
    rooms = {line.split()[0] for line in tree.splitlines() if line[:2].strip()}
    assert rooms == {f"{name}/" for name in ("harvest", "spiders", "pipelines", "data", "docs", "tests", "tools")}


def _targets() -> set[str]:
    return set(re.findall(r"^([a-z-]+):", (pages.CHECKOUT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


def _harvest(words: list[str], shown: str) -> None:
    """Look the command up in the tree that `--help` is made from."""
    command = typer.main.get_command(app)
    while words and (inner := getattr(command, "commands", {}).get(words[0])):
        command, words = inner, words[1:]
    assert not words or not getattr(command, "commands", None) or words[0].startswith("-"), f"no such command: {shown}"
    known = {option for parameter in command.params for option in parameter.opts} | {"--help"}
    options = {word.partition("=")[0] for word in words if word.startswith("-") and word != "-"}
    assert options <= known, f"no such option: {shown}"


def _scrapy(words: list[str], shown: str) -> None:
    assert not words or words[0] in {"crawl", "list", "check"}, f"no such command: {shown}"
    if words[:1] == ["crawl"]:
        assert words[1:2] in ([], ["pubmed"]), f"no such provider: {shown}"
        assert {word for word in words if word.startswith("-")} <= _crawl_options(), f"no such option: {shown}"


@cache
def _crawl_options() -> set[str]:
    command = [sys.executable, "-m", "scrapy", "crawl", "--help"]
    said = subprocess.run(command, cwd=pages.CHECKOUT, capture_output=True, text=True, check=True).stdout
    return set(re.findall(r"(?<![\w-])--?[a-zA-Z][\w-]*", said))
