"""The client that a configuration asks for: the network's, or a recording's."""

from collections.abc import Callable
from typing import Final

from harvest.configuration import Configuration
from harvest.crawl.politeness import OpenLimiter
from harvest.crawl.reddit.client import Client
from harvest.crawl.reddit.credentials import Credentials
from harvest.crawl.reddit.network import TIMEOUT, Network
from harvest.crawl.reddit.polite import INTERVAL, Patience, PoliteSession
from harvest.crawl.reddit.recording import FOLDER, Recording
from harvest.errors import CredentialsMissing
from harvest.limiter import Limit

_LIMIT: Final = "reddit:"


def check(configuration: Configuration) -> None:
    """See whether Reddit can be asked at all, before a run is opened.

    Raises:
        CredentialsMissing: there are none; in a replay, none of Reddit's exchanges are recorded.
        UsageError: the client does not name itself as Reddit wants it.
    """
    if configuration.replay is None:
        Credentials.of(configuration)
    elif not (configuration.replay / FOLDER).is_dir():
        raise CredentialsMissing("expected exchanges with Reddit in the recording, got none")


def opened(
    configuration: Configuration,
    *,
    pause: Callable[[float], None],
    limiter: OpenLimiter,
    patience: Patience | None = None,
    timeout: float = TIMEOUT,
) -> Client:
    """Make the client, in the thread that is to use it.

    Args:
        configuration: base URLs, credentials; with a replay nothing is asked but its recorded exchanges.
        pause: sleeps, and raises `Interrupted` when the run is stopped.
        limiter: opens the limit that all processes with the same client id share.
        patience: how long an answer is waited for.
        timeout: seconds without a byte.

    Raises:
        CredentialsMissing, UsageError: it cannot be asked.
        ArchiveError: nothing is recorded.
    """
    if configuration.replay:
        http = PoliteSession(Recording.beside(configuration.replay), limiter=None, pause=pause)
        return Client(http, Credentials.of_a_recording(), configuration)
    credentials = Credentials.of(configuration)
    shared = limiter(Limit(f"{_LIMIT}{credentials.client_id}", INTERVAL))
    http = PoliteSession(Network(timeout=timeout), limiter=shared, pause=pause, patience=patience)
    return Client(http, credentials, configuration)
