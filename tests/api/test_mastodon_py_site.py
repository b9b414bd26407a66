"""Mastodon.py: the site, apps and tokens, and administration."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from mastodon import (
    Mastodon,
    MastodonAPIError,
    MastodonIllegalArgumentError,
    MastodonNotFoundError,
    MastodonUnauthorizedError,
)

from server.api.instance import VERSION
from social.policy import Role
from tests.api.mastodon_py import Client, ids
from tests.nodes import settled
from tests.sites import LocalNode

pytestmark = pytest.mark.asyncio(loop_scope="module")

Nodes = tuple[LocalNode, LocalNode]


async def test_the_site_says_what_it_is(pair: Nodes) -> None:
    _, usine = pair
    amina = await Client.of(usine, "sia")
    assert (await amina.instance()).domain == (await amina.instance_v2()).domain == usine.host
    assert (await amina.instance_v1()).uri == usine.host
    assert await amina.retrieve_mastodon_version() == VERSION.partition(" ")[0]
    assert await amina.verify_minimum_version("4.6.0") is True
    assert await amina.instance_health() is True
    assert (await amina.instance_nodeinfo()).software.name == "archipel"
    assert isinstance(await amina.instance_peers(), list)
    assert isinstance(await amina.instance_rules(), list)
    assert isinstance(await amina.instance_domain_blocks(), list)
    assert (await amina.instance_extended_description()).content is not None
    assert isinstance(await amina.instance_activity(), list)
    assert "fr" in str(await amina.instance_languages())
    assert not await amina.instance_translation_languages()
    assert isinstance(await amina.custom_emojis(), list)
    metadata = await amina.oauth_authorization_server_info()
    assert metadata.issuer.rstrip("/") == usine.base_url
    now = await amina.get_approx_server_time()
    assert abs((datetime.now(UTC) - now.replace(tzinfo=UTC)).total_seconds()) < 60


async def test_a_token_ends_when_it_is_revoked(pair: Nodes) -> None:
    _, usine = pair
    amina = await Client.of(usine, "sia2")
    key, secret = await asyncio.to_thread(
        Mastodon.create_app, "Short", scopes=["read", "write"], api_base_url=usine.base_url
    )
    short = Client(usine, amina.person)
    short.library = await asyncio.to_thread(Mastodon, client_id=key, client_secret=secret, api_base_url=usine.base_url)
    # Who joins does so by invitation.
    with pytest.raises(MastodonIllegalArgumentError, match="not allowed"):
        await short.create_account("new", "a long password", "new@mail.example", agreement=True, scopes=["write"])
    await short.log_in(amina.person.name, amina.person.password, scopes=["read"], allow_http=True)
    assert (await short.app_verify_credentials()).name == "Short"
    assert (await short.me()).acct == "sia2"
    old = short.library.access_token
    await short.revoke_access_token(allow_http=True)
    short.library.access_token = old
    with pytest.raises(MastodonUnauthorizedError):
        await short.account_verify_credentials()


async def test_accounts_and_reports_are_administered(pair: Nodes) -> None:
    _, usine = pair
    chief, luc, amina = (
        await Client.of(usine, "chief", role=Role.ADMIN),
        await Client.of(usine, "sluc"),
        await Client.of(usine, "sia3"),
    )
    assert luc.id in ids(await chief.admin_accounts_v2(origin="local", username="sluc"))
    assert luc.id in str(await chief.admin_accounts(username="sluc"))
    # The library takes this list for one account.
    assert luc.id in {one["id"] for one in await chief.admin_accounts_v1(username="sluc")}
    await amina.report(luc.id, comment="Rude")
    [report] = await chief.admin_reports(target_account_id=luc.id)
    assert (await chief.admin_report(report)).comment == "Rude"
    assert (await chief.admin_report_assign(report)).assigned_account.username == "chief"
    assert (await chief.admin_report_unassign(report)).assigned_account is None
    assert (await chief.admin_report_resolve(report)).action_taken is True
    assert (await chief.admin_report_reopen(report)).action_taken is False
    await chief.admin_account_moderate(luc.id, "disable", report_id=report)
    assert (await chief.admin_account(luc.id)).disabled is True
    assert (await chief.admin_account_enable(luc.id)).disabled is False
    await chief.admin_account_moderate(luc.id, "sensitive")
    assert (await chief.admin_account_unsensitive(luc.id)).sensitized is False
    await chief.admin_account_moderate(luc.id, "silence")
    assert (await chief.admin_account_unsilence(luc.id)).silenced is False
    await chief.admin_account_moderate(luc.id, "suspend")
    assert (await chief.admin_account_unsuspend(luc.id)).suspended is False
    # Nobody waits for approval here: there is nobody to let in, or to turn away.
    for decide in (chief.admin_account_approve, chief.admin_account_reject):
        with pytest.raises(MastodonAPIError):
            await decide(luc.id)
    await chief.admin_account_moderate(luc.id, "suspend")
    await chief.admin_account_delete(luc.id)
    with pytest.raises(MastodonNotFoundError):
        await chief.account_lookup("sluc")


async def test_domains_and_figures_are_administered(pair: Nodes) -> None:
    _, usine = pair
    chief = await Client.of(usine, "chief", role=Role.ADMIN)
    block = await chief.admin_create_domain_block("bad.example", severity="silence", public_comment="Noise")
    assert ids(await chief.admin_domain_blocks()) == ids([block])
    assert (await chief.admin_domain_blocks(block)).domain == "bad.example"
    changed = await chief.admin_update_domain_block(block, severity="suspend")
    assert changed.severity == "suspend"
    await chief.admin_delete_domain_block(block)
    assert await chief.admin_domain_blocks() == []
    allow = await chief.admin_create_domain_allow("good.example")
    assert (await chief.admin_domain_allow(allow)).domain == "good.example"
    assert str(allow.id) in ids(await chief.admin_domain_allows())
    await chief.admin_delete_domain_allow(allow)
    assert str(allow.id) not in ids(await chief.admin_domain_allows())
    end = datetime.now(UTC)
    start = end - timedelta(days=3)
    [measure] = await chief.admin_measures(start, end, new_users=True)
    assert (measure.key, int(measure.total) > 0) == ("new_users", True)
    [dimension] = await chief.admin_dimensions(start, end, languages=True)
    assert dimension.key == "languages"
    assert await chief.admin_retention(start, end, "day") != []
    await settled(usine)
