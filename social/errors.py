"""The tree of errors of the network.

    SocialError
    ├── NotFound        absent, or hidden from you: the two are never told apart
    ├── Gone            was here, was deleted by its author
    ├── Forbidden       you may see it, you may not do this
    ├── Unauthorized    who are you? (sign-in failed or is needed)
    ├── Invalid         a field is wrong: which one, and how
    ├── Conflict        somebody was faster, or it is already so
    ├── TooMany         slow down, until when
    └── Unavailable     our own trouble: disk, peer, database

Each has a stable code. The sentence people read is made from (class, code, values) where it is shown
(`web/words.py` and `server/errors.py`), the private cause goes to `raise … from`.
"""

from collections.abc import Mapping

from storage.ids import Millis


class SocialError(Exception):
    """Root of what can go wrong by somebody's act. `code` is stable; `values` fill the translated sentence."""

    default = "error"

    def __init__(self, code: str | None = None, **values: object) -> None:
        self.code = code or self.default
        self.values: Mapping[str, object] = values
        super().__init__(self.code)


class NotFound(SocialError):
    """There is no such thing for you."""

    default = "not_found"


class Gone(SocialError):
    """It was deleted."""

    default = "gone"


class Forbidden(SocialError):
    """This is not yours to do."""

    default = "forbidden"


class Unauthorized(SocialError):
    """The credentials are missing, wrong or no longer good."""

    default = "unauthorized"


class Conflict(SocialError):
    """The state changed, or the thing exists already."""

    default = "conflict"


class Unavailable(SocialError):
    """The node cannot do it now."""

    default = "unavailable"


class TooMany(SocialError):
    """A limit is reached; `until` (UTC ms) is when it opens again."""

    default = "too_many"

    def __init__(self, until: Millis, code: str | None = None, **values: object) -> None:
        super().__init__(code, **values)
        self.until = until


class Invalid(SocialError):
    """Field `field` is wrong in the way `code` says. `also` holds further (field, code, values) of the same form."""

    default = "invalid"

    def __init__(self, field: str, code: str | None = None, **values: object) -> None:
        super().__init__(code, **values)
        self.field = field
        self.also: list[Invalid] = []

    def all(self) -> list["Invalid"]:
        """This error and the others found in the same form."""
        return [self, *self.also]


def raise_all(problems: list[Invalid]) -> None:
    """Raise the first of the problems carrying the rest, if there are any."""
    if problems:
        first, *rest = problems
        first.also = rest
        raise first
