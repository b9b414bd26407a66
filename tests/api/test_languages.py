"""A post in several languages: each reader gets their own."""

from typing import Any

import pytest

from tests.api.site import Site

SPOKEN = {
    "status": "Line 3 stops @bruno",
    "language": "en",
    "spoiler_text": "Machines",
    "versions": [
        {"language": "fr", "status": "La ligne 3 s’arrête #presse", "spoiler_text": "Machines à l’arrêt"},
        {"language": "de", "status": "Linie 3 steht"},
    ],
}


async def read(site: Site, path: str, language: str, entity: str = "Status", *, by: str | None = "amina") -> Any:
    return (await site.call("GET", path, entity, by=by, headers={"Accept-Language": language})).json


async def test_each_reader_gets_the_own_language(site: Site) -> None:
    await site.world.person("bruno")
    post = (await site.call("POST", "/api/v1/statuses", "Status", by="amina", body=SPOKEN)).json
    path = f"/api/v1/statuses/{post['id']}"
    for _ in range(2):  # the second time from what was kept
        french = await read(site, path, "fr-CA, en;q=0.5")
        assert ("s’arrête" in french["content"], french["language"]) == (True, "fr")
        assert french["spoiler_text"] == "Machines à l’arrêt"
        german = await read(site, path, "de")
        assert (german["language"], german["spoiler_text"]) == ("de", "Machines")
        for language in ("", "it", "en", "*", "fr;q=0, it", "broken;;q=x"):
            english = await read(site, path, language)
            assert ("stops" in english["content"], english["language"]) == (True, "en")
    assert [tag["name"] for tag in post["tags"]] == ["presse"]
    (listed,) = await read(site, "/api/v1/timelines/home", "fr", "Status[]")
    assert listed["language"] == "fr"


async def test_a_boost_reads_in_the_language_of_its_reader(site: Site) -> None:
    await site.world.person("bruno")
    post = (await site.call("POST", "/api/v1/statuses", by="amina", body=SPOKEN)).json
    await site.call("POST", f"/api/v1/statuses/{post['id']}/reblog", by="bruno")
    for _ in range(2):
        (boost,) = await read(site, "/api/v1/timelines/home", "fr", "Status[]", by="bruno")
        assert "s’arrête" in boost["content"] and "s’arrête" in boost["reblog"]["content"]
        (boost,) = await read(site, "/api/v1/timelines/home", "en", "Status[]", by="bruno")
        assert "stops" in boost["content"] and "stops" in boost["reblog"]["content"]


async def test_an_edit_by_an_app_that_knows_no_versions_keeps_them(site: Site) -> None:
    post = (await site.call("POST", "/api/v1/statuses", by="amina", body=SPOKEN)).json
    path = f"/api/v1/statuses/{post['id']}"
    await site.call("PUT", path, "Status", by="amina", body={"status": "Line 3 stands"})
    assert "s’arrête" in (await read(site, path, "fr"))["content"]
    await site.call("PUT", path, "Status", by="amina", body={"status": "Line 3 stands", "versions": []})
    assert "stands" in (await read(site, path, "fr"))["content"]


@pytest.mark.parametrize(
    "versions",
    [
        pytest.param([{"language": "en", "status": "twice"}], id="the post's own language"),
        pytest.param([{"language": "fr", "status": "a"}, {"language": "fr", "status": "b"}], id="one twice"),
        pytest.param([{"language": "french?", "status": "a"}], id="no language"),
        pytest.param([{"language": "fr", "status": " "}], id="no words"),
        pytest.param([{"language": "fr", "status": "x" * 50_000}], id="too long"),
        pytest.param([{"language": f"a{chr(97 + n)}", "status": "a"} for n in range(17)], id="too many"),
    ],
)
async def test_versions_that_cannot_be_are_refused(site: Site, versions: list[dict[str, str]]) -> None:
    body = {**SPOKEN, "versions": versions}
    await site.call("POST", "/api/v1/statuses", by="amina", status=422, body=body)
