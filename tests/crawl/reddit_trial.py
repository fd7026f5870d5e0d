"""Reddit's client in front of the emulator, and an operator who crawls with it."""

import json
import os
import subprocess
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from harvest import topics
from harvest.configuration import Configuration
from harvest.crawl.recheck import Rechecked, recheck
from harvest.crawl.reddit.client import Client
from harvest.crawl.reddit.credentials import Credentials
from harvest.crawl.reddit.exchange import EMULATOR, Asking, Exchanged, Transport
from harvest.crawl.reddit.gathering import Search, read_threads
from harvest.crawl.reddit.network import Network
from harvest.crawl.reddit.polite import Patience, PoliteSession
from harvest.ledger import Depth, verify
from harvest.limiter import Limiter
from harvest.model import Record
from harvest.reddit import query
from harvest.reddit.candidates import candidates, names_compound, place_name
from harvest.reddit.query import RedditOptions
from harvest.reddit.records import post_record
from harvest.topics import Topic
from tests.crawl.trial import CHECKOUT, QUICK, Trial
from tests.servers.reddit import RedditServer
from tests.servers.reddit_oauth import ACCOUNT, CLIENT, SECRET

AGENT = f"linux:org.example.tests:1.0 (by /u/{ACCOUNT[0]})"
TODAY = date(2026, 3, 20)
OPTIONS = RedditOptions(subreddits=("Semax", "Nootropics"), sorts=("new", "relevance"), spans=("all",))
QUICKLY = Patience(times=8, base=0.02, longest=0.04, longest_asked=0.02)
CREDENTIALS = {"praw_client_id": CLIENT, "praw_client_secret": SECRET, "praw_user_agent": AGENT}
TABLE = """\
[providers.reddit]
subreddits = ["Semax", "Nootropics"]
sorts = ["new", "relevance"]
spans = ["all"]
"""


def settings_of(server: RedditServer) -> dict[str, str]:
    """The base URLs of a running emulator."""
    return {"HARVEST_REDDIT_URL": server.reddit_url, "HARVEST_REDDIT_OAUTH_URL": server.oauth_url}


def client_of(server: RedditServer, limits: Path, **changes: Any) -> Client:
    """A client that waits for what it is asked to, in hundredths of seconds."""
    given = {"transport": Network(timeout=0.4), "credentials": Credentials(CLIENT, SECRET, AGENT), **changes}
    limiter = Limiter(limits, "reddit", interval=0.0, monotonic=given.get("monotonic", time.monotonic))
    http = PoliteSession(
        given["transport"],
        limiter=limiter,
        pause=given.get("pause", lambda seconds: time.sleep(min(seconds, 0.02))),
        patience=given.get("patience", QUICKLY),
    )
    return Client(http, given["credentials"], Configuration.load(settings_of(server)))


def the_topic() -> Topic:
    """Semax, with what is made from it and nothing more."""
    tracked = topics.load("semax-ssri", CHECKOUT / "data" / "topics")
    compound = tracked.compound.model_copy(update={"synonyms": (), "derivatives": ("NA-Semax-Amidate",)})
    return tracked.model_copy(update={"compound": compound})


def gathered(client: Client) -> dict[str, Record]:
    """All records that a run would find, by key."""
    topic = the_topic()
    search = Search(query.names(topic, OPTIONS), OPTIONS, None, TODAY, lambda post: names_compound(post, topic))
    names = [name for searched in search.run(client) for name in searched.posts]
    found: dict[str, Record] = {}
    for read in read_threads(client, [name.removeprefix("t3_") for name in names]):
        assert read.thread is not None, read.problem
        assert read.thread.unanswered == 0
        post = read.thread.post
        records = [post_record(post, about=place_name(post, topic), missing_comments=read.thread.missing)]
        records += [record for _, record in candidates(read.thread, topic)]
        found |= {record.key: record for record in records}
    return found


class Noting:
    """A transport that keeps every exchange with an emulator, in the form in which PRAW's own tests keep theirs."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._kept: list[dict[str, Any]] = []

    def send(self, asking: Asking) -> Exchanged:
        answer = self._transport.send(asking)
        assert EMULATOR in answer.headers, "what people wrote is not recorded"
        uri = f"{asking.url}?{urlencode(asking.parameters)}"
        request = {"method": asking.method, "uri": uri, "body": urlencode(asking.form)}
        response = {"status": {"code": answer.status}, "headers": {EMULATOR: "1"}}
        self._kept.append({"request": request, "response": {**response, "body": {"string": answer.body.decode()}}})
        return answer

    def close(self) -> None:
        self._transport.close()

    def write(self, file: Path) -> None:
        file.parent.mkdir(parents=True)
        file.write_text(json.dumps({"interactions": self._kept}))


class RedditTrial(Trial):
    """One operator with one topic that Reddit alone is asked about."""

    def __init__(self, folder: Path, server: RedditServer) -> None:
        super().__init__(folder, server.url)
        self.server = server

    def write_topic(self, *, name: str = "Semax", top: str = "") -> None:
        super().write_topic(name=name, top=top)
        text = self.topic_file.read_text()
        self.topic_file.write_text(text.replace('[providers.pubmed]\nscope = "compound"\n', TABLE))

    def environment(self, **more: str) -> dict[str, str]:
        folders = {"HARVEST_DATA_DIR": str(self.folder / "data"), "HARVEST_STATE_DIR": str(self.folder / "state")}
        limits = {"TMPDIR": str(self.folder)}
        return {**os.environ, **folders, **limits, **settings_of(self.server), **CREDENTIALS, **more}

    def command(self, *options: str) -> list[str]:
        crawl = [sys.executable, "-m", "scrapy", "crawl", "reddit", "-a", f"topic={self.slug}"]
        return [*crawl, "-s", f"HARVEST_LIMITER_DIR={self.folder / 'limits'}", *QUICK, *options]

    def start(self, *options: str, **environment: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            self.command(*options), cwd=CHECKOUT, env=self.environment(**environment),
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip

    def account(self) -> dict[str, Any]:
        account: dict[str, Any] = self.bodies("run-finished")[-1]["providers"]["reddit"]
        return account

    def verify(self) -> int:
        """As the command's exit code, here."""
        return verify(self.ledger, state=self.folder / "state", depth=Depth.DEEP).exit_code

    def recheck(self) -> Rechecked:
        """As the command does, here."""
        folders = {"HARVEST_DATA_DIR": str(self.folder / "data"), "HARVEST_STATE_DIR": str(self.folder / "state")}
        given = Configuration.load({**folders, **settings_of(self.server), **CREDENTIALS})
        (report,) = recheck(self.slug, given, lambda: datetime.now(UTC))
        return report

    def texts(self) -> str:
        """All erasable content there is, as one text."""
        return "\n".join(path.read_text() for path in sorted((self.folder / "data" / "content").rglob("*.json")))
