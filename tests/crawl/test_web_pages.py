"""Which pages a run reads, what it calls them, what becomes of them later; no secret in anything written."""

import gzip
import json
from pathlib import Path

import pytest

from tests.crawl.web_trial import WebTrial, article
from tests.servers.web import Web, page, redirect, tagged, text

SECRETS = {
    "NCBI_API_KEY": "canary-of-ncbi-0123456789",
    "OPENALEX_API_KEY": "canary-of-openalex-0123456789",
    "praw_client_id": "canary-of-praw-id",
    "praw_client_secret": "canary-of-praw-secret",
    "praw_username": "canary-of-praw-name",
    "praw_password": "canary-of-praw-word",
    "praw_refresh_token": "canary-of-praw-refresh",
}
RSS = "<rss version='2.0'><channel>{}</channel></rss>"
MAP = "<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{}</urlset>"
UNFIT = "<url><loc>file:///etc/passwd</loc></url>"
INDEX = "<sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{}</sitemapindex>"


@pytest.fixture
def trial(tmp_path: Path) -> WebTrial:
    return WebTrial(tmp_path, Web(tmp_path))


def post(number: int) -> str:
    return article(f"Post {number} told it.", title=f"Semax, post {number}")


def items(*paths: str) -> str:
    return RSS.format("".join(f"<item><link>http://example.com/{path}</link></item>" for path in paths))


def locs(*paths: str, tag: str = "url") -> str:
    return "".join(f"<{tag}><loc>http://example.com/{path}</loc></{tag}>" for path in paths)


def test_pages_come_from_addresses_feeds_and_sitemaps_each_once_and_under_one_name(trial: WebTrial) -> None:
    hostile = "<!DOCTYPE rss [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>" + items("&x;")
    own = "<link rel='canonical' href='{}'>"
    trial.web.put({f"http://example.com/{number}": page(post(number)) for number in range(1, 9)})
    link = "<p>Semax is <a href='http://example.org/linked'>told of elsewhere</a> in many words.</p></article>"
    trial.web.put({"http://example.com/1": page(post(1).replace("</article>", link))})
    trial.web.put(
        {
            "http://example.com/feed": page(items("1", "2?utm_source=rss"), content_type="application/rss+xml"),
            "http://example.com/index.xml": page(
                INDEX.format(locs("map.gz", "missing.xml", "index.xml", tag="sitemap")), content_type="text/xml"
            ),
            "http://example.com/map.gz": page(
                gzip.compress(MAP.format(locs("3", "4", "5", "6", "1") + UNFIT).encode()),
                content_type="application/gzip",
            ),
            "http://example.com/hostile": page(hostile, content_type="text/xml"),
            "http://example.org/linked": page(article("linked", title="Semax, linked to")),
            "http://example.com/closed/feed": page(items("8"), content_type="text/xml"),
            "http://example.com/robots.txt": text("User-agent: *\nDisallow: /closed/\n"),
            "http://example.com/short": redirect("/7"),
            "http://m.example.com/7": page(
                article("Post 7 told it.", title="Semax, post 7", head=own.format("http://example.com/7"))
            ),
            "http://example.net/copy": page(
                article("elsewhere", title="Semax elsewhere", head=own.format("http://example.com/8"))
            ),
            "http://example.net/first": page(post(9).replace("</head>", own.format("/second") + "</head>")),
            "http://example.net/second": page(post(9).replace("</head>", own.format("/third") + "</head>")),
            "http://example.net/front": page(
                article("front", title="Semax in front", head=own.format("http://example.net/"))
            ),
        }
    )
    trial.write_topic(
        urls=[
            "http://example.com/short",
            "http://m.example.com/7?fbclid=abc",
            "http://example.com/7#part",
            "http://example.net/copy",
            "http://example.net/front",
            "http://example.net/first",
            "http://example.net/second",
        ],
        feeds=["http://example.com/feed", "http://example.com/hostile", "http://example.com/closed/feed"],
        sitemaps=["http://example.com/index.xml"],
        most=3,
        follow=5,
    )
    with trial.web:
        done = trial.crawl(**SECRETS)
        assert done.code == 2, done.said
        again = trial.crawl(**SECRETS)
    assert "Traceback" not in done.said + again.said
    sources = {body["key"].removeprefix("url:http://"): body for body in trial.bodies("source", "duplicate")}
    posts = {f"example.com/{number}" for number in (1, 2, 3, 4, 5, 6, 7)}
    assert set(sources) == posts | {"example.net/copy", "example.net/front", "example.net/second", "example.org/linked"}
    names = ("http://example.com/7", "http://example.com/short")
    assert [key.removeprefix("url:") for key in sources["example.com/7"]["keys"]] == list(names)
    for number in range(1, 7):
        assert len(trial.web.asked(f"http://example.com/{number}")) == 1
    searches = {body["query"]: body for body in trial.bodies("search")[:5]}
    assert {body["by"] for body in searches.values()} == {"urls", "feed", "sitemap"}
    assert searches["http://example.com/feed"]["returned"] == 2
    assert searches["http://example.com/index.xml"]["stated_total"] == 6
    assert searches["http://example.com/index.xml"]["warnings"] == {"unfit": 1}
    problems = " ".join(searches["http://example.com/index.xml"]["problems"])
    assert "the sitemap names 4 new pages, 3 are read in this run" in problems
    assert "expected sitemap http://example.com/missing.xml, got: gone: status 404" in problems
    assert "expected sitemap http://example.com/index.xml, got one more index" in problems
    assert searches["http://example.com/hostile"]["outcome"] == "failed"
    assert "entities" in searches["http://example.com/hostile"]["problems"][0]
    assert trial.bodies("refused")[0]["key"] == "url:http://example.com/closed/feed"
    first, second = (body["providers"]["web"] for body in trial.bodies("run-finished"))
    assert (first["found"], first["included"] + first["duplicate"], first["failed"]) == (9, 9, 0)
    assert (second["found"], second["known"], second["included"] + second["duplicate"]) == (11, 9, 2)
    no_secret_in(trial.folder, done.said + again.said)


