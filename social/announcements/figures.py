"""How many have read and confirmed, entity by entity; and at home, where the site allows it, who."""

import msgspec

from social.announcements import audience
from social.errors import Forbidden, NotFound
from social.policy import Role, Viewer, require_role
from social.settings import Settings
from storage import acknowledgements, asked
from storage import announcements as rows
from storage.acknowledgements import CountRow
from storage.announcements import AnnouncementRow
from storage.asked import PersonRow
from storage.engine.database import Tx
from storage.ids import Millis, PostId

FEWEST = 5
"""Names are shown of so many people who were asked, or more."""
MOST = 100


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """The figures of an announcement: of this node first, then what the others signed. `silent`: said nothing yet."""

    announcement: AnnouncementRow
    counts: list[CountRow]
    earlier: list[CountRow]
    silent: list[str]

    @property
    def asked(self) -> int:
        """People asked in all."""
        return sum(count.asked for count in self.counts)

    @property
    def acknowledged(self) -> int:
        """People who confirmed in all."""
        return sum(count.acknowledged for count in self.counts)


def sheet(tx: Tx, viewer: Viewer, id: PostId, *, settings: Settings, now: Millis) -> Sheet:
    """The figures of an announcement of this node, for whoever speaks for the site. Raises Forbidden, NotFound."""
    return sheet_of(tx, viewer, rows.by_post(tx, id), settings=settings, now=now)


def sheet_of(tx: Tx, viewer: Viewer, row: AnnouncementRow | None, *, settings: Settings, now: Millis) -> Sheet:
    """The same of one that was read already. Three statements."""
    row = _written_here(viewer, row)
    own = acknowledgements.own(tx, row.post_id, now)
    told = acknowledgements.told(tx, row.post_id)
    present = [count for count in told if count.version == row.version]
    others = [entity.domain for entity in settings.group.entities if entity.domain != settings.node.domain]
    meant = audience.hosts(audience.waves_of(row), others)
    here = settings.node.domain
    counts = [msgspec.structs.replace(own, host=here)] if own is not None and own.asked else []
    before = acknowledgements.earlier(tx, row.post_id, row.version)
    return Sheet(
        announcement=row,
        counts=[*counts, *present],
        earlier=[
            *(msgspec.structs.replace(count, host=here) for count in before),
            *(count for count in told if count.version < row.version),
        ],
        silent=sorted(meant - {count.host for count in present}),
    )


def written(tx: Tx, viewer: Viewer) -> list[AnnouncementRow]:
    """The announcements of this node, newest first. Raises Forbidden."""
    require_role(viewer, Role.COMMUNICATOR)
    return rows.written_here(tx, MOST)


def names(tx: Tx, viewer: Viewer, id: PostId, *, settings: Settings) -> list[PersonRow]:
    """Who of this node has answered and who has not, for the author alone, if the site allows it.

    Raises Forbidden `names_stay` where it does not, `too_few` below five people, `not_yours` for another's.
    """
    return names_of(tx, viewer, rows.by_post(tx, id), settings=settings)


def names_of(tx: Tx, viewer: Viewer, row: AnnouncementRow | None, *, settings: Settings) -> list[PersonRow]:
    """The same of one that was read already. One statement. Raises as `names`."""
    row = _written_here(viewer, row)
    if row.author_id != viewer.account:
        raise Forbidden("not_yours")
    if not settings.announcements.names:
        raise Forbidden("names_stay")
    people = asked.people(tx, row.post_id)
    if len(people) < FEWEST:
        raise Forbidden("too_few", fewest=FEWEST)
    return people


def _written_here(viewer: Viewer, row: AnnouncementRow | None) -> AnnouncementRow:
    require_role(viewer, Role.COMMUNICATOR)
    if row is None or row.host:
        raise NotFound("post")
    return row
