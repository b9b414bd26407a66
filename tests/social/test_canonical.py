"""Canonical JSON (RFC 8785) by the vectors, and keys as text."""

import json
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from hypothesis import given
from hypothesis import strategies as st

from social.people.keys import make_ed25519
from social.trust.canonical import NotCanonical, canonical
from social.trust.multikey import BadMultikey, decoded, ed25519_key, encoded, public_pem, text_of_pem

VECTORS = Path(__file__).parents[1] / "federation" / "vectors"
CASES: list[dict[str, Any]] = json.loads((VECTORS / "jcs.json").read_text())["cases"]
KEYS: dict[str, Any] = json.loads((VECTORS / "keys.json").read_text())


@pytest.mark.parametrize("case", [case for case in CASES if "output_utf8_hex" in case], ids=lambda case: case["why"])
def test_a_document_has_the_canonical_bytes_of_the_vectors(case: dict[str, Any]) -> None:
    assert canonical(json.loads(case["input_json"])).hex() == case["output_utf8_hex"]


@pytest.mark.parametrize("case", [case for case in CASES if case.get("expect") == "reject"], ids=lambda case: "big")
def test_a_document_of_the_vectors_without_canonical_form_is_refused(case: dict[str, Any]) -> None:
    with pytest.raises(NotCanonical):
        canonical(json.loads(case["input_json"]))


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "\ud800", b"bytes", {1: 2}], ids=repr)
def test_what_json_does_not_have_is_refused(value: Any) -> None:
    with pytest.raises(NotCanonical):
        canonical({"value": value})


@pytest.mark.parametrize("kind", ["rsa", "ed25519"])
def test_a_key_is_written_and_read_as_in_the_vectors(kind: str) -> None:
    assert text_of_pem(KEYS[kind]["publicKeyPem"]) == KEYS[kind]["publicKeyMultibase"]
    assert public_pem(KEYS[kind]["publicKeyMultibase"]) == KEYS[kind]["publicKeyPem"]


@pytest.mark.parametrize("value", [b"", b"\0", b"\0\0a", bytes(range(256))], ids=len)
def test_bytes_come_back_as_they_were(value: bytes) -> None:
    assert decoded(encoded(value)) == value


@pytest.mark.parametrize("text", ["", "z0", "z6Mk", "mZZ", "z" + "1" * 5000, KEYS["rsa"]["publicKeyMultibase"]])
def test_what_is_no_ed25519_key_is_refused(text: str) -> None:
    with pytest.raises(BadMultikey):
        ed25519_key(text)


def test_a_fresh_key_comes_back_too() -> None:
    public, _ = make_ed25519()
    assert load_pem_public_key(public_pem(text_of_pem(public)).encode()) == load_pem_public_key(public.encode())


TEXTS = st.text(st.characters(codec="utf-8")) | st.text('aé\u007f\u2028\ufb33\U0001f600"\\/\n\x00\x1f')
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@given(VALUES)
def test_what_is_written_the_quick_way_is_written_the_same(value: Any) -> None:
    assert canonical(value) == rfc8785.dumps(value)
    assert canonical({"value": value, "b": 1, "a": None}) == rfc8785.dumps({"value": value, "b": 1, "a": None})
