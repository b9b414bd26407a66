"""Where a node connects to: the whole table, and every way around it that is known."""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from ipaddress import ip_address

import pytest

from federation.addresses import AddressRules, Resolver, check_address, check_url, is_public, unwrap
from federation.errors import NotAllowed, Unreachable

CLOSED = AddressRules()
LOOPBACK = AddressRules(insecure_loopback=True)
DENIED_4 = [
    "0.0.0.0",  # noqa: S104  # refused, nothing is bound
    "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.0.1",
    "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.0.9", "192.0.2.1", "192.31.196.1",
    "192.52.193.1", "192.88.99.1", "192.168.0.1", "192.175.48.1", "198.18.0.1", "198.19.255.255", "198.51.100.1",
    "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
]  # fmt: skip
ALLOWED_4 = [
    "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.0",
    "172.15.255.255", "172.32.0.0", "192.167.255.255", "192.169.0.0", "198.17.255.255", "198.20.0.0", "223.255.255.255",
]  # fmt: skip
DENIED_6 = [
    "::", "::1", "fc00::1", "fd12::1", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "100::1", "2001::1",
    "2001:1ff::1", "2001:db8::1", "2002:7f00:1::1", "2620:4f:8000::1", "3fff::1", "3fff:fff::1", "4000::1", "5f00::1",
    "64:ff9b:1::7f00:1", "64:ff9b:1::808:808", "::ffff:0:0", "1fff::1",
]  # fmt: skip
ALLOWED_6 = ["2001:200::1", "2606:4700::1111", "2a00:1450::1", "2003::1", "2620:4f:8001::1"]


@pytest.mark.parametrize("text", [*DENIED_4, *DENIED_6])
def test_an_address_that_is_not_public_is_refused(text: str) -> None:
    assert not is_public(ip_address(text))
    with pytest.raises(NotAllowed):
        check_address("peer.example", text, CLOSED)


@pytest.mark.parametrize("text", [*ALLOWED_4, *ALLOWED_6])
def test_a_public_address_is_allowed(text: str) -> None:
    assert check_address("peer.example", text, CLOSED) == ip_address(text)


@pytest.mark.parametrize("prefix", ["::ffff:", "::", "64:ff9b::"])
@pytest.mark.parametrize("inner", [*DENIED_4, *ALLOWED_4])
def test_an_ipv4_address_inside_ipv6_counts_as_itself(prefix: str, inner: str) -> None:
    address = ip_address(prefix + inner)
    assert str(unwrap(address)) == inner
    assert is_public(address) is is_public(ip_address(inner))


@pytest.mark.parametrize("text", ["", "localhost", "1.2.3", "010.0.0.1", "1.2.3.4.5", "::1::", "0x7f000001"])
def test_an_address_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(NotAllowed):
        check_address("peer.example", text, CLOSED)


@pytest.mark.parametrize(
    ("host", "address", "may"),
    [
        pytest.param("usine.armor.example", "10.2.3.4", True, id="the pair that is allowed"),
        pytest.param("usine.armor.example", "::ffff:10.2.3.4", True, id="mapped into IPv6"),
        pytest.param("usine.armor.example", "10.3.0.1", False, id="another network"),
        pytest.param("usine.armor.example", "127.0.0.1", False, id="loopback"),
        pytest.param("siege.armor.example", "10.2.3.4", False, id="another host"),
        pytest.param("x.usine.armor.example", "10.2.3.4", False, id="a host below it"),
        pytest.param("siege.armor.example", "fd00::9", True, id="an IPv6 pair"),
        pytest.param("usine.armor.example", "8.8.8.8", True, id="public anyway"),
    ],
)
def test_private_addresses_are_allowed_by_host_and_network_together(host: str, address: str, may: bool) -> None:
    rules = AddressRules(allowed=(("usine.armor.example", "10.2.0.0/16"), ("siege.armor.example", "fd00::/64")))
    if may:
        check_address(host, address, rules)
    else:
        with pytest.raises(NotAllowed):
            check_address(host, address, rules)


