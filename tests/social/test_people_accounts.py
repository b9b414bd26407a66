"""Accounts as people see them: names, profiles, suspension, the actor of the node."""

import pytest

from social import events
from social.errors import Forbidden, Invalid, NotFound, Unauthorized
from social.people import accounts, grants, keys, sessions, users
from social.people.accounts import ProfileChange
from social.policy import ANONYMOUS, Role
from social.posts.media import Upload, add
from storage.accounts import AccountKind, AccountRow
from storage.ids import AccountId, MediaId
from storage.media import MediaRow, by_id
from storage.visibility import Visibility
from tests.faults import every_statement_fails_once
from tests.world import World, one_pair


@pytest.fixture
async def plant(world: World) -> World:
    """Amina and Luc, with Marc who moderates and Ines who administers."""
    await world.person("amina")
    await world.person("luc")
    await world.person("marc", role=Role.MODERATOR)
    await world.person("ines", role=Role.ADMIN)
    await world.happened()
    return world


async def edit(world: World, name: str, change: ProfileChange) -> AccountRow:
    return await world.db.write(accounts.edit_profile, world.viewer(name), change, urls=world.urls, now=world.clock())


async def picture(world: World, name: str, purpose: str = "attachment") -> MediaRow:
    upload = Upload(
        file_key="f",
        small_key="s",
        mime="image/png",
        small_mime="image/png",
        width=9,
        height=9,
        small_width=9,
        small_height=9,
        bytes=9,
        blurhash=None,
    )
    return await world.db.write(
        add,
        world.viewer(name),
        upload,
        purpose=purpose,
        settings=world.settings.media,
        ids=world.ids,
        now=world.clock(),
    )


async def test_an_account_is_found_by_name_in_any_case(plant: World) -> None:
    row = await plant.db.read(accounts.by_name, ANONYMOUS, "AMINA")
    assert (row.id, row.acct, row.uri) == (plant.id("amina"), "amina", "https://usine.example/users/amina")
    bruno = await plant.elsewhere("Bruno")
    row = await plant.db.read(accounts.by_name, ANONYMOUS, "bruno", "SIEGE.example")
    assert (row.id, row.acct) == (bruno.id, "Bruno@siege.example")
    for name, domain in (("nobody", ""), ("amina", "siege.example")):
        with pytest.raises(NotFound):
            await plant.db.read(accounts.by_name, ANONYMOUS, name, domain)


async def test_handles_are_looked_up_together(plant: World) -> None:
    bruno = await plant.elsewhere("bruno")
    asked = [("Amina", ""), ("bruno", "Siege.Example"), ("bruno", ""), ("amina", "siege.example")]
    found = await plant.db.read(accounts.by_handles, asked)
    assert {key: row.id for key, row in found.items()} == {
        ("amina", ""): plant.id("amina"),
        ("bruno", "siege.example"): bruno.id,
    }
    assert await plant.statements(accounts.by_handles, asked) == 1
    assert await plant.db.read(accounts.by_handles, []) == {}


async def test_accounts_come_in_the_order_asked_without_the_hidden(plant: World) -> None:
    await plant.db.write(accounts.suspend, plant.viewer("marc"), plant.id("luc"), now=plant.clock())
    asked = [plant.id("luc"), plant.id("marc"), AccountId(3), plant.id("amina")]
    found = await plant.db.read(accounts.accounts, plant.viewer("amina"), asked)
    assert [row.username for row in found] == ["marc", "amina"]
    found = await plant.db.read(accounts.accounts, plant.viewer("ines"), asked)
    assert [row.username for row in found] == ["luc", "marc", "amina"]


