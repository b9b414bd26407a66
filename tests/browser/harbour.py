"""The headquarters' node behind a real socket, with a morning of Groupe Armor on it, and Chromium in front of it.

People of the other sites are stored as federation stores them; nothing leaves the machine.
"""

import asyncio
import io
import os
import socket
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, Literal

import msgspec
import pytest
import uvicorn
from PIL import Image, ImageDraw
from playwright.async_api import Browser, BrowserContext, Page, async_playwright
from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.app import create_app
from server.auth.session import COOKIE
from social.clock import HOUR, MINUTE
from social.node import Node
from social.people import accounts, received, sessions
from social.people.accounts import ProfileChange
from social.policy import Role
from social.posts import images, media, publish
from social.posts.images import Prepared
from social.posts.media import Upload
from social.posts.publish import Received
from social.settings import Entity, GroupSettings, ListenSettings, Settings
from storage.accounts import AccountRow
from storage.engine.database import Database
from storage.files import LocalFiles
from storage.ids import MediaId, Millis, PostId
from storage.visibility import Visibility
from tests.serving import serving
from tests.web.conftest import Elsewhere
from tests.world import PASSWORD, World, cheap_settings, one_pair

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
SHELL = os.environ.get("CHROMIUM_SHELL", "/usr/bin/chromium-headless-shell")
CLOSING_SECONDS = 15
ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--force-color-profile=srgb",
)  # fmt: skip
WIDTHS = (390, 820, 1440)
USINE, FILIALE = "usine.localhost:8402", "filiale.localhost:8403"


def armor(port: int) -> GroupSettings:
    """The group, its headquarters on this machine's `port`."""
    return GroupSettings(
        name="Groupe Armor",
        entities=(
            Entity(id="siege", name="Siège", place="Paris", domain=f"siege.localhost:{port}", colour="#1d5a9c"),
            Entity(id="usine", name="Usine", place="Lyon", domain=USINE, colour="#c0471b"),
            Entity(id="filiale", name="Filiale", place="Madrid", domain=FILIALE, colour="#1b7350"),
        ),
    )


class Quay:
    """What stands before the node, as a proxy does. `mood`: `open`; `away`: the node is not there; `deaf`: the node
    hears what comes, and its answer is lost."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self.mood: Literal["open", "away", "deaf"] = "open"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.mood == "open" or scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if self.mood == "deaf":
            await self._app(scope, receive, _lost)
        await HTMLResponse("<h1>Bad gateway</h1>", 502)(scope, receive, send)


async def _lost(message: Message) -> None:
    """Nobody hears it."""


class Harbour:
    """The running node, its world, and who is where."""

    quay: Quay

    def __init__(self, world: World, node: Node, elsewhere: Elsewhere) -> None:
        self.world = world
        self.node = node
        self.elsewhere = elsewhere
        self.afar: dict[str, AccountRow] = {}
        self.posts: dict[str, PostId] = {}

    @property
    def base(self) -> str:
        """Where it answers."""
        return self.node.urls.base

    async def hear(self, name: str, html: str, **said: object) -> PostId:
        """A public post of somebody of another site arrives; keywords are those of `Received`."""
        author = self.afar[name]
        number = len(self.posts) + 1
        told: dict[str, object] = {
            "uri": f"{author.uri}/posts/{number}",
            "url": f"{author.url}/{number}",
            "visibility": Visibility.PUBLIC,
            "html": html,
            "language": "fr",
            "published_at": self.world.clock(),
        }
        heard = Received(**(told | said))  # type: ignore[arg-type]  # keywords of Received
        post = await self.world.db.write(
            publish.receive, author, heard, ids=self.world.ids, live=True, now=self.world.clock()
        )
        self.posts[f"{name}-{number}"] = post
        return post

    async def picture(self, name: str, raw: bytes, words: str) -> MediaId:
        """An upload of somebody here, described."""
        upload = await self.upload(raw)
        row = await self.world.db.write(
            media.add,
            self.world.viewer(name),
            upload,
            description=words,
            settings=self.node.settings.media,
            ids=self.world.ids,
            now=self.world.clock(),
        )
        return row.id

    async def upload(self, raw: bytes) -> Upload:
        """A picture, prepared and stored."""
        ready = await self.node.crunched(partial(_made_ready, raw))
        return Upload(
            file_key=self.node.files.put(ready.original, images.SUFFIX[ready.mime]),
            small_key=self.node.files.put(ready.small, images.SUFFIX[ready.small_mime]),
            mime=ready.mime,
            small_mime=ready.small_mime,
            width=ready.width,
            height=ready.height,
            small_width=ready.small_width,
            small_height=ready.small_height,
            bytes=len(ready.original),
            blurhash=ready.blurhash,
        )


@lru_cache(maxsize=32)
def _made_ready(raw: bytes) -> Prepared:
    """A picture as the node keeps it: each morning has the same ones, and making them was half of it."""
    return images.prepare(raw)


@asynccontextmanager
async def moored(db: Database, folder: Path, *, locale: str = "fr", is_open: bool = False) -> AsyncIterator[Harbour]:
    """The node, served on a free port, with the morning's posts."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        port: int = bound.getsockname()[1]
        settings = _settings(folder, port, locale, is_open)
        world = World(db, settings)
        elsewhere = Elsewhere()
        with ThreadPoolExecutor(1) as crunch:
            node = Node(
                settings=settings,
                db=db,
                files=LocalFiles(folder / "media"),
                clock=world.clock,
                ids=world.ids,
                urls=world.urls,
                remote=elsewhere,
                crunch=crunch,
            )
            harbour = Harbour(world, node, elsewhere)
            await morning(harbour)
            harbour.quay = Quay(create_app(node))
            config = uvicorn.Config(harbour.quay, log_level="warning", lifespan="on", ws="none")
            async with serving(config, bound):
                yield harbour


