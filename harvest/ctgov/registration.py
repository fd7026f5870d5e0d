"""One study -> the record of its registration (external contract 6.3).

A registration says what is planned, never what came out: posted results are a record of their own. Any module may be
missing. Who may take part is not read: it names what is excluded as often as what is studied. Descriptions of arms and
the detailed description are left out, too: they are protocol and doses.
"""

from collections.abc import Iterator
from typing import Any, Final

from harvest.ctgov.answers import Json, module, nct, registration_key, results_key
from harvest.ctgov.texts import date, objects, plain, words
from harvest.errors import ParseError
from harvest.identity import normal_key
from harvest.model import AbstractSection, Author, Journal, Key, Keyword, PublicationDate, Record, Related

PROVIDER: Final = "trials"
REGISTER: Final = "ClinicalTrials.gov"
PAGE: Final = "https://clinicaltrials.gov/study"

_STOPPED: Final = frozenset({"TERMINATED", "WITHDRAWN", "SUSPENDED"})
_REFERENCES: Final = {"RESULT": "has-results", "BACKGROUND": "cites", "DERIVED": "maybe-has-results"}
"""The sponsor gave the results; derived references are linked by machine and may be about something else."""
_CITATION: Final = 300


def registration(study: Json) -> Record:
    """Read the registration of a study that has a number.

    Raises:
        ParseError: it cannot be read.
    """
    try:
        return _registration(study)
    except (TypeError, AttributeError, ValueError) as error:
        raise ParseError(f"expected a study, got one that cannot be read: {error!r}") from None


def _registration(study: Json) -> Record:
    number, status = nct(study), module(study, "statusModule")
    details = _details(study)
    return Record(
        provider=PROVIDER,
        key=registration_key(number),
        keys=keys(study),
        title=title(study),
        abstract=tuple(_sections(study)),
        authors=authors(study),
        date=date(status.get("studyFirstPostDateStruct")) or PublicationDate(""),
        revised=date(status.get("lastUpdatePostDateStruct")),
        journal=Journal(title=REGISTER),
        languages=("eng",),
        keywords=keywords(study),
        url=f"{PAGE}/{number}",
        related=tuple(dict.fromkeys(_related(study))),
        flags=("stopped",) if details.get("status") in _STOPPED else (),
        details=details,
        basis="registry",
    )


def keys(study: Json) -> tuple[Key, ...]:
    """The number of a study, then those under which it was registered before."""
    aliases = words(module(study, "identificationModule"), "nctIdAliases")
    return tuple(dict.fromkeys(registration_key(number) for number in (nct(study), *aliases)))


def title(study: Json) -> str:
    """The short title; the official one where there is none."""
    named = module(study, "identificationModule")
    return plain(named.get("briefTitle") or named.get("officialTitle"))


def authors(study: Json) -> tuple[Author, ...]:
    """The lead sponsor."""
    sponsor = plain((module(study, "sponsorCollaboratorsModule").get("leadSponsor") or {}).get("name"))
    return (Author(collective=sponsor),) if sponsor else ()


def keywords(study: Json) -> tuple[Keyword, ...]:
    """The conditions, then the keywords."""
    held = module(study, "conditionsModule")
    return tuple(Keyword(word) for word in dict.fromkeys((*words(held, "conditions"), *words(held, "keywords"))))


def interventions(study: Json) -> str:
    """What is given, each with its kind and its other names."""
    held = objects(module(study, "armsInterventionsModule"), "interventions")
    return ". ".join(filter(None, (_intervention(one) for one in held)))


def _intervention(one: Json) -> str:
    name, kind = plain(one.get("name")), plain(one.get("type")).replace("_", " ").capitalize()
    others = ", ".join(other for other in words(one, "otherNames") if other != name)
    named = f"{kind}: {name}" if kind and name else name
    return f"{named} ({others})" if others else named


def _sections(study: Json) -> Iterator[AbstractSection]:
    outcomes = module(study, "outcomesModule")
    official = plain(module(study, "identificationModule").get("officialTitle"))
    parts = (
        ("OFFICIAL TITLE", official if official != title(study) else ""),
        ("SUMMARY", plain(module(study, "descriptionModule").get("briefSummary"))),
        ("INTERVENTIONS", interventions(study)),
        ("ARMS", ". ".join(_arm(arm) for arm in objects(module(study, "armsInterventionsModule"), "armGroups"))),
        ("PRIMARY OUTCOMES", _outcomes(objects(outcomes, "primaryOutcomes"))),
        ("SECONDARY OUTCOMES", _outcomes(objects(outcomes, "secondaryOutcomes"))),
        ("WHY STOPPED", plain(module(study, "statusModule").get("whyStopped"))),
    )
    return (AbstractSection(text, label) for label, text in parts if text)


def _arm(arm: Json) -> str:
    kind = plain(arm.get("type")).replace("_", " ").capitalize()
    return ": ".join(filter(None, (kind, plain(arm.get("label")))))


def _outcomes(measures: list[Json]) -> str:
    told = ((plain(one.get("measure")), plain(one.get("timeFrame"))) for one in measures)
    return ". ".join(f"{what} ({when})" if when else what for what, when in told if what)


def _related(study: Json) -> Iterator[Related]:
    if study.get("hasResults"):
        yield Related("has-results", results_key(nct(study)))
    for reference in objects(module(study, "referencesModule"), "references"):
        relation = _REFERENCES.get(str(reference.get("type", "")), "cites")
        yield Related(relation, _pmid(reference), plain(reference.get("citation"))[:_CITATION])


def _pmid(reference: Json) -> Key:
    try:
        return normal_key(str(reference.get("pmid") or ""), scheme="pmid")
    except ParseError:
        return ""


def _details(study: Json) -> dict[str, Any]:
    """State and design; what is missing there is missing here."""
    status, design = module(study, "statusModule"), module(study, "designModule")
    dates = {
        name: date(status.get(f"{theirs}DateStruct"))
        for name, theirs in (
            ("start", "start"), ("primary_completion", "primaryCompletion"), ("completion", "completion"),
            ("results_posted", "resultsFirstPost"),
        )
    }  # fmt: skip
    said: dict[str, Any] = {
        "status": plain(status.get("overallStatus")),
        "last_known_status": plain(status.get("lastKnownStatus")),
        "why_stopped": plain(status.get("whyStopped")),
        **{name: day.iso for name, day in dates.items() if day},
        **design_of(study),
        "sponsor_class": plain((module(study, "sponsorCollaboratorsModule").get("leadSponsor") or {}).get("class")),
        "minimum_age": plain(module(study, "eligibilityModule").get("minimumAge")),
        "enrolment": enrolment(design),
    }
    known = {name: value for name, value in said.items() if value}
    return known | ({"has_results": bool(study["hasResults"])} if "hasResults" in study else {})


def design_of(study: Json) -> dict[str, Any]:
    """How the study is made, in the register's own words."""
    design = module(study, "designModule")
    how = design.get("designInfo") or {}
    return {
        "study_type": plain(design.get("studyType")),
        "phases": words(design, "phases"),
        "allocation": plain(how.get("allocation")),
        "model": plain(how.get("interventionModel") or how.get("observationalModel")),
        "masking": plain((how.get("maskingInfo") or {}).get("masking")),
    }


def enrolment(design: Json) -> dict[str, Any]:
    """How many take part, and whether that is counted or planned; empty where it is not said."""
    held = design.get("enrollmentInfo") or {}
    count = held.get("count")
    return {"count": int(count), "type": plain(held.get("type"))} if isinstance(count, int) else {}
