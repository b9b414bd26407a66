"""Passkeys: added with the password, good alone or after it, and for nothing but what they were asked to sign."""

import json
from typing import Any

import msgspec

from social.people.passkeys import MOST, party
from social.policy import Role
from social.urls import Urls
from tests.web.conftest import Site
from tests.web.device import Device, encoded
from tests.web.visitor import Answer, Visitor
from tests.world import PASSWORD

HERE = "/settings/passkeys"
LIVE = {"x-archipel-live": "1"}


async def asked(visitor: Visitor, path: str, fields: dict[str, str]) -> dict[str, Any]:
    """What the node wants a device to do."""
    answer = await visitor.send(path, fields, follow=False, headers=LIVE)
    assert answer.status == 200, answer.text
    found: dict[str, Any] = json.loads(answer.text)
    return found


async def added(visitor: Visitor, name: str = "Téléphone", **kind: bool) -> Device:
    """A device whose key is the visitor's."""
    device = Device(visitor.origin, **kind)
    options = await asked(visitor, f"{HERE}/begin", {"name": name, "former": PASSWORD})
    answer = await visitor.send(HERE, {"name": name, "passkey": device.make(options)})
    assert "done=passkey_added" in answer.path, answer.words
    return device


async def shown(visitor: Visitor, device: Device, **lies: Any) -> Answer:
    """The answer at the door to a device."""
    options = await asked(visitor, "/sign-in/passkey/begin", {})
    return await visitor.send("/sign-in/passkey", {"next": "/lists", "passkey": device.sign(options, **lies)})


async def is_in(visitor: Visitor) -> bool:
    return (await visitor.ask("GET", "/notifications")).status == 200


async def test_a_passkey_opens_alone_and_the_list_says_so(site: Site) -> None:
    amina = await site.person("amina")
    device = await added(amina, copies=True)
    page = await amina.read(HERE)
    assert "Téléphone" in page.words and "not used yet" in page.words and "on all devices of its account" in page.words
    stranger = site.stranger()
    assert (await shown(stranger, device)).path == "/lists"
    assert "last used" in (await amina.read(HERE)).words
    options = await asked(site.stranger(), "/sign-in/passkey/begin", {})
    assert options["userVerification"] == "required" and options.get("allowCredentials", []) == []
    assert options["rpId"] == "usine.example"


async def test_several_have_names_and_one_that_is_removed_opens_no_more(site: Site) -> None:
    amina = await site.person("amina")
    first, second = await added(amina), await added(amina, "Clé bleue")
    one = next(link for link in (await amina.read(HERE)).page.select(".rows a") if "Téléphone" in link["aria-label"])
    page = await amina.read(str(one["href"]))
    await amina.fill(page, str(one["href"]), {"name": "Vieux téléphone"})
    assert "Vieux téléphone" in (await amina.read(HERE)).words
    refused = await amina.fill(page, f"{one['href']}/remove", {"removing": "guess"})
    assert refused.status == 422 and "Nothing was removed" in refused.words
    gone = await amina.fill(page, f"{one['href']}/remove", {"removing": PASSWORD})
    assert "Vieux" not in gone.words and "Clé bleue" in gone.words
    stranger = site.stranger()
    assert "does not open this site" in (await shown(stranger, first)).words and not await is_in(stranger)
    await shown(stranger, second)
    assert await is_in(stranger)


LIES: list[dict[str, Any]] = [
    {"origin": "https://usine.example.evil.example"},
    {"origin": "https://siege.example"},
    {"origin": "http://usine.example"},
    {"host": "siege.example"},
    {"challenge": encoded(b"another challenge that nobody asked for")},
    {"handle": b"1"},
    {"handle": b""},
    {"tampered": True},
]


async def test_what_was_signed_elsewhere_or_otherwise_opens_nothing(site: Site) -> None:
    device = await added(await site.person("amina"))
    for lie in LIES:
        stranger = site.stranger()
        answer = await shown(stranger, device, **lie)
        assert answer.status == 422 and "does not open this site" in answer.words, lie
        assert not await is_in(stranger), lie
        site.world.clock.pass_by(minutes=11)
    await shown(stranger, device)
    assert await is_in(stranger)


async def test_an_answer_is_good_once_in_its_own_browser_and_for_five_minutes(site: Site) -> None:
    device = await added(await site.person("amina"))
    owner, thief = site.stranger(), site.stranger()
    options = await asked(owner, "/sign-in/passkey/begin", {})
    answer = device.sign(options)
    for other in (thief, site.stranger()):
        assert "took too long" in (await other.send("/sign-in/passkey", {"passkey": answer})).words
    await asked(thief, "/sign-in/passkey/begin", {})
    assert "does not open" in (await thief.send("/sign-in/passkey", {"passkey": answer})).words
    await owner.send("/sign-in/passkey", {"passkey": answer})
    assert await is_in(owner)
    again = site.stranger()
    again.cookies["archipel_passkey"] = owner.cookies["archipel_passkey"]
    assert "took too long" in (await again.send("/sign-in/passkey", {"passkey": answer})).words
    late = await asked(again, "/sign-in/passkey/begin", {})
    site.world.clock.pass_by(minutes=6)
    assert "took too long" in (await again.send("/sign-in/passkey", {"passkey": device.sign(late)})).words
    assert not await is_in(again)


