"""Coming in, going out, and joining."""

import pytest

from social.people import invitations
from social.policy import Role
from tests.web.conftest import Site
from tests.web.visitor import Visitor
from tests.world import PASSWORD


async def invited(site: Site, role: Role = Role.MEMBER) -> str:
    """The path of an invitation."""
    await site.world.person("marc", role=Role.ADMIN)
    token = await site.world.db.write(
        invitations.invite,
        site.world.viewer("marc"),
        role=role,
        ids=site.world.ids,
        settings=site.world.settings.people,
        now=site.world.clock(),
    )
    return f"/invitation/{token}"


async def test_the_right_password_opens_the_home(site: Site) -> None:
    await site.world.person("amina")
    visitor = site.stranger()
    answer = await visitor.send("/sign-in", {"name": " Amina ", "password": PASSWORD})
    assert answer.page.select_one("h1").text == "Home"


async def test_the_cookie_is_for_this_node_and_no_script(site: Site) -> None:
    await site.world.person("amina")
    answer = await site.stranger().send("/sign-in", {"name": "amina", "password": PASSWORD}, follow=False)
    cookie = answer.headers["set-cookie"]
    assert all(word in cookie for word in ("HttpOnly", "SameSite=Lax", "Secure", "Path=/"))
    assert "Domain" not in cookie


@pytest.mark.parametrize("name", ["amina", "nobody"])
async def test_a_wrong_password_and_a_wrong_name_read_the_same(site: Site, name: str) -> None:
    await site.world.person("amina")
    visitor = site.stranger()
    answer = await visitor.send("/sign-in", {"name": name, "password": "wrong", "next": "/group"})
    assert answer.status == 422
    assert "do not go together" in answer.words
    assert answer.page.select_one("#name")["value"] == name
    assert not answer.page.select_one("#password").get("value")
    assert answer.page.select_one("#password")["aria-describedby"] == "password-says"
    assert answer.page.select_one("input[name=next]")["value"] == "/group"
    assert visitor.cookies == {}


async def test_after_too_many_tries_the_door_says_until_when(site: Site) -> None:
    await site.world.person("amina")
    visitor = site.stranger()
    for _ in range(site.world.settings.people.attempts):
        await visitor.send("/sign-in", {"name": "amina", "password": "wrong"})
    answer = await visitor.send("/sign-in", {"name": "amina", "password": PASSWORD})
    assert answer.status == 422
    assert "Too many tries. Wait until" in answer.words


@pytest.mark.parametrize(
    ("after", "lands"),
    [("/group", "/group"), ("https://evil.example", "/"), ("//evil.example", "/"), ("", "/")],
)
async def test_one_comes_to_where_one_wanted_to_go(site: Site, after: str, lands: str) -> None:
    await site.world.person("amina")
    sent = {"name": "amina", "password": PASSWORD, "next": after}
    answer = await site.stranger().send("/sign-in", sent, follow=False)
    assert answer.headers["location"] == lands


async def test_signing_out_ends_the_session(site: Site) -> None:
    amina = await site.person("amina")
    kept = dict(amina.cookies)
    answer = await amina.send("/sign-out", {})
    assert answer.page.select_one("h1").text == "Hello. Come in."
    assert amina.cookies == {}
    amina.cookies = kept
    assert (await amina.ask("GET", "/notifications")).status == 303


async def test_who_is_in_already_passes_the_door(site: Site) -> None:
    amina = await site.person("amina")
    assert (await amina.read("/sign-in?next=/search")).page.select_one("h1").text == "Search"


async def test_an_invitation_makes_an_account_and_lets_it_in(site: Site) -> None:
    path = await invited(site)
    visitor = site.stranger("fr")
    page = await visitor.read(path)
    wanted = {"display_name": "Amina Haddad", "username": "amina", "password": PASSWORD}
    answer = await visitor.fill(page, path, wanted)
    assert answer.page.select_one("h1").text == "Accueil"
    assert "Amina Haddad" in (await visitor.read("/@amina")).words


async def test_an_invitation_is_good_once(site: Site) -> None:
    path = await invited(site)
    await site.stranger().send(path, {"username": "amina", "password": PASSWORD})
    answer = await site.stranger().read(path)
    assert answer.status == 410
    assert "used already" in answer.words


async def test_an_invitation_form_comes_back_filled_with_its_errors(site: Site) -> None:
    path = await invited(site)
    wanted = {"display_name": "Amina", "username": "Amina Haddad", "email": "amina@x.example", "password": "court"}
    answer = await site.stranger().send(path, wanted)
    assert answer.status == 422
    assert answer.page.select_one("#username")["value"] == "Amina Haddad"
    assert answer.page.select_one("#email")["value"] == "amina@x.example"
    assert "letters without accents" in answer.page.select_one("#username-says").text
    assert "at least 10 characters" in answer.page.select_one("#password-says").text
    assert not answer.page.select_one("#password").get("value")


async def test_a_name_that_somebody_has_is_told_at_the_field(site: Site) -> None:
    path = await invited(site)
    await site.world.person("amina")
    answer = await site.stranger().send(path, {"username": "amina", "password": PASSWORD})
    assert "already has this name" in answer.page.select_one("#username-says").text


async def test_a_suspended_account_is_told_so_only_after_the_right_password(site: Site) -> None:
    marc = await site.person("marc", role=Role.ADMIN)
    await site.world.person("amina")
    await marc.send(f"/admin/people/{site.world.id('amina')}/suspend", {})
    answer = await site.stranger().send("/sign-in", {"name": "amina", "password": PASSWORD})
    assert "This account is suspended" in answer.words
    wrong = await site.stranger().send("/sign-in", {"name": "amina", "password": "wrong"})
    assert "suspended" not in wrong.words


async def test_a_session_of_another_node_is_nobody(site: Site) -> None:
    visitor = Visitor(site.app, site.node.urls.host)
    visitor.cookies["archipel_session"] = "x" * 43
    assert (await visitor.ask("GET", "/")).headers["location"] == "/sign-in"
