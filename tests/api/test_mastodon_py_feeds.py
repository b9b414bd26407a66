"""Mastodon.py: timelines, pages, search, trends, filters, markers and notifications."""

import asyncio

import pytest

from social.feeds import trends
from social.governance import bulletins
from social.governance.bulletins import BulletinDraft
from social.policy import Role
from tests.api.mastodon_py import Client, ids
from tests.nodes import settled
from tests.sites import LocalNode

pytestmark = pytest.mark.asyncio(loop_scope="module")

Nodes = tuple[LocalNode, LocalNode]


async def test_timelines_hold_what_belongs_there(pair: Nodes) -> None:
    siege, usine = pair
    amina, bruno = await Client.of(usine, "tia"), await Client.of(siege, "tom")
    await amina.befriends(bruno)
    await settled(siege, usine)
    near = await amina.status_post("Near #valve", visibility="public")
    far = await bruno.status_post("Far #valve", visibility="public")
    await settled(siege, usine)
    home = await amina.timeline_home()
    assert [one.uri for one in home] == [far.uri, near.uri]
    assert ids(await amina.timeline("home")) == ids(home)
    public = [one.uri for one in await amina.timeline_public()]
    assert {near.uri, far.uri} <= set(public)
    local = [one.uri for one in await amina.timeline_local()]
    assert near.uri in local and far.uri not in local
    assert far.uri in [one.uri for one in await amina.timeline_public(remote=True)]
    assert [one.uri for one in await amina.timeline_hashtag("valve")] == [far.uri, near.uri]
    assert await amina.timeline_is_available("public", with_auth=True) is True
    assert far.uri in {one.uri for one in (await amina.search_v2("valve", result_type="statuses")).statuses}


async def test_pages_are_walked_by_the_library(pair: Nodes) -> None:
    _, usine = pair
    amina = await Client.of(usine, "tia2")
    posts = ids([await amina.status_post(f"Number {number}") for number in range(7)])[::-1]
    page = await amina.timeline_home(limit=3)
    assert ids(await amina.fetch_remaining(page)) == posts
    older = await amina.fetch_next(page)
    assert ids(older) == posts[3:6]
    assert ids(await amina.fetch_previous(older)) == posts[:3]
    assert (await amina.get_pagination_info(page, "next"))["max_id"] == int(posts[2])
    walked = await amina.pagination_iterator(page)
    assert ids(await asyncio.to_thread(list, walked)) == posts
    pages = await amina.pagination_page_iterator(page)
    assert [len(one) for one in await asyncio.to_thread(list, pages)] == [3, 3, 1, 0]


async def test_what_many_speak_of_is_a_trend(pair: Nodes) -> None:
    _, usine = pair
    people = [await Client.of(usine, f"trend{number}") for number in range(4)]
    for one in people:
        post = await one.status_post("All at the #fair", visibility="public")
    for one in people[:3]:
        await one.status_favourite(post)
        await one.status_reblog(post)
    await settled(usine)
    await usine.write(trends.compute, is_on=True, now=usine.clock())
    assert "fair" in [one.name for one in await people[0].trending_tags()]
    assert "fair" in [one.name for one in await people[0].trends()]
    assert str(post.id) in ids(await people[0].trending_statuses())
    assert isinstance(await people[0].trending_links(), list)
    assert await people[0].timeline_link("https://nobody.example/spoke-of") == []


async def test_filters_of_both_kinds(pair: Nodes) -> None:
    _, usine = pair
    amina, luc = await Client.of(usine, "tia4"), await Client.of(usine, "lia4")
    await amina.account_follow(luc.id)
    made = await amina.create_filter_v2(
        "Spoilers", ["home", "public"], "warn", expires_in=3600, keywords_attributes=[{"keyword": "match"}]
    )
    post = await luc.status_post("The match is over", visibility="public")
    await settled(usine)
    [seen] = await amina.timeline_home()
    assert (seen.id, seen.filtered[0].keyword_matches) == (post.id, ["match"])
    word = await amina.add_filter_keyword_v2(made, "score", whole_word=True)
    assert {one.keyword for one in await amina.filter_keywords_v2(made)} == {"match", "score"}
    await amina.delete_filter_keyword_v2(word)
    kept = await amina.add_filter_status_v2(made, post)
    assert ids(await amina.filter_statuses_v2(made)) == ids([kept])
    assert (await amina.filter_status_v2(kept)).status_id == str(post.id)
    await amina.delete_filter_status_v2(kept)
    changed = await amina.update_filter_v2(made, title="Sport", context=["home"], filter_action="hide")
    assert (changed.title, (await amina.filter_v2(made)).filter_action) == ("Sport", "hide")
    assert ids(await amina.filters_v2()) == ids([made])
    await amina.delete_filter_v2(made)
    assert await amina.filters_v2() == []
    first = await amina.filter_create("penalty", ["home"], whole_word=True)
    assert ids(await amina.filters()) == ids([first])
    await amina.filter_update(first, phrase="offside", context=["home"])
    assert (await amina.filter(first)).phrase == "offside"
    later = await luc.status_post("Offside again", visibility="public")
    page = [await amina.status(later), await amina.status(post)]
    assert ids(await amina.filters_apply(page, [await amina.filter(first)], "home")) == ids([post])
    await amina.filter_delete(first)
    assert await amina.filters() == []


