"""What happens between this node and others: whom it lets in, and the manifest of the group."""

from social.happened.event import Event


class PeerAllowed(Event, frozen=True, kw_only=True, tag=True):
    """The node `peer` is allowed from now on: the nodes follow each other."""

    peer: str


class PeerDenied(Event, frozen=True, kw_only=True, tag=True):
    """The node `peer` is refused from now on."""

    peer: str


class ManifestTaken(Event, frozen=True, kw_only=True, tag=True):
    """A version of the group's manifest was taken, to be brought to the nodes that it names."""

    version: int
