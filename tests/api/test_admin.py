"""Administration by the API: scope and role are both needed, and every filter and act does what it says."""

import msgspec
import pytest

from server.api import present
from server.api.table import ROUTES
from social.governance import audit
from social.governance.audit import Wanted
from social.people.accounts import create_instance_actor
from social.people.names import INSTANCE_ACTOR
from social.policy import Role
from tests.api.site import Site
from tests.world import one_pair

READ = "read admin:read"
ALL = "read write admin:read admin:write"
PATH = "/api/v1/admin/accounts"
ADMIN = [endpoint for endpoint in ROUTES if "/admin/" in endpoint.path]


async def governed(site: Site) -> Site:
    """Amina and Luc, Marc who moderates, Ines who administers, Bruno of siege."""
    for name in ("amina", "luc"):
        await site.world.person(name)
    await site.world.person("marc", role=Role.MODERATOR)
    await site.world.person("ines", role=Role.ADMIN)
    node = site.node
    await node.db.write(create_instance_actor, one_pair(), ids=node.ids, urls=node.urls, now=node.clock())
    return site


async def act(site: Site, name: str, by: str = "marc", status: int = 200, **body: object) -> None:
    path = f"{PATH}/{site.world.id(name)}/action"
    await site.post(path, by=by, scopes=ALL, body=body, status=status)


async def test_all_of_administration_needs_the_scope_and_the_role(site: Site) -> None:
    await governed(site)
    assert ADMIN
    for endpoint in ADMIN:
        assert endpoint.scopes and all(scope.startswith("admin:") for scope in endpoint.scopes), endpoint.path
        for method in endpoint.methods:
            path = endpoint.path.replace(":id", str(site.world.id("amina")))
            body = None if method == "GET" else _some
            refused = await site.call(method, path, by="luc", scopes="read write", body=body, status=403)
            assert "scope" in refused.json["error"] or "outside" in refused.json["error"].lower()
            await site.call(method, path, by="ines", scopes="read write", body=body, status=403)
            await site.call(method, path, body=body, status=401)
            narrow = "admin:write:accounts" if endpoint.scopes[0].startswith("admin:read") else "admin:read"
            await site.call(method, path, by="ines", scopes=narrow, body=body, status=403)
    for endpoint in ADMIN:
        # Whoever lost the role since the token was given has nothing of it.
        for method in endpoint.methods:
            path = endpoint.path.replace(":id", str(site.world.id("amina")))
            token = await site.token("luc", ALL)
            answer = await site.call(method, path, token=token, body=None if method == "GET" else _some, status=403)
            assert "amina" not in str(answer.json).lower()


_some = {"type": "none", "keys": ["new_users"], "start_at": "2026-11-01", "end_at": "2026-11-20", "domain": "x.example",
         "frequency": "day", "severity": "no_access", "ip": "10.0.0.1", "email": "a@x.example",
         "canonical_email_hash": "0" * 64}  # fmt: skip


async def test_accounts_are_found_by_what_they_are(site: Site) -> None:
    await governed(site)
    await site.world.elsewhere("bruno")
    await act(site, "luc", type="silence", text="too loud")

    async def names(query: str, version: int = 2) -> list[str]:
        path = f"/api/v{version}/admin/accounts?{query}"
        found = await site.get(path, "Admin_Account[]", by="marc", scopes=READ)
        return sorted(one["username"] for one in found.json)

    assert await names("") == ["amina", "bruno", "ines", "luc", "marc"]
    assert await names("origin=remote") == ["bruno"]
    assert await names("origin=local&status=silenced") == ["luc"]
    assert await names("permissions=staff") == ["ines", "marc"]
    assert await names("role_ids[]=3") == ["ines"]
    assert await names("username=am") == await names("display_name=Ben") == ["amina"]
    assert await names("by_domain=siege.example") == ["bruno"]
    assert await names("status=pending") == await names("ip=10.0.0.1") == []
    assert await names("remote=true", 1) == ["bruno"]
    assert await names("local=true&silenced=true", 1) == ["luc"]
    assert await names("staff=true", 1) == ["ines", "marc"]
    await site.get("/api/v2/admin/accounts?status=bored", by="marc", scopes=READ, status=422)
    page = await site.get("/api/v2/admin/accounts?limit=2", "Admin_Account[]", by="marc", scopes=READ)
    rest = await site.get(page.links["next"], "Admin_Account[]", by="marc", scopes=READ)
    assert len({*page.ids, *rest.ids}) == 4


