"""What people asked about an announcement, answered once for all who are asked to read it, on every node.

The question stands in the words of who answers: nobody's name goes along. It belongs to what the author's node signs.
"""

from collections.abc import Sequence

import msgspec

from social import events
from social.announcements.statements import Answered
from social.text import clean_text
from storage import telling
from storage.announcements import AnnouncementRow
from storage.engine.database import Tx
from storage.ids import Millis

_DECODER = msgspec.json.Decoder(tuple[Answered, ...])


def answered(row: AnnouncementRow) -> tuple[Answered, ...]:
    """What was answered for everybody, in its order."""
    return _DECODER.decode(row.answers) if row.answers else ()


def kept(said: Sequence[Answered]) -> str:
    """Answers as they are kept, without signs that are none."""
    cleaned = tuple(
        Answered(question=clean_text(one.question), answer=clean_text(one.answer), at=one.at) for one in said
    )
    return msgspec.json.encode(cleaned).decode() if cleaned else ""


def tell(tx: Tx, before: AnnouncementRow, after: AnnouncementRow, *, now: Millis) -> None:
    """Tell the people here who had a question that more is answered. Nothing if nothing is."""
    if len(answered(after)) <= len(answered(before)):
        return
    written = telling.answered(tx, after.post_id, f"{after.post_id}:{len(answered(after))}", now)
    told = [events.Notified(by=after.author_id, to=one.account_id, notification=one.id, at=now) for one in written]
    events.append_all(tx, told)
