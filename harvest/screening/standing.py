"""What a record's mentions amount to: is the compound tested or used, is the condition what the record is about?

One mention in its own right is enough, unless the document as a whole says something else: a title that names a
comparator, headings without the compound where a person indexed, an arm that is named among the methods alone.
"""

import re
from collections.abc import Sequence

from harvest.model import Record
from harvest.screening.mentions import Mention

_LEFT_OPEN = frozenset({"background", "example", "outlook"})
"""Parts that do not say that something else was studied: a keyword may."""
_ARM = re.compile(r"\b(?:or|vs\.?|versus) (?:with |by )?(?:[\w-]+ )?$", re.IGNORECASE)


def tested(mentions: Sequence[Mention], record: Record) -> tuple[Mention, ...]:
    """The mentions by which a compound is tested or used; nothing where it is only named."""
    text = [mention for mention in mentions if mention.in_text]
    own = [mention for mention in text if mention.role == "own"]
    keyed = [mention for mention in mentions if mention.field in ("keywords", "vernacular_title")]
    indexed = [mention for mention in mentions if mention.field in ("mesh", "substances")]
    if not text or {mention.role for mention in text} <= _LEFT_OPEN:
        return (*keyed, *(indexed if not text or _is_indexed(record) else ()))
    if not own or _is_set_against(text):
        return ()
    if keyed or any(mention.field == "title" for mention in own):
        return (*own, *keyed, *indexed)
    passing = len(own) == 1 and not (own[0].leads or own[0].given) and not indexed and _is_indexed(record)
    stands_in = any(mention.role == "control" for mention in text) or (_is_only_an_arm(own, record) and not indexed)
    return () if passing or stands_in else (*own, *indexed)


def meant(mentions: Sequence[Mention], record: Record) -> tuple[Mention, ...]:
    """The mentions by which a record is about a condition; a keyword on which the abstract is silent is none."""
    text = [mention for mention in mentions if mention.in_text]
    own = tuple(mention for mention in text if mention.role == "own")
    if own:
        return (*own, *(mention for mention in mentions if not mention.in_text))
    if any(mention.role in ("setting", "left-out") for mention in text):
        return ()
    enough = ("mesh",) if record.abstract and not text else ("mesh", "keywords", "vernacular_title", "substances")
    return tuple(mention for mention in mentions if mention.field in enough)


def _is_set_against(text: Sequence[Mention]) -> bool:
    """The title, or the aim where the title is silent, names it as what something else is compared with."""
    leading = [mention for mention in text if mention.field == "title"]
    leading = leading or [mention for mention in text if mention.says == "aim"]
    roles = {mention.role for mention in leading}
    if not roles or "own" in roles:
        return False
    leads = any(mention.role == "own" and mention.leads for mention in text)
    return "instrument" in roles or ("comparator" in roles and not leads)


def _is_only_an_arm(own: Sequence[Mention], record: Record) -> bool:
    """Named among the methods only, of a record whose results are told."""
    if any(mention.says != "methods" for mention in own):
        return False
    return all(_ARM.search(record.abstract_text[max(0, m.start - 30) : m.start]) for m in own)


def _is_indexed(record: Record) -> bool:
    """Did a person list its substances?"""
    return bool(record.substances) and record.indexing_method != "Automated"
