"""The API as one route of the application: finds the endpoint, counts, reads parameters, runs it, encodes its answer.

Every answer under its paths is JSON, errors too; no answer leaves before its caller was admitted.
"""

from collections.abc import Callable
from functools import partial

import msgspec
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import BaseRoute, Match
from starlette.types import Receive, Scope, Send

from server.api import places
from server.api.body import close_uploads, header, read_body, token_of
from server.api.call import Call
from server.api.params import Plain, fit, from_query
from server.api.rendered import Rendered
from server.api.routing import Answer, Auth, Endpoint, Routes
from server.errors import complain, headers_of, json_body, status_of
from server.limits import Limits, Standing, Window, nearest, network_of
from social.errors import Forbidden, NotFound, SocialError, Unauthorized
from social.node import Node
from social.people import grants, scopes
from social.people.grants import TokenView

RawHeaders = list[tuple[bytes, bytes]]
Observer = Callable[[Endpoint, int], None]

COUNTED = ("/api/", "/oauth/")
"""Paths under the limits of requests: pictures are not, a timeline shows forty."""
PAGING = frozenset({"page", "max_id", "min_id", "since_id"})
"""Parameters of a request for a further page."""
SMALL_BODY = 64 * 1024
"""A larger body, and every multipart one, is read only after its sender was admitted."""

_TYPE = (b"content-type", b"application/json; charset=utf-8")
_FRESH = (b"cache-control", b"private, no-store")
_encode = msgspec.json.Encoder().encode


