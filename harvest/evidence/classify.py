"""On what a record's own results rest: every opinion asked, joined by one published rule (design section 6).

The rule:

0. Where a document comes from settles it for a register's entry, for what a user wrote and for a page.
1. A decisive opinion settles the kind: a publication type that a person gave. PubMed had no types for systematic
   reviews and for protocols before 2019, so `Review` yields to a text that is a synthesis, and a trial to a text that
   is surely a plan.
2. Else a text that likely has no results of its own settles it (headings say who a document is about, not whether
   it reports a study), unless a type calls it a synthesis.
3. Else the likeliest opinion settles it; headings set by a person are likelier than any text.

The design is the first that the kind allows: of the publication types, then of the text, then of the headings.
Whenever another opinion names another kind, or nothing is likely enough, a person is asked.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from harvest.evidence import forms, ids, weighing
from harvest.evidence import learned as model
from harvest.evidence.designs import ALLOWED, SYNTHESES, Design
from harvest.evidence.opinion import Opinion
from harvest.evidence.text import Text
from harvest.evidence.tiers import tier
from harvest.evidence.votes import Vote, votes
from harvest.model import Evidence, EvidenceKind, Record

_ENOUGH = 80
"""Code points of an abstract from which on the trained model is right oftener than the rules."""
_WORD = re.compile("[A-Za-z]{2,}")
_FEW_WORDS = 4
_LIKELY = 850_000
"""What is less likely than this, a person should look at."""
_LIKELY_ENOUGH = 500_000
_SURELY = 950_000
_PEOPLE = ("people", "people-treated")
_PLANTS = "plants"
_DOUBTED = 800_000
_TEXT_AT_MOST = 970_000
"""However sure a text is, headings that a person set, and that say who was studied, come before it."""
_PLANS = ((Design.PROTOCOL,), (Design.TRIAL_REGISTRATION,))
_MOST = 990_000
"""Nothing is certain before a person has looked."""
_DISAGREEMENT = 250_000
_FLAGS = {
    "RetractionIn": "retracted",
    "RetractedandRepublishedIn": "retracted",
    "ExpressionOfConcernIn": "concern",
    "ErratumIn": "erratum",
    "CorrectedandRepublishedIn": "erratum",
}
"""The direction matters: these stand on the paper concerned; `RetractionOf` and the like on the notice."""
_RETRACTED = "D016441"
_DESIGN_ORDER = ("form", "types", "text", "headings")
_ENGLISH = "eng"


def classify(record: Record) -> Evidence:
    """The evidence of one record, with every reason that was found for it and against it."""
    return joined(record, opinions(record))


def joined(record: Record, views: tuple[Opinion, ...]) -> Evidence:
    """What these opinions of the record come to; one of them is the text's."""
    leading, others = _lead(views)
    kind = leading.kind or EvidenceKind.UNDETERMINED
    design = _design(kind, views)
    against = [view for view in others if view.kind not in (None, kind, EvidenceKind.UNDETERMINED)]
    probability = _probability(leading, others, against)
    parts = next((view.parts for view in views if view.parts), ()) if kind is EvidenceKind.HUMAN else ()
    return Evidence(
        kind=kind,
        design=design,
        tier=tier(kind, design),
        probability=probability,
        reasons=tuple(reason for view in (leading, *others) for reason in view.reasons),
        basis=leading.basis or _basis(record),
        needs_review=bool(against or parts) or probability < _LIKELY or _is_doubted(kind, views),
        parts=parts,
        flags=tuple(dict.fromkeys((*_flags(record), *leading.flags))),
    )


def opinions(record: Record) -> tuple[Opinion, ...]:
    """Every view of the record, the identifiers' first; the text's is the model's, of next to no text the rules'."""
    form = forms.opinion(record)
    if form:
        return (form,)
    text = Text.of(record)
    return _beside(ids.opinion(record), _of_text(text, votes(text)))


def _of_text(text: Text, cast: tuple[Vote, ...]) -> Opinion:
    """The model's opinion; the rules' where there is next to no text, and where they name others than people."""
    if _is_little(text):
        return weighing.opinion(cast, told=_is_told(text))
    by_rules = weighing.opinion(cast, told=True, cited=False)
    learned = model.opinion(text, cast, by_rules)
    if learned.kind is EvidenceKind.HUMAN:
        return _of_people(learned, by_rules, cast)
    if by_rules.parts and learned.kind is EvidenceKind.PRECLINICAL:
        return weighing.opinion(cast, told=True)
    return learned


def _of_people(learned: Opinion, by_rules: Opinion, cast: tuple[Vote, ...]) -> Opinion:
    """A study in people, unless the rules found animals, a laboratory or plants, and next to no people."""
    named = {vote.rule.votes for vote in cast}
    preclinical = by_rules.kind is EvidenceKind.PRECLINICAL and not by_rules.parts
    if preclinical and (named.isdisjoint(_PEOPLE) or _is_veterinary(cast)):
        return weighing.opinion(cast, told=True)
    if _PLANTS in named and named.isdisjoint(_PEOPLE):
        plants = tuple(vote.reason for vote in cast if vote.rule.votes == _PLANTS)
        return Opinion("text", EvidenceKind.NONE, (Design.OTHER,), _DOUBTED, plants)
    return replace(learned, probability=min(learned.probability, _DOUBTED)) if preclinical else learned


