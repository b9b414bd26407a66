"""Somebody with a browser and no JavaScript: asks for pages of an application, keeps cookies, fills forms, follows.

Speaks ASGI with the application itself; `tests/browser` does the same through Chromium.
"""

from collections.abc import Mapping, Sequence
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import unquote, urlencode, urljoin, urlsplit
from uuid import uuid4

import msgspec
from bs4 import BeautifulSoup, Tag
from starlette.requests import Request
from starlette.types import ASGIApp, Message

from server.auth.session import COOKIE
from web.forms import csrf_token


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What came back: status, headers by lower-case name, body."""

    path: str
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode()

    @property
    def page(self) -> Any:
        """The body as a document of bs4. Its types call every element optional; a missing one fails the test."""
        return BeautifulSoup(self.text, "html.parser")

    def form(self, action: str) -> Any:
        """The form that goes to `action`."""
        found = self.page.select_one(f'form[action="{action}"]')
        assert found is not None, f"no form to {action} on {self.path} ({self.status})"
        return found

    @property
    def words(self) -> str:
        """What one reads of the main part, on one line, no-break spaces as spaces."""
        main = self.page.select_one("main") or self.page
        return " ".join(main.get_text(" ").replace("\u00a0", " ").split())


class Picture(msgspec.Struct, frozen=True):
    """A file to send with a form."""

    name: str
    data: bytes
    mime: str = "image/png"


Fields = Mapping[str, str | Sequence[str] | Picture | Sequence[Picture]]


class Visitor:
    """A browser of one person. `host` is the node's domain."""

    def __init__(self, app: ASGIApp, host: str, language: str = "en", scheme: str = "https") -> None:
        self.app = app
        self.host = host
        self.scheme = scheme
        self.language = language
        self.cookies: dict[str, str] = {}

    async def read(self, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        """GET, redirects followed."""
        answer = await self.ask("GET", path, headers=headers)
        return await self._follow(answer)

    async def send(
        self, path: str, fields: Fields, *, follow: bool = True, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """POST a form with the token of the session, as the page's own button does; redirects followed."""
        token = await self.token()
        known: Fields = {"csrf": token, **fields} if token else fields
        kind, body = encoded(known)
        answer = await self.ask("POST", path, {"content-type": kind, "origin": self.origin, **(headers or {})}, body)
        return await self._follow(answer) if follow else answer

    async def fill(self, page: Answer, action: str, changes: Fields) -> Answer:
        """Send a form of a page as it stands there, with changes; redirects followed."""
        fields: dict[str, Any] = {}
        for control in page.form(action).select("input[name], textarea[name], select[name]"):
            for value in _values(control):
                fields.setdefault(str(control["name"]), []).append(value)
        return await self.send(action, {**fields, **changes})

    async def token(self) -> str:
        """The token of the session's forms, as its pages have it: `fill` takes the page's own."""
        state = {"session_token": self.cookies.get(COOKIE, "")}
        return csrf_token(Request({"type": "http", "state": state}))

    @property
    def origin(self) -> str:
        """Scheme and host, as the browser says it."""
        return f"{self.scheme}://{self.host}"

    async def ask(self, method: str, path: str, headers: Mapping[str, str] | None = None, body: bytes = b"") -> Answer:
        """One request, nothing followed."""
        address = urlsplit(path)
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        sent = {"host": self.host, "accept": "text/html", "accept-language": self.language, **(headers or {})}
        if cookie:
            sent["cookie"] = cookie
        if method != "GET":
            sent["content-length"] = str(len(body))
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": self.scheme,
            "path": unquote(address.path), "raw_path": address.path.encode(), "query_string": address.query.encode(),
            "headers": [(name.lower().encode(), value.encode()) for name, value in sent.items()],
            "client": ("127.0.0.1", 1), "server": (self.host, 443), "root_path": "", "state": {},
        }  # fmt: skip
        return await self._answered(scope, path, body)

    async def _answered(self, scope: dict[str, Any], path: str, body: bytes) -> Answer:
        messages: list[Message] = []
        waiting = [{"type": "http.request", "body": body, "more_body": False}]

        async def receive() -> Message:
            return waiting.pop() if waiting else {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            messages.append(message)

        await self.app(scope, receive, send)
        start = messages[0]
        headers = {name.decode().lower(): value.decode() for name, value in start["headers"]}
        if "set-cookie" in headers:
            self._keep(headers["set-cookie"])
        answered = b"".join(message.get("body", b"") for message in messages[1:])
        return Answer(path=path, status=start["status"], headers=headers, body=answered)

    def _keep(self, written: str) -> None:
        for name, morsel in SimpleCookie(written).items():
            if morsel.value:
                self.cookies[name] = morsel.value
            else:
                self.cookies.pop(name, None)

    async def _follow(self, answer: Answer) -> Answer:
        for _ in range(5):
            if answer.status not in (302, 303):
                return answer
            target = urljoin(answer.path, answer.headers["location"])
            answer = await self.ask("GET", target.partition("#")[0])
        raise AssertionError(f"redirected in a circle at {answer.path}")


def encoded(fields: Fields) -> tuple[str, bytes]:
    """Content type and body of a form; multipart when a picture is among the fields."""
    pairs = [(name, value) for name, many in fields.items() for value in _many(many)]
    if not any(isinstance(value, Picture) for _, value in pairs):
        return "application/x-www-form-urlencoded", urlencode(pairs).encode()
    boundary = uuid4().hex
    parts = [_part(boundary, name, value) for name, value in pairs]
    return f"multipart/form-data; boundary={boundary}", b"".join(parts) + f"--{boundary}--\r\n".encode()


def _part(boundary: str, name: str, value: str | Picture) -> bytes:
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"'
    if isinstance(value, Picture):
        head += f'; filename="{value.name}"\r\nContent-Type: {value.mime}'
    data = value.data if isinstance(value, Picture) else value.encode()
    return head.encode() + b"\r\n\r\n" + data + b"\r\n"


def _many(value: str | Picture | Sequence[str] | Sequence[Picture]) -> Sequence[str | Picture]:
    return [value] if isinstance(value, str | Picture) else value


def _values(control: Tag) -> list[str]:
    """What the browser would send of a control."""
    if control.name == "textarea":
        return [control.get_text().removeprefix("\n")]
    if control.name == "select":
        chosen = control.select_one("option[selected]") or control.select_one("option")
        return [str(chosen.get("value", ""))] if chosen else []
    kind = control.get("type", "text")
    if kind in ("file", "submit"):
        return []
    if kind in ("checkbox", "radio") and not control.has_attr("checked"):
        return []
    return [str(control.get("value", ""))]
