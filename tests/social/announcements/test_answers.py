"""Who has to read confirms by one act: a version, in a language, of a text that was shown."""

import pytest

from social.announcements import publish
from social.announcements.answers import Shown
from social.announcements.audience import MANAGER, Wave
from social.announcements.people import appoint
from social.errors import Conflict, Forbidden, Invalid, NotFound
from social.feeds import notifications
from social.paging import Page
from social.policy import Role
from social.posts.publish import Draft
from storage import acknowledgements
from storage import posts as post_rows
from storage.acknowledgements import AnswerRow
from storage.ids import PostId
from storage.visibility import Visibility
from tests.social.announcements.newsroom import Newsroom

READERS = ("amina", "luc", "carla", "marc")


async def answered(newsroom: Newsroom, name: str, post: PostId) -> list[AnswerRow]:
    return await newsroom.world.db.read(acknowledgements.of, post, newsroom.id(name))


async def figures(newsroom: Newsroom, post: PostId) -> tuple[int, int, int, int]:
    row = await newsroom.world.db.read(acknowledgements.own, post, newsroom.world.clock())
    assert row is not None
    return row.asked, row.seen, row.acknowledged, row.questions


async def told(newsroom: Newsroom, name: str) -> int:
    world = newsroom.world
    found = await world.db.read(notifications.notifications, world.viewer(name), Page(), now=world.clock())
    return len(found)


async def test_everybody_is_asked_and_told_once_and_the_author_is_not(newsroom: Newsroom) -> None:
    post = await newsroom.announce()
    await newsroom.tend(post)
    assert await newsroom.asked(post, ["bruno", *READERS]) == list(READERS)
    assert [await told(newsroom, name) for name in READERS] == [1, 1, 1, 1]


async def test_an_acknowledgement_holds_version_language_and_the_text_that_was_shown(newsroom: Newsroom) -> None:
    post = await newsroom.announce()
    shown = await newsroom.shown(post, "en")
    row = await newsroom.confirm("amina", post, shown)
    assert row.confirmed_at == newsroom.world.clock()
    (kept,) = await answered(newsroom, "amina", post)
    assert (kept.version, kept.language, kept.digest, kept.question) == (1, "en", shown.digest, False)
    assert shown.digest != (await newsroom.shown(post, "fr")).digest


async def test_an_acknowledgement_that_comes_twice_is_one_and_a_late_one_counts(newsroom: Newsroom) -> None:
    post = await newsroom.announce()
    first = await newsroom.confirm("amina", post)
    newsroom.world.clock.pass_by(days=40)
    again = await newsroom.confirm("amina", post)
    assert again.confirmed_at == first.confirmed_at
    await newsroom.confirm("luc", post)
    assert await figures(newsroom, post) == (4, 2, 2, 0)


async def test_a_question_may_become_a_confirmation_and_not_the_reverse(newsroom: Newsroom) -> None:
    post = await newsroom.announce()
    await newsroom.confirm("amina", post, question=True)
    assert await figures(newsroom, post) == (4, 1, 0, 1)
    await newsroom.confirm("amina", post)
    await newsroom.confirm("amina", post, question=True)
    assert await figures(newsroom, post) == (4, 1, 1, 0)


async def test_a_material_edit_asks_again_and_keeps_the_first(newsroom: Newsroom) -> None:
    post = await newsroom.announce()
    before = await newsroom.shown(post)
    await newsroom.confirm("amina", post)
    newsroom.world.clock.pass_by(hours=1)
    await newsroom.revise(post, "Évacuation : quai 5, et non quai 3.", material=True)
    row = await newsroom.of("amina", post)
    assert (row.announcement.version, row.confirmed_at, row.earlier_at is not None) == (2, None, True)
    assert await told(newsroom, "amina") == 2
    with pytest.raises(Conflict, match="changed_meanwhile"):
        await newsroom.confirm("luc", post, before)
    await newsroom.confirm("amina", post)
    assert [answer.version for answer in await answered(newsroom, "amina", post)] == [1, 2]
    assert (await answered(newsroom, "amina", post))[0].digest == before.digest


async def test_a_small_correction_asks_nobody_again_and_the_text_that_was_shown_stays_good(newsroom: Newsroom) -> None:
    post = await newsroom.announce()
    before = await newsroom.shown(post)
    await newsroom.confirm("amina", post)
    newsroom.world.clock.pass_by(hours=1)
    await newsroom.revise(post, "Évacuation : nouveau point de rassemblement, quai 3", material=False)
    assert (await newsroom.of("amina", post)).confirmed_at is not None
    await newsroom.confirm("luc", post, before)
    assert (await answered(newsroom, "luc", post))[0].digest == before.digest


