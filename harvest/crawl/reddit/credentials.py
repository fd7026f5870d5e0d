"""The approved client by which Reddit is asked: PRAW's own variables, from the environment alone."""

from dataclasses import dataclass
from typing import Final, Self

from pydantic import SecretStr

from harvest.configuration import Configuration
from harvest.errors import CredentialsMissing, UsageError

_HINT: Final = (
    "ask Reddit to approve a client (Responsible Builder Policy, https://support.reddithelp.com; research through "
    "r/reddit4researchers), then set praw_client_id, praw_client_secret and praw_user_agent"
)
_LEAST_AGENT: Final = 7
"""Characters; PRAW takes none shorter."""
_DEFAULT_AGENTS: Final = ("python-requests", "praw/", "mozilla/", "curl/")


@dataclass(frozen=True, slots=True, repr=False)
class Credentials:
    """Client, secret (empty for an installed app), how the client names itself, and the account if one is needed."""

    client_id: str
    client_secret: str
    user_agent: str
    username: str = ""
    password: str = ""
    refresh_token: str = ""

    @classmethod
    def of(cls, configuration: Configuration) -> Self:
        """The operator's.

        Raises:
            CredentialsMissing: no client is set.
            UsageError: the client does not name itself, or names itself as something else.
        """
        if configuration.praw_client_id is None:
            raise CredentialsMissing("expected credentials for Reddit, got none", hint=_HINT)
        agent = configuration.praw_user_agent.strip()
        if len(agent) < _LEAST_AGENT or agent.lower().startswith(_DEFAULT_AGENTS):
            raise UsageError(
                "expected praw_user_agent to name the client, got "
                + ("none" if not agent else "one that Reddit refuses"),
                hint="set it to <platform>:<app id>:<version> (by /u/<name>)",
            )
        return cls(
            client_id=_shown(configuration.praw_client_id),
            client_secret=_shown(configuration.praw_client_secret),
            user_agent=agent,
            username=_shown(configuration.praw_username),
            password=_shown(configuration.praw_password),
            refresh_token=_shown(configuration.praw_refresh_token),
        )

    @classmethod
    def of_a_recording(cls) -> Self:
        """What a replay needs: none of its answers looks at it."""
        return cls("recorded", "recorded", "a recording is replayed")


def _shown(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret else ""
