"""RSA keys as PEM."""

import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from federation.signing import keys

VECTORS: dict[str, Any] = json.loads((Path(__file__).parent / "vectors" / "keys.json").read_text())
RSA = VECTORS["rsa"]


def spki(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> str:
    return (
        key.public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode()
    )


def test_a_generated_key_signs_what_its_public_half_verifies() -> None:
    private = keys.generate()
    assert private.startswith("-----BEGIN PRIVATE KEY-----\n")
    public = keys.public_pem(private)
    assert public.startswith("-----BEGIN PUBLIC KEY-----\n")
    signature = keys.signing_key("https://a.example/actor#main-key", private).sign(b"hello")
    reader = keys.verify_key("https://a.example/actor#main-key", "https://a.example/actor", public)
    assert reader.verifies(b"hello", signature)
    assert not reader.verifies(b"hello!", signature)
    assert not reader.verifies(b"hello", signature[:-1])
    assert not reader.verifies(b"hello", b"")


def test_the_public_half_of_the_known_key_is_the_known_one() -> None:
    assert keys.public_pem(RSA["privateKeyPem"]) == RSA["publicKeyPem"]


def test_both_public_forms_are_the_same_key() -> None:
    spki_key = keys.verify_key("k", "o", RSA["publicKeyPem"])
    pkcs1 = spki_key.public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.PKCS1).decode()
    assert pkcs1.startswith("-----BEGIN RSA PUBLIC KEY-----")
    assert keys.verify_key("k", "o", pkcs1).public == spki_key.public


def test_a_known_key_is_parsed_once() -> None:
    first = keys.verify_key("k", "o", RSA["publicKeyPem"])
    assert keys.verify_key("other", "o", RSA["publicKeyPem"]).public is first.public


@pytest.mark.parametrize(
    "pem",
    [
        pytest.param("", id="empty"),
        pytest.param("hello", id="no PEM"),
        pytest.param("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", id="garbage inside"),
        pytest.param("-----BEGIN PUBLIC KEY-----\n", id="cut off"),
        pytest.param(RSA["privateKeyPem"], id="a private key"),
        pytest.param(RSA["publicKeyPem"] * 2, id="two keys"),
        pytest.param("x\n" + RSA["publicKeyPem"], id="text before"),
        pytest.param(RSA["publicKeyPem"] + "\n" * 8192 + "x", id="too large"),
        pytest.param(RSA["publicKeyPem"] + "é", id="not ASCII"),
        pytest.param(spki(ec.generate_private_key(ec.SECP256R1())), id="elliptic curve"),
        pytest.param(spki(rsa.generate_private_key(65537, 1024)), id="RSA-1024"),  # noqa: S505  # refused, that is the test
    ],
)
def test_what_is_no_rsa_key_of_a_decent_size_is_refused(pem: str) -> None:
    with pytest.raises(keys.BadKey):
        keys.verify_key("k", "o", pem)


@pytest.mark.parametrize(
    ("modulus_bits", "exponent"),
    [pytest.param(16_384, 65537, id="RSA-16384"), pytest.param(2048, 2**64 + 1, id="exponent of 65 bits")],
)
def test_a_key_that_is_dear_to_verify_with_is_refused(modulus_bits: int, exponent: int) -> None:
    numbers = rsa.RSAPublicNumbers(exponent, 2 ** (modulus_bits - 1) + 1)
    pem = numbers.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    with pytest.raises(keys.BadKey):
        keys.verify_key("k", "o", pem.decode())


def test_a_public_key_is_no_key_to_sign_with() -> None:
    with pytest.raises(keys.BadKey):
        keys.signing_key("k", RSA["publicKeyPem"])


def test_every_file_of_vectors_is_read_by_a_test() -> None:
    files = {path.name for path in (Path(__file__).parent / "vectors").iterdir()}
    sources = [path.read_text() for path in Path(__file__).parents[1].rglob("test_*.py")]
    assert files and not [name for name in files if not any(f'"{name}"' in source for source in sources)]
