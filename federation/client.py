"""The one HTTP client: every call that this node makes to another server goes through here.

What it promises: only checked addresses (or the proxy that an administrator names), only https (or loopback under
test), an end to every wait, a limit to every body, counted after decompression, at most a few sockets per host, and an
error of `federation/errors.py` for everything else. Redirections are followed on GET only, and each hop is checked and
signed anew.
"""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager

import aiohttp
import msgspec
from multidict import CIMultiDictProxy
from yarl import URL

from federation.addresses import AddressRules, Lookup, Resolver, check_url
from federation.bodies import MAX_BODY, media_type, read_body, read_excerpt, retry_after
from federation.document import BadDocument, Document, decode, type_of
from federation.errors import BadAnswer, BadContentType, Gone, NotAllowed, PeerError, Refused, Silent, Unreachable
from federation.names import BadName, Url, is_id, join_url, same_origin, without_fragment
from federation.outbound import WayOut, open_session
from federation.signing.cavage import Header, Sign
from federation.signing.keys import SigningKey
from federation.signing.knocking import REFUSALS, Demand, Knocking, Manner, demanded
from federation.vocabulary import COLLECTION_KINDS, CONTEXT_URL
from federation.warmth import Warmth

ACCEPT_DOCUMENT = f'application/activity+json, application/ld+json; profile="{CONTEXT_URL}"'

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PROFILE = re.compile(r';\s*profile\s*=\s*(?:"([^"]*)"|([^\s;"]+))', re.IGNORECASE)


class ClientSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How this node behaves as a client. Times are seconds, `minimum_rate` bytes per second."""

    user_agent: str
    addresses: AddressRules = AddressRules()
    ca_file: str | None = None
    way_out: WayOut = WayOut()
    total_seconds: float = 30.0
    connect_seconds: float = 5.0
    silence_seconds: float = 10.0
    minimum_rate: int = 1024
    rate_after_seconds: float = 5.0
    sockets: int = 256
    sockets_per_host: int = 6
    redirects: int = 3


class Fetched(msgspec.Struct, frozen=True, kw_only=True):
    """A 2xx answer. `url` is where it came from in the end, without a fragment."""

    url: str
    status: int
    content_type: str
    headers: CIMultiDictProxy[str]
    body: bytes


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What a peer said to a delivery: any status, `retry_after` in seconds, the start of its error text."""

    status: int
    retry_after: int | None = None
    error: str = ""


class _Knock(msgspec.Struct, kw_only=True):
    """One try: how it is signed, and what the host then said that it wants signed."""

    manner: Manner = Manner.UNKNOWN
    demand: Demand | None = None
    is_last: bool = False


