"""Guessing names and passwords, alone and many at once."""

import asyncio
import statistics
import time
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlencode

import msgspec
import pytest

from social.people import accounts, users
from social.policy import Role
from social.settings import PeopleSettings
from tests.attacks.foe import Reply, asked
from tests.attacks.test_oauth import form, registered
from tests.nodes import running_node
from tests.sites import CHEAP, LocalNode
from tests.world import PASSWORD

TRIES = 3
FACTOR = 10


@pytest.fixture
async def guarded(tmp_path: Path) -> AsyncIterator[LocalNode]:
    """A node on which three wrong passwords of one name are enough."""
    people = msgspec.structs.replace(CHEAP, attempts=TRIES)
    async with running_node(tmp_path, people=people) as node:
        await node.person("amina")
        yield node


async def entered(node: LocalNode, name: str, password: str, *, hops: str = "") -> Reply:
    """A sign-in by the page; `hops` is what proxies say of where it comes from."""
    headers = {"Content-Type": "application/x-www-form-urlencoded"} | ({"X-Forwarded-For": hops} if hops else {})
    body = urlencode({"name": name, "password": password}).encode()
    return await asked(node, "POST", "/sign-in", headers=headers, body=body)


async def test_many_guesses_at_once_are_counted_before_any_is_tried(guarded: LocalNode) -> None:
    replies = await asyncio.gather(*(entered(guarded, "amina", f"guess-{number}") for number in range(30)))
    refused = {reply.text for reply in replies}
    assert all(reply.status == 422 for reply in replies)
    assert len(refused) > 1
    assert sum("archipel_session" in reply.headers.get("set-cookie", "") for reply in replies) == 0
    # The right one is no longer tried either, by whatever door, in whatever case.
    for name in ("amina", "AMINA", " amina "):
        assert (await entered(guarded, name, PASSWORD)).status == 422
    app = await registered(guarded)
    fields = {"grant_type": "password", "client_id": app.id, "client_secret": app.secret}
    by_app = await form(guarded, "/oauth/token", {**fields, "username": "amina", "password": PASSWORD})
    assert by_app.status == 429 and int(by_app.headers["retry-after"]) > 0


async def test_one_address_gets_no_more_guesses_by_changing_names_or_by_own_success(guarded: LocalNode) -> None:
    await guarded.person("mallory")
    tried = 0
    for number in range(TRIES * FACTOR):
        if number % 2:
            own = await entered(guarded, "mallory", PASSWORD, hops=f"6.6.6.{number}, 5.5.5.5")
            tried += own.status == 303
        else:
            await entered(guarded, f"person{number}", "guess", hops=f"6.6.6.{number}, 5.5.5.5")
    assert tried > 0
    # What the client itself wrote before the proxy's own word is not believed.
    assert (await entered(guarded, "amina", PASSWORD, hops="7.7.7.7, 5.5.5.5")).status == 422
    assert (await entered(guarded, "amina", PASSWORD, hops="5.5.5.5, 4.4.4.4")).status == 303


async def test_an_unknown_name_is_answered_as_a_wrong_password_is(guarded: LocalNode) -> None:
    boss = await guarded.person("boss", role=Role.ADMIN)
    for name in ("hidden", "closed"):
        await guarded.person(name)
    hidden, closed = await guarded.person("hidden"), await guarded.person("closed")
    await guarded.write(accounts.suspend, boss.viewer, hidden.account, now=guarded.clock())
    await guarded.write(users.disable, boss.viewer, closed.account, now=guarded.clock())
    answers = set()
    for name in (
        "amina",
        "nobody",
        "hidden",
        "closed",
        "no@mail.example",
        "instance.actor",
        "x" * 250,
        "a b",
        "\u0130",
    ):
        reply = await entered(guarded, name, "wrong-password-1")
        assert reply.status == 422
        answers.add(reply.text.replace(f' value="{name}"', ""))
    assert len(answers) == 1
    app = await registered(guarded)
    fields = {"grant_type": "password", "client_id": app.id, "client_secret": app.secret, "password": "wrong"}
    by_app = {
        (reply := await form(guarded, "/oauth/token", {**fields, "username": name})).text + str(reply.status)
        for name in ("amina", "nobody2", "hidden", "closed")
    }
    assert len(by_app) == 1


async def test_an_unknown_name_takes_as_long_as_a_wrong_password(tmp_path: Path) -> None:
    people = PeopleSettings(attempts=1_000)
    async with running_node(tmp_path, people=people) as node:
        await node.person("amina")
        took: dict[str, list[float]] = {"amina": [], "nobody": []}
        for tries in range(1, 61):
            for name, times in took.items():
                began = time.perf_counter()
                await entered(node, name, "wrong-password-1")
                times.append(time.perf_counter() - began)
            known, unknown = (min(times) for times in took.values())
            # What a busy machine adds is in the shortest of many no more; what one of both leaves out is in all.
            if tries >= 7 and 0.6 < unknown / known < 1.7:
                break
        assert 0.6 < unknown / known < 1.7, {name: statistics.median(times) for name, times in took.items()}