async def test_a_profile_is_changed_where_it_is_said_and_stays_elsewhere(plant: World) -> None:
    row = await edit(
        plant,
        "amina",
        ProfileChange(
            display_name="  Amina   Benali-Roux ",
            note="Line 3, #maintenance\nhttps://wiki.example",
            job="Night shift",
            fields=(("Phone", "42 17"), ("Site", "https://usine.example"), ("", " ")),
            post_visibility=Visibility.FOLLOWERS,
            post_language="fr",
            locale="fr",
            theme="dark",
        ),
    )
    assert (row.display_name, row.job) == ("Amina Benali-Roux", "Night shift")
    assert 'href="https://usine.example/tags/maintenance"' in row.note_html
    assert row.note_source.startswith("Line 3")
    phone, site = accounts.fields(row)
    assert (phone.name, phone.value, phone.html) == ("Phone", "42 17", "42 17")
    assert 'rel="nofollow noopener me"' in site.html
    user = await plant.db.read(users.user, plant.viewer("amina"))
    assert (user.post_visibility, user.post_language, user.locale, user.theme) == (
        Visibility.FOLLOWERS,
        "fr",
        "fr",
        "dark",
    )
    again = await edit(plant, "amina", ProfileChange(locked=True, is_bot=True, post_language=None))
    assert (again.display_name, again.locked, again.kind) == ("Amina Benali-Roux", True, AccountKind.SERVICE)
    assert again.revision > row.revision
    user = await plant.db.read(users.user, plant.viewer("amina"))
    assert (user.theme, user.post_language) == ("dark", None)
    assert [type(event) for event in await plant.happened()] == [events.ProfileChanged, events.ProfileChanged]


async def test_every_wrong_field_of_a_profile_is_named(plant: World) -> None:
    wrong = ProfileChange(
        display_name="x" * 61,
        job="x" * 101,
        note="x" * 1_001,
        fields=tuple((str(number), "x" * 256) for number in range(7)),
        locale="tlh",
        theme="pink",
        post_language="klingon",
    )
    with pytest.raises(Invalid) as raised:
        await edit(plant, "amina", wrong)
    assert [(problem.field, problem.code) for problem in raised.value.all()] == [
        ("display_name", "too_long"),
        ("job", "too_long"),
        ("note", "too_long"),
        ("fields", "too_many"),
        ("fields", "too_long"),
        ("locale", "invalid"),
        ("theme", "invalid"),
        ("post_language", "invalid"),
    ]
    assert await plant.happened() == []


async def test_a_name_cannot_turn_the_line_around(plant: World) -> None:
    row = await edit(plant, "amina", ProfileChange(display_name="Ami\u202ena\u200b\n!"))
    assert row.display_name == "Amina !"


async def test_an_avatar_is_ones_own_free_picture_and_the_former_one_goes(plant: World) -> None:
    first, second = await picture(plant, "amina"), await picture(plant, "amina", "avatar")
    row = await edit(plant, "amina", ProfileChange(avatar=first.id))
    assert row.avatar_token == first.token
    row = await edit(plant, "amina", ProfileChange(avatar=second.id))
    assert row.avatar_token == second.token
    assert await plant.db.read(by_id, first.id) is None
    kept = await plant.db.read(by_id, second.id)
    assert kept is not None
    assert kept.purpose == "avatar"
    row = await edit(plant, "amina", ProfileChange(avatar=second.id))
    assert row.avatar_token == second.token
    row = await edit(plant, "amina", ProfileChange(avatar=None))
    assert row.avatar_token is None
    assert await plant.db.read(by_id, second.id) is None


async def test_nobody_shows_anothers_picture_nor_one_of_a_post(plant: World) -> None:
    others, posted = await picture(plant, "luc"), await picture(plant, "amina")
    await plant.say("amina", "the crane", media=(posted.id,))
    for wrong in (others.id, posted.id, MediaId(12)):
        with pytest.raises(Invalid) as raised:
            await edit(plant, "amina", ProfileChange(header=wrong))
        assert raised.value.field == "header"


async def test_only_somebody_signed_in_has_a_profile_to_change(plant: World) -> None:
    with pytest.raises(Unauthorized):
        await plant.db.write(accounts.edit_profile, ANONYMOUS, ProfileChange(), urls=plant.urls, now=plant.clock())


