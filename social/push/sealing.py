"""Encryption and identification of pushes: RFC 8291 and 8292, and the drafts that most apps still ask for.

The drafts: draft-ietf-webpush-encryption-04 (`aesgcm`) and draft-ietf-webpush-vapid-01.
"""

import base64
import binascii
import secrets
from urllib.parse import urlsplit

import msgspec
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from storage.ids import Millis

CURVE = ec.SECP256R1()
POINT = 65
"""Bytes of an uncompressed point."""
SECRET = 16
"""Bytes of the secret that the device shares with us."""
RECORD = 4_096
MOST_BYTES = RECORD - 16 - 4 - 1 - POINT - 16 - 1
"""Of a payload: one record with its header, tag and delimiter must fit into what every push service takes."""
TTL_SECONDS = 48 * 3_600
IDENTITY_SECONDS = 12 * 3_600


class Sealed(msgspec.Struct, frozen=True, kw_only=True):
    """A push as it is sent."""

    headers: dict[str, str]
    body: bytes


def to_base64(data: bytes) -> str:
    """base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def from_base64(text: str) -> bytes:
    """Bytes of base64url or plain base64, padded or not. Raises ValueError."""
    plain = text.strip().replace("-", "+").replace("_", "/").rstrip("=")
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except binascii.Error as trouble:
        raise ValueError("no base64") from trouble


def public_point(text: str) -> bytes:
    """The point of a device's key. Raises ValueError for what is none of the curve."""
    point = from_base64(text)
    if len(point) != POINT:
        raise ValueError("no uncompressed point of P-256")
    ec.EllipticCurvePublicKey.from_encoded_point(CURVE, point)
    return point


def make_identity() -> tuple[str, str]:
    """A new key pair of the node: the point in padded base64url as Mastodon shows it, and the private half in PEM."""
    key = ec.generate_private_key(CURVE)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return base64.urlsafe_b64encode(_point(key.public_key())).decode(), private.decode()


def seal(
    payload: bytes, *, p256dh: str, auth: str, standard: bool, endpoint: str, identity: str, contact: str, now: Millis
) -> Sealed:
    """The payload for a device, by the standard or by the older drafts. `identity`: the node's private key in PEM."""
    device, secret = public_point(p256dh), from_base64(auth)
    own = ec.generate_private_key(CURVE)
    shared = own.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(CURVE, device))
    point, salt = _point(own.public_key()), secrets.token_bytes(16)
    token, signer = _identified(endpoint, identity, contact, now)
    common = {"TTL": str(TTL_SECONDS), "Urgency": "normal", "Content-Type": "application/octet-stream"}
    if standard:
        headers = {"Content-Encoding": "aes128gcm", "Authorization": f"vapid t={token}, k={signer}"}
        return Sealed(headers=common | headers, body=_standard(payload, shared, secret, salt, device, point))
    headers = {
        "Content-Encoding": "aesgcm",
        "Encryption": f"salt={to_base64(salt)}",
        "Crypto-Key": f"dh={to_base64(point)};p256ecdsa={signer}",
        "Authorization": f"WebPush {token}",
    }
    return Sealed(headers=common | headers, body=_draft(payload, shared, secret, salt, device, point))


def _standard(payload: bytes, shared: bytes, secret: bytes, salt: bytes, device: bytes, own: bytes) -> bytes:
    """RFC 8291 §3.4 in one record of RFC 8188."""
    keyed = _derive(shared, secret, b"WebPush: info\0" + device + own, 32)
    key = _derive(keyed, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derive(keyed, salt, b"Content-Encoding: nonce\0", 12)
    header = salt + RECORD.to_bytes(4, "big") + bytes([len(own)]) + own
    return header + AESGCM(key).encrypt(nonce, payload + b"\x02", None)


def _draft(payload: bytes, shared: bytes, secret: bytes, salt: bytes, device: bytes, own: bytes) -> bytes:
    """`aesgcm` of the draft: keys travel in headers, padding stands before the payload."""
    keyed = _derive(shared, secret, b"Content-Encoding: auth\0", 32)
    both = b"P-256\0" + b"".join(len(point).to_bytes(2, "big") + point for point in (device, own))
    key = _derive(keyed, salt, b"Content-Encoding: aesgcm\0" + both, 16)
    nonce = _derive(keyed, salt, b"Content-Encoding: nonce\0" + both, 12)
    return AESGCM(key).encrypt(nonce, b"\0\0" + payload, None)


def _derive(material: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt, info).derive(material)


def _identified(endpoint: str, identity: str, contact: str, now: Millis) -> tuple[str, str]:
    """Who pushes: a token signed for the push service, and the public key that proves it (RFC 8292 §2)."""
    key = serialization.load_pem_private_key(identity.encode(), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError("the key of pushes is none of P-256")
    parts = urlsplit(endpoint)
    claims = {"aud": f"{parts.scheme}://{parts.netloc}", "exp": now // 1000 + IDENTITY_SECONDS, "sub": contact}
    written = ".".join(to_base64(msgspec.json.encode(part)) for part in ({"typ": "JWT", "alg": "ES256"}, claims))
    r, s = decode_dss_signature(key.sign(written.encode(), ec.ECDSA(hashes.SHA256())))
    signature = to_base64(r.to_bytes(32, "big") + s.to_bytes(32, "big"))
    return f"{written}.{signature}", to_base64(_point(key.public_key()))


def _point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
