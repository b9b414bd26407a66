"""What a token may do: Mastodon's OAuth scopes and which of them hold others."""

from collections.abc import Iterable

from social.errors import Invalid
from social.policy import RANK, Role

_READ = (
    "accounts",
    "blocks",
    "bookmarks",
    "collections",
    "favourites",
    "filters",
    "follows",
    "lists",
    "mutes",
    "notifications",
    "search",
    "statuses",
)
_WRITE = (
    "accounts",
    "blocks",
    "bookmarks",
    "collections",
    "conversations",
    "favourites",
    "filters",
    "follows",
    "lists",
    "media",
    "mutes",
    "notifications",
    "reports",
    "statuses",
)
_ADMIN = (
    "accounts",
    "reports",
    "domain_allows",
    "domain_blocks",
    "ip_blocks",
    "email_domain_blocks",
    "canonical_email_blocks",
)
_FOLLOW = ("blocks", "follows", "mutes")

READ = tuple(f"read:{name}" for name in _READ)
WRITE = tuple(f"write:{name}" for name in _WRITE)
ADMIN_READ = tuple(f"admin:read:{name}" for name in _ADMIN)
ADMIN_WRITE = tuple(f"admin:write:{name}" for name in _ADMIN)

HOLDS: dict[str, tuple[str, ...]] = {
    "read": (*READ, "profile"),
    "write": WRITE,
    "follow": tuple(f"{verb}:{name}" for verb in ("read", "write") for name in _FOLLOW),
    "push": (),
    "profile": (),
    "admin:read": ADMIN_READ,
    "admin:write": ADMIN_WRITE,
    "read:accounts": ("profile",),
}
"""A wide scope and the narrow ones in it. `profile` is the least of reading accounts: one's own."""

WIDE = ("read", "write", "follow", "push", "profile", "admin:read", "admin:write")
SCOPES = (*WIDE, *READ, *WRITE, *ADMIN_READ, *ADMIN_WRITE)
_KNOWN = frozenset(SCOPES)


def parse_scopes(text: str) -> tuple[str, ...]:
    """The scopes of a request, each once and in order; none means `read`. Raises Invalid(scope) for an unknown one."""
    found = tuple(dict.fromkeys(text.split())) or ("read",)
    unknown = [scope for scope in found if scope not in _KNOWN]
    if unknown:
        raise Invalid("scope", "invalid_scope", scope=unknown[0][:80])
    return found


def allows(granted: Iterable[str] | str, needed: str) -> bool:
    """Whether one of the granted scopes is the needed one or holds it."""
    held = granted.split() if isinstance(granted, str) else granted
    return any(scope == needed or needed in HOLDS.get(scope, ()) for scope in held)


def is_within(asked: Iterable[str], granted: Iterable[str] | str) -> bool:
    """Whether everything asked is granted."""
    held = tuple(granted.split()) if isinstance(granted, str) else tuple(granted)
    return all(allows(held, scope) or _is_sum(scope, held) for scope in asked)


def is_for_role(scope: str, role: Role) -> bool:
    """Whether a person of that role may give the scope away."""
    return not scope.startswith("admin:") or RANK[role] >= RANK[Role.MODERATOR]


def scopes_of_role(role: Role) -> str:
    """The widest scopes that a person of that role may give away."""
    return " ".join(scope for scope in WIDE if is_for_role(scope, role))


def _is_sum(scope: str, held: tuple[str, ...]) -> bool:
    """`follow` is no more than its parts: whoever holds `read` and `write` holds it."""
    parts = HOLDS.get(scope, ())
    return bool(parts) and all(allows(held, part) for part in parts)
