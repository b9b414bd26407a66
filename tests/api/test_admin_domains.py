"""Nodes and figures of the site, by the API of administration."""

import pytest

from social import peers
from tests.api.site import Site
from tests.api.test_admin import ALL, READ, governed

ALLOWS = "/api/v1/admin/domain_allows"
BLOCKS = "/api/v1/admin/domain_blocks"


async def test_nodes_are_allowed_found_and_disallowed(site: Site) -> None:
    await governed(site)
    made = await site.post(ALLOWS, "Admin_DomainAllow", by="ines", scopes=ALL, body={"domain": "SIEGE.example."})
    assert made.json["domain"] == "siege.example"
    listed = await site.get(ALLOWS, "Admin_DomainAllow[]", by="ines", scopes=READ)
    assert listed.ids == [made.json["id"]]
    path = f"{ALLOWS}/{made.json['id']}"
    assert (await site.get(path, "Admin_DomainAllow", by="ines", scopes=READ)).json == made.json
    assert "siege.example" in (await site.get("/api/v1/instance/peers", by="ines", scopes=READ)).json
    await site.call("DELETE", path, "Admin_DomainAllow", by="ines", scopes=ALL)
    await site.get(path, by="ines", scopes=READ, status=404)
    assert (await site.get(ALLOWS, by="ines", scopes=READ)).json == []


async def test_nodes_are_limited_shut_out_and_freed(site: Site) -> None:
    await governed(site)
    bruno = await site.world.elsewhere("bruno", "a.loud.example")
    body = {"domain": "loud.example", "severity": "silence", "reject_media": True, "private_comment": "loud"}
    made = (await site.post(BLOCKS, "Admin_DomainBlock", by="ines", scopes=ALL, body=body)).json
    assert (made["severity"], made["reject_media"], made["private_comment"]) == ("silence", True, "loud")
    assert (await site.world.row(bruno.id)).is_limited
    await site.post(BLOCKS, by="ines", scopes=ALL, body=body, status=409)
    told = (await site.get("/api/v1/instance/domain_blocks", "DomainBlock[]", by="luc")).json
    assert [(one["domain"], one["severity"], one["comment"]) for one in told] == [("loud.example", "silence", "")]
    path = f"{BLOCKS}/{made['id']}"
    change = {"severity": "suspend", "reject_media": False}
    changed = (await site.call("PUT", path, "Admin_DomainBlock", by="ines", scopes=ALL, body=change)).json
    assert (changed["severity"], changed["reject_media"], changed["private_comment"]) == ("suspend", False, "loud")
    change = {"severity": "noop", "reject_reports": True}
    changed = (await site.call("PUT", path, "Admin_DomainBlock", by="ines", scopes=ALL, body=change)).json
    assert (changed["severity"], changed["reject_reports"]) == ("noop", True)
    assert (await site.get(BLOCKS, "Admin_DomainBlock[]", by="ines", scopes=READ)).ids == [made["id"]]
    await site.call("DELETE", path, "Admin_DomainBlock", by="ines", scopes=ALL)
    await site.get(path, by="ines", scopes=READ, status=404)
    assert not (await site.world.row(bruno.id)).is_limited


@pytest.mark.parametrize("domain", ["", "not a host", "https://x.example/path", "x" * 300])
async def test_what_is_no_domain_is_refused(site: Site, domain: str) -> None:
    await governed(site)
    for path in (ALLOWS, BLOCKS):
        answer = await site.post(path, by="ines", scopes=ALL, body={"domain": domain}, status=422)
        assert answer.json["error"]
    own = site.node.settings.node.domain
    await site.post(BLOCKS, by="ines", scopes=ALL, body={"domain": own}, status=422)
    await site.post(BLOCKS, by="ines", scopes=ALL, body={"domain": "x.example", "severity": "no"}, status=422)


async def test_nodes_are_for_administrators(site: Site) -> None:
    await governed(site)
    await site.node.db.write(peers.allow, None, "siege.example", now=site.node.clock())
    for path in (ALLOWS, BLOCKS, f"{ALLOWS}/1"):
        await site.get(path, by="marc", scopes=READ, status=403)
    await site.post(ALLOWS, by="marc", scopes=ALL, body={"domain": "x.example"}, status=403)


async def test_figures_count_days_and_parts(site: Site) -> None:
    await governed(site)
    post = await site.say("amina", "hello #line3")
    await site.post(f"/api/v1/statuses/{post}/favourite", by="luc")
    await site.post("/api/v1/reports", by="luc", body={"account_id": str(site.world.id("amina"))})
    keys = ["active_users", "new_users", "interactions", "opened_reports", "resolved_reports", "tag_uses",
            "tag_accounts", "tag_servers", "instance_statuses", "instance_accounts"]  # fmt: skip
    body = {
        "keys": keys,
        "start_at": "2026-11-23",
        "end_at": "2026-11-24",
        "tag_uses": {"id": "line3"},
        "tag_accounts": {"id": "line3"},
        "tag_servers": {"id": "line3"},
        "instance_statuses": {"domain": "siege.example"},
    }
    found = (await site.post("/api/v1/admin/measures", "Admin_Measure[]", by="marc", scopes=READ, body=body)).json
    totals = {one["key"]: one["total"] for one in found}
    assert totals == {
        "active_users": "2", "new_users": "4", "interactions": "1", "opened_reports": "1", "resolved_reports": "0",
        "tag_uses": "1", "tag_accounts": "1", "tag_servers": "1", "instance_statuses": "0", "instance_accounts": "0",
    }  # fmt: skip
    assert [day["value"] for day in found[0]["data"]] == ["0", "2"]
    body = {"keys": ["languages", "servers", "space_usage", "sources", "tag_servers"], "tag_servers": {"id": "line3"}}
    found = (await site.post("/api/v1/admin/dimensions", "Admin_Dimension[]", by="marc", scopes=READ, body=body)).json
    parts = {one["key"]: [(part["key"], part["value"]) for part in one["data"]] for one in found}
    assert parts["servers"] == parts["tag_servers"] == [("-", "1")]
    body = {"start_at": "2026-11-01", "end_at": "2026-11-24", "frequency": "month"}
    found = (await site.post("/api/v1/admin/retention", "Admin_Cohort[]", by="marc", scopes=READ, body=body)).json
    assert [(one["period"][:10], one["data"][0]["value"], one["data"][0]["rate"]) for one in found] == [
        ("2026-11-01", "2", 0.5)
    ]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        pytest.param("measures", {"keys": ["gossip"], "start_at": "2026-11-01", "end_at": "2026-11-02"}, id="key"),
        pytest.param("measures", {"keys": ["new_users"], "start_at": "soon", "end_at": "2026-11-02"}, id="no day"),
        pytest.param(
            "measures", {"keys": ["new_users"], "start_at": "2026-11-03", "end_at": "2026-11-02"}, id="turned"
        ),
        pytest.param("measures", {"keys": ["new_users"], "start_at": "1990-01-01", "end_at": "2026-11-02"}, id="long"),
        pytest.param("dimensions", {"keys": ["gossip"]}, id="dimension"),
        pytest.param("retention", {"start_at": "2026-11-01", "end_at": "2026-11-02", "frequency": "hour"}, id="hour"),
    ],
)
async def test_a_figure_that_cannot_be_is_refused(site: Site, path: str, body: dict[str, object]) -> None:
    await governed(site)
    await site.post(f"/api/v1/admin/{path}", by="marc", scopes=READ, body=body, status=422)
