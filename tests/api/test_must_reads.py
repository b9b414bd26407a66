"""Must-read posts through the API: a plain status, and an endpoint of our own to say that it was read."""

from social.announcements import publish
from social.announcements.audience import Wave
from social.announcements.publish import NewAnnouncement
from social.policy import Role
from social.posts.languages import DraftVersion
from social.posts.publish import Draft
from storage.ids import PostId
from tests.api.site import Site

PATH = "/api/v1/archipel/must_reads"


async def announced(site: Site, *waves: Wave) -> PostId:
    world = site.world
    for name in ("amina", "luc"):
        await world.person(name)
    await world.person("bruno", role=Role.COMMUNICATOR)
    versions = (DraftVersion(language="en", text="The quay is closed"),)
    draft = Draft(text="Le quai est fermé", language="fr", versions=versions)
    new = NewAnnouncement(draft=draft, waves=waves or (Wave(at=0),))
    return await site.node.db.write(
        publish.announce, world.viewer("bruno"), new, context=world.context, now=site.node.clock()
    )


async def test_an_app_lists_what_is_to_be_read_and_says_that_it_was_read_once(site: Site) -> None:
    post = await announced(site)
    (asked,) = (await site.get(PATH, "MustRead[]", by="amina")).json
    status = (await site.get(f"/api/v1/statuses/{post}", "Status", by="amina")).json
    assert (asked["id"], asked["version"], asked["acknowledged_at"]) == (status["id"], 1, None)
    assert set(asked["texts"]) == {"fr", "en"}
    answer = {"version": 1, "language": status["language"], "digest": asked["texts"][status["language"]]}
    first = (await site.post(f"{PATH}/{post}/acknowledge", "MustRead", by="amina", body=answer)).json
    again = (await site.post(f"{PATH}/{post}/acknowledge", "MustRead", by="amina", body=answer)).json
    assert first["acknowledged_at"] == again["acknowledged_at"] is not None
    assert site.cost(PATH) <= 2


async def test_what_was_changed_while_it_was_read_is_read_again(site: Site) -> None:
    post = await announced(site)
    (asked,) = (await site.get(PATH, "MustRead[]", by="amina")).json
    world = site.world
    await site.node.db.write(
        publish.revise,
        world.viewer("bruno"),
        post,
        Draft(text="Le quai est ouvert", language="fr"),
        material=True,
        context=world.context,
        now=site.node.clock(),
    )
    answer = {"version": 1, "language": "fr", "digest": asked["texts"]["fr"]}
    await site.post(f"{PATH}/{post}/acknowledge", "Error", by="amina", body=answer, status=409)
    (anew,) = (await site.get(PATH, "MustRead[]", by="amina")).json
    assert (anew["version"], anew["acknowledged_at"]) == (2, None)


async def test_nobody_answers_for_what_is_not_asked_of_them(site: Site) -> None:
    post = await announced(site, Wave(at=0, roles=("job:Maintenance",)))
    (asked,) = (await site.get(PATH, "MustRead[]", by="amina")).json
    answer = {"version": 1, "language": "fr", "digest": asked["texts"]["fr"]}
    assert (await site.get(PATH, "MustRead[]", by="luc")).json == []
    await site.post(f"{PATH}/{post}/acknowledge", "Error", by="luc", body=answer, status=404)
    await site.get(f"/api/v1/statuses/{post}", "Error", by="luc", status=404)
    wrong = answer | {"digest": "0" * 64}
    await site.post(f"{PATH}/{post}/acknowledge", "Error", by="amina", body=wrong, status=422)
