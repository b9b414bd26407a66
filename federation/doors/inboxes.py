"""The inboxes: one door for all of them, since an activity says itself whom it is for."""

from starlette.requests import Request
from starlette.responses import Response

from federation.doors.reception import Reception, headers_of, target_of
from federation.incoming.receive import ACCEPTED, MAX_BODY
from federation.signers import Refusal


class InboxDoors:
    """Where activities arrive."""

    def __init__(self, reception: Reception) -> None:
        self._receiver = reception.receiver

    async def inbox(self, request: Request) -> Response:
        """Takes one activity; the answer says that it is kept, not that it is applied."""

        async def read() -> bytes:
            body = bytearray()
            async for chunk in request.stream():
                body += chunk
                if len(body) > MAX_BODY:
                    raise Refusal(413, "more than 1 MiB")
            return bytes(body)

        await self._receiver.receive(target_of(request), headers_of(request), read)
        return Response(status_code=ACCEPTED)
