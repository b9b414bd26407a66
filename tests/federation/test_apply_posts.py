"""Create, Update and Delete as they arrive: what is kept, for whom, and the same end in every order."""

import itertools
from typing import Any

import pytest

from social import reading
from social.clock import DAY, HOUR, iso
from social.errors import NotFound
from social.feeds import notifications, timelines
from social.paging import FIRST
from social.policy import Viewer
from social.posts import edit
from storage import media, tombstones
from storage import posts as post_rows
from storage.ids import Millis
from storage.posts import PostRow
from storage.visibility import Visibility
from tests.faults import every_statement_fails_once
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


ORDERS = list(itertools.permutations(["create", "first", "second", "delete"]))


@pytest.mark.parametrize("order", ORDERS, ids=["-".join(order) for order in ORDERS])
async def test_every_order_of_create_updates_and_delete_ends_with_nothing(
    quick: Station, siege: Neighbour, bruno: Somebody, order: tuple[str, ...]
) -> None:
    await followed(quick, siege, bruno)
    await _in_order(quick, siege, bruno, order)
    assert await quick.posts() == []
    (note,) = [one for one in [await quick.db.read(tombstones.by_uri, f"{bruno.id}/posts/77")] if one]
    assert note.actor == bruno.id


EDITS = list(itertools.permutations(["create", "first", "second"]))


@pytest.mark.parametrize("order", EDITS, ids=["-".join(order) for order in EDITS])
async def test_every_order_of_create_and_updates_ends_with_the_last_words(
    station: Station, siege: Neighbour, bruno: Somebody, order: tuple[str, ...]
) -> None:
    await followed(station, siege, bruno)
    await _in_order(station, siege, bruno, order)
    post = await the_post(station)
    assert (post.html, post.edited_at) == ("<p>Stops at two</p>", station.clock() - HOUR)
    assert not post.is_history
    assert [
        view.post.id
        for view in await station.db.read(timelines.home, station.viewer("amina"), FIRST, now=station.clock())
    ] == [post.id]


async def _in_order(station: Station, siege: Neighbour, bruno: Somebody, order: tuple[str, ...]) -> None:
    station.clock.pass_by(hours=5)
    note = siege.note(
        bruno, "Stops at noon", id=f"{bruno.id}/posts/77", published=iso(Millis(station.clock() - 3 * HOUR))
    )
    activities = {
        "create": siege.create(note),
        "first": siege.update(note, "Stops at one", Millis(station.clock() - 2 * HOUR)),
        "second": siege.update(note, "Stops at two", Millis(station.clock() - HOUR)),
        "delete": siege.delete(note),
    }
    for name in order:
        await station.accept(siege, activities[name], by=bruno)
        # Once more under another id, as a relay or a retry with a new id would bring it.
        again = {**activities[name], "id": f"{activities[name]['id']}/again"}
        await station.accept(siege, again, by=bruno)


async def test_an_edit_keeps_what_was_said_before(station: Station, siege: Neighbour, bruno: Somebody) -> None:
    await followed(station, siege, bruno)
    note = siege.note(bruno, "Stops at noon")
    await station.accept(siege, siege.create(note), by=bruno)
    station.clock.pass_by(hours=1)
    changed = siege.update(note, "Stops at one", station.clock())
    assert await station.accept(siege, changed, by=bruno) == ["applied"]
    post = await the_post(station)
    history = await station.db.read(edit.history, station.viewer("amina"), post.id)
    assert [former.html for former in history.former] == ["<p>Stops at noon</p>"]


async def test_an_old_post_that_is_edited_comes_as_an_old_one(
    quick: Station, siege: Neighbour, bruno: Somebody
) -> None:
    old = siege.note(bruno, published=iso(Millis(quick.clock() - 30 * DAY)))
    await followed(quick, siege, bruno)
    assert await quick.accept(siege, siege.update(old, "New words", quick.clock()), by=bruno) == ["applied"]
    assert (await the_post(quick)).is_history


async def test_an_update_without_its_time_changes_nothing(quick: Station, siege: Neighbour, bruno: Somebody) -> None:
    await followed(quick, siege, bruno)
    note = siege.note(bruno)
    await quick.accept(siege, siege.create(note), by=bruno)
    changed = siege.about("Update", bruno.id, {**note, "content": "<p>Other</p>"})
    assert await quick.accept(siege, changed, by=bruno) == ["already"]


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


