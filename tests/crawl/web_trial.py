"""An operator who reads the invented web."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.crawl.trial import CHECKOUT, TOPIC, Finished
from tests.servers.web import Web

PUBLIC = "93.184.216.34"
"""What every host of the invented web has as its address, unless a test says otherwise."""
SLUG = "semax-web"
QUICK = (
    "HARVEST_WEB_INTERVAL=0.001", "HARVEST_RETRY_BACKOFF=0.01", "HARVEST_RETRY_BACKOFF_MAX=0.02",
    "HARVEST_RETRY_AFTER_MAX=0.02",
)  # fmt: skip


def article(words: str = "", *, title: str = "Semax", head: str = "", sentence: str = "") -> str:
    """A page with enough of a text to be read as one."""
    said = sentence or "Semax is a heptapeptide that was tested in people with depression and in rats."
    paragraphs = "".join(f"<p>{said} {words} This is paragraph number {number}.</p>" for number in range(8))
    return (
        f"<!DOCTYPE html><html lang='en'><head><title>{title}</title>{head}</head>"
        f"<body><article><h1>{title}</h1>{paragraphs}</article></body></html>"
    )


@dataclass
class WebTrial:
    """One operator's folders, one topic with `[providers.web]`."""

    folder: Path
    web: Web
    names: dict[str, list[list[str]]] = field(default_factory=dict)
    """Resolutions of names that are not the usual ones."""

    @property
    def ledger(self) -> Path:
        return self.folder / "data" / "ledgers" / f"{SLUG}.jsonl"

    def write_topic(self, **options: Sequence[str] | int) -> None:
        head = TOPIC.format(slug=SLUG, name="Semax", top="").replace('[providers.pubmed]\nscope = "compound"\n', "")
        lines = [f"{name} = {json.dumps(value)}" for name, value in options.items()]
        path = self.folder / "data" / "topics" / f"{SLUG}.toml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(head + "\n".join(["[providers.web]", *lines, ""]), encoding="utf-8")

    def crawl(self, *arguments: str, **environment: str) -> Finished:
        hosts = {urlsplit(url).hostname or "" for url in self.web.pages}
        network = {
            "names": {host: [[PUBLIC]] for host in hosts} | self.names,
            "ports": {"80": self.web.http, "443": self.web.https},
            "log": str(self.folder / "network.jsonl"),
        }
        path = self.folder / "network.json"
        path.write_text(json.dumps(network), encoding="utf-8")
        command = [sys.executable, "-m", "tests.crawl.trial_web", str(path), SLUG, *arguments, *QUICK]
        done = subprocess.run(
            [*command, f"HARVEST_LIMITER_DIR={self.folder / 'limits'}"], cwd=CHECKOUT, check=False, timeout=280,
            env=self.environment(**environment), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        return Finished(done.returncode, done.stdout)

    def environment(self, **more: str) -> Mapping[str, str]:
        ours = {
            "HARVEST_DATA_DIR": str(self.folder / "data"),
            "HARVEST_STATE_DIR": str(self.folder / "state"),
            "HARVEST_MODE": "test",
            "SSL_CERT_FILE": str(self.web.authority),
        }
        return {**os.environ, **ours, **more}

    def network(self, what: str) -> list[list[Any]]:
        """What the process resolved, connected to, or opened a socket to."""
        lines = (self.folder / "network.jsonl").read_text(encoding="utf-8").splitlines()
        return [rest for kind, *rest in map(json.loads, lines) if kind == what]

    def bodies(self, *kinds: str) -> list[dict[str, Any]]:
        lines = [json.loads(line) for line in self.ledger.read_bytes().splitlines()]
        return [line["body"] for line in lines if line["type"] in kinds]

    def account(self) -> dict[str, Any]:
        account: dict[str, Any] = self.bodies("run-finished")[-1]["providers"]["web"]
        return account

    def ends(self) -> dict[str, str]:
        """How each page ended: a screening, a reason of refusal, or of failure; by URL."""
        ended = {
            key: body.get("screening", body.get("reason", ""))
            for body in self.bodies("source", "excluded")
            for key in body["keys"]
        }
        ended |= {body["key"]: body["reason"] for body in self.bodies("refused")}
        ended |= {key: f"{body['reason']}: {body['got']}" for body in self.bodies("failed") for key in body["keys"]}
        return {key.removeprefix("url:"): end for key, end in ended.items()}
