"""Gatherings between nodes: events as they come and go, Join and Leave as others say them, seats, forged answers."""

from typing import Any

import msgspec
import pytest

from social import reading
from social.clock import DAY, HOUR, iso
from social.feeds import notifications
from social.gatherings import answers, keeping, planning
from social.gatherings.drafts import GatheringDraft
from social.gatherings.times import Every, Repeat
from social.gatherings.views import GatheringView
from social.governance import states
from social.paging import FIRST
from social.posts import edit
from social.posts.publish import Draft
from storage import posts as post_rows
from storage.gatherings import Status
from storage.ids import Millis, PostId
from storage.notifications import Kind
from storage.participations import State
from storage.visibility import Visibility
from tests.federation.neighbour import Neighbour, Somebody
from tests.federation.station import Station
from tests.federation.test_apply_posts import followed, the_post
from tests.federation.test_outgoing import bodies
from tests.world import NOON

START = Millis(NOON + DAY)
MATCH = GatheringDraft(starts_at=START, ends_at=Millis(START + HOUR), timezone="Europe/Paris", place="Pitch 2", seats=1)


def event(siege: Neighbour, by: Somebody, **said: Any) -> dict[str, Any]:
    """A gathering as Mobilizon writes it."""
    fields: dict[str, Any] = {
        "type": "Event",
        "name": "Safety day",
        "actor": by.id,
        "startTime": iso(START),
        "endTime": iso(Millis(START + HOUR)),
        "timezone": "Europe/Madrid",
        "joinMode": "free",
        "maximumAttendeeCapacity": 20,
        "remainingAttendeeCapacity": 18,
        "participantCount": 2,
    }
    return siege.note(by, "Bring gloves.", **(fields | said))


async def held(station: Station, post: PostId, name: str = "amina") -> GatheringView:
    found = await station.db.read(reading.post, station.viewer(name), post)
    assert found.gathering is not None
    return found.gathering


async def answer(station: Station, post: PostId, said: str = "yes", name: str = "amina") -> State:
    return await station.db.write(
        answers.answer, station.viewer(name), post, said, ids=station.ids, urls=station.urls, now=station.clock()
    )


async def test_a_title_of_elsewhere_is_one_line_that_reads_forwards(
    station: Station, siege: Neighbour, bruno: Somebody
) -> None:
    """It becomes the subject of letters, which take no other."""
    await followed(station, siege, bruno)
    name = "<p>Safety\u2028day</p><p>Bcc: x\u202e@example.org</p>"
    await station.accept(siege, siege.create(event(siege, bruno, name=name)), by=bruno)
    assert (await the_post(station)).title == "Safety day Bcc: x@example.org"


async def theirs(station: Station, siege: Neighbour, bruno: Somebody, **said: Any) -> tuple[PostId, str]:
    """A gathering of bruno's that amina asked to come to, and the id of her Join."""
    await followed(station, siege, bruno)
    await station.accept(siege, siege.create(event(siege, bruno, **said)), by=bruno)
    post = (await the_post(station)).id
    await bodies(station)
    assert await answer(station, post) is State.ASKED
    (join,) = await bodies(station)
    assert (join["type"], join["object"], join["to"]) == ("Join", (await the_post(station)).uri, [bruno.id])
    return post, join["id"]


async def ours(station: Station, siege: Neighbour, bruno: Somebody, **said: Any) -> tuple[PostId, str]:
    """A gathering of amina's with one seat, and its id on the wire."""
    if not await station.posts():
        await followed(station, siege, bruno)
    draft = msgspec.structs.replace(MATCH, **said.pop("gathering", {}))
    post = await station.say("amina", "Bring boots.", title="Football", gathering=draft, **said)
    row = (await station.db.read(reading.post, station.viewer("amina"), post)).post
    await bodies(station)
    return post, row.uri


async def told(station: Station, name: str = "amina") -> list[str]:
    found = await station.db.read(notifications.notifications, station.viewer(name), FIRST, now=station.clock())
    return [one.subject.split(":")[1] for one in found if one.subject.startswith("gathering:")]


