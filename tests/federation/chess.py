"""A chess community of our node and what is said in and about it: for the stories of every activity."""

from typing import Any

import msgspec

from social.communities import communities, membership, moderation
from social.communities.communities import NewCommunity
from storage import memberships, passed_requests, peers
from storage.accounts import AccountRow
from storage.communities import Entry
from storage.ids import AccountId
from storage.peers import Policy
from tests.federation.neighbour import Neighbour, Somebody
from tests.federation.station import Station
from tests.federation.test_outgoing import bodies
from tests.world import one_pair


async def moderated(quick: Station, siege: Neighbour, bruno: Somebody, say: Any) -> None:
    """Bruno moderates a community of ours, and one of siege invites amina."""
    chess, about = await _chess(quick), siege.about
    await say(about("Follow", bruno.id, chess.uri))
    account = await _account(quick, bruno)
    member = await quick.db.read(memberships.one, chess.id, account)
    assert member is not None
    seat = msgspec.structs.replace(member, role=memberships.MemberRole.MODERATOR)
    await quick.db.write(memberships.put, seat)
    uri = quick.urls.post_uri("amina", await quick.say("amina", "Checkmate", community=chess.id))
    page: dict[str, Any] = {
        "type": "CommunityPage",
        "id": f"{bruno.id}#pages/1",
        "attributedTo": bruno.id,
        "audience": chess.uri,
    }
    page |= {"ofPage": page["id"], "version": 1, "name": "Openings", "source": {"content": "e4"}}
    await say(about("Create", bruno.id, page, audience=chess.uri))
    change = {"type": "CommunityChange", "id": f"{bruno.id}#changes/1", "audience": chess.uri, "newTopic": "Openings"}
    await say(about("Update", bruno.id, change))
    top = {"target": f"{chess.uri}/collections/featured"}
    for kind, more in (("Lock", {}), ("Delete", {"summary": "rude"}), ("Add", top)):
        act = about(kind, bruno.id, uri, **more)
        await say(act, about("Undo", bruno.id, act))
    await say(about("Add", bruno.id, uri, **top), down := about("Remove", bruno.id, uri, **top))
    await say(about("Undo", bruno.id, down))
    club = siege.person("club", kind="Group", key=2)
    await say(about("Invite", club.id, club.id, target=quick.urls.actor("amina")), by=club)
    await _asked_for(quick, siege, bruno, club, say)


async def _asked_for(quick: Station, siege: Neighbour, bruno: Somebody, club: Somebody, say: Any) -> None:
    """Who wants to come into the club is told to amina; bruno answers those who want to come into one of ours."""
    about = siege.about
    wish = {"type": "Follow", "id": f"{bruno.id}#follows/club", "actor": bruno.id, "object": club.id}
    offer = about("Offer", club.id, wish, to=[quick.urls.actor("amina")])
    await say(offer, about("Undo", club.id, {"type": "Offer", "id": offer["id"], "actor": club.id}), by=club)
    amina = quick.viewer("amina")
    group = await _account(quick, club)
    seat = memberships.MembershipRow(
        community_id=group,
        account_id=amina.account,
        role=memberships.MemberRole.MODERATOR,
        state=memberships.MemberState.MEMBER,
        created_at=quick.clock(),
    )
    await quick.db.write(memberships.put, seat)
    await bodies(quick)
    other = await _account(quick, bruno)
    await quick.db.write(membership.invite, amina, group, other, ids=quick.ids, now=quick.clock())
    (invite,) = await bodies(quick)
    await say(about("Reject", club.id, {"type": "Invite", "id": invite["id"], "actor": invite["actor"]}), by=club)
    await quick.db.write(peers.describe, siege.authority, "archipel 1.0", "", quick.clock())
    await quick.db.write(peers.decide, siege.authority, Policy.ALLOWED, quick.clock())
    new = NewCommunity(username="study", entry=Entry.REQUEST, keys=one_pair())
    study = await quick.db.write(communities.create, amina, new, ids=quick.ids, urls=quick.urls, now=quick.clock())
    await quick.db.write(memberships.put, msgspec.structs.replace(seat, community_id=study.id, account_id=other))
    for name, answer in (("eve", "Accept"), ("zoe", "Reject")):
        asker = siege.person(name, key=1)
        await say(about("Follow", asker.id, study.uri), by=asker)
        (row,) = await quick.db.read(passed_requests.of, study.id)
        await say(about(answer, bruno.id, {"type": "Offer", "id": row.uri, "actor": study.uri}))


async def hosted(quick: Station, siege: Neighbour, bruno: Somebody) -> None:
    """Amina makes a community, writes in it, moderates, and invites somebody."""
    chess, amina = await _chess(quick), quick.viewer("amina")
    await quick.accept(siege, siege.about("Follow", bruno.id, chess.uri), by=bruno)
    post = await quick.say("amina", "Checkmate", community=chess.id)
    await quick.settle()
    await quick.db.write(moderation.lock, amina, post, now=quick.clock.pass_by(seconds=1))
    zoe = siege.person("zoe", key=1)
    await quick.federation.remote.account_by_url(zoe.id)
    other = await _account(quick, zoe)
    await quick.db.write(membership.invite, amina, chess.id, other, ids=quick.ids, now=quick.clock.pass_by(seconds=1))


async def _chess(quick: Station) -> AccountRow:
    new = NewCommunity(username="chess", keys=one_pair())
    return await quick.db.write(
        communities.create, quick.viewer("amina"), new, ids=quick.ids, urls=quick.urls, now=quick.clock()
    )


async def _account(quick: Station, who: Somebody) -> AccountId:
    found = await quick.federation.remote.account_by_url(who.id)
    assert found is not None
    return found
