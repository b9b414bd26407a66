"""Requests signed after RFC 9421: the vectors, and every way to be refused."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from federation.signing import message
from federation.signing.cavage import MINUTE, BadSignature, MalformedSignature, SignatureError, SignedRequest
from federation.signing.keys import SigningKey, VerifyKey, signing_key, verify_key
from federation.signing.schemes import read_signature, verify
from social.people.keys import make_ed25519

VECTORS = Path(__file__).parent / "vectors"
KEYS: dict[str, Any] = json.loads((VECTORS / "keys.json").read_text())
CASES: dict[str, dict[str, Any]] = {
    case["name"]: case for case in json.loads((VECTORS / "rfc9421.json").read_text())["cases"] if "headers" in case
}
NOW = 1_795_521_600_000
BASE = "https://node-b.example"
RSA = signing_key(KEYS["rsa"]["keyId"], KEYS["rsa"]["privateKeyPem"])
ED25519_PUBLIC, ED25519_PRIVATE = make_ed25519()
ED25519 = signing_key(KEYS["ed25519"]["keyId"], ED25519_PRIVATE)
BODY = b'{"type":"Follow"}'


def public(key: SigningKey) -> VerifyKey:
    pem = KEYS["rsa"]["publicKeyPem"] if key is RSA else ED25519_PUBLIC
    return verify_key(key.id, KEYS["actor"], pem)


def of_vector(key_id: str) -> VerifyKey:
    kind = "ed25519" if "ed25519" in key_id else "rsa"
    return verify_key(key_id, KEYS["actor"], KEYS[kind]["publicKeyPem"])


def request_of(case: dict[str, Any]) -> SignedRequest:
    return SignedRequest(
        method=case["method"],
        target="/" + case["url"].split("/", 3)[3],
        headers=list(case["headers"].items()),
        body=(case["body"] or "").encode(),
    )


def signed(
    key: SigningKey = RSA, method: str = "POST", target: str = "/inbox", body: bytes | None = BODY, **options: Any
) -> SignedRequest:
    headers = message.sign(key, method, BASE + target, body, options.pop("now", NOW), **options)
    return SignedRequest(method=method, target=target, headers=list(headers.items()), body=body or b"")


def changed(
    request: SignedRequest, *, drop: str = "", more: Sequence[tuple[str, str]] = (), **fields: Any
) -> SignedRequest:
    headers = [(name, value) for name, value in request.headers if name != drop]
    return SignedRequest(
        **{"method": request.method, "target": request.target, "body": request.body, **fields},
        headers=[*headers, *more],
    )


def check(request: SignedRequest, key: VerifyKey | None = None, now: int = NOW, base: str = BASE) -> None:
    signature = read_signature(request.headers)
    verify(signature, request, key or of_vector(signature.key_id), now, base)


def base_of(case: dict[str, Any]) -> str:
    return "/".join(case["url"].split("/")[:3])


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case["expect"] == "valid"])
def test_a_good_request_of_the_vectors_is_accepted(name: str) -> None:
    check(request_of(CASES[name]), now=CASES[name]["now"] * 1000, base=base_of(CASES[name]))


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case["expect"].startswith("invalid")])
def test_a_bad_request_of_the_vectors_is_refused(name: str) -> None:
    with pytest.raises(SignatureError):
        check(request_of(CASES[name]), now=CASES[name]["now"] * 1000, base=base_of(CASES[name]))


def test_the_example_of_the_rfc_holds_and_covers_too_little_for_us() -> None:
    case = CASES["rfc9421-b26"]
    key = verify_key("test-key-ed25519", KEYS["actor"], case["publicKeyPem"])
    assert key.verifies(case["signature_base"].encode(), read_signature(request_of(case).headers).signature)
    with pytest.raises(BadSignature, match="not signed"):
        check(request_of(case), key, case["now"] * 1000, base_of(case))


def test_no_vector_is_left_out() -> None:
    assert sorted({case["expect"] for case in CASES.values()}) == ["crypto-valid, policy-invalid", "invalid", "valid"]
    assert len(CASES) == 13


@pytest.mark.parametrize("key", [RSA, ED25519], ids=["rsa", "ed25519"])
@pytest.mark.parametrize(("method", "body"), [("GET", None), ("POST", BODY)], ids=["get", "post"])
def test_what_we_sign_is_accepted_by_us(key: SigningKey, method: str, body: bytes | None) -> None:
    check(signed(key, method, "/users/bob?page=%20a", body), public(key))


def test_our_signature_is_the_one_of_the_vectors_byte_for_byte() -> None:
    case = CASES["get"]
    created = int(case["headers"]["Signature-Input"].split("created=")[1].split(";")[0])
    headers = message.sign(RSA, "GET", case["url"], None, created * 1000)
    assert headers["Signature-Input"] == case["headers"]["Signature-Input"]
    assert headers["Signature"] == case["headers"]["Signature"]


def test_what_a_peer_asks_for_is_covered() -> None:
    request = signed(covering=["@authority", "date"], nonce="n-1", tag="peer")
    assert read_signature(request.headers).covered == ("@method", "@target-uri", "@authority", "date", "content-digest")
    check(request)


def test_a_header_that_is_sent_with_it_is_vouched_for() -> None:
    request = signed(more=[("Collection-Synchronization", 'digest="00"')])
    check(request)
    with pytest.raises(BadSignature):
        check(changed(request, drop="Collection-Synchronization", more=[("collection-synchronization", 'digest="01"')]))


@pytest.mark.parametrize(
    "spoilt",
    [
        pytest.param(lambda: changed(signed(), body=b"{}"), id="another body"),
        pytest.param(lambda: changed(signed(), target="/inbox?x=1"), id="another target"),
        pytest.param(lambda: changed(signed(), method="PUT"), id="another method"),
        pytest.param(lambda: changed(signed(), drop="Content-Digest"), id="no digest"),
        pytest.param(
            lambda: changed(signed(), drop="Content-Digest", more=[("content-digest", "md5=:AAAA:")]), id="only md5"
        ),
        pytest.param(lambda: signed(body=None), id="a post whose body is not covered"),
    ],
)
def test_what_was_changed_on_the_way_is_refused(spoilt: Any) -> None:
    with pytest.raises(BadSignature):
        check(spoilt())


@pytest.mark.parametrize("late", [-61, 66], ids=["from the future", "too old"])
def test_the_window_is_that_of_draft_12(late: int) -> None:
    check(signed(), now=NOW + (late - 1 if late > 0 else late + 1) * MINUTE)
    with pytest.raises(BadSignature):
        check(signed(), now=NOW + late * MINUTE)


def test_a_signature_without_its_time_is_refused() -> None:
    request = signed()
    lines = [
        (name, value.replace(f";created={NOW // 1000}", "") if name == "Signature-Input" else value)
        for name, value in request.headers
    ]
    with pytest.raises(BadSignature, match="time"):
        check(SignedRequest(method="POST", target="/inbox", headers=lines, body=BODY))


def rewritten(name: str, old: str, new: str) -> list[tuple[str, str]]:
    return [(header, value.replace(old, new) if header == name else value) for header, value in signed().headers]


@pytest.mark.parametrize(
    ("headers", "error"),
    [
        pytest.param(rewritten("Signature-Input", '"@method"', '"@method";req'), MalformedSignature, id="parameters"),
        pytest.param(rewritten("Signature-Input", '"@method"', '"@method" "@method"'), MalformedSignature, id="twice"),
        pytest.param(rewritten("Signature-Input", "sig1=", "sig2="), MalformedSignature, id="another label"),
        pytest.param(rewritten("Signature-Input", ";keyid", ";keyidd"), MalformedSignature, id="no key"),
        pytest.param(rewritten("Signature-Input", ";keyid", ';alg="hmac-sha256";keyid'), BadSignature, id="hmac"),
        pytest.param(rewritten("Signature-Input", ";keyid", ';alg="ed25519";keyid'), BadSignature, id="confused"),
        pytest.param(rewritten("Signature-Input", "(", "(("), MalformedSignature, id="no list"),
        pytest.param(
            [*signed().headers, ("signature-input", 'b=("@method");created=1;keyid="x"'), ("signature", "b=:AA==:")],
            MalformedSignature,
            id="two signatures",
        ),
        pytest.param([("Signature-Input", 'é=("@method")'), ("Signature", "a=:AA==:")], MalformedSignature, id="é"),
        pytest.param([("Signature-Input", "a" * 9000), ("Signature", "a=:AA==:")], MalformedSignature, id="long"),
    ],
)
def test_a_header_that_is_not_as_it_should_be_is_refused(headers: list[tuple[str, str]], error: type) -> None:
    with pytest.raises(error):
        check(SignedRequest(method="POST", target="/inbox", headers=headers, body=BODY), public(RSA))


def test_another_key_is_not_taken_for_the_one_that_is_named() -> None:
    with pytest.raises(BadSignature, match="names"):
        check(signed(RSA), public(ED25519))
