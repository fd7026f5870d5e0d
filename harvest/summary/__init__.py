"""The profile of a topic: what its ledger adds up to, as honest counts (design section 6, "Counting unit").

A study counts once however many documents report it; syntheses, reports, registrations and what has no results of its
own stand apart; what is retracted has no weight; and each "none found" says where was not searched.
"""

from harvest.summary.legacy import legacy_index
from harvest.summary.lines import lines
from harvest.summary.profile import Profile, summarise

__all__ = ["Profile", "legacy_index", "lines", "summarise"]
