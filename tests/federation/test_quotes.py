"""Quotes between nodes (FEP-044f): asked for, stamped, looked at by third parties, taken back."""

from typing import Any

import pytest

from social.clock import SECOND, iso
from social.errors import Forbidden
from social.feeds import notifications
from social.paging import FIRST
from social.posts import quotes
from social.posts.policies import Choice
from storage import posts as post_rows
from storage import quotes as rows
from storage.ids import Millis, PostId
from storage.posts import PostRow
from storage.quotes import QuoteRow
from tests.federation.neighbour import PUBLIC, Neighbour, Somebody
from tests.federation.station import Station
from tests.federation.test_apply_posts import followed
from tests.federation.test_outgoing import bodies


async def post(station: Station, uri: str) -> PostRow:
    found = await station.db.read(post_rows.by_uri, uri)
    assert found is not None
    return found


async def quote(station: Station, uri: str) -> QuoteRow:
    found = await station.db.read(rows.of_post, (await post(station, uri)).id)
    assert found is not None
    return found


async def state(station: Station, uri: str) -> str:
    return str((await quote(station, uri)).state)


async def said_by_amina(station: Station, **draft: Any) -> PostRow:
    await station.person("amina")
    id = await station.say("amina", "Line 3 stops", **draft)
    await station.settle()
    found = await station.db.read(post_rows.by_id, id)
    assert found is not None
    return found


def quoting(siege: Neighbour, by: Somebody, quoted: str, **said: Any) -> dict[str, Any]:
    return siege.note(by, "Look", quote=quoted, **said)


def request(siege: Neighbour, note: dict[str, Any], *, bare: bool = False) -> dict[str, Any]:
    instrument = note["id"] if bare else note
    return siege.about(
        "QuoteRequest", note["attributedTo"], note["quote"], id=f"{note['id']}#quote", instrument=instrument
    )


async def known(station: Station, who: Somebody) -> None:
    assert await station.federation.remote.account_by_url(who.id) is not None


@pytest.mark.parametrize("bare", [False, True], ids=["the whole post", "its id"])
async def test_a_request_is_answered_by_a_stamp_that_everybody_may_look_at(
    station: Station, siege: Neighbour, bruno: Somebody, bare: bool
) -> None:
    quoted = await said_by_amina(station)
    note = quoting(siege, bruno, quoted.uri)
    assert await station.accept(siege, request(siege, note, bare=bare), by=bruno) == ["applied"]
    (answer,) = [one for one in await bodies(station) if one["type"] == "Accept"]
    assert answer["object"]["type"] == "QuoteRequest"
    assert (answer["object"]["id"], answer["object"]["instrument"]) == (f"{note['id']}#quote", note["id"])
    stamp = answer["result"]
    shown = await station.show(siege, stamp.removeprefix(f"http://{station.host}"), bruno.key)
    assert shown.status == 200
    said = shown.json()
    assert said["type"] == "QuoteAuthorization"
    assert (said["id"], said["attributedTo"]) == (stamp, station.urls.actor("amina"))
    assert (said["interactingObject"], said["interactionTarget"]) == (note["id"], quoted.uri)
    assert await state(station, note["id"]) == "accepted"
    (told,) = await station.db.read(notifications.notifications, station.viewer("amina"), FIRST, now=station.clock())
    assert told.kind == "quote"
    assert (await post(station, quoted.uri)).quotes_count == 1
    # Asked once more, the answer is the same stamp.
    again = {**request(siege, note, bare=bare), "id": f"{note['id']}#again"}
    assert await station.accept(siege, again, by=bruno) == ["applied"]
    (answer,) = [one for one in await bodies(station) if one["type"] == "Accept"]
    assert answer["result"] == stamp
    assert (await post(station, quoted.uri)).quotes_count == 1


