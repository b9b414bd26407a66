"""Applications: registration, codes, tokens, and what a scope lets through."""

import asyncio
import base64
import hashlib
import re

import pytest

from social.clock import MINUTE
from social.errors import Forbidden, Invalid, NotFound, Unauthorized
from social.people import grants, scopes, users
from social.people.grants import OUT_OF_BAND, AppDraft, Asked, Exchange, Token
from social.policy import ANONYMOUS, Role
from storage.grants import AppRow
from storage.ids import AppId
from tests.faults import every_statement_fails_once
from tests.world import World

VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
CALLBACK = "https://app.example/callback?x=1"


class App:
    """A registered application with its secret."""

    def __init__(self, row: AppRow, secret: str) -> None:
        self.row = row
        self.secret = secret

    def asked(self, **said: object) -> Asked:
        """What it asks for."""
        given: dict[str, object] = {
            "client_id": self.row.client_id,
            "redirect_uri": OUT_OF_BAND,
            "scopes": "read write",
        }
        return Asked(**(given | said))  # type: ignore[arg-type]  # keywords of Asked

    def brings(self, code: str, **said: object) -> Exchange:
        """What it brings for a token."""
        given: dict[str, object] = {
            "client_id": self.row.client_id,
            "client_secret": self.secret,
            "code": code,
            "redirect_uri": OUT_OF_BAND,
        }
        return Exchange(**(given | said))  # type: ignore[arg-type]  # keywords of Exchange


@pytest.fixture
async def site(world: World) -> World:
    """Amina, and Ines who administers."""
    await world.person("amina")
    await world.person("ines", role=Role.ADMIN)
    return world


async def register(world: World, **said: object) -> App:
    given: dict[str, object] = {
        "name": "Tusky",
        "redirect_uris": (OUT_OF_BAND, CALLBACK),
        "scopes": "read write follow push",
    }
    draft = AppDraft(**(given | said))  # type: ignore[arg-type]  # keywords of AppDraft
    row, secret = await world.db.write(grants.register_app, draft, ids=world.ids, now=world.clock())
    return App(row, secret)


@pytest.fixture
async def app(site: World) -> App:
    """An application that may read, write, follow and push."""
    return await register(site)


async def agree(world: World, asked: Asked, name: str = "amina") -> str:
    return await world.db.write(grants.grant_code, world.viewer(name), asked, now=world.clock())


async def exchange(world: World, brought: Exchange) -> Token:
    return await world.db.write(grants.exchange, brought, ids=world.ids, now=world.clock())


async def test_a_person_lets_an_application_in(site: World, app: App) -> None:
    code = await agree(site, app.asked())
    token = await exchange(site, app.brings(code))
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", token.token)
    assert (token.scopes, token.app, token.created_at) == ("read write", app.row, site.clock())
    view = await site.db.read(grants.viewer_of_token, token.token)
    assert view is not None
    assert view.viewer == site.viewer("amina")
    assert (view.scopes, view.is_app, view.app) == (("read", "write"), False, app.row)
    assert await site.statements(grants.viewer_of_token, token.token) == 1
    assert await site.db.read(grants.viewer_of_token, token.token[:-1]) is None


async def test_agreeing_again_gives_the_same_token_as_mastodon_does(site: World, app: App) -> None:
    tokens = [(await exchange(site, app.brings(await agree(site, app.asked())))).token for _ in range(2)]
    assert tokens[0] == tokens[1]
    assert await site.db.read(grants.viewer_of_token, tokens[0]) is not None


async def test_a_code_is_good_once(site: World, app: App) -> None:
    code = await agree(site, app.asked())
    tried = await asyncio.gather(*(exchange(site, app.brings(code)) for _ in range(3)), return_exceptions=True)
    assert sorted(type(one).__name__ for one in tried) == ["Invalid", "Invalid", "Token"]


async def test_a_code_is_good_for_ten_minutes(site: World, app: App) -> None:
    code = await agree(site, app.asked())
    site.clock.pass_by(minutes=10)
    with pytest.raises(Invalid, match="invalid_grant"):
        await exchange(site, app.brings(code))
    assert grants.CODE_LIFE == 10 * MINUTE