def _is_veterinary(cast: tuple[Vote, ...]) -> bool:
    """Animals in the title, no people treated, few words of people: animals have ages and clinics as well."""
    weights = {what: sum(vote.weight for vote in cast if vote.rule.votes == what) for what in ("animal", *_PEOPLE)}
    titled = any(vote.rule.votes == "animal" and vote.field == "title" for vote in cast)
    return titled and not weights["people-treated"] and weights["people"] < weights["animal"] / 2


def _is_little(text: Text) -> bool:
    """Next to no abstract, or one in letters that the model cannot read."""
    abstract = text.fields["abstract"].raw
    return len(abstract) < _ENOUGH or 2 * len(abstract.encode("ascii", "ignore")) < len(abstract)


def _is_told(text: Text) -> bool:
    """There is an abstract of a few words that can be read."""
    return len(_WORD.findall(text.fields["abstract"].raw)) >= _FEW_WORDS


def opinions_by_rules(record: Record) -> tuple[Opinion, ...]:
    """As `opinions`, the text's view from the published rules alone: what a reader can follow without the model."""
    return _beside(ids.opinion(record), weighing.opinion(votes(Text.of(record)), told=bool(record.abstract)))


def _beside(by_ids: Opinion | None, by_text: Opinion) -> tuple[Opinion, ...]:
    return (by_ids, by_text) if by_ids else (by_text,)


def _lead(views: tuple[Opinion, ...]) -> tuple[Opinion, list[Opinion]]:
    """The opinion that settles the kind, by the rule above, and the others."""
    text = next((view for view in views if view.by == "text"), views[0])
    typed_synthesis = any(view.by == "types" and _is_synthesis(view) for view in views)

    def order(view: Opinion) -> tuple[bool, bool, bool, int]:
        tells = view.kind not in (None, EvidenceKind.UNDETERMINED) and not _yields(view, text)
        no_results = view is text and view.kind is EvidenceKind.NONE and view.probability >= _LIKELY_ENOUGH
        likely = min(view.probability, _TEXT_AT_MOST) if view is text else view.probability
        return view.decisive and tells, no_results and not typed_synthesis, tells, likely

    leading = max(views, key=order)
    return leading, [view for view in views if view is not leading]


def _yields(view: Opinion, text: Opinion) -> bool:
    """A publication type from before there was a better one; see rule 1."""
    if view.by != "types":
        return False
    surely_planned = text.designs[:1] in _PLANS and text.probability >= _SURELY
    is_review = view.designs[:1] == (Design.NARRATIVE_REVIEW,)
    return (is_review and _is_synthesis(text)) or (view.kind is EvidenceKind.HUMAN and surely_planned)


def _is_synthesis(view: Opinion) -> bool:
    return bool(view.designs) and view.designs[0] in SYNTHESES


def _design(kind: EvidenceKind, views: tuple[Opinion, ...]) -> Design:
    named = list(_named(kind, views))
    among = next((view.among for view in views if view.among), frozenset())
    return next((design for design in named if design in among), named[0] if named else Design.OTHER)


def _named(kind: EvidenceKind, views: tuple[Opinion, ...]) -> Iterator[Design]:
    """The designs that the kind allows, in the order of the views."""
    ordered = sorted(views, key=lambda view: _DESIGN_ORDER.index(view.by))
    return (design for view in ordered for design in view.designs if design in ALLOWED[kind])


def _is_doubted(kind: EvidenceKind, views: tuple[Opinion, ...]) -> bool:
    """A type says that it is a trial, and the text first of all speaks of something else."""
    among = next((view.among for view in views if view.among), frozenset())
    return bool(among) and next(_named(kind, views), Design.OTHER) not in among


def _probability(leading: Opinion, others: list[Opinion], against: list[Opinion]) -> int:
    """Agreement makes the leading opinion likelier, disagreement less so; never certain."""
    if leading.kind in (None, EvidenceKind.UNDETERMINED):
        return 0
    if against:
        return max(leading.probability - _DISAGREEMENT, 0)
    agreeing = [view.probability for view in others if view.kind is leading.kind]
    return min(max(leading.probability, *agreeing, 0), _MOST)


def _basis(record: Record) -> str:
    """What was read; PubMed's abstract of an article that is not in English is a translation."""
    if not record.abstract_text.strip():
        return "title"
    return "translated-abstract" if record.languages and _ENGLISH not in record.languages else "abstract"


def _flags(record: Record) -> tuple[str, ...]:
    found = [_FLAGS[c.kind] for c in record.corrections if c.kind in _FLAGS]
    if any(term.ui == _RETRACTED for term in record.publication_types):
        found.append("retracted")
    return tuple(dict.fromkeys(found))
