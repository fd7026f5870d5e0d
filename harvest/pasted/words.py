"""The words of a text that say what it is about."""

import re
from typing import Final

from harvest.text import fold

_WORD: Final = re.compile(r"[^\W\d_]{3,}|(?:19|20)\d\d\b")
_ALONE: Final = 6
"""Letters by which two words are taken for one: plurals and endings make no difference."""
_EMPTY: Final = frozenset(
    re.findall(
        r"\w+",
        "a an the and or of in on to for with by from at as is are was were be been has have had this that these those"
        " its their his her our your not but also than then which who what when where how into after before between"
        " during over under about via per can may could would should will does did done more most some such both each"
        " et al pmid pmids doi pubmed link links source sources ref refs reference references see cite cited citation"
        " here study studies paper papers article articles abstract journal trial research record www https http com"
        " org found show shows showed shown said says according one two there they them you it we trials clinicaltrials"
        " gov registered registration nct read more full text page und der die das",
    )
)


def words(text: str) -> tuple[str, ...]:
    """Folded words of three letters and more, and years, without those that are in every text."""
    return tuple(word for word in _WORD.findall(fold(text).text) if word not in _EMPTY)


def shared(some: tuple[str, ...], others: tuple[str, ...]) -> int:
    """How many of `some` stand among `others`, whatever their endings."""
    stems = {word[:_ALONE] for word in others}
    return sum(word[:_ALONE] in stems for word in some)
