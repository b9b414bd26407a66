"""The way out: connections to the checked address itself, or through the proxy of a company's network.

Through a proxy a name is resolved there. What it leads to there is the proxy's to judge; a name that leads to a
forbidden address from here is refused before the proxy is asked.
"""

import ssl

import aiohttp
import msgspec
from aiohttp.abc import AbstractResolver

from social.settings import Settings


class WayOut(msgspec.Struct, frozen=True, kw_only=True):
    """`proxy` is an http or https URL, with a name and password if it wants them; `direct` are hosts, and all below."""

    proxy: str = ""
    direct: tuple[str, ...] = ()

    def is_by_proxy(self, host: str) -> bool:
        """Whether the host is reached through the proxy. This machine never is."""
        if not self.proxy or host == "localhost" or host.endswith(".localhost"):
            return False
        return not any(host == one or host.endswith("." + one) for one in map(_plain, self.direct))


def way_out(settings: Settings) -> WayOut:
    """As the node's administrator wants it."""
    return WayOut(proxy=settings.federation.proxy, direct=settings.federation.direct)


def open_session(
    resolver: AbstractResolver | None,
    *,
    user_agent: str,
    ca_file: str | None,
    sockets: int,
    sockets_per_host: int,
    timeout: aiohttp.ClientTimeout,
    stays: bool,
    proxy: str | None,
) -> aiohttp.ClientSession:
    """A pool of connections. `stays`: they wait for the next request; `proxy`: all of them go through it.

    `resolver` checks where a name leads; None where only the proxy's own name is resolved, which an administrator gave.
    """
    connector = aiohttp.TCPConnector(
        resolver=resolver,
        # Each new connection resolves anew: an answer kept here would outlive the check.
        use_dns_cache=False,
        ssl=_trust(ca_file),
        limit=sockets,
        limit_per_host=sockets_per_host,
        **({"keepalive_timeout": 30} if stays else {"force_close": True}),
    )
    return aiohttp.ClientSession(
        connector=connector,
        timeout=timeout,
        headers={"User-Agent": user_agent, "Accept-Encoding": "gzip"},
        cookie_jar=aiohttp.DummyCookieJar(),
        # Bodies are inflated in `bodies.py`, which stops in the middle; redirections are followed by the client.
        auto_decompress=False,
        trust_env=False,
        requote_redirect_url=False,
        proxy=proxy,
    )


def _trust(ca_file: str | None) -> ssl.SSLContext:
    trust = ssl.create_default_context()
    trust.minimum_version = ssl.TLSVersion.TLSv1_2
    if ca_file is not None:
        trust.load_verify_locations(ca_file)
    return trust


def _plain(host: str) -> str:
    return host.strip().lower().removeprefix("*").removeprefix(".")
