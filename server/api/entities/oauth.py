"""Apps, tokens and what OAuth tells of itself."""

from collections.abc import Sequence
from typing import Literal

from server.api.entities.entity import Entity


class Application(Entity, frozen=True, kw_only=True):
    """A registered app."""

    id: str
    name: str
    website: str | None
    scopes: Sequence[str]
    redirect_uris: Sequence[str]
    redirect_uri: str
    vapid_key: str = ""


class CredentialApplication(Application, frozen=True, kw_only=True):
    """A registered app with its secret, once."""

    client_id: str
    client_secret: str
    client_secret_expires_at: int = 0


class Token(Entity, frozen=True, kw_only=True):
    """A token; `created_at` is in seconds."""

    access_token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105  # a kind, not a secret
    scope: str
    created_at: int


class ServerMetadata(Entity, frozen=True, kw_only=True):
    """RFC 8414."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    revocation_endpoint: str
    userinfo_endpoint: str
    app_registration_endpoint: str
    service_documentation: str
    scopes_supported: Sequence[str]
    response_types_supported: Sequence[str] = ("code",)
    response_modes_supported: Sequence[str] = ("query",)
    grant_types_supported: Sequence[str]
    token_endpoint_auth_methods_supported: Sequence[str] = ("client_secret_basic", "client_secret_post")
    code_challenge_methods_supported: Sequence[str] = ("S256",)