def no_secret_in(folder: Path, said: str) -> None:
    """Neither in what was said nor in any file, compressed ones unpacked."""
    written = [path for path in folder.rglob("*") if path.is_file() and path.suffix != ".pem"]
    assert any(path.name.endswith(".warc.gz") for path in written)
    for path in written:
        octets = path.read_bytes()
        octets += gzip.decompress(octets) if path.suffix == ".gz" else b""
        for name, secret in SECRETS.items():
            assert secret.encode() not in octets, (path, name)
    assert [name for name, secret in SECRETS.items() if secret in said] == []


def test_later_runs_ask_only_whether_pages_have_changed_and_judge_again_without_asking(trial: WebTrial) -> None:
    trial.web.put(
        {
            "http://blog.example/tagged": tagged(post(1), '"one"'),
            "http://blog.example/plain": page(post(2)),
            "http://blog.example/old": redirect("/new"),
            "http://blog.example/new": page(post(3)),
            "http://blog.example/gone": page(post(4)),
        }
    )
    urls = [f"http://blog.example/{name}" for name in ("tagged", "plain", "old", "gone")]
    trial.write_topic(urls=urls)
    with trial.web:
        first = trial.crawl()
        assert first.code == 0, first.said
        trial.web.log.clear()
        second = trial.crawl()
        assert second.code == 0, second.said
        assert trial.web.log == []
        trial.web.put(
            {
                "http://blog.example/plain": page(post(2).replace("told it", "took it back")),
                "http://blog.example/gone": page("gone", status=410),
            }
        )
        third = trial.crawl("--days", "31")
        assert third.code == 2, third.said
        (revisit,) = trial.web.asked("http://blog.example/tagged")
        assert revisit.headers["if-none-match"] == '"one"'
        trial.web.log.clear()
        trial.write_topic(urls=urls[1:])
        fourth = trial.crawl("--days", "32")
        assert {one.url for one in trial.web.log} <= {f"http://blog.example/{name}" for name in ("gone", "robots.txt")}
    (changed,) = trial.bodies("changed")
    assert changed["key"] == "url:http://blog.example/plain"
    assert changed["old"]["text_sha256"] != changed["new"]["text_sha256"]
    accounts = [body["providers"]["web"] for body in trial.bodies("run-finished")]
    assert [account["known"] for account in accounts] == [0, 4, 3, 3], fourth.said
    assert [account["failed"] for account in accounts] == [0, 0, 1, 1]
    assert json.dumps(trial.bodies("failed")[0]["keys"]) == '["url:http://blog.example/gone"]'


def test_a_replay_reads_the_same_pages_without_a_network(trial: WebTrial, tmp_path: Path) -> None:
    trial.web.put({f"http://blog.example/{number}": page(post(number)) for number in (1, 2)})
    trial.web.put({"http://blog.example/no": page(post(3)), "http://blog.example/to": redirect("/2")})
    trial.web.put({"http://blog.example/robots.txt": text("User-agent: *\nDisallow: /no\n")})
    urls = [f"http://blog.example/{name}" for name in ("1", "to", "no")]
    trial.write_topic(urls=urls)
    with trial.web:
        live = trial.crawl()
    again = WebTrial(tmp_path / "again", trial.web)
    again.folder.mkdir()
    again.write_topic(urls=urls)
    done = again.crawl(HARVEST_REPLAY=str(trial.folder / "data" / "archive"))
    assert again.bodies("source") == trial.bodies("source"), live.said + done.said
    assert [body["reason"] for body in again.bodies("refused")] == ["robots-disallowed"]
    assert again.network("socket") == []


def test_a_run_to_which_nobody_answers_has_failed_and_says_nothing_of_evidence(trial: WebTrial) -> None:
    trial.names["blog.example"] = [[]]
    trial.write_topic(urls=["http://blog.example/"])
    with trial.web:
        done = trial.crawl("HARVEST_WEB_RETRIES=0")
    assert done.code == 3
    assert "expected pages, got no answer from any host" in done.said
    assert trial.account()["outcome"] == "failed"


def test_what_users_of_a_forum_wrote_is_erasable_and_in_no_archive(trial: WebTrial) -> None:
    made_by = "<meta name='generator' content='phpBB'><meta name='author' content='canary-of-a-user'>"
    told = "I took Semax for a month and my mood improved, says canary-of-a-user."
    trial.web.put({"http://forum.example/viewtopic.php?t=1": page(article(head=made_by, sentence=told))})
    trial.web.put({"http://forum.example/pdf": page(b"%PDF-1.7", content_type="application/pdf")})
    trial.write_topic(urls=["http://forum.example/viewtopic.php?t=1", "http://forum.example/pdf"])
    with trial.web:
        done = trial.crawl()
    (source,) = trial.bodies("source")
    assert "content" in source, done.said
    written = {path: path.read_bytes() for path in trial.folder.rglob("*") if path.is_file()}
    archived = b"".join(gzip.decompress(octets) for path, octets in written.items() if path.suffix == ".gz")
    assert b"my mood improved" not in archived + trial.ledger.read_bytes()
    assert any("content" in path.parts for path in written)
    assert b"%PDF" in archived
    (refused,) = trial.bodies("refused")
    assert refused["snapshot"]["record"]
