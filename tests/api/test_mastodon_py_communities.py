"""Mastodon.py, which knows no communities: one of another node is an account, and what is said there stands at home."""

import pytest

from social.communities import communities, membership
from social.communities.communities import NewCommunity
from storage.communities import Entry
from storage.ids import AccountId
from tests.api.mastodon_py import Client, ids
from tests.nodes import settled
from tests.sites import LocalNode
from tests.world import one_pair

pytestmark = pytest.mark.asyncio(loop_scope="module")

Nodes = tuple[LocalNode, LocalNode]


async def founded(node: LocalNode, host: Client, name: str, entry: Entry = Entry.OPEN) -> str:
    """A community of a node: its handle."""
    new = NewCommunity(username=name, display_name=name.title(), entry=entry, keys=one_pair())
    await node.write(communities.create, host.person.viewer, new, ids=node.ids, urls=node.urls, now=node.clock())
    return f"@{name}@{node.host}"


async def test_a_community_of_another_node_is_followed_read_and_written_to(pair: Nodes) -> None:
    siege, usine = pair
    hana, lea = await Client.of(siege, "hana"), await Client.of(usine, "lea")
    handle = await founded(siege, hana, "football")
    (football,) = (await lea.search_v2(handle, result_type="accounts", resolve=True)).accounts
    assert (football.group, football.bot, football.locked, football.display_name) == (True, False, False, "Football")
    await lea.account_follow(football)
    await settled(siege, usine)
    assert (await lea.account_relationships(football))[0].following is True
    match = await hana.status_post("@football match jeudi", visibility="public")
    await settled(siege, usine)
    (read,) = await lea.timeline_home()
    assert (read.uri, read.account.acct) == (match.uri, hana.person.acct)
    ball = await lea.status_post(f"{handle} j’apporte le ballon", visibility="public")
    answer = await lea.status_reply(read, "À quelle heure ?")
    await settled(siege, usine)
    assert [one.uri for one in await lea.account_statuses(football, exclude_replies=True)] == [ball.uri, match.uri]
    assert ball.uri in [one.uri for one in await hana.timeline_home()]
    assert [one.uri for one in (await hana.status_context(match)).descendants] == [answer.uri]
    await lea.account_unfollow(football)
    await settled(siege, usine)
    last = await hana.status_post("@football sans Léa", visibility="public")
    await settled(siege, usine)
    assert last.uri not in [one.uri for one in await lea.timeline_home()]


async def test_who_is_in_a_closed_community_of_another_node_is_told_to_nobody_outside(pair: Nodes) -> None:
    siege, usine = pair
    hana, lea, max = await Client.of(siege, "hana"), await Client.of(usine, "lea"), await Client.of(usine, "max")
    handle = await founded(siege, hana, "safety", Entry.REQUEST)
    await max.account_follow(lea.id)
    (safety,) = (await lea.search_v2(handle, result_type="accounts", resolve=True)).accounts
    assert (await lea.account_follow(safety)).requested is True
    await settled(siege, usine)
    asks = await hana.sees(lea)
    (own,) = (await hana.search_v2("safety", result_type="accounts")).accounts
    await siege.write(
        membership.answer_request,
        hana.person.viewer,
        AccountId(int(own.id)),
        AccountId(int(asks.id)),
        accept=True,
        now=siege.clock(),
    )
    await settled(siege, usine)
    assert (await lea.account_relationships(safety))[0].following is True
    assert str(safety.id) in ids(await lea.account_following(lea.id))
    assert str(safety.id) not in ids(await max.account_following(lea.id))
    assert await max.account_followers(safety) == []
    assert (await max.account_familiar_followers([safety.id]))[0].accounts == []
    assert str(safety.id) not in ids(await max.suggestions_v1())
