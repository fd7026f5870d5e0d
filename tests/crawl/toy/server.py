"""The toy service behind a socket."""

from typing import Any, ClassVar

from tests.servers import faults
from tests.servers.emulator import Emulator
from tests.servers.faults import Rule
from tests.servers.messages import Answer, Request, jsonic

PAGE = 10


class LeafletsServer(Emulator):
    """Hands out leaflets that contain all words asked for."""

    path = "/v1/"
    faults: ClassVar = (*faults.FAULTS, "busy")

    def __init__(self, leaflets: list[dict[str, Any]]) -> None:
        super().__init__()
        self.leaflets = leaflets

    def respond(self, request: Request, rule: Rule | None) -> Answer:
        if rule:
            return jsonic({"error": "busy"})
        words = request.get("words").lower()
        hits = [one for one in self.leaflets if words in f"{one['name']} {one['says']}".lower()]
        start = int(request.get("from"))
        shown = hits[start : start + PAGE]
        return jsonic({"leaflets": shown, "of": len(hits), "more": start + PAGE < len(hits)})
