#!/usr/bin/env python3
"""Writes `docs/reference/cli.md` from the commands' own help texts.

python tools/cli_reference.py
"""

from pathlib import Path
from typing import Final

import typer

from harvest.cli.main import app

REFERENCE: Final = Path(__file__).resolve().parents[1] / "docs" / "reference" / "cli.md"
WIDTH: Final = 78

HEAD: Final = """\
# The commands

Written by `tools/cli_reference.py` from the commands themselves; a test compares.
Commands that print facts take `--json`: one JSON object on standard output, nothing else there.

## Exit codes

| code | means | from |
|---|---|---|
| 0 | complete, valid, done; `doctor`: no problem | all |
| 1 | broken: the ledger contradicts itself or a signed head | `verify`, `demo` |
| 1 | a proof that does not hold | `verify-proof` |
| 2 | partial: some records failed | `crawl`, `ingest`, `reclassify`, `recheck` |
| 2 | some lines held no record | `classify`, `dedupe`, `explain` |
| 2 | a valid ledger, but unsealed above a head or with an interrupted run | `verify` |
| 2 | a proof whose path holds, but no key was given: nobody vouches for it | `verify-proof` |
| 3 | failed: nothing trustworthy, unreadable, refused, a full disk; `doctor`: a problem | all |
| 64 | the arguments, a setting or a topic file is wrong; a lone provider that had to be skipped | all |
| 75 | another run of the same topic and provider is going on | `crawl`, `ingest`, `reclassify`, `recheck` |
| 130 | interrupted with Ctrl-C outside a crawl (a crawl finishes its batch and exits 2) | all |
| 141 | whoever read the output has gone | all |

What is wrong is said in one line on standard error: `harvest: what was expected and what came; what to do next`.
`HARVEST_TRACEBACK=1` shows where a fault of the program itself happened.
"""


def text() -> str:
    """The whole reference."""
    command = typer.main.get_command(app)
    return HEAD + "".join(_section(command, "harvest"))


def _section(command: typer.core.TyperGroup | typer.core.TyperCommand, path: str) -> list[str]:
    context = typer.Context(command, info_name=path, terminal_width=WIDTH, max_content_width=WIDTH)
    said = [f"\n## {path}\n\n```text\n{context.get_help().rstrip()}\n```\n"]
    for name, inner in getattr(command, "commands", {}).items():
        said += _section(inner, f"{path} {name}")
    return said


if __name__ == "__main__":
    REFERENCE.parent.mkdir(parents=True, exist_ok=True)
    REFERENCE.write_text(text(), encoding="utf-8")