async def test_an_event_goes_out_in_the_words_of_mobilizon_and_of_fep_8a8e_with_a_summary_for_others(
    quick: Station, siege: Neighbour, bruno: Somebody
) -> None:
    await followed(quick, siege, bruno)
    mention = f"For @bruno@{siege.authority}"
    draft = msgspec.structs.replace(MATCH, link="https://meet.example/1")
    await quick.say("amina", mention, title="Football", gathering=draft, language="fr")
    (created,) = [one for one in await bodies(quick) if one["type"] == "Create"]
    said = created["object"]
    assert (said["type"], said["name"], said["actor"]) == ("Event", "Football", said["attributedTo"])
    assert (said["startTime"], said["endTime"]) == (iso(START), iso(Millis(START + HOUR)))
    assert (said["timezone"], said["joinMode"], said["ical:status"]) == ("Europe/Paris", "free", "CONFIRMED")
    assert said["eventStatus"] == "EventScheduled"
    assert said["location"] == {"type": "Place", "name": "Pitch 2"}, "Mobilizon takes one place"
    website = {"type": "Link", "mediaType": "text/html", "name": "Website", "href": "https://meet.example/1"}
    assert (said["attachment"], said["isOnline"], said["onlineAddress"]) == ([website], True, website["href"])
    assert said["summary"] == "2026-11-25 13:00 – 14:00 (Europe/Paris), Pitch 2, https://meet.example/1"
    assert (said["maximumAttendeeCapacity"], said["remainingAttendeeCapacity"]) == (1, 1)
    assert said["attendees"]["totalItems"] == 0
    terms = {name for part in created["@context"] if isinstance(part, dict) for name in part}
    assert {"organizers", "joinMode", "eventStatus", "ical"} <= terms


async def test_joins_get_the_seat_the_queue_and_the_seat_that_is_free_again(
    station: Station, siege: Neighbour, bruno: Somebody
) -> None:
    post, uri = await ours(station, siege, bruno)
    zoe = siege.person("zoe")
    first, second = siege.about("Join", bruno.id, uri), siege.about("Join", zoe.id, uri)
    assert await station.accept(siege, first, by=bruno) == ["applied"]
    assert await station.accept(siege, second, by=zoe) == ["applied"]
    said = [(one["type"], one["object"]["id"], one["to"]) for one in await bodies(station)]
    assert said == [("Accept", first["id"], [bruno.id]), ("TentativeAccept", second["id"], [zoe.id])]
    again = siege.about("Join", bruno.id, uri)
    assert await station.accept(siege, again, by=bruno) == ["already"]
    (same,) = await bodies(station)
    assert (same["type"], same["object"]["id"]) == ("Accept", again["id"])
    view = await held(station, post)
    assert (view.going, view.waiting, view.left) == (1, 1, 0)
    assert await station.accept(siege, siege.about("Leave", bruno.id, uri), by=bruno) == ["applied"]
    (moved,) = await bodies(station)
    assert (moved["type"], moved["object"]["id"]) == ("Accept", second["id"])
    assert await station.accept(siege, siege.about("Leave", bruno.id, uri), by=bruno) == ["applied"]
    names = await station.db.read(answers.people, station.viewer("amina"), post)
    assert [one.account.username for one in names.going] == ["zoe"]


async def test_other_words_for_yes_maybe_and_no_are_understood(
    quick: Station, siege: Neighbour, bruno: Somebody
) -> None:
    post, uri = await ours(quick, siege, bruno)

    async def after(kind: str, of: object = uri) -> tuple[int, int]:
        outcome = await quick.accept(siege, siege.about(kind, bruno.id, of), by=bruno)
        assert outcome == ["applied"], kind
        view = await held(quick, post)
        return view.going, view.maybe

    assert await after("Accept") == (1, 0)
    assert await after("TentativeAccept") == (0, 1)
    assert await after("Reject") == (0, 0)
    join = siege.about("Join", bruno.id, uri)
    assert await quick.accept(siege, join, by=bruno) == ["applied"]
    assert await after("Undo", join) == (0, 0)
    assert await quick.accept(siege, siege.about("Leave", bruno.id, uri), by=bruno) == ["applied"]
    stranger = siege.person("zoe")
    assert await quick.accept(siege, siege.about("Leave", stranger.id, uri), by=stranger) == ["already"]


