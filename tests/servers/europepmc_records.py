"""The emulator's own records of Europe PMC, one for each trap of reference 5.5 and 5.8, all of them invented.

Ids begin at 92000001 (PubMed's at 90000001, where a record stands for the same invented paper as in the E-utilities
emulator); DOIs begin with 10.5555, a prefix for tests.
"""

from dataclasses import dataclass, field
from typing import Any

Result = dict[str, Any]

_YES_NO = {
    "isOpenAccess": "N", "inEPMC": "N", "inPMC": "N", "hasPDF": "N", "hasBook": "N", "hasSuppl": "N", "citedByCount": 3,
    "hasReferences": "N", "hasTextMinedTerms": "N", "hasDbCrossReferences": "N", "hasLabsLinks": "N",
    "hasTMAccessionNumbers": "N",
}  # fmt: skip
_CORE = {
    "abstractText", "authorList", "bookOrReportDetails", "chemicalList", "commentCorrectionList", "dateOfCreation",
    "dateOfRevision", "journalInfo", "keywordList", "language", "license", "meshHeadingList", "pubTypeList",
    "versionList",
}  # fmt: skip
"""What only a core search tells."""
_LIKENED = "Link created based on a title-first author match"
_OPEN = {"isOpenAccess": "Y", "inEPMC": "Y"}


@dataclass(slots=True)
class Held:
    """A record as the emulator holds it.

    Attributes:
        core: the result of a core search, whole.
        updated: the day of its last change of any kind.
        text: its full text as JATS; empty where the service has none.
    """

    core: Result
    updated: str
    text: str = ""
    body: str = field(default="")

    @property
    def name(self) -> tuple[str, str]:
        """Its identity."""
        return self.core["source"], self.core["id"]

    @property
    def lite(self) -> Result:
        """The result of a lite search: no abstract, types in one line and in small letters."""
        known = {key: value for key, value in self.core.items() if key not in _CORE}
        types = self.core.get("pubTypeList", {}).get("pubType", [])
        info = self.core.get("journalInfo", {})
        known |= {"pubType": "; ".join(types).lower()} if types else {}
        known |= {"journalTitle": info["journal"]["medlineAbbreviation"]} if "journal" in info else {}
        return known


def made(source: str, number: str, title: str, abstract: str = "", *, day: str = "2025-02-03", **more: Any) -> Held:
    """Make a synthetic record; `more` goes into the core result, None takes a key out of it."""
    text = more.pop("text", "")
    core: Result = {
        "id": number,
        "source": source,
        "title": title,
        "authorString": "Invented A, Madeup B.",
        "authorList": {
            "author": [
                {"fullName": "Invented A", "firstName": "Ada", "lastName": "Invented", "initials": "A",
                 "authorId": {"type": "ORCID", "value": "0000-0000-0000-0000"}},
                {"fullName": "Madeup B", "firstName": "Bo", "lastName": "Madeup", "initials": "B"},
            ]
        },
        "pubYear": day[:4],
        "language": "eng",
        "pubTypeList": {"pubType": ["Journal Article"]},
        **_YES_NO,
        "dateOfCreation": day,
        "firstIndexDate": day,
        "firstPublicationDate": day,
        "dateOfRevision": day,
    }  # fmt: skip
    core |= {"abstractText": abstract} if abstract else {}
    core |= {"pmid": number} if source == "MED" else {}
    if source not in {"PPR", "NBK", "ETH"}:
        core["journalInfo"] = {
            "issue": "2", "volume": "7", "dateOfPublication": f"{day[:4]} Feb", "monthOfPublication": 2,
            "yearOfPublication": int(day[:4]),
            "journal": {"title": "Journal of invention", "medlineAbbreviation": "J Invent", "issn": "0000-0000"},
        }  # fmt: skip
    core |= more
    return Held({key: value for key, value in core.items() if value is not None}, day, text)


