"""The queue of reports by the API."""

from tests.api.site import Site
from tests.api.test_admin import ALL, READ, governed

PATH = "/api/v1/admin/reports"


async def reported(site: Site, *texts: str, visibility: str = "public") -> tuple[str, list[str]]:
    """Luc reports posts of Amina: the report and the posts."""
    posts = [await site.say("amina", f"{text} @luc", visibility=visibility) for text in texts]
    body = {"account_id": str(site.world.id("amina")), "status_ids": posts, "comment": "rude"}
    report = await site.post("/api/v1/reports", "Report", by="luc", body=body)
    return str(report.json["id"]), posts


async def test_a_report_is_taken_sorted_closed_and_opened_again(site: Site) -> None:
    await governed(site)
    report, posts = await reported(site, "one", "two")
    listed = (await site.get(PATH, "Admin_Report[]", by="marc", scopes=READ)).json
    assert [one["id"] for one in listed] == [report]
    assert [one["id"] for one in listed[0]["statuses"]] == posts
    assert (listed[0]["account"]["username"], listed[0]["target_account"]["username"]) == ("luc", "amina")

    async def done(verb: str) -> dict[str, object]:
        found = await site.post(f"{PATH}/{report}/{verb}", "Admin_Report", by="marc", scopes=ALL)
        shown = (await site.get(f"{PATH}/{report}", "Admin_Report", by="marc", scopes=READ)).json
        assert shown == found.json
        return dict(found.json)

    taken = await done("assign_to_self")
    assert taken["assigned_account"]["username"] == "marc"  # type: ignore[index]  # an entity
    assert (await done("unassign"))["assigned_account"] is None
    assert (await done("resolve"))["action_taken"] is True
    assert (await site.get(PATH, "Admin_Report[]", by="marc", scopes=READ)).json == []
    closed = await site.get(f"{PATH}?resolved=true", "Admin_Report[]", by="marc", scopes=READ)
    assert closed.ids == [report]
    assert (await done("reopen"))["action_taken_at"] is None
    body = {"category": "spam"}
    sorted_ = await site.call("PUT", f"{PATH}/{report}", "Admin_Report", by="marc", scopes=ALL, body=body)
    assert sorted_.json["category"] == "spam"
    await site.call("PUT", f"{PATH}/{report}", by="marc", scopes=ALL, body={"category": "bored"}, status=422)
    await site.call("PUT", f"{PATH}/{report}", by="marc", scopes=ALL, body={"rule_ids": ["9"]}, status=404)
    of = f"?account_id={site.world.id('luc')}&target_account_id={site.world.id('amina')}"
    assert (await site.get(PATH + of, "Admin_Report[]", by="marc", scopes=READ)).ids == [report]
    none = f"?account_id={site.world.id('amina')}"
    assert (await site.get(PATH + none, "Admin_Report[]", by="marc", scopes=READ)).json == []
    await site.get(f"{PATH}/1", by="marc", scopes=READ, status=404)


async def test_a_reported_post_for_a_few_is_not_shown_by_the_api(site: Site) -> None:
    await governed(site)
    report, _ = await reported(site, "between-us", visibility="direct")
    for path in (PATH, f"{PATH}/{report}"):
        answer = await site.get(path, by="marc", scopes=READ)
        assert b"between-us" not in answer.body
    for verb in ("assign_to_self", "unassign", "resolve", "reopen"):
        answer = await site.post(f"{PATH}/{report}/{verb}", by="marc", scopes=ALL)
        assert b"between-us" not in answer.body


async def test_an_action_with_its_report_closes_it(site: Site) -> None:
    await governed(site)
    report, _ = await reported(site, "one")
    body = {"type": "silence", "report_id": report, "text": "Enough."}
    await site.post(f"/api/v1/admin/accounts/{site.world.id('amina')}/action", by="marc", scopes=ALL, body=body)
    shown = (await site.get(f"{PATH}/{report}", "Admin_Report", by="marc", scopes=READ)).json
    assert shown["action_taken"] and shown["action_taken_by_account"]["username"] == "marc"
    assert shown["target_account"]["silenced"] is True


async def test_an_action_falls_upon_nobody_but_the_account_that_it_names(site: Site) -> None:
    await governed(site)
    report, _ = await reported(site, "one")
    await site.world.person("luc")
    body = {"type": "disable", "report_id": report}
    path = f"/api/v1/admin/accounts/{site.world.id('luc')}"
    await site.post(f"{path}/action", by="marc", scopes=ALL, body=body, status=404)
    for name in ("luc", "amina"):
        path = f"/api/v1/admin/accounts/{site.world.id(name)}"
        assert (await site.get(path, "Admin_Account", by="marc", scopes=READ)).json["disabled"] is False


async def test_a_longer_queue_costs_no_more(site: Site) -> None:
    await governed(site)
    costs = []
    for _ in range(2):
        for _ in range(3):
            await reported(site, "one", "two")
        await site.get(PATH, "Admin_Report[]", by="marc", scopes=READ)
        await site.get("/api/v2/admin/accounts", by="marc", scopes=READ)
        costs.append((site.cost(PATH), site.cost("/api/v2/admin/accounts")))
    # Reports, their people, posts and logins, and each post with all that is around it.
    assert costs[0] == costs[1] and costs[0][0] <= 12 and costs[0][1] <= 6
