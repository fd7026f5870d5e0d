"""Which part of a study a name of `fields` means: a path, a module, or one of the register's piece names."""

import re
from typing import Any

Study = dict[str, Any]

_PIECES = {
    "NCTId": "identificationModule.nctId",
    "BriefTitle": "identificationModule.briefTitle",
    "OfficialTitle": "identificationModule.officialTitle",
    "OverallStatus": "statusModule.overallStatus",
    "StartDate": "statusModule.startDateStruct.date",
    "CompletionDate": "statusModule.completionDateStruct.date",
    "LastUpdatePostDate": "statusModule.lastUpdatePostDateStruct.date",
    "StudyFirstPostDate": "statusModule.studyFirstPostDateStruct.date",
    "LeadSponsorName": "sponsorCollaboratorsModule.leadSponsor.name",
    "BriefSummary": "descriptionModule.briefSummary",
    "Condition": "conditionsModule.conditions",
    "StudyType": "designModule.studyType",
    "Phase": "designModule.phases",
    "EnrollmentCount": "designModule.enrollmentInfo.count",
    "InterventionName": "armsInterventionsModule.interventions.name",
    "InterventionOtherName": "armsInterventionsModule.interventions.otherNames",
    "EligibilityCriteria": "eligibilityModule.eligibilityCriteria",
    "Sex": "eligibilityModule.sex",
    "MinimumAge": "eligibilityModule.minimumAge",
    "MaximumAge": "eligibilityModule.maximumAge",
    "LargeDocumentModule": "largeDocumentModule",
}
_CONTACT = ("EMail", "Name", "Phone", "PhoneExt", "Role")
_PIECES |= {
    f"CentralContact{name}": f"contactsLocationsModule.centralContacts.{name[0].lower()}{name[1:]}" for name in _CONTACT
}
_PIECES |= {
    f"LocationContact{name}": f"contactsLocationsModule.locations.contacts.{name[0].lower()}{name[1:]}"
    for name in _CONTACT
}
_PIECES |= {
    f"Location{name}": f"contactsLocationsModule.locations.{name[0].lower()}{name[1:]}"
    for name in ("City", "Country", "Facility", "GeoPoint", "State", "Status", "Zip")
}
_SECTIONS = ("protocolSection", "resultsSection", "derivedSection", "annotationSection", "documentSection")


class UnknownField(ValueError):
    """A name of no field."""


def shown(study: Study, fields: str) -> Study:
    """The parts of a study that are asked for; all of it without names.

    Raises:
        UnknownField: a name means nothing.
    """
    names = [name for name in re.split(r"[|,]", fields) if name]
    if not names:
        return study
    answer: Study = {}
    for path in map(_path, names):
        _copy(study, answer, path)
    return answer


def value_of(study: Study, piece: str) -> str:
    """A piece of a study as it is compared; several values joined by bars, nothing where there is none."""
    if piece == "HasResults":
        return str(study.get("hasResults", False)).lower()
    held: Any = study
    for step in _path(piece):
        held = held.get(step) if isinstance(held, dict) else None
    return "|".join(map(str, held)) if isinstance(held, list) else str(held or "")


def _path(name: str) -> list[str]:
    if name in _PIECES:
        return ["protocolSection", *_PIECES[name].split(".")]
    if name in {"hasResults", "HasResults"}:
        return ["hasResults"]
    steps = name.split(".")
    if steps[0] not in _SECTIONS:
        raise UnknownField(f"Unknown field: {name}")
    return steps


def _copy(held: Any, into: Study, path: list[str]) -> None:
    step, rest = path[0], path[1:]
    if not isinstance(held, dict) or step not in held:
        return
    value = held[step]
    if not rest:
        into[step] = value
    elif isinstance(value, list):
        listed = into.setdefault(step, [{} for _ in value])
        for one, copy in zip(value, listed, strict=True):
            _copy(one, copy, rest)
    else:
        _copy(value, into.setdefault(step, {}), rest)
