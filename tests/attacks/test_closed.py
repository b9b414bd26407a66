"""A closed community with a member on a hostile node: what that node, its strangers and the internet can get at."""

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote

import msgspec
import pytest
import pytest_asyncio

from social.communities import communities, membership, moderation, nodes
from social.communities.communities import NewCommunity
from social.posts.publish import Context, Draft, publish
from storage import accounts as account_rows
from storage import peers
from storage.communities import Entry
from storage.ids import AccountId, PostId
from storage.memberships import MemberRole
from tests.attacks.foe import PUBLIC, Foe
from tests.attacks.kept import changed, kept
from tests.attacks.test_activities import NOTED
from tests.doors.askers import Person
from tests.nodes import settled
from tests.sites import LocalNode
from tests.world import one_pair

pytestmark = pytest.mark.asyncio(loop_scope="module")

OURS, PLAIN = "archipel 1.0", "mastodon 4.5"
WORDS = "entre nous seulement"


class Club(msgspec.Struct, frozen=True, kw_only=True):
    """Amina hosts `club`, where rita of the other node is, `secret`, which is hidden, and an open one; eve is nowhere.

    `posts` are in the club, by amina, by rita, and one that was taken out; `invited` is a club that only invited eve.
    """

    node: LocalNode
    foe: Foe
    club: AccountId
    secret: AccountId
    open: AccountId
    invited: AccountId
    rita: str
    eve: str
    said: str
    theirs: str
    rude: str

    @property
    def uri(self) -> str:
        return self.node.urls.actor("club")

    def path(self, end: str = "") -> str:
        return f"/users/club{end}"


async def _say(node: LocalNode, by: Person, words: str, community: AccountId) -> dict[str, Any]:
    """A post in a community, as the API shows it."""
    context, draft = Context(node.ids, node.urls, node.settings), Draft(text=words, community=community)
    id = await node.write(publish, by.viewer, draft, context=context, now=node.clock())
    found: dict[str, Any] = await node.api("GET", f"/api/v1/statuses/{id}", by.person)
    return found


async def _join(node: LocalNode, foe: Foe, who: str, community: str, amina: Person) -> AccountId:
    """Somebody of the other node follows, and amina lets them in."""
    assert await foe.tell(node, foe.activity(who, "Follow", node.urls.actor(community))) == 202
    await settled(node)
    row, group = await node.read(account_rows.by_uri, who), await node.read(account_rows.by_name, community, "")
    assert row is not None and group is not None
    await node.write(membership.answer_request, amina.viewer, group.id, row.id, accept=True, now=node.clock())
    # What the job would do a second later, while somebody is refused.
    await node.write(nodes.recount, group.id, now=node.clock())
    await settled(node)
    return row.id


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def club(usine: LocalNode, foe: Foe, amina: Person) -> AsyncIterator[Club]:
    rita, eve = foe.actor("rita"), foe.actor("eve")
    await usine.write(peers.describe, foe.authority, OURS, "", usine.clock())
    made: dict[str, AccountId] = {}
    entries = {"club": Entry.REQUEST, "secret": Entry.HIDDEN, "open": Entry.OPEN, "invited": Entry.INVITED}
    for name, entry in entries.items():
        new = NewCommunity(username=name, keys=one_pair(), entry=entry, listed=entry is not Entry.HIDDEN)
        row = await usine.write(
            communities.create, amina.viewer, new, ids=usine.ids, urls=usine.urls, now=usine.clock()
        )
        made[name] = row.id
    await _join(usine, foe, rita, "club", amina)
    await foe.tell(usine, foe.create(eve, "bonjour", to=[usine.urls.actor("amina")]))
    await settled(usine)
    stranger = await usine.read(account_rows.by_uri, eve)
    assert stranger is not None
    await usine.write(membership.invite, amina.viewer, made["invited"], stranger.id, ids=usine.ids, now=usine.clock())
    said, rude = [await _say(usine, amina, words, made["club"]) for words in (f"{WORDS} #quaisecret", "impoli")]
    group = usine.urls.actor("club")
    theirs = foe.create(rita, WORDS, to=[group, f"{group}/followers"], audience=group)
    await foe.tell(usine, theirs)
    await settled(usine)
    await usine.write(
        moderation.remove, amina.viewer, PostId(int(rude["id"])), "mots durs sur Untel", now=usine.clock()
    )
    await settled(usine)
    yield Club(
        node=usine,
        foe=foe,
        club=made["club"],
        secret=made["secret"],
        open=made["open"],
        invited=made["invited"],
        rita=rita,
        eve=eve,
        said=said["uri"],
        theirs=theirs["object"]["id"],
        rude=rude["uri"],
    )