async def test_a_wrong_answer_spends_what_was_asked(site: Site) -> None:
    device, stranger = await added(await site.person("amina")), site.stranger()
    options = await asked(stranger, "/sign-in/passkey/begin", {})
    await stranger.send("/sign-in/passkey", {"passkey": device.sign(options, tampered=True)})
    assert "took too long" in (await stranger.send("/sign-in/passkey", {"passkey": device.sign(options)})).words


async def test_a_copied_key_is_found_by_its_count(site: Site) -> None:
    device, stranger = await added(await site.person("amina")), site.stranger()
    device.count = 7
    await shown(stranger, device)
    device.count = 3
    assert "does not open" in (await shown(site.stranger(), device)).words


async def test_a_device_that_did_not_verify_its_user_is_no_way_in(site: Site) -> None:
    amina = await site.person("amina")
    weak = Device(amina.origin, verifies=False)
    options = await asked(amina, f"{HERE}/begin", {"name": "x", "former": PASSWORD})
    assert options["authenticatorSelection"]["residentKey"] == "required"
    assert (await amina.send(HERE, {"name": "x", "passkey": weak.make(options)})).status == 422
    device = await added(amina)
    device.verifies = False
    assert "does not open" in (await shown(site.stranger(), device)).words


async def test_a_key_is_made_for_who_asked_with_their_password_and_in_that_session(site: Site) -> None:
    amina, luc = await site.person("amina"), await site.person("luc")
    wrong = await amina.send(f"{HERE}/begin", {"name": "x", "former": "guess"}, headers=LIVE)
    assert wrong.status == 422 and "not your present password" in wrong.text
    device = Device(amina.origin)
    options = await asked(amina, f"{HERE}/begin", {"name": "x", "former": PASSWORD})
    made = device.make(options)
    assert (await luc.send(HERE, {"name": "x", "passkey": made})).status == 401
    elsewhere = await amina.send(HERE, {"name": "x", "passkey": device.make(options, origin="https://evil.example")})
    assert elsewhere.status == 422
    assert (await amina.send(HERE, {"name": "x", "passkey": made})).status == 401
    assert "x" not in [str(one.get_text()) for one in (await amina.read(HERE)).page.select(".rows b")]


async def test_a_key_belongs_to_one_person(site: Site) -> None:
    amina, luc = await site.person("amina"), await site.person("luc")
    device = await added(amina)
    options = await asked(luc, f"{HERE}/begin", {"name": "x", "former": PASSWORD})
    assert (await luc.send(HERE, {"name": "x", "passkey": device.make(options)})).status == 409
    link = str((await amina.read(HERE)).page.select_one(".rows a")["href"])
    assert (await luc.ask("GET", link)).status == 404
    assert (await luc.send(link, {"name": "mine"})).status == 404
    assert (await luc.send(f"{link}/remove", {"removing": PASSWORD})).status == 404
    again = await asked(amina, f"{HERE}/begin", {"name": "x", "former": PASSWORD})
    assert [one["id"] for one in again["excludeCredentials"]] == [encoded(device.id)]


UNREADABLE = (
    "", "{}", "[]", "null", "x", '{"response":1}', '{"response":{}}', '{"id":1,"response":{}}', "[" * 5_000,
    '{"id":"é","rawId":"é","type":"public-key","response":{"clientDataJSON":"x","authenticatorData":"=","signature":"-"}}',
    '{"id":"' + "a" * 70_000 + '"}', '{"response":{"x":' + "[" * 20_000 + "]" * 20_000 + "}}",
)  # fmt: skip


async def test_what_no_device_writes_is_refused_in_words(site: Site) -> None:
    amina, stranger = await site.person("amina"), site.stranger()
    for answer in UNREADABLE:
        await asked(stranger, "/sign-in/passkey/begin", {})
        refused = await stranger.send("/sign-in/passkey", {"passkey": answer})
        assert refused.status == 422 and "does not open" in refused.words, answer[:50]
        await asked(amina, f"{HERE}/begin", {"name": "x", "former": PASSWORD})
        assert (await amina.send(HERE, {"name": "x", "passkey": answer})).status == 422, answer[:50]
        site.world.clock.pass_by(minutes=11)


async def test_attempts_with_one_key_are_throttled_and_shut_nobody_else_out(site: Site) -> None:
    device = await added(await site.person("amina"))
    said = [(await shown(site.stranger(), device, tampered=True)).words for _ in range(12)]
    assert "does not open" in said[0] and "Too many tries" in said[-1]
    assert "Too many tries" in (await shown(site.stranger(), device)).words
    by_password = site.stranger()
    await by_password.send("/sign-in", {"name": "amina", "password": PASSWORD})
    assert await is_in(by_password)
    site.world.clock.pass_by(minutes=11)
    later = site.stranger()
    await shown(later, device)
    assert await is_in(later)


