"""One's own settings, and the administration."""

import pytest

from social.people import accounts, grants
from social.people.grants import AppDraft, Asked, Exchange
from social.policy import Role
from storage.accounts import AccountRow
from tests.social.pictures import encoded, workshop
from tests.web.conftest import Site
from tests.web.visitor import Fields, Picture, Visitor
from tests.world import PASSWORD

GOOD = Picture("moi.png", encoded(workshop(), "PNG"))


async def row(site: Site, name: str) -> AccountRow:
    """Somebody's account as it is now."""
    return await site.world.db.read(accounts.account, site.world.viewer(name), site.world.id(name))


async def test_a_profile_is_changed_as_a_whole(site: Site) -> None:
    amina = await site.person("amina")
    page = await amina.read("/settings")
    changes: Fields = {
        "display_name": "Amina Haddad", "job": "Cheffe d’atelier", "note": "Seize ans de presses.",
        "field_name": ["Parle", "", "", "", "", ""], "field_value": ["français", "", "", "", "", ""],
        "avatar": GOOD, "header": GOOD,
    }  # fmt: skip
    answer = await amina.fill(page, "/settings/profile", changes)
    assert "Saved." in answer.page.select_one(".toast").text
    shown = await amina.read("/@amina")
    for words in ("Amina Haddad", "Cheffe d’atelier", "Seize ans de presses."):
        assert words in shown.words
    assert "Parle français" in (await amina.read("/@amina/about")).words
    assert shown.page.select_one(".hull .avatar img") and shown.page.select_one(".banner img")


async def test_a_picture_may_be_given_up_again(site: Site) -> None:
    amina = await site.person("amina")
    await amina.fill(await amina.read("/settings"), "/settings/profile", {"avatar": GOOD})
    assert (await row(site, "amina")).avatar_token
    await amina.fill(await amina.read("/settings"), "/settings/profile", {"without_avatar": "1"})
    assert not (await row(site, "amina")).avatar_token


async def test_saving_without_a_picture_keeps_the_one_there_is(site: Site) -> None:
    amina = await site.person("amina")
    await amina.fill(await amina.read("/settings"), "/settings/profile", {"avatar": GOOD})
    kept = (await row(site, "amina")).avatar_token
    await amina.fill(await amina.read("/settings"), "/settings/profile", {"job": "Autre"})
    assert (await row(site, "amina")).avatar_token == kept


async def test_a_poor_profile_comes_back_filled_with_every_error(site: Site) -> None:
    amina = await site.person("amina")
    page = await amina.read("/settings")
    changes = {"display_name": "x" * 61, "job": "y" * 101, "note": "Seize ans"}
    answer = await amina.fill(page, "/settings/profile", changes)
    assert answer.status == 422
    assert "at most 60" in answer.page.select_one("#display_name-says").text
    assert "at most 100" in answer.page.select_one("#job-says").text
    assert answer.page.select_one("#note").text.strip() == "Seize ans"
    bad = await amina.fill(page, "/settings/profile", {"avatar": Picture("a.png", b"x")})
    assert "nothing that we can show" in bad.page.select_one("#avatar-says").text


async def test_language_theme_and_defaults_of_posts_are_kept(site: Site) -> None:
    amina = await site.person("amina", language="en")
    changes = {"locale": "fr", "theme": "dark", "post_visibility": "followers", "post_language": "es"}
    await amina.fill(await amina.read("/settings/reading"), "/settings/reading", changes)
    page = (await amina.read("/compose")).page
    assert page.html["lang"] == "fr" and page.html["data-theme"] == "dark"
    assert page.select_one("input[name=visibility][checked]")["value"] == "followers"
    assert page.select_one("#language option[selected]")["value"] == "es"


@pytest.mark.parametrize(("field", "value"), [("locale", "xx"), ("theme", "pink"), ("post_visibility", "all")])
async def test_a_setting_that_does_not_exist_is_refused(site: Site, field: str, value: str) -> None:
    amina = await site.person("amina")
    answer = await amina.fill(await amina.read("/settings/reading"), "/settings/reading", {field: value})
    assert answer.status == 422


async def test_a_password_needs_the_present_one_and_ends_the_other_sessions(site: Site) -> None:
    amina, phone = await site.person("amina"), await site.person("amina")
    wrong = await amina.send("/settings/password", {"former": "wrong", "password": "another-long-one"})
    assert wrong.status == 422
    assert "not your present password" in wrong.page.select_one("#former-says").text
    short = await amina.send("/settings/password", {"former": PASSWORD, "password": "court"})
    assert "at least 10" in short.page.select_one("#password-says").text
    done = await amina.send("/settings/password", {"former": PASSWORD, "password": "another-long-one"})
    assert done.status == 200 and "Password changed" in done.page.select_one(".toast").text
    assert (await phone.ask("GET", "/notifications")).status == 303
    again = await site.stranger().send("/sign-in", {"name": "amina", "password": "another-long-one"})
    assert again.page.select_one("h1").text == "Home"


