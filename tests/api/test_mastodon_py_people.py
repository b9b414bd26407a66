"""Mastodon.py: accounts, relations, the profile and what somebody sets for themselves."""

import pytest
from mastodon import MastodonNotFoundError, internals

from tests.api.mastodon_py import Client, ids, photo
from tests.nodes import settled
from tests.sites import LocalNode

pytestmark = pytest.mark.asyncio(loop_scope="module")

Nodes = tuple[LocalNode, LocalNode]


async def test_people_of_two_nodes_relate(pair: Nodes) -> None:
    siege, usine = pair
    amina, bruno = await Client.of(usine, "ana"), await Client.of(siege, "bo")
    seen = await amina.sees(bruno)
    assert (await amina.account_lookup(bruno.person.acct)).id == seen.id
    assert (await amina.account(seen)).acct == bruno.person.acct
    assert ids(await amina.accounts([seen, amina.id])) == [str(seen.id), amina.id]
    assert (await amina.account_follow(seen, reblogs=False, notify=True)).requested is True
    await settled(siege, usine)
    [relation] = await amina.account_relationships(seen)
    assert (relation.following, relation.notifying, relation.showing_reblogs) == (True, True, False)
    assert ids(await amina.account_following(amina.id)) == [str(seen.id)]
    assert ids(await amina.account_followers(seen)) == [amina.id]
    assert (await amina.account_note_set(seen, "Paris")).note == "Paris"
    assert (await amina.account_endorse(seen)).endorsed is True
    assert ids(await amina.endorsements()) == [str(seen.id)]
    assert (await amina.account_unendorse(seen)).endorsed is False
    assert (await amina.account_pin(seen)).endorsed is True
    assert (await amina.account_unpin(seen)).endorsed is False
    here = (await bruno.account_followers(bruno.id))[0]
    assert (await bruno.account_remove_from_followers(here)).followed_by is False
    await settled(siege, usine)
    assert (await amina.account_relationships(seen))[0].following is False
    await amina.account_follow(seen)
    await settled(siege, usine)
    assert (await amina.account_unfollow(seen)).following is False
    await settled(siege, usine)
    assert await bruno.account_followers(bruno.id) == []


async def test_people_are_blocked_muted_and_asked(pair: Nodes) -> None:
    _, usine = pair
    amina, luc, shy = await Client.of(usine, "ana2"), await Client.of(usine, "luca"), await Client.of(usine, "shy")
    assert (await amina.account_block(luc.id)).blocking is True
    assert ids(await amina.blocks()) == [luc.id]
    assert (await amina.account_unblock(luc.id)).blocking is False
    muted = await amina.account_mute(luc.id, notifications=False, duration=3600)
    assert (muted.muting, muted.muting_notifications) == (True, False)
    assert ids(await amina.mutes()) == [luc.id]
    assert (await amina.account_unmute(luc.id)).muting is False
    assert (await shy.account_update_credentials(locked=True)).locked is True
    for one in (amina, luc):
        assert (await one.account_follow(shy.id)).requested is True
    assert set(ids(await shy.follow_requests())) == {amina.id, luc.id}
    assert (await shy.follow_request_authorize(amina.id)).followed_by is True
    assert (await shy.follow_request_reject(luc.id)).followed_by is False
    assert (await amina.account_relationships(shy.id))[0].following is True
    assert (await luc.account_relationships(shy.id))[0].requested is False
    await amina.domain_block("far.example")
    assert await amina.domain_blocks() == ["far.example"]
    await amina.domain_unblock("far.example")
    assert await amina.domain_blocks() == []


async def test_people_are_found_and_suggested(pair: Nodes) -> None:
    _, usine = pair
    amina, luc, nora = await Client.of(usine, "ana3"), await Client.of(usine, "lucb"), await Client.of(usine, "nora")
    await amina.account_follow(luc.id)
    await luc.account_follow(nora.id)
    await settled(usine)
    # The library sends these ids as JSON in the body of a GET.
    known = await amina.account_familiar_followers([nora.id])
    assert ids(known[0].accounts) == [luc.id]
    suggested = {str(one.account.id) for one in await amina.suggestions_v2()}
    assert nora.id in suggested
    assert nora.id in ids(await amina.suggestions())
    assert nora.id in ids(await amina.suggestions_v1())
    await amina.suggestion_delete(nora.id)
    assert nora.id not in ids(await amina.suggestions_v1())
    found = await amina.search("nora", result_type="accounts")
    assert nora.id in ids(found.accounts)
    await nora.account_update_credentials(discoverable=True)
    assert nora.id in ids(await amina.directory(order="new", local=True, limit=80))


