"""Requests signed after draft-cavage-http-signatures-12: the vectors, and every way to be refused."""

import base64
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from federation.names import BadName
from federation.signing.cavage import (
    MINUTE,
    BadSignature,
    MalformedSignature,
    SignatureError,
    SignedRequest,
    Unsigned,
    digest_of,
    read_signature,
    sign,
    signer,
    verify,
)
from federation.signing.keys import signing_key, verify_key

VECTORS = Path(__file__).parent / "vectors"
KEYS: dict[str, Any] = json.loads((VECTORS / "keys.json").read_text())
CASES: dict[str, dict[str, Any]] = {
    case["name"]: case
    for value in json.loads((VECTORS / "cavage12.json").read_text()).values()
    if isinstance(value, list)
    for case in value
}
NOW = 1_795_521_600_000
HOSTS = frozenset({"node-b.example"})
KEY_ID = KEYS["rsa"]["keyId"]
OURS = signing_key(KEY_ID, KEYS["rsa"]["privateKeyPem"])
THEIRS = verify_key(KEY_ID, KEYS["actor"], KEYS["rsa"]["publicKeyPem"])
BODY = b'{"type":"Follow"}'


def request_of(case: dict[str, Any]) -> SignedRequest:
    return SignedRequest(
        method=case["method"],
        target=case["target"],
        headers=list(case["headers"].items()),
        body=(case["body"] or "").encode(),
    )


def check(request: SignedRequest, *, key: str = "rsa", now: int = NOW, hosts: frozenset[str] = HOSTS) -> None:
    signature = read_signature(request.headers)
    verify(signature, request, verify_key(signature.key_id, KEYS["actor"], KEYS[key]["publicKeyPem"]), now, hosts)


def signed(
    covered: str = "(request-target) host date digest",
    *,
    method: str = "POST",
    target: str = "/inbox",
    headers: Sequence[tuple[str, str]] = (),
    extra: str = "",
    label: str = "hs2019",
    body: bytes = BODY,
    lines: dict[str, str] | None = None,
) -> SignedRequest:
    """A request signed by hand, whatever it covers. `lines` stand in for values that are no headers."""
    fields = {"Host": "node-b.example", "Date": date(NOW), "Digest": digest_of(body), **dict(headers)}
    values = {
        "(request-target)": f"{method.lower()} {target}",
        **{name.lower(): value for name, value in fields.items()},
        **(lines or {}),
    }
    text = "\n".join(f"{name}: {values[name]}" for name in covered.split(" "))
    value = base64.b64encode(OURS.sign(text.encode())).decode()
    header = f'keyId="{KEY_ID}",algorithm="{label}",headers="{covered}",{extra}signature="{value}"'
    return SignedRequest(method=method, target=target, headers=[*fields.items(), ("Signature", header)], body=body)


def date(now: int) -> str:
    return format_datetime(datetime.fromtimestamp(now // 1000, UTC), usegmt=True)


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case["expect"].startswith("valid")])
def test_a_good_request_of_the_vectors_is_accepted(name: str) -> None:
    case = CASES[name]
    check(request_of(case), now=case["now"] * 1000)


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case["expect"].startswith("invalid")])
def test_a_bad_request_of_the_vectors_is_refused(name: str) -> None:
    case = CASES[name]
    with pytest.raises(SignatureError):
        check(request_of(case), now=case["now"] * 1000)


def test_a_rotated_key_verifies_after_it_was_fetched_anew() -> None:
    case = CASES["bad-rotated-key"]
    check(request_of(case), key="rsa_other", now=case["now"] * 1000)


def test_what_we_sign_is_accepted_by_us() -> None:
    headers = sign(OURS, "POST", "https://node-b.example/inbox?x=%20a", BODY, NOW)
    assert sorted(headers) == ["Content-Type", "Date", "Digest", "Host", "Signature"]
    assert read_signature(list(headers.items())).covered == (
        "(request-target)", "host", "date", "digest", "content-type",
    )  # fmt: skip
    check(SignedRequest(method="POST", target="/inbox?x=%20a", headers=list(headers.items()), body=BODY))


