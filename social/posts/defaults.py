"""What a post is when its author says nothing of it: by the person's own settings."""

import msgspec

from social import text
from social.policy import Viewer
from social.posts.policies import Choice
from storage import users
from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.visibility import Visibility


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """Who may read a post, in which language it is, and who may quote it."""

    visibility: Visibility
    language: str | None
    quotes: Choice


def chosen(
    tx: Tx,
    viewer: Viewer,
    author: AccountRow,
    visibility: Visibility | None,
    language: str | None,
    quotes: Choice | None,
) -> Said:
    """What the person said; for what is None, or no language, their settings."""
    user = users.by_id(tx, viewer.user) if viewer.user is not None else None
    audience = visibility or (Visibility(user.post_visibility) if user else Visibility.PUBLIC)
    if author.is_limited and audience is Visibility.PUBLIC:
        # Whom moderators keep from strangers speaks to those who look, on other nodes too.
        audience = Visibility.UNLISTED
    written = language if language and text.is_language(language) else None
    return Said(
        visibility=audience,
        language=written or (user.post_language or user.locale or None if user else None),
        quotes=quotes or (Choice(user.quote_policy) if user else Choice.NOBODY),
    )
