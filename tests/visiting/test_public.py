"""What a page may not lead us to: this machine, its network, and every way to spell them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvest.visiting import why_not_public


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.255.0.9", "0.0.0.0", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1",  # noqa: S104
        "169.254.169.254", "192.88.99.1",
        "100.64.0.1", "100.100.100.200", "192.0.0.192", "192.0.2.1", "198.18.0.1", "198.51.100.7", "203.0.113.9",
        "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255", "168.63.129.16",
        "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:93.184.216.34", "::ffff:0:127.0.0.1",
        "64:ff9b::127.0.0.1",
        "64:ff9b::10.0.0.1", "64:ff9b:1::1", "2002:7f00:1::", "2001:0:7f00:1::", "fe80::1", "fe80::1%eth0", "fec0::1",
        "fc00::1", "fd00:ec2::254", "ff02::1", "2001:db8::1", "100::1",
        "", "localhost", "2130706433", "0x7f.1", "0177.0.0.1", "127.1", "[::1]",
    ],
)  # fmt: skip
def test_an_address_that_is_not_public_is_told_with_its_reason(address: str) -> None:
    assert why_not_public(address)


@pytest.mark.parametrize(
    "address", ["93.184.216.34", "8.8.8.8", "2606:2800:220:1:248:1893:25c8:1946", "64:ff9b::93.184.216.34"]
)
def test_a_public_address_has_nothing_against_it(address: str) -> None:
    assert why_not_public(address) == ""


@given(st.ip_addresses(v=4, network="10.0.0.0/8") | st.ip_addresses(v=4, network="127.0.0.0/8"))
def test_no_form_of_a_private_address_in_ipv6_is_public(address: object) -> None:
    for form in ("::{}", "::ffff:{}", "64:ff9b::{}"):
        assert why_not_public(form.format(address))
