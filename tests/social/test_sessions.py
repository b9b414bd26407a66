"""Sign-in: sessions, and what slows down those who guess."""

import asyncio
import re

import pytest

from social.clock import MINUTE
from social.errors import NotFound, TooMany, Unauthorized
from social.people import passwords, sessions, users
from social.people.sessions import Login, SessionView
from social.people.tokens import token_digest
from social.people.users import NewUser
from social.policy import ANONYMOUS, Role
from storage.ids import SessionId
from tests.faults import every_statement_fails_once
from tests.world import PASSWORD, World, cheap_settings, one_pair, password_hash

ADDRESS = "192.0.2.7"


@pytest.fixture
async def site(world: World) -> World:
    """Amina, and Bruno who administers."""
    await world.person("amina")
    await world.person("bruno", role=Role.ADMIN)
    return world


async def attempt(world: World, name: str, address: str = ADDRESS) -> Login | None:
    return await world.db.write(sessions.attempt, name, address, settings=world.settings.people, now=world.clock())


async def open_session(world: World, name: str, user_agent: str = "Firefox") -> str:
    user = world.viewer(name).user
    assert user is not None
    return await world.db.write(sessions.open_session, user, user_agent, ids=world.ids, now=world.clock())


async def session_of(world: World, token: str) -> SessionView | None:
    return await world.db.read(sessions.session_of, token, settings=world.settings.people, now=world.clock())


async def test_a_session_says_who_asks_in_one_statement(site: World) -> None:
    token = await open_session(site, "bruno")
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", token)
    found = await session_of(site, token)
    assert found is not None
    assert found.viewer == site.viewer("bruno")
    assert not found.is_stale
    people = site.settings.people
    assert await site.statements(sessions.session_of, token, settings=people, now=site.clock()) == 1
    assert await session_of(site, token + "x") is None
    assert await session_of(site, "") is None


async def test_the_token_itself_is_kept_nowhere(site: World) -> None:
    token = await open_session(site, "amina")
    [row] = await site.db.read(sessions.sessions, site.viewer("amina"))
    assert row.token_hash == token_digest(token) != token


async def test_a_session_lives_while_it_is_used(site: World) -> None:
    token = await open_session(site, "amina")
    for _ in range(3):
        site.clock.pass_by(days=20)
        found = await session_of(site, token)
        assert found is not None
        assert found.is_stale
        await site.db.write(sessions.touch, found.id, now=site.clock())
        again = await session_of(site, token)
        assert again is not None
        assert not again.is_stale
    site.clock.pass_by(days=30)
    assert await session_of(site, token) is None
    assert await site.db.write(sessions.prune, settings=site.settings.people, now=site.clock()) == 1
    assert await site.db.read(sessions.sessions, site.viewer("amina")) == []


async def test_sessions_are_listed_and_ended_one_by_one_or_all(site: World) -> None:
    tokens = [await open_session(site, "amina", f"Browser\n{number} " + "x" * 400) for number in range(3)]
    viewer = site.viewer("amina")
    listed = await site.db.read(sessions.sessions, viewer)
    assert [row.token_hash for row in listed] == [token_digest(token) for token in tokens[::-1]]
    assert listed[0].user_agent.startswith("Browser 2 ")
    assert len(listed[0].user_agent) == 300
    with pytest.raises(NotFound):
        await site.db.write(sessions.end_one, site.viewer("bruno"), listed[0].id)
    await site.db.write(sessions.end_one, viewer, listed[0].id)
    with pytest.raises(NotFound):
        await site.db.write(sessions.end_one, viewer, SessionId(listed[0].id))
    await site.db.write(sessions.end_all, viewer, keep=tokens[0])
    assert await session_of(site, tokens[0]) is not None
    assert await session_of(site, tokens[1]) is None
    await site.db.write(sessions.end_session, tokens[0])
    await site.db.write(sessions.end_session, tokens[0])
    assert await site.db.read(sessions.sessions, viewer) == []
    with pytest.raises(Unauthorized):
        await site.db.read(sessions.sessions, ANONYMOUS)


