"""What never reaches an archive: keys, who asked, and from where.

NCBI names the caller's key or address in its answers too: `{"error":"API rate limit exceeded","api-key":"..."}`.
"""

import re
from collections.abc import Iterable
from urllib.parse import quote, unquote_to_bytes, urlsplit, urlunsplit

PERSONAL_PARAMETERS = frozenset({"api_key", "email", "mailto", "tool"})
"""Parameters that say who asks; they do not change the answer."""

PERSONAL_HEADERS = frozenset(
    {"authorization", "cookie", "from", "proxy-authorization", "referer", "set-cookie", "x-api-key"}
)

REDACTED = b"redacted"
SHORTEST_SECRET = 8
"""A shorter value (an empty key, a `1` in a test) would strike out ordinary text."""

_ECHO = re.compile(rb'("api[-_]key"\s*:\s*")(?!redacted")[^"]*(?=")', re.IGNORECASE)
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+")


def is_personal(parameter: str) -> bool:
    """Tell whether a parameter of this name says who asks."""
    return parameter.lower() in PERSONAL_PARAMETERS


def clean_form(form: bytes) -> bytes:
    """Take the personal parameters out of a query string or form body; what stays is byte for byte as it was."""
    return b"&".join(pair for pair in form.split(b"&") if not is_personal(_name(pair)))


def clean_url(url: str) -> str:
    """Take personal parameters, user and password, and the fragment out of a URL; nothing stays of what is none."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "redacted"
    query = clean_form(parts.query.encode()).decode()
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, query, ""))


def clean_headers(headers: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Leave out headers that say who asks; strike out mail addresses in the others and put each on one line."""
    return tuple(
        (name, " ".join(_MAIL.sub("redacted", value).splitlines()))
        for name, value in headers
        if name.lower() not in PERSONAL_HEADERS
    )


def secrets(url: str, body: bytes, headers: Iterable[tuple[str, str]], *, mail: bool) -> set[bytes]:
    """Return what a request carries that must not be echoed: keys and personal headers; mail addresses if asked."""
    names = {"api_key", "email", "mailto"} if mail else {"api_key"}
    pairs = [*urlsplit(url).query.encode().split(b"&"), *body.split(b"&")]
    values = [pair.partition(b"=")[2] for pair in pairs if _name(pair).lower() in names]
    found = {*values, *map(unquote_to_bytes, values)}
    for name, value in headers:
        if name.lower() in PERSONAL_HEADERS - {"referer"}:
            found |= {value.encode(), value.encode().rpartition(b" ")[2]}
    return found


class Eraser:
    """Strikes secrets out of bytes, as they are and percent-encoded."""

    def __init__(self, secrets: Iterable[bytes]) -> None:
        long = {secret for secret in secrets if len(secret) >= SHORTEST_SECRET}
        forms = sorted(long | {quote(secret, safe="").encode() for secret in long}, key=len, reverse=True)
        self._pattern = re.compile(b"|".join(map(re.escape, forms))) if forms else None

    def __call__(self, text: bytes) -> bytes:
        """Return the text without the secrets and without a key or address that a provider echoes."""
        text = _ECHO.sub(rb"\g<1>" + REDACTED, text)
        return self._pattern.sub(REDACTED, text) if self._pattern else text

    def text(self, text: str) -> str:
        """Do the same for a URL or the value of a header."""
        return self(text.encode("utf-8", "surrogateescape")).decode("utf-8", "surrogateescape")


def _name(pair: bytes) -> str:
    return unquote_to_bytes(pair.partition(b"=")[0]).decode("latin-1")
