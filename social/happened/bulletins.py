"""What happens to the bulletins of the site."""

from social.happened.event import Event


class BulletinPublished(Event, frozen=True, kw_only=True, tag=True):
    """A bulletin of the site is shown, or shows something else."""

    bulletin: int


class BulletinReacted(Event, frozen=True, kw_only=True, tag=True):
    """`by` put `name` below a bulletin, or took it away."""

    bulletin: int
    name: str


class BulletinWithdrawn(Event, frozen=True, kw_only=True, tag=True):
    """A bulletin is shown no longer."""

    bulletin: int
