"""What rings: the bell follows what happens while one looks, and a push reaches a browser that was allowed to ring."""

import json

from playwright.async_api import Browser, Page, expect

from social.feeds import markers, notifications
from social.paging import FIRST
from social.people import sessions
from storage import push as rows
from storage.ids import SessionId
from tests.browser.harbour import Harbour, awake, enter, tab
from tests.browser.reader import complaints
from tests.nodes import eventually
from web.pages.push import USUAL

SUBSCRIBED = """
PushManager.prototype.getSubscription = async () => window.kept ?? null;
PushManager.prototype.subscribe = async (options) => {
    window.key = new Uint8Array(options.applicationServerKey).length;
    const keys = {
        p256dh: "BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM",
        auth: "MDEyMzQ1Njc4OWFiY2RlZg",
    };
    const endpoint = "https://push.example/bruno";
    return (window.kept = { toJSON: () => ({ endpoint, keys }), unsubscribe: async () => (window.kept = null) });
};
"""
"""Stands for the push service of the browser's maker, which is not asked; all else is the browser's own."""

SHOWN = """async (title) => {
    const shown = await (await navigator.serviceWorker.ready).getNotifications();
    return shown.some((one) => one.title === title);
}"""


async def looked_at_again(page: Page) -> None:
    """The reader comes back to the tab."""
    await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


async def test_the_bell_follows_what_happens_here_and_on_other_devices(harbour: Harbour, browser: Browser) -> None:
    world = harbour.world
    async with tab(browser, harbour, width=390) as page:
        await enter(page, harbour, "bruno")
        bell = page.locator(".tabbar a[href='/notifications'] .count")
        await expect(bell).to_contain_text("1")
        await page.goto("/notifications")
        await awake(page)
        await world.say("ines", "@bruno tu viens ?")
        await world.settle()
        await looked_at_again(page)
        await expect(bell).to_contain_text("2")
        line = page.locator("main .since a")
        assert await complaints(page) == []
        await line.click()
        await expect(page.locator("article.note").first).to_contain_text("tu viens")
        await awake(page)
        # An app marks all as read.
        bruno = world.viewer("bruno")
        newest = (await world.db.read(notifications.notifications, bruno, FIRST, now=world.clock()))[0].id
        await world.db.write(markers.mark, bruno, "notifications", newest, now=world.clock())
        await looked_at_again(page)
        await expect(bell).to_have_count(0)


async def test_a_device_is_let_ring_and_a_push_shows_and_moves_the_bell(
    harbour: Harbour, whole_browser: Browser
) -> None:
    world = harbour.world
    async with tab(whole_browser, harbour, worker=True) as page:
        await page.context.grant_permissions(["notifications"], origin=harbour.base)
        await page.add_init_script(SUBSCRIBED)
        control = await page.context.new_cdp_session(page)
        registrations: list[str] = []
        control.on(
            "ServiceWorker.workerRegistrationUpdated",
            lambda event: registrations.extend(one["registrationId"] for one in event["registrations"]),
        )
        await control.send("ServiceWorker.enable")
        await enter(page, harbour, "bruno")
        await page.goto("/settings/notifications")
        await awake(page)
        form = page.locator("form[data-behaviour=ring]")
        await expect(form.locator("[role=status]")).to_have_text("Cet appareil ne sonne pas.")
        await form.get_by_label("Quelqu’un vous suit").check()
        await form.locator("[name=on]").click()
        await expect(form.locator("[role=status]")).to_have_text("Cet appareil sonne, même quand le site est fermé.")
        assert await complaints(page) == []
        [session] = await world.db.read(sessions.sessions, world.viewer("bruno"))
        row = await world.db.read(rows.of_session, SessionId(session.id))
        assert row is not None and set(row.alerts.split()) == {*(kind.value for kind in USUAL), "follow"}
        assert await page.evaluate("window.key") == 65

        await page.goto("/site")
        await awake(page)
        await eventually(lambda: registrations)
        await world.say("ines", "@bruno tu viens ?")
        await world.settle()
        said = {"title": "Inès vous cite", "body": "tu viens ?", "notification_id": 7, "icon": ""}
        pushed = {"origin": harbour.base, "registrationId": registrations[-1], "data": json.dumps(said)}
        await control.send("ServiceWorker.deliverPushMessage", pushed)
        await eventually(lambda: page.evaluate(SHOWN, "Inès vous cite"))
        await expect(page.locator(".nav .count")).to_contain_text("2")
