"""What happens to kudos."""

from social.happened.event import Event
from storage.ids import PostId


class KudosAnswered(Event, frozen=True, kw_only=True, tag=True):
    """`by`, whom the post thanks, lets it stand on their page (`shown`), or no longer."""

    post: PostId
    uri: str
    shown: bool
