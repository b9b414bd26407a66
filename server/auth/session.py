"""The session cookie: read before a page, written after it. Nothing else names it.

A page signs somebody in by setting `request.state.new_session` to the token, and out by setting it to the empty text.
"""

from http.cookies import SimpleCookie
from typing import Any

from social.clock import DAY
from social.node import Node
from social.people import sessions
from social.people.sessions import SessionView
from social.policy import ANONYMOUS, Viewer

COOKIE = "archipel_session"


def token_of(headers: list[tuple[bytes, bytes]]) -> str:
    """The token of the cookie among the raw headers of a request; empty without one."""
    for name, value in headers:
        if name == b"cookie":
            for part in value.split(b";"):
                key, _, token = part.strip().partition(b"=")
                if key == COOKIE.encode():
                    return token.decode("latin-1")
    return ""


async def viewer_of(node: Node, token: str, address: str = "") -> Viewer:
    """Whoever the token belongs to, or nobody. Notes at most hourly that the session was used."""
    now = node.clock()
    found: SessionView | None = await node.db.read(sessions.session_of, token, settings=node.settings.people, now=now)
    if found is None:
        return ANONYMOUS
    if found.is_stale:
        await node.db.write(sessions.touch, found.id, address=address, now=now)
    return found.viewer


def header(token: str, node: Node) -> tuple[bytes, bytes]:
    """The `Set-Cookie` that begins a session, or ends it when `token` is empty."""
    cookie: SimpleCookie = SimpleCookie()
    cookie[COOKIE] = token
    morsel: Any = cookie[COOKIE]
    morsel["path"] = "/"
    morsel["httponly"] = True
    morsel["samesite"] = "Lax"
    morsel["secure"] = node.settings.node.scheme == "https"
    morsel["max-age"] = node.settings.people.session_days * DAY // 1000 if token else 0
    return b"set-cookie", morsel.OutputString().encode("latin-1")
