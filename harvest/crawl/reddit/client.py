"""Reddit's API through PRAW: raw JSON in, raw JSON out; made and used in one thread."""

from collections.abc import Mapping, Sequence
from configparser import ConfigParser
from importlib.resources import files
from typing import Any, Final

from harvest.configuration import Configuration
from harvest.crawl.network_faults import UNREACHABLE
from harvest.crawl.reddit.credentials import Credentials
from harvest.crawl.reddit.polite import PoliteSession
from harvest.crawl.retry import GaveUp
from harvest.errors import AnswerUnusable, HarvestError, KeyRefused, NotRecorded, ProviderError, Unreachable
from harvest.faults import Fault
from harvest.reddit import things, threads
from harvest.reddit.threads import Ask

GROUP: Final = 100
"""Fullnames that `/api/info` takes."""
_REFUSED: Final = "`harvest doctor` names the credentials that are set"


class Refused(AnswerUnusable):
    """Reddit hands this out to nobody, or not to us: asked again it will say the same."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.detail)
        self.kind = fault.kind


class Client:
    """Asks Reddit; PRAW is made here, so it belongs to the thread that makes this.

    Args:
        http: what PRAW sends its requests through.
        credentials: of the client.
        configuration: for the base URLs.
    """

    def __init__(self, http: PoliteSession, credentials: Credentials, configuration: Configuration) -> None:
        self._http = http
        self._reddit = _praw(http, credentials, configuration)

    @property
    def synthetic(self) -> bool:
        """Some answer came from an emulator."""
        return self._http.synthetic

    @property
    def requests(self) -> int:
        """Requests made so far, without retries."""
        return self._http.asked.total()

    @property
    def asked(self) -> Mapping[str, int]:
        """The same, by tool."""
        return self._http.asked

    def get(self, path: str, parameters: Mapping[str, str]) -> Any:
        """GET `path`, relative to the API's base; returns JSON.

        Raises:
            Refused: not for us. KeyRefused: the client is not let in. Unreachable, AnswerUnusable, NotRecorded.
            Interrupted: the run was stopped.
        """
        return self._asked(method="GET", path=path, params=dict(parameters))

    def thread(self, ask: Ask) -> Any:
        """What a thread's reader asks for; raises as `get`."""
        if ask.kind == "more":
            form = {"children": ",".join(ask.ids), "link_id": f"{things.POST}_{ask.thread}", "sort": threads.SORT}
            return self._asked(method="POST", path="api/morechildren/", data=form)
        below = f"_/{ask.ids[0]}" if ask.kind == "continued" else ""
        return self.get(f"comments/{ask.thread}/{below}", {"limit": str(threads.PAGE), "sort": threads.SORT})

    def info(self, fullnames: Sequence[str]) -> list[things.Body]:
        """Posts and comments by fullname, at most 100; those that do not exist are missing. Raises as `get`."""
        return things.children(self.get("api/info/", {"id": ",".join(fullnames)}))

    def close(self) -> None:
        """Let go of connections."""
        self._http.close()

    def _asked(self, **request: Any) -> Any:
        """Raise ours in place of PRAW's, which hold the request with its secrets."""
        from praw.exceptions import PRAWException  # noqa: PLC0415 - takes half a second
        from prawcore.exceptions import (  # noqa: PLC0415 - as above
            OAuthException,
            PrawcoreException,
            RequestException,
        )

        try:
            return self._reddit.request(**request)
        except RequestException as error:
            raised = _raised(error.original_exception)
        except OAuthException as error:
            raised = KeyRefused(f"expected a token of Reddit, got {str(error.error)[:60]!r}", hint=_REFUSED)
        except (PrawcoreException, PRAWException, AssertionError, LookupError, TypeError, ValueError) as error:
            raised = AnswerUnusable(f"expected an answer of Reddit, got {type(error).__name__}")
        raise raised from None


def _raised(cause: Exception) -> Exception:
    if isinstance(cause, HarvestError):
        return cause
    if not isinstance(cause, GaveUp):
        return ProviderError(f"expected an answer of Reddit, got an internal error ({type(cause).__name__})")
    fault = cause.fault
    if fault.kind == "not-recorded":
        return NotRecorded(fault.detail)
    if fault.fatal:
        return KeyRefused(f"expected Reddit to let the client in, got: {fault.detail}", hint=_REFUSED)
    if fault.kind in UNREACHABLE:
        return Unreachable(f"expected an answer of Reddit, got: {fault.detail}", hint="`make demo` needs no network")
    return AnswerUnusable(f"expected an answer of Reddit, got: {fault.detail}") if fault.retry else Refused(fault)


def _praw(http: PoliteSession, credentials: Credentials, configuration: Configuration) -> Any:
    """PRAW, told everything: neither a praw.ini nor a variable that we do not name has a say."""
    import praw  # noqa: PLC0415 - takes half a second
    from praw.config import Config  # noqa: PLC0415 - as above

    shipped = ConfigParser()
    shipped.read_string(files("praw").joinpath("praw.ini").read_text(encoding="utf-8"))
    Config.CONFIG = shipped
    return praw.Reddit(
        "DEFAULT",
        client_id=credentials.client_id,
        client_secret=credentials.client_secret or None,
        username=credentials.username or None,
        password=credentials.password or None,
        refresh_token=credentials.refresh_token or None,
        redirect_uri=None,
        user_agent=credentials.user_agent,
        reddit_url=configuration.reddit_url.rstrip("/"),
        oauth_url=configuration.reddit_oauth_url.rstrip("/") + "/",
        check_for_updates=False,
        check_for_async=False,
        requestor_kwargs={"session": http},
    )