def own_records() -> tuple[Held, ...]:
    """The small collection that comes with the emulator."""
    return (
        made(
            "MED",
            "90000001",
            "Synthetic record: Semax for emotional blunting in adults who take escitalopram, a randomised trial.",
            "<h4>Background</h4>Emotional blunting is common under selective serotonin reuptake inhibitors."
            "<h4>Methods</h4>Forty invented adults received Semax or placebo."
            "<h4>Results</h4>Blunting scores did not differ (P<0.9 for harm, <i>t</i> = 0.2)."
            "<h4>Conclusions</h4>No clear difference.",
            doi="10.5555/synth.0001",
            pubTypeList={"pubType": ["Randomized Controlled Trial", "Journal Article"]},
            meshHeadingList={"meshHeading": [{"majorTopic_YN": "N", "descriptorName": "Humans"}]},
            hasTMAccessionNumbers="Y",
            tmAccessionTypeList={"accessionType": ["nct"]},
        ),
        made(
            "MED",
            "92000001",
            "Synthetic record: <i>Semax</i> and anhedonia under sertraline: an open study.",
            "<h4>Objective</h4>To see whether Semax helps."
            "<h4>Methods</h4>Thirty invented outpatients with anhedonia under sertraline received intranasal "
            "Semax; 10<sup>6</sup> cells were counted."
            "<h4>Results</h4>Anhedonia scores improved (P<0.001) in 20 of 30 &amp; worsened in none.",
            pmcid="PMC92000001",
            doi="10.5555/synth.9201",
            license="cc by",
            **_OPEN,
            commentCorrectionList={
                "commentCorrection": [{"id": "PPR9200001", "source": "PPR", "type": "Preprint in", "note": _LIKENED}]
            },
            text=_article("Semax", "https://creativecommons.org/licenses/by/4.0/"),
        ),
        made(
            "PPR",
            "PPR9200001",
            "Synthetic record: Semax and anhedonia under sertraline: an open study",
            "Thirty invented outpatients with anhedonia under sertraline received intranasal Semax. Scores improved.",
            day="2024-11-05",
            doi="10.5555/2024.11.05.000001",
            pubTypeList={"pubType": ["preprint"]},
            bookOrReportDetails={"publisher": "synthRxiv", "yearOfPublication": 2024},
            versionNumber=2,
            versionList={"version": [{"id": "PPR9200000", "source": "PPR", "versionNumber": 1}]},
            commentCorrectionList={
                "commentCorrection": [
                    {
                        "id": "92000001",
                        "source": "MED",
                        "type": "Preprint of",
                        "note": _LIKENED,
                        "reference": "J Synth. 2025",
                    }
                ]
            },
        ),
        made(
            "CTX",
            "92000001",
            "Synthetic record: Semax in a collection where another record has the same number.",
            "Rats received Semax. Invented.",
        ),
        made(
            "PMC",
            "PMC92000002",
            "Synthetic record: Semax after fluoxetine in Wistar rats.",
            "Invented rats received Semax after fluoxetine; sucrose preference rose.",
            pmcid="PMC92000002",
            license="cc by-nc",
            **_OPEN,
            text=_article("Semax", "https://creativecommons.org/licenses/by-nc/4.0/"),
        ),
        made(
            "MED",
            "92000003",
            "Synthetic record: Semax, free to see at a publisher's and not open.",
            "Invented rats received Semax.",
            pmcid="PMC92000003",
            license="cc by",
        ),
        made(
            "MED",
            "92000004",
            "Synthetic record: Semax, said to be open, without a full text here.",
            "Twelve invented patients with stroke received Semax. Speech recovered.",
            pmcid="PMC92000004",
            license="cc by",
            **_OPEN,
        ),
        made(
            "MED",
            "92000005",
            "Synthetic record: RETRACTED: Semax cures everything.",
            "Invented patients received Semax.",
            pubTypeList={"pubType": ["Journal Article", "Retracted Publication"]},
            commentCorrectionList={
                "commentCorrection": [
                    {"id": "92000006", "source": "MED", "type": "Retraction in", "reference": "J Synth"}
                ]
            },
        ),
        made("NBK", "NBK920001", "Synthetic record: a chapter that names Semax.", doi=None, authorList=None),
        made("MED", "92000007", "Synthetic record: Semaxanib in renal cancer.", "No word of the peptide. Invented."),
    )


def _article(name: str, licence: str) -> str:
    return f"""<!DOCTYPE article PUBLIC "-//NLM//DTD JATS (Z39.96) Journal Archiving DTD v1.3//EN" "article.dtd">
<article article-type="research-article"><front><article-meta>
<title-group><article-title>Synthetic record</article-title></title-group>
<permissions><license license-type="open-access"><ext-link href="{licence}">free</ext-link></license>
</permissions></article-meta></front><body>
<sec><title>Introduction</title><p>It is said that {name} improved everything in all rats that ever lived.</p></sec>
<sec><title>Methods</title><p>Invented outpatients with anhedonia under sertraline received {name} [1].</p></sec>
<sec><title>Results</title><sec><title>Main outcome</title>
<p>Anhedonia improved markedly with {name} (<italic>p</italic>&lt;0.001) in invented patients who took sertraline.</p>
<table-wrap><caption><p>{name} in a table improved nothing.</p></caption></table-wrap></sec></sec>
<sec><title>Conclusions</title><p>{name} improved anhedonia under sertraline in these invented patients.</p></sec>
<sec><title>Acknowledgements</title><p>We thank {name}.</p></sec></body>
<back><ref-list><ref><mixed-citation>{name} improved citations.</mixed-citation></ref></ref-list></back></article>
"""