async def test_a_code_is_good_for_its_application_and_address_only(site: World, app: App) -> None:
    other = await register(site, name="Elk")
    code = await agree(site, app.asked(redirect_uri=CALLBACK))
    for brought in (
        other.brings(code, redirect_uri=CALLBACK),
        app.brings(code),
        app.brings(code, redirect_uri=CALLBACK + "&y=2"),
        app.brings(code + "x", redirect_uri=CALLBACK),
    ):
        with pytest.raises(Invalid, match="invalid_grant"):
            await exchange(site, brought)
    for wrong in ("", other.secret, None):
        with pytest.raises(Unauthorized, match="invalid_client"):
            await exchange(site, app.brings(code, redirect_uri=CALLBACK, client_secret=wrong))
    with pytest.raises(Unauthorized, match="invalid_client"):
        await exchange(site, app.brings(code, redirect_uri=CALLBACK, client_id="nobody"))
    assert (await exchange(site, app.brings(code, redirect_uri=CALLBACK))).scopes == "read write"


@pytest.mark.parametrize(
    ("verifier", "is_good"),
    [
        pytest.param(VERIFIER, True, id="the right one"),
        pytest.param("w" * 43, False, id="another"),
        pytest.param(CHALLENGE, False, id="the challenge itself"),
        pytest.param(VERIFIER[:42], False, id="too short"),
        pytest.param("", False, id="empty"),
        pytest.param(None, False, id="none"),
    ],
)
async def test_a_challenge_needs_its_verifier(site: World, app: App, verifier: str | None, is_good: bool) -> None:
    code = await agree(site, app.asked(challenge=CHALLENGE))
    brought = app.brings(code, verifier=verifier, client_secret=None)
    if is_good:
        assert (await exchange(site, brought)).scopes == "read write"
    else:
        with pytest.raises(Invalid, match="invalid_grant"):
            await exchange(site, brought)


async def test_a_verifier_without_a_challenge_is_refused(site: World, app: App) -> None:
    code = await agree(site, app.asked())
    with pytest.raises(Invalid, match="invalid_grant"):
        await exchange(site, app.brings(code, verifier=VERIFIER))


@pytest.mark.parametrize(
    ("said", "field"),
    [
        pytest.param({"redirect_uri": CALLBACK + "/"}, "redirect_uri", id="another address"),
        pytest.param({"scopes": "read admin:read"}, "scope", id="more than registered"),
        pytest.param({"scopes": "read:everything"}, "scope", id="no scope"),
        pytest.param({"challenge": CHALLENGE, "method": "plain"}, "code_challenge_method", id="plain"),
        pytest.param({"challenge": "short"}, "code_challenge", id="a challenge that is none"),
    ],
)
async def test_what_an_application_may_not_ask(site: World, app: App, said: dict[str, str], field: str) -> None:
    with pytest.raises(Invalid) as raised:
        await agree(site, app.asked(**said))
    assert raised.value.field == field


async def test_asking_needs_a_known_application_and_somebody_signed_in(site: World, app: App) -> None:
    with pytest.raises(NotFound, match="app"):
        await agree(site, app.asked(client_id="nobody"))
    with pytest.raises(Unauthorized):
        await site.db.write(grants.grant_code, ANONYMOUS, app.asked(), now=site.clock())


async def test_only_who_may_govern_gives_the_right_to_govern(site: World) -> None:
    app = await register(site, scopes="read admin:read admin:write")
    with pytest.raises(Forbidden, match="scope_needs_role"):
        await agree(site, app.asked(scopes="admin:read:accounts"))
    code = await agree(site, app.asked(scopes="admin:read:accounts"), "ines")
    assert (await exchange(site, app.brings(code))).scopes == "admin:read:accounts"
    user = site.viewer("amina").user
    assert user is not None
    with pytest.raises(Forbidden, match="scope_needs_role"):
        await site.db.write(
            grants.password_token,
            app.row.client_id,
            app.secret,
            user,
            "admin:read",
            ids=site.ids,
            now=site.clock(),
        )


