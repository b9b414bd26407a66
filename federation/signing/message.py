"""Requests signed after RFC 9421, HTTP Message Signatures, with Content-Digest (RFC 9530).

`http-sf` reads the fields, `signing/components.py` writes what is signed; the rest is decided here. The algorithm
follows from the key. One signature, with its time; `@method` and `@target-uri`, and of a body its digest, must be
covered; the target is compared with our own address and not with the socket's.
"""

import base64
import hashlib
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import http_sf

from federation.names import parse_url
from federation.signing.cavage import (
    CONTENT_TYPE,
    MAX_HEADER,
    BadSignature,
    Header,
    MalformedSignature,
    Signature,
    SignedRequest,
    Unproven,
    check_window,
)
from federation.signing.components import signature_base, signature_parameters
from federation.signing.keys import SigningKey, VerifyKey

LABEL = "sig1"
COVERED = ("@method", "@target-uri")
DIGEST = "content-digest"
MAX_COVERED = 20
# What can be covered when a peer asks for it: each is the same for whoever signs and whoever verifies.
CAN_COVER = (*COVERED, "@authority", "@scheme", "@path", "@query", DIGEST, "content-type", "date", "host")

RSA_LABEL = "rsa-v1_5-sha256"
ED25519_LABEL = "ed25519"

_SAFE_METHODS = ("GET", "HEAD")


