"""Who knocks: what a signed GET may read, and what anybody may.

Documents are read by authorised fetch: unsigned requests get 401, except for what a peer needs before it can sign.
What the asker may not see is answered 404, in the same words as what is not there.
"""

from collections.abc import Awaitable, Callable

import msgspec
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from federation.communities.audience import Trust, trust
from federation.doors.answers import PRIVATE, refused
from federation.incoming.receive import Heard, Receiver
from federation.signers import Refusal, Signer, Signers
from federation.signing.cavage import Header, SignatureError, SignedRequest
from federation.wire import Wire
from social.errors import NotFound
from social.people import accounts
from social.policy import ANONYMOUS, Viewer
from storage.accounts import AccountRow
from storage.engine.database import Tx

_DOCUMENT_TYPES = ("application/activity+json", "application/ld+json")
_PAGE_TYPES = ("text/html", "application/xhtml+xml")

NOBODY = "nobody of that name is here"

Door = Callable[[Request], Awaitable[Response]]


class Reception(msgspec.Struct, frozen=True):
    """What the doors share."""

    wire: Wire
    signers: Signers
    receiver: Receiver
    heard: Heard

    async def viewer(self, request: Request) -> Viewer:
        """Who signed the request, as the network knows them: a node, or somebody of it. Raises Refusal."""
        headers = headers_of(request)
        signature, host = await self.signers.admit(headers)
        signer = await self.signers.known(signature.key_id) or await self.signers.fetched(signature.key_id)
        signed = SignedRequest(method=request.method, target=target_of(request), headers=headers, body=b"")
        signer = await self.signers.verify(signature, signed, signer)
        if signer.is_suspended or signer.is_deleted:
            raise Refusal(403, "the actor is suspended here")
        await self.heard(host)
        return await self.wire.db.read(_viewer, signer, trust(self.wire.settings, self.wire.clock()))

    async def sender(self, request: Request, max_bytes: int) -> tuple[Viewer, bytes]:
        """Who signed a POST, and its body. Raises Refusal."""
        headers = headers_of(request)
        signature, host = await self.signers.admit(headers)
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > max_bytes:
                raise Refusal(413, "too large")
        signer = await self.signers.known(signature.key_id) or await self.signers.fetched(signature.key_id)
        signed = SignedRequest(method=request.method, target=target_of(request), headers=headers, body=bytes(body))
        signer = await self.signers.verify(signature, signed, signer)
        if signer.is_suspended or signer.is_deleted:
            raise Refusal(403, "the actor is suspended here")
        await self.heard(host)
        return await self.wire.db.read(_viewer, signer, trust(self.wire.settings, self.wire.clock())), bytes(body)

    async def greeted(self, request: Request) -> None:
        """At a door that is open to all: notice who signs, if their key is known. Fetches nothing, refuses nobody.

        Two nodes that fetched each other's keys to show their own would wait for each other for ever.
        """
        headers = headers_of(request)
        if not is_signed(headers):
            return
        try:
            signature, host = await self.signers.admit(headers)
            signer = await self.signers.known(signature.key_id)
            if signer is None:
                return
            signed = SignedRequest(method=request.method, target=target_of(request), headers=headers, body=b"")
            self.signers.compare(signature, signed, signer)
        except (Refusal, SignatureError):
            return
        await self.heard(host)


def guarded(door: Door) -> Door:
    """The door, answering its refusals."""

    async def answer(request: Request) -> Response:
        try:
            return await door(request)
        except Refusal as refusal:
            return refused(refusal, request.method)

    return answer


def person(tx: Tx, viewer: Viewer, name: str) -> AccountRow:
    """The person here whom an address names. Raises Refusal."""
    try:
        return accounts.by_name(tx, viewer, name)
    except NotFound as unknown:
        raise Refusal(404, NOBODY) from unknown


def headers_of(request: Request) -> list[Header]:
    """The header lines as they came."""
    return [(name.decode("latin-1"), value.decode("latin-1")) for name, value in request.scope["headers"]]


def target_of(request: Request) -> str:
    """Path and query as they stood on the request line."""
    scope = request.scope
    path: bytes = scope.get("raw_path") or scope["path"].encode()
    query: bytes = scope.get("query_string", b"")
    return (path + b"?" + query if query else path).decode("latin-1")


def is_signed(headers: list[Header]) -> bool:
    """Whether there is a signature at all, good or bad."""
    return any(
        name in ("signature", "signature-input")
        or (name == "authorization" and value[: len("signature ")].lower() == "signature ")
        for name, value in headers
    )


def wants_document(request: Request) -> bool:
    """Whether the asker is a server and no browser, by its Accept header."""
    accepted = request.headers.get("accept", "")
    kinds = [part.partition(";")[0].strip().lower() for part in accepted.split(",")]
    if any(kind in _DOCUMENT_TYPES for kind in kinds):
        return True
    return not any(kind in _PAGE_TYPES for kind in kinds)


def page(url: str) -> Response:
    """Sends a browser to the page of the thing."""
    return RedirectResponse(url, 303, PRIVATE)


def _viewer(tx: Tx, signer: Signer, trusted: Trust) -> Viewer:
    account = ANONYMOUS.account if signer.is_node else signer.account
    return Viewer(account=account, host=signer.host, keeps=trusted.honours(tx, signer.host))