async def test_markers_remember_how_far_one_read(pair: Nodes) -> None:
    _, usine = pair
    amina = await Client.of(usine, "tia5")
    post = await amina.status_post("Read until here")
    await amina.markers_set(["home"], [post.id])
    assert str((await amina.markers_get(["home"]))["home"].last_read_id) == str(post.id)


async def test_notifications_one_by_one_and_in_groups(pair: Nodes) -> None:
    _, usine = pair
    amina, luc, nora = await Client.of(usine, "tia6"), await Client.of(usine, "lia6"), await Client.of(usine, "nia6")
    post = await amina.status_post("Cake", visibility="public")
    for one in (luc, nora):
        await one.status_favourite(post)
    await settled(usine)
    mention = await luc.status_post("@tia6 thanks")
    await settled(usine)
    told = await amina.notifications()
    assert [one.type for one in told] == ["mention", "favourite", "favourite"]
    assert (await amina.notifications(id=told[0])).status.id == mention.id
    assert (await amina.notifications_unread_count()).count == 3
    groups = await amina.grouped_notifications()
    assert [one.type for one in groups.notification_groups] == ["mention", "favourite"]
    liked = groups.notification_groups[1]
    assert liked.notifications_count == 2
    assert (await amina.unread_grouped_notifications_count()) == 2
    one = await amina.grouped_notification(liked.group_key)
    assert one.notification_groups[0].group_key == liked.group_key
    assert set(ids(await amina.grouped_notification_accounts(liked.group_key))) == {luc.id, nora.id}
    await amina.dismiss_grouped_notification(liked.group_key)
    await amina.notifications_dismiss(told[0])
    assert await amina.notifications() == []
    await luc.status_post("@tia6 more")
    await settled(usine)
    await amina.notifications_clear()
    assert await amina.notifications() == []


async def test_notifications_of_strangers_wait(pair: Nodes) -> None:
    _, usine = pair
    amina = await Client.of(usine, "tia7")
    strangers = [await Client.of(usine, f"far{number}") for number in range(4)]
    assert (await amina.notifications_policy()).for_not_following == "accept"
    changed = await amina.update_notifications_policy(for_not_following="filter")
    assert changed.for_not_following == "filter"
    for one in strangers:
        await one.status_post("@tia7 hello")
    await settled(usine)
    waiting = await amina.notification_requests()
    assert len(waiting) == 4
    assert (await amina.notification_request(waiting[0])).id == waiting[0].id
    await amina.accept_notification_request(waiting[0])
    await amina.dismiss_notification_request(waiting[1])
    await amina.accept_multiple_notification_requests([waiting[2]])
    await amina.dismiss_multiple_notification_requests([waiting[3]])
    assert await amina.notification_requests() == []
    await settled(usine)
    assert await amina.notifications_merged() is True
    assert len(await amina.notifications()) == 2


async def test_announcements_are_read_and_answered(pair: Nodes) -> None:
    _, usine = pair
    amina = await Client.of(usine, "tia8")
    chief = await Client.of(usine, "chief", role=Role.ADMIN)
    await told(usine, chief)
    [one] = await amina.announcements()
    await amina.announcement_reaction_create(one, "👍")
    assert (await amina.announcements())[0].reactions[0].count == 1
    await amina.announcement_reaction_delete(one, "👍")
    assert (await amina.announcements())[0].reactions == []
    await amina.announcement_dismiss(one)
    assert (await amina.announcements())[0].read is True


async def told(node: LocalNode, chief: Client) -> None:
    """A bulletin of the administrator."""
    await node.write(
        bulletins.write, chief.person.viewer, BulletinDraft(text="Closed on Monday"), urls=node.urls, now=node.clock()
    )
