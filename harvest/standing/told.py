"""All that a service tells of one document, and how it stands in a line."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from harvest.model import Key, Related
from harvest.standing.status import State, Status

MOST: Final = 50
"""Notices and links that a line names; one notice may retract hundreds of papers."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a service says of a document.

    Attributes:
        status: whether it stands.
        ids: identifiers that the service gives it.
        links: other documents that the service names.
        open_access: `url` of a copy that anybody may read, `kind` (`gold`, `green`, ...), `licence`, `version`;
            without what is not known, empty where there is no such copy.
    """

    status: Status
    ids: tuple[Key, ...] = ()
    links: tuple[Related, ...] = ()
    open_access: Mapping[str, str] = field(default_factory=dict)

    def body(self, *, known: Collection[Key] = ()) -> dict[str, Any]:
        """As it stands in `services`; what has nothing to say is absent, so is the state of a document that stands.

        Args:
            known: identifiers that the document's own record has; they are not said again.
        """
        notices = [
            {"event": str(notice.event), "key": notice.key, "day": notice.day, "said_by": list(notice.said_by)}
            for notice in self.status.notices[-MOST:]
        ]
        links = [{"relation": link.relation, "key": link.key, "citation": link.citation} for link in self.links[:MOST]]
        state = str(self.status.state) if self.status.state is State.RETRACTED else ""
        said = {
            "state": state,
            "notices": notices,
            "ids": [key for key in self.ids if key not in known],
            "links": links,
            "open_access": dict(self.open_access),
        }
        return {name: value for name, value in said.items() if value}
