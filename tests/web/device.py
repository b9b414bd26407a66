"""A device that holds passkeys, as the browser and WebAuthn make it answer; each answer can be told a lie."""

import hashlib
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

_UP, _UV, _BE, _BS, _AT = 0x01, 0x04, 0x08, 0x10, 0x40


def encoded(data: bytes) -> str:
    """Base64url without padding."""
    return urlsafe_b64encode(data).decode().rstrip("=")


def decoded(text: str) -> bytes:
    """The bytes of base64url."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Device:
    """One key. `verifies`: it asked for a finger; `copies`: its maker keeps it on other devices too."""

    def __init__(self, origin: str, *, verifies: bool = True, copies: bool = False) -> None:
        self.origin = origin
        self.verifies = verifies
        self.copies = copies
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = secrets.token_bytes(20)
        self.handle = b""
        self.count = 0

    def make(self, options: dict[str, Any], **lies: Any) -> str:
        """The answer to `navigator.credentials.create`."""
        self.handle = decoded(options["user"]["id"])
        numbers = self.key.public_key().public_numbers()
        public = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        attested = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + cbor2.dumps(public)
        data = self._data(options["rp"]["id"], _AT) + attested
        made = {"fmt": "none", "attStmt": {}, "authData": data}
        told = self._told("webauthn.create", options, lies)
        return self._answer({"clientDataJSON": encoded(told), "attestationObject": encoded(cbor2.dumps(made))})

    def sign(self, options: dict[str, Any], **lies: Any) -> str:
        """The answer to `navigator.credentials.get`; lies: `origin`, `challenge`, `host`, `handle`, `tampered`."""
        self.count += 1
        data = self._data(lies.get("host", options["rpId"]), 0)
        told = self._told("webauthn.get", options, lies)
        signature = self.key.sign(data + hashlib.sha256(told).digest(), ec.ECDSA(hashes.SHA256()))
        if lies.get("tampered"):
            data = data[:-1] + bytes([data[-1] ^ 1 or 2])
        response = {
            "clientDataJSON": encoded(told),
            "authenticatorData": encoded(data),
            "signature": encoded(signature),
            "userHandle": encoded(lies.get("handle", self.handle)),
        }
        return self._answer(response)

    def _data(self, host: str, flags: int) -> bytes:
        flags |= _UP | (_UV if self.verifies else 0) | (_BE | _BS if self.copies else 0)
        return hashlib.sha256(host.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def _told(self, kind: str, options: dict[str, Any], lies: dict[str, Any]) -> bytes:
        challenge, origin = lies.get("challenge", options["challenge"]), lies.get("origin", self.origin)
        return json.dumps({"type": kind, "challenge": challenge, "origin": origin, "crossOrigin": False}).encode()

    def _answer(self, response: dict[str, str]) -> str:
        return json.dumps(
            {"id": encoded(self.id), "rawId": encoded(self.id), "type": "public-key", "response": response}
        )