@pytest.mark.parametrize(
    ("type", "field", "back"),
    [("silence", "silenced", "unsilence"), ("sensitive", "sensitized", "unsensitive"),
     ("suspend", "suspended", "unsuspend")],
)  # fmt: skip
async def test_an_act_is_done_told_and_undone(site: Site, type: str, field: str, back: str) -> None:
    await governed(site)
    path = f"{PATH}/{site.world.id('amina')}"
    await act(site, "amina", type=type, text="You shouted.")
    shown = (await site.get(path, "Admin_Account", by="marc", scopes=READ)).json
    assert shown[field] is True
    assert (await site.post(f"{path}/{back}", "Admin_Account", by="marc", scopes=ALL)).json[field] is False
    await site.world.settle()
    told = await site.get("/api/v1/notifications?types[]=moderation_warning", "Notification[]", by="amina")
    warning = told.json[0]["moderation_warning"]
    assert (warning["action"], warning["text"], warning["appeal"]) == (type, "You shouted.", None)
    assert told.json[0]["account"]["username"] == INSTANCE_ACTOR
    rows = await site.node.db.read(audit.acts, site.world.viewer("ines"), Wanted())
    assert len(rows) == 2 and all(row.by_name == "marc" and row.origin == "127.0.0.1" for row in rows)


async def test_a_sign_in_is_closed_and_opened_by_administrators(site: Site) -> None:
    await governed(site)
    token = await site.token("amina")
    await act(site, "amina", by="marc", status=403, type="disable")
    await act(site, "amina", by="ines", type="disable")
    await site.get("/api/v1/accounts/verify_credentials", token=token, status=401)
    path = f"{PATH}/{site.world.id('amina')}/enable"
    assert (await site.post(path, "Admin_Account", by="ines", scopes=ALL)).json["disabled"] is False


async def test_only_what_is_suspended_is_deleted_and_then_it_is_gone(site: Site) -> None:
    await governed(site)
    token = await site.token("amina")
    path = f"{PATH}/{site.world.id('amina')}"
    await site.call("DELETE", path, by="ines", scopes=ALL, status=403)
    await act(site, "amina", type="suspend")
    await site.get("/api/v1/accounts/verify_credentials", token=token, status=401)
    await site.call("DELETE", path, by="marc", scopes=ALL, status=403)
    await site.call("DELETE", path, "Admin_Account", by="ines", scopes=ALL)
    await site.get(path, by="ines", scopes=READ, status=404)


async def test_somebody_suspended_shows_no_words_of_their_own(site: Site) -> None:
    await governed(site)
    row = await site.world.row(site.world.id("amina"))
    said = {"note_html": "<p>Line 3</p>", "avatar_description": "A crane", "header_description": "The hall"}
    shown = msgspec.to_builtins(present.account(msgspec.structs.replace(row, **said), site.world.urls))
    assert (shown["avatar_description"], shown["header_description"]) == ("A crane", "The hall")
    hidden = msgspec.structs.replace(row, suspended_at=site.world.clock(), **said)
    shown = msgspec.to_builtins(present.account(hidden, site.world.urls))
    assert [shown[name] for name in ("display_name", "note", "avatar_description", "header_description")] == [""] * 4


async def test_nobody_waits_and_nonsense_is_refused(site: Site) -> None:
    await governed(site)
    amina = site.world.id("amina")
    for verb in ("approve", "reject"):
        await site.post(f"{PATH}/{amina}/{verb}", by="marc", scopes=ALL, status=403)
    await act(site, "amina", status=422, type="banish")
    await act(site, "amina", status=422, type="delete_statuses")
    await act(site, "ines", status=403, type="silence")
    await act(site, "marc", status=403, type="silence")
    for id in ("1", "none"):
        await site.get(f"{PATH}/{id}", by="marc", scopes=READ, status=404)


async def test_roles_are_shown_beside_names(site: Site) -> None:
    await governed(site)
    shown = (await site.get(f"/api/v1/accounts/{site.world.id('marc')}", "Account", by="luc")).json
    assert [role["name"] for role in shown["roles"]] == ["Moderator"]
    own = (await site.get("/api/v1/accounts/verify_credentials", "CredentialAccount", by="ines")).json
    assert own["role"]["permissions"] == "1"
