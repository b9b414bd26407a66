"""What one does with others: follow, answer requests, mute, block."""

from collections.abc import Awaitable, Callable

from starlette.responses import Response

from social.errors import NotFound
from social.people import accounts, endorsements, relations, suggestions
from storage.ids import AccountId
from web.forms import Form
from web.pages.home import older
from web.visit import Visit


async def requests(visit: Visit) -> Response:
    """GET /requests: who asks to follow the reader."""
    page = visit.paging(40)
    found = await visit.read(relations.requests, page)
    ids = [id for id, _ in found]
    people = [row for _, row in found]
    return visit.page("people/requests.html", people=people, older=older(visit, ids, page.limit))


async def block_page(visit: Visit) -> Response:
    """GET /people/{id}/block: what blocking does, before it is done."""
    return visit.page("people/block.html", account=await visit.read(accounts.account, _id(visit)))


async def act(visit: Visit, form: Form) -> Response:
    """POST /people/{id}/{act}: one of `ACTS`."""
    done = await visit.act(ACTS)(visit, _id(visit))
    return visit.back(form.text("back"), done=done)


async def _follow(visit: Visit, id: AccountId) -> str:
    node = visit.node
    tie = await visit.write(relations.follow, id, ids=node.ids, urls=node.urls, now=visit.now)
    return "" if tie.following else "requested"


async def _hide_boosts(visit: Visit, id: AccountId) -> str:
    await visit.write(relations.follow, id, boosts=False, ids=visit.node.ids, urls=visit.node.urls, now=visit.now)
    return "saved"


async def _show_boosts(visit: Visit, id: AccountId) -> str:
    await visit.write(relations.follow, id, boosts=True, ids=visit.node.ids, urls=visit.node.urls, now=visit.now)
    return "saved"


async def _unfollow(visit: Visit, id: AccountId) -> str:
    await visit.write(relations.unfollow, id, now=visit.now)
    return ""


async def _accept(visit: Visit, id: AccountId) -> str:
    return await _answer(visit, relations.accept, id)


async def _reject(visit: Visit, id: AccountId) -> str:
    return await _answer(visit, relations.reject, id)


async def _answer(visit: Visit, command: Callable[..., relations.Relationship], id: AccountId) -> str:
    """Answer a request; one that was answered or withdrawn meanwhile needs no answer."""
    try:
        await visit.write(command, id, now=visit.now)
    except NotFound:
        return ""
    return "saved"


async def _remove(visit: Visit, id: AccountId) -> str:
    await visit.write(relations.remove_follower, id, now=visit.now)
    return "saved"


async def _block(visit: Visit, id: AccountId) -> str:
    await visit.write(relations.block, id, ids=visit.node.ids, urls=visit.node.urls, now=visit.now)
    return "blocked"


async def _unblock(visit: Visit, id: AccountId) -> str:
    await visit.write(relations.unblock, id, now=visit.now)
    return "unblocked"


async def _mute(visit: Visit, id: AccountId) -> str:
    await visit.write(relations.mute, id, ids=visit.node.ids, now=visit.now)
    return "muted"


async def _unmute(visit: Visit, id: AccountId) -> str:
    await visit.write(relations.unmute, id, now=visit.now)
    return "unmuted"


async def _endorse(visit: Visit, id: AccountId) -> str:
    await visit.write(endorsements.endorse, id, ids=visit.node.ids, now=visit.now)
    return "saved"


async def _unendorse(visit: Visit, id: AccountId) -> str:
    await visit.write(endorsements.unendorse, id, now=visit.now)
    return "saved"


async def _dismiss(visit: Visit, id: AccountId) -> str:
    await visit.write(suggestions.dismiss, id)
    return "not_suggested"


def _id(visit: Visit) -> AccountId:
    return AccountId(visit.request.path_params["id"])


ACTS: dict[str, Callable[[Visit, AccountId], Awaitable[str]]] = {
    "follow": _follow,
    "unfollow": _unfollow,
    "hide-boosts": _hide_boosts,
    "show-boosts": _show_boosts,
    "accept": _accept,
    "reject": _reject,
    "remove": _remove,
    "block": _block,
    "unblock": _unblock,
    "mute": _mute,
    "endorse": _endorse,
    "unendorse": _unendorse,
    "unmute": _unmute,
    "dismiss": _dismiss,
}
