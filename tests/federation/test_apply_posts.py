"""Create, Update and Delete as they arrive: what is kept, for whom, and the same end in every order."""

from typing import Any

import pytest

from social import reading
from social.errors import NotFound
from social.feeds import notifications, timelines
from social.paging import FIRST
from storage import posts as post_rows
from storage.posts import PostRow
from storage.visibility import Visibility
from tests.federation.neighbour import PUBLIC, Neighbour, Somebody
from tests.federation.station import Station


async def followed(station: Station, siege: Neighbour, who: Somebody, by: str = "amina") -> None:
    """Somebody here follows `who`, who has agreed."""
    await station.person(by)
    account = await station.federation.remote.account_by_url(who.id)
    assert account is not None
    await station.follow(by, account)
    await station.settle()
    (follow,) = [event for event in await station.happened() if type(event).__name__ == "FollowRequested"]
    asked = {"id": follow.uri, "type": "Follow", "actor": station.urls.actor(by), "object": who.id}  # type: ignore[union-attr]  # just chosen
    assert await station.accept(siege, siege.about("Accept", who.id, asked), by=who) == ["applied"]


async def the_post(station: Station) -> PostRow:
    (post,) = await station.posts()
    return post


async def test_a_post_of_somebody_followed_here_is_kept_and_shown(
    station: Station, siege: Neighbour, bruno: Somebody
) -> None:
    await followed(station, siege, bruno)
    note = siege.note(
        bruno,
        'Line <b onclick="x()">3</b><script>alert(1)</script> stops',
        summary="Noise",
        contentMap={"fr": "<p>…</p>"},
        tag=[{"type": "Hashtag", "name": "#Panne", "href": siege.url("/tags/panne")}],
        attachment={"type": "Image", "mediaType": "image/png", "url": siege.url("/a.png"), "name": "A press"},
    )
    assert await station.accept(siege, siege.create(note), by=bruno) == ["applied"]
    (view,) = await station.db.read(timelines.home, station.viewer("amina"), FIRST, now=station.clock())
    assert view.post.html == "<p>Line <b>3</b> stops</p>"
    assert (view.post.spoiler, view.post.sensitive, view.post.language) == ("Noise", True, "fr")
    assert (view.post.visibility, view.post.is_history, view.post.uri) == (Visibility.PUBLIC, False, note["id"])
    assert [tag.name for tag in view.tags] == ["panne"]
    (picture,) = view.media
    assert (picture.remote_url, picture.description, picture.file_key) == (siege.url("/a.png"), "A press", None)


@pytest.mark.parametrize(
    ("to", "cc", "visibility"),
    [
        pytest.param([PUBLIC], ["followers"], Visibility.PUBLIC, id="public"),
        pytest.param("as:Public", [], Visibility.PUBLIC, id="the short form"),
        pytest.param(["followers"], ["Public"], Visibility.UNLISTED, id="unlisted"),
        pytest.param(["followers"], ["amina"], Visibility.FOLLOWERS, id="followers"),
        pytest.param(["amina"], [], Visibility.DIRECT, id="direct"),
        pytest.param(["amina"], ["followers"], Visibility.DIRECT, id="followers in cc are not asked"),
    ],
)
async def test_the_audience_is_read_from_to_and_cc(
    quick: Station, siege: Neighbour, bruno: Somebody, to: Any, cc: Any, visibility: Visibility
) -> None:
    await followed(quick, siege, bruno)
    names = {"followers": bruno.followers, "amina": quick.urls.actor("amina")}

    def written(addresses: Any) -> Any:
        return [names.get(one, one) for one in addresses] if isinstance(addresses, list) else addresses

    note = siege.note(bruno, to=written(to), cc=written(cc))
    assert await quick.accept(siege, siege.create(note), by=bruno) == ["applied"]
    assert (await the_post(quick)).visibility == visibility


async def test_an_audience_that_only_the_activity_names_counts(
    quick: Station, siege: Neighbour, bruno: Somebody
) -> None:
    await followed(quick, siege, bruno)
    activity = siege.create(siege.note(bruno))
    del activity["object"]["to"], activity["object"]["cc"]
    assert await quick.accept(siege, activity, by=bruno) == ["applied"]
    assert (await the_post(quick)).visibility == Visibility.PUBLIC