async def test_a_login_is_found_by_name_or_mail_in_any_case(site: World) -> None:
    new = NewUser(
        username="hugo",
        email="hugo@usine.example",
        password_hash=password_hash(site.settings.people),
        keys=one_pair(),
    )
    user = await site.db.write(users.create, None, new, ids=site.ids, urls=site.urls, now=site.clock())
    for name in ("hugo", " Hugo ", "HUGO@usine.example"):
        found = await site.db.read(sessions.login, name)
        assert found is not None
        assert (found.user, found.username) == (user, "hugo")
    for name in ("hug", "hugo@", "", "instance.actor"):
        assert await site.db.read(sessions.login, name) is None


async def test_a_name_that_failed_too_often_waits_and_then_may_again(site: World) -> None:
    allowed = site.settings.people.attempts
    for number in range(allowed):
        assert await attempt(site, "amina", f"192.0.2.{number}") is not None
    with pytest.raises(TooMany) as raised:
        await attempt(site, "AMINA ", "198.51.100.1")
    assert raised.value.until == site.clock() + 10 * MINUTE
    assert await attempt(site, "bruno") is not None
    site.clock.pass_by(minutes=10)
    assert await attempt(site, "amina") is not None


async def test_a_name_that_nobody_has_waits_in_the_same_way(site: World) -> None:
    for _ in range(site.settings.people.attempts):
        assert await attempt(site, "nobody") is None
    with pytest.raises(TooMany):
        await attempt(site, "nobody")


async def test_an_address_waits_after_ten_times_as_many(site: World) -> None:
    allowed = site.settings.people.attempts * sessions.ADDRESS_FACTOR
    for number in range(allowed):
        await attempt(site, f"name{number}")
    with pytest.raises(TooMany):
        await attempt(site, "amina")
    assert await attempt(site, "amina", "198.51.100.1") is not None


async def test_a_right_password_forgives_the_name_but_not_the_address(site: World) -> None:
    allowed = site.settings.people.attempts
    for _ in range(allowed * sessions.ADDRESS_FACTOR // allowed):
        for _ in range(allowed):
            await attempt(site, "amina")
        await open_session(site, "amina")
    with pytest.raises(TooMany):
        await attempt(site, "amina")
    assert await attempt(site, "amina", "198.51.100.1") is not None


async def test_guesses_at_the_same_moment_count_each(site: World) -> None:
    allowed = site.settings.people.attempts
    tried = await asyncio.gather(*(attempt(site, "amina") for _ in range(allowed * 2)), return_exceptions=True)
    assert len([one for one in tried if isinstance(one, TooMany)]) == allowed


async def test_a_failed_statement_counts_no_attempt_by_half(site: World) -> None:
    people = cheap_settings().people
    keys = [sessions.name_key("amina"), sessions.address_key(ADDRESS)]
    for _ in range(people.attempts):
        await site.db.read(sessions.check_attempts, keys, settings=people, now=site.clock())
        await every_statement_fails_once(site.db, lambda: attempt(site, "amina"))
    with pytest.raises(TooMany):
        await site.db.read(sessions.check_attempts, keys, settings=people, now=site.clock())


def test_a_password_is_known_again_and_a_wrong_one_is_not() -> None:
    people = cheap_settings().people
    kept = passwords.hash_password(people, PASSWORD)
    assert passwords.verify(people, kept, PASSWORD)
    assert passwords.hash_password(people, PASSWORD) != kept
    for wrong in ("", PASSWORD + " ", PASSWORD[:-1], PASSWORD.upper(), "\ud800", PASSWORD + "x" * 300):
        assert not passwords.verify(people, kept, wrong)


def test_a_long_password_is_not_cut() -> None:
    people = cheap_settings().people
    longest = "ab1" * 85 + "z"
    kept = passwords.hash_password(people, longest)
    assert passwords.verify(people, kept, longest)
    assert not passwords.verify(people, kept, longest + "z")


def test_letters_may_be_composed_by_any_keyboard() -> None:
    people = cheap_settings().people
    kept = passwords.hash_password(people, "cafe\u0301-creme-42")
    assert passwords.verify(people, kept, "caf\u00e9-creme-42")


def test_nobodys_password_is_never_right_and_costs_a_hash() -> None:
    people = cheap_settings().people
    for text in ("", PASSWORD, "A" * 43):
        assert not passwords.verify(people, None, text)
    assert not passwords.verify(people, "no hash at all", PASSWORD)