@pytest.mark.parametrize(
    ("said", "title", "html"),
    [
        pytest.param(
            {"type": "Article", "name": "Safety", "content": "<p>Wear a helmet</p>", "summary": "In short"},
            "Safety",
            "<p>Wear a helmet</p>",
            id="article",
        ),
        pytest.param(
            {
                "type": "Event",
                "name": "Match",
                "content": "",
                "summary": "<p>Come</p>",
                "startTime": "2026-12-01T18:00:00Z",
                "location": {"type": "Place", "name": "Stade"},
            },
            "Match",
            "<p>2026-12-01 18:00 UTC, Stade</p><p>Come</p>",
            id="event",
        ),
        pytest.param(
            {
                "type": "Question",
                "content": "<p>Lunch?</p>",
                "oneOf": [{"type": "Note", "name": "Soup"}, {"type": "Note", "name": "<b>Rice</b>"}],
            },
            "",
            "<p>Lunch?</p><ul><li>Soup</li><li>Rice</li></ul>",
            id="poll",
        ),
    ],
)
async def test_what_is_no_note_becomes_title_text_and_link(
    quick: Station, siege: Neighbour, bruno: Somebody, said: dict[str, Any], title: str, html: str
) -> None:
    await followed(quick, siege, bruno)
    page = siege.url("/@bruno/1")
    note = siege.note(bruno, **said, url=page)
    assert await quick.accept(siege, siege.create(note), by=bruno) == ["applied"]
    post = await the_post(quick)
    assert (post.title, post.kind, post.url) == (title, said["type"], page)
    assert post.html.startswith(html) and f'href="{page}"' in post.html


async def test_a_file_that_is_no_picture_becomes_a_link(quick: Station, siege: Neighbour, bruno: Somebody) -> None:
    await followed(quick, siege, bruno)
    film = {"type": "Document", "mediaType": "video/mp4", "url": siege.url("/f.mp4"), "name": "The press at work"}
    await quick.accept(siege, siege.create(siege.note(bruno, attachment=[film])), by=bruno)
    post = await the_post(quick)
    assert f'<a href="{siege.url("/f.mp4")}"' in post.html and "The press at work" in post.html
    assert await quick.db.read(media.of_posts, [post.id]) == []


@pytest.mark.parametrize(
    "kind", ["EmojiReact", "Dislike", "Flag", "Move", "Add", "Remove", "Arrive", "Undo/Dislike", "vote", "votes"]
)
async def test_what_this_version_does_not_know_is_kept_as_unsupported(
    quick: Station, siege: Neighbour, bruno: Somebody, kind: str
) -> None:
    vote = {**siege.note(bruno), "content": None, "name": "Soup", "inReplyTo": "https://x.example/1"}
    made = {
        "vote": siege.about("Create", bruno.id, vote),
        "votes": siege.about("Create", bruno.id, [vote, vote]),
        "Undo/Dislike": siege.about("Undo", bruno.id, siege.about("Dislike", bruno.id, bruno.id)),
    }
    activity = made.get(kind) or siege.about(kind, bruno.id, bruno.id)
    assert await quick.accept(siege, activity, by=bruno) == ["unsupported"]


async def test_a_poisoned_activity_costs_itself_and_nobody_else(
    station: Station, siege: Neighbour, bruno: Somebody, monkeypatch: pytest.MonkeyPatch
) -> None:
    await followed(station, siege, bruno)
    receive = post_rows.insert

    def insert(tx: Any, row: PostRow) -> bool:
        if "poison" in row.html:
            raise ZeroDivisionError("a fault of ours")
        return receive(tx, row)

    monkeypatch.setattr(post_rows, "insert", insert)
    notes = [siege.note(bruno, "one"), siege.note(bruno, "poison"), siege.note(bruno, "two")]
    states = await station.accept(siege, *map(siege.create, notes), by=bruno)
    assert states == ["applied", "waiting", "applied"]
    for _ in range(8):
        station.clock.pass_by(days=2)
        await station.work()
    (failed,) = [row for row in await station.received() if row.state == "failed"]
    assert "a fault of ours" in failed.error
    assert len(await station.posts()) == 2


async def test_receiving_survives_the_failure_of_each_statement(
    station: Station, siege: Neighbour, bruno: Somebody
) -> None:
    await followed(station, siege, bruno)
    amina = station.urls.actor("amina")
    note = siege.note(
        bruno,
        cc=[bruno.followers, amina],
        tag=[{"type": "Mention", "href": amina, "name": "@amina"}, {"type": "Hashtag", "name": "#panne"}],
        attachment=[{"type": "Document", "mediaType": "image/png", "url": siege.url("/a.png")}],
        inReplyTo=siege.url("/users/bruno/posts/missing"),
    )
    assert (await station.take(siege, siege.create(note), bruno)).status == 202

    async def check() -> None:
        posts = await station.posts()
        states = [row.state for row in await station.received() if row.kind == "Create/Note"]
        assert (len(posts), states) in ((0, ["waiting"]), (1, ["applied"]))
        for post in posts:
            assert len(await station.db.read(media.of_posts, [post.id])) == 1
        station.clock.pass_by(days=2)

    await every_statement_fails_once(station.db, station.federation.inbox.settle, check)
    await station.settle()
    assert len(await station.posts()) == 1
    viewer: Viewer = station.viewer("amina")
    found = await station.db.read(notifications.notifications, viewer, FIRST, now=station.clock())
    assert [one.kind for one in found] == ["mention"]
