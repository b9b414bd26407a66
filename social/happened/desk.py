"""What happens at the editorial desk."""

from social.happened.event import Event


class DeskChanged(Event, frozen=True, kw_only=True, tag=True):
    """Something of the editorial desk changed (a piece, an answer, a campaign): other nodes are told to look."""

    piece: str
