"""What is fetched from other nodes: pasted handles and addresses, threads, old posts, pictures; and what never is."""

from typing import Any

import pytest

from federation import resolver as resolvers
from federation.errors import BadAnswer, NotAllowed, PeerError
from federation.resolver import Budget
from social.clock import HOUR, iso
from social.errors import Unavailable
from social.feeds import threads, timelines
from social.paging import FIRST
from storage import peers
from storage import posts as post_rows
from storage.ids import Millis
from tests.federation.neighbour import Neighbour, Somebody
from tests.federation.station import Station
from tests.federation.test_apply_posts import followed


async def test_somebody_of_a_forum_is_found_by_a_name_with_accents(quick: Station, siege: Neighbour) -> None:
    """NodeBB names people and categories as they are written."""
    helene = siege.person("hélène", serve=False)
    siege.document("/uid/4", {**siege.actor(helene), "id": siege.url("/uid/4"), "publicKey": None})
    handle = siege.handle(helene, actor=siege.url("/uid/4"))
    found = await quick.federation.remote.account_by_handle(f"@{handle}")
    row = await quick.by_uri(siege.url("/uid/4"))
    assert row is not None and (row.id, row.acct) == (found, f"hélène@{siege.authority}")
    asked = [seen.target for seen in siege.requests if seen.path == "/.well-known/webfinger"]
    assert asked and all("acct%3Ah%C3%A9l%C3%A8ne%40" in target for target in asked)


async def test_a_handle_leads_to_an_account_that_is_kept(station: Station, siege: Neighbour, bruno: Somebody) -> None:
    handle = siege.handle(bruno)
    found = await station.federation.remote.account_by_handle(f"@{handle}")
    assert found is not None
    row = await station.row(found)
    assert (row.acct, row.uri) == (handle, bruno.id)
    before = len(siege.requests)
    assert await station.federation.remote.account_by_handle(handle.upper().replace("LOCALHOST", "localhost")) == found
    assert len(siege.requests) == before
    assert all(seen.header("Signature") for seen in siege.requests if seen.path == "/users/bruno")


async def test_a_handle_of_here_is_found_without_asking_anybody(quick: Station) -> None:
    amina = await quick.person("amina")
    assert await quick.federation.remote.account_by_handle(f"amina@{quick.host}") == amina


async def test_a_name_that_leads_to_somebody_of_another_host_is_believed_only_if_they_say_so(
    quick: Station, siege: Neighbour
) -> None:
    async with Neighbour("filiale.localhost") as filiale:
        await quick.db.write(peers.decide, filiale.authority, peers.Policy.ALLOWED, quick.clock())
        carla = filiale.person("carla")
        handle = siege.handle(carla, "boss")
        assert await quick.federation.remote.account_by_handle(handle) is None
        filiale.person("carla", webfinger=f"boss@{siege.authority}")
        assert await quick.federation.remote.account_by_handle(handle) is not None


@pytest.mark.parametrize("handle", ["", "amina", "@@", "a@10.0.0.1", "a@b@c", "eve@elsewhere.localhost:1"])
async def test_what_is_no_handle_and_who_is_a_stranger_are_nobody(quick: Station, handle: str) -> None:
    assert await quick.federation.remote.account_by_handle(handle) is None


async def test_nobody_is_behind_a_handle_whose_node_does_not_answer(quick: Station, siege: Neighbour) -> None:
    assert await quick.federation.remote.account_by_handle(f"luc@{siege.authority}") is None


@pytest.mark.parametrize("form", ["id", "page"])
async def test_a_pasted_address_leads_to_an_account(
    station: Station, siege: Neighbour, bruno: Somebody, form: str
) -> None:
    siege.redirect("/@bruno", bruno.id)
    url = bruno.id if form == "id" else siege.url("/@bruno")
    found = await station.federation.remote.account_by_url(url)
    assert found is not None and (await station.row(found)).uri == bruno.id
    assert await station.federation.remote.post_by_url(url) is None