async def test_a_suspended_account_is_hidden_signed_out_and_comes_back(plant: World) -> None:
    luc, people = plant.id("luc"), plant.settings.people
    user = await plant.db.read(users.user_of, luc)
    assert user is not None
    session = await plant.db.write(sessions.open_session, user.id, "Firefox", ids=plant.ids, now=plant.clock())
    app = await plant.db.write(grants.node_app, "demo", ids=plant.ids, now=plant.clock())
    token = await plant.db.write(grants.issue, app, user.id, "read", ids=plant.ids, now=plant.clock())
    for _ in range(2):
        await plant.db.write(accounts.suspend, plant.viewer("marc"), luc, now=plant.clock())
    assert await plant.db.read(sessions.viewer_of_session, session, settings=people, now=plant.clock()) is None
    assert await plant.db.read(grants.viewer_of_token, token) is None
    with pytest.raises(NotFound):
        await plant.db.read(accounts.account, plant.viewer("amina"), luc)
    assert (await plant.db.read(accounts.account, plant.viewer("marc"), luc)).suspended_at == plant.clock()
    with pytest.raises(Forbidden, match="account_suspended"):
        await plant.db.write(sessions.open_session, user.id, "", ids=plant.ids, now=plant.clock())
    for _ in range(2):
        await plant.db.write(accounts.restore, plant.viewer("marc"), luc, now=plant.clock())
    assert (await plant.db.read(accounts.account, plant.viewer("amina"), luc)).suspended_at is None
    assert [type(event) for event in await plant.happened()] == [
        events.AccountSuspended,
        events.AccountRestored,
    ]


@pytest.mark.parametrize(
    ("viewer", "target"),
    [
        pytest.param("amina", "luc", id="a member suspends nobody"),
        pytest.param("marc", "ines", id="a moderator no administrator"),
        pytest.param("marc", "marc", id="nobody oneself"),
        pytest.param("ines", "ines", id="an administrator neither"),
    ],
)
async def test_suspension_needs_a_higher_role(plant: World, viewer: str, target: str) -> None:
    with pytest.raises(Forbidden):
        await plant.db.write(accounts.suspend, plant.viewer(viewer), plant.id(target), now=plant.clock())


async def test_the_actor_of_the_node_is_made_once_and_found_by_nobody(plant: World) -> None:
    made = [
        await plant.db.write(
            accounts.create_instance_actor, one_pair(), ids=plant.ids, urls=plant.urls, now=plant.clock()
        )
        for _ in range(2)
    ]
    assert made[0] == made[1]
    row = await plant.db.read(accounts.instance_actor)
    assert (row.uri, row.kind) == ("https://usine.example/actor", AccountKind.APPLICATION)
    assert row.inbox_url == "https://usine.example/inbox"
    assert (await plant.db.read(keys.signing_key, row.id))[0] == "https://usine.example/actor#main-key"
    with pytest.raises(NotFound):
        await plant.db.read(accounts.by_name, plant.viewer("ines"), "instance.actor")
    with pytest.raises(Forbidden):
        await plant.db.write(accounts.suspend, plant.viewer("ines"), row.id, now=plant.clock())
    with pytest.raises(NotFound):
        await plant.follow("amina", row.id)


async def test_before_init_there_is_no_actor_of_the_node(plant: World) -> None:
    with pytest.raises(NotFound):
        await plant.db.read(accounts.instance_actor)


async def test_the_node_knows_how_many_take_part(plant: World) -> None:
    user = await plant.db.read(users.user_of, plant.id("amina"))
    assert user is not None
    await plant.db.write(sessions.open_session, user.id, "", ids=plant.ids, now=plant.clock())
    await plant.say("amina", "good morning")
    await plant.say("amina", "good night")
    found = await plant.db.read(accounts.active_counts, plant.clock())
    assert (found.users, found.active_month, found.active_halfyear, found.local_posts) == (4, 1, 1, 2)
    found = await plant.db.read(accounts.active_counts, plant.clock.pass_by(days=40))
    assert (found.active_month, found.active_halfyear) == (0, 1)


async def test_a_failed_statement_leaves_the_profile_as_it_was(plant: World) -> None:
    avatar = await picture(plant, "amina")
    before = await plant.row(plant.id("amina"))
    change = ProfileChange(display_name="Half", avatar=avatar.id, locale="en")

    async def check() -> None:
        assert await plant.row(before.id) == before
        assert await plant.happened() == []

    row = await every_statement_fails_once(plant.db, lambda: edit(plant, "amina", change), check)
    assert (row.display_name, row.avatar_token) == ("Half", avatar.token)
