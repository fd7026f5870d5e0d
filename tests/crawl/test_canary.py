"""Crawls with every secret set write none of them: not to ledger, archive, state, limits, log or screen.

Reddit's own, with its user names, stand in `test_reddit_crawl.py`; those of a crawl of the web in `test_web_pages.py`.
"""

import gzip
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import quote

from tests.crawl.enrich_trial import CONTACT, EnrichTrial, known_to_openalex, registered
from tests.crawl.trial import Trial
from tests.servers.crossref import CrossrefServer
from tests.servers.eutils import VALID_KEY, EutilsServer
from tests.servers.openalex import KEY, OpenAlexServer

LOUD = ("-s", "LOG_LEVEL=DEBUG")
CANARIES = {
    "NCBI_API_KEY": VALID_KEY,
    "OPENALEX_API_KEY": KEY,
    "praw_client_id": "canary-of-praw-id",
    "praw_client_secret": "canary-of-praw-secret",
    "praw_username": "canary-of-praw-name",
    "praw_password": "canary-of-praw-word",
    "praw_refresh_token": "canary-of-praw-refresh",
}


def nothing_is_told(folder: Path, said: str, *more: str) -> None:
    """No canary, as it is or percent-encoded, in any file (compressed ones unpacked) or line on the screen.

    The operator's own address is none of a secret, but stays out of what is kept.
    """
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert any(path.name.endswith(".warc.gz") for path in files)
    for canary in (*CANARIES.values(), *more):
        for form in {canary.encode(), quote(canary, safe="").encode()}:
            assert form not in said.encode() or canary == CONTACT, canary
            for path in files:
                octets = path.read_bytes()
                assert form not in octets, (path, canary)
                assert path.suffix != ".gz" or form not in gzip.decompress(octets), (path, canary)


def test_a_key_that_the_provider_repeats_in_its_answers_is_written_nowhere(tmp_path: Path) -> None:
    with EutilsServer.over_own_records(now=None, rate_limit=False) as server:
        trial = Trial(tmp_path, server.url)
        for name in ("rate-limit", "rate-limit-in-200", "http-500", "html"):
            server.fault(name, tool="esearch")
        done = trial.crawl(*LOUD, "-s", "HARVEST_RETRY_TIMES=9", HARVEST_CONTACT=CONTACT, **CANARIES)
        refused = trial.crawl(*LOUD, **{**CANARIES, "NCBI_API_KEY": "canary-of-a-key-that-is-refused"})
    assert (done.code, refused.code) == (0, 3), done.said
    assert "Crawled (200)" in done.said
    nothing_is_told(tmp_path, done.said + refused.said, CONTACT, "canary-of-a-key-that-is-refused")


def test_a_key_in_a_header_or_a_query_is_written_nowhere(tmp_path: Path) -> None:
    with ExitStack() as stack:
        crossref = stack.enter_context(CrossrefServer(registered(), rate_limit=False))
        openalex = stack.enter_context(OpenAlexServer(known_to_openalex()))
        trial = EnrichTrial(tmp_path, crossref.url, openalex.url)
        openalex.fault("http-500")
        crossref.fault("http-500")
        done = trial.enrich(*LOUD, **CANARIES)
        assert openalex.log
    assert "Crawled (200)" in done.said, done.said
    nothing_is_told(tmp_path, done.said)
