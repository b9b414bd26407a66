"""What surrounds every request, as plain ASGI: whose address it is, how large it may be, who is signed in, which
headers the answer carries.

    Surroundings   address behind trusted proxies, request id, CORS, security headers, the last net for errors
    Bodies         the greatest size of a body, told beforehand or not
    Sessions       the session cookie, on pages only: the API knows tokens alone

No `BaseHTTPMiddleware`: it costs a task for each request and breaks streaming.
"""

import asyncio
import re
import secrets
from collections.abc import Callable
from functools import lru_cache
from ipaddress import ip_address, ip_network
from itertools import count

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.auth import session
from server.errors import PEER_PATHS, Errors
from social.node import Node
from social.policy import ANONYMOUS
from social.recordings.tools import tools_of
from social.settings import Settings

MIB = 1024 * 1024
DRAIN_SECONDS = 5.0
RawHeaders = list[tuple[bytes, bytes]]

# Mastodon answers these to any site's scripts, without cookies (reference: README §6).
CORS_PATHS: tuple[tuple[str, str], ...] = (
    ("/api/", "GET, POST, PUT, PATCH, DELETE, OPTIONS"),
    ("/oauth/token", "POST"),
    ("/oauth/revoke", "POST"),
    ("/oauth/userinfo", "GET, POST"),
    ("/.well-known/", "GET"),
    ("/nodeinfo/", "GET"),
    ("/users/", "GET"),
    ("/@", "GET"),
    ("/media/", "GET"),
    ("/avatars/", "GET"),
)
EXPOSED = b"Link, X-RateLimit-Reset, X-RateLimit-Limit, X-RateLimit-Remaining, X-Request-Id, Mastodon-Async-Refresh"
CORS: RawHeaders = [(b"access-control-allow-origin", b"*"), (b"access-control-expose-headers", EXPOSED)]

# Pages bring their own policy (the consent page widens it); this is for what has none.
PAGE_POLICY = (
    b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; connect-src 'self'; "
    b"base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)
PLAIN_POLICY = b"default-src 'none'; frame-ancestors 'none'"
GUARDS: RawHeaders = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(self), microphone=(self), geolocation=(self), interest-cohort=()"),
]
OPENED_BY_APPS = ("/oauth/authorize", "/sign-in")
"""Pages that a web app opens in a window of its own and waits for: parted from it, the app takes them for closed."""
HSTS = (b"strict-transport-security", b"max-age=63072000")

_HEADER_NAMES = re.compile(r"[A-Za-z0-9-]+(?:\s*,\s*[A-Za-z0-9-]+){0,63}")
NO_SESSION = ("/api/", "/media/", "/avatars/", "/static/", "/health", *PEER_PATHS)
"""Paths on which the session cookie is not looked at."""


