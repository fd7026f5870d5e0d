"""What a page claims of a topic's compound: each sentence that states something of it, and what it rests that on."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from harvest.findings.lexicon import Part
from harvest.findings.names import Names, names
from harvest.findings.statements import Change, parts, plain, statements
from harvest.model import Claim, Direction, EvidenceKind, Record, Relevance
from harvest.pages.dosing import dosing
from harvest.pages.paragraphs import Sentence, read
from harvest.pages.populations import Populations
from harvest.pages.words import words
from harvest.reports.medicines import medicines
from harvest.reports.views import tokens
from harvest.text import Terms
from harvest.topics import Topic

_MOST: Final = 40
_ROOM: Final = 24_000
"""Bytes that the words of all claims may take: a line holds 65,535."""
_LONGEST: Final = 600
"""Code points; what is longer is no sentence that anybody would quote."""
_DIRECTIONS: Final = {
    Change.BETTER: Direction.IMPROVED,
    Change.WORSE: Direction.WORSENED,
    Change.SAME: Direction.NO_CLEAR_DIFFERENCE,
}
_TURN: Final = int(Part.TURN)
_MEANWHILE: Final = re.compile(r",? (?:while|whereas)\b")
_FEWEST: Final = 5
"""Words of a sentence."""
_CITED: Final = 200
"""Code points of a reference that a claim names."""


def claims(record: Record, topic: Topic) -> tuple[Claim, ...]:
    """The sentences of a page that state something of the compound, in their order.

    None of them tells of doses, schedules or how to take it. `evidence` is that of the study that the sentence tells of
    or cites, as far as the page says: of the page itself it is never more than `none`.

    Args:
        record: of provider `web`; its text is the abstract.
        topic: the pair.
    """
    listed = [(start, end) for start, end in record.details.get("listed", ())]
    sentences = read(record.abstract_text, record.citations, listed)
    known, populations = _Known.of(topic), Populations(sentences)
    told = (
        _claim(each, _before(sentences, number), populations.of(number), known)
        for number in known.about(sentences)
        if _states((each := sentences[number]).text) and not dosing(each.text)
    )
    return tuple(_fitting(islice(told, _MOST)))


def _before(sentences: Sequence[Sentence], number: int) -> str:
    """The sentence before, in the same paragraph."""
    same = number and sentences[number - 1].paragraph == sentences[number].paragraph
    return sentences[number - 1].text if same else ""


def _fitting(told: Iterable[Claim]) -> Iterator[Claim]:
    """Those for whose words there is room."""
    room = _ROOM
    for claim in told:
        room -= sum(len(said.encode()) for said in (claim.text, *claim.cites, *claim.cited))
        if room < 0:
            return
        yield claim


@dataclass(frozen=True, slots=True)
class _Known:
    """A topic made ready."""

    names: Names
    context: Terms
    needs_context: bool

    @classmethod
    def of(cls, topic: Topic) -> "_Known":
        return cls(names(topic), Terms(topic.condition.context), bool(topic.condition.context))

    def about(self, sentences: Sequence[Sentence]) -> Iterator[int]:
        """The numbers of those that name the compound, or that go on about it: `It also ...`, `These effects ...`."""
        ours, paragraph = False, -1
        for number, sentence in enumerate(sentences):
            places = self.names.compound.terms.find(sentence.text)
            others = medicines(tokens(sentence.text))
            if places:
                yield number
                paragraph = sentence.paragraph
                ours = not others or places[0].start <= others[0].start
                continue
            goes_on = paragraph == sentence.paragraph and words("claims", "anaphora").search(sentence.text)
            ours = ours and bool(goes_on) and not others
            if ours:
                yield number

    def screening(self, text: str, before: str) -> Relevance:
        """Direct where the condition is named and its context there or right before; never of the healthy."""
        near = f"{before} {text}"
        context = not self.needs_context or self.context.find(near)
        healthy = words("claims", "healthy").search(near)
        direct = self.names.condition.terms.find(text) and context and not healthy
        return Relevance.DIRECT if direct else Relevance.COMPOUND_ONLY


def _states(text: str) -> bool:
    """Is it a whole sentence that says what something does, is good for or was found to be?"""
    if len(text.split()) < _FEWEST or len(text) > _LONGEST or words("claims", "other_matter").search(text):
        return False
    return bool(words("claims", "states").search(text))


def _claim(sentence: Sentence, before: str, evidence: EvidenceKind, known: _Known) -> Claim:
    return Claim(
        "abstract",
        sentence.start,
        sentence.end,
        sentence.text,
        screening=str(known.screening(sentence.text, before)),
        evidence=str(evidence),
        outcome=str(_outcome(sentence.text, known)),
        cites=tuple(dict.fromkeys(each.key for each in sentence.cited if each.key)),
        cited=tuple(dict.fromkeys(each.text[:_CITED] for each in sentence.cited if not each.key)),
    )


def _outcome(text: str, known: _Known) -> Direction:
    """What became of what the sentence is about, whether that is the topic's condition (`direct`) or something else.

    Nothing of what is only hoped, of what is measured rather than felt, of unwanted effects, and of others meanwhile.
    """
    text = _MEANWHILE.split(text)[0]
    if words("claims", "worsens").search(text) and not words("claims", "denied").search(text):
        return Direction.WORSENED
    places = [(match.start, match.end) for match in known.names.condition.terms.find(text)]
    if not places and any(words("claims", name).search(text) for name in ("marker", "harm")):
        return Direction.NOT_REPORTED
    bare = plain(text)
    condition = {
        number for start, end in places for number in range(len(bare[:start].split()), len(bare[:end].split()))
    }
    plays = parts(bare)
    stated = statements(plays, condition, welcome=known.names.welcome)
    changes = {each.change for each in stated}
    if all(each.hoped for each in stated) or (len(changes) > 1 and not any(play & _TURN for play in plays)):
        return Direction.NOT_REPORTED
    return _DIRECTIONS[changes.pop()] if len(changes) == 1 else Direction.MIXED
