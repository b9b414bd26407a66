"""The wires between nodes of this process: what goes over them is noted, and they can be cut, slow, or stutter."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from random import Random
from typing import Any
from urllib.parse import urlsplit

import msgspec
import pytest

from federation.client import Answer, Fetched
from federation.errors import Unreachable
from federation.signing.keys import SigningKey
from tests.sites import LocalNode

LONGEST_DELAY = 0.02
REPEATED = 0.2
UNHEARD = 0.05


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """One POST that arrived: from which node to which, at which path, which activity."""

    by: str
    to: str
    path: str
    id: str
    kind: str
    about: str


class Letter(msgspec.Struct, frozen=True):
    """One POST as it went out, to be sent once more: by whom, where to, and with which key it is signed."""

    by: LocalNode
    url: str
    body: bytes
    key: SigningKey

    async def again(self) -> int:
        """Send it once more, signed anew; the status of the answer."""
        return (await self.by.running.federation.client.post(self.url, self.body, self.key)).status


class Wires:
    """Between each pair of nodes, one each way. Everything goes through the nodes' own clients and sockets."""

    def __init__(self, sites: Sequence[LocalNode], patch: pytest.MonkeyPatch) -> None:
        self.stutter: Random | None = None
        """While there is one: deliveries are late, come twice, or arrive without anybody hearing so."""
        self.cut: set[tuple[str, str]] = set()
        self.sent: list[Sent] = []
        self.letters: list[Letter] | None = None
        """While it is a list: each is kept."""
        self.fetched: list[tuple[str, str]] = []
        for site in sites:
            self._tap(site, patch)

    def posts_about(self, uri: str) -> list[Sent]:
        """What was sent about a post, or about the thing with that id."""
        return [one for one in self.sent if one.about == uri]

    def count(self, uri: str) -> Counter[str]:
        """How many POSTs about a post came to each node."""
        return Counter(one.to for one in self.posts_about(uri))

    def forget(self) -> None:
        """Begin to note anew."""
        self.sent.clear()
        self.fetched.clear()

    def _tap(self, site: LocalNode, patch: pytest.MonkeyPatch) -> None:
        client = site.running.federation.client
        post, fetch = client.post, client.fetch

        async def tapped_post(url: str, body: bytes, key: SigningKey, **options: Any) -> Answer:
            self._check(site.host, urlsplit(url).netloc)
            stutter = self.stutter
            if stutter is not None:
                await asyncio.sleep(stutter.random() * LONGEST_DELAY)
                if stutter.random() < REPEATED:
                    await post(url, body, key, **options)
            answer = await post(url, body, key, **options)
            self.sent.append(_sent(site.host, url, body))
            if self.letters is not None:
                self.letters.append(Letter(site, url, body, key))
            if stutter is not None and stutter.random() < UNHEARD:
                raise Unreachable("the answer was lost", url)
            return answer

        async def tapped_fetch(url: str, **options: Any) -> Fetched:
            self._check(site.host, urlsplit(url).netloc)
            self.fetched.append((site.host, url))
            fetched = await fetch(url, **options)
            if self.stutter is not None:
                # What was fetched is old when it arrives.
                await asyncio.sleep(self.stutter.random() * LONGEST_DELAY * 5)
            return fetched

        patch.setattr(client, "post", tapped_post)
        patch.setattr(client, "fetch", tapped_fetch)

    def _check(self, by: str, to: str) -> None:
        if (by, to) in self.cut:
            raise Unreachable("the wire is cut", to)


def _sent(by: str, url: str, body: bytes) -> Sent:
    activity = msgspec.json.decode(body)
    about = activity.get("object") or activity.get("type")
    if isinstance(about, list):
        about = about[0]
    parts = urlsplit(url)
    return Sent(
        by=by,
        to=parts.netloc,
        path=parts.path,
        id=activity.get("id", ""),
        kind=activity["type"],
        about=about if isinstance(about, str) else about["id"],
    )
