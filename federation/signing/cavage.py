"""Signed requests after draft-cavage-http-signatures-12, as the fediverse really uses it.

`httpsig` builds the signing string and the header; its RSA (PyCryptodome, about 800 verifications/s) is replaced
by `cryptography` (over 30,000/s), and what it leaves to the caller is done here: the algorithm comes from the key
and never from the header, the body is compared with its digest, the date with the clock, the host with our own.
"""

import base64
import binascii
import hashlib
import hmac
import re
import warnings
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from functools import lru_cache

import msgspec

from federation.names import BadName, normal_authority, parse_url
from federation.signing.keys import SigningKey, VerifyKey

with warnings.catch_warnings():
    # httpsig 1.3.0 asks pkg_resources for its version; setuptools 80 still has it, and says so at every start.
    warnings.filterwarnings("ignore", "pkg_resources is deprecated as an API", UserWarning)
    from httpsig.sign import HeaderSigner
    from httpsig.utils import CaseInsensitiveDict, build_signature_template
    from httpsig.verify import HeaderVerifier

CONTENT_TYPE = "application/activity+json"
MAX_HEADER = 8 * 1024
MINUTE = 60_000
# A Date is good from 65 minutes before the clock to 60 after it; only a signed `expires` reaches 12 hours and one.
CLOCK_SKEW = 60 * MINUTE
SHORT_LIFE = 5 * MINUTE
LONGEST_LIFE = 12 * 60 * MINUTE

Header = tuple[str, str]
Sign = Callable[[SigningKey, str, str, bytes | None], dict[str, str]]

_LABELS = ("hs2019", "rsa-sha256")
_SAFE_METHODS = ("GET", "HEAD")
_PARAMETER = re.compile(r'\s*([A-Za-z]+)\s*=\s*(?:"([^"\\\x00-\x1f\x7f]*)"|([0-9]{1,15}))\s*(,|$)')
_FIELD = re.compile(r"\([a-z-]+\)|[a-z0-9!#$%&'*+.^_`|~-]+")
_PSEUDO = ("(request-target)", "(created)", "(expires)")
_SINGLE = ("host", "date", "digest")


class SignatureError(Exception):
    """A request that did not prove who sent it. `reason` is for the log and the answer's body."""

    status = 401

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class BadSignature(SignatureError):
    """A signature that is readable and does not hold (401)."""


class Unproven(BadSignature):
    """A signature that is as it should be, and was made with another key than the one it was compared with."""


class Unsigned(BadSignature):
    """No signature that is read here (401 where one is needed)."""


class MalformedSignature(SignatureError):
    """A signature header that cannot be read (400)."""

    status = 400


class Signature(msgspec.Struct, frozen=True, kw_only=True):
    """What a signature header says. `covered` are lower-case names in signing order; times are seconds."""

    key_id: str
    covered: tuple[str, ...]
    signature: bytes
    created: int | None
    expires: int | None
    algorithm: str = ""
    is_message: bool = False
    """Made after RFC 9421 (`signing/message.py`)."""
    parameters: str = ""
    """Of those: what `Signature-Input` says after the label."""


class SignedRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A request as it came off the socket: raw target (path and query, still encoded), raw headers, raw body."""

    method: str
    target: str
    headers: Sequence[Header]
    body: bytes


def signer(clock: Callable[[], int]) -> Sign:
    """`sign` with the time taken from a clock (milliseconds): what `Client` wants."""

    def sign_now(key: SigningKey, method: str, url: str, body: bytes | None) -> dict[str, str]:
        return sign(key, method, url, body, clock())

    return sign_now


def sign(
    key: SigningKey, method: str, url: str, body: bytes | None, now: int, *, more: Sequence[Header] = ()
) -> dict[str, str]:
    """The headers that make the request ours: Host, Date, Signature; with a body also Digest and Content-Type.

    `now` is in milliseconds; `more` are headers that are covered too.
    A delivery that is tried again is signed again: its Date grows stale.
    Raises BadName for a URL that is none.
    """
    address = parse_url(url)
    headers = {"Host": address.authority, "Date": format_datetime(_utc(now), usegmt=True)}
    covered = ["(request-target)", "host", "date"]
    if body is not None:
        headers["Digest"] = digest_of(body)
        headers["Content-Type"] = CONTENT_TYPE
        covered += ["digest", "content-type"]
    headers |= dict(more)
    covered += [name.lower() for name, _ in more]
    signed = _Signer(key, covered).sign(headers, method=method, path=address.target)
    return {**headers, "Signature": signed["signature"]}


def digest_of(body: bytes) -> str:
    """The `Digest` header of a body (RFC 3230)."""
    return "SHA-256=" + base64.b64encode(hashlib.sha256(body).digest()).decode("ascii")


def read_signature(headers: Iterable[Header]) -> Signature:
    """Read the request's signature header strictly. Raises Unsigned, BadSignature, MalformedSignature.

    Nothing is verified: the key id is a claim, good for asking the policy and finding the key.
    """
    text = _signature_text(list(headers))
    if len(text) > MAX_HEADER:
        raise MalformedSignature("a signature header of more than 8 KiB")
    parameters = _parameters(text)
    label = parameters.get("algorithm", "hs2019").lower()
    if label not in _LABELS:
        raise BadSignature(f"algorithm {label[:40]!r} is not accepted")
    covered = tuple(parameters.get("headers", "date").lower().split(" "))
    _check_covered(covered, label)
    return Signature(
        key_id=_needed(parameters, "keyId"),
        covered=covered,
        signature=_base64(_needed(parameters, "signature")),
        created=_seconds(parameters, "created", covered),
        expires=_seconds(parameters, "expires", covered),
        algorithm=label,
    )


def verify(signature: Signature, request: SignedRequest, key: VerifyKey, now: int, hosts: frozenset[str]) -> None:
    """Return if the signature holds; raise BadSignature or MalformedSignature if not.

    `now` is in milliseconds; `hosts` are the names under which peers reach this node (`host` or `host:port`).
    The caller still has to compare `key.owner` with the activity's actor.
    """
    if key.id != signature.key_id:
        raise BadSignature("the key is not the one that the signature names")
    if key.is_ed25519 and signature.algorithm != "hs2019":
        raise BadSignature("an algorithm that is not the key's")
    fields = _fields(request.headers, signature.covered)
    _check_minimum(request, signature.covered)
    _check_host(fields["host"], hosts)
    _check_time(signature, fields, now)
    if "digest" in signature.covered:
        _check_digest(fields["digest"], request.body)
    targets = [request.target]
    # Old senders leave the query out. Only on GET, which changes nothing.
    if request.method.upper() == "GET" and "?" in request.target:
        targets.append(request.target.partition("?")[0])
    if not any(_Verifier(signature, fields, request.method, target, key).holds() for target in targets):
        raise Unproven("the signature does not verify")


class _Signer(HeaderSigner):  # type: ignore[misc]  # httpsig ships no types
    """httpsig's signer with the RSA of `cryptography`. Its own __init__ is left out: it parses the PEM anew."""

    def __init__(self, key: SigningKey, covered: list[str]) -> None:
        if '"' in key.id or "\\" in key.id:
            raise ValueError("a key id that cannot stand in a header")
        self._rsa = key
        self.sign_algorithm, self.hash_algorithm = "rsa", "sha256"
        self.sign_header = "signature"
        self.headers = covered
        # httpsig fills the template with "%": a percent sign of the key id is written twice.
        self.signature_template = build_signature_template(
            key.id.replace("%", "%%"), "rsa-sha256", covered, self.sign_header
        )

    def _sign_rsa(self, data: bytes) -> bytes:
        return self._rsa.sign(data)


class _Verifier(HeaderVerifier):  # type: ignore[misc]  # httpsig ships no types
    """httpsig's verifier, told everything by us: it never reads an algorithm, a key or a header of its own choice."""

    def __init__(self, signature: Signature, fields: dict[str, str], method: str, target: str, key: VerifyKey) -> None:
        # The pseudo-headers of time are looked up like headers, whose names cannot hold parentheses.
        times = {"(created)": str(signature.created), "(expires)": str(signature.expires)}
        self.headers = CaseInsensitiveDict({**fields, **times})
        self.auth_dict = {"headers": " ".join(signature.covered), "signature": signature.signature}
        self.required_headers = list(signature.covered)
        self.method, self.path, self.host = method, target, None
        self._key = key

    def _verify(self, data: bytes, signature: bytes) -> bool:
        return self._key.verifies(data, signature)

    def holds(self) -> bool:
        try:
            return bool(self.verify())
        except UnicodeEncodeError:
            # The signing string is ASCII; whoever signed other bytes signed something that we do not build.
            return False


def _signature_text(headers: list[Header]) -> str:
    named = [(name.lower(), value) for name, value in headers]
    found = [value for name, value in named if name == "signature"]
    if not found:
        found = [
            value[len("signature ") :]
            for name, value in named
            if name == "authorization" and value[: len("signature ")].lower() == "signature "
        ]
    if not found:
        raise Unsigned("the request carries no signature")
    if len(found) > 1:
        raise MalformedSignature("more than one signature")
    return found[0]


def _parameters(text: str) -> dict[str, str]:
    parameters: dict[str, str] = {}
    position, separator = 0, ","
    while separator == ",":
        match = _PARAMETER.match(text, position)
        if match is None:
            raise MalformedSignature("the signature header cannot be read")
        name, quoted, number, separator = match.groups()
        if name in parameters:
            raise MalformedSignature(f"parameter {name!r} twice")
        if (number is not None) != (name in ("created", "expires")):
            raise MalformedSignature(f"parameter {name!r} is written wrongly")
        parameters[name] = quoted if number is None else number
        position = match.end()
    return parameters


