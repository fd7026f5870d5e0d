"""A topic in the language of ClinicalTrials.gov (Essie): parameters of `/studies`, and nothing that it does not know.

Names stand in quotation marks. The service adds its own synonyms to them; what that brings along is judged here, and
left out where it is about something else.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints

from harvest.model import Key
from harvest.topics import Topic

_SYNTAX: Final = re.compile(r'["\\\[\](){}]')
_PROTOCOL: Final = (
    "identificationModule", "statusModule", "sponsorCollaboratorsModule", "descriptionModule", "conditionsModule",
    "designModule", "armsInterventionsModule", "outcomesModule", "eligibilityModule", "referencesModule",
)  # fmt: skip
_RESULTS: Final = ("participantFlowModule", "outcomeMeasuresModule", "adverseEventsModule", "moreInfoModule")

FIELDS: Final = "|".join([*(f"protocolSection.{module}" for module in _PROTOCOL), "hasResults"])
"""What is asked for of a registration; posted results are large and are asked for one by one."""
RESULT_FIELDS: Final = "|".join([FIELDS, *(f"resultsSection.{module}" for module in _RESULTS)])


class TrialsOptions(BaseModel):
    """The table `[providers.trials]` of a topic file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    scope: Literal["compound", "pair"] = "compound"
    """`compound`: all studies that name the compound, relevance decided by us; `pair`: of the condition alone."""
    ids: tuple[Annotated[str, StringConstraints(pattern=r"^NCT\d{8}$")], ...] = ()
    """Registrations that somebody named: found and judged like the rest."""


def parameters(topic: Topic, options: TrialsOptions) -> dict[str, str]:
    """What the studies of `topic` are asked for with, without any window."""
    compound = topic.compound
    asked = {"query.term": _united((*compound.names, *compound.derivatives))}
    if options.scope == "pair":
        asked["query.cond"] = _united(topic.condition.names)
    return asked


def updated_since(first: date) -> dict[str, str]:
    """The parameter that leaves studies whose last update was posted on `first` or later."""
    return {"filter.advanced": f"AREA[LastUpdatePostDate]RANGE[{first.isoformat()},MAX]"}


def named(keys: Sequence[Key]) -> dict[str, str]:
    """The parameter for the very studies of these keys."""
    return {"filter.ids": ",".join(dict.fromkeys(number(key) for key in keys))}


def number(key: Key) -> str:
    """The NCT number in a key, of a registration or of its results."""
    return key.partition(":")[2]


def shown(asked: Mapping[str, str]) -> str:
    """Parameters in one line, as they stand in the ledger."""
    return " & ".join(f"{name}={value}" for name, value in asked.items())


def _united(names: Iterable[str]) -> str:
    phrases = (" ".join(_SYNTAX.sub(" ", name).split()) for name in names)
    return " OR ".join(dict.fromkeys(f'"{phrase}"' for phrase in phrases if phrase))
