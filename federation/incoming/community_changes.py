"""What a host of elsewhere wants a community of here to say of itself: `Update` of a `CommunityChange`, to its node."""

from typing import Any

from federation.document import fields_of, flag_of, id_of, text_of
from federation.incoming.arrived import Arrived, Context, Outcome
from social.communities import changing
from social.communities.changing import SaidChange
from social.communities.communities import CommunityChange
from social.errors import Conflict
from storage import accounts, communities
from storage.accounts import AccountRow
from storage.communities import Entry, Posting
from storage.engine.database import Tx
from storage.ids import Millis

_WORDS = {"name": "display_name", "summary": "purpose", "rules": "rules", "welcome": "welcome"}
_TOPIC = 400


def update(tx: Tx, actor: AccountRow, arrived: Arrived, context: Context, now: Millis) -> Outcome:
    """It is done by what its author is here at this moment."""
    about = arrived.activity.object
    fields = fields_of(about.fields) if about is not None else None
    account = accounts.by_uri(tx, id_of((fields or {}).get("audience")) or "")
    known = communities.known(tx, account.id) if account is not None else None
    if fields is None or known is None or not known.account.is_local:
        return Outcome.UNRELATED
    entry = text_of(fields.get("entry"))
    if entry is not None and entry not in tuple(Entry):
        return Outcome.REFUSED
    said = SaidChange(
        change=_change(fields, entry),
        new_topic=(text_of(fields.get("newTopic")) or "")[:_TOPIC],
        old_topic=(text_of(fields.get("oldTopic")) or "")[:_TOPIC],
        at=Millis(min(arrived.activity.published or now, now + changing.AHEAD)),
    )
    try:
        is_new = changing.received(tx, known, actor, said, urls=context.urls, now=now)
    except Conflict:
        return Outcome.ALREADY
    return Outcome.APPLIED if is_new else Outcome.ALREADY


def _change(fields: dict[str, Any], entry: str | None) -> CommunityChange:
    said: dict[str, Any] = {
        name: words for term, name in _WORDS.items() if (words := text_of(fields.get(term))) is not None
    }
    if entry is not None:
        said["entry"] = Entry(entry)
    if "postingRestrictedToMods" in fields:
        said["posting"] = Posting.HOSTS if flag_of(fields["postingRestrictedToMods"]) else Posting.MEMBERS
    return CommunityChange(**said)