async def test_after_the_password_the_passkey_of_that_person_finishes(site: Site) -> None:
    amina, luc = await site.person("amina"), await site.person("luc")
    own, other = await added(amina), await added(luc)
    codes = await amina.send(f"{HERE}/step", {"stepping": PASSWORD, "on": "1"})
    on_paper = [str(one.get_text()) for one in codes.page.select(".codes code")]
    assert len(on_paper) == 10
    visitor = site.stranger()
    half = await visitor.send("/sign-in", {"name": "amina", "password": PASSWORD})
    assert "And your passkey." in half.words and not await is_in(visitor)
    token = str(half.page.select_one("input[name=half]")["value"])
    options = await asked(visitor, "/sign-in/code/passkey/begin", {"half": token})
    assert [one["id"] for one in options["allowCredentials"]] == [encoded(own.id)]
    wrong = await visitor.send("/sign-in/code/passkey", {"half": token, "passkey": other.sign(options)})
    assert wrong.status == 422 and not await is_in(visitor)
    alone = await asked(visitor, "/sign-in/passkey/begin", {})
    crossed = await visitor.send("/sign-in/code/passkey", {"half": token, "passkey": own.sign(alone)})
    assert crossed.status == 422 and not await is_in(visitor)
    half = await visitor.send("/sign-in", {"name": "amina", "password": PASSWORD})
    token = str(half.page.select_one("input[name=half]")["value"])
    options = await asked(visitor, "/sign-in/code/passkey/begin", {"half": token})
    own.verifies = False  # the password was the thing known
    inside = await visitor.send(
        "/sign-in/code/passkey", {"half": token, "next": "/lists", "passkey": own.sign(options)}
    )
    assert inside.path == "/lists"
    by_paper = site.stranger()
    half = await by_paper.send("/sign-in", {"name": "amina", "password": PASSWORD})
    await by_paper.fill(half, "/sign-in/code", {"code": on_paper[0]})
    assert await is_in(by_paper)


async def test_without_keys_none_is_asked_for(site: Site) -> None:
    amina = await site.person("amina")
    assert (await amina.send(f"{HERE}/step", {"stepping": PASSWORD, "on": "1"})).status == 404
    await added(amina)
    await amina.send(f"{HERE}/step", {"stepping": PASSWORD, "on": "1"})
    guessed = await amina.send(f"{HERE}/step", {"stepping": "guess"})
    assert guessed.status == 422 and "Nothing was changed" in guessed.text
    link = str((await amina.read(HERE)).page.select_one(".rows a")["href"])
    await amina.send(f"{link}/remove", {"removing": PASSWORD})
    visitor = site.stranger()
    await visitor.send("/sign-in", {"name": "amina", "password": PASSWORD})
    assert await is_in(visitor)


async def test_an_administrator_takes_them_away_from_who_lost_the_telephone(site: Site) -> None:
    amina, ines = await site.person("amina"), await site.person("ines", role=Role.ADMIN)
    device = await added(amina)
    address = f"/admin/people/{site.world.id('amina')}"
    await ines.fill(await ines.read(address), f"{address}/code", {"why": "lost"})
    assert "does not open" in (await shown(site.stranger(), device)).words
    assert "Passkeys and code taken away" in (await ines.read("/admin/log?act=account")).words


async def test_a_suspended_account_has_no_way_in(site: Site) -> None:
    device = await added(await site.person("amina"))
    ines = await site.person("ines", role=Role.ADMIN)
    await ines.send(f"/admin/people/{site.world.id('amina')}/suspend", {})
    stranger = site.stranger()
    assert "suspended" in (await shown(stranger, device)).words and not await is_in(stranger)


async def test_nobody_adds_keys_without_end(site: Site) -> None:
    amina = await site.person("amina")
    for number in range(MOST):
        await added(amina, f"Clé {number}")
    answer = await amina.send(f"{HERE}/begin", {"name": "x", "former": PASSWORD}, headers=LIVE)
    assert answer.status == 409 and f"{MOST} passkeys already" in answer.text


def test_a_bare_address_has_no_name_for_keys() -> None:
    named = {"https://usine.example": True, "http://localhost:8400": True, "http://siege.localhost:9500": True}
    bare = {"http://127.0.0.1:8400": False, "http://[::1]:8400": False}
    for base, is_named in {**named, **bare}.items():
        assert party(Urls(base), "x").is_named is is_named, base


async def test_the_page_of_a_bare_address_says_why_there_are_none(site: Site) -> None:
    amina = await site.person("amina")
    site.node.urls = msgspec.structs.replace(site.node.urls, base="http://10.0.0.7:8400")
    page = await amina.read(HERE)
    assert "reached by a bare address" in page.words and page.page.select_one("form.passkey") is None
    assert (await site.stranger().read("/sign-in")).page.select_one("form.passkey") is None


async def test_a_browser_without_scripts_is_told(site: Site) -> None:
    page = await site.stranger().read("/sign-in")
    assert "need JavaScript" in page.page.select_one("noscript").get_text()
