"""What can go wrong when another server is asked.

PeerError
├── Unreachable       no answer: name, connection, TLS, deadline, rate, an answer that is no HTTP
│   └── Silent        connected, asked, and nothing came
├── NotAllowed        we do not ask: the address, port, scheme or host is none that we connect to
├── Refused           it answered, and not with what was asked for (`status`, `retry_after`)
│   └── Gone          410
├── TooLarge          the body passed its limit, counted after decompression
├── BadContentType    the body is of a kind that was not asked for
└── BadAnswer         the body or the redirection cannot be believed
"""


class PeerError(Exception):
    """Another server did not give what was asked for. `reason` is for the log; `url` is what was asked last."""

    def __init__(self, reason: str, url: str = "") -> None:
        super().__init__(f"{reason} ({url})" if url else reason)
        self.reason = reason
        self.url = url


class Unreachable(PeerError):
    """No answer came, or none that is HTTP. Worth another try later."""


class Silent(Unreachable):
    """The connection stands, and what was asked is not answered."""


class NotAllowed(PeerError):
    """The URL leads where this node does not connect to. Trying again does not help."""


class Refused(PeerError):
    """The answer's status is not 2xx. `retry_after` is in seconds, if the server named it."""

    def __init__(self, status: int, url: str = "", retry_after: int | None = None) -> None:
        super().__init__(f"answered {status}", url)
        self.status = status
        self.retry_after = retry_after


class Gone(Refused):
    """410: it was there and has been deleted for good."""

    def __init__(self, url: str = "") -> None:
        super().__init__(410, url)


class TooLarge(PeerError):
    """The body is larger than was allowed."""


class BadContentType(PeerError):
    """The body is of another media type or encoding than was asked for."""


class BadAnswer(PeerError):
    """An answer that cannot be believed: redirections in a circle, JSON that is refused, an id of another origin."""
