"""Reading the documentation: its blocks of code, its tables, its links, and the transcripts that tests run again.

A ```console block is a transcript: lines after `$ ` are run, the others are what came, with `…` for what was left out.
A ```sh block holds commands that need a network or change the machine; they are only looked up.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
PAGES = tuple(sorted([CHECKOUT / "README.md", CHECKOUT / "CHANGELOG.md", *CHECKOUT.glob("docs/**/*.md")]))

_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"(?<!!)\[[^\]]+\]\(([^)\s]+)\)")
_SETTING = re.compile(r"([A-Z][A-Z0-9_]*)=(\S*)")
_MARK = "@@@ command"


@dataclass(frozen=True)
class Step:
    """One command of a transcript and the lines shown after it."""

    command: str
    shown: tuple[str, ...]

    def fits(self, said: str) -> bool:
        """Do the lines shown stand in what came, in order; a lone `…` leaves out lines, another one words?"""
        lines = [".*" if line == "…" else _pattern(line) + r"\n" for line in self.shown]
        return re.fullmatch("".join(lines), said, re.DOTALL) is not None


def _pattern(line: str) -> str:
    return r"[^\n]*".join(map(re.escape, line.split("…")))


def name(page: Path) -> str:
    """Its path in the project."""
    return str(page.relative_to(CHECKOUT))


def blocks(page: Path, language: str) -> list[str]:
    """The fenced blocks of a language."""
    return [text for kind, text in _BLOCK.findall(page.read_text(encoding="utf-8")) if kind == language]


def prose(page: Path) -> str:
    """The page without its fenced blocks."""
    return _BLOCK.sub("", page.read_text(encoding="utf-8"))


def links(page: Path) -> list[str]:
    """The targets of its links that lie in the project, without the place within a page."""
    found = (target.partition("#")[0] for target in _LINK.findall(prose(page)))
    return [target for target in found if target and "://" not in target]


def tables(text: str) -> Iterator[list[list[str]]]:
    """The tables of a text, each as rows of cells without the head; `code` marks are taken off."""
    for table in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE):
        rows = [[cell.strip().strip("`") for cell in row.strip("|").split(" | ")] for row in table.splitlines()]
        yield rows[2:]


def section(page: Path, head: str) -> str:
    """The text below a heading, up to the next of any level."""
    found = re.search(
        rf"^#+ {re.escape(head)}\n(.*?)(?=^#|\Z)", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
    assert found, f"no heading {head!r} in {name(page)}"
    return found[1]


def transcript(page: Path) -> list[Step]:
    """The steps of its console blocks, in order; a command goes on in the next line after a backslash or `> `."""
    steps = []
    for block in blocks(page, "console"):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, *shown = part.splitlines()
            while shown and shown[0].startswith("> "):
                command += "\n" + shown.pop(0)[2:]
            steps.append(Step(command, tuple(shown)))
    return steps


def commands(page: Path) -> Iterator[list[str]]:
    """Every command of ours that the page shows, as words; settings before it are left off."""
    shown = [step.command for step in transcript(page)]
    shown += [line for block in blocks(page, "sh") for line in block.replace("\\\n", " ").splitlines()]
    shown += _INLINE.findall(prose(page))
    for line in shown:
        for part in re.split(r"[;|&]+|&&", line):
            words = _words(part)
            while words and _SETTING.fullmatch(words[0]):
                words = words[1:]
            if words and Path(words[0]).name in {"harvest", "scrapy", "make"}:
                yield [Path(words[0]).name, *words[1:]]


def settings(page: Path) -> set[str]:
    """The names of all our settings that a page speaks of."""
    return set(re.findall(r"\b(?:HARVEST_[A-Z_]+[A-Z]|NCBI_API_KEY)\b", page.read_text(encoding="utf-8")))


def _words(part: str) -> list[str]:
    try:
        return shlex.split(part, comments=True)
    except ValueError:
        return []


def run(steps: list[Step], folder: Path, **environment: str) -> list[str]:
    """Run commands one after the other in one shell, in a copy of what they need of a checkout; return what each said.

    Standard error stands where it came. `make demo` is `harvest demo`, as in the Makefile, without making the
    environment first.
    """
    for path in ("scrapy.cfg", "data/topics", "data/demo", "tools/verify_ledger.py"):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        copy = shutil.copytree if (CHECKOUT / path).is_dir() else shutil.copy
        copy(CHECKOUT / path, folder / path)
    inherited = {
        key: value for key, value in os.environ.items() if not key.startswith(("HARVEST_", "NCBI_", "SCRAPY_"))
    }
    tools = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    script = ['make() { harvest "$@"; }', f"mark() {{ local code=$?; echo '{_MARK}'; return $code; }}"]
    for step in steps:
        script += ["mark", step.command]
    ended = subprocess.run(
        ["bash", "-c", "\n".join(script)],
        cwd=folder,
        env=inherited | {"PATH": tools, "XDG_STATE_HOME": str(folder / ".state"), "HOME": str(folder)} | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        check=False,
        timeout=240,
    )
    return ended.stdout.split(f"{_MARK}\n")[1:]