def test_a_signed_get_covers_target_host_and_date_and_nothing_that_proxies_change() -> None:
    headers = signer(lambda: NOW)(OURS, "GET", "https://node-b.example/users/bob?page=true#x", None)
    assert sorted(headers) == ["Date", "Host", "Signature"]
    assert headers["Date"] == "Tue, 24 Nov 2026 12:00:00 GMT"
    assert read_signature(list(headers.items())).covered == ("(request-target)", "host", "date")
    check(SignedRequest(method="GET", target="/users/bob?page=true", headers=list(headers.items()), body=b""))


def test_our_signature_is_the_one_of_the_vectors_byte_for_byte() -> None:
    case = CASES["get-query-signed"]
    headers = sign(OURS, "GET", "https://node-b.example" + case["target"], None, case["now"] * 1000)
    theirs = read_signature(list(case["headers"].items()))
    assert read_signature(list(headers.items())).signature == theirs.signature


def test_a_key_id_with_a_percent_sign_can_sign() -> None:
    key = signing_key("https://a.example/users/a%20b#main-key", KEYS["rsa"]["privateKeyPem"])
    headers = sign(key, "GET", "https://node-b.example/", None, NOW)
    assert read_signature(list(headers.items())).key_id == key.id


def test_nothing_is_signed_for_what_is_no_url() -> None:
    with pytest.raises(BadName):
        sign(OURS, "GET", "https://u:p@node-b.example/", None, NOW)


@pytest.mark.parametrize(
    "covered",
    ["host date digest", "(request-target) date digest", "(request-target) host digest", "(request-target) host date",
     "date", "digest"],
)  # fmt: skip
def test_a_post_must_cover_target_host_time_and_digest(covered: str) -> None:
    with pytest.raises(BadSignature, match="signed"):
        check(signed(covered))


def test_the_hand_made_requests_are_good_to_begin_with() -> None:
    check(signed())


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_every_method_that_changes_something_needs_a_digest(method: str) -> None:
    check(signed(method=method))
    with pytest.raises(BadSignature, match="digest"):
        check(signed("(request-target) host date", method=method))


@pytest.mark.parametrize("minutes", [-65, -30, 0, 59, 60])
def test_a_date_is_good_from_65_minutes_before_to_60_after(minutes: int) -> None:
    check(signed(headers=[("Date", date(NOW + minutes * MINUTE))]))


@pytest.mark.parametrize("minutes", [-66, 61, -24 * 60])
def test_a_date_outside_the_window_is_refused(minutes: int) -> None:
    with pytest.raises(BadSignature, match=r"old|future"):
        check(signed(headers=[("Date", date(NOW + minutes * MINUTE))]))


@pytest.mark.parametrize("value", ["", "yesterday", "Tue, 24 Nov 2026 12:00:00", "Tue, 99 Nov 2026 12:00:00 GMT", "0"])
def test_a_date_that_is_none_is_refused(value: str) -> None:
    with pytest.raises(BadSignature, match="date"):
        check(signed(headers=[("Date", value)]))


def created(minutes: int, life: int | None = None, *, covers_expires: bool = True) -> SignedRequest:
    made = NOW // 1000 + minutes * 60
    extra, covered = f"created={made},", "(request-target) (created) host digest"
    lines = {"(created)": str(made)}
    if life is not None:
        extra += f"expires={made + life * 60},"
        lines["(expires)"] = str(made + life * 60)
        covered += " (expires)" if covers_expires else ""
    return signed(covered, extra=extra, lines=lines)


@pytest.mark.parametrize(
    "request_",
    [
        pytest.param(created(-64), id="created alone lives five minutes and one hour"),
        pytest.param(created(-12 * 60, 12 * 60), id="a signed expiry may be hours later"),
        pytest.param(created(-13 * 60, 24 * 60), id="but counts for twelve hours at most"),
    ],
)
def test_created_and_expires_are_obeyed(request_: SignedRequest) -> None:
    check(request_)


@pytest.mark.parametrize(
    "request_",
    [
        pytest.param(created(-66), id="created too long ago"),
        pytest.param(created(61), id="created in the future"),
        pytest.param(created(-63, 1), id="expired"),
        pytest.param(created(-14 * 60, 24 * 60), id="beyond twelve hours"),
        pytest.param(created(-120, 12 * 60, covers_expires=False), id="an expiry that is not signed lengthens nothing"),
        pytest.param(created(-63, 1, covers_expires=False), id="an expiry that is not signed shortens"),
    ],
)
def test_what_has_expired_is_refused(request_: SignedRequest) -> None:
    with pytest.raises(BadSignature, match=r"old|future"):
        check(request_)