async def test_a_join_to_what_is_not_for_them_is_called_off_or_is_nothing_gets_no_seat(
    quick: Station, siege: Neighbour, bruno: Somebody
) -> None:
    zoe = siege.person("zoe")
    post, closed = await ours(quick, siege, bruno, visibility=Visibility.FOLLOWERS)
    assert await quick.accept(siege, siege.about("Join", zoe.id, closed), by=zoe) == ["unrelated"]
    assert (await held(quick, post)).going == 0
    nothing = siege.about("Join", zoe.id, "https://nowhere.example/1")
    assert await quick.accept(siege, nothing, by=zoe) == ["unrelated"]
    note = await quick.say("amina", "Just words")
    row = (await quick.db.read(reading.post, quick.viewer("amina"), note)).post
    assert await quick.accept(siege, siege.about("Join", zoe.id, row.uri), by=zoe) == ["unrelated"]
    await bodies(quick)
    post, uri = await ours(quick, siege, bruno)
    assert await quick.accept(siege, siege.about("Join", bruno.id, uri), by=bruno) == ["applied"]
    await bodies(quick)
    off = Draft(text="", gathering=msgspec.structs.replace(MATCH, status=Status.CANCELLED))
    await quick.db.write(
        edit.edit, quick.viewer("amina"), post, off, context=quick.context, now=quick.clock.pass_by(minutes=1)
    )
    (update,) = [one for one in await bodies(quick) if one["type"] == "Update"]
    assert (update["object"]["ical:status"], update["object"]["joinMode"]) == ("CANCELLED", "free"), (
        "a word that Mobilizon knows"
    )
    assert update["object"]["summary"].startswith("Cancelled")
    join = siege.about("Join", zoe.id, uri)
    assert await quick.accept(siege, join, by=zoe) == ["applied"]
    (answered,) = await bodies(quick)
    assert (answered["type"], answered["object"]["id"]) == ("Reject", join["id"])


async def test_an_event_of_mobilizon_is_a_gathering_here_and_who_asks_hears_of_the_answer(
    quick: Station, siege: Neighbour, bruno: Somebody
) -> None:
    post, join = await theirs(quick, siege, bruno)
    view = await held(quick, post)
    assert (view.going, view.left, view.gathering.timezone, view.mine) == (2, 18, "Europe/Madrid", State.ASKED)
    (found,) = [one for one in await quick.posts() if one.kind == "Event"]
    assert (found.title, found.html) == ("Safety day", "<p>Bring gloves.</p>")
    whole = {"type": "Join", "id": join, "actor": (await quick.row(quick.id("amina"))).uri, "object": found.uri}
    waits = siege.about("TentativeAccept", bruno.id, whole)
    assert await quick.accept(siege, waits, by=bruno) == ["applied"]
    assert ((await held(quick, post)).mine, await told(quick)) == (State.WAITING, ["waiting"])
    assert await quick.accept(siege, siege.about("Accept", bruno.id, whole), by=bruno) == ["applied"]
    assert ((await held(quick, post)).mine, await told(quick)) == (State.GOING, ["going", "waiting"])
    assert await quick.accept(siege, siege.about("Accept", bruno.id, join), by=bruno) == ["already"]
    assert await quick.accept(siege, siege.about("Reject", bruno.id, join), by=bruno) == ["applied"]
    assert (await held(quick, post)).mine is State.REFUSED


async def test_maybe_and_no_give_the_seat_back_there(quick: Station, siege: Neighbour, bruno: Somebody) -> None:
    post, _ = await theirs(quick, siege, bruno)
    await answer(quick, post, "maybe")
    assert [one["type"] for one in await bodies(quick)] == ["Leave", "TentativeAccept"]
    quick.clock.pass_by(seconds=1)
    await answer(quick, post, "no")
    assert [one["type"] for one in await bodies(quick)] == ["Leave"]


