"""Mastodon.py: posts, media, polls, quotes, and what is done with them."""

from datetime import UTC, datetime, timedelta

import pytest
from mastodon import MastodonNotFoundError

from tests.api.mastodon_py import Client, ids, photo
from tests.nodes import settled
from tests.sites import LocalNode

pytestmark = pytest.mark.asyncio(loop_scope="module")

Nodes = tuple[LocalNode, LocalNode]


async def test_a_post_is_seen_liked_boosted_kept_and_let_go(pair: Nodes) -> None:
    siege, usine = pair
    amina, bruno = await Client.of(usine, "pia"), await Client.of(siege, "paul")
    await bruno.befriends(amina)
    await settled(siege, usine)
    post = await amina.status_post("Line 3 stops", visibility="public", spoiler_text="News", sensitive=True)
    await settled(siege, usine)
    [seen] = await bruno.timeline_home()
    assert (seen.uri, seen.spoiler_text) == (post.uri, "News")
    assert (await bruno.status_favourite(seen)).favourited is True
    assert (await bruno.status_reblog(seen, visibility="unlisted")).reblog.id == seen.id
    assert (await bruno.status_bookmark(seen)).bookmarked is True
    assert ids(await bruno.favourites()) == ids(await bruno.bookmarks()) == ids([seen])
    await settled(siege, usine)
    assert [one.acct for one in await amina.status_favourited_by(post)] == [bruno.person.acct]
    assert [one.acct for one in await amina.status_reblogged_by(post)] == [bruno.person.acct]
    assert (await bruno.status_unfavourite(seen)).favourited is False
    assert (await bruno.status_unreblog(seen)).reblogged is False
    assert (await bruno.status_unbookmark(seen)).bookmarked is False
    await settled(siege, usine)
    again = await amina.status(post)
    assert (again.favourites_count, again.reblogs_count) == (0, 0)
    assert ids(await amina.statuses([post])) == ids([post])
    assert ids(await amina.account_statuses(amina.id, exclude_replies=True)) == ids([post])


async def test_a_post_is_edited_and_its_versions_shown(pair: Nodes) -> None:
    _, usine = pair
    amina = await Client.of(usine, "pia2")
    media = await amina.media_post(photo(), mime_type="image/jpeg", description="A crane", focus=(0.1, 0.2))
    assert (await amina.media(media)).description == "A crane"
    assert (await amina.media_update(media, description="The crane")).description == "The crane"
    post = await amina.status_post("First", media_ids=[media], idempotency_key="k")
    assert (await amina.status_post("First", media_ids=[media], idempotency_key="k")).id == post.id
    assert (await amina.status_source(post)).text == "First"
    attributes = await amina.generate_media_edit_attributes(media, description="A tall crane")
    changed = await amina.status_update(post, "Second", media_attributes=[attributes])
    assert changed.media_attachments[0].description == "A tall crane"
    assert len(await amina.status_history(post)) == 2
    gone = await amina.status_delete(post)
    assert gone.text == "Second"
    with pytest.raises(MastodonNotFoundError):
        await amina.status(post)


async def test_answers_make_a_thread_and_threads_are_muted(pair: Nodes) -> None:
    _, usine = pair
    amina, luc = await Client.of(usine, "pia3"), await Client.of(usine, "lia3")
    post = await amina.toot("Who comes?")
    answer = await luc.status_reply(post, "I do")
    around = await amina.status_context(post)
    assert (ids(around.descendants), answer.mentions[0].acct) == (ids([answer]), "pia3")
    assert (await amina.status_mute(post)).muted is True
    assert (await amina.status_unmute(post)).muted is False


async def test_posts_are_pinned_to_the_profile(pair: Nodes) -> None:
    _, usine = pair
    amina = await Client.of(usine, "pia4")
    post = await amina.status_post("Read me first", visibility="public")
    assert (await amina.status_pin(post)).pinned is True
    assert ids(await amina.account_statuses(amina.id, pinned=True)) == ids([post])
    assert (await amina.status_unpin(post)).pinned is False
    assert await amina.account_statuses(amina.id, pinned=True) == []


async def test_posts_wait_for_their_hour(pair: Nodes) -> None:
    _, usine = pair
    amina = await Client.of(usine, "pia5")
    hour = datetime.now(UTC) + timedelta(hours=2)
    waiting = await amina.status_post("Later", scheduled_at=hour)
    assert waiting.params.text == "Later"
    assert ids(await amina.scheduled_statuses()) == ids([waiting])
    later = await amina.scheduled_status_update(waiting, hour + timedelta(hours=1))
    assert later.scheduled_at > waiting.scheduled_at
    assert (await amina.scheduled_status(waiting)).scheduled_at == later.scheduled_at
    await amina.scheduled_status_delete(waiting)
    assert await amina.scheduled_statuses() == []


async def test_a_poll_is_answered_at_another_node(pair: Nodes) -> None:
    siege, usine = pair
    amina, bruno = await Client.of(usine, "pia6"), await Client.of(siege, "paul6")
    await bruno.befriends(amina)
    await settled(siege, usine)
    asked = await amina.make_poll(["Monday", "Tuesday"], expires_in=3600, multiple=False)
    post = await amina.status_post("When?", poll=asked, visibility="public")
    await settled(siege, usine)
    [seen] = await bruno.timeline_home()
    assert (await bruno.poll_vote(seen.poll, [1])).own_votes == [1]
    await settled(siege, usine)
    counted = await amina.poll(post.poll)
    assert [one.votes_count for one in counted.options] == [0, 1]


async def test_a_post_is_quoted_and_the_quote_taken_back(pair: Nodes) -> None:
    _, usine = pair
    amina, luc = await Client.of(usine, "pia7"), await Client.of(usine, "lia7")
    post = await amina.status_post("Quote me", visibility="public", quote_approval_policy="public")
    quote = await luc.status_post("Look", quoted_status_id=post, visibility="public")
    assert quote.quote.state == "accepted"
    assert ids(await amina.status_quotes(post)) == ids([quote])
    revoked = await amina.status_quote_revoke(post, quote)
    assert revoked.quote.state == "revoked"
    closed = await amina.status_update_quote_approval_policy(post, "nobody")
    assert closed.quote_approval.automatic == []


async def test_direct_posts_are_conversations(pair: Nodes) -> None:
    siege, usine = pair
    amina, bruno = await Client.of(usine, "pia8"), await Client.of(siege, "paul8")
    seen = await amina.sees(bruno)
    post = await amina.status_post(f"@{seen.acct} psst", visibility="direct")
    await settled(siege, usine)
    [told] = await bruno.conversations()
    assert (told.unread, told.last_status.uri) == (True, post.uri)
    assert (await bruno.conversations_read(told)).unread is False