async def test_of_two_who_change_it_at_once_the_second_is_told_and_nothing_is_lost(newsroom: Newsroom) -> None:
    world, post = newsroom.world, await newsroom.announce()
    now = world.clock.pass_by(hours=1)

    async def change(text: str, base: int) -> None:
        draft = Draft(text=text, language="fr")
        await world.db.write(
            publish.revise, world.viewer("bruno"), post, draft, material=True, base=base, context=world.context, now=now
        )

    await change("Quai 5.", 0)
    with pytest.raises(Conflict, match="edited_meanwhile"):
        await change("Quai 7.", 0)
    assert (await newsroom.of("amina", post)).announcement.version == 2
    found = await world.db.read(post_rows.by_id, post)
    assert found is not None and "Quai 5" in found.html
    now = world.clock.pass_by(hours=1)
    await change("Quai 7.", found.edited_at or 0)
    assert (await newsroom.of("amina", post)).announcement.version == 3


async def test_a_material_change_of_nothing_is_refused(newsroom: Newsroom) -> None:
    post = await newsroom.announce()
    text = "Évacuation : nouveau point de rassemblement, quai 3."
    newsroom.world.clock.pass_by(hours=1)
    with pytest.raises(Invalid, match="unchanged"):
        await newsroom.revise(post, text, material=True)
    assert (await newsroom.of("amina", post)).announcement.version == 1


async def test_what_was_never_shown_is_not_confirmed_nor_what_one_is_not_asked(newsroom: Newsroom) -> None:
    post = await newsroom.announce()
    shown = await newsroom.shown(post)
    forged = Shown(version=1, language="fr", digest="0" * 64)
    for wrong in (forged, Shown(version=7, language="fr", digest=shown.digest)):
        with pytest.raises(Invalid):
            await newsroom.confirm("amina", post, wrong)
    with pytest.raises(NotFound):
        await newsroom.confirm("bruno", post)
    plain = await newsroom.world.say("amina", "no announcement")
    with pytest.raises(NotFound):
        await newsroom.confirm("luc", plain, shown)


async def test_managers_are_informed_first_and_nobody_else_sees_it_before(newsroom: Newsroom) -> None:
    world = newsroom.world
    await world.person("ines", role=Role.ADMIN)
    await world.db.write(appoint, world.viewer("ines"), "marc", MANAGER, on=True, now=world.clock())
    later = world.clock() + 3_600_000
    post = await newsroom.announce(Wave(at=0, roles=(MANAGER,)), Wave(at=later))
    found = await world.db.read(post_rows.by_id, post)
    assert found is not None
    assert found.visibility is Visibility.DIRECT
    assert await newsroom.asked(post, READERS) == ["marc"]
    await newsroom.tend(post)
    assert await newsroom.asked(post, READERS) == ["marc"]
    assert await world.db.read(post_rows.shown_to, [post], newsroom.id("marc"))
    assert not await world.db.read(post_rows.shown_to, [post], newsroom.id("amina"))
    world.clock.pass_by(hours=1)
    await newsroom.tend(post)
    assert await newsroom.asked(post, READERS) == list(READERS)
    assert await world.db.read(post_rows.shown_to, [post], newsroom.id("amina"))
    assert await told(newsroom, "marc") == 1


@pytest.mark.parametrize(
    ("wave", "meant"),
    [
        pytest.param(Wave(at=0, entities=("usine.example",)), list(READERS), id="this node"),
        pytest.param(Wave(at=0, entities=("siege.example",)), [], id="another node"),
        pytest.param(Wave(at=0, roles=("job:Maintenance",)), ["amina"], id="a job"),
        pytest.param(Wave(at=0, roles=("job:Sales", "job:Line 3")), ["luc", "carla"], id="either job"),
        pytest.param(Wave(at=0, roles=("communicator",)), [], id="the author alone is one"),
        pytest.param(Wave(at=0, roles=("team:none",)), [], id="a team of nobody"),
    ],
)
async def test_an_audience_is_found_by_each_node(newsroom: Newsroom, wave: Wave, meant: list[str]) -> None:
    post = await newsroom.announce(wave)
    assert await newsroom.asked(post, READERS) == meant


async def test_only_who_speaks_for_the_site_announces(newsroom: Newsroom) -> None:
    with pytest.raises(Forbidden):
        await newsroom.announce(by="amina")


@pytest.mark.parametrize(
    "waves",
    [
        pytest.param((Wave(at=0, roles=("king",)),), id="no such role"),
        pytest.param((Wave(at=2_000_000_000_000), Wave(at=0)), id="the second before the first"),
        pytest.param(tuple(Wave(at=0) for _ in range(5)), id="too many"),
    ],
)
async def test_an_audience_that_cannot_be_is_refused(newsroom: Newsroom, waves: tuple[Wave, ...]) -> None:
    with pytest.raises(Invalid):
        await newsroom.announce(*waves)
