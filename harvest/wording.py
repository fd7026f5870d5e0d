"""The words that readers see for our labels (design section 6): no tier numbers, no single score."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

UNCHECKED: Final = "machine-labelled, unchecked"

MATCH: Final = MappingProxyType(
    {
        "direct": "this use",
        "near": "same compound, another use (near)",
        "compound-only": "same compound, another use",
        "condition-only": "condition without this compound",
        "off-topic": "neither this compound nor this condition",
    }
)

EVIDENCE: Final = MappingProxyType(
    {
        "human": "tested in people",
        "preclinical": "animals or laboratory, not people",
        "anecdotal": "personal reports, unverified",
        "none": "no results of its own",
        "undetermined": "too little to tell",
    }
)

DESIGN: Final = MappingProxyType(
    {
        "systematic-review": "systematic review of studies",
        "meta-analysis": "studies pooled in a meta-analysis",
        "pooled-analysis": "participants of several studies pooled",
        "rct": "randomised trial",
        "controlled-trial": "compared groups, not known to be randomised",
        "uncontrolled-trial": "treated group without a comparison",
        "cohort": "group followed over time",
        "case-control": "cases compared with controls",
        "cross-sectional": "group looked at once",
        "qualitative": "interviews",
        "pharmacovigilance": "reports of side effects",
        "pharmacokinetic": "what the body does with it",
        "case-series": "several single cases",
        "case-report": "single case",
        "protocol": "plan of a study",
        "trial-registration": "registered trial",
        "animal": "animals",
        "ex-vivo": "tissue outside the body",
        "in-vitro": "cells or test tube",
        "in-silico": "computer model",
        "narrative-review": "overview by its authors' choice",
        "opinion": "opinion or hypothesis",
        "first-person": "own experience",
        "second-hand": "somebody else's experience",
        "question": "question",
        "marketing": "marketing",
        "news": "news",
        "other": "other or not recognised",
    }
)

OUTCOME: Final = MappingProxyType(
    {
        "improved": "authors report improvement",
        "worsened": "authors report worsening",
        "no-clear-difference": "no clear difference (not proof of no effect)",
        "mixed": "authors report both better and worse",
        "not-reported": "outcome not reported",
    }
)

EXPERIENCE: Final = MappingProxyType(
    {
        "improved": "writers report improvement",
        "worsened": "writers report worsening",
        "no-clear-difference": "no clear difference (not proof of no effect)",
        "mixed": "writers report both better and worse",
        "not-reported": "outcome not reported",
    }
)

HARMS: Final = MappingProxyType(
    {
        "reported": "harms reported",
        "none-reported": "harms looked for and none reported",
        "not-reported": "harms not reported",
    }
)

BASIS: Final = MappingProxyType(
    {
        "full-text": "full text",
        "abstract": "abstract",
        "translated-abstract": "translated abstract",
        "title": "title alone",
        "registry": "registry",
        "post": "post",
    }
)

FLAGS: Final = MappingProxyType(
    {
        "retracted": "RETRACTED: counts for nothing",
        "concern": "the journal has expressed concern",
        "withdrawn": "no longer handed out by the provider",
        "near": "near: the condition without its context, or its context with another outcome",
        "derivative": "only a derivative of the compound is named",
        "erratum": "corrected later",
        "retraction-unconfirmed": "called retracted by OpenAlex alone, which is not enough",
        "healthy-volunteers": "healthy people were studied",
        "other-compounds": "other compounds are named, too",
        "asks": "told, and something asked as well",
        "dose": "a dose is named (shown nowhere)",
        "duration": "a length of use is named (shown nowhere)",
        "edited": "edited by its writer",
        "account-deleted": "its writer's account is gone",
        "cross-post": "posted before elsewhere",
        "commercial": "it has something to sell, or is paid for its links",
        "dosing": "says how much, when or how to take something (shown nowhere)",
        "hidden-text": "it has text that no reader sees",
        "invisible-characters": "characters without a shape stand inside its words",
        "unverified": "pasted by somebody: nobody knows whether it is true, or whose it is",
        "cut": "shortened here to fit a line of the ledger",
    }
)

PROVIDERS: Final = MappingProxyType(
    {
        "pubmed": "PubMed",
        "europepmc": "Europe PMC",
        "trials": "ClinicalTrials.gov",
        "crossref": "Crossref",
        "openalex": "OpenAlex",
        "reddit": "Reddit",
        "web": "web pages",
        "x": "X",
        "youtube": "YouTube",
        "instagram": "Instagram",
    }
)


STANDING: Final = MappingProxyType(
    {"retracted": "RETRACTED", "not-retracted": "not retracted", "not-known": "not known whether retracted"}
)

NOT_KNOWN: Final = MappingProxyType(
    {
        "not_registered": "it does not have the document",
        "no_id": "the document has no identifier that it knows",
        "other_title": "what it has under the identifier is another document",
        "not_said": "its answer does not say",
    }
)
"""Why a service could not say."""

SERVICES: Final = MappingProxyType(
    {**PROVIDERS, "retraction_watch": "Retraction Watch", "ledger": "a notice in this ledger"}
)
"""Who says whether a document still stands."""


def said(words: Mapping[str, str], label: str) -> str:
    """The words for a label; a label that this version does not know stands for itself."""
    return words.get(label, label)


def title(body: Mapping[str, Any]) -> str:
    """By what readers know a document; a comment has no title of its own, and an id without a record nothing at all."""
    if body.get("title"):
        return str(body["title"])
    return "(a comment)" if body.get("details", {}).get("kind") == "comment" else ""


def erased(when_and_why: Mapping[str, str]) -> str:
    """All that is left to say of a record whose text was erased."""
    return f"erased, {when_and_why['time'][:10]}, {when_and_why['reason']}"


def evidence(body: Mapping[str, Any]) -> str:
    """What a source's results rest on; without the compound nothing was tested, people were studied."""
    if body["evidence"] == "human" and body.get("screening") in {"condition-only", "off-topic"}:
        return "people studied, without this compound"
    return said(EVIDENCE, body["evidence"])
