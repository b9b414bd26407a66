"""Words of the administrators: written on a page, read at home, put away."""

from social.policy import Role
from tests.web.conftest import Site


async def test_a_bulletin_is_written_read_answered_and_put_away(site: Site) -> None:
    marc = await site.person("marc", role=Role.ADMIN)
    amina = await site.person("amina")
    words = {"text": "The gate is <closed>", "starts_at": "2026-11-24T14:00", "ends_at": "2026-12-24T14:00"}
    await marc.send("/admin/bulletins", {**words, "published": "1"})
    home = await amina.read("/")
    assert "The gate is <closed>" in home.words
    assert "24 November 2026 at 14:00" in home.words
    button = home.page.select_one("button[formaction$='/react']")
    await amina.send(button["formaction"], {"name": button["value"]})
    assert (await amina.read("/")).page.select_one("button[aria-pressed=true]")
    await amina.send(button["formaction"].replace("react", "dismiss"), {})
    assert "The gate is" not in (await amina.read("/")).words
    assert "The gate is" in (await marc.read("/")).words
    await marc.send("/admin/bulletins/1", {"text": "The gate is open"})
    assert "The gate is open" in (await marc.read("/admin/bulletins")).words
    assert "The gate is open" not in (await marc.read("/")).words
    await marc.send("/admin/bulletins/1/remove", {})
    assert "The gate is open" not in (await marc.read("/admin/bulletins")).words


async def test_what_is_wrong_is_said_beside_its_field(site: Site) -> None:
    marc = await site.person("marc", role=Role.ADMIN)
    words = {"text": "x", "starts_at": "2026-11-24T14:00", "ends_at": "2026-11-24T13:00"}
    refused = await marc.send("/admin/bulletins", words)
    assert refused.status == 422
    assert refused.page.select_one("#ends_at[aria-invalid]")
    for unreadable in ({"text": "", "ends_at": ""}, {"text": "x", "ends_at": "soon"}):
        assert (await marc.send("/admin/bulletins", unreadable)).status == 422
