"""Two nodes of a group and people on them who use Mastodon.py: each method of the library, called in a thread.

amina = await Client.of(usine, "amina")
post = await amina.status_post("Line 3 stops")
"""

import asyncio
from collections.abc import Callable, Coroutine
from io import BytesIO
from typing import Any

from mastodon import Mastodon
from PIL import Image

from social.policy import Role
from tests.sites import LocalNode, Person


class Client:
    """The library with somebody's token. Every attribute is the method of that name, to be awaited."""

    def __init__(self, node: LocalNode, person: Person) -> None:
        self.node = node
        self.person = person
        self.library = Mastodon(
            access_token=person.token, api_base_url=node.base_url, ratelimit_method="throw", request_timeout=20
        )

    @classmethod
    async def of(cls, node: LocalNode, name: str, *, role: Role = Role.MEMBER, locked: bool = False) -> "Client":
        """Somebody of the node, made when they are not there yet."""
        return cls(node, await node.person(name, role=role, locked=locked))

    @property
    def id(self) -> str:
        """Their account at their own node."""
        return str(self.person.account)

    async def sees(self, other: "Client") -> Any:
        """Somebody of any node, found by their address as in a search field."""
        found = await self.account_search(f"@{other.person.acct}", resolve=True)
        acct = other.person.name if other.node is self.node else other.person.acct
        return next(one for one in found if one.acct == acct)

    async def befriends(self, other: "Client") -> Any:
        """Follow somebody; the account as it is seen here."""
        found = await self.sees(other)
        await self.account_follow(found)
        return found

    def __getattr__(self, name: str) -> Callable[..., Coroutine[Any, Any, Any]]:
        method = getattr(self.library, name)

        async def called(*words: Any, **more: Any) -> Any:
            return await asyncio.to_thread(method, *words, **more)

        return called


def ids(found: Any) -> list[str]:
    """Ids of a list, as text."""
    return [str(one.id) for one in found]


def photo() -> bytes:
    """A small picture."""
    out = BytesIO()
    Image.new("RGB", (320, 200), "#376").save(out, "JPEG")
    return out.getvalue()
