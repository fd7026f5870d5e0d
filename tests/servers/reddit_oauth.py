"""The token endpoint (reference 11.3): errors of the account come with status 200."""

import base64
import binascii
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.servers.messages import Answer, Request, jsonic

CLIENT = "synthetic-client"
SECRET = "synthetic-secret"
ACCOUNT = ("synthetic_operator", "synthetic-password")
REFRESH = "synthetic-refresh"
INSTALLED = "https://oauth.reddit.com/grants/installed_client"
UNAUTHORIZED = {"message": "Unauthorized", "error": 401}


@dataclass(slots=True)
class Tokens:
    """Gives out tokens and knows them again.

    Attributes:
        clients: secret by client id; empty for an installed app.
        lifetime: seconds that a token is good for.
    """

    clients: dict[str, str] = field(default_factory=lambda: {CLIENT: SECRET})
    lifetime: int = 3600
    given: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    numbered: int = 0

    def answer(self, request: Request, now: datetime) -> Answer:
        """Answer a request for a token."""
        client, secret = _basic(request)
        if request.method != "POST" or client not in self.clients or self.clients[client] != secret:
            return jsonic(UNAUTHORIZED, status=401)
        error = self._refusal(request, client)
        if error:
            return jsonic({"error": error})
        self.numbered += 1
        token = f"synthetic-token-{self.numbered}"
        self.given[token] = (client, now + timedelta(seconds=self.lifetime))
        return jsonic({"access_token": token, "token_type": "bearer", "expires_in": self.lifetime, "scope": "*"})

    def client(self, request: Request, now: datetime) -> str:
        """Whose token a request carries; empty where it is none, or none any more."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        client, until = self.given.get(token, ("", now))
        return client if scheme.lower() == "bearer" and now < until else ""

    def forget(self) -> None:
        """Let every token become invalid."""
        self.given.clear()

    def _refusal(self, request: Request, client: str) -> str:
        grant = request.get("grant_type")
        if grant == "client_credentials":
            return "" if self.clients[client] else "unauthorized_client"
        if grant == "password":
            return "" if (request.get("username"), request.get("password")) == ACCOUNT else "invalid_grant"
        if grant == "refresh_token":
            return "" if request.get("refresh_token") == REFRESH else "invalid_grant"
        if grant == INSTALLED:
            return "" if request.get("device_id") else "invalid_request"
        return "unsupported_grant_type"


def _basic(request: Request) -> tuple[str, str]:
    scheme, _, code = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        client, _, secret = base64.b64decode(code).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return client, secret
