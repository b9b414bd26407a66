"""What the node tells of itself."""

from server.api.entities.entity import Entity


class InstanceActivity(Entity, frozen=True, kw_only=True):
    """A week of the site; every number is text."""

    week: str
    statuses: str
    logins: str
    registrations: str


class Language(Entity, frozen=True, kw_only=True):
    """A language by its code and its own name."""

    code: str
    name: str


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
