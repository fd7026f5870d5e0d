"""A record's sentences, and the part that a name plays in the one where it stands."""

import re
from functools import cached_property

from harvest.model import Record
from harvest.passages import Passage, passages
from harvest.screening.fields import Place
from harvest.screening.roles import Role, role

_PAGES = "web"
"""The provider of pages, none of which has results of its own."""
_REVIEW_TYPES = frozenset({"D016454", "D000078182", "D017418"})
_REVIEW = re.compile(r"\b(?:over|re)views?\b|\bmeta-analys[ei]s\b", re.IGNORECASE)
_REVIEWING = re.compile(
    r"\b(?:we|this (?:\w+ )?(?:article|paper)) (?:\w+ )?reviews?\b|\bthis (?:\w+ )?review\b", re.IGNORECASE
)
_ASKING = (
    r"(?:investigat|examin|evaluat|assess|test|compar|describ|determin|explor|analy|identif|stud|measur|elucidat|clarif"
    r"|report|review|quantif|estimat|characteri)"
)
_AIMS = re.compile(
    r"\b(?:aim(?:s|ed)?|objectives?|purpose|goal|we|our|hypothes\w+|this (?:\w+ )?(?:study|trial|review|paper|report)"
    rf"|to (?:\w+ )?{_ASKING})"
)
_OURS = re.compile(
    rf"\bwe (?:have )?(?:\w+ly )?(?:{_ASKING}|found|find|show|present|treat|observ)"
    r"|\b(?:in|of) (?:this|the present) (?:study|trial|paper|report|review)\b|\bherein?, we\b"
    r"|\b\d+[- ]year[- ]old|\bn ?= ?\d|\bp ?[<=] ?0?\.\d|\b(?:this|the present) case\b"
    r"|\bone (?:patient|infant|baby|child|case)\b"
    r"|\bwere (?:randomi[sz]ed|randomly|treated|given|injected|assigned|enrolled|recruited|administered)\b"
)
_PRIOR = re.compile(
    r"\b(?:previous(?:ly)? (?:\w+ )?(?:stud|report|work|show|describ)|current (?:\w+ )?(?:data|evidence|guidelines)"
    r"|(?:is|are) (?:\w+ly )?(?:known|thought|believed|recommended|used (?:to|in|for|as))|ha(?:s|ve) (?:\w+ly )?been"
    r"|(?:studies|evidence|data|reports) (?:have|has))"
)
_HOPED = re.compile(
    r"\bpav\w+ the way|\b(?:may|might|can|could|would) (?:\w+ly |also )?(?:be (?:an?|used|useful|considered|helpful"
    r"|promising|effective|beneficial|explained|of|applied|developed|repurposed|explored|tested|investigated|relevant)\b"
    r"|serve|represent|provide|offer|help|hold|become|contribute|lead to|have (?:an? )?(?:\w+ )?(?:potential|role))"
    r"|\bpotential|\bpromis|\bfuture\b|\bfurther (?:stud|research|work)|\bwarrant|\bexpected to\b|\bhope|\bcandidate"
)
_NUMBING = re.compile(r"\ban?a?esthesia (?:with|by|using) (?:[\w-]+ ){0,3}$")
_REFERENCES = re.compile(
    r"^[ \t]*(?:references|bibliography|literature cited|works cited)[ \t]*:?[ \t]*$", re.IGNORECASE | re.MULTILINE
)
_CITED = re.compile(
    r"[^.]{0,150}\. (?:[A-Z][\w&()-]*(?:\. ?| )|(?:of|and|the|&) ){1,8}(?:19|20)\d\d[A-Za-z ]{0,5}; ?\d"
)
"""The rest of a title, a journal, a year and a volume."""


class Sentences:
    """One record, cut into sentences when first asked for."""

    def __init__(self, record: Record) -> None:
        self._record = record

    def at(self, place: Place) -> tuple[int, Passage]:
        """The number of the sentence in which a place of the title or the abstract lies, and the sentence."""
        for number, passage in enumerate(self._passages):
            if passage.field == place.field and place.start < passage.end:
                return number, passage
        return -1, Passage("abstract", 0, len(place.raw), "unknown")

    def role(self, place: Place, passage: Passage) -> Role:
        """The part of the name at `place`, which lies in `passage`."""
        sentence = plain(place.raw[passage.start : passage.end])
        start, end = place.start - passage.start, place.end - passage.start
        if not self._gathers_others and self._is_background(passage, sentence):
            return "background"
        if place.field == "abstract" and (place.start >= self._references or _CITED.match(place.raw, place.end)):
            return "reference"
        plays = role(sentence, start, end)
        if place.field == "title" and (plays == "tool" or _NUMBING.search(sentence, 0, start)):
            return "own"
        means = passage.role in ("conclusions", "unknown") and not self._gathers_others
        return "outlook" if plays == "own" and means and _HOPED.search(sentence, 0, start) else plays

    @cached_property
    def _passages(self) -> tuple[Passage, ...]:
        return passages(self._record)

    @cached_property
    def _gathers_others(self) -> bool:
        """A page, or a review without sections: what others found is its subject, not its background."""
        if self._record.provider == _PAGES:
            return True
        if any(section.label for section in self._record.abstract):
            return False
        typed = any(term.ui in _REVIEW_TYPES for term in self._record.publication_types)
        return typed or bool(_REVIEW.search(self._record.title) or _REVIEWING.search(self._record.abstract_text))

    @cached_property
    def _references(self) -> int:
        """Where the list of references begins in the abstract, or its end."""
        text = self._record.abstract_text
        found = _REFERENCES.search(text)
        return found.start() if found else len(text)

    def _is_background(self, passage: Passage, sentence: str) -> bool:
        if passage.role == "background" or (passage.role == "unknown" and _PRIOR.search(sentence)):
            return not _OURS.search(sentence)
        return passage.role == "aim" and self._leads_to_the_aim(passage, sentence)

    def _leads_to_the_aim(self, passage: Passage, sentence: str) -> bool:
        """Under the heading of the aim, but telling what is known, before the sentence that says the aim."""
        later = any(p.role == "aim" and p.start > passage.start for p in self._passages if p.field == passage.field)
        return later and not _AIMS.search(sentence)


def plain(sentence: str) -> str:
    """Lower case, dashes made one kind, every code point in its place."""
    lower = sentence.lower()
    lower = lower if len(lower) == len(sentence) else sentence
    return re.sub(r"[\u2010-\u2015\u2212]", "-", re.sub(r"\s", " ", lower))