class Client:
    """Connections to other servers. Made once per node inside its event loop; `close` ends it."""

    def __init__(
        self,
        settings: ClientSettings,
        sign: Sign | None = None,
        *,
        knocking: Knocking | None = None,
        may_ask: Callable[[str], Awaitable[bool]] | None = None,
        lookup: Lookup | None = None,
        clock: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
    ) -> None:
        """`knocking` finds how each host wants requests signed; without it all are signed by `sign`.

        `may_ask` is told the host of every request, those that a redirection leads to too; None: any host.
        """
        self.settings = settings
        self._may_ask = may_ask
        self._sign = sign
        self._knocking = knocking
        self._resolver = Resolver(settings.addresses, lookup)
        self._clock = clock
        # Two pools: a delivery waits until the other side has fetched its key here. With one, two nodes that deliver
        # to each other on all their sockets would wait for each other.
        self._opened: dict[tuple[str, bool, bool], aiohttp.ClientSession] = {}
        self._is_closed = False
        self._warm = {method: Warmth() for method in ("GET", "POST")}

    async def __aenter__(self) -> "Client":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close all connections; what still asks for one hears that nobody is reached."""
        self._is_closed = True
        while self._opened:
            _, session = self._opened.popitem()
            await session.close()
        await self._resolver.close()

    async def fetch(
        self,
        url: str,
        *,
        accept: str = ACCEPT_DOCUMENT,
        key: SigningKey | None = None,
        max_bytes: int = MAX_BODY,
        kinds: tuple[str, ...] = (),
        seconds: float | None = None,
    ) -> Fetched:
        """GET a URL, signed if there is a key. Raises PeerError.

        `kinds` are the media types that are taken (`image/*` for all images); none means any. `seconds`: more time than
        other answers have, for what is large.
        """
        current = await self._checked(url)
        seen = {current.wire}
        async with self._deadline(url, seconds):
            for _ in range(self.settings.redirects + 1):
                fetched = await self._get(current, accept, key, max_bytes, kinds)
                if isinstance(fetched, Fetched):
                    return fetched
                current = await self._checked(fetched.text)
                if current.wire in seen:
                    raise BadAnswer("redirected in a circle", url)
                seen.add(current.wire)
        raise BadAnswer(f"redirected more than {self.settings.redirects} times", url)

    async def fetch_document(self, url: str, key: SigningKey | None = None) -> Document:
        """The ActivityPub object at a URL, believed only from its own id. Raises PeerError.

        If its id is not the URL it came from, it is fetched once more from there, on the same origin only.
        """
        document, came_from = await self._document(url, key)
        if document.id == came_from:
            return document
        if not same_origin(document.id, came_from):
            raise BadAnswer(f"an object with an id of another origin: {document.id[:200]}", came_from)
        again, came_from = await self._document(document.id, key)
        if again.id != came_from:
            raise BadAnswer(f"an object that is not found at its own id: {again.id[:200]}", came_from)
        return again

    async def post(self, url: str, body: bytes, key: SigningKey, *, more: Sequence[Header] = ()) -> Answer:
        """POST a body, signed. Any status is an answer; redirections are not followed. Raises PeerError.

        `more` are headers that the signature covers too.
        """
        target = await self._checked(url)
        async with self._deadline(url):
            try:
                return await self._post(target, body, key, more)
            except (aiohttp.ServerDisconnectedError, ConnectionResetError):
                # The peer closed an idle connection in the very moment of its use. A delivery may arrive twice.
                return await self._post(target, body, key, more)

    async def push(self, url: str, body: bytes, headers: dict[str, str]) -> Answer:
        """POST a body as it is, unsigned. Any status is an answer; redirections are not followed. Raises PeerError."""
        target = await self._checked(url)
        async with (
            self._deadline(url),
            self._session("POST", target).post(
                URL(target.wire, encoded=True), data=body, headers=headers, allow_redirects=False
            ) as response,
        ):
            said = await read_excerpt(response)
            is_good = 200 <= response.status < 300
            wait = retry_after(response.headers.get("Retry-After"), self._clock())
            return Answer(status=response.status, retry_after=wait, error="" if is_good else said)

    async def _checked(self, url: str) -> Url:
        checked = check_url(url, self.settings.addresses)
        if self._may_ask is not None and not await self._may_ask(checked.authority):
            raise NotAllowed("a host that is not allowed here", url)
        if self.settings.way_out.is_by_proxy(checked.host):
            await self._resolver.forbid(checked.host, checked.port)
        return checked

    async def _document(self, url: str, key: SigningKey | None) -> tuple[Document, str]:
        fetched = await self.fetch(without_fragment(url), key=key)
        if not is_document_type(fetched.content_type):
            raise BadContentType(f"no ActivityPub object but {fetched.content_type[:100]!r}", fetched.url)
        try:
            fields = decode(fetched.body)
        except BadDocument as cause:
            raise BadAnswer(f"a document that is refused: {cause.reason}", fetched.url) from cause
        id = fields.get("id")
        if id in (None, fetched.url.partition("?")[0]) and type_of(fields, COLLECTION_KINDS) is not None:
            # NodeBB gives its lists none, or the pages of one all the same: they are what stands at their address.
            id = fetched.url
        if not isinstance(id, str) or not is_id(id, insecure=self.settings.addresses.insecure_loopback):
            raise BadAnswer("a document without an id", fetched.url)
        return Document(id=id, fields=fields, raw=fetched.body), fetched.url

    async def _get(
        self, url: Url, accept: str, key: SigningKey | None, max_bytes: int, kinds: tuple[str, ...]
    ) -> Fetched | Url:
        """One request: its answer, or where it redirects to."""
        for knock in self._knocks(key, url):
            headers = {"Accept": accept, **self._signed(key, "GET", url, None, (), knock)}
            fetched = await self._got(url, headers, max_bytes, kinds, knock)
            if fetched is not None:
                return fetched
        raise RuntimeError("the last knock answers")

    async def _got(
        self, url: Url, headers: dict[str, str], max_bytes: int, kinds: tuple[str, ...], knock: "_Knock"
    ) -> Fetched | Url | None:
        """The answer to one GET; None if it is to be asked once more, signed otherwise."""
        async with self._session("GET", url).get(
            URL(url.wire, encoded=True), headers=headers, allow_redirects=False
        ) as response:
            if await self._is_refused(response, url, knock, has_body=False):
                return None
            if response.status in _REDIRECTS:
                return _location(response, url)
            self._check_status(response, url)
            content_type = response.headers.get("Content-Type", "")
            if kinds and not _is_of_kind(content_type, kinds):
                raise BadContentType(f"{content_type[:100]!r} was not asked for", url.text)
            body = await read_body(response, max_bytes, self.settings.minimum_rate, self.settings.rate_after_seconds)
            return Fetched(
                url=without_fragment(url.text),
                status=response.status,
                content_type=content_type,
                headers=response.headers,
                body=body,
            )

    async def _post(self, url: Url, body: bytes, key: SigningKey, more: Sequence[Header]) -> Answer:
        for knock in self._knocks(key, url):
            headers = {"Accept": ACCEPT_DOCUMENT, **self._signed(key, "POST", url, body, more, knock)}
            answer = await self._posted(url, body, headers, knock)
            if answer is not None:
                return answer
        raise RuntimeError("the last knock answers")

    async def _posted(self, url: Url, body: bytes, headers: dict[str, str], knock: "_Knock") -> Answer | None:
        """The answer to one POST; None if it is to be sent once more, signed otherwise."""
        async with self._session("POST", url).post(
            URL(url.wire, encoded=True), data=body, headers=headers, allow_redirects=False
        ) as response:
            if await self._is_refused(response, url, knock, has_body=True):
                return None
            said = await read_excerpt(response)
            is_good = 200 <= response.status < 300
            return Answer(
                status=response.status,
                retry_after=retry_after(response.headers.get("Retry-After"), self._clock()),
                error="" if is_good else said,
            )

    def _knocks(self, key: SigningKey | None, url: Url) -> "Iterator[_Knock]":
        """Once, or twice if the first is refused and the host may read another signature."""
        if key is None or self._knocking is None:
            yield _Knock(is_last=True)
            return
        first, second = self._knocking.order(url.authority)
        knock = _Knock(manner=first)
        yield knock
        asked = knock.demand
        yield _Knock(manner=Manner.MESSAGE if asked is not None else second, demand=asked, is_last=True)

    async def _is_refused(self, response: aiohttp.ClientResponse, url: Url, knock: "_Knock", *, has_body: bool) -> bool:
        """Whether the signature was not read and another one may be; what the host took is learned."""
        if self._knocking is None or knock.manner is Manner.UNKNOWN:
            return False
        if response.status in REFUSALS:
            knock.demand = demanded(response.headers.get("Accept-Signature"), has_body=has_body)
            # The answer is read, so that its connection can be used again.
            if not knock.is_last:
                await read_excerpt(response)
            return not knock.is_last
        # That a GET was answered says nothing of the first signature, for many read none; a second one was wanted.
        if response.status < 300 and (has_body or knock.is_last):
            await self._knocking.learned(url.authority, knock.manner)
        return False

    def _signed(
        self,
        key: SigningKey | None,
        method: str,
        url: Url,
        body: bytes | None,
        more: Sequence[Header],
        knock: "_Knock",
    ) -> dict[str, str]:
        if key is None:
            return {}
        if self._knocking is not None and knock.manner is not Manner.UNKNOWN:
            return self._knocking.signed(knock.manner, key, method, url.wire, body, more, knock.demand)
        if self._sign is None:
            raise RuntimeError("this client was made without a way to sign")
        return self._sign(key, method, url.wire, body)

    def _check_status(self, response: aiohttp.ClientResponse, url: Url) -> None:
        if response.status == 410:
            raise Gone(url.text)
        if not 200 <= response.status < 300:
            wait = retry_after(response.headers.get("Retry-After"), self._clock())
            raise Refused(response.status, url.text, wait)

    def _session(self, method: str, url: Url) -> aiohttp.ClientSession:
        pool = (method, self._warm[method].keeps(url.authority), self.settings.way_out.is_by_proxy(url.host))
        session = self._opened.get(pool)
        if session is None:
            if self._is_closed:
                # A request that outlives the node would leave connections open behind it.
                raise Unreachable("this node is ending", url.text)
            session = self._opened[pool] = self._open(stays=pool[1], by_proxy=pool[2])
        return session

    def _open(self, *, stays: bool, by_proxy: bool) -> aiohttp.ClientSession:
        settings = self.settings
        return open_session(
            None if by_proxy else self._resolver,
            user_agent=settings.user_agent,
            ca_file=settings.ca_file,
            sockets=settings.sockets,
            sockets_per_host=settings.sockets_per_host,
            timeout=aiohttp.ClientTimeout(
                total=None, sock_connect=settings.connect_seconds, sock_read=settings.silence_seconds
            ),
            stays=stays,
            proxy=settings.way_out.proxy if by_proxy else None,
        )

    @asynccontextmanager
    async def _deadline(self, url: str, seconds: float | None = None) -> AsyncIterator[None]:
        """An end to the whole call, redirections included, and our own errors for everybody else's."""
        try:
            async with asyncio.timeout(seconds or self.settings.total_seconds):
                yield
        except PeerError:
            raise
        except TimeoutError as cause:
            kind = Silent if isinstance(cause, aiohttp.SocketTimeoutError) else Unreachable
            raise kind("no answer in time", url) from cause
        except aiohttp.InvalidURL as cause:
            raise NotAllowed("a URL that the client reads differently", url) from cause
        except (aiohttp.ClientError, OSError) as cause:
            raise Unreachable(f"{type(cause).__name__}: {cause}"[:300], url) from cause


def is_document_type(content_type: str) -> bool:
    """Whether this Content-Type is ActivityPub's: activity+json, or ld+json with the ActivityStreams profile."""
    kind = media_type(content_type)
    if kind == "application/activity+json":
        return True
    if kind != "application/ld+json":
        return False
    profiles = [quoted or bare for quoted, bare in _PROFILE.findall(content_type)]
    return len(profiles) == 1 and CONTEXT_URL in profiles[0].split()


def _location(response: aiohttp.ClientResponse, url: Url) -> Url:
    location = response.headers.get("Location")
    if not location:
        raise BadAnswer("redirected to nowhere", url.text)
    try:
        return join_url(url, location)
    except BadName as cause:
        raise NotAllowed(f"redirected to what is no URL here: {cause}", url.text) from cause


def _is_of_kind(content_type: str, kinds: tuple[str, ...]) -> bool:
    kind = media_type(content_type)
    return kind in kinds or kind.partition("/")[0] + "/*" in kinds
