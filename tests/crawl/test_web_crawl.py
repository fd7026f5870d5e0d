"""The invented web, read: what becomes of each kind of host, redirect, answer and page."""

import gzip
from pathlib import Path

import brotli
import pytest

from tests.crawl.web_trial import PUBLIC, WebTrial, article
from tests.servers import web_hostile as hostile
from tests.servers.web import Behaviour, Web, page, raw, redirect, text

OK = "compound-only"
FORBID_ALL = "User-agent: *\nDisallow: /\n"
SECOND = "2606:2800:220:1:248:1893:25c8:1946"


@pytest.fixture
def trial(tmp_path: Path) -> WebTrial:
    return WebTrial(tmp_path, Web(tmp_path))


def crawl(trial: WebTrial, cases: dict[str, tuple[Behaviour | None, str]], *arguments: str, **environment: str) -> None:
    """Read a URL for each case, and compare how each ended."""
    trial.web.put({url: behaviour for url, (behaviour, _) in cases.items() if behaviour})
    trial.write_topic(urls=list(cases))
    with trial.web:
        done = trial.crawl("HARVEST_WEB_RETRIES=0", *arguments, **environment)
    ends = trial.ends()
    assert {url: ends.get(url) for url in cases} == {url: end for url, (_, end) in cases.items()}, done.said
    assert "Traceback" not in done.said


# --- 16.3: robots.txt


def test_robots_txt_is_obeyed_and_whatever_keeps_it_from_us_forbids_everything(trial: WebTrial) -> None:
    rules = "User-agent: *\nDisallow: /no\n"
    filler = "#" + "x" * 998 + "\n"
    files = {
        "r-200": text(rules),
        "r-hop5": redirect("http://r-hop4.example/4"),
        "r-hop6": redirect("http://r-hop5.example/robots.txt"),
        "r-404": text(FORBID_ALL, 404),
        "r-401": text(FORBID_ALL, 401),
        "r-403": text(FORBID_ALL, 403),
        "r-429": text("", 429),
        "r-500": text("", 500),
        "r-503": page("<html>soon</html>", status=503),
        "r-reset": hostile.reset,
        "r-cut": hostile.cut_off,
        "r-html": page("<html><body>Disallow: /</body></html>"),
        "r-600k": text(filler * 400 + "User-agent: *\nDisallow: /no\n" + filler * 200),
        "r-bom": text(b"\xef\xbb\xbf" + rules.encode()),
        "r-cr": text(rules.replace("\n", "\r")),
        "r-two": text(
            "User-agent: harvest\nDisallow: /no\n\nUser-agent: *\nDisallow: /\n\nUser-agent: HARVEST\nAllow: /x\n"
        ),
        "r-tie": text("User-agent: *\nDisallow: /no\nAllow: /no\nDisallow: /n\n"),
        "r-slow": text("User-agent: *\nCrawl-delay: 121\n"),
        "r-pace": text("User-agent: *\nCrawl-delay: 0.01\n"),
        "r-inside": redirect("http://127.0.0.1/robots.txt"),
        "r-file": redirect("file:///etc/passwd"),
        "r-circle": redirect("http://r-circle.example/robots.txt"),
    }
    trial.web.put({f"http://{name}.example/robots.txt": behaviour for name, behaviour in files.items()})
    trial.web.put(
        {f"http://r-hop{n}.example/{n}": redirect(f"http://r-hop{n - 1}.example/{n - 1}") for n in range(1, 5)}
    )
    trial.web.put({"http://r-hop0.example/0": text(rules), "https://both.example/robots.txt": text(FORBID_ALL)})
    unreachable = {"r-hop6", "r-429", "r-500", "r-503", "r-reset", "r-cut", "r-file", "r-circle"}
    forbidden = {"r-200", "r-hop5", "r-600k", "r-bom", "r-cr", "r-two"}
    cases: dict[str, tuple[Behaviour | None, str]] = {
        "http://both.example/yes": (page(article("both")), OK),
        "https://both.example/yes": (page(article("both")), "robots-disallowed"),
        "http://nobody.example/yes": (None, "robots-unreachable"),
        "http://r-inside.example/yes": (page(article("inside")), "not-public"),
        "http://r-slow.example/yes": (page(article("slow")), "robots-delay"),
    }
    for name in files.keys() - {"r-inside", "r-slow"}:
        end = "robots-unreachable" if name in unreachable else "robots-disallowed" if name in forbidden else OK
        cases[f"http://{name}.example/no"] = (page(article(name, title=f"Semax {name}")), end)
        if name in forbidden:
            cases[f"http://{name}.example/yes"] = (page(article(f"yes {name}", title=f"Semax yes {name}")), OK)
    trial.names["nobody.example"] = [[]]
    crawl(trial, cases)
    assert trial.web.asked("https://both.example/yes") == []
    assert [one.url for one in trial.web.log if one.url.endswith("r-200.example/no")] == []
    assert len(trial.web.asked("http://r-200.example/robots.txt")) == 1
    refused = {body["request"]: body for body in trial.bodies("refused")}
    assert refused["http://r-200.example/no"]["got"] == "robots.txt says Disallow: /no"
    assert refused["http://r-200.example/no"]["snapshot"]["sha256"]
    assert "status 503" in refused["http://r-503.example/no"]["got"]
    account = trial.account()
    assert account["refused"] == account["failed"] == len(refused)
    assert account["found"] == len(cases) == account["included"] + account["duplicate"] + account["failed"]


