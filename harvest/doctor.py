"""What may keep Harvest from working here: each finding is fine, advice, or a problem that a run would stumble over."""

import importlib.metadata
import importlib.util
import os
import platform
import shutil
import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from harvest import __version__, topics
from harvest.configuration import Configuration
from harvest.errors import HarvestError
from harvest.reading import read

NETWORK_PATIENCE: Final = 3.0
"""Seconds that one connection attempt may take."""
ROOM: Final = 1 << 30
"""Bytes free below which a large harvest may fill the disk."""
_PACKAGES: Final = (
    "biopython",
    "cryptography",
    "lxml",
    "praw",
    "pydantic",
    "scrapy",
    "trafilatura",
    "warcio",
)
_CREDENTIALS: Final = {
    "NCBI_API_KEY": "not needed: PubMed is asked three times a second instead of ten",
    "OPENALEX_API_KEY": "enrich does not ask OpenAlex",
    "praw_client_id": "Reddit is skipped",
    "praw_client_secret": "Reddit is skipped",
}
"""What may be set, and what follows where it is not."""
_SERVICES: Final = {
    "E-utilities": "eutils_url",
    "Europe PMC": "europepmc_url",
    "ClinicalTrials.gov": "ctgov_url",
    "Crossref": "crossref_url",
    "OpenAlex": "openalex_url",
    "Reddit": "reddit_oauth_url",
}
_OURS: Final = ("spiders", "pipelines")


class Grade(StrEnum):
    """How bad it is."""

    OK = "ok"
    ADVICE = "advice"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at."""

    name: str
    grade: Grade
    said: str


def examine(
    configuration: Configuration, now: datetime, environment: Mapping[str, str] = os.environ
) -> Iterator[Finding]:
    """Look at everything, the network last; no secret's value is ever part of a finding."""
    yield Finding("harvest", Grade.OK, __version__)
    yield _python()
    yield from (_package(name) for name in _PACKAGES)
    yield from (_own_package(name) for name in _OURS)
    yield _writable("data folder", configuration.data)
    yield _writable("state folder", configuration.state_dir)
    yield _apart(configuration)
    yield _room(configuration.data)
    yield from _topics(configuration)
    yield _contact(configuration)
    yield from (_credential(name, without, environment) for name, without in _CREDENTIALS.items())
    yield from _rechecks(configuration, now)
    yield from _services(configuration)


def _python() -> Finding:
    return Finding("python", Grade.OK, f"{platform.python_version()}, {platform.system()} {platform.machine()}")


def _package(name: str) -> Finding:
    try:
        return Finding(name, Grade.OK, importlib.metadata.version(name))
    except importlib.metadata.PackageNotFoundError:
        return Finding(name, Grade.PROBLEM, "not installed; run: make setup")


def _own_package(name: str) -> Finding:
    """A foreign package of this name would be taken in place of ours."""
    spec = importlib.util.find_spec(name)
    expected = Path(__file__).resolve().parents[1]
    origin = Path(spec.origin).resolve() if spec and spec.origin else None
    if origin is None or origin.parents[1] != expected:
        return Finding(f"package {name}", Grade.PROBLEM, f"expected it in {expected}, got {origin or 'none'}")
    return Finding(f"package {name}", Grade.OK, str(origin.parent))


def _writable(name: str, folder: Path) -> Finding:
    """The folder, or the nearest one above it where it is still to be made."""
    standing = next(path for path in (folder, *folder.parents) if path.exists())
    if not standing.is_dir() or not os.access(standing, os.W_OK | os.X_OK):
        return Finding(name, Grade.PROBLEM, f"expected to write in {folder}, may not in {standing}")
    return Finding(name, Grade.OK, f"{folder}" + ("" if folder.exists() else ", made when first needed"))


