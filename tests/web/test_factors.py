"""The second step of a sign-in: turned on by its first code, asked for after the password, lost and turned off."""

import re

import pyotp
import pytest

from social.people import factors
from social.policy import Role
from storage.ids import Millis
from tests.web.conftest import Site
from tests.web.visitor import Answer, Visitor
from tests.world import PASSWORD


def code_of(site: Site, secret: str, *, steps: int = 0) -> str:
    """What the telephone shows, so many half minutes from now."""
    return pyotp.TOTP(secret).generate_otp(site.world.clock() // 30_000 + steps)


async def turned_on(site: Site, amina: Visitor) -> tuple[str, list[str]]:
    """The secret and the codes on paper of somebody who turned the step on, through the pages."""
    begun = await amina.send("/settings/code/begin", {"former": PASSWORD})
    secret = str(begun.page.select_one("main code").get_text())
    assert begun.page.select_one("svg.qr path")
    assert f"secret={secret}" in str(begun.page.select_one('a[href^="otpauth:"]')["href"])
    done = await amina.fill(begun, "/settings/code/confirm", {"code": code_of(site, secret)})
    return secret, [str(one.get_text()) for one in done.page.select(".codes code")]


async def knock(site: Site, name: str = "amina") -> tuple[Visitor, Answer]:
    """A new browser after the right password."""
    visitor = site.stranger()
    return visitor, await visitor.send("/sign-in", {"name": name, "password": PASSWORD})


async def test_the_password_alone_opens_nothing_once_the_step_is_on(site: Site) -> None:
    amina = await site.person("amina")
    secret, codes = await turned_on(site, amina)
    assert len(codes) == len(set(codes)) == factors.CODES
    site.world.clock.pass_by(minutes=1)
    visitor, asked = await knock(site)
    assert asked.status == 200 and "And the code." in asked.words
    assert (await visitor.ask("GET", "/notifications")).status == 303
    wrong = await visitor.fill(asked, "/sign-in/code", {"code": "000000"})
    assert wrong.status == 422 and "not the code of now" in wrong.words
    await visitor.fill(wrong, "/sign-in/code", {"code": code_of(site, secret)})
    assert (await visitor.ask("GET", "/notifications")).status == 200


async def test_a_code_is_good_once_and_half_a_minute_late(site: Site) -> None:
    secret, _ = await turned_on(site, await site.person("amina"))
    site.world.clock.pass_by(minutes=2)
    code = code_of(site, secret, steps=-1)
    for status in (303, 422):
        visitor, asked = await knock(site)
        fields = {name: str(asked.page.select_one(f"input[name={name}]")["value"]) for name in ("half", "next")}
        answer = await visitor.send("/sign-in/code", {**fields, "code": code}, follow=False)
        assert answer.status == status
    visitor, asked = await knock(site)
    late = await visitor.fill(asked, "/sign-in/code", {"code": code_of(site, secret, steps=-3)})
    assert late.status == 422


async def test_a_code_on_paper_opens_once_however_it_is_written(site: Site) -> None:
    amina = await site.person("amina")
    _, codes = await turned_on(site, amina)
    written = codes[3].replace("-", " ").upper()
    visitor, asked = await knock(site)
    await visitor.fill(asked, "/sign-in/code", {"code": written})
    assert (await visitor.ask("GET", "/")).status == 200
    visitor, asked = await knock(site)
    assert (await visitor.fill(asked, "/sign-in/code", {"code": written})).status == 422
    page = await amina.read("/settings/code")
    assert "9 codes on paper are left" in page.words
    renewed = await amina.fill(page, "/settings/code/renew", {"former": PASSWORD})
    assert codes[4] not in renewed.words
    visitor, asked = await knock(site)
    assert (await visitor.fill(asked, "/sign-in/code", {"code": codes[4]})).status == 422


async def test_wrong_codes_are_throttled_with_the_passwords(site: Site) -> None:
    secret, _ = await turned_on(site, await site.person("amina"))
    site.world.clock.pass_by(minutes=1)
    visitor, asked = await knock(site)
    statuses = [(await visitor.fill(asked, "/sign-in/code", {"code": "000000"})).words for _ in range(20)]
    assert "Too many tries" in statuses[-1]
    refused = await visitor.fill(asked, "/sign-in/code", {"code": code_of(site, secret)})
    assert "Too many tries" in refused.words
    _, again = await knock(site)
    assert "Too many tries" in again.words


async def test_the_right_password_does_not_forgive_wrong_codes(site: Site) -> None:
    await turned_on(site, await site.person("amina"))
    words = ""
    for _ in range(20):
        visitor, asked = await knock(site)
        words = asked.words
        if "And the code." in words:
            await visitor.fill(asked, "/sign-in/code", {"code": "000000"})
    assert "Too many tries" in words


async def test_the_code_is_waited_for_ten_minutes(site: Site) -> None:
    secret, _ = await turned_on(site, await site.person("amina"))
    visitor, asked = await knock(site)
    site.world.clock.pass_by(minutes=11)
    late = await visitor.fill(asked, "/sign-in/code", {"code": code_of(site, secret)})
    assert "begin again" in late.words
    assert (await visitor.ask("GET", "/notifications")).status == 303


async def test_the_step_is_not_on_before_its_first_code_and_the_password_turns_it_off(site: Site) -> None:
    amina = await site.person("amina")
    page = await amina.read("/settings/code")
    assert (await amina.fill(page, "/settings/code/begin", {"former": "guess"})).status == 422
    await amina.send("/settings/code/begin", {"former": PASSWORD})
    visitor, _ = await knock(site)
    assert (await visitor.ask("GET", "/")).status == 200
    assert (await amina.send("/settings/code/confirm", {"code": "000000"})).status == 422
    await turned_on(site, amina)
    assert (await amina.send("/settings/code/begin", {"former": PASSWORD})).status == 409
    assert (await amina.send("/settings/code/remove", {"former": "guess"})).status == 422
    await amina.send("/settings/code/remove", {"former": PASSWORD})
    visitor, _ = await knock(site)
    assert (await visitor.ask("GET", "/")).status == 200


async def test_an_administrator_turns_it_off_and_the_log_says_so(site: Site) -> None:
    amina, ines = await site.person("amina"), await site.person("ines", role=Role.ADMIN)
    luc = await site.person("luc", role=Role.MODERATOR)
    await turned_on(site, amina)
    address = f"/admin/people/{site.world.id('amina')}"
    assert (await luc.send(f"{address}/code", {})).status == 403
    await ines.fill(await ines.read(address), f"{address}/code", {"why": "phone lost"})
    visitor, _ = await knock(site)
    assert (await visitor.ask("GET", "/")).status == 200
    log = await ines.read("/admin/log?act=account")
    assert "Passkeys and code taken away" in log.words and "phone lost" in log.words
    assert 'action="' + address + '/code"' not in (await ines.read(address)).text


async def test_a_consent_page_comes_after_the_code(site: Site) -> None:
    secret, _ = await turned_on(site, await site.person("amina"))
    site.world.clock.pass_by(minutes=1)
    visitor = site.stranger()
    asked = await visitor.send("/sign-in", {"name": "amina", "password": PASSWORD, "next": "/settings/apps"})
    inside = await visitor.fill(asked, "/sign-in/code", {"code": code_of(site, secret)})
    assert inside.path == "/settings/apps"


@pytest.mark.parametrize("code", ["", "12345", "1234567", "١٢٣٤٥٦", "abcdef"])
async def test_what_is_no_code_is_none(site: Site, code: str) -> None:
    await turned_on(site, await site.person("amina"))
    visitor, asked = await knock(site)
    assert (await visitor.fill(asked, "/sign-in/code", {"code": code})).status == 422


async def test_a_session_says_from_where_it_was_last_used(site: Site) -> None:
    amina = await site.person("amina")
    assert "from 127.0.0.1" in (await amina.read("/settings/account")).words


async def test_the_secret_is_not_told_again(site: Site) -> None:
    amina = await site.person("amina")
    secret, codes = await turned_on(site, amina)
    page = await amina.read("/settings/code")
    assert secret not in page.text and not any(code in page.text for code in codes)
    assert re.fullmatch(r"[A-Z2-7]{32}", secret)
    view = await site.world.db.read(factors.factor, site.world.viewer("amina"))
    assert view.since == Millis(site.world.clock())