async def morning(harbour: Harbour) -> None:
    """What happened by noon on the three sites."""
    world = harbour.world
    await world.db.write(accounts.create_instance_actor, one_pair(), ids=world.ids, urls=world.urls, now=world.clock())
    for name, job in (("bruno", "Directeur industriel"), ("ines", "Ressources humaines"), ("marc", "Achats")):
        await world.person(name, role=Role.ADMIN if name == "marc" else Role.MEMBER)
        await _introduce(harbour, name, job)
    for name, domain, display_name, job in (
        ("amina", USINE, "Amina Haddad", "Cheffe d’atelier"),
        ("luc", USINE, "Luc Ferreira", "Maintenance"),
        ("carla", FILIALE, "Carla Ortega", "Responsable qualité"),
        ("javier", FILIALE, "Javier Molina", "Logistique"),
    ):
        harbour.afar[name] = await world.elsewhere(name, domain, display_name=display_name, job=job)
        await world.follow("bruno", harbour.afar[name].id)
        me = await world.row(world.id("bruno"))
        await world.db.write(received.receive_accept, harbour.afar[name], None, me, now=world.clock())
    await world.follow("bruno", "ines")
    await world.settle()
    await _talk(harbour)
    await world.settle()


async def _talk(harbour: Harbour) -> None:
    world, posts = harbour.world, harbour.posts
    luc = (
        "<p>Il manque un gardien pour jeudi, 19 h, stade de Gerland."
        ' <a href="https://x.example/tags/foot" class="mention hashtag" rel="tag">#<span>foot</span></a></p>'
    )
    await harbour.hear("luc", luc, tags=("foot",))
    world.clock.pass_by(minutes=28)
    port = await harbour.picture("ines", drawn("quay"), "Cargo rouge à quai sous deux grues.")
    posts["ines"] = await world.say(
        "ines", "Le port de Brest, premier client de la nouvelle gamme : trois grues.", media=(port,)
    )
    world.clock.pass_by(minutes=22)
    pallets = "<p>We now share one pallet format with Lyon. Two fewer transfers per truck.</p>"
    posts["javier"] = await harbour.hear("javier", pallets, language="en")
    await world.boost("ines", posts["javier"])
    world.clock.pass_by(minutes=25)
    question = (
        "<p>Qui décide du stock de pièces de rechange pour la ligne 2 ? Trois arrêts ce mois-ci pour la même courroie. "
        f'<span class="h-card"><a href="{harbour.base}/@bruno" class="u-url mention">@<span>bruno</span></a></span></p>'
    )
    posts["amina"] = await harbour.hear("amina", question, mentions=(world.id("bruno"),))
    world.clock.pass_by(minutes=10)
    hall = await harbour.picture("ines", drawn("hall"), "Halle de production vue du fond, couloir dégagé.")
    plan = await harbour.picture("ines", drawn("plan"), "Plan des points de rassemblement.")
    warned = "Les points de rassemblement changent au 1er décembre. Le vôtre : parvis sud."
    posts["warned"] = await world.say("ines", warned, spoiler="Consigne d’évacuation", media=(hall, plan))
    world.clock.pass_by(minutes=26)
    posts["bruno"] = await world.say("bruno", "La nouvelle presse de la ligne 4 tourne depuis 6 h 40. Bravo à Lyon.")
    await world.like("ines", posts["bruno"])
    await world.like("marc", posts["bruno"])
    await world.boost("marc", posts["bruno"])
    world.clock.pass_by(minutes=6)
    posts["answer"] = await world.say("bruno", f"@amina@{USINE} Je regarde avec Marc.", parent=posts["amina"])
    world.clock.pass_by(minutes=2)
    marc = await world.say(
        "marc", "Le seuil a été remis à zéro lors de la reprise. Je corrige.", parent=posts["answer"]
    )
    await world.say("ines", "Merci Marc.", parent=marc)
    await harbour.hear(
        "luc",
        "<p>La courroie est une référence du magasin.</p>",
        parent_uri=f"{harbour.afar['amina'].uri}/posts/3",
    )
    world.clock.pass_by(minutes=3)