async def test_the_profile_is_what_was_typed(pair: Nodes, monkeypatch: pytest.MonkeyPatch) -> None:
    _, usine = pair
    amina = await Client.of(usine, "ana4")
    me = await amina.account_update_credentials(
        display_name="Ana B.", note="Line 3", avatar=photo(), avatar_mime_type="image/jpeg",
        header=photo(), header_mime_type="image/jpeg", bot=True, fields=[("Office", "B 12")],
        default_privacy="unlisted", default_language="fr", default_sensitive=True,
        avatar_description="A crane", header_description="The hall",
    )  # fmt: skip
    assert (me.display_name, me.bot, me.source.privacy, me.source.language) == ("Ana B.", True, "unlisted", "fr")
    assert [(one.name, one.value) for one in me.fields] == [("Office", "B 12")]
    assert me.avatar != (await amina.account_delete_avatar()).avatar
    assert me.header != (await amina.account_delete_header()).header
    assert (await amina.me()).display_name == "Ana B."
    assert (await amina.account_verify_credentials()).source.note == "Line 3"
    profile = await amina.profile()
    assert (profile.display_name, profile.note) == ("Ana B.", "Line 3")
    changed = await amina.profile_update(note="Line 4", show_media=False, fields=[("Desk", "3")])
    assert (changed.note, changed.show_media, changed.fields[0].name) == ("Line 4", False, "Desk")
    assert (await amina.preferences())["posting:default:visibility"] == "unlisted"
    # The library wants TLS for this one; the nodes of tests have none.
    monkeypatch.setattr(internals.Mastodon, "_Mastodon__oauth_url_check", staticmethod(lambda *_, **__: None))
    assert (await amina.oauth_userinfo()).preferred_username == "ana4"


async def test_tags_are_followed_and_featured(pair: Nodes) -> None:
    _, usine = pair
    amina, luc = await Client.of(usine, "ana5"), await Client.of(usine, "lucc")
    await amina.status_post("The #crane turns", visibility="public")
    await amina.status_post("An #oven too", visibility="public")
    await settled(usine)
    assert (await luc.tag("crane")).following is False
    assert (await luc.tag_follow("crane")).following is True
    assert [one.name for one in await luc.followed_tags()] == ["crane"]
    assert (await luc.tag_unfollow("crane")).following is False
    assert {one.name for one in await amina.featured_tag_suggestions()} == {"crane", "oven"}
    featured = await amina.featured_tag_create("crane")
    assert [one.name for one in await amina.featured_tags()] == ["crane"]
    assert [one.name for one in await luc.account_featured_tags(amina.id)] == ["crane"]
    await amina.featured_tag_delete(featured)
    assert (await amina.tag_feature("oven")).featuring is True
    assert [one.name for one in await amina.featured_tags()] == ["oven"]
    assert (await amina.tag_unfeature("oven")).featuring is False
    assert await amina.featured_tags() == []


async def test_lists_hold_whom_one_follows(pair: Nodes) -> None:
    _, usine = pair
    amina, luc = await Client.of(usine, "ana6"), await Client.of(usine, "lucd")
    await amina.account_follow(luc.id)
    made = await amina.list_create("Team", replies_policy="followed", exclusive=True)
    assert (made.title, made.replies_policy, made.exclusive) == ("Team", "followed", True)
    await amina.list_accounts_add(made, [luc.id])
    assert ids(await amina.list_accounts(made)) == [luc.id]
    assert ids(await amina.account_lists(luc.id)) == ids([made])
    said = await luc.status_post("Hello", visibility="public")
    await settled(usine)
    assert ids(await amina.timeline_list(made)) == ids([said])
    assert ids(await amina.timeline_home()) == []
    changed = await amina.list_update(made, "Crew", replies_policy="none", exclusive=False)
    assert (changed.title, (await amina.list(made)).exclusive) == ("Crew", False)
    await amina.list_accounts_delete(made, [luc.id])
    assert await amina.list_accounts(made) == []
    assert ids(await amina.lists()) == ids([made])
    await amina.list_delete(made)
    with pytest.raises(MastodonNotFoundError):
        await amina.list(made)


async def test_reports_reach_the_site(pair: Nodes) -> None:
    _, usine = pair
    amina, luc = await Client.of(usine, "ana7"), await Client.of(usine, "luce")
    post = await luc.status_post("Rude", visibility="public")
    sent = await amina.report(luc.id, [post], comment="Too much", category="spam")
    assert (sent.category, sent.comment, sent.status_ids) == ("spam", "Too much", ids([post]))
