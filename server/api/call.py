"""One request on its way through the API: who asks, and the way to the database that admits them first.

The caller is authenticated in the transaction that reads or writes for them: one hop to a database thread, one
statement.
"""

from collections.abc import Callable, Mapping
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

import msgspec
from starlette.types import Scope

from server.api.params import Plain
from server.api.rendered import Rendered
from server.limits import Standing
from social.errors import NotFound, Unauthorized
from social.node import Node
from social.people import grants
from social.people.grants import TokenView
from social.policy import ANONYMOUS, Viewer
from storage.engine.database import Tx

P = ParamSpec("P")
T = TypeVar("T")

LARGEST_ID = 2**63 - 1


class Gate(Protocol):
    """What a route asks of its caller. Raises Unauthorized, Forbidden, TooMany."""

    def __call__(self, call: "Call", seen: TokenView | None) -> None:
        """Let the owner of the token in, or nobody's request without one."""
        ...


class Call:
    """A request. `token` is empty where none was sent or none is looked at; `names` are the parts of the path."""

    def __init__(
        self,
        node: Node,
        rendered: Rendered,
        scope: Scope,
        names: Mapping[str, str],
        query: Plain,
        token: str,
        gate: Gate,
    ) -> None:
        self.node = node
        self.rendered = rendered
        self.scope = scope
        self.names = names
        self.query = query
        self.token = token
        self.seen: TokenView | None = None
        self.is_admitted = False
        self.standing: Standing | None = None
        self.statements = 0
        self.sent: frozenset[str] = frozenset()
        """Names of the parameters that were written, also those with nothing in them."""
        self._gate = gate

    @property
    def viewer(self) -> Viewer:
        """Who asks; nobody before `admit`, `read` or `write`."""
        return self.seen.viewer if self.seen else ANONYMOUS

    @property
    def address(self) -> str:
        """Where the request comes from."""
        return str(self.scope["state"]["address"])

    def id(self, name: str = "id") -> int:
        """An id in the path. Raises NotFound for what is none."""
        return id_of(self.names[name])

    def header(self, name: bytes) -> str:
        """A header of the request, empty without it."""
        return next((value.decode("latin-1") for key, value in self.scope["headers"] if key == name), "")

    async def read(self, fn: Callable[Concatenate[Tx, Viewer, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run the query for the caller, admitted in the same transaction."""
        return await self.node.db.read(self._inside, lambda tx, viewer: fn(tx, viewer, *args, **kwargs))

    async def write(self, fn: Callable[Concatenate[Tx, Viewer, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run the command for the caller, admitted in the same transaction."""
        return await self.node.db.write(self._inside, lambda tx, viewer: fn(tx, viewer, *args, **kwargs))

    async def govern(self, fn: Callable[Concatenate[Tx, Viewer, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a command of administration, whose log keeps where it came from."""

        def run(tx: Tx, viewer: Viewer) -> T:
            return fn(tx, msgspec.structs.replace(viewer, address=self.address), *args, **kwargs)

        return await self.node.db.write(self._inside, run)

    async def admit(self) -> Viewer:
        """Know who asks before anything slow is done for them. Raises Unauthorized, Forbidden, TooMany."""
        if not self.is_admitted:
            if self.token:
                await self.read(_nothing)
            else:
                self._admit(None)
        return self.viewer

    def _inside(self, tx: Tx, work: Callable[[Tx, Viewer], T]) -> T:
        before = tx.statements
        try:
            self._admit(tx)
            return work(tx, self.viewer)
        finally:
            self.statements += tx.statements - before

    def _admit(self, tx: Tx | None) -> None:
        if self.is_admitted:
            return
        if tx is not None and self.token:
            self.seen = grants.viewer_of_token(tx, self.token)
            if self.seen is None:
                raise Unauthorized("token_invalid")
        self._gate(self, self.seen)
        self.is_admitted = True


def id_of(text: str) -> int:
    """The number of an id as clients write it. Raises NotFound: what is no id is the id of nothing."""
    number = id_or_none(text)
    if number is None:
        raise NotFound("record")
    return number


def id_or_none(text: str) -> int | None:
    """The number of an id, or None for what is none."""
    if not text.isascii() or not text.isdecimal() or len(text) > 19:
        return None
    number = int(text)
    return number if number <= LARGEST_ID else None


def _nothing(tx: Tx, viewer: Viewer) -> Any:
    return None
