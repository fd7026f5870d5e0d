"""A profile in words for people (design section 6): no tier numbers, no single score."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from harvest import wording
from harvest.summary.cells import Cell, Participants
from harvest.summary.profile import Profile
from harvest.summary.registrations import Registration
from harvest.summary.reports import Reports
from harvest.summary.searched import Searched, none_found
from harvest.summary.sentence import several
from harvest.summary.standing import Named
from harvest.summary.syntheses import Synthesis

_UNCLEAR: Final[Mapping[str, str]] = {"too-little-text": "too little text", "unsure": "the machine is unsure"}
_INDENT: Final = "       "
_SPECIAL: Final = "Healthy people, or what the body does with the compound; not counted above"
_WHOLE: Final = ("all", "")
"""Windows of a search that asks the whole question."""
_SHOWN: Final = 10
"""Documents that the topic expects and no source has, by name; of more only the number is said."""


def lines(profile: Profile) -> Iterator[str]:
    """The profile, line by line, the sentence first."""
    if profile.synthetic:
        yield "SYNTHETIC: made against an emulator or a reconstructed recording; not evidence."
    yield profile.sentence
    yield profile.question
    yield from _section("Studies", _cells(profile.cells))
    yield from _section(_SPECIAL, _cells(profile.healthy_or_pk))
    yield from _section("Syntheses, which count as no study", map(_synthesis, profile.syntheses))
    yield from _section("Registered trials", map(_registration, profile.registrations))
    yield from _section("Personal reports, unverified", _reports(profile.reports))
    yield from _section("Without results of their own, unclear, or left out", _uncounted(profile))
    yield from _section("To be known about these counts", _caveats(profile))
    yield from _section("Searched", _searched(profile))


def _section(head: str, said: Iterable[str]) -> Iterator[str]:
    """A heading and its lines; nothing where there are none."""
    rows = list(said)
    if rows:
        yield from ("", f"{head}:", *rows)


def _cells(cells: Iterable[Cell]) -> Iterator[str]:
    for cell in cells:
        kind = wording.evidence({"evidence": cell.evidence, "screening": cell.match})
        words = [wording.said(wording.MATCH, cell.match), kind, wording.said(wording.DESIGN, cell.design)]
        yield f"{several(cell.studies, cell.studies_at_least):>5}  {' · '.join(words)}"
        details = [_counted(wording.OUTCOME, cell.outcomes), _counted(wording.HARMS, cell.harms)]
        if cell.participants:
            details.insert(0, _participants(cell.participants))
        unchecked = [f"{wording.UNCHECKED} {cell.unchecked}"] * bool(cell.unchecked)
        yield _INDENT + "; ".join([*details, *unchecked])


def _participants(found: Participants) -> str:
    """`214 people, not stated in 1 of 3`."""
    of = found.stated + found.not_stated
    if not found.stated:
        return f"{found.of}: not stated in {of} of {of}"
    return f"{found.total} {found.of}" + (f", not stated in {found.not_stated} of {of}" if found.not_stated else "")


def _counted(words: Mapping[str, str], counts: Mapping[str, int]) -> str:
    return ", ".join(f"{wording.said(words, label)} {count}" for label, count in counts.items())


def _synthesis(one: Synthesis) -> str:
    species = ", ".join(wording.said(wording.EVIDENCE, kind) for kind in one.species)
    said = [
        wording.said(wording.MATCH, one.match),
        species,
        wording.said(wording.DESIGN, one.design),
        f"searched until {one.searched_until or 'a day that is not stated'}",
        "number of studies not stated" if one.included is None else f"{one.included} studies included",
        f"{one.in_ledger} of them linked here, {one.on_pair} on this use",
        f"retracted ones among them: {one.contains_retracted}",
        *([wording.UNCHECKED] * (not one.checked)),
    ]
    return f"  {one.sid} {one.title} ({'; '.join(said)})"


def _registration(one: Registration) -> str:
    said = [one.state, "results here" if one.results else "no results here"]
    if one.months_overdue:
        said.append(f"results {one.months_overdue} months overdue")
    if one.why_stopped:
        said.append(f"why stopped: {one.why_stopped}")
    return f"  {one.sid} {one.title} ({'; '.join(said)})"


def _reports(reports: Reports) -> Iterator[str]:
    if reports.writers:
        writers = "writer" if reports.writers == 1 else "writers"
        yield f"{reports.writers:>5}  {writers} of their own use: {_counted(wording.MATCH, reports.matches)}"
        said = [_counted(wording.EXPERIENCE, reports.outcomes), _counted(wording.HARMS, reports.harms)]
        if reports.other_compounds:
            said.append(f"took other compounds at the same time {reports.other_compounds}")
        if reports.unknown_writers:
            said.append(f"writer not known {reports.unknown_writers}")
        yield _INDENT + "; ".join([*said, f"{wording.UNCHECKED} {reports.unchecked}"])
    if reports.relayed:
        yield f"{reports.relayed:>5}  reports of somebody else's use"


def _uncounted(profile: Profile) -> Iterator[str]:
    for design, count in profile.not_evidence.items():
        yield f"{count:>5}  {wording.EVIDENCE['none']} · {wording.said(wording.DESIGN, design)}"
    for why, count in profile.undetermined.items():
        yield f"{count:>5}  {wording.EVIDENCE['undetermined']} · {_UNCLEAR[why]}"
    for reason, count in profile.left_out.items():
        yield f"{count:>5}  left out: {wording.said(wording.MATCH, reason)}"
    if profile.duplicates:
        yield f"{profile.duplicates:>5}  further records of a document that is counted once"
    yield from _listing("Retracted, counted nowhere", profile.retracted)


def _caveats(profile: Profile) -> Iterator[str]:
    yield from _listing("Expression of concern", profile.concern)
    for pair in profile.maybe_duplicates:
        both = f"{pair.one.sid} and {pair.other.sid} {pair.one.title}"
        yield f"  May be one, so counts are ranges until a person decides: {both}"
    yield from _listing("Called retracted by OpenAlex alone, not confirmed", profile.unconfirmed)
    if profile.sources:
        yield f"  Retraction: {_stands(profile)}"
        yield f"  Labels of {profile.unchecked} of {profile.sources} sources: {wording.UNCHECKED}"
    if profile.basis:
        yield f"  Studies judged from: {_counted(wording.BASIS, profile.basis)}"
    for kind, shared in profile.shared_authors.items():
        if shared.largest > 1:
            yield f"  Authors in common, {wording.EVIDENCE[kind]}: {shared.largest} of {shared.studies} studies"
    if profile.gaps.not_found:
        yield f"  Looked for and {none_found(profile.searched)}: {'; '.join(profile.gaps.not_found)}"
    if profile.gaps.expected:
        yield f"  Expected by the topic, not found: {_some(profile.gaps.expected)}"
    yield f"  Out of reach of this search: {', '.join(profile.gaps.out_of_reach)}"


def _stands(profile: Profile) -> str:
    """None stated for how many sources, by whom, as of when; never more than was heard."""
    by = (f"{wording.said(wording.SERVICES, one.service)} as of {one.oldest}" for one in profile.checked_by)
    stated = f"none stated for {profile.standing['none-stated']} sources ({', '.join(by) or 'nobody asked'})"
    unknown = profile.standing["not-known"]
    asked = f", asked and not known for {unknown}" if unknown else ""
    return f"{stated}{asked}, not checked for {profile.standing['not-checked']}"


def _some(keys: tuple[str, ...]) -> str:
    more = f" and {len(keys) - _SHOWN} more" if len(keys) > _SHOWN else ""
    return ", ".join(keys[:_SHOWN]) + more


def _listing(head: str, named: Iterable[Named]) -> Iterator[str]:
    return (f"  {head}: {one.sid} {one.title}" for one in named)


def _searched(profile: Profile) -> Iterator[str]:
    for one in profile.searched:
        yield f"  {_ended(one)}"
        if one.queries:
            last = next((query for query in reversed(one.queries) if query.window in _WHOLE), one.queries[-1])
            more = f" (one of {len(one.queries)} queries)" if len(one.queries) > 1 else ""
            yield f"{_INDENT}asked for: {last.text}{more}"
    for run in profile.interrupted:
        yield f"  Interrupted run, never finished: {run}"
    yield f"  As of {profile.as_of}: {profile.head.size} entries, root {profile.head.root}"


def _ended(one: Searched) -> str:
    if not one.last:
        return f"{one.name}: not searched"
    return "; ".join([f"{one.name}: {one.outcome}, {one.last}", *one.problems])
