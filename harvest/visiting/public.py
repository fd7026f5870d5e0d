"""Is an address one that everybody can reach, or does it lead into this machine or its network?"""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

_NAT64: Final = IPv6Network("64:ff9b::/96")
"""RFC 6052: on networks without IPv4 every IPv4 host is met there; the last 32 bits decide."""
_GLOBAL_V6: Final = IPv6Network("2000::/3")
"""All that IANA has given out as global unicast; IPv4 in its mapped and compatible forms lies outside."""
_SPECIAL: Final = tuple(
    ip_network(block)
    for block in (
        *("192.0.0.0/24", "192.88.99.0/24"),  # protocol assignments, relays of 6to4
        "168.63.129.16/32",  # where a cloud talks to its own machines (Azure)
        *("2001::/23", "2002::/16", "2001:db8::/32", "3fff::/20"),  # Teredo and the like, 6to4, documentation
    )
)
"""Special purposes that `ipaddress` of some versions of Python takes for global."""


def why_not_public(address: str) -> str:
    """What speaks against connecting to `address`, in words; empty where nothing does.

    Args:
        address: IPv4 or IPv6 in numbers, as name resolution gives it; anything else is not public.
    """
    try:
        ip = ip_address(address)
    except ValueError:
        return "not an address"
    if isinstance(ip, IPv6Address):
        if ip in _NAT64:
            return why_not_public(str(IPv4Address(int(ip) & 0xFFFFFFFF)))
        if ip not in _GLOBAL_V6:
            return "this machine" if ip.is_loopback else "not global IPv6"
    for said, holds in (
        ("this machine", ip.is_loopback or ip.is_unspecified),
        ("link-local", ip.is_link_local),
        ("multicast", ip.is_multicast),
        ("private", ip.is_private),
        ("reserved", ip.is_reserved or not ip.is_global or any(ip in network for network in _SPECIAL)),
    ):
        if holds:
            return said
    return ""