async def test_a_forged_accept_seats_nobody(quick: Station, siege: Neighbour, bruno: Somebody) -> None:
    post, join = await theirs(quick, siege, bruno)
    eve = siege.person("eve")
    (found,) = [one for one in await quick.posts() if one.kind == "Event"]
    amina = (await quick.row(quick.id("amina"))).uri
    whole = {"type": "Join", "id": join, "actor": amina, "object": found.uri}
    for object in (join, whole, whole | {"object": "https://other.example/events/1"}):
        assert await quick.accept(siege, siege.about("Accept", eve.id, object), by=eve) == ["refused"]
    other = whole | {"actor": bruno.id, "id": siege.about("Join", bruno.id, found.uri)["id"]}
    assert await quick.accept(siege, siege.about("Accept", bruno.id, other), by=bruno) == ["refused"]
    invented = whole | {"id": amina + "#joins/0", "object": found.uri + "x"}
    assert await quick.accept(siege, siege.about("Accept", bruno.id, invented), by=bruno) == ["unrelated"]
    assert (await held(quick, post)).mine is State.ASKED


async def test_numbers_come_without_an_edit_and_older_ones_change_nothing(
    quick: Station, siege: Neighbour, bruno: Somebody
) -> None:
    await followed(quick, siege, bruno)
    said = event(siege, bruno)
    await quick.accept(siege, siege.create(said), by=bruno)
    post = (await the_post(quick)).id

    async def numbers(count: int, at: int) -> tuple[str, int]:
        update = siege.about(
            "Update", bruno.id, said | {"participantCount": count, "remainingAttendeeCapacity": 20 - count}
        )
        (outcome,) = await quick.accept(siege, update | {"published": iso(Millis(NOON + at))}, by=bruno)
        return outcome, (await held(quick, post)).going

    quick.clock.pass_by(minutes=5)
    assert await numbers(5, 2_000) == ("applied", 5)
    assert await numbers(3, 1_000) == ("already", 5)
    found = await quick.db.read(reading.post, quick.viewer("amina"), post)
    assert found.post.edited_at is None


async def test_a_newer_version_moves_it_and_tells_who_comes(quick: Station, siege: Neighbour, bruno: Somebody) -> None:
    await followed(quick, siege, bruno)
    said = event(siege, bruno)
    await quick.accept(siege, siege.create(said), by=bruno)
    post = (await the_post(quick)).id
    await answer(quick, post)
    quick.clock.pass_by(minutes=5)
    moved = said | {"startTime": iso(Millis(START + HOUR)), "endTime": None, "updated": iso(quick.clock())}
    assert await quick.accept(siege, siege.about("Update", bruno.id, moved), by=bruno) == ["applied"]
    view = await held(quick, post)
    assert (view.gathering.starts_at, view.gathering.is_open_end, view.mine) == (START + HOUR, True, State.ASKED)
    assert await told(quick) == ["changed"]


async def test_how_many_come_can_be_asked_and_who_cannot(station: Station, siege: Neighbour, bruno: Somebody) -> None:
    _, uri = await ours(station, siege, bruno)
    await station.accept(siege, siege.about("Join", bruno.id, uri), by=bruno)
    shown = await station.show(siege, uri.partition(station.host)[2] + "/attendees", bruno.key)
    assert (shown.status, shown.json()["totalItems"]) == (200, 1)
    assert bruno.name not in shown.body.decode()


async def test_numbers_of_ours_go_to_whose_people_answered(quick: Station, siege: Neighbour, bruno: Somebody) -> None:
    post, uri = await ours(quick, siege, bruno)
    await quick.accept(siege, siege.about("Join", bruno.id, uri), by=bruno)
    await bodies(quick)
    assert await quick.db.write(keeping.tell_numbers, post, quick.clock())
    (update,) = await bodies(quick)
    assert (update["type"], update["object"]["participantCount"]) == ("Update", 1)
    assert "updated" not in update["object"]
    assert bruno.id not in str(update["object"]["attendees"])


