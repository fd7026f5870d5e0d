"""The own studies of the emulator, one for each trap of reference 6.3 to 6.8, all invented; from NCT99999901."""

from typing import Any

Study = dict[str, Any]


def made(number: str, title: str, summary: str, **modules: Any) -> Study:
    """Make a synthetic study; `modules` replace those of the protocol section, None takes one out."""
    protocol: Study = {
        "identificationModule": {"nctId": number, "orgStudyIdInfo": {"id": f"SYN-{number[-2:]}"}, "briefTitle": title},
        "statusModule": {
            "statusVerifiedDate": "2025-03",
            "overallStatus": "COMPLETED",
            "startDateStruct": {"date": "2023-02-01", "type": "ACTUAL"},
            "completionDateStruct": {"date": "2024-07"},
            "studyFirstPostDateStruct": {"date": "2023-01-15", "type": "ACTUAL"},
            "lastUpdatePostDateStruct": {"date": "2025-03-10", "type": "ACTUAL"},
        },
        "sponsorCollaboratorsModule": {"leadSponsor": {"name": "Institute of Invention", "class": "OTHER"}},
        "descriptionModule": {"briefSummary": summary},
        "conditionsModule": {"conditions": ["Emotional blunting"]},
        "designModule": {
            "studyType": "INTERVENTIONAL",
            "phases": ["PHASE2"],
            "designInfo": {
                "allocation": "RANDOMIZED",
                "interventionModel": "PARALLEL",
                "maskingInfo": {"masking": "DOUBLE"},
            },
            "enrollmentInfo": {"count": 40, "type": "ACTUAL"},
        },
        "armsInterventionsModule": {
            "armGroups": [
                {"label": "Semax", "type": "EXPERIMENTAL", "description": "Drops of invented strength"},
                {"label": "Saline", "type": "PLACEBO_COMPARATOR"},
            ],
            "interventions": [{"type": "DRUG", "name": "Semax", "otherNames": ["MEHFPGP"]}],
        },
        "outcomesModule": {"primaryOutcomes": [{"measure": "Blunting score", "timeFrame": "8 weeks"}]},
        "eligibilityModule": {"minimumAge": "18 Years", "eligibilityCriteria": "Exclusion Criteria:\n\n* ketamine"},
    }
    results = modules.pop("results", None)
    protocol |= modules
    study: Study = {
        "protocolSection": {name: module for name, module in protocol.items() if module is not None},
        "derivedSection": {"miscInfoModule": {"versionHolder": "2025-06-01"}},
        "hasResults": results is not None,
    }
    return study | ({"resultsSection": results} if results else {})


def posted(*, difference: str = "-4.1") -> Study:
    """A synthetic results section."""
    groups = [{"id": "OG000", "title": "Semax"}, {"id": "OG001", "title": "Saline"}]
    return {
        "participantFlowModule": {
            "groups": [{"id": "FG000", "title": "Semax"}, {"id": "FG001", "title": "Saline"}],
            "periods": [
                {
                    "title": "Overall Study",
                    "milestones": [
                        {
                            "type": "STARTED",
                            "achievements": [
                                {"groupId": "FG000", "numSubjects": "20"},
                                {"groupId": "FG001", "numSubjects": "20"},
                            ],
                        },
                        {"type": "COMPLETED", "achievements": [{"groupId": "FG000", "numSubjects": "19"}]},
                    ],
                }
            ],
        },
        "outcomeMeasuresModule": {
            "outcomeMeasures": [
                {
                    "type": "PRIMARY",
                    "title": "Change of the blunting score",
                    "timeFrame": "8 weeks",
                    "paramType": "MEAN",
                    "dispersionType": "Standard Deviation",
                    "unitOfMeasure": "points",
                    "groups": groups,
                    "classes": [
                        {
                            "categories": [
                                {
                                    "measurements": [
                                        {"groupId": "OG000", "value": "-6.0", "spread": "2.1"},
                                        {"groupId": "OG001", "value": "-1.9", "spread": "2.4"},
                                    ]
                                }
                            ]
                        }
                    ],
                    "analyses": [
                        {
                            "groupIds": ["OG000", "OG001"],
                            "statisticalMethod": "ANCOVA",
                            "paramType": "MEAN_DIFFERENCE",
                            "paramValue": difference,
                            "ciPctValue": "95",
                            "ciLowerLimit": "-6.0",
                            "ciUpperLimit": "-2.2",
                            "pValue": "<0.001",
                        }
                    ],
                },
                {"type": "SECONDARY", "title": "Never posted", "reportingStatus": "NOT_POSTED"},
            ]
        },
        "adverseEventsModule": {
            "eventGroups": [
                {"id": "EG000", "title": "Semax", "seriousNumAffected": 0, "seriousNumAtRisk": 20},
                {"id": "EG001", "title": "Saline", "seriousNumAffected": 1, "seriousNumAtRisk": 20},
            ]
        },
    }


def own_studies() -> tuple[Study, ...]:
    """The small register that comes with the emulator."""
    return (
        made(
            "NCT99999901",
            "Synthetic record: Semax for emotional blunting under escitalopram",
            "Invented adults who take an SSRI and feel emotionally blunted receive Semax or saline.",
            results=posted(),
            referencesModule={
                "references": [
                    {"pmid": "90000001", "type": "RESULT", "citation": "Invented A. Synthetic. 2024."},
                    {"pmid": "90000002", "type": "DERIVED", "citation": "Madeup B. About something else."},
                    {"type": "BACKGROUND", "citation": "A book."},
                ]
            },
        ),
        made(
            "NCT99999902",
            "Synthetic record: Semax after stroke",
            "Invented people receive Semax after a stroke.\n\n* first aim\n* P\\<0.05 is wanted",
            statusModule={
                "overallStatus": "RECRUITING",
                "startDateStruct": {"date": "2025-05"},
                "studyFirstPostDateStruct": {"date": "2025-04-02"},
                "lastUpdatePostDateStruct": {"date": "2025-04-02"},
            },
            conditionsModule={"conditions": ["Stroke"]},
        ),
        made(
            "NCT99999903",
            "Synthetic record: Semax for anhedonia under sertraline, stopped",
            "Invented people with anhedonia under sertraline were to receive Semax.",
            statusModule={
                "overallStatus": "TERMINATED",
                "whyStopped": "Invented: nobody came",
                "studyFirstPostDateStruct": {"date": "2022-01-04"},
                "lastUpdatePostDateStruct": {"date": "2024-02-01"},
            },
        ),
        made(
            "NCT99999904",
            "Synthetic record: Semax, hardly described",
            "Semax. Invented.",
            statusModule=None, sponsorCollaboratorsModule=None, conditionsModule=None, designModule=None,
            armsInterventionsModule=None, outcomesModule=None, eligibilityModule=None,
        ),
        made(
            "NCT99999905",
            "Synthetic record: Semax users observed",
            "Invented people who take Semax are observed.",
            designModule={
                "studyType": "OBSERVATIONAL",
                "designInfo": {"observationalModel": "COHORT"},
                "enrollmentInfo": {"count": 200, "type": "ESTIMATED"},
            },
        ),
        made(
            "NCT99999906",
            "Synthetic record: another peptide for depression",
            "An invented peptide; loss of pleasure is measured.",
            armsInterventionsModule={"interventions": [{"type": "DRUG", "name": "Other peptide"}]},
        ),
    )  # fmt: skip
