"""OAuth consent: an app asks, a person answers (RFC 6749 §4.1, PKCE by RFC 7636).

An app without an address to go back to has its code shown, to be typed in.
"""

from http import HTTPStatus
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from starlette.responses import RedirectResponse, Response

from social.errors import Forbidden, Invalid, NotFound, SocialError
from social.people import grants
from social.people.grants import OUT_OF_BAND, Asked
from social.people.scopes import parse_scopes
from social.policy import Viewer
from storage.engine.database import Tx
from storage.grants import AppRow
from storage.ids import Millis
from web.forms import Form
from web.i18n import N_, choose
from web.visit import Visit

PARAMETERS = (
    "response_type", "client_id", "redirect_uri", "scope", "state", "code_challenge", "code_challenge_method",
)  # fmt: skip
_LONGEST = 4_000

RIGHTS = {
    "read": N_("Read all that you may read, your messages and settings too"),
    "write": N_("Write, change and remove in your name"),
    "follow": N_("Follow, block and mute people for you"),
    "push": N_("Send you push messages"),
    "profile": N_("Know who you are"),
    "admin:read": N_("Read what administration may read"),
    "admin:write": N_("Administer this site in your name"),
}


async def consent(visit: Visit) -> Response:
    """GET /oauth/authorize: who asks for what, in words."""
    query = visit.request.query_params
    if query.get("force_login", "").lower() in ("true", "1", "on"):
        return visit.back(f"/sign-in?{urlencode({'again': '1', 'next': _without_force(visit)})}")
    if query.get("lang"):
        # The app knows in which language it is read; elsewhere the person's own choice comes first.
        visit.locale = choose(query["lang"], "", visit.locale)
    given = {name: query.get(name, "")[:_LONGEST] for name in PARAMETERS}
    try:
        app = await visit.read(_checked, given)
    except (NotFound, Invalid, Forbidden) as refused:
        return _refused(visit, given, refused)
    return visit.page(
        "oauth/consent.html",
        form_action=_source(given["redirect_uri"]),
        app=app,
        rights=rights(visit, given["scope"]),
        asked={name: value for name, value in given.items() if value},
    )


async def answer(visit: Visit, form: Form) -> Response:
    """POST /oauth/authorize: the code to the app, or the refusal."""
    given = {name: form.text(name, limit=_LONGEST) for name in PARAMETERS}
    try:
        await visit.read(_checked, given)
        if form.text("answer") != "yes":
            return _denied(visit, given, "access_denied")
        code = await visit.write(_granted, given, visit.now)
    except (NotFound, Invalid, Forbidden) as refused:
        return _refused(visit, given, refused)
    if given["redirect_uri"] == OUT_OF_BAND:
        return visit.page("oauth/code.html", code=code)
    return _led(given, code=code)


def rights(visit: Visit, scopes: str) -> list[str]:
    """What the scopes allow, in sentences; narrow ones under the sentence of the wide one, with their own name."""
    said: list[str] = []
    for scope in parse_scopes(scopes):
        wide, _, narrow = scope.rpartition(":") if scope not in RIGHTS else (scope, "", "")
        words = visit.say(RIGHTS[wide])
        said.append(f"{words} ({narrow})" if narrow else words)
    return list(dict.fromkeys(said))


def _without_force(visit: Visit) -> str:
    """The address of this question, once the person has signed in anew."""
    kept = [(name, value) for name, value in visit.request.query_params.multi_items() if name != "force_login"]
    return f"{visit.request.url.path}?{urlencode(kept)}"


def _asked(given: dict[str, str]) -> Asked:
    if given["response_type"] not in ("", "code"):
        raise Invalid("response_type", "unsupported_response_type")
    return Asked(
        client_id=given["client_id"],
        redirect_uri=given["redirect_uri"],
        scopes=given["scope"] or "read",
        challenge=given["code_challenge"] or None,
        method=given["code_challenge_method"] or ("plain" if given["code_challenge"] else "S256"),
    )


def _checked(tx: Tx, viewer: Viewer, given: dict[str, str]) -> AppRow:
    return grants.check_asked(tx, viewer, _asked(given))


def _granted(tx: Tx, viewer: Viewer, given: dict[str, str], now: Millis) -> str:
    return grants.grant_code(tx, viewer, _asked(given), now=now)


def _refused(visit: Visit, given: dict[str, str], refused: SocialError) -> Response:
    """An app that is not known, or an address that is not its own, is told to the person and to nobody else."""
    at = refused.field if isinstance(refused, Invalid) else ""
    if isinstance(refused, NotFound) or at == "redirect_uri":
        words = visit.say("No app that this site knows asks for that. Start again from the app.")
        return _told(visit, HTTPStatus.BAD_REQUEST, visit.say("Unknown app"), words)
    codes = {"scope": "invalid_scope", "response_type": "unsupported_response_type"}
    other = "invalid_scope" if isinstance(refused, Forbidden) else "invalid_request"
    return _denied(visit, given, codes.get(at, other))


def _denied(visit: Visit, given: dict[str, str], error: str) -> Response:
    """The app learns that it gets nothing (RFC 6749 §4.1.2.1); without an address to tell it, the person reads so."""
    if given["redirect_uri"] != OUT_OF_BAND:
        return _led(given, error=error)
    return _told(visit, HTTPStatus.OK, visit.say("Refused"), visit.say("The app may do nothing for you."))


def _told(visit: Visit, status: int, title: str, words: str) -> Response:
    return visit.page("errors/error.html", status, title=title, words=words, way="/", way_words=visit.say("Home"))


def _led(given: dict[str, str], **result: str) -> Response:
    """Back to the app with the result in the query of its own address."""
    address = urlsplit(given["redirect_uri"])
    state = [("state", given["state"])] if given["state"] else []
    query = urlencode([*parse_qsl(address.query, keep_blank_values=True), *result.items(), *state])
    return RedirectResponse(address._replace(query=query).geturl(), HTTPStatus.FOUND)


def _source(redirect_uri: str) -> str:
    """What the consent page's `form-action` must let through: the redirect after the form counts as its target."""
    address = urlsplit(redirect_uri)
    if redirect_uri == OUT_OF_BAND or not address.scheme:
        return ""
    if address.scheme in ("http", "https"):
        return f"{address.scheme}://{quote(address.netloc, safe=':[]@.-')}"
    return f"{address.scheme}:"
