"""Hosts, URLs, origins and handles: one strict reading, used for the check and for the connection alike.

Two readings of one URL are how checks are passed by; so whatever this file does not read the same way
as every HTTP client is refused (userinfo, backslash, control characters, numeric hosts, dotted tricks).
Ids are compared as opaque strings and never "normalised"; only hosts are.
"""

import re
import unicodedata
from functools import lru_cache
from urllib.parse import quote, urljoin

import idna
import msgspec

from social.text import ACCENTED

MAX_URL = 2048
DEFAULT_PORTS = {"https": 443, "http": 80}

_URL = re.compile(r"(?P<scheme>https?)://(?P<authority>[^/?#]*)(?P<path>[^?#]*)(?P<query>\?[^#]*)?(?P<fragment>#.*)?")
_AUTHORITY = re.compile(r"(?P<host>[A-Za-z0-9.-]+)(?::(?P<port>[0-9]{1,5}))?")
_FORBIDDEN_IN_URL = re.compile(r"[\x00-\x20\x7f-\x9f\\<>\"`{}|^\ud800-\udfff\u2028\u2029]")
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
# A host whose last label is a number is an IPv4 address to every client (127.1, 0x7f000001).
_NUMERIC = re.compile(r"[0-9]+|0x[0-9a-f]*")
_NAME = re.compile(rf"[A-Za-z0-9_{ACCENTED}](?:[A-Za-z0-9_.{ACCENTED}-]{{0,126}}[A-Za-z0-9_{ACCENTED}])?")
_ASCII_OF_URLS = "".join(chr(code) for code in range(0x21, 0x7F))


class BadName(ValueError):
    """A host, URL or handle that is not read at all. The text says why, for the log."""


class Url(msgspec.Struct, frozen=True, kw_only=True):
    """One absolute http(s) URL, taken apart. `text` is exactly what was given."""

    text: str
    scheme: str
    host: str
    port: int
    path: str
    query: str
    fragment: str

    @property
    def authority(self) -> str:
        """The host, with the port where it is not the scheme's own: the `Host` header."""
        return self.host if self.port == DEFAULT_PORTS[self.scheme] else f"{self.host}:{self.port}"

    @property
    def origin(self) -> str:
        """`scheme://host[:port]` (FEP-fe34)."""
        return f"{self.scheme}://{self.authority}"

    @property
    def target(self) -> str:
        """Path and query as they stand on the request line: ASCII, otherwise untouched."""
        return quote((self.path or "/") + self.query, safe=_ASCII_OF_URLS)

    @property
    def wire(self) -> str:
        """The URL as it is requested: without its fragment."""
        return self.origin + self.target


class Handle(msgspec.Struct, frozen=True, kw_only=True):
    """`@name@host`: how people write an account. The host may carry a port (nodes under test)."""

    name: str
    host: str

    def __str__(self) -> str:
        return f"{self.name}@{self.host}"

    @property
    def key(self) -> tuple[str, str]:
        """What two spellings of one handle have in common: names do not differ by case."""
        return self.name.lower(), self.host


# A node hears of few hosts, and of the same ids again and again: reading them anew was a fifth of an activity's cost.
@lru_cache(maxsize=1024)
def normal_host(host: str) -> str:
    """The host as lower-case A-labels without a trailing dot. Raises BadName.

    NFC, then IDNA 2008 (RFC 5891): what only UTS 46 would map (full-width letters, soft hyphens) is refused,
    so that no two writings of one host exist (CVE-2023-42451). Addresses are no hosts.
    """
    text = unicodedata.normalize("NFC", host).lower().removesuffix(".")
    if not text or len(text) > 1000:
        raise BadName("a host of impossible length")
    labels = [_normal_label(label) for label in text.split(".")]
    if _NUMERIC.fullmatch(labels[-1]):
        raise BadName("an address instead of a host name")
    normal = ".".join(labels)
    if len(normal) > 253:
        raise BadName("a host of impossible length")
    return normal


def normal_authority(text: str) -> str:
    """`host[:port]` with the host made normal. Raises BadName."""
    host, colon, port = text.partition(":")
    if not colon:
        return normal_host(host)
    return f"{normal_host(host)}:{_port(port)}"


def is_loopback_name(host: str) -> bool:
    """Whether the name means this machine itself (RFC 6761 §6.3)."""
    return host == "localhost" or host.endswith(".localhost")


@lru_cache(maxsize=1024)
def parse_url(text: str) -> Url:
    """Read one absolute http(s) URL strictly. Raises BadName."""
    if len(text) > MAX_URL:
        raise BadName("a URL longer than 2048 characters")
    if _FORBIDDEN_IN_URL.search(text):
        raise BadName("a URL with a character that no URL may hold")
    match = _URL.fullmatch(text)
    if match is None:
        raise BadName("no absolute http(s) URL")
    # No "@" passes here: userinfo is refused with everything that is not a plain host and port.
    authority = _AUTHORITY.fullmatch(match["authority"])
    if authority is None:
        raise BadName("a URL whose host is not plain")
    port = authority["port"]
    return Url(
        text=text,
        scheme=match["scheme"],
        host=normal_host(authority["host"]),
        port=_port(port) if port else DEFAULT_PORTS[match["scheme"]],
        path=match["path"],
        query=match["query"] or "",
        fragment=match["fragment"] or "",
    )


def join_url(base: Url, reference: str) -> Url:
    """The URL that a `Location` header means, seen from `base`. Raises BadName."""
    if len(reference) > MAX_URL or _FORBIDDEN_IN_URL.search(reference):
        raise BadName("a URL with a character that no URL may hold")
    try:
        joined = urljoin(base.origin + (base.path or "/") + base.query, reference)
    except ValueError as cause:
        raise BadName("a reference that is no URL") from cause
    return parse_url(joined)


def is_id(text: str, *, insecure: bool = False) -> bool:
    """Whether this may be the id of something: absolute https; with `insecure` also http on loopback names."""
    try:
        url = parse_url(text)
    except BadName:
        return False
    return url.scheme == "https" or (insecure and is_loopback_name(url.host))


def origin(url: str) -> str:
    """`scheme://host[:port]` of a URL, the default port left out. Raises BadName."""
    return parse_url(url).origin


def same_origin(first: str, *others: str) -> bool:
    """Whether all are URLs of one origin (FEP-fe34). What is no URL has no origin."""
    try:
        expected = origin(first)
        return all(origin(other) == expected for other in others)
    except BadName:
        return False


def without_fragment(url: str) -> str:
    """The document that a URL points into."""
    return url.partition("#")[0]


def is_name(text: str) -> bool:
    """Whether this can stand before the host in a handle."""
    return _NAME.fullmatch(text) is not None


def parse_handle(text: str) -> Handle:
    """Read `@name@host`, `name@host` or `acct:name@host`. Raises BadName."""
    if len(text) > MAX_URL:
        raise BadName("a handle of impossible length")
    plain = text.strip().removeprefix("acct:").removeprefix("@")
    name, at, authority = plain.partition("@")
    if not at or not is_name(name):
        raise BadName("no handle of the form @name@host")
    return Handle(name=name, host=normal_authority(authority))


def _normal_label(label: str) -> str:
    if not label.isascii() or label.startswith("xn--"):
        try:
            return idna.alabel(label).decode("ascii")
        except UnicodeError as cause:
            raise BadName("a host name that IDNA does not allow") from cause
    if not _LABEL.fullmatch(label):
        raise BadName("a host name with an impossible part")
    return label


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 5 and 0 < int(text) < 65536):
        raise BadName("an impossible port")
    return int(text)
