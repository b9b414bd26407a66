"""One request by one person: who asks, in which language, and how it is answered.

A route function gets a `Visit` and, for a form, the parsed `Form`. It reads with `visit.read`, commands with
`visit.write`, and answers with `visit.page`, `visit.form_page`, `visit.fragment` or `visit.back`.
"""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Concatenate, ParamSpec, TypeVar
from urllib.parse import quote, urlencode, urlsplit

import msgspec
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from social.errors import Invalid, NotFound, SocialError
from social.node import Node
from social.paging import MAX_ID, Page
from social.policy import ANONYMOUS, Role, Viewer
from social.posts.publish import Context
from storage.engine.database import Tx
from storage.ids import Millis
from web.done import DONE
from web.forms import csrf_token
from web.frame import EMPTY, Frame, frame
from web.i18n import choose, translations
from web.owed import Task, tasks
from web.render import Face, face
from web.words import by_field, sentence

P = ParamSpec("P")
T = TypeVar("T")

PER_PAGE = 20
POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "media-src": "'self'",
    "connect-src": "'self'",
    "worker-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
_LIVE = "x-archipel-live"


class Errors(dict[str, str]):
    """Sentences by field of a form; empty where all is well."""

    def __missing__(self, field: str) -> str:
        return ""


class Visit:
    """A request with the node it came to. `frame` is what surrounds every page: it comes with the first `read`."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.node: Node = request.app.state.node
        self.viewer: Viewer = getattr(request.state, "viewer", ANONYMOUS)
        self.now: Millis = self.node.clock()
        self.face: Face = face(self.node.settings, self.node.look)
        self.frame: Frame = EMPTY
        wish = self.viewer.locale or request.query_params.get("lang", "")
        self.locale = choose(wish, request.headers.get("accept-language", ""), self.node.settings.node.locale)

    @property
    def path(self) -> str:
        """Path and query of the request: where a form leads back to."""
        query = self.request.url.query
        return f"{self.request.url.path}?{query}" if query else self.request.url.path

    @property
    def csrf(self) -> str:
        """Token of the forms of this session."""
        return csrf_token(self.request)

    @property
    def session_token(self) -> str:
        """The token of the session, as the middleware read it; empty without one."""
        return getattr(self.request.state, "session_token", "")

    @property
    def address(self) -> str:
        """From where it comes, past the proxies that are trusted."""
        client = self.request.client
        return getattr(self.request.state, "address", "") or (client.host if client else "")

    @property
    def context(self) -> Context:
        """What writing a post needs of the node."""
        return self.node.context

    @property
    def is_live(self) -> bool:
        """Whether a script asks, and wants a fragment instead of a page."""
        return _LIVE in self.request.headers

    def count(self, one: str, many: str, number: int, /, **values: object) -> str:
        """A sentence with a number of things, which is `num` in it."""
        return str(translations(self.locale).ngettext(one, many, number)) % {"num": number, **values}

    @property
    def is_sent(self) -> bool:
        """Whether this page follows a post that was sent: the device forgets its draft."""
        return self.request.query_params.get("done", "") in ("published", "scheduled")

    @property
    def done(self) -> str:
        """What the act before the redirection did, as a sentence; empty for none."""
        sentence = DONE.get(self.request.query_params.get("done", ""))
        return self.say(sentence) if sentence else ""

    @property
    def tasks(self) -> list[Task]:
        """What is asked of the reader."""
        return tasks(self.frame.owed, self.count)

    @property
    def undo(self) -> int:
        """The post that was just published and may be taken back; 0 for none."""
        return self.number("undo")

    def in_language(self, locale: str) -> str:
        """The address of this page in another language, for those who are not signed in."""
        query = self.request.query_params.multi_items()
        kept = [(name, value) for name, value in query if name not in ("lang", "done")]
        return f"{self.request.url.path}?{urlencode([*kept, ('lang', locale)])}"

    def feeds(self, present: str) -> list[tuple[str, str, bool]]:
        """Tabs of the feeds: followed, this site, the group."""
        own, group = self.node.settings.entity_of(""), self.node.settings.group.name
        site = own.name if own else self.node.settings.node.title
        mine = [("/", self.say("Followed"), present == "home")] if self.viewer.is_person else []
        return [*mine, ("/site", site, present == "site"), ("/group", group, present == "group")]

    def offices(self, present: str) -> list[tuple[str, str, bool]]:
        """Tabs of the administration that the reader's role opens."""
        parts = []
        if self.viewer.may(Role.MODERATOR):
            parts += [
                ("people", self.say("People")),
                ("reports", self.say("Reports")),
                ("invitations", self.say("Invitations")),
            ]
        if self.viewer.may(Role.ADMIN):
            parts += [
                ("create", self.say("Create an account")),
                ("communities", self.say("Communities")),
                ("peers", self.say("Other sites")),
                ("emojis", self.say("Emoji")),
                ("rules", self.say("Rules")),
                ("offices", self.say("Offices")),
                ("quiet", self.say("Quiet hours")),
                ("look", self.say("Look")),
                ("log", self.say("Log")),
            ]
        if self.viewer.may(Role.COMMUNICATOR):
            parts += [("bulletins", self.say("Words to everybody")), ("/calendar", self.say("Editorial calendar"))]
        return [(name if name[0] == "/" else f"/admin/{name}", words, name == present) for name, words in parts]

    def say(self, sentence: str, /, **values: object) -> str:
        """A sentence in the language of the visit."""
        said = str(translations(self.locale).gettext(sentence))
        return said % values if values else said

    def sentence(self, error: SocialError) -> str:
        """What went wrong, in a sentence."""
        return sentence(self.say, error, self.face.dates[self.locale].time)

    def errors(self, error: Invalid | None = None) -> Errors:
        """The sentences of a form's errors by field; a field without one has an empty sentence."""
        return Errors(by_field(self.say, error, self.face.dates[self.locale].time) if error else {})

    def paging(self, limit: int = PER_PAGE) -> Page:
        """The page of a list that the address asks for; what is no number is the first page."""
        return Page(before=self.number("before", MAX_ID), limit=limit)

    def number(self, name: str, default: int = 0) -> int:
        """A positive number of the query, or `default`."""
        written = self.request.query_params.get(name, "")
        return min(int(written), MAX_ID) if written.isascii() and written.isdigit() and len(written) < 20 else default

    async def read(self, query: Callable[Concatenate[Tx, Viewer, P], T], *args: P.args, **values: P.kwargs) -> T:
        """The answer of a query, and the frame before it, in one transaction."""

        def both(tx: Tx) -> T:
            self.frame = frame(tx, self.viewer, self.now)
            return query(tx, self.viewer, *args, **values)

        return await self.node.db.read(both)

    async def read_frame(self) -> None:
        """What stands around the page, where the page itself needs nothing of the database."""
        self.frame = await self.node.db.read(frame, self.viewer, self.now)

    async def write(self, command: Callable[Concatenate[Tx, Viewer, P], T], *args: P.args, **values: P.kwargs) -> T:
        """Run a command in its transaction."""

        acting = msgspec.structs.replace(self.viewer, address=getattr(self.request.state, "address", ""))

        def run(tx: Tx) -> T:
            return command(tx, acting, *args, **values)

        return await self.node.db.write(run)

    def act(self, acts: Mapping[str, T]) -> T:
        """What the last part of the path names among `acts`. Raises NotFound."""
        try:
            return acts[self.request.path_params["act"]]
        except KeyError as unknown:
            raise NotFound("page") from unknown

    def page(
        self, template: str, status: int = HTTPStatus.OK, *, form_action: str = "", **values: object
    ) -> HTMLResponse:
        """A whole page. `form_action` widens where its forms may lead, for the consent page only."""
        body = self.face.render(template, self.locale, visit=self, **values)
        return HTMLResponse(body, status, headers=self._headers(form_action))

    def form_page(self, template: str, wrong: Invalid | None, **values: object) -> HTMLResponse:
        """A page with a form: what is `wrong` with it stands beside its fields (`errors`), and is answered 422."""
        status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK
        return self.page(template, status, form_action="", errors=self.errors(wrong), **values)

    def fragment(self, template: str, **values: object) -> HTMLResponse:
        """A part of a page, for a script that puts it in place."""
        body = self.face.render(template, self.locale, visit=self, **values)
        return HTMLResponse(body, headers={**self._headers(""), "X-Robots-Tag": "noindex"})

    def back(self, to: str, *, done: str = "", anchor: str = "") -> Response:
        """Send the browser to a path of this node after a form (303); anything else leads home."""
        path = to if is_own_path(to) else "/"
        if done:
            path = path.partition("#")[0]
            path = f"{path}{'&' if '?' in path else '?'}done={quote(done)}"
        return RedirectResponse(f"{path}#{anchor}" if anchor else path, HTTPStatus.SEE_OTHER)

    def _headers(self, form_action: str) -> Mapping[str, str]:
        policy = dict(POLICY)
        if form_action:
            policy["form-action"] += f" {form_action}"
        return {
            "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
            "Cache-Control": "private, no-cache",
            "Content-Language": self.locale,
            "Referrer-Policy": "same-origin",
            "X-Content-Type-Options": "nosniff",
            "Vary": "Accept, Accept-Language, Cookie",
        }


def is_own_path(path: str) -> bool:
    """Whether `path` stays on this node: one slash at the start, no host, no backslash, no control character."""
    if not path.startswith("/") or path.startswith("//") or "\\" in path or not path.isprintable():
        return False
    parts = urlsplit(path)
    return not parts.scheme and not parts.netloc
