"""The application: the API, the protocol and the pages over one node, with the parts that live as long as it does.

The only importer of `web`.
"""

import contextlib
import inspect
from collections.abc import AsyncIterator, Awaitable, Sequence
from typing import Protocol

from starlette.applications import Starlette
from starlette.convertors import IntegerConvertor, register_url_convertor
from starlette.middleware import Middleware
from starlette.routing import BaseRoute

from server import sockets
from server.api import streaming
from server.api.application import Api, Observer
from server.api.table import ROUTES
from server.errors import Errors
from server.limits import Limits
from server.middleware import Bodies, Sessions, Surroundings
from server.streaming import Hub
from social.node import Node
from web import errors as web_errors
from web.digests import write as digest
from web.i18n import choose
from web.invitations import write as invitation
from web.letters import must_read
from web.letters import write as letter
from web.notices import count, greeting, sentence
from web.routes import table as web_routes

__all__ = [
    "Part",
    "count",
    "create_app",
    "digest",
    "greeting",
    "invitation",
    "letter",
    "must_read",
    "sentence",
]


class _IdConvertor(IntegerConvertor):
    """Numbers in paths are ids: what the database cannot hold is the id of nothing, and leads nowhere."""

    regex = "[0-9]{1,18}"


register_url_convertor("int", _IdConvertor())


class Part(Protocol):
    """Something with a life of its own: dispatcher, courier, workers. `start` and `stop` may be coroutines."""

    def start(self) -> Awaitable[None] | None:
        """Begin."""
        ...

    def stop(self) -> Awaitable[None] | None:
        """Finish what was begun and end."""
        ...


def create_app(
    node: Node,
    *,
    parts: Sequence[Part] = (),
    hub: Hub | None = None,
    protocol: Sequence[BaseRoute] = (),
    observe: Observer | None = None,
) -> Starlette:
    """The application of a node.

    `parts` are started in their order and stopped in the reverse one. `hub` is the one that the dispatcher tells of
    events; without it nothing is live. `protocol`: the routes of federation. `observe` is told the statements of each
    answer of the API.
    """
    hub = hub or Hub(node)
    locale = node.settings.node.locale
    hub.rendered.sentence = lambda wanted, view: sentence(choose("", ",".join(wanted), locale), view)
    limits = Limits(node.settings.limits, node.db)
    errors = Errors(web_errors.render_error, node.clock)
    api = Api(node, hub.rendered, limits, ROUTES, observe)
    workbench = web_routes.workbench() if node.settings.node.design else []
    app = Starlette(
        routes=[*workbench, api, *protocol, *web_routes.routes()],
        middleware=[
            Middleware(Surroundings, node.settings, errors),
            Middleware(Bodies, node.settings),
            Middleware(Sessions, node),
        ],
        exception_handlers=errors.handlers(),
        lifespan=lambda _: _life((hub, limits, *parts)),
    )
    # A slash too many is an address that is not there, as everywhere else; the API takes both by itself.
    app.router.redirect_slashes = False
    app.state.node = node
    app.state.hub = hub
    app.state.socket = sockets.made_by(streaming.Streaming(node, hub))
    app.state.limits = limits
    return app


@contextlib.asynccontextmanager
async def _life(parts: Sequence[Part]) -> AsyncIterator[None]:
    async with contextlib.AsyncExitStack() as stack:
        for part in parts:
            await _settled(part.start())
            stack.push_async_callback(_stop, part)
        yield


async def _stop(part: Part) -> None:
    await _settled(part.stop())


async def _settled(result: Awaitable[None] | None) -> None:
    if inspect.isawaitable(result):
        await result
