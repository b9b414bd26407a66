"""Whoever comes to a door: somebody of this node with an app and a browser, nobody, or another node."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import aiohttp
from bs4 import BeautifulSoup

from server.auth.session import COOKIE
from social.people import sessions, users
from social.policy import ANONYMOUS, Viewer
from storage.engine.database import Tx
from storage.ids import AccountId
from tests.attacks.foe import Foe, Reply, asked
from tests.sites import LocalNode
from tests.sites import Person as Login
from tests.social.pictures import encoded, workshop


class Asker(ABC):
    """Somebody, in one relation to the author. `is_host`: it asks for all of a node."""

    is_host = False

    def __init__(self, node: LocalNode, relation: str) -> None:
        self.node = node
        self.relation = relation

    @abstractmethod
    def is_let_in(self, *, is_open: bool) -> bool:
        """Whether the node speaks with them at all."""

    @abstractmethod
    async def ask(
        self, method: str, path: str, form: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> Reply:
        """One request in their own way."""


class Person(Asker):
    """Somebody of this node: with a token where the path is the API's, with a cookie elsewhere."""

    def __init__(self, node: LocalNode, relation: str, person: Login | None, cookie: str) -> None:
        super().__init__(node, relation)
        self._person = person
        self.cookie = cookie
        self._csrf = ""

    @classmethod
    async def of(cls, node: LocalNode, relation: str, person: Login) -> "Person":
        """A person with a browser in which they are signed in."""

        def opened(tx: Tx) -> str:
            user = users.user_of(tx, person.account)
            assert user is not None
            return sessions.open_session(tx, user.id, "Browser", ids=node.ids, now=node.clock())

        return cls(node, relation, person, await node.write(opened))

    @property
    def person(self) -> Login:
        """The login; nobody has none."""
        assert self._person is not None
        return self._person

    @property
    def is_somebody(self) -> bool:
        """Whether they can sign in at all."""
        return self._person is not None

    @property
    def viewer(self) -> Viewer:
        """Who asks."""
        return self._person.viewer if self._person else ANONYMOUS

    @property
    def account(self) -> AccountId:
        """Their account."""
        return self.viewer.account

    def is_let_in(self, *, is_open: bool) -> bool:
        """Nobody only comes to an open node."""
        return self.is_somebody or is_open

    async def ask(
        self, method: str, path: str, form: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> Reply:
        """A request of the app or of the browser, by the path; a form of a page carries its token."""
        sent = dict(headers or {})
        fields = dict(form or {})
        if path.startswith("/api/"):
            if self._person:
                sent["Authorization"] = f"Bearer {self._person.token}"
        else:
            sent.setdefault("Accept", "text/html")
            if self.cookie:
                sent["Cookie"] = f"{COOKIE}={self.cookie}"
                if method == "POST":
                    fields["csrf"] = await self.csrf()
        if method == "POST" or fields:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        return await asked(self.node, method, path, headers=sent, body=urlencode(fields).encode() if fields else None)

    async def csrf(self) -> str:
        """The token of the forms of the browser's session."""
        if not self._csrf and self.cookie:
            page = BeautifulSoup((await self.ask("GET", "/settings")).text, "html.parser")
            field = page.select_one("input[name=csrf]")
            self._csrf = str(field["value"]) if field else ""
        return self._csrf

    async def upload(self, data: bytes, words: str) -> str:
        """Upload a picture; its id."""
        form = aiohttp.FormData()
        form.add_field("file", data, filename="p.png", content_type="image/png")
        form.add_field("description", words)
        headers = {"Authorization": f"Bearer {self.person.token}"}
        reply = await asked(self.node, "POST", "/api/v2/media", headers=headers, body=form)
        id: Any = reply.json["id"]
        return str(id)


class Peer(Asker):
    """Another node, or one of its people. `id` is the actor that signs; empty: nobody does."""

    def __init__(self, node: LocalNode, relation: str, foe: Foe, id: str, *, is_host: bool) -> None:
        super().__init__(node, relation)
        self.foe = foe
        self.id = id
        self.is_host = is_host

    def is_let_in(self, *, is_open: bool) -> bool:
        """Only allowed nodes that sign, whether the pages are open or not."""
        return self.relation not in ("denied", "unsigned")

    async def ask(
        self, method: str, path: str, form: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> Reply:
        """A GET of a document."""
        return await self.foe.ask(self.node, path, by=self.id)


def picture() -> bytes:
    """A small one."""
    return encoded(workshop(64, 48), "PNG")
