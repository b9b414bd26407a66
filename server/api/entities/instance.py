"""What the node tells of itself."""

from server.api.entities.entity import Entity


class ExtendedDescription(Entity, frozen=True, kw_only=True):
    """The long text about the site."""

    updated_at: str | None
    content: str


class DomainBlock(Entity, frozen=True, kw_only=True):
    """A node that is shut out or kept from strangers."""

    domain: str
    digest: str
    severity: str
    comment: str