DOORS = ("", "/activity", "/likes", "/shares", "/replies", "/attendees")
LISTS = ("/outbox?page=true", "/outbox", "/moderators", "/nodes", "/collections/featured", "/followers")


async def _answers(club: Club, by: str) -> dict[str, int]:
    """What a signer gets of the community and of its post."""
    path = club.said.removeprefix(club.node.base_url)
    asked = [*(path + end for end in DOORS), *(club.path(end) for end in LISTS)]
    found = {}
    for one in asked:
        reply = await club.foe.ask(club.node, one, by=by)
        assert WORDS not in reply.text or reply.status == 200
        found[one] = reply.status
        if WORDS in reply.text:
            found["words"] = 200
    return found


async def test_the_node_of_a_member_reads_it_and_its_strangers_do_not(club: Club) -> None:
    inside = await _answers(club, club.foe.node)
    assert inside["words"] == 200 and inside[club.path("/nodes")] == 200
    assert "words" not in await _answers(club, club.eve)
    outside = await club.foe.ask(club.node, club.said.removeprefix(club.node.base_url), by=club.eve)
    absent = await club.foe.ask(club.node, "/users/amina/posts/1", by=club.eve)
    assert (outside.status, outside.body) == (absent.status, absent.body)


async def test_what_was_taken_out_is_in_no_list(club: Club) -> None:
    for end in LISTS:
        reply = await club.foe.ask(club.node, club.path(end), by=club.foe.node)
        assert "impoli" not in reply.text, end


async def test_a_node_that_keeps_nothing_closed_any_more_reads_nothing_more(club: Club) -> None:
    """It was a member's node of our kind; now it runs something else: as nothing is sent there, nothing is shown."""
    await club.node.write(peers.describe, club.foe.authority, PLAIN, "", club.node.clock())
    try:
        for by in (club.foe.node, club.rita):
            found = await _answers(club, by)
            assert "words" not in found, by
            assert {status for path, status in found.items() if "/posts/" in path} == {404}, by
            # What stands on top, and how many follow, is said in numbers: of the first there are none.
            assert {found[club.path(end)] for end in LISTS[:4]} == {404}, by
    finally:
        await club.node.write(peers.describe, club.foe.authority, OURS, "", club.node.clock())
    assert (await _answers(club, club.foe.node))["words"] == 200


async def test_who_is_only_invited_reads_nothing_of_what_was_done(club: Club, amina: Person) -> None:
    banned = await club.node.person("banned")
    await club.node.write(
        membership.ban, amina.viewer, club.invited, banned.account, "mots durs", now=club.node.clock()
    )
    await settled(club.node)
    for end in ("/outbox?page=true", "/nodes", "/moderators"):
        reply = await club.foe.ask(club.node, f"/users/invited{end}", by=club.foe.node)
        assert reply.status == 404, end
        assert "mots durs" not in reply.text and "banned" not in reply.text
    assert (await club.foe.ask(club.node, "/users/invited", by=club.foe.node)).status == 200


async def test_a_hidden_community_is_nobody_to_the_internet_and_to_other_nodes(club: Club, nobody: Person) -> None:
    for by in ("", club.eve, club.foe.node):
        for end in ("", *LISTS):
            hidden = await club.foe.ask(club.node, f"/users/secret{end}", by=by)
            absent = await club.foe.ask(club.node, f"/users/nobodyatall{end}", by=by)
            assert (hidden.status, hidden.body) == (absent.status, absent.body), (by, end)
    for end in ("/announces/1", "/kudos", "/collections/tags", "/following", "/followers_synchronization"):
        hidden = await club.foe.ask(club.node, f"/users/secret{end}", by=club.foe.node)
        absent = await club.foe.ask(club.node, f"/users/nobodyatall{end}", by=club.foe.node)
        assert (hidden.status, hidden.body) == (absent.status, absent.body), end
    uri = club.node.urls.actor("NAME")
    for path in (
        f"/.well-known/webfinger?resource=acct:NAME@{club.node.host}",
        f"/.well-known/webfinger?resource={quote(uri, safe='')}",
        f"/api/v1/accounts/lookup?acct=NAME@{club.node.host}",
        f"/api/oembed?url={quote(uri, safe='')}",
        "/@NAME",
        "/@NAME.rss",
        "/communities/NAME",
    ):
        answers = {
            (reply.status, reply.body.replace(name.encode(), b"NAME"))
            for name in ("secret", "nobodyatall")
            for reply in [await club.foe.ask(club.node, path.replace("NAME", name))]
        }
        assert len(answers) == 1 and not [status for status, _ in answers if status == 200], path