def _apart(configuration: Configuration) -> Finding:
    """Whoever can put an older data folder back must not put the kept heads back with it."""
    if configuration.state_dir.resolve().is_relative_to(configuration.data.resolve()):
        return Finding(
            "kept heads", Grade.PROBLEM, "the state folder lies below the data folder; set HARVEST_STATE_DIR"
        )
    return Finding("kept heads", Grade.OK, "kept apart from the data folder")


def _room(folder: Path) -> Finding:
    standing = next(path for path in (folder, *folder.parents) if path.exists())
    free = shutil.disk_usage(standing).free
    grade = Grade.OK if free >= ROOM else Grade.ADVICE
    return Finding("free disk", grade, f"{free / ROOM:.1f} GiB")


def _topics(configuration: Configuration) -> Iterator[Finding]:
    folder = configuration.topics
    slugs = topics.slugs(folder)
    wrong = list(_wrong_topics(slugs, folder))
    yield from wrong
    if not slugs:
        yield Finding("topics", Grade.ADVICE, f"none in {folder}; begin one with: harvest topic new SLUG")
    elif not wrong:
        yield Finding("topics", Grade.OK, f"{len(slugs)}: {', '.join(slugs)}")


def _wrong_topics(slugs: list[str], folder: Path) -> Iterator[Finding]:
    for slug in slugs:
        try:
            topics.load(slug, folder)
        except HarvestError as error:
            yield Finding(f"topic {slug}", Grade.PROBLEM, str(error))


def _contact(configuration: Configuration) -> Finding:
    if not configuration.contact:
        return Finding(
            "contact", Grade.ADVICE, "HARVEST_CONTACT is not set; providers want an e-mail address to write to"
        )
    return Finding("contact", Grade.OK, "HARVEST_CONTACT is set")


def _credential(name: str, without: str, environment: Mapping[str, str]) -> Finding:
    """Present or not, never what it is; nothing needs any of them to begin with."""
    return Finding(name, Grade.OK, "set" if environment.get(name) else f"not set: {without}")


def _rechecks(configuration: Configuration, now: datetime) -> Iterator[Finding]:
    """Ledgers whose erasable text is hidden, since its provider was not asked in time what of it still exists."""
    for folder in sorted((configuration.data / "content").glob("*")):
        slug = folder.name
        try:
            catalogue = read(configuration.ledger(slug), now=now).catalogue
        except HarvestError:
            continue  # `harvest verify` says what is wrong with it
        late = sorted(name for name in catalogue.holdings.duties if catalogue.holdings.overdue(name, now))
        if late:
            said = f"text of {', '.join(late)} is hidden; run: harvest recheck {slug}"
            yield Finding(f"recheck {slug}", Grade.ADVICE, said)


def _services(configuration: Configuration) -> Iterator[Finding]:
    if configuration.replay is not None:
        found = configuration.replay.exists()
        said = f"answers come from {configuration.replay}" + ("" if found else ", which does not exist")
        yield Finding("replay", Grade.OK if found else Grade.PROBLEM, said)
    yield from (_service(name, getattr(configuration, url)) for name, url in _SERVICES.items())
    base = urlsplit(configuration.eutils_url)
    if base.hostname:
        yield _network(base.hostname, base.port or (443 if base.scheme == "https" else 80))


def _service(name: str, url: str) -> Finding:
    base = urlsplit(url)
    if base.scheme not in {"http", "https"} or not base.hostname:
        return Finding(name, Grade.PROBLEM, f"expected an http or https URL, got {url!r}")
    return Finding(name, Grade.OK, f"{base.scheme}://{base.hostname}{f':{base.port}' if base.port else ''}")


def _network(host: str, port: int) -> Finding:
    """Offline is a fact, not a fault: `harvest demo` and replays work without a network."""
    try:
        socket.create_connection((host, port), timeout=NETWORK_PATIENCE).close()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        return Finding("network", Grade.ADVICE, f"no connection to {host} ({reason}); `harvest demo` needs none")
    return Finding("network", Grade.OK, f"{host} can be reached")
