"""Forms: their limits, and from where they may come."""

import pytest

from tests.web.conftest import Site
from tests.web.visitor import Picture, encoded

BIG = b"x" * 1_100_000


async def test_a_form_from_another_site_is_refused(site: Site) -> None:
    amina = await site.person("amina")
    answer = await amina.send("/compose", {"text": "Not mine"}, headers={"origin": "https://evil.example"})
    assert answer.status == 403
    assert "came from another site" in answer.words
    assert "Not mine" not in (await amina.read("/@amina")).words


@pytest.mark.parametrize("header", ["cross-site", "same-site"])
async def test_what_the_browser_calls_foreign_is_refused(site: Site, header: str) -> None:
    amina = await site.person("amina")
    answer = await amina.send("/compose", {"text": "Not mine"}, headers={"sec-fetch-site": header})
    assert answer.status == 403


async def test_a_sign_in_from_another_site_is_refused(site: Site) -> None:
    await site.world.person("amina")
    stranger = site.stranger()
    answer = await stranger.send("/sign-in", {"name": "amina", "password": "x"}, headers={"origin": "null"})
    assert answer.status == 403
    assert stranger.cookies == {}


@pytest.mark.parametrize("token", ["", "wrong", None], ids=["empty", "wrong", "missing"])
async def test_a_form_without_the_sessions_token_is_refused(site: Site, token: str | None) -> None:
    amina = await site.person("amina")
    fields = {"text": "Not mine"} if token is None else {"text": "Not mine", "csrf": token}
    kind, body = encoded(fields)
    answer = await amina.ask("POST", "/compose", {"content-type": kind}, body)
    assert answer.status == 403
    assert "too old" in answer.words


async def test_the_token_of_another_session_does_not_fit(site: Site) -> None:
    amina, bruno = await site.person("amina"), await site.person("bruno")
    answer = await amina.send("/compose", {"text": "Not mine", "csrf": await bruno.token()})
    assert answer.status == 403


@pytest.mark.parametrize("path", ["/compose", "/settings/password", "/sign-in"])
async def test_a_form_that_is_too_large_is_refused_before_it_is_read(site: Site, path: str) -> None:
    amina = await site.person("amina")
    headers = {"content-type": "application/x-www-form-urlencoded"}
    assert (await amina.ask("POST", path, headers, b"text=" + BIG)).status == 413


async def test_more_pictures_than_a_post_may_have_are_too_much(site: Site) -> None:
    amina = await site.person("amina")
    answer = await amina.send("/compose", {"text": "x", "pictures": [Picture("a.png", BIG)] * 3})
    assert answer.status == 413
    assert "more than this site takes" in answer.words


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        pytest.param("application/json", b"{}", 415, id="another type"),
        pytest.param("multipart/form-data", b"x", 400, id="no boundary"),
        pytest.param("multipart/form-data; boundary=a", b"nonsense", 400, id="broken"),
        pytest.param("", b"", 415, id="none"),
    ],
)
async def test_what_is_no_form_is_told_so(site: Site, kind: str, body: bytes, status: int) -> None:
    answer = await site.stranger().ask("POST", "/sign-in", {"content-type": kind}, body)
    assert answer.status == status
    assert answer.page.select_one("h1")


async def test_a_nul_in_a_field_comes_back_as_an_error_of_the_field(site: Site) -> None:
    amina = await site.person("amina")
    answer = await amina.send("/compose", {"text": "a\0b", "spoiler": ""})
    assert answer.status == 422
    assert "no text can have" in answer.words
    assert answer.page.select_one("#text").text.strip() == "ab"


async def test_too_many_fields_are_refused(site: Site) -> None:
    amina = await site.person("amina")
    many = {f"field{number}": "x" for number in range(2_000)}
    answer = await amina.send("/compose", {**many, "pictures": Picture("a.png", b"x")})
    assert answer.status == 400


async def test_an_act_that_does_not_exist_is_not_found(site: Site) -> None:
    amina = await site.person("amina")
    post = await site.world.say("amina", "Bonjour")
    assert (await amina.send(f"/posts/{post}/explode", {})).status == 404
    assert (await amina.send(f"/people/{site.world.id('amina')}/explode", {})).status == 404


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:1", "x"])
async def test_a_form_leads_back_to_this_site_only(site: Site, back: str) -> None:
    amina = await site.person("amina")
    post = await site.world.say("amina", "Bonjour")
    answer = await amina.send(f"/posts/{post}/like", {"back": back}, follow=False)
    assert answer.status == 303
    assert answer.headers["location"].startswith("/#")
