"""Which addresses are of the internet, by IANA's own registries.

Not by what the interpreter thinks (`is_global`): that differs from one Python to the next, and
what is a door here must not open with an upgrade. A block that is in doubt is not public.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

_NOT_PUBLIC_4 = tuple(
    IPv4Network(block)
    for block in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private use
        "100.64.0.0/10",  # shared behind a provider's NAT
        "127.0.0.0/8",  # this machine
        "169.254.0.0/16",  # link-local, and what clouds tell a machine of itself
        "172.16.0.0/12",  # private use
        "192.0.0.0/24",  # protocol assignments
        "192.0.2.0/24",  # documentation
        "192.31.196.0/24",  # AS112: answers for private names, no house of anybody
        "192.52.193.0/24",  # AMT
        "192.88.99.0/24",  # relays of 6to4, withdrawn
        "192.168.0.0/16",  # private use
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",  # benchmarking
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
    )
)
_GIVEN_OUT_6 = IPv6Network("2000::/3")
"""The only part of IPv6 that is given out to networks; what lies outside leads nowhere public."""
_NOT_PUBLIC_6 = tuple(
    IPv6Network(block)
    for block in (
        "2001::/23",  # protocol assignments: Teredo, benchmarking, ORCHID and their like
        "2001:db8::/32",  # documentation
        "2620:4f:8000::/48",  # AS112
        "3ffe::/16",  # the 6bone, given back
        "3fff::/20",  # documentation
    )
)
_MAPPED = IPv6Network("::ffff:0:0/96")
_NAT64 = IPv6Network("64:ff9b::/96")
_6TO4 = IPv6Network("2002::/16")


def is_public(address: str) -> bool:
    """Tell an address of the internet from one of this machine or of somebody's own network."""
    ip = ip_address(address.partition("%")[0])
    if isinstance(ip, IPv4Address):
        return not any(ip in block for block in _NOT_PUBLIC_4)
    carried = _carried(ip)
    if carried is not None:
        return is_public(str(carried))
    return ip in _GIVEN_OUT_6 and not any(ip in block for block in _NOT_PUBLIC_6)


def _carried(ip: IPv6Address) -> IPv4Address | None:
    """The IPv4 address to which an IPv6 address leads in the end."""
    if ip in _MAPPED or ip in _NAT64:
        return IPv4Address(ip.packed[-4:])
    if ip in _6TO4:
        return IPv4Address(ip.packed[2:6])
    return None