async def test_an_application_may_hold_a_token_of_its_own(site: World, app: App) -> None:
    token = await site.db.write(
        grants.client_token, app.row.client_id, app.secret, "read", ids=site.ids, now=site.clock()
    )
    view = await site.db.read(grants.viewer_of_token, token.token)
    assert view is not None
    assert (view.viewer, view.is_app) == (ANONYMOUS, True)
    with pytest.raises(Unauthorized, match="invalid_client"):
        await site.db.write(grants.client_token, app.row.client_id, None, "read", ids=site.ids, now=site.clock())
    with pytest.raises(Invalid, match="invalid_scope"):
        await site.db.write(
            grants.client_token, app.row.client_id, app.secret, "profile admin:read", ids=site.ids, now=site.clock()
        )


async def test_a_person_who_is_out_gets_and_has_no_token(site: World, app: App) -> None:
    token = await exchange(site, app.brings(await agree(site, app.asked())))
    code = await agree(site, app.asked())
    ines = site.viewer("ines")
    await site.db.write(users.disable, ines, site.id("amina"), now=site.clock())
    assert await site.db.read(grants.viewer_of_token, token.token) is None
    with pytest.raises(Invalid, match="invalid_grant"):
        await exchange(site, app.brings(code))
    user = site.viewer("amina").user
    assert user is not None
    with pytest.raises(Forbidden, match="account_disabled"):
        await site.db.write(
            grants.password_token, app.row.client_id, app.secret, user, "read", ids=site.ids, now=site.clock()
        )


async def test_a_token_is_revoked_by_its_own_application_only(site: World, app: App) -> None:
    token = await exchange(site, app.brings(await agree(site, app.asked())))
    other = await register(site, name="Elk")

    async def revoke(by: App, text: str) -> None:
        await site.db.write(grants.revoke, by.row.client_id, by.secret, text)

    with pytest.raises(Forbidden, match="unauthorized_client"):
        await revoke(other, token.token)
    with pytest.raises(Unauthorized, match="invalid_client"):
        await site.db.write(grants.revoke, app.row.client_id, "wrong", token.token)
    for _ in range(2):
        await revoke(app, token.token)
    assert await site.db.read(grants.viewer_of_token, token.token) is None


async def test_applications_that_were_let_in_are_listed_once_and_put_out(site: World, app: App) -> None:
    tokens = [(await exchange(site, app.brings(await agree(site, app.asked())))).token for _ in range(2)]
    code = await agree(site, app.asked())
    viewer = site.viewer("amina")
    [row] = await site.db.read(grants.authorised_apps, viewer)
    assert (row.app, row.scopes, row.used_at) == (app.row, "read write", None)
    with pytest.raises(NotFound):
        await site.db.write(grants.revoke_app, site.viewer("ines"), app.row.id)
    await site.db.write(grants.revoke_app, viewer, app.row.id)
    assert await site.db.read(grants.authorised_apps, viewer) == []
    for token in tokens:
        assert await site.db.read(grants.viewer_of_token, token) is None
    with pytest.raises(Invalid, match="invalid_grant"):
        await exchange(site, app.brings(code))
    with pytest.raises(NotFound):
        await site.db.write(grants.revoke_app, viewer, AppId(5))


async def test_the_use_of_a_token_is_noted_at_most_hourly(site: World, app: App) -> None:
    token = await exchange(site, app.brings(await agree(site, app.asked())))
    view = await site.db.read(grants.viewer_of_token, token.token)
    assert view is not None
    assert not view.is_stale(site.clock())
    assert view.is_stale(site.clock.pass_by(hours=1))
    await site.db.write(grants.touch_token, view.id, now=site.clock())
    view = await site.db.read(grants.viewer_of_token, token.token)
    assert view is not None
    assert (view.used_at, view.is_stale(site.clock())) == (site.clock(), False)


@pytest.mark.parametrize(
    ("said", "problems"),
    [
        pytest.param({"name": " \u200b"}, [("client_name", "blank")], id="no name"),
        pytest.param({"name": "x" * 61}, [("client_name", "too_long")], id="a long name"),
        pytest.param({"redirect_uris": ()}, [("redirect_uris", "blank")], id="no address"),
        pytest.param({"redirect_uris": (OUT_OF_BAND,) * 11}, [("redirect_uris", "too_many")], id="many"),
        pytest.param({"scopes": "read dance"}, [("scopes", "invalid_scope")], id="an unknown scope"),
        pytest.param({"website": "javascript:alert(1)"}, [("website", "invalid")], id="a website that runs"),
        pytest.param(
            {"name": "", "scopes": "x"}, [("client_name", "blank"), ("scopes", "invalid_scope")], id="two at once"
        ),
    ],
)
async def test_an_application_that_cannot_be_registered_learns_why(
    site: World, said: dict[str, object], problems: list[tuple[str, str]]
) -> None:
    with pytest.raises(Invalid) as raised:
        await register(site, **said)
    assert [(problem.field, problem.code) for problem in raised.value.all()] == problems


