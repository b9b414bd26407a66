"""What a route of the API declares, and how a request finds its route.

A route declares who may call it (`auth`), with which scopes, and the *door* through which it shows posts; a test walks
them all. A handler is `async def name(call, params)` and gives back what is encoded as the answer.
"""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from enum import StrEnum
from typing import Any, TypeVar

import msgspec

from server.api.call import Call
from server.api.params import Empty
from social.visibility import Door as Door

K = TypeVar("K", bound=msgspec.Struct)
Handler = Callable[[Call, Any], Awaitable[object]]


class Auth(StrEnum):
    """Who may call a route."""

    NONE = "none"
    """Anybody: what an app needs before it has a token. A token is not looked at."""
    READER = "reader"
    """A person with a token; without one only where the node is open (`node.open`)."""
    APP = "app"
    """Any token, also one of an app alone (client credentials)."""
    USER = "user"
    """A token of a person."""


class Endpoint(msgspec.Struct, frozen=True, kw_only=True):
    """One route. `scopes`: any of these is enough. `window`: a further limit, by its name in `Limits`."""

    methods: tuple[str, ...]
    path: str
    run: Handler
    auth: Auth
    door: Door
    scopes: tuple[str, ...] = ()
    params: type[msgspec.Struct] = Empty
    window: str = ""

    @property
    def must_say(self) -> bool:
        """Whether a caller has to send something."""
        return any(field.required for field in msgspec.structs.fields(self.params))


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """An answer with more than a body: another status, further headers. `bytes` are sent as they are."""

    body: object
    status: int = 200
    headers: Sequence[tuple[bytes, bytes]] = ()


class Found(msgspec.Struct, frozen=True):
    """What a path leads to: the endpoints by method, and the named parts of the path."""

    methods: dict[str, Endpoint]
    names: dict[str, str]


class _Branch:
    """A step of the path: what follows by name, what follows a parameter, and what ends here."""

    __slots__ = ("ends", "named", "parameter")

    def __init__(self) -> None:
        self.named: dict[str, _Branch] = {}
        self.parameter: tuple[str, _Branch] | None = None
        self.ends: dict[str, Endpoint] = {}


def route(
    methods: str,
    path: str,
    run: Callable[[Call, K], Awaitable[object]],
    auth: Auth,
    *scopes: str,
    door: Door = Door.NONE,
    params: type[K] | None = None,
    window: str = "",
) -> Endpoint:
    """An endpoint; `methods` is written as `GET` or `PUT PATCH`, `path` with `:name` for a parameter."""
    return Endpoint(
        methods=tuple(methods.split()),
        path=path,
        run=run,
        auth=auth,
        scopes=scopes,
        door=door,
        params=params or Empty,
        window=window,
    )


class Routes:
    """The table of endpoints, found by path: a step costs one look into a dict. A slash at the end changes nothing."""

    def __init__(self, endpoints: Iterable[Endpoint]) -> None:
        self.endpoints = tuple(endpoints)
        self._root = _Branch()
        for endpoint in self.endpoints:
            branch = self._root
            for step in _steps(endpoint.path):
                branch = _grown(branch, step)
            for method in endpoint.methods:
                if branch.ends.setdefault(method, endpoint) is not endpoint:
                    raise ValueError(f"two routes for {method} {endpoint.path}")

    def __iter__(self) -> Iterator[Endpoint]:
        return iter(self.endpoints)

    def find(self, path: str) -> Found | None:
        """What the path leads to, a name before a parameter; None when nothing does."""
        return _found(self._root, _steps(path), 0, {})


def _steps(path: str) -> list[str]:
    return path.strip("/").split("/")


def _grown(branch: _Branch, step: str) -> _Branch:
    if not step.startswith(":"):
        return branch.named.setdefault(step, _Branch())
    if branch.parameter is None:
        branch.parameter = (step[1:], _Branch())
    name, below = branch.parameter
    if name != step[1:]:
        raise ValueError(f"one step of a path has two names: {name}, {step[1:]}")
    return below


def _found(branch: _Branch, steps: list[str], place: int, names: dict[str, str]) -> Found | None:
    if place == len(steps):
        return Found(branch.ends, names) if branch.ends else None
    step = steps[place]
    below = branch.named.get(step)
    found = _found(below, steps, place + 1, names) if below else None
    if found is None and branch.parameter and step:
        name, below = branch.parameter
        found = _found(below, steps, place + 1, {**names, name: step})
    return found