async def test_whom_the_policy_does_not_let_quote_is_refused(
    station: Station, siege: Neighbour, bruno: Somebody
) -> None:
    quoted = await said_by_amina(station, quote_policy=Choice.FOLLOWERS)
    note = quoting(siege, bruno, quoted.uri)
    assert await station.accept(siege, request(siege, note), by=bruno) == ["applied"]
    (answer,) = [one for one in await bodies(station) if one["type"] == "Reject"]
    assert "result" not in answer
    assert await state(station, note["id"]) == "rejected"
    follow = siege.about("Follow", bruno.id, station.urls.actor("amina"))
    await station.accept(siege, follow, by=bruno)
    other = quoting(siege, bruno, quoted.uri)
    assert await station.accept(siege, request(siege, other), by=bruno) == ["applied"]
    assert [one["type"] for one in await bodies(station) if one["type"] != "Create"][-1] == "Accept"


async def test_a_post_here_asks_and_is_told_again_with_its_stamp(
    station: Station, siege: Neighbour, bruno: Somebody
) -> None:
    note = siege.note(bruno, interactionPolicy={"canQuote": {"automaticApproval": [PUBLIC]}})
    await followed(station, siege, bruno)
    await station.accept(siege, siege.create(note), by=bruno)
    await bodies(station)
    id = await station.say("amina", "Look", quoted=(await post(station, note["id"])).id)
    asked = {one["type"]: one for one in await bodies(station)}
    ask = asked["QuoteRequest"]
    uri = station.urls.post_uri("amina", id)
    assert (ask["object"], ask["actor"], ask["instrument"]["id"]) == (note["id"], station.urls.actor("amina"), uri)
    assert ask["instrument"]["quote"] == ask["instrument"]["quoteUri"] == note["id"]
    assert "quoteAuthorization" not in ask["instrument"]
    assert 'class="quote-inline"' in ask["instrument"]["content"]
    assert await state(station, uri) == "pending"
    stamp = siege.url("/stamps/1")
    accept = siege.about("Accept", bruno.id, {"type": "QuoteRequest", **ask, "instrument": uri}, result=stamp)
    assert await station.accept(siege, accept, by=bruno) == ["applied"]
    assert await state(station, uri) == "accepted"
    (update,) = await bodies(station)
    assert (update["type"], update["object"]["quoteAuthorization"]) == ("Update", stamp)
    assert "updated" not in update["object"]
    assert await station.accept(siege, {**accept, "id": f"{accept['id']}2"}, by=bruno) == ["already"]
    gone = siege.about("Delete", bruno.id, {"id": stamp, "type": "QuoteAuthorization"})
    assert await station.accept(siege, gone, by=bruno) == ["applied"]
    assert await state(station, uri) == "revoked"
    (update,) = await bodies(station)
    assert update["type"] == "Update" and "quoteAuthorization" not in update["object"]
    assert await station.accept(siege, {**accept, "id": f"{accept['id']}3"}, by=bruno) == ["already"]
    assert await state(station, uri) == "revoked"


async def test_an_answer_may_name_the_request_by_its_id_and_may_be_no(
    station: Station, siege: Neighbour, bruno: Somebody
) -> None:
    note = siege.note(bruno, interactionPolicy={"canQuote": {"manualApproval": [PUBLIC]}})
    await followed(station, siege, bruno)
    await station.accept(siege, siege.create(note), by=bruno)
    uris = []
    for _ in range(2):
        id = await station.say("amina", "Look", quoted=(await post(station, note["id"])).id)
        uris.append(station.urls.post_uri("amina", id))
    first, second = (f"{uri}#quote" for uri in uris)
    accept = siege.about("Accept", bruno.id, first, result=siege.url("/stamps/1"))
    assert await station.accept(siege, accept, siege.about("Reject", bruno.id, second), by=bruno) == ["applied"] * 2
    assert [await state(station, uri) for uri in uris] == ["accepted", "rejected"]
    assert await station.accept(siege, siege.about("Reject", bruno.id, first), by=bruno) == ["applied"]
    assert await state(station, uris[0]) == "revoked"


