"""`harvest doctor`: will it work here?"""

from datetime import UTC, datetime
from typing import Annotated

import typer

from harvest.cli.terminal import as_json, plain, say


def doctor(*, json: Annotated[bool, typer.Option("--json", help="Say it as one JSON object.")] = False) -> int:
    """Look for what would keep a run from working.

    Exit codes: 0 no problem (advice may be given, being offline is advice), 3 a problem.
    """
    from harvest.configuration import Configuration
    from harvest.doctor import Grade, examine
    from harvest.errors import HarvestError

    findings = list(examine(Configuration.load(), datetime.now(UTC)))
    code = HarvestError.exit_code if any(one.grade is Grade.PROBLEM for one in findings) else 0
    if json:
        said = [{"name": one.name, "grade": str(one.grade), "said": one.said} for one in findings]
        as_json({"exit_code": code, "findings": said})
        return code
    for one in findings:
        say(f"{one.grade:<8} {one.name:<18} {plain(one.said)}")
    return code
