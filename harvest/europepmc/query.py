"""A topic in Europe PMC's language.

Names are asked for in title, abstract, keywords, substances and headings: a bare phrase would also be looked up in the
full text of every article that is free to read, where nearly everything is mentioned somewhere.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict

from harvest.errors import UsageError
from harvest.model import Key
from harvest.topics import Topic

Source = Literal["MED", "PMC", "PPR", "AGR", "CBA", "CTX", "ETH", "HIR", "NBK", "PAT"]
"""Where a record stems from: PubMed, articles in PMC alone, preprints, Agricola, Chinese Biological Abstracts,
CiteXplore, theses, NHS guidelines, Bookshelf, patents."""
Licence = Literal["cc0", "cc by", "cc by-sa", "cc by-nc", "cc by-nc-sa", "cc by-nd", "cc by-nc-nd"]

_SYNTAX: Final = re.compile(r'["\\]')
_FIELDS: Final = ("TITLE_ABS", "KW", "CHEM")


class EuropepmcOptions(BaseModel):
    """The table `[providers.europepmc]` of a topic file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    scope: Literal["compound", "pair"] = "compound"
    """`compound`: all records of the compound, relevance decided by us; `pair`: compound and condition both asked."""
    sources: tuple[Source, ...] = ("MED", "PMC", "PPR", "AGR", "CBA", "CTX", "ETH", "HIR", "NBK")
    """Which of its collections are asked; patents are left out unless named."""
    full_text: tuple[Licence, ...] = ("cc0", "cc by", "cc by-sa")
    """Licences under which the full text of an open-access article is read for claims; empty: none is."""


def query(topic: Topic, options: EuropepmcOptions) -> str:
    """The exact query of `topic`, without any window.

    Raises:
        UsageError: no collection is left to ask.
    """
    if not options.sources:
        raise UsageError("expected at least one of Europe PMC's collections, got none in providers.europepmc.sources")
    compound = topic.compound
    asked = _united((*compound.names, *compound.derivatives), compound.mesh)
    if options.scope == "pair":
        asked = f"({asked}) AND ({_united(topic.condition.names, topic.condition.mesh)})"
    sources = " OR ".join(f"SRC:{source}" for source in dict.fromkeys(options.sources))
    return f"({asked}) AND ({sources})"


def within(asked: str, field: str, first: date, last: date) -> str:
    """`asked`, of the days from `first` to `last` in the date field `field` (`FIRST_IDATE`, `UPDATE_DATE`)."""
    return f"({asked}) AND {field}:[{first.isoformat()} TO {last.isoformat()}]"


def named(keys: Sequence[Key]) -> str:
    """A query for the very records of these keys (`epmc:MED/16996037`); an id alone would name several."""
    pairs = (key.partition(":")[2].partition("/") for key in keys)
    return " OR ".join(f"(EXT_ID:{number} AND SRC:{source})" for source, _, number in pairs)


def _united(names: Iterable[str], headings: Iterable[str]) -> str:
    phrases = [f'{field}:"{_plain(name)}"' for name in names for field in _FIELDS]
    return " OR ".join(dict.fromkeys([*phrases, *(f'MESH:"{_plain(heading)}"' for heading in headings)]))


def _plain(name: str) -> str:
    """A name between quotation marks has no syntax but these marks themselves."""
    return " ".join(_SYNTAX.sub(" ", name).split())