async def test_what_its_author_does_not_let_be_quoted_is_not(
    station: Station, siege: Neighbour, bruno: Somebody
) -> None:
    await followed(station, siege, bruno)
    policies: list[dict[str, Any]] = [
        {},
        {"interactionPolicy": {"canQuote": {"automaticApproval": [bruno.id]}}},
        {"interactionPolicy": {"canQuote": {"automaticApproval": [f"{bruno.id}/following"]}}},
        {"interactionPolicy": {"canLike": {"always": [PUBLIC]}}},
    ]
    for policy in policies:
        note = siege.note(bruno, **policy)
        await station.accept(siege, siege.create(note), by=bruno)
        with pytest.raises(Forbidden):
            await station.say("amina", "Look", quoted=(await post(station, note["id"])).id)


@pytest.mark.parametrize(
    ("policy", "kept"),
    [
        pytest.param({}, "", id="none"),
        pytest.param({"canQuote": {"automaticApproval": [PUBLIC]}}, "quote=public/", id="everybody"),
        pytest.param({"canQuote": {"automaticApproval": PUBLIC}}, "quote=public/", id="a single value"),
        pytest.param({"canQuote": {}}, "quote=/", id="nobody"),
        pytest.param(
            {"canQuote": {"automaticApproval": ["F"], "manualApproval": ["A", "https://x.example/list"]}},
            "quote=followers/unsupported_policy",
            id="followers, and others who ask",
        ),
        pytest.param(
            {
                "canLike": {"always": [PUBLIC]},
                "canReply": {"always": ["A", "F"], "approvalRequired": [PUBLIC]},
                "canAnnounce": {"always": ["A"], "approvalRequired": []},
            },
            "boost=/ like=public/ reply=followers/public",
            id="the older words of GoToSocial",
        ),
        pytest.param("everybody", "", id="no object"),
    ],
)
async def test_policies_are_read_as_they_are_written(
    quick: Station, siege: Neighbour, bruno: Somebody, policy: Any, kept: str
) -> None:
    def written(value: Any) -> Any:
        names = {"F": bruno.followers, "A": bruno.id}
        if isinstance(value, dict):
            return {key: written(inner) for key, inner in value.items()}
        return [names.get(one, one) for one in value] if isinstance(value, list) else value

    await followed(quick, siege, bruno)
    note = siege.note(bruno, interactionPolicy=written(policy))
    await quick.accept(siege, siege.create(note), by=bruno)
    assert (await post(quick, note["id"])).interactions == kept


async def test_what_an_author_elsewhere_lets_nobody_do_is_not_done(
    quick: Station, siege: Neighbour, bruno: Somebody
) -> None:
    await followed(quick, siege, bruno)
    shut = {"automaticApproval": [bruno.id], "manualApproval": []}
    policy = {"canLike": shut, "canReply": shut, "canAnnounce": shut}
    note = siege.note(bruno, interactionPolicy=policy)
    asks = siege.note(bruno, interactionPolicy={"canReply": {"always": [bruno.id], "approvalRequired": [PUBLIC]}})
    await quick.accept(siege, siege.create(note), siege.create(asks), by=bruno)
    id = (await post(quick, note["id"])).id
    with pytest.raises(Forbidden):
        await quick.say("amina", "No", parent=id)
    with pytest.raises(Forbidden):
        await quick.like("amina", id)
    with pytest.raises(Forbidden):
        await quick.boost("amina", id)
    await quick.say("amina", "I ask", parent=(await post(quick, asks["id"])).id)


class Third:
    """Bruno quotes luc, both elsewhere; the stamp is luc's to show."""

    def __init__(self, siege: Neighbour, bruno: Somebody) -> None:
        self.siege, self.bruno, self.luc = siege, bruno, siege.person("luc", key=1)
        self.quoted = siege.note(self.luc, "Luc's")
        self.stamp = siege.url("/users/luc/stamps/1")
        self.note = quoting(siege, bruno, self.quoted["id"], quoteAuthorization=self.stamp)

    def shows(self, **said: Any) -> None:
        stamp = {
            "@context": ["https://www.w3.org/ns/activitystreams"],
            "id": self.stamp,
            "type": "QuoteAuthorization",
            "attributedTo": self.luc.id,
            "interactingObject": self.note["id"],
            "interactionTarget": self.quoted["id"],
        }
        self.siege.document("/users/luc/stamps/1", stamp | said)


