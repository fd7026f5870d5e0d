"""What an entry of a trial register is: a plan without results, or the results that were posted with one.

A registration says what is to be done; it has no results of its own, whatever it promises. Posted results are results
in people; how the study was made stands in the register's own fields (`details` of the record), not in any text.
"""

from types import MappingProxyType
from typing import Final

from harvest.evidence.designs import Design
from harvest.evidence.opinion import Opinion
from harvest.model import EvidenceKind, Reason, Record

_SURE: Final = 985_000
_UNSAID: Final = 900_000
"""The register does not say how the study was made."""
_BASIS: Final = "registry"
_ALLOCATED: Final = MappingProxyType(
    {"RANDOMIZED": Design.RCT, "NON_RANDOMIZED": Design.CONTROLLED_TRIAL, "NA": Design.UNCONTROLLED_TRIAL}
)
_OBSERVED: Final = MappingProxyType(
    {"COHORT": Design.COHORT, "CASE_CONTROL": Design.CASE_CONTROL, "CASE_ONLY": Design.CASE_SERIES}
)


def opinion(record: Record) -> Opinion:
    """A registration, or posted results where the record's details say whose they are."""
    if "results_of" in record.details:
        return _posted(record)
    reason = Reason("evidence.register", "provider", text=record.provider)
    return _settled(EvidenceKind.NONE, Design.TRIAL_REGISTRATION, reason)


def _posted(record: Record) -> Opinion:
    said = record.details
    allocation, model = str(said.get("allocation", "")), str(said.get("model", ""))
    if said.get("study_type") == "OBSERVATIONAL":
        design = _OBSERVED.get(model)
        reason = Reason("evidence.register-results", "details", text=f"OBSERVATIONAL {model}".strip())
        return _settled(EvidenceKind.HUMAN, design or Design.OTHER, reason, _SURE if design else _UNSAID)
    design = Design.UNCONTROLLED_TRIAL if model == "SINGLE_GROUP" else _ALLOCATED.get(allocation)
    reason = Reason("evidence.register-results", "details", text=f"{allocation} {model}".strip() or "posted results")
    return _settled(EvidenceKind.HUMAN, design or Design.OTHER, reason, _SURE if design else _UNSAID)


def _settled(kind: EvidenceKind, design: Design, reason: Reason, probability: int = _SURE) -> Opinion:
    return Opinion("form", kind, (design,), probability, (reason,), decisive=True, basis=_BASIS)