async def test_a_session_elsewhere_can_be_seen_and_ended(site: Site) -> None:
    amina, phone = await site.person("amina"), site.stranger()
    agent = "Mozilla/5.0 (Android 14; Mobile; rv:130.0) Gecko/130.0 Firefox/130.0"
    await phone.send("/sign-in", {"name": "amina", "password": PASSWORD}, headers={"user-agent": agent})
    page = await amina.read("/settings/account")
    assert "Firefox, Android" in page.words and "this one" in page.words
    end = page.page.select_one("button[formaction$='/end']")
    assert end and len(page.page.select("button[formaction$='/end']")) == 1
    await amina.send(str(end["formaction"]), {})
    assert (await phone.ask("GET", "/notifications")).status == 303
    assert (await amina.ask("GET", "/notifications")).status == 200


async def test_an_app_that_acts_for_somebody_can_be_stopped(site: Site) -> None:
    amina = await site.person("amina")
    world, viewer = site.world, site.world.viewer("amina")
    draft = AppDraft(name="Toot", redirect_uris=("urn:ietf:wg:oauth:2.0:oob",), scopes="read write")
    app, secret = await world.db.write(grants.register_app, draft, ids=world.ids, now=world.clock())
    asked = Asked(client_id=app.client_id, redirect_uri=app.redirects[0], scopes="read")
    code = await world.db.write(grants.grant_code, viewer, asked, now=world.clock())
    exchange = Exchange(client_id=app.client_id, client_secret=secret, code=code, redirect_uri=app.redirects[0])
    token = await world.db.write(grants.exchange, exchange, ids=world.ids, now=world.clock())
    page = await amina.read("/settings/apps")
    assert "Toot" in page.words
    await amina.send(str(page.page.select_one("button[formaction$=revoke]")["formaction"]), {})
    assert await world.db.read(grants.viewer_of_token, token.token) is None


async def admin(site: Site) -> Visitor:
    """Marc's browser, who administers."""
    return await site.person("marc", role=Role.ADMIN)


async def test_an_invitation_is_made_shown_once_and_withdrawn(site: Site) -> None:
    marc = await admin(site)
    page = await marc.read("/admin/invitations")
    made = await marc.fill(page, "/admin/invitations", {"note": "Karim, ligne 2", "role": "moderator"})
    link = str(made.page.select_one("#link")["value"])
    assert link.startswith("https://usine.example/invitation/")
    listed = await marc.read("/admin/invitations")
    assert "Karim, ligne 2" in listed.words and "Moderator" in listed.words and link not in listed.text
    await marc.send(str(listed.page.select_one("button[formaction$=withdraw]")["formaction"]), {})
    assert (await site.stranger().read(link.removeprefix("https://usine.example"))).status == 404


async def test_an_account_is_created_with_a_role_and_no_address(site: Site) -> None:
    marc = await admin(site)
    made = {"username": "karim", "display_name": "Karim", "job": "Ligne 2", "password": PASSWORD, "role": "moderator"}
    answer = await marc.send("/admin/create", made)
    assert "Karim" in answer.words and "Moderator" in answer.words
    karim = site.stranger()
    await karim.send("/sign-in", {"name": "karim", "password": PASSWORD})
    assert (await karim.read("/admin")).status == 200


async def test_a_poor_account_comes_back_filled(site: Site) -> None:
    marc = await admin(site)
    answer = await marc.send(
        "/admin/create", {"username": "marc", "email": "x", "job": "Ligne 2", "password": PASSWORD}
    )
    assert answer.status == 422
    assert answer.page.select_one("#job")["value"] == "Ligne 2"
    assert "no e-mail address" in answer.page.select_one("#email-says").text


async def test_a_suspended_person_is_gone_from_every_page_until_restored(site: Site) -> None:
    marc = await admin(site)
    amina = await site.person("amina")
    await site.world.say("amina", "Avant")
    person = f"/admin/people/{site.world.id('amina')}"
    await marc.send(f"{person}/suspend", {})
    assert (await amina.ask("GET", "/notifications")).status == 303
    assert "Avant" not in (await marc.read("/group")).words
    assert "suspended" in (await marc.read("/admin")).words
    await marc.send(f"{person}/restore", {})
    assert "Avant" in (await marc.read("/group")).words


async def test_sign_in_role_and_password_of_somebody_are_in_an_administrators_hands(site: Site) -> None:
    marc = await admin(site)
    await site.world.person("amina")
    person = f"/admin/people/{site.world.id('amina')}"
    await marc.send(f"{person}/disable", {})
    closed = await site.stranger().send("/sign-in", {"name": "amina", "password": PASSWORD})
    assert "sign-in is closed" in closed.words
    await marc.send(f"{person}/enable", {})
    short = await marc.send(f"{person}/password", {"password": "court"})
    assert short.status == 422 and "at least 10" in short.words
    await marc.send(f"{person}/password", {"password": "from-hand-to-hand"})
    await marc.send(f"{person}/role", {"role": "moderator"})
    amina = site.stranger()
    await amina.send("/sign-in", {"name": "amina", "password": "from-hand-to-hand"})
    assert (await amina.read("/admin")).status == 200


