"""OAuth consent (RFC 6749 §4.1, RFC 7636)."""

from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from social.people import grants
from social.people.grants import OUT_OF_BAND, AppDraft, Exchange
from tests.web.conftest import Site
from tests.web.visitor import Visitor
from tests.world import PASSWORD

SECRETS: dict[str, str] = {}
"""Of the apps of the tests, by client id."""
BACK = "https://elk.example/callback?x=1"


async def asked(site: Site, redirect: str = BACK, **changes: str) -> str:
    """The address to which a registered app sends a person."""
    draft = AppDraft(name="Elk", redirect_uris=(redirect,), scopes="read write follow", website="https://elk.example")
    app, secret = await site.world.db.write(grants.register_app, draft, ids=site.world.ids, now=site.world.clock())
    SECRETS[app.client_id] = secret
    query = {
        "response_type": "code",
        "client_id": app.client_id,
        "redirect_uri": redirect,
        "scope": "read write:statuses",
    }
    return f"/oauth/authorize?{urlencode({**query, **changes})}"


async def answered(visitor: Visitor, path: str, answer: str) -> str:
    """Where the app's address is led to by the person's answer."""
    page = await visitor.read(path)
    fields = {str(field["name"]): str(field["value"]) for field in page.form("/oauth/authorize").select("input")}
    response = await visitor.send("/oauth/authorize", {**fields, "answer": answer}, follow=False)
    assert response.status == 302, response.words
    return response.headers["location"]


@pytest.mark.parametrize("path", ["/oauth/authorize", "/oauth/authorize/"])
async def test_consent_gives_a_code_that_is_good_for_a_token(site: Site, path: str) -> None:
    amina = await site.person("amina")
    address = (await asked(site, state="s t")).replace("/oauth/authorize", path)
    page = await amina.read(address)
    assert "Let Elk in?" in page.words and "Amina Benali" in page.words
    assert "Write, change and remove in your name (statuses)" in page.words
    location = urlsplit(await answered(amina, address, "yes"))
    query = parse_qs(location.query)
    assert (location.netloc, query["x"], query["state"]) == ("elk.example", ["1"], ["s t"])
    app = parse_qs(urlsplit(address).query)["client_id"][0]
    exchange = Exchange(client_id=app, client_secret=SECRETS[app], code=query["code"][0], redirect_uri=BACK)
    token = await site.world.db.write(grants.exchange, exchange, ids=site.world.ids, now=site.world.clock())
    view = await site.world.db.read(grants.viewer_of_token, token.token)
    assert view and view.viewer.username == "amina" and view.scopes == ("read", "write:statuses")


async def test_refusal_is_told_to_the_app(site: Site) -> None:
    amina = await site.person("amina")
    query = parse_qs(urlsplit(await answered(amina, await asked(site, state="s"), "no")).query)
    assert (query["error"], query["state"]) == (["access_denied"], ["s"])
    assert "code" not in query


async def test_without_an_address_the_code_is_shown(site: Site) -> None:
    amina = await site.person("amina")
    page = await amina.read(await asked(site, OUT_OF_BAND))
    answer = await amina.fill(page, "/oauth/authorize", {"answer": "yes"})
    assert len(str(answer.page.select_one("input.oauth-code")["value"])) == 43


async def test_who_is_not_signed_in_comes_back_to_the_question(site: Site) -> None:
    await site.world.person("amina")
    visitor = site.stranger()
    door = await visitor.read(await asked(site))
    answer = await visitor.fill(door, "/sign-in", {"name": "amina", "password": PASSWORD})
    assert "Let Elk in?" in answer.words


async def test_only_this_page_lets_its_form_lead_to_the_app(site: Site) -> None:
    amina = await site.person("amina")
    policy = (await amina.read(await asked(site))).headers["content-security-policy"]
    assert "form-action 'self' https://elk.example;" in policy
    native = (await amina.read(await asked(site, "toot://callback"))).headers["content-security-policy"]
    assert "form-action 'self' toot:;" in native
    assert "elk" not in (await amina.read("/")).headers["content-security-policy"]


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"client_id": "nobody"}, id="an unknown app"),
        pytest.param({"redirect_uri": "https://evil.example/"}, id="an address that is not the app's"),
        pytest.param({"redirect_uri": ""}, id="no address"),
    ],
)
async def test_an_unknown_app_is_told_to_the_person_alone(site: Site, change: dict[str, str]) -> None:
    amina = await site.person("amina")
    answer = await amina.ask("GET", await asked(site, **change))
    assert answer.status == 400
    assert "Start again from the app" in answer.words


@pytest.mark.parametrize(
    ("change", "error"),
    [
        pytest.param({"scope": "everything"}, "invalid_scope", id="an unknown scope"),
        pytest.param({"scope": "push"}, "invalid_scope", id="a scope that it did not register"),
        pytest.param({"response_type": "token"}, "unsupported_response_type", id="another flow"),
        pytest.param(
            {"code_challenge": "x" * 43, "code_challenge_method": "plain"}, "invalid_request", id="plain PKCE"
        ),
        pytest.param(
            {"code_challenge": "short", "code_challenge_method": "S256"}, "invalid_request", id="a poor challenge"
        ),
    ],
)
async def test_what_the_app_asks_wrongly_is_told_to_the_app(site: Site, change: dict[str, str], error: str) -> None:
    amina = await site.person("amina")
    answer = await amina.ask("GET", await asked(site, **change))
    assert answer.status == 302
    assert parse_qs(urlsplit(answer.headers["location"]).query)["error"] == [error]


async def test_consent_cannot_be_given_from_another_site(site: Site) -> None:
    amina = await site.person("amina")
    fields = {name: values[0] for name, values in parse_qs(urlsplit(await asked(site)).query).items()}
    answer = await amina.send(
        "/oauth/authorize", {**fields, "answer": "yes"}, headers={"origin": "https://elk.example"}
    )
    assert answer.status == 403


async def test_an_app_may_ask_that_one_says_again_who_one_is_and_in_which_language(site: Site) -> None:
    amina = await site.person("amina", language="en")
    address = await asked(site, force_login="true", lang="fr", state="s")
    page = await amina.read(address)
    assert page.path.startswith("/sign-in")
    then = page.form("/sign-in").select_one("input[name=next]")["value"]
    assert "force_login" not in str(then)
    consent = await amina.fill(page, "/sign-in", {"name": "amina", "password": PASSWORD})
    assert consent.path.startswith("/oauth/authorize")
    assert consent.page.select_one("html")["lang"] == "fr"
    assert (await amina.read(address.replace("force_login=true", "force_login=false"))).path.startswith("/oauth")
