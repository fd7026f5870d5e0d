"""The results posted with a registration -> a record of their own: what happened to people (contract 6.3, 6.7).

The register holds numbers in tables. They are told here row by row, in the register's words and order, and nothing is
made of them: which way an outcome went is said only where somebody wrote it.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from harvest.ctgov.answers import Json, module, nct, registration_key, results_key
from harvest.ctgov.registration import (
    PAGE,
    PROVIDER,
    REGISTER,
    authors,
    design_of,
    interventions,
    keys,
    keywords,
    title,
)
from harvest.ctgov.texts import date, objects, plain, words
from harvest.errors import ParseError
from harvest.model import AbstractSection, Journal, PublicationDate, Record, Related

_SECTION: Final = "resultsSection"
_KINDS: Final = {"PRIMARY": "PRIMARY OUTCOME", "SECONDARY": "SECONDARY OUTCOME"}


def results(study: Json) -> Record | None:
    """Read the posted results of a study; None where it has none.

    Raises:
        ParseError: they cannot be read.
    """
    try:
        return _results(study) if study.get(_SECTION) else None
    except (TypeError, AttributeError, ValueError, KeyError) as error:
        raise ParseError(f"expected posted results, got some that cannot be read: {error!r}") from None


def _results(study: Json) -> Record:
    number, status = nct(study), module(study, "statusModule")
    design = {name: value for name, value in design_of(study).items() if value}
    return Record(
        provider=PROVIDER,
        key=results_key(number),
        keys=(results_key(number), *keys(study)),
        title=title(study),
        abstract=tuple(_sections(study)),
        authors=authors(study),
        date=date(status.get("resultsFirstPostDateStruct")) or PublicationDate(""),
        revised=date(status.get("lastUpdatePostDateStruct")),
        journal=Journal(title=REGISTER),
        languages=("eng",),
        keywords=keywords(study),
        url=f"{PAGE}/{number}?tab=results",
        related=(Related("results-of", registration_key(number)),),
        details={**design, "results_of": registration_key(number)},
        basis="registry",
    )


def _sections(study: Json) -> Iterator[AbstractSection]:
    limits = module(study, "moreInfoModule", section=_SECTION).get("limitationsAndCaveats") or {}
    parts = (
        ("INTERVENTIONS", interventions(study)),
        ("PARTICIPANTS", _participants(module(study, "participantFlowModule", section=_SECTION))),
    )
    yield from (AbstractSection(text, label) for label, text in parts if text)
    for measure in objects(module(study, "outcomeMeasuresModule", section=_SECTION), "outcomeMeasures"):
        if text := _outcome(measure):
            yield AbstractSection(text, _KINDS.get(str(measure.get("type")), "OTHER OUTCOME"))
    after = (
        ("ADVERSE EVENTS", _adverse_events(module(study, "adverseEventsModule", section=_SECTION))),
        ("LIMITATIONS", plain(limits.get("description"))),
    )
    yield from (AbstractSection(text, label) for label, text in after if text)


def _participants(flow: Json) -> str:
    """Who began and who finished, of the first period."""
    titles, periods = _titles(flow), objects(flow, "periods")
    told = [
        f"{str(milestone.get('type', '')).capitalize()}: {counts}"
        for milestone in (objects(periods[0], "milestones") if periods else ())
        if (counts := _counted(objects(milestone, "achievements"), titles, "numSubjects"))
    ]
    return ". ".join(told)


def _outcome(measure: Json) -> str:
    """A measure, its values by group, and how the groups were compared; only if its values are posted."""
    titles = _titles(measure)
    what, when = plain(measure.get("title")), plain(measure.get("timeFrame"))
    unit = ", ".join(filter(None, (_named(measure.get("paramType")), plain(measure.get("unitOfMeasure")))))
    rows = [row for one in objects(measure, "classes") for row in _rows(one, titles)]
    if not rows:
        return ""
    head = f"{what} ({'; '.join(filter(None, (when, unit)))})" if when or unit else what
    analyses = (_analysis(one, titles) for one in objects(measure, "analyses"))
    return " ".join(f"{sentence}." for sentence in (f"{head}: {'; '.join(rows)}", *filter(None, analyses)))


def _rows(one: Json, titles: Mapping[str, str]) -> Iterator[str]:
    for category in objects(one, "categories"):
        name = ", ".join(filter(None, (plain(one.get("title")), plain(category.get("title")))))
        values = ", ".join(filter(None, (_value(each, titles) for each in objects(category, "measurements"))))
        if values:
            yield f"{name}: {values}" if name else values


def _value(measurement: Json, titles: Mapping[str, str]) -> str:
    value, group = plain(measurement.get("value")), titles.get(str(measurement.get("groupId")), "")
    if not value:
        return ""
    spread, low, high = (plain(measurement.get(name)) for name in ("spread", "lowerLimit", "upperLimit"))
    beside = f" ({low} to {high})" if low and high else f" (±{spread})" if spread else ""
    return f"{group} {value}{beside}".strip()


def _analysis(one: Json, titles: Mapping[str, str]) -> str:
    """How groups were compared, with the probability and the estimate as posted."""
    groups = " versus ".join(filter(None, (titles.get(group, "") for group in words(one, "groupIds"))))
    low, high, value = (plain(one.get(name)) for name in ("ciLowerLimit", "ciUpperLimit", "paramValue"))
    said = (
        plain(one.get("statisticalMethod")),
        f"{_named(one.get('paramType')) or 'Estimate'} {value}" if value else "",
        f"{plain(one.get('ciPctValue')) or '?'}% CI {low} to {high}" if low and high else "",
        f"p = {p}".replace("= <", "< ").replace("= >", "> ") if (p := plain(one.get("pValue"))) else "",
    )
    told = ", ".join(filter(None, said))
    return f"{groups}: {told}" if groups and told else told


def _adverse_events(events: Json) -> str:
    told = []
    for name, kind in (("deaths", "Deaths"), ("serious", "Serious adverse events"), ("other", "Other adverse events")):
        counts = [
            f"{plain(group.get('title'))} {group[f'{name}NumAffected']} of {group[f'{name}NumAtRisk']}"
            for group in objects(events, "eventGroups")
            if f"{name}NumAffected" in group and f"{name}NumAtRisk" in group
        ]
        told += [f"{kind}: {', '.join(counts)}."] if counts else []
    return " ".join(told)


def _counted(held: list[Json], titles: Mapping[str, str], name: str) -> str:
    counts = ((titles.get(str(one.get("groupId")), ""), plain(one.get(name))) for one in held)
    return ", ".join(f"{group} {count}".strip() for group, count in counts if count)


def _titles(held: Json) -> dict[str, str]:
    return {str(group.get("id")): plain(group.get("title")) for group in objects(held, "groups")}


def _named(word: Any) -> str:
    """`LEAST_SQUARES_MEAN` as words."""
    return plain(word).replace("_", " ").capitalize()
