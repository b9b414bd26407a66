"""Reports through the API: who may make them, what is kept, who is told."""

import pytest

from social.governance import rules
from social.governance.rules import RuleDraft, Wording
from social.policy import Role
from tests.api.site import Site

REPORTS = "/api/v1/reports"


async def moderated(site: Site) -> Site:
    """Amina writes, Luc reads, Marc moderates."""
    for name in ("amina", "luc"):
        await site.world.person(name)
    await site.world.person("marc", role=Role.MODERATOR)
    await site.settle()
    await site.post("/api/v1/notifications/clear", by="marc")
    return site


async def test_a_report_is_answered_and_told_to_the_moderators_only(site: Site) -> None:
    await moderated(site)
    post = await site.say("amina", "the food is awful")
    amina = str(site.world.id("amina"))
    body = {"account_id": amina, "status_ids": [post], "comment": "rude", "category": "spam", "forward": True}
    reply = await site.post(REPORTS, "Report", by="luc", body=body)
    report = reply.json
    assert (report["category"], report["comment"], report["status_ids"]) == ("spam", "rude", [post])
    assert report["forwarded"] is False and report["action_taken"] is False
    assert report["target_account"]["id"] == amina
    await site.settle()
    told = (await site.get("/api/v1/notifications", "Notification[]", by="marc")).json
    assert [(one["type"], one["report"]["id"], one["account"]["username"]) for one in told] == [
        ("admin.report", report["id"], "luc")
    ]
    for name in ("amina", "luc"):
        kinds = [one["type"] for one in (await site.get("/api/v1/notifications", by=name)).json]
        assert "admin.report" not in kinds


async def test_a_report_takes_a_form_and_rules_make_it_a_violation(site: Site) -> None:
    await moderated(site)
    draft = RuleDraft(text="Be kind", translations={"fr": Wording(text="Soyez aimables")})
    rule = await site.node.db.write(rules.add, None, draft, now=site.node.clock())
    shown = (await site.get("/api/v1/instance/rules", "Rule[]")).json
    assert shown[0]["text"] == "Be kind" and shown[0]["translations"]["fr"]["text"] == "Soyez aimables"
    assert (await site.get("/api/v2/instance", "Instance")).json["rules"] == shown
    form = [("account_id", str(site.world.id("amina"))), ("rule_ids[]", str(rule))]
    report = (await site.post(REPORTS, "Report", by="luc", form=form)).json
    assert (report["category"], report["rule_ids"], report["status_ids"]) == ("violation", [str(rule)], [])


async def test_posts_of_others_and_hidden_ones_are_left_out_of_a_report(site: Site) -> None:
    await moderated(site)
    closed = await site.say("amina", "for myself", visibility="direct")
    of_luc = await site.say("luc", "mine")
    body = {"account_id": str(site.world.id("amina")), "status_ids": [closed, of_luc, "77", "nonsense"]}
    assert (await site.post(REPORTS, "Report", by="luc", body=body)).json["status_ids"] == []


@pytest.mark.parametrize(
    ("params", "status"),
    [
        pytest.param({}, 400, id="nobody"),
        pytest.param({"account_id": "1"}, 404, id="an account that is not there"),
        pytest.param({"account_id": "amina"}, 404, id="an id that is none"),
        pytest.param({"category": "boredom"}, 422, id="no category"),
        pytest.param({"category": "violation"}, 422, id="a violation of nothing"),
        pytest.param({"rule_ids": ["12"]}, 404, id="a rule that is not there"),
        pytest.param({"rule_ids": ["x"]}, 404, id="a rule that is none"),
        pytest.param({"comment": "x" * 1_001}, 422, id="too long"),
    ],
)
async def test_a_report_that_is_wrong_is_refused_and_not_kept(
    site: Site, params: dict[str, object], status: int
) -> None:
    await moderated(site)
    body = ({"account_id": str(site.world.id("amina"))} if params else {}) | params
    await site.post(REPORTS, by="luc", body=body, status=status)
    await site.settle()
    assert (await site.get("/api/v1/notifications", by="marc")).json == []


async def test_reporting_needs_its_scope_and_a_person(site: Site) -> None:
    await moderated(site)
    body = {"account_id": str(site.world.id("amina"))}
    await site.post(REPORTS, by="luc", scopes="read write:statuses", body=body, status=403)
    await site.post(REPORTS, body=body, status=401)


async def test_who_reports_without_end_is_stopped(site: Site) -> None:
    await moderated(site)
    body = {"account_id": str(site.world.id("amina"))}
    for _ in range(50):
        await site.post(REPORTS, "Report", by="luc", body=body)
    await site.post(REPORTS, by="luc", body=body, status=429)