class Api(BaseRoute):
    """All endpoints. `observe` is told the statements of every answer, for tests of the budget."""

    def __init__(
        self, node: Node, rendered: Rendered, limits: Limits, routes: Routes, observe: Observer | None = None
    ) -> None:
        self.node = node
        self.rendered = rendered
        self.limits = limits
        self.routes = routes
        self.observe = observe
        self._roots = frozenset(endpoint.path.split("/", 2)[1] for endpoint in routes)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Everything under /api, and the few other paths of the table."""
        if scope["type"] != "http":
            return Match.NONE, {}
        path: str = scope["path"]
        if path.startswith("/api/") or (path[1:].partition("/")[0] in self._roots and self.routes.find(path)):
            return Match.FULL, {}
        return Match.NONE, {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        call: Call | None = None
        try:
            endpoint, names = self._endpoint(scope)
            call = self._call(scope, endpoint, names)
            answer = await self._run(call, endpoint, receive)
        except Exception as error:
            complain(scope["method"], scope["path"], error)
            more = {**headers_of(error, self.node.clock()), **_challenge(error)}
            headers = [(name.encode(), value.encode()) for name, value in more.items()]
            answer = Answer(body=json_body(error), status=status_of(error), headers=headers)
        if isinstance(answer, Response):
            await answer(scope, receive, send)
        else:
            await _send(answer, call.standing if call else None, send)
        if call is not None:
            await self._note_use(call)

    def _endpoint(self, scope: Scope) -> tuple[Endpoint, dict[str, str]]:
        found = self.routes.find(scope["path"])
        if found is None:
            raise NotFound("route")
        endpoint = found.methods.get("GET" if scope["method"] == "HEAD" else scope["method"])
        if endpoint is None:
            raise HTTPException(405, headers={"allow": ", ".join(sorted(found.methods))})
        return endpoint, found.names

    def _call(self, scope: Scope, endpoint: Endpoint, names: dict[str, str]) -> Call:
        query = from_query(scope["query_string"].decode("latin-1"))
        token = token_of(scope, query) if endpoint.auth is not Auth.NONE else ""
        accepted = next((value for name, value in scope["headers"] if name == b"accept-language"), b"")
        rendered = self.rendered.for_reader(accepted.decode("latin-1"))
        return Call(self.node, rendered, scope, names, query, token, partial(self._admit, endpoint))

    async def _run(self, call: Call, endpoint: Endpoint, receive: Receive) -> Answer | Response:
        if call.scope["path"].startswith(COUNTED):
            self._count(call)
        body: Plain = {}
        try:
            if _may_have_body(call.scope):
                if _is_heavy(call.scope):
                    await call.admit()
                body = await read_body(call.scope, receive, must_say=endpoint.must_say)
                if not call.token and not call.is_admitted and endpoint.auth is not Auth.NONE:
                    call.token = token_of(call.scope, body)
            if endpoint.window:
                await self._count_window(endpoint.window, call)
            call.sent = frozenset(call.query).union(body)
            result = await endpoint.run(call, fit({**call.query, **body} if body else call.query, endpoint.params))
            await self._admitted(call, endpoint)
        except (SocialError, HTTPException):
            # Who may not come in learns that first, and nothing about what they sent.
            await self._admitted(call, endpoint)
            raise
        finally:
            close_uploads(body)
        answer = result if isinstance(result, Response) else await self._ready(call, result)
        if self.observe is not None:
            self.observe(endpoint, call.statements)
        return answer

    async def _ready(self, call: Call, result: object) -> Answer:
        """The answer as bytes, with the accounts that somebody in it moved to."""
        answer = result if isinstance(result, Answer) else Answer(body=result)
        body = answer.body if isinstance(answer.body, bytes) else _encode(answer.body)
        if places.has_places(body):
            call.statements += 1
            body = await places.filled(body, self.node.db, self.rendered.account)
        return msgspec.structs.replace(answer, body=body)

    async def _admitted(self, call: Call, endpoint: Endpoint) -> None:
        if endpoint.auth is not Auth.NONE:
            await call.admit()

    def _count(self, call: Call) -> None:
        now = self.node.clock()
        if call.token:
            call.standing = self.limits.token.count(call.token, now)
        else:
            call.standing = self.limits.address.count(network_of(call.address), now)

    async def _count_window(self, name: str, call: Call) -> None:
        viewer = await call.admit()
        key = network_of(call.address) if viewer.user is None else str(viewer.user)
        window: Window = getattr(self.limits, name)
        call.standing = nearest(call.standing, window.count(key, self.node.clock()))

    def _admit(self, endpoint: Endpoint, call: Call, seen: TokenView | None) -> None:
        """What the endpoint asks of its caller. Raises Unauthorized, Forbidden, TooMany."""
        if endpoint.auth is Auth.NONE:
            return
        is_open = endpoint.auth is Auth.READER and self.node.settings.node.open
        if seen is None:
            if not is_open:
                raise Unauthorized("token_needed")
            self._count_page(call, network_of(call.address))
            return
        if seen.is_app and endpoint.auth is not Auth.APP and not is_open:
            raise Unauthorized("user_needed")
        if endpoint.scopes and not any(scopes.allows(seen.scopes, scope) for scope in endpoint.scopes):
            raise Forbidden("scope")
        if seen.viewer.user is not None:
            counted = self.limits.user.count(str(seen.viewer.user), self.node.clock())
            call.standing = nearest(call.standing, counted)
        self._count_page(call, str(seen.viewer.user or seen.app.id))

    def _count_page(self, call: Call, key: str) -> None:
        if not PAGING.isdisjoint(call.query):
            call.standing = nearest(call.standing, self.limits.paging.count(key, self.node.clock()))

    async def _note_use(self, call: Call) -> None:
        now = self.node.clock()
        if call.seen is not None and call.seen.is_stale(now):
            await self.node.db.write(grants.touch_token, call.seen.id, now=now)


def _challenge(error: Exception) -> dict[str, str]:
    """What was wrong with the token, for a library that follows RFC 6750 §3."""
    if isinstance(error, Unauthorized):
        wrong = ', error="invalid_token"' if error.code == "token_invalid" else ""
        return {"www-authenticate": f'Bearer realm="Archipel"{wrong}'}
    if isinstance(error, Forbidden) and error.code == "scope":
        return {"www-authenticate": 'Bearer realm="Archipel", error="insufficient_scope"'}
    return {}


def _may_have_body(scope: Scope) -> bool:
    """Whether parameters may stand in the body. Of a GET only JSON is read: Mastodon.py writes some lists of ids so."""
    return scope["method"] not in ("GET", "HEAD") or header(scope, b"content-type").startswith("application/json")


def _is_heavy(scope: Scope) -> bool:
    length = header(scope, b"content-length")
    is_small = length.isdecimal() and int(length) <= SMALL_BODY
    return header(scope, b"content-type").startswith("multipart/") or not (is_small or not length)


async def _send(answer: Answer, standing: Standing | None, send: Send) -> None:
    body = answer.body if isinstance(answer.body, bytes) else _encode(answer.body)
    headers: RawHeaders = [(b"content-length", str(len(body)).encode()), *answer.headers]
    named = {name for name, _ in headers}
    headers += [pair for pair in (_TYPE, _FRESH) if pair[0] not in named]
    if standing is not None:
        headers += [
            (b"x-ratelimit-limit", str(standing.limit).encode()),
            (b"x-ratelimit-remaining", str(standing.remaining).encode()),
            (b"x-ratelimit-reset", standing.reset),
        ]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