def test_a_stale_date_is_not_healed_by_a_fresh_created() -> None:
    covered = "(request-target) (created) host date digest"
    stale = signed(
        covered,
        headers=[("Date", date(NOW - 24 * 60 * MINUTE))],
        extra=f"created={NOW // 1000},",
        lines={"(created)": str(NOW // 1000)},
    )
    with pytest.raises(BadSignature, match="old"):
        check(stale)


@pytest.mark.parametrize(
    ("host", "hosts"),
    [
        pytest.param("node-b.example", {"node-b.example"}, id="plain"),
        pytest.param("Node-B.example.", {"node-b.example"}, id="case and trailing dot"),
        pytest.param("node-b.example:443", {"node-b.example"}, id="default port written out"),
        pytest.param("siege.localhost:8401", {"siege.localhost:8401"}, id="odd port"),
        pytest.param("siege.localhost", {"siege.localhost:8401"}, id="odd port left out"),
    ],
)
def test_our_own_host_is_recognised(host: str, hosts: set[str]) -> None:
    check(signed(headers=[("Host", host)]), hosts=frozenset(hosts))


@pytest.mark.parametrize(
    "host", ["node-c.example", "node-b.example:8443", "node-b.example.evil.example", "", "u@node-b.example", "[::1]"]
)
def test_another_host_is_refused(host: str) -> None:
    with pytest.raises(BadSignature, match="host"):
        check(signed(headers=[("Host", host)]))


def test_another_port_of_our_host_is_another_node() -> None:
    with pytest.raises(BadSignature, match="host"):
        check(signed(headers=[("Host", "siege.localhost:8402")]), hosts=frozenset({"siege.localhost:8401"}))


@pytest.mark.parametrize("name", ["Host", "date", "DIGEST"])
def test_a_header_with_one_value_may_not_come_twice(name: str) -> None:
    request = signed()
    twice = SignedRequest(method="POST", target="/inbox", headers=[*request.headers, (name, "x")], body=request.body)
    with pytest.raises(BadSignature, match="twice"):
        check(twice)


def test_a_header_that_comes_twice_is_joined() -> None:
    request = signed("(request-target) host date digest x-a", headers=[("X-A", "1, 2")])
    headers = [pair for pair in request.headers if pair[0] != "X-A"]
    check(SignedRequest(method="POST", target="/inbox", headers=[("X-A", "1"), ("x-a", " 2 "), *headers], body=BODY))


def test_a_signed_header_must_be_there() -> None:
    request = signed("(request-target) host date digest x-a", lines={"x-a": "1"})
    with pytest.raises(BadSignature, match="x-a"):
        check(request)


@pytest.mark.parametrize(
    "digest",
    ["md5=AAAA", "SHA-256=" + "00" * 32, "SHA-256=", "SHA-256=!!!", "sha-512=AAAA", "",
     digest_of(BODY) + ",SHA-256=" + base64.b64encode(b"x" * 32).decode()],
)  # fmt: skip
def test_a_digest_must_be_the_bodys_sha_256_in_base64(digest: str) -> None:
    with pytest.raises(BadSignature, match=r"digest|body"):
        check(signed(headers=[("Digest", digest)]))


def test_a_body_on_a_get_is_compared_when_its_digest_is_signed() -> None:
    request = signed(method="GET")
    check(request)
    with pytest.raises(BadSignature, match="body"):
        check(SignedRequest(method="GET", target="/inbox", headers=request.headers, body=b"x"))


def test_a_query_left_out_is_forgiven_on_get_only() -> None:
    request = signed("(request-target) host date", method="GET")
    check(SignedRequest(method="GET", target="/inbox?a=1", headers=request.headers, body=b""))
    request = signed()
    with pytest.raises(BadSignature, match="verify"):
        check(SignedRequest(method="POST", target="/inbox?a=1", headers=request.headers, body=BODY))


def test_the_path_is_compared_as_it_was_sent() -> None:
    check(signed(target="/users/a%2Fb%20c"))
    request = signed(target="/users/a%2Fb")
    with pytest.raises(BadSignature, match="verify"):
        check(SignedRequest(method="POST", target="/users/a/b", headers=request.headers, body=BODY))


def test_the_key_must_be_the_one_that_is_named() -> None:
    request = signed()
    other = verify_key("https://evil.example/u#main-key", "https://evil.example/u", KEYS["rsa"]["publicKeyPem"])
    with pytest.raises(BadSignature, match="key"):
        verify(read_signature(request.headers), request, other, NOW, HOSTS)


def test_a_value_outside_ascii_does_not_verify_and_does_not_crash() -> None:
    request = signed("(request-target) host date digest x-a", headers=[("X-A", "é")])
    with pytest.raises(BadSignature, match="verify"):
        check(request)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("hello", id="no parameters"),
        pytest.param('keyId="a",keyId="b",headers="date",signature="AA=="', id="two key ids"),
        pytest.param('keyId="a",headers="date",signature="AA==",signature="AA=="', id="two signatures"),
        pytest.param('keyId="a",headers="date"', id="no signature"),
        pytest.param('headers="date",signature="AA=="', id="no key id"),
        pytest.param('keyId="",headers="date",signature="AA=="', id="empty key id"),
        pytest.param('keyId=a,headers="date",signature="AA=="', id="key id not quoted"),
        pytest.param('keyId="a,headers="date",signature="AA=="', id="quote not closed"),
        pytest.param('keyId="a\\"b",headers="date",signature="AA=="', id="escaped quote"),
        pytest.param('keyId="a",headers="date",signature="AA==",', id="comma at the end"),
        pytest.param('keyId="a" headers="date" signature="AA=="', id="no commas"),
        pytest.param('keyId="a",headers="date",signature="not base64"', id="signature not base64"),
        pytest.param('keyId="a",headers="date date",signature="AA=="', id="header listed twice"),
        pytest.param('keyId="a",headers="date  host",signature="AA=="', id="two spaces"),
        pytest.param('keyId="a",headers="",signature="AA=="', id="no headers"),
        pytest.param('keyId="a",headers="(other)",signature="AA=="', id="unknown pseudo-header"),
        pytest.param('keyId="a",headers="(created)",signature="AA=="', id="created signed, not given"),
        pytest.param('keyId="a",created="1",headers="(created)",signature="AA=="', id="created in quotes"),
        pytest.param('keyId="a",created=-1,headers="(created)",signature="AA=="', id="created negative"),
        pytest.param('keyId="a",created=' + "9" * 400 + ',headers="(created)",signature="AA=="', id="created huge"),
        pytest.param(
            'keyId="a",algorithm="rsa-sha256",created=1,headers="(created)",signature="AA=="', id="created with rsa"
        ),
        pytest.param('keyId="' + "a" * 9000 + '",headers="date",signature="AA=="', id="too long"),
    ],
)
def test_a_header_that_cannot_be_read_is_malformed(text: str) -> None:
    with pytest.raises(MalformedSignature) as caught:
        read_signature([("Signature", text)])
    assert caught.value.status == 400


@pytest.mark.parametrize("label", ["hmac-sha256", "HMAC-SHA256", "rsa-sha1", "rsa-sha512", "ed25519", "none", ""])
def test_no_other_label_is_accepted(label: str) -> None:
    with pytest.raises(BadSignature, match="algorithm") as caught:
        read_signature([("Signature", f'keyId="a",algorithm="{label}",headers="date",signature="AA=="')])
    assert caught.value.status == 401


def test_two_signature_headers_are_malformed() -> None:
    text = 'keyId="a",headers="date",signature="AA=="'
    with pytest.raises(MalformedSignature):
        read_signature([("Signature", text), ("signature", text)])


def test_the_signature_may_stand_in_the_authorization_header() -> None:
    request = signed()
    moved = [(name, value) if name != "Signature" else ("Authorization", f"Signature {value}")
             for name, value in request.headers]  # fmt: skip
    check(SignedRequest(method="POST", target="/inbox", headers=moved, body=BODY))


@pytest.mark.parametrize("headers", [[], [("Authorization", "Bearer x")], [("Host", "node-b.example")]])
def test_a_request_without_a_signature_is_unsigned(headers: list[tuple[str, str]]) -> None:
    with pytest.raises(Unsigned, match="no signature"):
        read_signature(headers)