@pytest.mark.parametrize(
    "said",
    [
        pytest.param({}, id="public"),
        pytest.param({"to": ["followers"], "cc": []}, id="for followers"),
        pytest.param({"to": ["https://elsewhere.example/users/luc"], "cc": []}, id="for somebody elsewhere"),
        pytest.param({"to": [], "cc": []}, id="for nobody"),
    ],
)
async def test_what_concerns_nobody_here_is_not_kept(
    quick: Station, siege: Neighbour, bruno: Somebody, said: dict[str, Any]
) -> None:
    await quick.person("amina")
    written: dict[str, Any] = {
        key: [bruno.followers] if value == ["followers"] else value for key, value in said.items()
    }
    note = siege.note(bruno, **written)
    assert await quick.accept(siege, siege.create(note), by=bruno) == ["unrelated"]
    assert await quick.posts() == []


async def test_a_follow_that_was_not_accepted_lets_nothing_private_through(
    quick: Station, siege: Neighbour, bruno: Somebody
) -> None:
    await quick.person("amina")
    account = await quick.federation.remote.account_by_url(bruno.id)
    assert account is not None
    await quick.follow("amina", account)
    note = siege.note(bruno, to=[bruno.followers], cc=[])
    assert await quick.accept(siege, siege.create(note), by=bruno) == ["unrelated"]


async def test_a_direct_post_is_for_the_one_it_names_and_tells_them(
    station: Station, siege: Neighbour, bruno: Somebody
) -> None:
    await station.person("amina")
    await station.person("carla")
    amina = station.urls.actor("amina")
    note = siege.note(bruno, to=[amina], cc=[], tag={"type": "Mention", "href": amina, "name": "@amina"})
    assert await station.accept(siege, siege.create(note), by=bruno) == ["applied"]
    post = await the_post(station)
    assert (await station.db.read(reading.post, station.viewer("amina"), post.id)).post.id == post.id
    with pytest.raises(NotFound):
        await station.db.read(reading.post, station.viewer("carla"), post.id)
    (told,) = await station.db.read(notifications.notifications, station.viewer("amina"), FIRST, now=station.clock())
    assert (told.kind, told.sender.uri) == ("mention", bruno.id)


async def test_a_name_in_a_private_post_that_is_not_addressed_opens_nothing(
    quick: Station, siege: Neighbour, bruno: Somebody
) -> None:
    await quick.person("amina")
    await quick.person("carla")
    mention = {"type": "Mention", "href": quick.urls.actor("carla"), "name": "@carla"}
    note = siege.note(bruno, to=[quick.urls.actor("amina")], cc=[], tag=mention)
    await quick.accept(siege, siege.create(note), by=bruno)
    assert await quick.db.read(post_rows.mentioned, (await the_post(quick)).id) == [quick.id("amina")]


async def test_an_answer_to_a_post_here_is_kept_below_it(station: Station, siege: Neighbour, bruno: Somebody) -> None:
    await station.person("amina")
    question = await station.say("amina", "Who has the key?")
    asked = await station.db.read(post_rows.by_id, question)
    assert asked is not None
    note = siege.note(bruno, "I have", inReplyTo=asked.uri)
    assert await station.accept(siege, siege.create(note), by=bruno) == ["applied"]
    answer = await station.db.read(post_rows.by_uri, note["id"])
    assert answer is not None and answer.parent_id == question


async def test_a_public_post_of_a_node_that_is_followed_is_kept_and_nothing_else_of_it(
    station: Station, siege: Neighbour, bruno: Somebody
) -> None:
    siege.node()
    await station.federation.greeting.greet_all()
    await station.run_jobs()
    public = siege.note(bruno, "For all")
    quiet = siege.note(bruno, "Quiet", to=[bruno.followers], cc=[PUBLIC])
    closed = siege.note(bruno, "Closed", to=[bruno.followers], cc=[])
    states = await station.accept(siege, *(siege.create(note) for note in (public, quiet, closed)), by=bruno)
    assert states == ["applied", "unrelated", "unrelated"]
    assert (await the_post(station)).uri == public["id"]


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"id": "https://evil.example/1"}, id="an id of another origin"),
        pytest.param({"attributedTo": "{siege}/users/eve"}, id="another author"),
        pytest.param({"id": None}, id="no id"),
    ],
)
@pytest.mark.parametrize("kind", ["Create", "Update"])
async def test_what_an_actor_embeds_and_does_not_own_is_refused(
    quick: Station, siege: Neighbour, bruno: Somebody, kind: str, change: dict[str, Any]
) -> None:
    await followed(quick, siege, bruno)
    said = {key: value and value.format(siege=siege.url("")) for key, value in change.items()}
    activity = siege.about(kind, bruno.id, {**siege.note(bruno), **said})
    assert await quick.accept(siege, activity, by=bruno) == ["refused"]
    assert await quick.posts() == []


