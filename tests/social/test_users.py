"""Logins: making them, passwords, roles, invitations."""

import asyncio

import pytest

from social import events
from social.clock import DAY
from social.errors import Conflict, Forbidden, Gone, Invalid, NotFound, Unauthorized
from social.paging import Page
from social.people import accounts, grants, invitations, keys, names, passwords, sessions, users
from social.people.users import NewUser
from social.policy import ANONYMOUS, Role
from storage.ids import UserId
from tests.faults import every_statement_fails_once
from tests.world import PASSWORD, World, cheap_settings, one_pair, password_hash


@pytest.fixture
async def site(world: World) -> World:
    """Ines administers, Marc moderates, Amina works."""
    await world.person("ines", role=Role.ADMIN)
    await world.person("marc", role=Role.MODERATOR)
    await world.person("amina")
    await world.happened()
    return world


def newcomer(world: World, username: str = "hugo", **said: object) -> NewUser:
    given: dict[str, object] = {
        "username": username,
        "password_hash": password_hash(world.settings.people),
        "keys": one_pair(),
    }
    return NewUser(**(given | said))  # type: ignore[arg-type]  # keywords of NewUser


async def join(world: World, new: NewUser, by: str | None = "ines") -> UserId:
    viewer = world.viewer(by) if by else None
    return await world.db.write(users.create, viewer, new, ids=world.ids, urls=world.urls, now=world.clock())


async def test_an_administrator_makes_an_account_with_its_key_and_addresses(site: World) -> None:
    new = newcomer(site, "Hugo", display_name="Hugo\nPetit", email=" Hugo@Usine.example ", job="Line 1", locale="fr")
    user = await join(site, new)
    account = await site.db.read(users.account_of, user)
    row = await site.row(account)
    assert (row.username, row.display_name, row.job, row.domain) == ("hugo", "Hugo Petit", "Line 1", "")
    assert row.inbox_url == "https://usine.example/users/hugo/inbox"
    assert row.followers_url == "https://usine.example/users/hugo/followers"
    key_id, private_pem = await site.db.read(keys.signing_key, account)
    assert key_id == "https://usine.example/users/hugo#main-key"
    assert private_pem == one_pair().private_pem
    shown = await site.db.read(keys.public_keys, account)
    assert [(key.id, key.public_pem) for key in shown] == [
        (key_id, one_pair().public_pem),
        ("https://usine.example/users/hugo#ed25519-key", one_pair().ed25519_public_pem),
    ]
    found = await site.db.read(users.user_of, account)
    assert found is not None
    assert (found.email, found.role, found.locale) == ("hugo@usine.example", "member", "fr")
    assert [(type(event), event.by) for event in await site.happened()] == [(events.AccountJoined, account)]


@pytest.mark.parametrize(
    ("username", "code"),
    [
        pytest.param("", "blank", id="none"),
        pytest.param("a" * 31, "too_long", id="31 letters"),
        pytest.param("ami na", "invalid", id="a space"),
        pytest.param("amína", "invalid", id="an accent"),
        pytest.param("a.b", "invalid", id="a dot"),
        pytest.param("a-b", "invalid", id="a hyphen"),
        pytest.param("___", "invalid", id="underscores only"),
        pytest.param("API", "reserved", id="a word of the node"),
        pytest.param("instance.actor", "invalid", id="the actor of the node"),
        pytest.param("Amina", "taken", id="in another case"),
    ],
)
async def test_a_name_that_cannot_be_had_says_why(site: World, username: str, code: str) -> None:
    with pytest.raises(Invalid) as raised:
        await join(site, newcomer(site, username))
    assert (raised.value.field, raised.value.code) == ("username", code)
    assert await site.happened() == []


@pytest.mark.parametrize("email", ["hugo", "@usine", "a@b@c", "hugo@", "hu go@usine", "x@y..z", "a" * 250 + "@b.fr"])
async def test_what_is_no_mail_address_is_refused(site: World, email: str) -> None:
    with pytest.raises(Invalid) as raised:
        await join(site, newcomer(site, email=email))
    assert (raised.value.field, raised.value.code) == ("email", "invalid")


async def test_a_mail_address_belongs_to_one_login_and_is_not_needed(site: World) -> None:
    await join(site, newcomer(site, email="line1@usine.example"))
    with pytest.raises(Invalid) as raised:
        await join(site, newcomer(site, "lea", email="Line1@usine.example"))
    assert (raised.value.field, raised.value.code) == ("email", "taken")
    with pytest.raises(NotFound):
        await site.db.read(accounts.by_name, ANONYMOUS, "lea")
    await join(site, newcomer(site, "lea"))
    await join(site, newcomer(site, "noe"))


async def test_only_administrators_make_accounts(site: World) -> None:
    with pytest.raises(Forbidden):
        await join(site, newcomer(site), by="marc")
    with pytest.raises(Unauthorized):
        await site.db.write(users.create, ANONYMOUS, newcomer(site), ids=site.ids, urls=site.urls, now=site.clock())
    await join(site, newcomer(site), by=None)


