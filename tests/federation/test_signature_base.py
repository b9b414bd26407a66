"""What a signature after RFC 9421 is over, beside another implementation that writes it too."""

import random
from datetime import UTC, datetime
from typing import Any

import pytest
from http_message_signatures import (
    HTTPMessageSigner,
    HTTPMessageVerifier,
    HTTPSignatureKeyResolver,
    InvalidSignature,
    algorithms,
)

from federation.names import parse_url
from federation.signing import message
from federation.signing.cavage import SignedRequest
from federation.signing.components import signature_base, signature_parameters
from federation.signing.keys import generate, public_pem, signing_key, verify_key
from social.people.keys import make_ed25519

NOW = 1_795_521_600_000
OWNER = "https://node-b.example/users/amina"
ED25519_PUBLIC, ED25519_PRIVATE = make_ed25519()
ED25519 = signing_key(f"{OWNER}#ed25519", ED25519_PRIVATE)
RSA_PEM = generate()
RSA = signing_key(f"{OWNER}#main-key", RSA_PEM)
BODY = b'{"type":"Announce"}'
PATHS = ("", "/", "/inbox", "/users/%C3%A9va/inbox", "/a//b/", "/~x;y=1", "/@amina")
QUERIES = ("", "?", "?page=1", "?a=b&a=c%20d", "?x=%3F/y")
HOSTS = ("node-b.example", "node-b.example:8443", "xn--caf-dma.example")


class Request:
    """A request as the other implementation wants it."""

    def __init__(self, method: str, url: str, headers: dict[str, str]) -> None:
        self.method, self.url, self.headers = method, url, headers


class Keys(HTTPSignatureKeyResolver):
    """One pair."""

    def __init__(self, private: Any) -> None:
        self._private = private

    def resolve_private_key(self, key_id: str) -> Any:
        return self._private

    def resolve_public_key(self, key_id: str) -> Any:
        return self._private.public_key()


class Patient(HTTPMessageVerifier):
    """Looks at no time: the requests are of a day of the tests."""

    def validate_created_and_expires(self, sig_input: Any, max_age: Any = None) -> None:
        """Nothing."""


def algorithm(key: Any) -> Any:
    return algorithms.RSA_V1_5_SHA256 if key is RSA else algorithms.ED25519


@pytest.mark.parametrize("key", [RSA, ED25519], ids=["rsa", "ed25519"])
@pytest.mark.parametrize("seed", range(20))
def test_each_takes_what_the_other_signed(key: Any, seed: int) -> None:
    draw = random.Random(seed)
    method, body = draw.choice([("GET", None), ("POST", BODY)])
    url = f"https://{draw.choice(HOSTS)}{draw.choice(PATHS)}{draw.choice(QUERIES)}"
    more = draw.choice([[], [("Collection-Synchronization", 'collectionId="x", digest="00ff"')]])
    asked = draw.sample(["@authority", "@scheme", "@path", "@query", "date", "host"], draw.randint(0, 4))
    nonce = draw.choice([None, 'a "quoted" \\ one'])

    ours = message.sign(key, method, url, body, NOW, more=more, covering=asked, nonce=nonce, tag="t")
    wire = parse_url(url).wire
    found = Patient(signature_algorithm=algorithm(key), key_resolver=Keys(key.private)).verify(
        Request(method, wire, dict(ours)), max_age=None
    )
    assert len(found) == 1 and {"@method", "@target-uri", *asked} <= {
        name.strip('"') for name in found[0].covered_components
    }

    headers = {name: value for name, value in ours.items() if not name.startswith("Signature")}
    theirs = Request(method, wire, headers)
    covered = ["@method", "@target-uri", "@request-target", *asked, *(["content-digest"] if body else [])]
    HTTPMessageSigner(signature_algorithm=algorithm(key), key_resolver=Keys(key.private)).sign(
        theirs,
        key_id=key.id,
        created=datetime.fromtimestamp(NOW / 1000, UTC),
        covered_component_ids=covered,
        nonce=nonce,
        use_existing_digest=body is not None,
    )
    target = parse_url(wire).path + parse_url(wire).query
    request = SignedRequest(method=method, target=target, headers=list(theirs.headers.items()), body=body or b"")
    public = ED25519_PUBLIC if key is ED25519 else public_pem(RSA_PEM)
    known = verify_key(key.id, OWNER, public)
    signature = message.read_signature(request.headers)
    message.verify(signature, request, known, NOW, parse_url(wire).origin)


def test_a_spoilt_one_of_ours_is_refused_by_the_other() -> None:
    ours = message.sign(ED25519, "POST", f"{OWNER}/inbox", BODY, NOW)
    with pytest.raises(InvalidSignature):
        Patient(signature_algorithm=algorithms.ED25519, key_resolver=Keys(ED25519.private)).verify(
            Request("POST", f"{OWNER}/outbox", dict(ours)), max_age=None
        )


@pytest.mark.parametrize(
    ("covered", "headers"),
    [
        pytest.param(["@method", "x-missing"], {}, id="a header that is not there"),
        pytest.param(["@method", "@status"], {}, id="a component of answers"),
        pytest.param(["x-two"], {"x-two": "a\nb"}, id="a value of two lines"),
        pytest.param(["x-far"], {"x-far": "é"}, id="a value that is not ASCII"),
        pytest.param(["x-bell"], {"x-bell": "a\x07"}, id="a value with a control character"),
    ],
)
def test_what_cannot_be_signed_is_said(covered: list[str], headers: dict[str, str]) -> None:
    with pytest.raises(ValueError):
        signature_base("GET", parse_url(OWNER), headers, covered, signature_parameters(covered, {"created": 1}))


def test_it_is_written_as_the_rfc_does() -> None:
    covered = ["@method", "@path", "@query", "x-pad"]
    parameters = signature_parameters(covered, {"created": 1, "keyid": 'a"b\\', "nonce": None})
    assert parameters == '("@method" "@path" "@query" "x-pad");created=1;keyid="a\\"b\\\\"'
    base = signature_base("GET", parse_url("https://a.example"), {"x-pad": "  v\t"}, covered, parameters)
    assert base.decode() == (f'"@method": GET\n"@path": /\n"@query": ?\n"x-pad": v\n"@signature-params": {parameters}')
