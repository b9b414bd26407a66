"""An API answer costs at most six statements, authentication included, whatever its length."""

import re

from server.api.routing import Auth, Door
from server.api.table import ROUTES
from tests.api.site import Site

MOST = 6
MORE = {"/api/v2/search": 2}
"""Asked for everything at once, a search is three questions: for people, hashtags and posts."""
NOT_READ_HERE = re.compile(
    r"streaming|oauth|push|notifications/(requests/)?:id|media/:id$|scheduled_statuses/:id|avatars|token|/admin/"
)
"""What administers has its own budget: `test_admin.py`."""


async def fill(site: Site, count: int) -> str:
    """Posts with everything: mentions, hashtags, answers, boosts, likes, notifications. The root of their thread."""
    await site.follow("luc", "amina")
    root = await site.say("amina", "@luc the first #line3")
    for number in range(count):
        post = await site.say("amina", f"@luc number {number} #line3", in_reply_to_id=root)
        await site.post(f"/api/v1/statuses/{post}/reblog", "Status", by="marc")
        await site.post(f"/api/v1/statuses/{post}/favourite", "Status", by="luc")
        await site.post(f"/api/v1/statuses/{post}/bookmark", "Status", by="luc")
    await site.world.settle()
    return root


async def test_every_reading_route_stays_within_the_budget(site: Site) -> None:
    root = await fill(site, 6)
    poll = {"options": ["Soup", "Rice"], "expires_in": 3600}
    asked = (await site.post("/api/v1/statuses", "Status", by="amina", body={"status": "?", "poll": poll})).json
    list = (await site.post("/api/v1/lists", "List", by="luc", body={"title": "Line 3"})).json["id"]
    ids = {
        "accounts": str(site.world.id("amina")),
        "statuses": root,
        "lists": list,
        "timelines": list,
        "polls": asked["poll"]["id"],
    }
    key = (await site.get("/api/v2/notifications", by="luc")).json["notification_groups"][0]["group_key"]
    body = {"title": "Noise", "context": ["home"], "keywords_attributes": [{"keyword": "press"}]}
    # Whose filters are read pays one statement more, once (tests/api/test_filters.py): luc has none.
    noise = (await site.post("/api/v2/filters", "Filter", by="ines", body=body)).json
    named = await site.post(f"/api/v2/filters/{noise['id']}/statuses", by="ines", body={"status_id": root})
    word = noise["keywords"][0]["id"]
    own = {"/api/v1/filters/:id": word, "/api/v2/filters/keywords/:id": word}
    own["/api/v2/filters/statuses/:id"] = named.json["id"]
    ids["filters"] = noise["id"]
    await site.post("/api/v1/tags/line3/follow", "Tag", by="luc")
    query = {
        "/api/v1/domain_blocks/preview": "?domain=siege.example",
        "/api/v1/accounts/lookup": "?acct=amina",
        "/api/v1/accounts/search": "?q=ami",
        "/api/v2/search": "?q=line3",
        "/api/v1/accounts/relationships": f"?id[]={ids['accounts']}",
        "/api/v1/accounts/familiar_followers": f"?id[]={ids['accounts']}",
        "/api/v1/accounts": f"?id[]={ids['accounts']}",
        "/api/v1/statuses": f"?id[]={root}",
        "/api/v1/markers": "?timeline[]=home",
    }
    for endpoint in ROUTES:
        if "GET" not in endpoint.methods or endpoint.auth is Auth.APP or NOT_READ_HERE.search(endpoint.path):
            continue
        subject = endpoint.path.split("/")[3] if endpoint.path.startswith("/api/") else ""
        path = (
            endpoint.path.replace(":id", own.get(endpoint.path) or ids.get(subject, "1"))
            .replace(":hashtag", "line3")
            .replace(":name", "line3")
            .replace(":group_key", key)
        )
        by = "amina" if endpoint.path.endswith("/source") else "ines" if subject == "filters" else "luc"
        answer = await site.get(path + query.get(endpoint.path, ""), by=by)
        # One statement more is for the polls among the posts.
        assert site.cost(endpoint.path) <= MOST + MORE.get(endpoint.path, 0) + (b'"multiple"' in answer.body), (
            endpoint.path
        )


async def test_a_longer_list_costs_no_more(site: Site) -> None:
    costs = []
    for _ in range(2):
        await fill(site, 5)
        await site.get("/api/v1/timelines/home?limit=40", "Status[]", by="luc")
        await site.get("/api/v1/notifications?limit=40", "Notification[]", by="luc")
        costs.append((site.cost("/api/v1/timelines/home"), site.cost("/api/v1/notifications")))
    assert costs[0] == costs[1]
    assert costs[0][0] <= 6


def test_the_doors_of_the_api_are_all_used() -> None:
    elsewhere = {Door.PAGES, Door.FEDERATION, Door.EXPORT}
    assert {endpoint.door for endpoint in ROUTES} == set(Door) - elsewhere