async def test_two_who_take_one_name_at_once_do_not_both_get_it(site: World) -> None:
    tried = await asyncio.gather(*(join(site, newcomer(site, "hugo")) for _ in range(4)), return_exceptions=True)
    assert sorted(type(one).__name__ for one in tried) == ["Invalid", "Invalid", "Invalid", "int"]


async def test_a_failed_statement_makes_no_half_account(site: World) -> None:
    async def check() -> None:
        with pytest.raises(NotFound):
            await site.db.read(accounts.by_name, ANONYMOUS, "hugo")
        assert await site.happened() == []

    await every_statement_fails_once(site.db, lambda: join(site, newcomer(site)), check)
    assert (await site.db.read(accounts.by_name, ANONYMOUS, "hugo")).username == "hugo"


async def open_session(world: World, name: str) -> str:
    user = world.viewer(name).user
    assert user is not None
    return await world.db.write(sessions.open_session, user, "", ids=world.ids, now=world.clock())


async def is_open(world: World, token: str) -> bool:
    found = await world.db.read(sessions.viewer_of_session, token, settings=world.settings.people, now=world.clock())
    return found is not None


async def test_a_new_password_ends_every_session_but_the_one_in_use(site: World) -> None:
    kept, other = await open_session(site, "amina"), await open_session(site, "amina")
    viewer = site.viewer("amina")
    old = await site.db.read(users.password_of, viewer)
    assert passwords.verify(site.settings.people, old, PASSWORD)
    await site.db.write(users.change_password, viewer, "a new hash", keep=kept, now=site.clock())
    assert await site.db.read(users.password_of, viewer) == "a new hash"
    assert (await is_open(site, kept), await is_open(site, other)) == (True, False)


async def test_a_reset_password_ends_sessions_and_tokens(site: World) -> None:
    session = await open_session(site, "amina")
    app = await site.db.write(grants.node_app, "demo", ids=site.ids, now=site.clock())
    user = site.viewer("amina").user
    token = await site.db.write(grants.issue, app, user, "read", ids=site.ids, now=site.clock())
    with pytest.raises(Forbidden):
        await site.db.write(users.reset_password, site.viewer("marc"), site.id("amina"), "hash", now=site.clock())
    await site.db.write(users.reset_password, site.viewer("ines"), site.id("amina"), "hash", now=site.clock())
    assert not await is_open(site, session)
    assert await site.db.read(grants.viewer_of_token, token) is None


async def test_a_disabled_person_is_out_until_enabled(site: World) -> None:
    session = await open_session(site, "amina")
    amina, ines = site.id("amina"), site.viewer("ines")
    for _ in range(2):
        await site.db.write(users.disable, ines, amina, now=site.clock())
    assert not await is_open(site, session)
    with pytest.raises(Forbidden, match="account_disabled"):
        await open_session(site, "amina")
    assert (await site.db.read(accounts.account, site.viewer("marc"), amina)).username == "amina"
    await site.db.write(users.enable, ines, amina, now=site.clock())
    assert await is_open(site, await open_session(site, "amina"))


async def test_the_last_administrator_neither_steps_down_nor_is_disabled(site: World) -> None:
    ines = site.viewer("ines")
    with pytest.raises(Conflict, match="last_admin"):
        await site.db.write(users.set_role, ines, ines.account, Role.MEMBER, now=site.clock())
    with pytest.raises(Conflict, match="last_admin"):
        await site.db.write(users.disable, None, ines.account, now=site.clock())
    await site.db.write(users.set_role, ines, site.id("marc"), Role.ADMIN, now=site.clock())
    await site.db.write(users.set_role, ines, ines.account, Role.MEMBER, now=site.clock())
    found = await site.db.read(users.viewer_of, ines.account)
    assert found.role is Role.MEMBER


async def test_two_administrators_who_step_down_at_once_leave_one(site: World) -> None:
    await site.db.write(users.set_role, None, site.id("marc"), Role.ADMIN, now=site.clock())
    tried = await asyncio.gather(
        *(
            site.db.write(users.set_role, None, site.id(name), Role.MEMBER, now=site.clock())
            for name in ("ines", "marc")
        ),
        return_exceptions=True,
    )
    assert sorted(type(one).__name__ for one in tried) == ["Conflict", "NoneType"]


async def test_who_loses_a_role_loses_the_tokens_that_carry_it(site: World) -> None:
    app = await site.db.write(grants.node_app, "demo", ids=site.ids, now=site.clock())
    user = site.viewer("marc").user
    token = await site.db.write(grants.issue, app, user, "admin:read", ids=site.ids, now=site.clock())
    await site.db.write(users.set_role, site.viewer("ines"), site.id("marc"), Role.MEMBER, now=site.clock())
    assert await site.db.read(grants.viewer_of_token, token) is None


