"""Which failures of a job another try may mend."""

from federation.errors import PeerError, Refused, Unreachable
from federation.resolver import Exhausted
from social.errors import Unavailable


def unless_final(error: PeerError) -> None:
    """Raises Unavailable for what another try may bring."""
    if isinstance(error, Unreachable | Exhausted) or (isinstance(error, Refused) and error.status >= 500):
        raise Unavailable("remote") from error
