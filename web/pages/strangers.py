"""What strangers and their programs get of a site that is open to the internet: feeds, and the way to follow from afar.

On a closed site none of it exists. A feed shows what nobody in particular may see, whoever asks for it.
"""

import re
from urllib.parse import quote

from starlette.responses import RedirectResponse, Response

from social import reading
from social.errors import NotFound
from social.feeds import timelines
from social.paging import Page
from social.people import accounts
from social.policy import ANONYMOUS, Viewer
from social.reading import PostView
from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.ids import AccountId, Millis, PostId
from storage.visibility import Visibility
from web.render import page_of, post_page
from web.visit import Visit

ENTRIES = 20
_HANDLE = re.compile(r"@?[A-Za-z0-9_.-]{1,64}@(?P<host>[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+(?::\d{1,5})?)")
_TYPE = "application/atom+xml; charset=utf-8"


async def profile_feed(visit: Visit) -> Response:
    """GET /@{acct}/feed.atom: what somebody of this site wrote for everybody, answers and boosts left out."""
    _require_open(visit)
    account, views = await visit.node.db.read(_of_person, visit.request.path_params["acct"])
    return _atom(visit, views, id=account.uri, title=account.name, page=account.url)


async def tag_feed(visit: Visit) -> Response:
    """GET /tags/{name}/feed.atom: public posts of the group under a hashtag."""
    _require_open(visit)
    name = visit.request.path_params["name"]
    views = await visit.node.db.read(_under, name, visit.now)
    page = f"{visit.node.urls.base}/tags/{quote(name)}"
    return _atom(visit, views, id=page, title=f"#{name}", page=page)


async def follow(visit: Visit) -> Response:
    """GET /@{acct}/follow?from=@me@site: a stranger goes on to their own site."""
    _require_open(visit)
    account = await visit.read(_account, visit.request.path_params["acct"])
    found = _HANDLE.fullmatch(visit.request.query_params.get("from", "").strip())
    host = found["host"].lower() if found else ""
    address = f"https://{host}/authorize_interaction?uri={quote(account.uri)}"
    return visit.page("people/afar.html", account=account, host=host, address=address)


async def interact(visit: Visit) -> Response:
    """GET /authorize_interaction?uri=: somebody of this site met a person or post on another one, and comes home."""
    uri = visit.request.query_params.get("uri", "").removeprefix("acct:")[:2_000]
    remote = visit.node.remote
    is_address = uri.startswith(("https://", "http://"))
    account = await (remote.account_by_url(uri) if is_address else remote.account_by_handle(uri.removeprefix("@")))
    post = await remote.post_by_url(uri) if account is None and is_address else None
    place = await visit.read(_place, account, post)
    return RedirectResponse(place or f"/search?q={quote(uri)}", 303)


def _require_open(visit: Visit) -> None:
    """Raises NotFound on a site that is closed to strangers."""
    if not visit.node.settings.node.open:
        raise NotFound("page")


def _account(tx: Tx, viewer: Viewer, acct: str) -> AccountRow:
    return accounts.by_name(tx, viewer, acct)


def _of_person(tx: Tx, acct: str) -> tuple[AccountRow, list[PostView]]:
    account = accounts.by_name(tx, ANONYMOUS, acct)
    page = Page(limit=ENTRIES)
    return account, timelines.profile(tx, ANONYMOUS, account.id, page, replies=False, boosts=False)


def _under(tx: Tx, name: str, now: Millis) -> list[PostView]:
    return timelines.tag(tx, ANONYMOUS, name, Page(limit=ENTRIES), now=now)


def _place(tx: Tx, viewer: Viewer, account: AccountId | None, post: PostId | None) -> str:
    if account is not None:
        found = accounts.accounts(tx, viewer, [account])
        return page_of(found[0]) if found else ""
    return f"{post_page(reading.post(tx, viewer, post))}#reply" if post is not None else ""


def _atom(visit: Visit, views: list[PostView], *, id: str, title: str, page: str) -> Response:
    shown = [view for view in views if view.post.visibility is Visibility.PUBLIC]
    updated = max((view.post.edited_at or view.post.published_at for view in shown), default=visit.now)
    values = {"visit": visit, "views": shown, "id": id, "title": title, "page": page, "updated": updated}
    headers = {"Cache-Control": "public, max-age=300", "X-Content-Type-Options": "nosniff"}
    return Response(visit.face.render("feeds/atom.xml", visit.locale, **values), media_type=_TYPE, headers=headers)