# --- where a page may lead us to

LEADS = {
    "localhost": ("http://localhost/admin", "not-public"),
    "this-machine": ("http://127.0.0.1/admin", "not-public"),
    "short": ("http://127.1/admin", "not-public"),
    "decimal": ("http://2130706433/admin", "not-public"),
    "octal": ("http://0177.0.0.1/admin", "not-public"),
    "hex": ("http://0x7f000001/admin", "not-public"),
    "zero": ("http://0/admin", "not-public"),
    "ipv6": ("http://[::1]/admin", "not-public"),
    "ipv4-mapped": ("http://[::ffff:127.0.0.1]/admin", "not-public"),
    "ipv4-mapped-hex": ("http://[::ffff:7f00:1]/admin", "not-public"),
    "nat64": ("http://[64:ff9b::7f00:1]/admin", "not-public"),
    "metadata": ("http://169.254.169.254/latest/meta-data/", "not-public"),
    "full-width": ("http://１２７.０.０.１/admin", "not-public"),  # noqa: RUF001 - the attack
    "dotted": ("http://127。0。0。1/admin", "not-public"),
    "trailing-dot": ("http://localhost./admin", "not-public"),
    "private-name": ("http://intranet.example/admin", "not-public"),
    "half-private-name": ("http://half.example/admin", "not-public"),
    "scheme-relative": ("//127.0.0.1/admin", "not-public"),
    "file": ("file:///etc/passwd", "bad-redirect"),
    "ftp": ("ftp://example.com/", "bad-redirect"),
    "data": ("data:text/html,Semax", "bad-redirect"),
    "javascript": ("javascript:alert(1)", "bad-redirect"),
    "user": ("http://me:secret@fine.example/", "bad-redirect"),
    "port": ("http://fine.example:6379/", "not-public"),
    "nonsense": ("http://[/", "bad-redirect"),
    "empty": ("", "too-many-redirects"),
    "elsewhere-forbidden": ("http://closed.example/page", "robots-disallowed"),
    "many": ("http://hop11.example/", "too-many-redirects"),
    "some": ("http://hop9.example/", OK),
}


def test_no_redirect_leads_inside_or_past_robots_txt_and_each_page_is_asked_for_at_an_address_that_was_looked_at(
    trial: WebTrial,
) -> None:
    cases: dict[str, tuple[Behaviour | None, str]] = {
        f"http://lead.example/{name}": (redirect(location), end) for name, (location, end) in LEADS.items()
    }
    cases |= {
        "http://changing.example/page": (page(article("changing")), "not-public"),
        "http://third.example/page": (redirect("http://third.example/2"), "not-public"),
        "http://six.example/page": (page(article("six", title="Semax by IPv6")), OK),
        "http://fine.example/page": (page(article("fine", title="Semax is fine")), OK),
    }
    trial.names |= {
        "localhost.": [["127.0.0.1"]],
        "intranet.example": [["10.0.0.5"]],
        "half.example": [[PUBLIC, "192.168.0.1"]],
        "changing.example": [[PUBLIC], ["127.0.0.1"]],
        "third.example": [[PUBLIC], [PUBLIC], ["::ffff:127.0.0.1"]],
        "six.example": [[SECOND]],
    }
    trial.web.put({f"http://hop{n}.example/": redirect(f"http://hop{n - 1}.example/") for n in range(1, 12)})
    trial.web.put({"http://hop0.example/": page(article("zero", title="Semax after redirects"))})
    trial.web.put({"http://closed.example/robots.txt": text(FORBID_ALL)})
    trial.web.put({url: page(article()) for url in ("http://closed.example/page", "http://third.example/2")})
    crawl(trial, cases, **{f"{scheme}_proxy": "http://me:pass@127.0.0.1:9/" for scheme in ("http", "https", "all")})
    resolved, connected = trial.network("resolved"), trial.network("connected")
    assert {address for address, _ in connected} == {PUBLIC, SECOND}
    assert (
        len([host for host, addresses in resolved if PUBLIC in addresses or SECOND in addresses]) == len(connected) + 1
    )
    ports = {trial.web.http, trial.web.https}
    assert {address for (address,) in trial.network("socket")} <= {f"('127.0.0.1', {port})" for port in ports}
    assert trial.web.proxied == []
    assert [one for one in trial.web.log if "admin" in one.url or "proxy-authorization" in one.headers] == []
    (answer,) = [body for body in trial.bodies("refused") if body["key"].endswith("/metadata")]
    assert answer["request"] == "http://169.254.169.254/latest/meta-data/"
    assert answer["got"] == "only public addresses are asked, this is link-local"


