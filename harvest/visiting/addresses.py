"""Addresses of pages: which may be asked for, and the one form of each that a page is known by (contract 17)."""

import re
from functools import cache
from typing import Final
from urllib.parse import SplitResult, urlsplit

from tldextract import TLDExtract
from w3lib.url import canonicalize_url

from harvest.errors import ParseError
from harvest.model import Key

LONGEST: Final = 2_000
"""Characters of an address; longer ones are made by mistake, or to do harm."""
PORTS: Final = {"http": 80, "https": 443}
"""Scheme to its port."""

_TRACKING: Final = re.compile(
    r"(?:utm_|mtm_|pk_|piwik_|matomo_|hsa_|vero_|oly_)\w*|"
    r"(?:fb|g|dc|ms|yc|tw|tt|wbra|gbra|li_)cl(?:id|kid|src)|yclid|gclsrc|msclkid|wbraid|gbraid|igshid|igsh|"
    r"mc_[ce]id|_ga|_gl|_hs(?:enc|mi)|ref_src|ref_url|spm|cmpid|s_cid|mkt_tok|at_(?:medium|campaign)",
    re.IGNORECASE,
)


def canonical(url: str) -> str:
    """The one spelling of a page's address: no fragment, no tracking parameters, host and percent codes in one form.

    Raises:
        ParseError: it is no address that may be asked for: another scheme, a user name, no host.
    """
    if len(url) > LONGEST:
        raise ParseError(f"expected an address of at most {LONGEST} characters, got {len(url)}")
    try:
        parts = urlsplit(canonicalize_url(url.strip()))
        port = parts.port
    except ValueError:
        raise ParseError("expected the address of a page, got one that cannot be read") from None
    host = _checked_host(parts)
    shown = f"[{host}]" if ":" in host else host
    netloc = shown if port in {None, PORTS[parts.scheme]} else f"{shown}:{port}"
    pairs = (pair for pair in parts.query.split("&") if pair and not _TRACKING.fullmatch(pair.partition("=")[0]))
    spelled = SplitResult(parts.scheme, netloc, parts.path or "/", "&".join(pairs), "").geturl()
    if len(spelled) > LONGEST:
        raise ParseError(f"expected an address of at most {LONGEST} characters, got {len(spelled)} when encoded")
    return spelled


def key_of(url: str) -> Key:
    """`url:` and the canonical address; raises as `canonical`."""
    return f"url:{canonical(url)}"


def same_site(one: str, other: str) -> bool:
    """Do both addresses lie under one registered name (`example.co.uk`, `somebody.blogspot.com`)?

    Hosts without such a name (addresses in numbers) are one site only if they are equal.
    """
    first, second = (urlsplit(url).hostname or "" for url in (one, other))
    return first == second or _registered(first) == _registered(second) != ""


def _checked_host(parts: SplitResult) -> str:
    if parts.scheme not in PORTS:
        raise ParseError(f"expected an address of scheme http or https, got {parts.scheme[:20]!r}")
    if "@" in parts.netloc or "\\" in parts.netloc:
        raise ParseError("expected an address without a user name, got one with")
    host = (parts.hostname or "").rstrip(".")
    if not host or not host.isascii() or any(char.isspace() for char in host):
        raise ParseError("expected an address with a host, got none")
    return host


def _registered(host: str) -> str:
    return _suffixes()(host).top_domain_under_public_suffix


@cache
def _suffixes() -> TLDExtract:
    """The public suffix list that the package brings; never fetched, never kept."""
    return TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)