async def test_a_follow_of_what_is_hidden_is_answered_as_if_there_were_nobody(club: Club) -> None:
    before = kept(club.node, without=NOTED)
    seen = len(club.foe.peer.requests)
    for name in ("secret", "nobodyatall"):
        follow = club.foe.activity(club.eve, "Follow", club.node.urls.actor(name))
        assert await club.foe.tell(club.node, follow) == 202
    await settled(club.node)
    assert not [one for one in club.foe.peer.requests[seen:] if one.method == "POST" and b"secret" in one.body]
    assert not changed(before, kept(club.node, without=NOTED))


def _forged(club: Club) -> dict[str, dict[str, Any]]:
    """What eve, and rita who is no moderator, say that they may not."""
    foe, group, said = club.foe, club.uri, club.said
    both = {"to": [PUBLIC, group], "cc": [f"{group}/followers"], "audience": group}
    acts: dict[str, dict[str, Any]] = {}
    for who in (club.eve, club.rita):
        name = who.rpartition("/")[2]
        remove = foe.activity(who, "Delete", said, summary="x", **both)
        lock = foe.activity(who, "Lock", said, **both)
        block = foe.activity(who, "Block", club.node.urls.actor("amina"), target=group, **both)
        acts |= {
            f"{name} takes a post out": remove,
            f"{name} locks": lock,
            f"{name} takes back a removal": foe.activity(who, "Undo", {**remove, "object": club.rude}, **both),
            f"{name} puts on top": foe.activity(who, "Add", said, target=f"{group}/collections/featured", **both),
            f"{name} makes herself a moderator": foe.activity(who, "Add", who, target=f"{group}/moderators", **both),
            f"{name} unmakes the host": foe.activity(
                who, "Remove", club.node.urls.actor("amina"), target=f"{group}/moderators", **both
            ),
            f"{name} shuts the host out": block,
            f"{name} lets in": foe.activity(who, "Undo", block, **both),
            f"{name} boosts": foe.activity(who, "Announce", said, to=[PUBLIC]),
            f"{name} says that the list is another": foe.activity(
                who, "Update", {"id": f"{group}/nodes", "type": "Collection", "version": 2**52, "items": []}
            ),
            f"{name} invites herself": foe.activity(who, "Invite", group, target=who),
            f"{name} accepts for the community": foe.activity(who, "Accept", foe.activity(who, "Follow", group)),
            f"{name} changes the community": foe.activity(who, "Update", {"id": group, "type": "Group", "name": "x"}),
            f"{name} moves the community": foe.activity(who, "Move", group, target=who),
        }
    public = foe.note(club.eve, "j'en suis", to=[PUBLIC, group], audience=group)
    acts["eve writes"] = foe.activity(club.eve, "Create", public, to=public["to"], audience=group)
    within = foe.note(club.eve, "j'en suis", to=[group, f"{group}/followers"], audience=group)
    acts["eve writes to members"] = foe.activity(club.eve, "Create", within, to=within["to"], audience=group)
    answer = foe.note(club.eve, "j'en suis", to=[group, f"{group}/followers"], inReplyTo=said)
    acts["eve answers"] = foe.activity(club.eve, "Create", answer, to=answer["to"])
    acts["eve takes rita's post back"] = foe.activity(club.eve, "Delete", club.theirs)
    acts["eve likes"] = foe.activity(club.eve, "Like", said)
    acts["eve quotes"] = foe.activity(
        club.eve, "QuoteRequest", said, instrument={**foe.note(club.eve, "x"), "quote": said}
    )
    return acts


async def test_nobody_who_may_not_changes_anything(club: Club) -> None:
    await settled(club.node)
    before = kept(club.node, without=NOTED)
    for name, activity in _forged(club).items():
        assert await club.foe.tell(club.node, activity) in (202, 400, 403), name
        await settled(club.node)
        after = changed(before, kept(club.node, without=NOTED))
        if name == "eve writes":
            # What is for everybody is a post like any other of hers, and none of the community's.
            assert not [one for one in after if one.startswith(("placements", "memberships", "communit"))]
            before = kept(club.node, without=NOTED)
            continue
        if name in ("eve writes to members", "eve answers"):
            # That the community did not take it is noted, so that a change of it brings nothing back.
            assert all(one.startswith(("communities:", "community_marks:")) for one in after), (name, after)
            assert all("'refused'" in one for one in after if one.startswith("community_marks:")), (name, after)
            before = kept(club.node, without=NOTED)
            continue
        assert not after, name


