"""A plain caller of the E-utilities emulator."""

from typing import Any
from urllib.parse import urlencode

from tests.servers.asking import Reply, command, send

__all__ = ["Reply", "ask", "command", "send"]


def ask(base: str, tool: str, *, post: bool = False, **params: Any) -> Reply:
    """Ask a tool, by GET or with a form."""
    query = urlencode(params, doseq=True)
    if post:
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        return send(f"{base}{tool}.fcgi", "POST", body=query.encode(), headers=form)
    return send(f"{base}{tool}.fcgi?{query}")