@pytest.mark.parametrize(
    "url",
    [
        "http://peer.example/", "https://peer.example:8443/", "https://peer.example:80/", "https://localhost/",
        "https://siege.localhost/", "http://127.0.0.1/", "https://127.0.0.1/", "https://[::1]/", "https://[::ffff:1.1.1.1]/",
        "https://1.1.1.1/", "https://2130706433/", "https://0x7f.1/", "https://127.1/", "https://u@peer.example/",
        "https://peer.example\\@127.0.0.1/", "file:///etc/passwd", "gopher://peer.example/", "ftp://peer.example/",
        "https://peer.example /", "", "/x", "https://①②⑦.⓪.⓪.①/",
    ],
)  # fmt: skip
@pytest.mark.parametrize("rules", [pytest.param(CLOSED, id="closed")])
def test_a_url_that_is_not_public_https_is_refused(url: str, rules: AddressRules) -> None:
    with pytest.raises(NotAllowed):
        check_url(url, rules)


def test_loopback_names_are_allowed_only_by_the_setting_and_addresses_never() -> None:
    for url in ("http://siege.localhost:8401/x", "http://localhost/", "https://usine.localhost:9443/"):
        assert check_url(url, LOOPBACK).text == url
    for url in ("http://127.0.0.1:8401/", "http://[::1]:8401/", "http://peer.example/", "https://peer.example:8401/"):
        with pytest.raises(NotAllowed):
            check_url(url, LOOPBACK)


def test_other_ports_are_allowed_by_the_setting() -> None:
    rules = AddressRules(ports=frozenset({443, 8443}))
    assert check_url("https://peer.example:8443/", rules).port == 8443


def answering(*answers: list[str]) -> Callable[[str, int], Awaitable[list[str]]]:
    """A name server that gives these answers one after another."""
    remaining = list(answers)

    async def lookup(host: str, port: int) -> list[str]:
        return remaining.pop(0)

    return lookup


async def test_a_name_becomes_its_checked_addresses() -> None:
    resolver = Resolver(CLOSED, answering(["1.1.1.1", "2606:4700::1111"]))
    found = await resolver.resolve("peer.example", 443)
    assert [(result["host"], result["family"], result["port"]) for result in found] == [
        ("1.1.1.1", socket.AF_INET, 443),
        ("2606:4700::1111", socket.AF_INET6, 443),
    ]
    assert all(result["hostname"] == "peer.example" for result in found)
    assert all(result["flags"] == socket.AI_NUMERICHOST for result in found)


async def test_one_private_address_refuses_the_whole_name() -> None:
    resolver = Resolver(CLOSED, answering(["1.1.1.1", "10.0.0.1"]))
    with pytest.raises(NotAllowed):
        await resolver.resolve("peer.example", 443)


async def test_a_name_that_changes_its_mind_is_checked_again() -> None:
    resolver = Resolver(CLOSED, answering(["1.1.1.1"], ["127.0.0.1"]))
    assert await resolver.resolve("peer.example", 443)
    with pytest.raises(NotAllowed):
        await resolver.resolve("peer.example", 443)


async def test_a_loopback_name_is_never_asked_of_a_name_server() -> None:
    asked: list[str] = []

    async def lookup(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["8.8.8.8"]

    found = await Resolver(LOOPBACK, lookup).resolve("siege.localhost", 8401)
    assert [result["host"] for result in found] == ["127.0.0.1", "::1"]
    with pytest.raises(NotAllowed):
        await Resolver(CLOSED, lookup).resolve("siege.localhost", 8401)
    assert asked == []


async def test_a_name_without_an_address_is_unreachable() -> None:
    async def unknown(host: str, port: int) -> list[str]:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    with pytest.raises(Unreachable):
        await Resolver(CLOSED, unknown).resolve("peer.example", 443)
    with pytest.raises(Unreachable):
        await Resolver(CLOSED, answering([])).resolve("peer.example", 443)


async def test_a_name_server_that_never_answers_is_not_waited_for() -> None:
    async def silent(host: str, port: int) -> list[str]:
        await asyncio.Event().wait()
        return []

    with pytest.raises(Unreachable):
        await Resolver(CLOSED, silent, seconds=0.05).resolve("peer.example", 443)


async def test_the_systems_own_answer_is_checked_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Through the real lookup: a name of the hosts file that leads to this machine."""

    def hosts_file(host: str, port: int, **_: object) -> list[object]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(socket, "getaddrinfo", hosts_file)
    resolver = Resolver(CLOSED)
    with pytest.raises(NotAllowed, match=r"127\.0\.0\.1"):
        await resolver.resolve("intranet.example", 443)
    await resolver.close()


async def test_the_family_that_is_asked_for_is_given() -> None:
    found = await Resolver(CLOSED, answering(["1.1.1.1", "2606:4700::1111"])).resolve(
        "peer.example", 443, socket.AF_INET6
    )
    assert [result["host"] for result in found] == ["2606:4700::1111"]
