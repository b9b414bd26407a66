"""The job that makes a post's card: the page, its oEmbed and its picture are fetched by a client of their own.

It asks unsigned, as a stranger would, only hosts that the configuration allows, over the same guards as everything
else: checked addresses, an end to every wait and every body, each hop of a redirection checked anew.
"""

from federation import pages
from federation.addresses import AddressRules
from federation.client import Client, ClientSettings
from federation.errors import NotAllowed, PeerError
from federation.outbound import way_out
from federation.retrying import unless_final
from federation.wire import Wire
from social.errors import Invalid, Unavailable
from social.jobs import FetchCard
from social.posts import cards, uploads
from social.posts.cards import PageSaid
from social.posts.media import Upload
from social.settings import Settings
from storage.files import FilesFull

MAX_PAGE = 1024 * 1024
MAX_OEMBED = 64 * 1024
SECONDS = 15.0
_PAGES = ("text/html", "application/xhtml+xml")
_JSON = ("application/json", "application/json+oembed", "text/json", "text/javascript")


def make_page_client(settings: Settings, version: str) -> Client:
    """A client for pages of the web: hosts of the intranet are named with their ranges, as peers are."""

    async def may_ask(host: str) -> bool:
        return cards.allows(settings.cards, host)

    pairs = [pair.partition("=") for pair in settings.cards.private_ranges]
    rules = AddressRules(
        insecure_loopback=settings.federation.insecure_loopback,
        allowed=tuple((host.strip().lower(), network.strip()) for host, _, network in pairs),
    )
    made = ClientSettings(
        user_agent=f"Archipel/{version} (+{settings.base_url}; link preview)",
        addresses=rules,
        ca_file=settings.federation.ca_file or None,
        way_out=way_out(settings),
        total_seconds=SECONDS,
        sockets=8,
        sockets_per_host=2,
    )
    return Client(made, may_ask=may_ask)


class Cards:
    """Makes cards. One per node."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._client = make_page_client(wire.settings, wire.version)

    async def close(self) -> None:
        """Close all connections."""
        await self._client.close()

    async def fetch(self, job: FetchCard) -> None:
        """Show the card of the post's first link, fetched unless it is fresh. Raises Unavailable for another try."""
        wire = self._wire
        if not wire.settings.cards.enabled:
            return
        url = await wire.db.write(cards.wanted, job.post, wire.urls, now=wire.clock())
        if url is None:
            return
        try:
            said = cards.file_of(url) or await self._page(url)
        except NotAllowed:
            return
        except PeerError as error:
            unless_final(error)
            said = PageSaid(url=url)
        picture = await self._picture(said) if said.title and said.image_url else None
        await wire.db.write(cards.keep, job.post, said, picture, ids=wire.ids, now=wire.clock())

    async def _page(self, url: str) -> PageSaid:
        """What the page says, with its oEmbed. Raises PeerError."""
        fetched = await self._client.fetch(url, accept="text/html", max_bytes=MAX_PAGE, kinds=_PAGES)
        page = await self._wire.crunched(lambda: pages.read_page(fetched.body, fetched.content_type, url, fetched.url))
        if not page.oembed_url:
            return page
        try:
            more = await self._client.fetch(
                page.oembed_url, accept="application/json", max_bytes=MAX_OEMBED, kinds=_JSON
            )
        except PeerError:
            # What the page says itself is enough.
            return page
        return pages.with_oembed(page, more.body)

    async def _picture(self, said: PageSaid) -> Upload | None:
        """The picture of the card, written anew by us; None if it is none that we can show."""
        settings = self._wire.settings.media
        try:
            fetched = await self._client.fetch(
                said.image_url, accept="image/*", max_bytes=settings.max_bytes, kinds=("image/*",)
            )
            return await self._wire.crunched(lambda: uploads.keep(self._wire.files, settings, fetched.body))
        except (PeerError, Invalid):
            # A card without its picture is a card.
            return None
        except FilesFull as cause:
            raise Unavailable("media_full") from cause
