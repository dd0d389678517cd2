"""Addresses: under which other devices of the same network reach this computer, the likely one first."""

import ipaddress
import re
import socket
from collections.abc import Iterable
from dataclasses import dataclass

import psutil

_HOME_NETWORK = ipaddress.ip_network("192.168.0.0/16")
_NOT_A_NETWORK_OF_PHONES = re.compile(
    r"docker|br-|veth|virbr|vmnet|vmware|virtualbox|vboxnet|vethernet|hyper-v|wsl|lxc|lxd|podman|cni|kube"
    r"|tun|tap|utun|wg|ppp|vpn|ipsec|tailscale|zt|zerotier|nord|proton|wireguard|bridge\d",
    re.IGNORECASE,
)
"""Names of interfaces to virtual computers and of tunnels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """An address of this computer."""

    ip: str
    interface: str
    """Name that the system gives to the connection, for example ``Wi-Fi``."""


def lan_addresses() -> list[Address]:
    """Addresses that a phone in the same network may reach, the likely one first; IPv4 only.

    A connection to the whole internet has a public address here; such an address is not among them.
    """
    states = psutil.net_if_stats()
    found = [
        Address(ip=entry.address, interface=name)
        for name, entries in psutil.net_if_addrs().items()
        if name not in states or states[name].isup
        for entry in entries
        if entry.family == socket.AF_INET and _is_local(entry.address)
    ]
    return ordered(found)


def ordered(found: Iterable[Address]) -> list[Address]:
    """Sort addresses: real networks before tunnels and virtual ones, those of homes first."""

    def rank(address: Address) -> tuple[bool, bool, bool, str]:
        ip = ipaddress.ip_address(address.ip)
        return (
            _NOT_A_NETWORK_OF_PHONES.search(address.interface) is not None,
            ip.is_link_local,
            ip not in _HOME_NETWORK,
            address.interface,
        )

    return sorted(found, key=rank)


def is_own(ip: str) -> bool:
    """Whether this computer has an address now."""
    return any(
        entry.address == ip for entries in psutil.net_if_addrs().values() for entry in entries
    )


def _is_local(text: str) -> bool:
    ip = ipaddress.ip_address(text)
    return ip.is_private and not ip.is_loopback
