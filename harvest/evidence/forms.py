"""What a document is by where it comes from: a register's entry, something that a user wrote, a page of the web.

Only what users write can be anecdotal, and neither a register's entry nor a page has results of its own (design
section 6): a page tells of studies, it is none.
"""

import re
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from harvest.evidence import registers
from harvest.evidence.designs import Design
from harvest.evidence.opinion import Opinion
from harvest.model import EvidenceKind, Reason, Record
from harvest.reports import Kind, Report, is_user_written, read

REGISTERS: Final = frozenset({"trials", "ctgov", "ictrp"})
"""`ctgov`: what other people's records call ClinicalTrials.gov."""
PAGES: Final = frozenset({"web"})
_SURE: Final = 985_000
_OF_A_REPORT: Final = MappingProxyType(
    {
        Kind.FIRST_PERSON: (EvidenceKind.ANECDOTAL, Design.FIRST_PERSON),
        Kind.SECOND_HAND: (EvidenceKind.ANECDOTAL, Design.SECOND_HAND),
        Kind.QUESTION: (EvidenceKind.NONE, Design.QUESTION),
        Kind.MARKETING: (EvidenceKind.NONE, Design.MARKETING),
    }
)
_OF_A_PAGE: Final = MappingProxyType({"vendor": Design.MARKETING, "news": Design.NEWS})
"""What a page's kind says where its words say nothing (`harvest.pages.PageKind`)."""
_PERSON = re.compile(
    r"\b(?:my|me|myself|you|your|yours)\b|\bi(?:'m|'ve|'d|'ll| (?:am|was|have|had|take|took|feel|felt|got|started"
    r"|stopped|tried|used|think|want|need|just|can|do|did))\b",
    re.IGNORECASE,
)
_NOTICE = re.compile(
    r"^\W?(?:(?:author|publisher)(?:'s)? )?"
    r"(?:(?:correction|addendum)(?::| to:| to(?= [\"'\u2018\u201c])| for [\"'\u2018\u201c])"
    r"|(?:corrigendum|corrigenda|erratum|errata)\b"
    r"|retraction(?:[ -](?:notice|note))?(?:\s*:| to\b)|retraction (?:notice|note)\b"
    r"|(?:editorial )?expression of concern\b)",
    re.IGNORECASE,
)
"""A title that is only about another document; `RETRACTED: ...` is the document itself."""
_SHORT: Final = 600
"""A notice has next to no abstract."""
_LETTERS: Final = 12
"""With fewer nobody can be said to have written anything."""
_OPINION = re.compile(
    r"\b(?:I|we) (?:\w+ )?(?:believe|think|recommend|suggest|feel|explain|prescribe|advise)\b"
    r"|\bin (?:my|our) (?:opinion|view|experience|practice|clinic)\b",
    re.IGNORECASE,
)
_NEWS = re.compile(
    r"\b(?:reported|announced|published|said) (?:on |this |last )?(?:mon|tues|wednes|thurs|fri|week|month|today)",
    re.IGNORECASE,
)


def opinion(record: Record) -> Opinion | None:
    """What the record's origin settles; None for what journals publish."""
    notice = _NOTICE.search(record.title)
    if notice and len(record.abstract_text) < _SHORT:
        reason = Reason("evidence.notice", "title", notice.start(), notice.end(), notice.group())
        return _settled(EvidenceKind.NONE, Design.OTHER, (reason,), basis="")
    if record.provider in REGISTERS:
        return registers.opinion(record)
    if _may_be_a_users(record) and is_user_written(record):
        return _report(record)
    return _page(record, read(record)) if record.provider in PAGES else None


def _may_be_a_users(record: Record) -> bool:
    """Without a provider a title speaks for a document, unless somebody speaks of himself or to somebody."""
    if record.provider:
        return True
    if not record.title:
        return sum(letter.isalpha() for letter in record.abstract_text[:200]) >= _LETTERS
    return bool(_PERSON.search(record.title) or _PERSON.search(record.abstract_text))


def _report(record: Record) -> Opinion:
    told = read(record)
    if told.label is Kind.INFORMATION:
        page = _page(record, told)
        return page if record.provider in PAGES else replace(page, basis="post", flags=told.flags)
    kind, design = _OF_A_REPORT[told.label]
    reasons = told.reasons or (_by(record),)
    return Opinion("form", kind, (design,), told.probability, reasons, decisive=True, basis="post", flags=told.flags)


def _page(record: Record, told: Report) -> Opinion:
    """An opinion, news, or something else without results of its own; what is to be sold is marketing."""
    if told.label is Kind.MARKETING:
        return _settled(EvidenceKind.NONE, Design.MARKETING, told.reasons)
    for design, words in ((Design.OPINION, _OPINION), (Design.NEWS, _NEWS)):
        for field, text in (("title", record.title), ("abstract", record.abstract_text)):
            if found := words.search(text):
                reason = Reason(f"evidence.page-{design}", field, found.start(), found.end(), found.group())
                return _settled(EvidenceKind.NONE, design, (reason,))
    kind = str(record.details.get("page_kind", ""))
    if design_of_kind := _OF_A_PAGE.get(kind):
        return _settled(EvidenceKind.NONE, design_of_kind, (Reason("evidence.page-kind", "details", text=kind),))
    return _settled(EvidenceKind.NONE, Design.OTHER, (_by(record),))


def _by(record: Record) -> Reason:
    return Reason("evidence.origin", "provider", text=record.provider or "a user's text")


def _settled(kind: EvidenceKind, design: Design, reasons: tuple[Reason, ...], basis: str = "full-text") -> Opinion:
    return Opinion("form", kind, (design,), _SURE, reasons, decisive=True, basis=basis)