async def test_further_occurrences_come_as_events_of_their_own_and_stand_in_no_feed(
    quick: Station, siege: Neighbour, bruno: Somebody
) -> None:
    await followed(quick, siege, bruno)
    series = f"http://{siege.authority}/series/1"
    for place in (1, 2, 3):
        said = event(siege, bruno, startTime=iso(Millis(START + place * DAY)), series=series, occurrence=place)
        await quick.accept(siege, siege.create(said), by=bruno)
    kept = [one for one in await quick.posts() if one.kind == "Event"]
    assert [(one.is_history, (await held(quick, one.id)).gathering.occurrence) for one in kept] == [
        (False, 1),
        (True, 2),
        (True, 3),
    ]


async def test_our_further_occurrences_go_to_the_group_only(quick: Station, siege: Neighbour, bruno: Somebody) -> None:
    await followed(quick, siege, bruno)
    weekly = msgspec.structs.replace(MATCH, repeat=Repeat(every=Every.WEEK, times=3))
    draft = Draft(text=f"@bruno@{siege.authority}", title="Choir", gathering=weekly)
    await quick.db.write(planning.plan, quick.viewer("amina"), draft, context=quick.context, now=quick.clock())
    sent = [one["object"]["occurrence"] for one in await bodies(quick) if one["type"] == "Create"]
    assert sent == [1]


@pytest.mark.parametrize("junk", ["x" * 5_000, -1, [[]], {"type": "Place"}, None, True])
async def test_no_broken_part_of_an_event_loses_it(
    quick: Station, siege: Neighbour, bruno: Somebody, junk: Any
) -> None:
    await followed(quick, siege, bruno)
    names = ("endTime", "timezone", "location", "joinMode", "maximumAttendeeCapacity", "participantCount", "series")
    said = event(siege, bruno, **dict.fromkeys(names, junk))
    assert await quick.accept(siege, siege.create(said), by=bruno) == ["applied"]
    assert (await held(quick, (await the_post(quick)).id)).gathering.starts_at == START


async def test_whoever_said_yes_elsewhere_is_told_when_the_account_of_who_holds_it_ends(
    quick: Station, siege: Neighbour, bruno: Somebody
) -> None:
    post, uri = await ours(quick, siege, bruno)
    stranger = siege.person("zoe")
    await quick.accept(siege, siege.about("Join", stranger.id, uri), by=stranger)
    await bodies(quick)
    await quick.db.write(states.leave, quick.viewer("amina"), now=quick.clock())
    said = [(one["type"], one["object"]) for one in await bodies(quick)]
    actor = quick.urls.actor("amina")
    assert [(kind, about if isinstance(about, str) else about["id"]) for kind, about in said] == [
        ("Delete", uri),
        ("Delete", actor),
    ]
    assert post


async def test_people_here_are_told_when_what_they_come_to_is_deleted_or_its_holder_is_gone(
    quick: Station, siege: Neighbour, bruno: Somebody
) -> None:
    zoe = siege.person("zoe", key=1)
    await theirs(quick, siege, bruno)
    match = event(siege, zoe, name="Match")
    await followed(quick, siege, zoe)
    await quick.accept(siege, siege.create(match), by=zoe)
    held_by_zoe = await quick.db.read(post_rows.by_uri, match["id"])
    assert held_by_zoe is not None
    await answer(quick, held_by_zoe.id)
    assert await quick.accept(siege, siege.delete(match), by=zoe) == ["applied"]
    quick.clock.pass_by(minutes=1)
    siege.gone("/users/bruno")
    assert await quick.accept(siege, siege.about("Delete", bruno.id, bruno.id), by=bruno) == ["applied"]
    found = await quick.db.read(notifications.notifications, quick.viewer("amina"), FIRST, now=quick.clock())
    gone = [one.subject.split(":", 4)[-1] for one in found if one.kind is Kind.GATHERING_GONE]
    assert gone == ["Safety day", "Match"]