async def test_a_post_that_is_only_named_is_fetched_from_its_own_id(
    station: Station, siege: Neighbour, bruno: Somebody
) -> None:
    await followed(station, siege, bruno)
    note = siege.note(bruno)
    activity = siege.about("Create", bruno.id, note["id"])
    assert await station.accept(siege, activity, by=bruno) == ["applied"]
    assert (await the_post(station)).uri == note["id"]


@pytest.mark.parametrize("wrong", ["type", "author", "id"])
async def test_a_named_post_that_cannot_be_believed_is_not_kept(
    quick: Station, siege: Neighbour, bruno: Somebody, wrong: str
) -> None:
    await followed(quick, siege, bruno)
    eve = siege.person("eve")
    note = siege.note(eve if wrong == "author" else bruno, serve=False)
    path = note["id"].removeprefix(siege.url(""))
    if wrong == "type":
        siege.document(path, note, content_type="application/json")
    else:
        siege.document(path, {**note, "id": siege.url("/other")} if wrong == "id" else note)
    state = await quick.accept(siege, siege.about("Create", bruno.id, note["id"]), by=bruno)
    assert state[0] in ("refused", "unrelated")
    assert await quick.posts() == []


async def test_an_uri_belongs_to_its_first_author(quick: Station, siege: Neighbour, bruno: Somebody) -> None:
    await followed(quick, siege, bruno)
    eve = siege.person("eve", key=1)
    note = siege.note(bruno)
    await quick.accept(siege, siege.create(note), by=bruno)
    stolen = {**siege.create({**note, "attributedTo": eve.id}), "id": f"{eve.id}#create"}
    assert await quick.accept(siege, stolen, by=eve) == ["refused"]
    assert await quick.accept(siege, {**siege.delete(note), "actor": eve.id, "id": f"{eve.id}#1"}, by=eve) == [
        "refused"
    ]
    assert (await the_post(quick)).uri == note["id"]


async def test_a_delete_of_another_origin_is_refused(quick: Station, siege: Neighbour, bruno: Somebody) -> None:
    activity = siege.about("Delete", bruno.id, "https://elsewhere.example/notes/1")
    assert await quick.accept(siege, activity, by=bruno) == ["refused"]


async def test_an_actor_cannot_delete_another_one(quick: Station, siege: Neighbour, bruno: Somebody) -> None:
    eve = siege.person("eve", key=1)
    await quick.accept(siege, siege.about("Like", eve.id, "https://x.example/1"), by=eve)
    assert await quick.accept(siege, siege.about("Delete", bruno.id, eve.id), by=bruno) == ["refused"]


async def test_an_actor_who_ends_is_gone_with_all_that_was_said(
    station: Station, siege: Neighbour, bruno: Somebody
) -> None:
    await followed(station, siege, bruno)
    note = siege.note(bruno)
    await station.accept(siege, siege.create(note), by=bruno)
    end = siege.about("Delete", bruno.id, bruno.id)
    assert await station.accept(siege, end, by=bruno) == ["applied"]
    assert await station.posts() == []
    row = await station.by_uri(bruno.id)
    assert row is not None and row.deleted_at is not None
    station.federation.signers.forget(bruno.key.id)
    # What comes late is answered and changes nothing.
    await station.take(siege, siege.create(siege.note(bruno)), bruno)
    await station.work()
    assert await station.posts() == []


async def test_who_is_named_is_got_to_know_unless_a_stranger(
    station: Station, siege: Neighbour, bruno: Somebody
) -> None:
    await followed(station, siege, bruno)
    luc = siege.person("luc", key=1)
    async with Neighbour("elsewhere.localhost") as elsewhere:
        named = [luc.id, elsewhere.person("eve").id, siege.url("/users/missing")]
        tags = [{"type": "Mention", "href": href, "name": "@x"} for href in named]
        note = siege.note(bruno, cc=[bruno.followers, *named], tag=tags)
        assert await station.accept(siege, siege.create(note), by=bruno) == ["applied"]
        assert elsewhere.requests == []
    row = await station.by_uri(luc.id)
    assert row is not None
    assert await station.db.read(post_rows.mentioned, (await the_post(station)).id) == [row.id]


async def test_nobody_ends_a_neighbour_who_is_not_known_here_yet(
    station: Station, siege: Neighbour, bruno: Somebody
) -> None:
    zoe, amina = siege.person("zoe", key=1), station.urls.actor("amina")
    await followed(station, siege, bruno)
    end = siege.about("Delete", bruno.id, zoe.id)
    await station.accept(siege, end, siege.about("Undo", bruno.id, zoe.id), by=bruno)
    note = siege.note(zoe, "Here I am", to=[PUBLIC, amina])
    assert await station.accept(siege, siege.create(note), by=zoe) == ["applied"]
    assert (await the_post(station)).uri == note["id"]
