"""All that is decided of a record before the ledger is asked: for a crawl, and for a ledger judged again."""

from harvest.claims import claims
from harvest.evidence import classify
from harvest.findings import finding
from harvest.identity import fingerprint
from harvest.model import Finding, Found
from harvest.screening import screen
from harvest.stages import Judged, Screened
from harvest.topics import Topic


def judge(found: Found, topic: Topic) -> Judged:
    """A record through all stages at once, as the pipelines of a crawl take it through them."""
    return judged(Screened(found, fingerprint(found.record), screen(found.record, topic)), topic)


def judged(screened: Screened, topic: Topic) -> Judged:
    """What the record's results rest on; for a source also what came out and the sentences that say so."""
    record = screened.found.record
    evidence = classify(record)
    source = screened.screening.is_source
    found = finding(record, topic, evidence) if source else Finding()
    told = claims(record, topic, evidence) if source else ()
    return Judged(screened.found, screened.fingerprint, screened.screening, evidence, found, told)
