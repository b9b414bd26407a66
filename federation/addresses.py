"""Where this node connects to, and where never (server-side request forgery).

A URL is checked before it is asked for, and every address of its host is checked when the name is resolved; the
connection then goes to the checked address and no other, so that a name which changes its mind in between
(DNS rebinding) gains nothing. Redirections pass through the same two checks at each hop.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any

import msgspec
from aiohttp.abc import AbstractResolver, ResolveResult

from federation.errors import NotAllowed, Unreachable
from federation.names import BadName, Url, is_loopback_name, parse_url

Address = IPv4Address | IPv6Address
Lookup = Callable[[str, int], Awaitable[list[str]]]

LOOKUP_SECONDS = 5.0
LOOKUP_THREADS = 16

# IANA special-purpose registries; the ranges of the AS112 and AMT services answer for everybody and belong to nobody.
_DENIED_4 = [
    IPv4Network(text)
    for text in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24",
        "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
    )
]  # fmt: skip
_GLOBAL_6 = IPv6Network("2000::/3")
_DENIED_6 = [
    IPv6Network(text)
    for text in ("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20")
]  # fmt: skip
# An IPv4 address stands in the last 32 bits. 64:ff9b:1::/48 is not here: where it carries IPv4 is each network's own
# choice, so it is denied altogether, like everything outside 2000::/3.
_CARRIES_4 = [IPv6Network(text) for text in ("::ffff:0:0/96", "::/96", "64:ff9b::/96")]


class AddressRules(msgspec.Struct, frozen=True, kw_only=True):
    """What the node's administrator allows beyond public https.

    `allowed` are (host, CIDR) pairs: this very host may have addresses in that range, private ones included.
    `ports` are those of https. `insecure_loopback` adds http and every port on `localhost` and `*.localhost`.
    """

    insecure_loopback: bool = False
    allowed: tuple[tuple[str, str], ...] = ()
    ports: frozenset[int] = frozenset({443})


def check_url(text: str, rules: AddressRules) -> Url:
    """The URL, if this node may ask for it. Raises NotAllowed."""
    try:
        url = parse_url(text)
    except BadName as cause:
        raise NotAllowed(str(cause), text[:200]) from cause
    if is_loopback_name(url.host):
        if rules.insecure_loopback:
            return url
        raise NotAllowed("a loopback host", text)
    if url.scheme != "https":
        raise NotAllowed("not https", text)
    if url.port not in rules.ports:
        raise NotAllowed(f"port {url.port} is not allowed", text)
    return url


def is_public(address: Address) -> bool:
    """Whether the address is one of the public internet, IPv4 inside IPv6 unwrapped."""
    plain = unwrap(address)
    if isinstance(plain, IPv4Address):
        return plain.is_global and not any(plain in network for network in _DENIED_4)
    return plain.is_global and plain in _GLOBAL_6 and not any(plain in network for network in _DENIED_6)


def unwrap(address: Address) -> Address:
    """The IPv4 address that an IPv6 address carries, or the address itself."""
    if isinstance(address, IPv6Address) and any(address in network for network in _CARRIES_4):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def check_address(host: str, text: str, rules: AddressRules) -> Address:
    """The address, if `host` may be reached there. Raises NotAllowed."""
    try:
        address = ip_address(text)
    except ValueError as cause:
        raise NotAllowed("an address that cannot be read", host) from cause
    if is_public(address):
        return address
    if isinstance(address, IPv6Address) and address.scope_id:
        raise NotAllowed("an address of one link only", host)
    for allowed_host, network in rules.allowed:
        # "in" is false between the families: the address itself is compared, and the IPv4 address that it carries.
        if host == allowed_host and _within(address, network):
            return address
    raise NotAllowed(f"{address} is not an address of the public internet", host)


class Resolver(AbstractResolver):
    """Names to checked addresses, for the HTTP client. One address that is not allowed refuses the whole name."""

    def __init__(self, rules: AddressRules, lookup: Lookup | None = None, *, seconds: float = LOOKUP_SECONDS) -> None:
        self._rules = rules
        self._lookup = lookup or self._ask_system
        self._seconds = seconds
        # Threads of its own: names that nobody answers for would fill the few that everything else shares.
        self._threads = ThreadPoolExecutor(LOOKUP_THREADS, thread_name_prefix="lookup")

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """The addresses of a host, all checked. Raises NotAllowed, Unreachable."""
        found = await self._addresses(host, port)
        results = [_result(host, port, address) for address in found]
        wanted = [result for result in results if family in (socket.AF_UNSPEC, result["family"])]
        if not wanted:
            raise Unreachable("the name has no address", host)
        return wanted

    async def forbid(self, host: str, port: int) -> None:
        """Refuse a host that leads to a forbidden address from here. Raises NotAllowed; one unknown here passes."""
        with suppress(Unreachable, TimeoutError):
            await self._addresses(host, port)

    async def close(self) -> None:
        """Let go of the threads; a lookup that still hangs is not waited for."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _addresses(self, host: str, port: int) -> list[Address]:
        if is_loopback_name(host):
            if not self._rules.insecure_loopback:
                raise NotAllowed("a loopback host", host)
            # RFC 6761 §6.3: the name is this machine, whatever a name server says.
            return [IPv4Address("127.0.0.1"), IPv6Address("::1")]
        try:
            async with asyncio.timeout(self._seconds):
                texts = await self._lookup(host, port)
        except OSError as cause:
            raise Unreachable("the name cannot be resolved", host) from cause
        return [check_address(host, text, self._rules) for text in texts]

    async def _ask_system(self, host: str, port: int) -> list[str]:
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(self._threads, _system_addresses, host, port)
        return [str(info[4][0]) for info in found]


def _system_addresses(host: str, port: int) -> list[Any]:
    return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)


def _within(address: Address, network: str) -> bool:
    allowed = ip_network(network)
    return address in allowed or unwrap(address) in allowed


def _result(host: str, port: int, address: Address) -> ResolveResult:
    # The numeric host flag keeps everybody below from asking a name server again.
    family = socket.AF_INET if isinstance(address, IPv4Address) else socket.AF_INET6
    return ResolveResult(
        hostname=host, host=str(address), port=port, family=family, proto=0, flags=socket.AI_NUMERICHOST
    )