@pytest.mark.parametrize(
    ("uri", "is_good"),
    [
        (OUT_OF_BAND, True),
        ("https://app.example/a%2Fb", True),
        ("http://localhost:3000/x", True),
        ("http://127.0.0.1/", True),
        ("http://[::1]:8/", True),
        ("http://siege.localhost:8401/", True),
        ("icecubesapp://", True),
        ("oauth2redirect://com.keylesspalace.tusky/", True),
        ("com.example.app:/back", True),
        ("http://app.example/", False),
        ("https://", False),
        ("https://app.example/#part", False),
        ("javascript:alert(1)", False),
        ("JavaScript:alert(1)", False),
        ("data:text/html,x", False),
        ("vbscript:x", False),
        ("/callback", False),
        ("https://app.example/a b", False),
        ("https://app.example/\r\nLocation: x", False),
        ("https://[::1", False),
        ("x" * 2_001, False),
        ("", False),
    ],
)
async def test_where_an_application_may_be_answered(world: World, uri: str, is_good: bool) -> None:
    if is_good:
        app = await register(world, redirect_uris=(uri,))
        assert app.row.redirects == (uri,)
    else:
        with pytest.raises(Invalid):
            await register(world, redirect_uris=(uri,))


async def test_the_application_of_the_node_is_made_once(site: World) -> None:
    made = [await site.db.write(grants.node_app, "archipel", ids=site.ids, now=site.clock()) for _ in range(2)]
    assert made[0] == made[1]
    everything = scopes.scopes_of_role(Role.ADMIN)
    token = await site.db.write(
        grants.issue, made[0], site.viewer("ines").user, everything, ids=site.ids, now=site.clock()
    )
    view = await site.db.read(grants.viewer_of_token, token)
    assert view is not None
    assert all(scopes.allows(view.scopes, scope) for scope in scopes.SCOPES)


async def test_a_failed_statement_does_not_use_up_the_code(site: World, app: App) -> None:
    code = await agree(site, app.asked())
    token = await every_statement_fails_once(site.db, lambda: exchange(site, app.brings(code)))
    assert await site.db.read(grants.viewer_of_token, token.token) is not None
    assert len(await site.db.read(grants.authorised_apps, site.viewer("amina"))) == 1


@pytest.mark.parametrize(
    ("granted", "needed", "is_allowed"),
    [
        ("read", "read:statuses", True),
        ("read", "profile", True),
        ("read", "write", False),
        ("read:statuses", "read:statuses", True),
        ("read:statuses", "read", False),
        ("read:statuses", "read:accounts", False),
        ("read:accounts", "profile", True),
        ("profile", "read:accounts", False),
        ("write", "write:media", True),
        ("follow", "write:follows", True),
        ("follow", "read:blocks", True),
        ("follow", "read:lists", False),
        ("push", "push", True),
        ("admin:read", "admin:read:accounts", True),
        ("admin:read", "admin:write:accounts", False),
        ("write", "admin:write", False),
        ("", "read", False),
    ],
)
def test_a_wide_scope_holds_its_narrow_ones(granted: str, needed: str, is_allowed: bool) -> None:
    assert scopes.allows(granted, needed) is is_allowed
    assert scopes.allows(granted.split(), needed) is is_allowed


def test_scopes_are_read_once_each_and_default_to_reading() -> None:
    assert scopes.parse_scopes(" write read  write ") == ("write", "read")
    assert scopes.parse_scopes("") == ("read",)
    assert scopes.is_within(["follow"], "read write")
    assert not scopes.is_within(["follow"], "read")
    assert "admin:read" not in scopes.scopes_of_role(Role.MEMBER).split()
    assert "admin:write" in scopes.scopes_of_role(Role.MODERATOR).split()
