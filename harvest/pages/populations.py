"""On whom a passage says that something was found: people, animals or cells, somebody's own experience, or nobody."""

from collections.abc import Sequence
from typing import Final

from harvest.model import Citation, EvidenceKind
from harvest.pages.paragraphs import Sentence
from harvest.pages.words import words

_BACK: Final = 6
"""Sentences of the section in which a study may have been described whose results are told now."""
_STUDIED: Final = frozenset({EvidenceKind.HUMAN, EvidenceKind.PRECLINICAL})


class Populations:
    """What the sentences of one page say of that."""

    def __init__(self, sentences: Sequence[Sentence]) -> None:
        self._sentences = sentences
        self._by_citation: dict[str, set[EvidenceKind]] = {}
        """What those sentences say of a study that cite it alone."""
        for each in sentences:
            kind = _said(each.text)
            if len(each.cited) == 1 and kind in _STUDIED:
                self._by_citation.setdefault(_name(each.cited[0]), set()).add(kind)

    def of(self, number: int) -> EvidenceKind:
        """What the study rests on that a sentence tells of; `none` where of none, `undetermined` where not of whom."""
        sentence = self._sentences[number]
        own = _said(sentence.text)
        if own is not EvidenceKind.NONE:
            return own
        told = any(words("claims", name).search(sentence.text) for name in ("study", "result"))
        if not told and (not sentence.cited or words("claims", "approved").search(sentence.text)):
            return EvidenceKind.NONE
        cited = self._cited(sentence)
        return cited if cited is not EvidenceKind.NONE else self._described(number)

    def _cited(self, sentence: Sentence) -> EvidenceKind:
        """By the words of what is cited, and by what else the page says of it."""
        found = {_of_reference(each.text) for each in sentence.cited}
        found |= {kind for each in sentence.cited for kind in self._by_citation.get(_name(each), ())}
        found -= {EvidenceKind.NONE}
        return found.pop() if len(found) == 1 else EvidenceKind.UNDETERMINED if found else EvidenceKind.NONE

    def _described(self, number: int) -> EvidenceKind:
        """By what was described last: in the same paragraph; where results are told, in the same section."""
        here = self._sentences[number]
        whole = bool(words("claims", "result").search(here.text))
        for each in reversed(self._sentences[max(0, number - _BACK) : number]):
            if each.section != here.section or (each.paragraph != here.paragraph and not whole):
                break
            if (kind := _said(each.text)) is not EvidenceKind.NONE:
                return kind
            whole = whole and not words("claims", "another").search(each.text)
        return EvidenceKind.UNDETERMINED


def _said(text: str) -> EvidenceKind:
    animal, human = words("claims", "animal").search(text), words("claims", "human").search(text)
    if words("claims", "experience").search(text):
        return EvidenceKind.ANECDOTAL
    if animal:
        return EvidenceKind.UNDETERMINED if human else EvidenceKind.PRECLINICAL
    return EvidenceKind.HUMAN if human and words("claims", "study").search(text) else EvidenceKind.NONE


def _of_reference(text: str) -> EvidenceKind:
    """A title need not say that it is one of a study."""
    animal, human = words("claims", "animal").search(text), words("claims", "human").search(text)
    if animal and human:
        return EvidenceKind.UNDETERMINED
    return EvidenceKind.PRECLINICAL if animal else EvidenceKind.HUMAN if human else EvidenceKind.NONE


def _name(citation: Citation) -> str:
    return citation.key or citation.text
