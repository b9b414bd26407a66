"""What devices with passkeys are asked, and what they made or signed, read by `webauthn`.

It is loaded when the first passkey is made or used: what it brings takes 6 MiB of every node.
"""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import msgspec
import webauthn
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers import options_to_json_dict as plain
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

T = TypeVar("T")
_BROKEN = (WebAuthnException, ValueError, TypeError, LookupError, AttributeError, OverflowError)
"""What the library raises for what no device writes: it tells most of it apart, but not a key that is no map."""


class Made(msgspec.Struct, frozen=True, kw_only=True):
    """A new key: its id and its public half, as text."""

    credential: str
    public_key: str
    sign_count: int
    is_backed_up: bool


class Signed(msgspec.Struct, frozen=True, kw_only=True):
    """What a key says of itself when it signs."""

    sign_count: int
    is_backed_up: bool


def to_make_one(
    host: str, site: str, handle: bytes, name: str, challenge: str, known: Sequence[str], patience: int
) -> dict[str, Any]:
    """What `navigator.credentials.create` takes. `known` keys are not made again; `patience` in milliseconds."""
    return plain(
        webauthn.generate_registration_options(
            rp_id=host,
            rp_name=site,
            user_id=handle,
            user_name=name,
            challenge=base64url_to_bytes(challenge),
            timeout=patience,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
            ),
            exclude_credentials=_named(known),
        )
    )


def made(answer: dict[str, Any], challenge: str, host: str, origin: str) -> Made:
    """The key that a device made. Raises ValueError for anything but what it was asked for."""
    key = _read(
        lambda: webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=host,
            expected_origin=origin,
            require_user_verification=True,
        )
    )
    return Made(
        credential=bytes_to_base64url(key.credential_id),
        public_key=bytes_to_base64url(key.credential_public_key),
        sign_count=key.sign_count,
        is_backed_up=key.credential_backed_up,
    )


def to_sign(host: str, challenge: str, allowed: Sequence[str] | None, patience: int) -> dict[str, Any]:
    """What `navigator.credentials.get` takes: with `allowed` keys as a second step, with any one instead of a password.

    Instead of a password the device has to verify who uses it.
    """
    verification = UserVerificationRequirement.REQUIRED if allowed is None else UserVerificationRequirement.PREFERRED
    return plain(
        webauthn.generate_authentication_options(
            rp_id=host,
            challenge=base64url_to_bytes(challenge),
            timeout=patience,
            allow_credentials=None if allowed is None else _named(allowed),
            user_verification=verification,
        )
    )


def signed(
    answer: dict[str, Any], challenge: str, host: str, origin: str, public_key: str, count: int, *, is_alone: bool
) -> Signed:
    """What the key says that signed the challenge. Raises ValueError for every other answer."""
    seen = _read(
        lambda: webauthn.verify_authentication_response(
            credential=answer,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=host,
            expected_origin=origin,
            credential_public_key=base64url_to_bytes(public_key),
            credential_current_sign_count=count,
            require_user_verification=is_alone,
        )
    )
    return Signed(sign_count=seen.new_sign_count, is_backed_up=seen.credential_backed_up)


def is_handle(told: Any, handle: bytes) -> bool:
    """Whether a device names that person. Raises ValueError for what is no name."""
    return _read(lambda: base64url_to_bytes(told)) == handle


def _read(work: Callable[[], T]) -> T:
    try:
        return work()
    except _BROKEN as wrong:
        raise ValueError("nothing that a device writes") from wrong


def _named(keys: Sequence[str]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(key)) for key in keys]