async def test_a_group_of_theirs_places_and_judges_nothing_of_ours(club: Club) -> None:
    """An Announce by another host than the community's, around what is ours, what is rita's, what she never did."""
    foe, group = club.foe, club.uri
    rival = foe.actor("rival", type="Group")
    await foe.tell(club.node, foe.create(rival, "bonjour", to=[club.node.urls.actor("amina")]))
    await settled(club.node)
    before = kept(club.node, without=NOTED)
    delete = foe.activity(club.rita, "Delete", club.said, audience=group)
    for inner in (
        club.said,
        club.theirs,
        delete,
        foe.activity(rival, "Delete", club.said, audience=group),
        foe.activity(rival, "Block", club.node.urls.actor("amina"), target=group),
        foe.activity(rival, "Add", rival, target=f"{group}/moderators"),
        foe.activity(rival, "Undo", delete),
        {**foe.activity(club.node.urls.actor("amina"), "Delete", club.said), "id": f"{club.said}#delete"},
        {**foe.activity(club.node.urls.actor("amina"), "Like", club.theirs), "id": f"{club.said}#like"},
    ):
        for to in ([PUBLIC], [group, f"{group}/followers"]):
            told = foe.activity(rival, "Announce", inner, to=to, audience=group)
            assert await foe.tell(club.node, told) in (202, 400, 403), inner
        await settled(club.node)
        assert not changed(before, kept(club.node, without=NOTED)), inner


async def test_a_moderator_who_is_one_no_more_does_nothing_more(club: Club, amina: Person) -> None:
    node, rita = club.node, await club.node.read(account_rows.by_uri, club.rita)
    assert rita is not None
    await node.write(membership.set_role, amina.viewer, club.club, rita.id, MemberRole.MODERATOR, now=node.clock())
    await settled(node)
    lock = club.foe.activity(club.rita, "Lock", club.said, audience=club.uri)
    assert await club.foe.tell(node, lock) == 202
    await settled(node)
    shown = await node.api("GET", f"/api/v1/statuses/{club.said.rpartition('/')[2]}", amina.person)
    assert shown
    # A moderator makes nobody a moderator, and shuts no host out.
    before = kept(node, without=(*NOTED, "audit"))
    for act in (
        club.foe.activity(club.rita, "Add", club.eve, target=f"{club.uri}/moderators"),
        club.foe.activity(club.rita, "Remove", node.urls.actor("amina"), target=f"{club.uri}/moderators"),
        club.foe.activity(club.rita, "Block", node.urls.actor("amina"), target=club.uri),
    ):
        assert await club.foe.tell(node, act) == 202
        await settled(node)
        assert not changed(before, kept(node, without=(*NOTED, "audit"))), act
    await node.write(membership.set_role, amina.viewer, club.club, rita.id, MemberRole.MEMBER, now=node.clock())
    await settled(node)
    before = kept(node, without=NOTED)
    for act in (
        club.foe.activity(club.rita, "Undo", lock),
        club.foe.activity(club.rita, "Delete", club.said, audience=club.uri),
        {**lock, "id": f"{lock['id']}again", "object": club.theirs},
    ):
        assert await club.foe.tell(node, act) == 202
        await settled(node)
        assert not changed(before, kept(node, without=NOTED)), act


async def test_the_node_of_a_member_who_was_put_out_reads_nothing_from_that_moment_on(
    club: Club, amina: Person
) -> None:
    """Not from when the list of member nodes is made anew: from the decision on."""
    node, rita = club.node, await club.node.read(account_rows.by_uri, club.rita)
    assert rita is not None
    await node.write(membership.expel, amina.viewer, club.club, rita.id, "x", now=node.clock())
    for by in (club.foe.node, club.rita):
        found = await _answers(club, by)
        assert "words" not in found, by
        assert {status for path, status in found.items() if "/posts/" in path} == {404}, by
    await settled(node)
    before = kept(node, without=NOTED)
    late = club.foe.create(club.rita, "encore là", to=[club.uri, f"{club.uri}/followers"], audience=club.uri)
    assert await club.foe.tell(node, late) == 202
    await settled(node)
    assert not changed(before, kept(node, without=NOTED))
    await _join(node, club.foe, club.rita, "club", amina)
    assert (await _answers(club, club.foe.node))["words"] == 200