async def test_the_last_administrator_cannot_step_down(site: Site) -> None:
    marc = await admin(site)
    answer = await marc.send(f"/admin/people/{site.world.id('marc')}/role", {"role": "member"})
    assert answer.status == 409
    assert "must stay to administer" in answer.words


async def test_a_moderator_does_not_suspend_an_administrator(site: Site) -> None:
    await site.world.person("marc", role=Role.ADMIN)
    ines = await site.person("ines", role=Role.MODERATOR)
    assert (await ines.send(f"/admin/people/{site.world.id('marc')}/suspend", {})).status == 403


async def test_other_sites_are_allowed_and_refused(site: Site) -> None:
    marc = await admin(site)
    page = await marc.read("/admin/peers")
    answer = await marc.fill(page, "/admin/peers", {"host": " Partenaire.example "})
    assert "partenaire.example Allowed" in answer.words
    answer = await marc.send("/admin/peers/deny", {"host": "partenaire.example"})
    assert "partenaire.example Refused" in answer.words


@pytest.mark.parametrize("host", ["", "http://x.example", "a b", "x" * 301, "-"])
async def test_what_is_no_domain_comes_back_with_its_error(site: Site, host: str) -> None:
    marc = await admin(site)
    answer = await marc.send("/admin/peers", {"host": host})
    assert answer.status == 422
    assert answer.page.select_one("#host-says").text


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/settings/password", "former"),
        ("/settings/leave", "leaving"),
        ("/settings/code/begin", "former"),
        ("/settings/moving", "password"),
    ],
)
async def test_who_found_an_open_session_guesses_the_password_no_faster_than_at_the_door(
    site: Site, path: str, field: str
) -> None:
    amina = await site.person("amina")
    allowed = site.world.settings.people.attempts
    answers = [(await amina.send(path, {field: f"guess {number}"})).status for number in range(allowed + 1)]
    assert answers == [422] * allowed + [429]
    assert (await amina.send(path, {field: PASSWORD})).status == 429
    site.world.clock.pass_by(minutes=site.world.settings.people.attempts_minutes + 1)
    assert (await amina.send("/settings/code/begin", {"former": PASSWORD})).status == 200


async def test_a_profile_is_looked_at_before_it_is_kept(site: Site) -> None:
    amina = await site.person("amina")
    changes: Fields = {
        "display_name": "Amina de nuit", "job": "Veilleuse", "note": "Je veille sur la #presse.",
        "field_name": ["Parle", "", "", "", "", ""], "field_value": ["breton", "", "", "", "", ""],
    }  # fmt: skip
    shown = await amina.send("/settings/profile/preview", changes)
    mock = shown.page.select_one(".mock")
    assert "Amina de nuit" in mock.text and "breton" in mock.text and mock.select_one('.words a[href$="/tags/presse"]')
    assert shown.page.select_one("#display_name")["value"] == "Amina de nuit"
    assert "Amina de nuit" not in (await amina.read("/@amina")).words
    wrong = await amina.send("/settings/profile/preview", {**changes, "note": "x" * 5_000})
    assert wrong.status == 422 and wrong.page.select_one(".mock") is None


async def test_a_page_in_french_says_in_french_that_the_internet_reads_along(open_to_all: Site) -> None:
    amina = await open_to_all.person("amina", language="fr")
    words = (await amina.read("/settings/reading")).words
    assert "internet" in words and "The internet" not in words


async def test_a_stranger_with_a_phone_finds_the_door(open_to_all: Site) -> None:
    await open_to_all.world.person("amina")
    page = (await open_to_all.stranger().read("/@amina")).page
    assert [link["href"] for link in page.select(".tabbar a")] == ["/group", "/sign-in"]


async def test_quiet_hours_are_chosen_in_words_of_the_own_language(site: Site) -> None:
    amina = await site.person("amina", language="fr")
    page = await amina.read("/settings/quiet")
    assert "Les alertes et les lettres vous parviennent en ce moment" in page.words
    assert "du lundi au vendredi, 8 h 00 – 19 h 00" in page.words.replace("\u00a0", " ")
    nights: Fields = {"whose": "own", "from": ["22:00"] * 5 + ["", ""], "until": ["06:00"] * 5 + ["", ""]}
    answer = await amina.fill(page, "/settings/quiet", nights)
    assert "On vous laisse tranquille jusqu’au 24 novembre 2026 à 22 h 00" in answer.words.replace("\u00a0", " ")
    poor = await amina.fill(answer, "/settings/quiet", {"from": [""] * 7, "until": [""] * 7})
    assert poor.status == 422 and "au moins un jour" in poor.words
    back = await amina.fill(answer, "/settings/quiet", {"whose": "site"})
    assert "Les alertes et les lettres vous parviennent en ce moment" in back.words
    away = await amina.send("/settings/quiet/away", {"until": "2026-12-01"})
    assert "pas au travail jusqu’au 1er décembre 2026" in away.words.replace("\u00a0", " ")
    assert (await amina.send("/settings/quiet/away", {"until": "demain"})).status == 422