async def _introduce(harbour: Harbour, name: str, job: str) -> None:
    """Job, words and picture of somebody here."""
    world = harbour.world
    upload = await harbour.upload(drawn(name))
    viewer = world.viewer(name)
    row = await world.db.write(
        media.add,
        viewer,
        upload,
        purpose="avatar",
        settings=harbour.node.settings.media,
        ids=world.ids,
        now=world.clock(),
    )
    change = ProfileChange(
        job=job,
        note="Seize ans de presses et de réglages.",
        fields=(("Parle", "français, arabe"), ("Présente", "5 h 30 à 13 h 30")),
        avatar=row.id if name != "marc" else None,
    )
    await world.db.write(accounts.edit_profile, viewer, change, urls=world.urls, now=world.clock())


def drawn(subject: str) -> bytes:
    """A plain drawing, another for each subject."""
    hue = sum(subject.encode()) * 37 % 360
    image = Image.new("RGB", (800, 600), f"hsl({hue}, 30%, 70%)")
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 380, 800, 600), fill=f"hsl({hue}, 35%, 45%)")
    pen.ellipse((300, 150, 500, 350), fill=f"hsl({(hue + 40) % 360}, 45%, 35%)")
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


@asynccontextmanager
async def chromium(*, whole: bool = False) -> AsyncIterator[Browser]:
    """The browser of the system, with a profile of its own. Without `whole` it is the one that has no window at all,
    and so no notifications; it wants two thirds of the processor's time, and draws some letters a little otherwise."""
    async with async_playwright() as playwright:
        path = CHROMIUM if whole else SHELL
        browser = await playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def tab(
    browser: Browser,
    harbour: Harbour,
    *,
    width: int = 1440,
    dark: bool = False,
    script: bool = True,
    locale: str = "fr",
    worker: bool = False,
) -> AsyncIterator[Page]:
    """A page of a fresh profile; with `worker`, the service worker may stand between page and node."""
    context: BrowserContext = await browser.new_context(
        base_url=harbour.base,
        viewport={"width": width, "height": 844 if width < 500 else 900},
        color_scheme="dark" if dark else "light",
        java_script_enabled=script,
        locale=locale,
        service_workers="allow" if worker else "block",
    )
    try:
        yield await context.new_page()
    finally:
        await put_away(context)


async def put_away(context: BrowserContext) -> None:
    """Close a profile. Chromium, asked while a page is on its way back, now and then never says that it has: such a
    profile is left to the end of the browser, for nothing that is tested depends on it any more."""
    with suppress(TimeoutError):
        async with asyncio.timeout(CLOSING_SECONDS):
            await context.close()


async def enter(page: Page, harbour: Harbour, name: str, *, script: bool = True) -> None:
    """Come home with a session of somebody's; with `script`, wait until the scripts of the home listen."""
    world, user = harbour.world, harbour.world.viewer(name).user
    assert user is not None
    token = await world.db.write(sessions.open_session, user, "Chromium", ids=world.ids, now=world.clock())
    await page.context.add_cookies([{"name": COOKIE, "value": token, "url": harbour.base, "httpOnly": True}])
    await page.goto("/")
    if script:
        await awake(page)


async def sign_in(page: Page, name: str, *, script: bool = True) -> None:
    """Sign in through the page; with `script`, wait until the scripts of the home listen."""
    await page.goto("/sign-in")
    await page.fill("#name", name)
    await page.fill("#password", PASSWORD)
    await page.click("form[action='/sign-in'] button")
    await page.wait_for_url("**/")
    if script:
        await awake(page)


async def awake(page: Page) -> None:
    """Wait until the scripts of the page listen."""
    await page.wait_for_selector("html[data-awake]", state="attached")


def later(at: Millis, hours: int = 0, minutes: int = 0) -> Millis:
    """A moment after another."""
    return Millis(at + hours * HOUR + minutes * MINUTE)


def sizes() -> list[Any]:
    """Width and night of every look at a page: each width and each light once, the other pairs in long runs."""
    pairs = [(width, dark) for width in WIDTHS for dark in (False, True)]
    short = {(390, False), (820, True), (1440, False)}
    marks = {pair: () if pair in short else pytest.mark.full for pair in pairs}
    return [pytest.param(*pair, marks=marks[pair], id=f"{pair[0]}-{'night' if pair[1] else 'day'}") for pair in pairs]


def _settings(folder: Path, port: int, locale: str, is_open: bool) -> Settings:
    cheap = cheap_settings(f"siege.localhost:{port}")
    node = msgspec.structs.replace(cheap.node, scheme="http", title="Siège", locale=locale, open=is_open, design=True)
    return msgspec.structs.replace(
        cheap,
        node=node,
        group=armor(port),
        listen=ListenSettings(port=port),
        media=msgspec.structs.replace(cheap.media, root=str(folder / "media"), max_bytes=2_000_000),
    )