def sign(
    key: SigningKey,
    method: str,
    url: str,
    body: bytes | None,
    now: int,
    *,
    more: Sequence[Header] = (),
    covering: Sequence[str] = (),
    nonce: str | None = None,
    tag: str | None = None,
) -> dict[str, str]:
    """The headers that make the request ours: Date, Signature-Input, Signature; with a body also its digest and type.

    `now` is in milliseconds. `more` are headers that are covered too; `covering`, `nonce` and `tag` what a peer asked
    for. Raises BadName for a URL that is none.
    """
    address = parse_url(url)
    moment = datetime.fromtimestamp(now // 1000, UTC)
    headers = {"Host": address.authority, "Date": f"{moment:%a, %d %b %Y %H:%M:%S} GMT", **dict(more)}
    covered = list(dict.fromkeys([*COVERED, *(name for name in covering if name != DIGEST)]))
    if body is not None:
        headers["Content-Digest"] = digest_of(body)
        headers["Content-Type"] = CONTENT_TYPE
        covered.append(DIGEST)
    covered += [name.lower() for name, _ in more if name.lower() not in covered]
    parameters = signature_parameters(covered, {"created": now // 1000, "keyid": key.id, "nonce": nonce, "tag": tag})
    values = {name.lower(): value for name, value in headers.items()}
    signature = key.sign(signature_base(method, address, values, covered, parameters))
    headers["Signature-Input"] = f"{LABEL}={parameters}"
    headers["Signature"] = f"{LABEL}=:{base64.b64encode(signature).decode('ascii')}:"
    return headers


def digest_of(body: bytes) -> str:
    """The `Content-Digest` of a body (RFC 9530)."""
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode('ascii')}:"


def is_message_signature(headers: Iterable[Header]) -> bool:
    """Whether a request is signed after RFC 9421, well or badly (appendix A)."""
    return any(name.lower() == "signature-input" for name, _ in headers)


def read_signature(headers: Iterable[Header]) -> Signature:
    """Read the one signature of a request. Raises BadSignature, MalformedSignature.

    Nothing is verified: the key id is a claim, good for asking the policy and finding the key.
    """
    lines = list(headers)
    inputs, values = _dictionary(lines, "signature-input"), _dictionary(lines, "signature")
    if len(inputs) != 1 or inputs.keys() != values.keys():
        raise MalformedSignature("not exactly one signature")
    (members, parameters), (value, _) = *inputs.values(), *values.values()
    if not isinstance(members, list) or not isinstance(value, bytes):
        raise MalformedSignature("a signature of another form than RFC 9421's")
    label = parameters.get("alg")
    if label is not None and label not in (RSA_LABEL, ED25519_LABEL):
        raise BadSignature(f"algorithm {str(label)[:40]!r} is not accepted")
    return Signature(
        key_id=_text(parameters, "keyid"),
        covered=_covered(members),
        signature=value,
        created=_seconds(parameters, "created"),
        expires=_seconds(parameters, "expires"),
        algorithm=label or "",
        parameters=_written(inputs),
        is_message=True,
    )


def verify(signature: Signature, request: SignedRequest, key: VerifyKey, now: int, base: str) -> None:
    """Return if the signature holds; raise BadSignature or MalformedSignature if not.

    `now` is in milliseconds, `base` is `https://host` as peers reach this node. The caller still has to compare
    `key.owner` with the activity's actor.
    """
    if key.id != signature.key_id:
        raise BadSignature("the key is not the one that the signature names")
    _check_covered(request, signature)
    if signature.created is None:
        raise BadSignature("a signature without the time of its making")
    check_window([signature.created * 1000], signature.expires, True, now)
    if DIGEST in signature.covered:
        _check_digest(request)
    if signature.algorithm and signature.algorithm != (ED25519_LABEL if key.is_ed25519 else RSA_LABEL):
        raise BadSignature("an algorithm that is not the key's")
    method, headers = request.method.upper(), _joined(request.headers)
    try:
        over = signature_base(
            method, parse_url(base + request.target), headers, signature.covered, signature.parameters
        )
    except ValueError as cause:
        raise BadSignature("what is signed is not all there, or is more than printable ASCII") from cause
    if not key.verifies(over, signature.signature):
        raise Unproven("the signature does not verify")


def _dictionary(headers: Sequence[Header], wanted: str) -> dict[str, Any]:
    text = ", ".join(value for name, value in headers if name.lower() == wanted)
    if len(text) > MAX_HEADER:
        raise MalformedSignature("a signature header of more than 8 KiB")

    def twice(key: str, context: str) -> None:
        raise MalformedSignature(f"{key[:40]!r} twice")

    try:
        parsed = http_sf.parse(text.encode("ascii"), tltype="dictionary", on_duplicate_key=twice)
    except MalformedSignature:
        raise
    except (ValueError, TypeError) as cause:
        raise MalformedSignature(f"the {wanted} header cannot be read") from cause
    if not isinstance(parsed, dict):
        raise MalformedSignature(f"the {wanted} header cannot be read")
    return parsed


def _written(inputs: dict[str, Any]) -> str:
    """What stands after the label, as RFC 8941 writes it: the signature is over that, whatever blanks came."""
    try:
        return str(http_sf.ser(inputs)).partition("=")[2]
    except (ValueError, TypeError) as cause:
        raise MalformedSignature("the signature-input header cannot be read") from cause


def _covered(members: list[Any]) -> tuple[str, ...]:
    names = []
    for name, parameters in members:
        # `;req`, `;sf`, `;bs` and the like change what is covered; nobody needs them for a request to an inbox.
        if not isinstance(name, str) or parameters:
            raise MalformedSignature("a covered component with parameters")
        names.append(name)
    if len(names) > MAX_COVERED or len(set(names)) != len(names):
        raise MalformedSignature("the list of covered components cannot be read")
    return tuple(names)


def _text(parameters: dict[str, Any], name: str) -> str:
    value = parameters.get(name)
    if not isinstance(value, str) or not value:
        raise MalformedSignature(f"parameter {name!r} is missing")
    return value


def _seconds(parameters: dict[str, Any], name: str) -> int | None:
    value = parameters.get(name)
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 10**11:
        raise MalformedSignature(f"parameter {name!r} is no time")
    return value


def _check_covered(request: SignedRequest, signature: Signature) -> None:
    needed = {*COVERED} if request.method.upper() in _SAFE_METHODS else {*COVERED, DIGEST}
    missing = needed.difference(signature.covered)
    if missing:
        raise BadSignature("not signed: " + ", ".join(sorted(missing)))


def _check_digest(request: SignedRequest) -> None:
    given = _dictionary(request.headers, DIGEST).get("sha-256")
    if given is None or not isinstance(given[0], bytes):
        raise BadSignature("the content digest has no sha-256")
    if given[0] != hashlib.sha256(request.body).digest():
        raise BadSignature("the body is not the one that was signed")


def _joined(headers: Sequence[Header]) -> dict[str, str]:
    """Header lines of one name joined (RFC 9421 §2.1)."""
    joined: dict[str, list[str]] = {}
    for name, value in headers:
        joined.setdefault(name.lower(), []).append(value.strip(" \t"))
    return {name: ", ".join(values) for name, values in joined.items()}
