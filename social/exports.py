"""Lists to take along to another node, in the CSV that Mastodon writes and reads."""

import csv
from collections.abc import Callable, Iterable, Mapping, Sequence
from io import StringIO

from social.clock import iso
from social.errors import NotFound
from social.policy import Viewer, require_person
from social.urls import Urls
from storage import exports as rows
from storage.engine.database import Tx

FOLLOWING = ("Account address", "Show boosts", "Notify on new posts", "Languages")
COMMUNITIES = ("Account address", "Role", "Since", "Told of", "Muted")
MUTES = ("Account address", "Hide notifications")

Cells = Iterable[Sequence[str]]


def written(tx: Tx, viewer: Viewer, kind: str, *, urls: Urls) -> str:
    """The list of that kind as CSV. Raises NotFound for a kind that there is not."""
    require_person(viewer)
    if kind not in _WRITERS:
        raise NotFound("page")
    text = StringIO()
    csv.writer(text, lineterminator="\n").writerows(_WRITERS[kind](tx, viewer, urls))
    return text.getvalue()


def _address(username: str, domain: str, urls: Urls) -> str:
    return f"{username}@{domain or urls.host}"


def _truth(flag: bool) -> str:
    return "true" if flag else "false"


def _following(tx: Tx, viewer: Viewer, urls: Urls) -> Cells:
    yield FOLLOWING
    for row in rows.followed(tx, viewer.account):
        languages = ", ".join(row.languages.split())
        yield _address(row.username, row.domain, urls), _truth(row.boosts), _truth(row.notify), languages


def _communities(tx: Tx, viewer: Viewer, urls: Urls) -> Cells:
    yield COMMUNITIES
    for row in rows.member_of(tx, viewer.account):
        address = _address(row.username, row.domain, urls)
        yield address, row.role.value, iso(row.created_at), row.level.value, _truth(row.muted)


def _lists(tx: Tx, viewer: Viewer, urls: Urls) -> Cells:
    return ((row.title, _address(row.username, row.domain, urls)) for row in rows.listed(tx, viewer.account))


def _blocks(tx: Tx, viewer: Viewer, urls: Urls) -> Cells:
    return ((_address(row.username, row.domain, urls),) for row in rows.blocked(tx, viewer.account))


def _mutes(tx: Tx, viewer: Viewer, urls: Urls) -> Cells:
    yield MUTES
    for row in rows.muted(tx, viewer.account):
        yield _address(row.username, row.domain, urls), _truth(row.notifications)


def _domains(tx: Tx, viewer: Viewer, urls: Urls) -> Cells:
    return ((domain,) for domain in rows.domains(tx, viewer.account))


def _bookmarks(tx: Tx, viewer: Viewer, urls: Urls) -> Cells:
    return ((uri,) for uri in rows.kept(tx, viewer.account))


_WRITERS: Mapping[str, Callable[[Tx, Viewer, Urls], Cells]] = {
    "following": _following,
    "lists": _lists,
    "communities": _communities,
    "blocks": _blocks,
    "mutes": _mutes,
    "domains": _domains,
    "bookmarks": _bookmarks,
}