async def test_a_pasted_address_leads_to_a_post_with_its_thread(
    station: Station, siege: Neighbour, bruno: Somebody
) -> None:
    await station.person("amina")
    luc = siege.person("luc", key=1)
    root = siege.note(luc, "Who has the key?")
    middle = siege.note(bruno, "Not I", inReplyTo=root["id"])
    last = siege.note(luc, "Then who?", inReplyTo=middle["id"])
    found = await station.federation.remote.post_by_url(last["id"])
    assert found is not None
    thread = await station.db.read(threads.thread, station.viewer("amina"), found)
    assert [view.post.uri for view in (*thread.ancestors, thread.post)] == [root["id"], middle["id"], last["id"]]
    assert all(view.post.is_history for view in thread.ancestors)
    asked = len(siege.requests)
    assert await station.federation.remote.post_by_url(last["id"]) == found
    assert await station.federation.remote.account_by_url(last["id"]) is None
    assert len([seen for seen in siege.requests[asked:] if seen.path != last["id"].removeprefix(siege.url(""))]) == 0


async def test_a_private_post_is_not_kept_for_nobody(quick: Station, siege: Neighbour, bruno: Somebody) -> None:
    note = siege.note(bruno, to=[bruno.followers], cc=[])
    assert await quick.federation.remote.post_by_url(note["id"]) is None
    assert await quick.posts() == []


@pytest.mark.parametrize(
    "url",
    [
        "http://10.0.0.1/users/a",
        "http://127.0.0.1/users/a",
        "http://[::1]/users/a",
        "http://user@siege.localhost/a",
        "file:///etc/passwd",
        "http://elsewhere.localhost:9/users/a",
        "https://example.org/users/a",
        "nonsense",
        "",
    ],
)
async def test_a_private_address_and_a_stranger_are_never_asked(quick: Station, siege: Neighbour, url: str) -> None:
    assert await quick.federation.remote.account_by_url(url) is None
    assert await quick.federation.remote.post_by_url(url) is None
    with pytest.raises(NotAllowed):
        await quick.federation.resolver.document(url, Budget())


async def test_a_redirection_to_a_stranger_brings_nothing(quick: Station, siege: Neighbour) -> None:
    async with Neighbour("elsewhere.localhost") as elsewhere:
        eve = elsewhere.person("eve")
        siege.redirect("/users/eve", eve.id)
        assert await quick.federation.remote.account_by_url(siege.url("/users/eve")) is None
        siege.redirect("/.well-known/webfinger", elsewhere.url("/.well-known/webfinger"))
        assert await quick.federation.remote.account_by_handle(f"eve@{siege.authority}") is None
        assert elsewhere.requests == []


async def test_an_object_that_claims_an_id_of_ours_is_refused(quick: Station, siege: Neighbour) -> None:
    amina = await quick.person("amina")
    siege.document("/x", {"id": quick.urls.actor("amina"), "type": "Person"})
    with pytest.raises(PeerError):
        await quick.federation.resolver.document(siege.url("/x"), Budget())
    assert (await quick.row(amina)).domain == ""


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"id": "http://filiale.localhost:1/users/x"}, id="another origin"),
        pytest.param({"type": "Note"}, id="no actor"),
        pytest.param({"inbox": "https://evil.example/inbox"}, id="an inbox elsewhere"),
        pytest.param({"preferredUsername": "a b"}, id="no name"),
    ],
)
async def test_an_actor_that_cannot_be_believed_is_not_kept(
    quick: Station, siege: Neighbour, change: dict[str, Any]
) -> None:
    siege.person("luc", **change)
    with pytest.raises(BadAnswer):
        await quick.federation.resolver.actor(siege.url("/users/luc"), Budget())


async def test_a_chain_of_answers_without_end_ends(
    quick: Station, siege: Neighbour, bruno: Somebody, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resolvers, "DEPTH", 5)
    monkeypatch.setattr("federation.backfill.THREAD", 12)
    for place in range(60):
        parent = f"{bruno.id}/chain/{place + 1}"
        siege.note(bruno, id=f"{bruno.id}/chain/{place}", inReplyTo=parent)
    assert await quick.federation.remote.post_by_url(f"{bruno.id}/chain/0") is not None
    await quick.run_jobs(rounds=20)
    kept = len(await quick.posts())
    assert 12 <= kept < 20