async def test_members_are_listed_for_moderators_newest_first(site: World) -> None:
    found = await site.db.read(users.members, site.viewer("marc"), Page(limit=2))
    assert [(row.account.username, row.user.role) for row in found] == [("amina", "member"), ("marc", "moderator")]
    found = await site.db.read(users.members, site.viewer("marc"), Page(before=found[-1].user.id))
    assert [row.account.username for row in found] == ["ines"]
    found = await site.db.read(users.members, site.viewer("marc"), Page(above=found[-1].user.id, limit=1))
    assert [row.account.username for row in found] == ["marc"]
    with pytest.raises(Forbidden):
        await site.db.read(users.members, site.viewer("amina"), Page())


async def invite(world: World, by: str, role: Role = Role.MEMBER, note: str = "") -> str:
    return await world.db.write(
        invitations.invite,
        world.viewer(by),
        role=role,
        note=note,
        ids=world.ids,
        settings=world.settings.people,
        now=world.clock(),
    )


async def accept(world: World, token: str, username: str = "hugo") -> UserId:
    return await world.db.write(
        invitations.accept_invitation,
        token,
        newcomer(world, username, role=Role.ADMIN),
        ids=world.ids,
        urls=world.urls,
        now=world.clock(),
    )


async def test_an_invitation_lets_one_person_in_in_its_own_role(site: World) -> None:
    token = await invite(site, "marc", note="for the night shift")
    row = await site.db.read(invitations.invitation, token, now=site.clock())
    assert (row.role, row.note, row.expires_at) == ("member", "for the night shift", site.clock() + 14 * DAY)
    user = await accept(site, token)
    account = await site.db.read(users.account_of, user)
    assert (await site.db.read(users.viewer_of, account)).role is Role.MEMBER
    for again in (
        lambda: accept(site, token, "lea"),
        lambda: site.db.read(invitations.invitation, token, now=site.clock()),
    ):
        with pytest.raises(Gone, match="invitation_used"):
            await again()
    [listed] = await site.db.read(invitations.invitations, site.viewer("ines"))
    assert (listed.used_at, listed.used_by) == (site.clock(), user)


async def test_a_link_opened_by_two_at_once_lets_one_in(site: World) -> None:
    token = await invite(site, "ines")
    tried = await asyncio.gather(accept(site, token, "hugo"), accept(site, token, "lea"), return_exceptions=True)
    assert sorted(type(one).__name__ for one in tried) == ["Gone", "int"]


async def test_an_invitation_ends_by_time_or_when_it_is_taken_back(site: World) -> None:
    old, withdrawn = await invite(site, "ines"), await invite(site, "ines")
    row = await site.db.read(invitations.invitation, withdrawn, now=site.clock())
    with pytest.raises(Forbidden):
        await site.db.write(invitations.withdraw, site.viewer("amina"), row.id, now=site.clock())
    await site.db.write(invitations.withdraw, site.viewer("marc"), row.id, now=site.clock())
    with pytest.raises(NotFound):
        await accept(site, withdrawn)
    with pytest.raises(NotFound):
        await site.db.write(invitations.withdraw, site.viewer("marc"), row.id, now=site.clock())
    site.clock.pass_by(days=14)
    with pytest.raises(Gone, match="invitation_expired"):
        await accept(site, old)


async def test_who_may_invite_whom(site: World) -> None:
    with pytest.raises(Forbidden):
        await invite(site, "amina")
    with pytest.raises(Forbidden):
        await invite(site, "marc", Role.MODERATOR)
    token = await invite(site, "ines", Role.MODERATOR)
    user = await accept(site, token)
    account = await site.db.read(users.account_of, user)
    assert (await site.db.read(users.viewer_of, account)).role is Role.MODERATOR
    with pytest.raises(Invalid):
        await invite(site, "ines", note="x" * 201)
    with pytest.raises(Forbidden):
        await site.db.read(invitations.invitations, site.viewer("amina"))


async def test_a_failed_statement_does_not_use_up_the_invitation(site: World) -> None:
    token = await invite(site, "ines")

    async def check() -> None:
        row = await site.db.read(invitations.invitation, token, now=site.clock())
        assert row.used_at is None

    await every_statement_fails_once(site.db, lambda: accept(site, token), check)


@pytest.mark.parametrize(
    ("password", "code"),
    [
        pytest.param("short", "too_short", id="short"),
        pytest.param("x" * 257, "too_long", id="endless"),
        pytest.param("ababababab", "too_simple", id="two letters"),
        pytest.param("Maintenance", "too_simple", id="the user name"),
        pytest.param("ecnanetniam", "too_simple", id="the user name backwards"),
    ],
)
def test_a_password_that_is_no_good_says_why(password: str, code: str) -> None:
    settings = cheap_settings().people
    with pytest.raises(Invalid) as raised:
        passwords.check_password(settings, password, "maintenance")
    assert (raised.value.field, raised.value.code) == ("password", code)
    passwords.check_password(settings, PASSWORD, "maintenance")


def test_words_are_compared_without_accents_case_and_punctuation() -> None:
    assert names.words("Inès  Moreau-Ŵeiß (ﬁn)") == ["ines", "moreau", "weiss", "fin"]
    assert names.search_name("Inès M.", "ines_m", "RH") == " ines m rh"
    assert len(names.search_name("é" * 1_000, "a", "")) == 300