async def test_a_third_node_looks_at_the_stamp_and_shows_the_quote(
    station: Station, siege: Neighbour, bruno: Somebody
) -> None:
    third = Third(siege, bruno)
    third.shows()
    await followed(station, siege, bruno)
    await station.accept(siege, siege.create(third.note), by=bruno)
    assert await state(station, third.note["id"]) == "pending"
    await station.run_jobs()
    assert await state(station, third.note["id"]) == "accepted"
    assert (await post(station, third.quoted["id"])).quotes_count == 1
    assert (await post(station, third.quoted["id"])).is_history


@pytest.mark.parametrize(
    "said",
    [
        pytest.param({"attributedTo": "http://siege.localhost/users/eve"}, id="of somebody else"),
        pytest.param({"interactingObject": "http://siege.localhost/1"}, id="for another post"),
        pytest.param({"interactionTarget": "http://siege.localhost/1"}, id="of another post"),
        pytest.param({"type": "LikeAuthorization"}, id="of another kind"),
        pytest.param({"interactionTarget": None}, id="without a target"),
    ],
)
async def test_a_stamp_that_says_something_else_counts_for_nothing(
    quick: Station, siege: Neighbour, bruno: Somebody, said: dict[str, Any]
) -> None:
    third = Third(siege, bruno)
    third.shows(**said)
    await followed(quick, siege, bruno)
    await quick.accept(siege, siege.create(third.note), by=bruno)
    await quick.run_jobs()
    assert await state(quick, third.note["id"]) == "pending"
    assert (await post(quick, third.quoted["id"])).quotes_count == 0


async def test_a_stamp_may_come_later_and_go_again(station: Station, siege: Neighbour, bruno: Somebody) -> None:
    third = Third(siege, bruno)
    await followed(station, siege, bruno)
    without = {key: value for key, value in third.note.items() if key != "quoteAuthorization"}
    await station.accept(siege, siege.create(without), by=bruno)
    await station.run_jobs()
    third.shows()
    update = siege.about("Update", bruno.id, third.note)
    assert await station.accept(siege, update, by=bruno) == ["applied"]
    await station.run_jobs()
    assert await state(station, third.note["id"]) == "accepted"
    assert (await post(station, third.note["id"])).edited_at is None
    # The quoting node shows it no more: whether it was taken back is known where it is from.
    await station.accept(siege, siege.about("Update", bruno.id, without), by=bruno)
    await station.run_jobs()
    assert await state(station, third.note["id"]) == "accepted"
    siege.gone("/users/luc/stamps/1")
    await station.accept(siege, siege.about("Update", bruno.id, without), by=bruno)
    await station.run_jobs()
    assert await state(station, third.note["id"]) == "revoked"
    assert (await post(station, third.quoted["id"])).quotes_count == 0


async def test_one_quotes_oneself_without_a_stamp_and_posts_come_in_any_order(
    station: Station, siege: Neighbour, bruno: Somebody
) -> None:
    await followed(station, siege, bruno)
    own = siege.note(bruno, "First")
    note = quoting(siege, bruno, own["id"])
    await station.accept(siege, siege.create(note), by=bruno)
    assert await state(station, note["id"]) == "pending"
    await station.accept(siege, siege.create(own), by=bruno)
    assert await state(station, note["id"]) == "accepted"
    newer = {**note, "content": "<p>No more</p>", "updated": iso(Millis(station.clock() + SECOND))}
    del newer["quote"]
    station.clock.pass_by(seconds=2)
    await station.accept(siege, siege.about("Update", bruno.id, newer), by=bruno)
    assert await station.db.read(rows.of_post, (await post(station, note["id"])).id) is None
    assert (await post(station, own["id"])).quotes_count == 0