def _check_covered(covered: tuple[str, ...], label: str) -> None:
    if len(set(covered)) != len(covered) or not all(_FIELD.fullmatch(name) for name in covered):
        raise MalformedSignature("the list of signed headers cannot be read")
    pseudo = [name for name in covered if name.startswith("(")]
    if any(name not in _PSEUDO for name in pseudo):
        raise MalformedSignature("an unknown pseudo-header is signed")
    if label != "hs2019" and any(name != "(request-target)" for name in pseudo):
        raise MalformedSignature("(created) and (expires) belong to hs2019 only")


def _needed(parameters: dict[str, str], name: str) -> str:
    value = parameters.get(name)
    if not value:
        raise MalformedSignature(f"parameter {name!r} is missing")
    return value


def _seconds(parameters: dict[str, str], name: str, covered: tuple[str, ...]) -> int | None:
    if name not in parameters:
        if f"({name})" in covered:
            raise MalformedSignature(f"({name}) is signed and not given")
        return None
    return int(parameters[name])


def _base64(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as cause:
        raise MalformedSignature("the signature is no base64") from cause


def _fields(headers: Sequence[Header], covered: tuple[str, ...]) -> dict[str, str]:
    """The signed headers by name, repeated ones joined as §2.3 says, but never those that have one value."""
    values: dict[str, list[str]] = {}
    for name, value in headers:
        values.setdefault(name.lower(), []).append(value.strip(" \t"))
    for name in covered:
        if name not in values and not name.startswith("("):
            raise BadSignature(f"header {name[:40]!r} is signed and not there")
    for name in _SINGLE:
        if len(values.get(name, ())) > 1:
            raise BadSignature(f"header {name!r} twice")
    return {name: ", ".join(values[name]) for name in covered if name in values}


def _check_minimum(request: SignedRequest, covered: tuple[str, ...]) -> None:
    needed = {"(request-target)", "host"}
    if request.method.upper() not in _SAFE_METHODS:
        needed.add("digest")
    missing = needed.difference(covered)
    if missing:
        raise BadSignature("not signed: " + ", ".join(sorted(missing)))
    if "date" not in covered and "(created)" not in covered:
        raise BadSignature("neither date nor (created) is signed")


def _check_host(value: str, hosts: frozenset[str]) -> None:
    try:
        host = normal_authority(value)
    except BadName as cause:
        raise BadSignature("the signed host is no host") from cause
    # Mastodon signs the bare name even on an odd port; others write the default port out.
    ours = hosts | {own.partition(":")[0] for own in hosts}
    if host not in ours and host.removesuffix(":443") not in hosts:
        raise BadSignature("the signed host is not this node's")


def _check_time(signature: Signature, fields: dict[str, str], now: int) -> None:
    check_window(_made_at(signature, fields), signature.expires, "(expires)" in signature.covered, now)


def check_window(made_at: Iterable[int], expires: int | None, is_expiry_signed: bool, now: int) -> None:
    """Return if a signature made at these moments (ms) is good now (ms). Raises BadSignature. `expires`: seconds."""
    for made in made_at:
        end = made + SHORT_LIFE
        if expires is not None:
            # An expiry that is not signed may shorten a signature's life and never lengthen it.
            end = min(expires * 1000, made + LONGEST_LIFE) if is_expiry_signed else min(expires * 1000, end)
        if made > now + CLOCK_SKEW:
            raise BadSignature("the signature is from the future")
        if now > end + CLOCK_SKEW:
            raise BadSignature("the signature is too old")


def _made_at(signature: Signature, fields: dict[str, str]) -> list[int]:
    """When the request was signed, in milliseconds, by each clock value that is signed."""
    times = []
    if "(created)" in signature.covered and signature.created is not None:
        times.append(signature.created * 1000)
    if "date" in signature.covered:
        times.append(_date(fields["date"]))
    return times


# All that one node sends within a second carries the same Date.
@lru_cache(maxsize=256)
def _date(value: str) -> int:
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError) as cause:
        raise BadSignature("the date cannot be read") from cause
    if moment.tzinfo is None:
        raise BadSignature("the date has no time zone")
    try:
        return int(moment.timestamp() * 1000)
    except (OverflowError, ValueError) as cause:
        raise BadSignature("the date cannot be read") from cause


def _check_digest(value: str, body: bytes) -> None:
    expected = hashlib.sha256(body).digest()
    given = [
        digest for name, _, digest in (item.strip().partition("=") for item in value.split(","))
        if name.lower() == "sha-256"
    ]  # fmt: skip
    if not given:
        raise BadSignature("the digest has no SHA-256")
    for digest in given:
        try:
            decoded = base64.b64decode(digest, validate=True)
        except (binascii.Error, ValueError) as cause:
            raise BadSignature("the digest is no base64") from cause
        if not hmac.compare_digest(decoded, expected):
            raise BadSignature("the body is not the one that was signed")


def _utc(now: int) -> datetime:
    return datetime.fromtimestamp(now // 1000, UTC)