class Surroundings:
    """Outermost. Sets `state.address` and `state.request_id`, and the headers that every answer of a path has."""

    def __init__(self, app: ASGIApp, settings: Settings, errors: Errors) -> None:
        self.app = app
        self.errors = errors
        self._is_trusted = _trust(settings.listen.trusted_proxies)
        self._always = [*GUARDS, HSTS] if settings.node.scheme == "https" else GUARDS
        self._ids = count()
        self._process = secrets.token_hex(6)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One connection."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        state["address"] = self._address(scope)
        if scope["type"] == "websocket":
            await self.app(scope, receive, send)
            return
        state["request_id"] = f"{self._process}-{next(self._ids):x}"
        path: str = scope["path"]
        shared = next((methods for prefix, methods in CORS_PATHS if path.startswith(prefix)), None)
        if shared and scope["method"] == "OPTIONS" and _asks_first(scope):
            await _preflight(shared, Headers(scope=scope).get("access-control-request-headers", ""), send)
            return
        started = False

        async def with_headers(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers: RawHeaders = list(message["headers"])
                message["headers"] = headers
                self._complete(scope, headers, is_shared=shared is not None)
            await send(message)

        try:
            await self.app(scope, receive, with_headers)
        except Exception as error:
            if started:
                raise
            response = await self.errors.answer(Request(scope, receive), error)
            await response(scope, receive, with_headers)

    def _complete(self, scope: Scope, headers: RawHeaders, *, is_shared: bool) -> None:
        present = {name for name, _ in headers}
        if is_shared:
            headers.extend(pair for pair in CORS if pair[0] not in present)
        if b"content-security-policy" not in present:
            is_page = any(name == b"content-type" and b"html" in value for name, value in headers)
            headers.append((b"content-security-policy", PAGE_POLICY if is_page else PLAIN_POLICY))
        if scope["path"].startswith(OPENED_BY_APPS):
            present.add(b"cross-origin-opener-policy")
        headers.extend(pair for pair in self._always if pair[0] not in present)
        headers.append((b"x-request-id", scope["state"]["request_id"].encode()))

    def _address(self, scope: Scope) -> str:
        """The nearest address that is no proxy of ours. What a stranger writes into the header is not believed."""
        direct = scope["client"][0] if scope.get("client") else ""
        if not self._is_trusted(direct):
            return direct
        headers = Headers(scope=scope)
        if headers.get("x-forwarded-proto") in ("http", "https"):
            scope["scheme"] = headers["x-forwarded-proto"]
        hops = [hop.strip() for hop in headers.get("x-forwarded-for", "").split(",") if hop.strip()]
        return next((hop for hop in reversed(hops) if not self._is_trusted(hop)), hops[0] if hops else direct)


class Bodies:
    """Refuses what is too large with 413, as soon as it is known: told by the header, or while it comes."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        media = settings.media
        recording = media.max_video_bytes if tools_of(media) else 0
        self._upload = max(media.max_bytes, recording) + media.max_bytes + MIB
        self._form = media.max_bytes * media.per_post + recording + MIB

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD"):
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        limit = self._limit(scope["path"], headers.get("content-type", ""))
        told = headers.get("content-length", "0")
        if not told.isdecimal():
            raise HTTPException(400)
        if int(told) > limit:
            await _drain(receive, limit)
            raise HTTPException(413)
        seen = 0

        async def bounded() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > limit:
                await _drain(receive, limit)
                raise HTTPException(413)
            return message

        await self.app(scope, bounded, send)

    def _limit(self, path: str, kind: str) -> int:
        if not kind.startswith("multipart/") or path.startswith("/oauth/"):
            return MIB
        return self._upload if path.startswith("/api/") else self._form


class Sessions:
    """Sets `state.viewer` and `state.session_token` on pages, and writes the cookie that a page asks for.

    What an answer there shows depends on who asks: one that says nothing of caches is kept by none.
    """

    def __init__(self, app: ASGIApp, node: Node) -> None:
        self.app = app
        self.node = node

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http" or scope["path"].startswith(NO_SESSION):
            await self.app(scope, receive, send)
            return
        state = scope["state"]
        token = state["session_token"] = session.token_of(scope["headers"])
        state["viewer"] = await session.viewer_of(self.node, token, state["address"]) if token else ANONYMOUS

        async def with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers: RawHeaders = list(message["headers"])
                if not any(name == b"cache-control" for name, _ in headers):
                    headers.append((b"cache-control", b"private, no-store"))
                if "new_session" in state:
                    headers.append(session.header(state["new_session"], self.node))
                message["headers"] = headers
            await send(message)

        await self.app(scope, receive, with_cookie)


def _trust(addresses: tuple[str, ...]) -> Callable[[str], bool]:
    networks = [ip_network(address, strict=False) for address in addresses]

    @lru_cache(maxsize=1024)
    def is_trusted(address: str) -> bool:
        # A connection over a Unix socket has no address: only a proxy on this machine can make one.
        if not address:
            return True
        try:
            found = ip_address(address)
        except ValueError:
            return False
        return any(found in network for network in networks)

    return is_trusted


def _asks_first(scope: Scope) -> bool:
    return any(name == b"access-control-request-method" for name, _ in scope["headers"])


async def _drain(receive: Receive, most: int) -> None:
    """Take what still comes, up to `most` bytes and a few seconds: a client that is still sending reads no answer."""
    try:
        async with asyncio.timeout(DRAIN_SECONDS):
            while most > 0:
                message = await receive()
                most -= len(message.get("body", b""))
                if message["type"] != "http.request" or not message.get("more_body", False):
                    return
    except TimeoutError:
        return


async def _preflight(methods: str, asked: str, send: Send) -> None:
    """Any header may be sent. `*` does not stand for `Authorization`, so what is asked for is named."""
    named = asked if _HEADER_NAMES.fullmatch(asked) else "Authorization, Content-Type, Idempotency-Key, Accept"
    headers: RawHeaders = [
        *CORS,
        (b"access-control-allow-methods", methods.encode()),
        (b"access-control-allow-headers", named.encode()),
        (b"access-control-max-age", b"86400"),
        (b"content-length", b"0"),
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