@pytest.mark.parametrize("word", ["quoteUri", "quoteUrl", "_misskey_quote"])
async def test_a_quote_in_a_word_without_consent_follows_the_policy_of_what_is_quoted(
    quick: Station, siege: Neighbour, bruno: Somebody, word: str
) -> None:
    await followed(quick, siege, bruno)
    for choice, expected in ((Choice.PUBLIC, "accepted"), (Choice.NOBODY, "pending")):
        quoted = await said_by_amina(quick, quote_policy=choice)
        said: dict[str, Any] = {word: quoted.uri}
        note = siege.note(bruno, "Look", **said)
        await quick.accept(siege, siege.create(note), by=bruno)
        assert await state(quick, note["id"]) == expected


async def test_a_chain_of_quotes_is_followed_two_deep(quick: Station, siege: Neighbour, bruno: Somebody) -> None:
    await followed(quick, siege, bruno)
    chain = [siege.note(bruno, "0")]
    for number in range(1, 8):
        chain.append(quoting(siege, bruno, chain[-1]["id"], content=f"<p>{number}</p>"))
    await quick.accept(siege, siege.create(chain[-1]), by=bruno)
    await quick.run_jobs()
    assert {one.uri for one in await quick.posts()} == {one["id"] for one in chain[-3:]}


async def test_a_deleted_post_is_quoted_no_longer(station: Station, siege: Neighbour, bruno: Somebody) -> None:
    quoted = await said_by_amina(station)
    note = quoting(siege, bruno, quoted.uri)
    await station.accept(siege, request(siege, note), by=bruno)
    assert await station.accept(siege, siege.delete(note), by=bruno) == ["applied"]
    assert (await post(station, quoted.uri)).quotes_count == 0


async def test_an_author_here_takes_back_the_stamp(station: Station, siege: Neighbour, bruno: Somebody) -> None:
    quoted = await said_by_amina(station)
    note = quoting(siege, bruno, quoted.uri)
    await station.accept(siege, request(siege, note), by=bruno)
    stamp = (await quote(station, note["id"])).stamp_uri
    await bodies(station)
    here = (await post(station, note["id"])).id
    await station.db.write(quotes.revoke, station.viewer("amina"), quoted.id, here, now=station.clock())
    (delete,) = await bodies(station)
    assert (delete["type"], delete["object"]["id"], delete["object"]["interactingObject"]) == (
        "Delete", stamp, note["id"],
    )  # fmt: skip
    path = stamp.removeprefix(f"http://{station.host}")
    shown = await station.show(siege, path, bruno.key)
    assert (shown.status, shown.json()["formerType"]) == (410, "QuoteAuthorization")
    assert (await station.show(siege, f"{path}9", bruno.key)).status == 404
    # What was taken back stays so, whatever is asked or shown.
    await station.accept(siege, {**request(siege, note), "id": f"{note['id']}#again"}, by=bruno)
    assert [one["type"] for one in await bodies(station)] == ["Reject"]
    again = {**note, "quoteAuthorization": stamp}
    await station.accept(siege, siege.about("Update", bruno.id, again), by=bruno)
    await station.run_jobs()
    assert await state(station, note["id"]) == "revoked"


async def test_a_policy_is_told_and_is_no_edit(station: Station, siege: Neighbour, bruno: Somebody) -> None:
    quoted = await said_by_amina(station)
    await station.accept(siege, siege.about("Follow", bruno.id, station.urls.actor("amina")), by=bruno)
    await bodies(station)
    amina = station.viewer("amina")
    await station.db.write(quotes.permit, amina, quoted.id, Choice.FOLLOWERS, now=station.clock())
    await station.db.write(quotes.permit, amina, PostId(quoted.id), Choice.FOLLOWERS, now=station.clock())
    (update,) = await bodies(station)
    assert (update["type"], update["object"].get("updated")) == ("Update", None)
    assert update["object"]["interactionPolicy"]["canQuote"]["automaticApproval"] == [station.urls.followers("amina")]