async def test_answers_in_a_circle_end(quick: Station, siege: Neighbour, bruno: Somebody) -> None:
    await quick.person("amina")
    first, second = f"{bruno.id}/circle/1", f"{bruno.id}/circle/2"
    siege.note(bruno, id=first, inReplyTo=second)
    siege.note(bruno, id=second, inReplyTo=first)
    siege.note(bruno, id=f"{bruno.id}/circle/3", inReplyTo=f"{bruno.id}/circle/3")
    found = await quick.federation.remote.post_by_url(first)
    assert found is not None
    await quick.run_jobs()
    assert await quick.federation.remote.post_by_url(f"{bruno.id}/circle/3") is not None
    thread = await quick.db.read(threads.thread, quick.viewer("amina"), found)
    assert len(thread.ancestors) <= 2


async def test_one_cause_costs_no_more_than_its_budget(quick: Station, siege: Neighbour, bruno: Somebody) -> None:
    budget = Budget(requests=2)
    for _ in range(2):
        await quick.federation.resolver.document(siege.note(bruno)["id"], budget)
    with pytest.raises(resolvers.Exhausted):
        await quick.federation.resolver.document(siege.note(bruno)["id"], budget)


async def test_a_slow_peer_costs_no_more_time_than_the_cause_has(quick: Station, siege: Neighbour) -> None:
    siege.silent("/slow")
    with pytest.raises(resolvers.Exhausted):
        await quick.federation.resolver.document(siege.url("/slow"), Budget(seconds=0.2))


async def test_a_parent_that_comes_after_its_answer_is_joined(
    station: Station, siege: Neighbour, bruno: Somebody
) -> None:
    await followed(station, siege, bruno)
    luc = siege.person("luc", key=1)
    root = siege.note(luc, "Who has the key?")
    answer = siege.note(bruno, "Not I", inReplyTo=root["id"])
    await station.accept(siege, siege.create(answer), by=bruno)
    await station.run_jobs()
    parent = await station.db.read(post_rows.by_uri, root["id"])
    child = await station.db.read(post_rows.by_uri, answer["id"])
    assert parent is not None and child is not None and child.parent_id == parent.id
    home = await station.db.read(timelines.home, station.viewer("amina"), FIRST, now=station.clock())
    assert root["id"] not in [view.post.uri for view in home]


async def test_a_parent_that_was_missed_counts_as_arriving_now(
    station: Station, siege: Neighbour, bruno: Somebody
) -> None:
    await followed(station, siege, bruno)
    station.clock.pass_by(hours=3)
    missed = siege.note(bruno, "Missed", published=iso(Millis(station.clock() - HOUR)))
    answer = siege.note(bruno, "And so on", inReplyTo=missed["id"], published=iso(station.clock()))
    await station.accept(siege, siege.create(answer), by=bruno)
    await station.run_jobs()
    parent = await station.db.read(post_rows.by_uri, missed["id"])
    assert parent is not None and not parent.is_history
    home = await station.db.read(timelines.home, station.viewer("amina"), FIRST, now=station.clock())
    assert {view.post.uri for view in home} == {missed["id"], answer["id"]}


@pytest.mark.parametrize("status", [404, 410, 403])
async def test_a_parent_that_is_not_to_be_had_is_given_up(
    quick: Station, siege: Neighbour, bruno: Somebody, status: int
) -> None:
    await followed(quick, siege, bruno)
    answer = siege.note(bruno, inReplyTo=siege.answer("/users/luc/posts/1", status=status))
    await quick.accept(siege, siege.create(answer), by=bruno)
    await quick.run_jobs()


async def test_a_parent_whose_node_is_away_is_asked_for_again(
    quick: Station, siege: Neighbour, bruno: Somebody
) -> None:
    await followed(quick, siege, bruno)
    answer = siege.note(bruno, inReplyTo=siege.answer("/users/luc/posts/1", status=502))
    await quick.accept(siege, siege.create(answer), by=bruno)
    with pytest.raises(Unavailable):
        await quick.run_jobs()
