"""Whether a document may be relied on, as each service says it: retracted, not retracted, or not known, and when.

Errata and expressions of concern are not retractions; what no service was asked is not known to be unretracted.
"""

from harvest.standing.flags import FLAGS, UNCONFIRMED, also, by_services, events, standing_flags
from harvest.standing.ranges import sids_in, sids_said
from harvest.standing.standings import LEDGER, Heard, Standings, with_services
from harvest.standing.status import Event, Notice, State, Status, event_of, status
from harvest.standing.told import Told

__all__ = [
    "FLAGS",
    "LEDGER",
    "UNCONFIRMED",
    "Event",
    "Heard",
    "Notice",
    "Standings",
    "State",
    "Status",
    "Told",
    "also",
    "by_services",
    "event_of",
    "events",
    "sids_in",
    "sids_said",
    "standing_flags",
    "status",
    "with_services",
]