# --- what servers answer


def test_no_answer_costs_more_than_its_limits_and_what_is_no_page_is_refused_with_its_reason(trial: WebTrial) -> None:
    whole = article("coded", title="Semax in a coded body").encode()
    cases: dict[str, tuple[Behaviour | None, str]] = {
        f"http://{name}.example/": (behaviour, end)
        for name, (behaviour, end) in {
            "gibibyte": (hostile.pour, "too-large"),
            "gibibyte-in-chunks": (hostile.pour_without_length, "too-large"),
            "endless-head": (hostile.endless_head, LOST),
            "drip": (hostile.drip, "no-answer: timed-out: no whole answer in time"),
            "silent": (hostile.silent, "no-answer: timed-out: no whole answer in time"),
            "reset": (hostile.reset, LOST),
            "cut": (hostile.cut_off, "no-answer: cut-off: the connection ended before the answer did"),
            "gzip-bomb": (hostile.coded("gzip", hostile.gzip_bomb()), "too-large"),
            "deflate-bomb": (hostile.coded("deflate", hostile.deflate_bomb()), "too-large"),
            "brotli-bomb": (hostile.coded("br", hostile.brotli_bomb()), "too-large"),
            "eleven-mebibytes": (hostile.coded("gzip", gzip.compress(b"a" * (11 << 20), 1)), "too-large"),
            "members": (
                hostile.coded("gzip", hostile.many_members()),
                f"{UNDECODED} at most 4096 gzip members, got more",
            ),
            "codings": (
                hostile.coded("gzip, gzip, gzip, gzip", whole),
                f"{UNDECODED} at most 3 content codings, got 4",
            ),
            "zstd": (hostile.coded("zstd", whole), f"{UNDECODED} content coding gzip, deflate or br, got 'zstd'"),
            "half-gzip": (
                hostile.coded("gzip", gzip.compress(whole)[:-9]),
                f"{UNDECODED} a whole compressed body, got a part of one",
            ),
            "brotli": (hostile.coded("br", brotli.compress(whole)), OK),
            "attributes": (page(hostile.many_attributes()), "too-complex"),
            "paragraphs": (page(hostile.many_paragraphs()), "too-complex"),
            "deep": (page(hostile.deep()), "too-complex"),
            "pdf": (page(b"%PDF-1.7\n", content_type="application/pdf"), "content-type"),
            "secret-pdf": (page(b"%PDF-1.7\n"), "content-type"),
            "image": (page(b"GIF89a", content_type="image/gif"), "content-type"),
            "json": (page(b"{}", content_type="application/json"), "content-type"),
            "feed": (page(b"<rss/>", content_type="application/rss+xml"), "content-type"),
            "untyped-bytes": (page(b"\0\1\2", content_type=""), "content-type"),
            "untyped-html": (page(article("untyped", title="Semax without a type"), content_type=""), OK),
            "xhtml": (page(article("x", title="Semax as XHTML"), content_type="application/xhtml+xml"), OK),
            "plain": (page("Semax was tested in people. " * 30, content_type="text/plain; charset=utf-8"), OK),
            "empty": (page(b""), "empty"),
            "book": (page(b"Semax was tested in people. " * 40_000, content_type="text/plain"), "too-large"),
            "garbage": (raw(b"\x00\xff garbage\r\n\r\n"), LOST),
            "no-head": (raw(b"<html>Semax</html>"), LOST),
            "two-lengths": (raw(hostile.HEAD + b"Content-Length: 5\r\nContent-Length: 7\r\n\r\nabcde"), LOST),
            "continued": (raw(b"HTTP/1.1 100 Continue\r\n\r\n" * 1_000), LOST),
            "endless-length": (raw(hostile.HEAD + b"Content-Length: " + b"9" * 30 + b"\r\n\r\n"), "too-large"),
            "latin-1-head": (page(article("head", title="Semax and a head"), headers={"Server": "caf\xe9"}), OK),
            **{f"status-{n}": (page("no", status=n), end) for n, end in STATUSES.items()},
        }.items()
    }
    crawl(trial, cases, "DOWNLOAD_TIMEOUT=4", "HARVEST_READER_SECONDS=4")
    ((peak,),) = trial.network("peak")
    assert peak < 1 << 30


LOST = "no-answer: connection-lost: the connection failed"
UNDECODED = "no-answer: undecodable: expected"
STATUSES = {
    401: "login",
    402: "payment",
    403: "forbidden",
    404: "missing: gone: status 404",
    410: "missing: gone: status 410",
    418: "no-answer: status-418: status 418",
    429: "no-answer: status-429: status 429",
    451: "law",
    500: "no-answer: status-500: status 500",
    503: "no-answer: status-503: status 503",
    999: "forbidden",
}
