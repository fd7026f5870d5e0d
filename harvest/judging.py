"""All that is decided of a record before the ledger is asked: for a crawl, and for a ledger judged again.

A full text adds claims and decides nothing: there nearly everything is named somewhere.
"""

from dataclasses import replace
from typing import Final

from harvest.claims import claims
from harvest.evidence import classify
from harvest.findings import finding
from harvest.identity import fingerprint
from harvest.model import Claim, Evidence, EvidenceKind, Finding, Found
from harvest.pages import PROVIDER as PAGES
from harvest.pages import claims as claims_of_page
from harvest.screening import screen
from harvest.stages import Judged, Screened
from harvest.topics import Topic

TEXT: Final = "text"
"""Field of a claim that points into a full text: its sections joined as those of an abstract are."""


def judge(found: Found, topic: Topic) -> Judged:
    """A record through all stages at once, as the pipelines of a crawl take it through them."""
    return judged(Screened(found, fingerprint(found.record), screen(found.record, topic)), topic)


def judged(screened: Screened, topic: Topic) -> Judged:
    """What the record's results rest on; for a source also what came out and the sentences that say so."""
    record = screened.found.record
    evidence = classify(record)
    source = screened.screening.is_source
    found = finding(record, topic, evidence) if source else Finding()
    told = _told(screened.found, topic, evidence) if source else ()
    return Judged(screened.found, screened.fingerprint, screened.screening, evidence, found, told)


def _told(found: Found, topic: Topic, evidence: Evidence) -> tuple[Claim, ...]:
    """The claims of the abstract, then those of the full text that the abstract does not make in the same words.

    A page has no results of its own, and many sentences on those of others.
    """
    if found.record.provider == PAGES and evidence.kind is not EvidenceKind.ANECDOTAL:
        return claims_of_page(found.record, topic)
    own = claims(found.record, topic, evidence)
    if found.full_text is None:
        return own
    said = {claim.text for claim in own}
    of_text = claims(replace(found.record, abstract=found.full_text.sections), topic, evidence)
    new = (claim for claim in of_text if claim.field == "abstract" and claim.text not in said)
    return (*own, *(replace(claim, field=TEXT) for claim in new))
