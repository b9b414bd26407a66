"""Where the lies of a neighbour are told: amina here, whom rita of the other node writes to, and eve beside rita."""

from typing import Any

import msgspec

from tests.attacks.foe import PUBLIC, Foe
from tests.nodes import settled
from tests.sites import Person, Site


class Stage(msgspec.Struct, frozen=True, kw_only=True):
    """Amina with a post for all and one for followers; rita and eve of the other node, with a post of rita's here."""

    node: Site
    foe: Foe
    amina: str
    post: str
    closed: str
    rita: str
    eve: str
    theirs: dict[str, Any]
    follow: str

    def names(self) -> list[str]:
        """Addressed to amina."""
        return [PUBLIC, self.amina]


async def staged(node: Site, foe: Foe, amina: Person) -> Stage:
    """The stage; amina follows rita, and nobody else of there."""
    rita, eve = foe.actor("rita"), foe.actor("eve")
    post = await node.say(amina, "à tous")
    closed = await node.say(amina, "aux miens", visibility="private")
    known = {}
    for name in ("rita", "eve"):
        found = await node.api("GET", "/api/v2/search", amina, q=f"@{name}@{foe.authority}", resolve="true")
        known[name] = found["accounts"][0]["id"]
    await node.api("POST", f"/api/v1/accounts/{known['rita']}/follow", amina)
    await settled(node)
    sent = next(seen.json() for seen in foe.peer.requests if seen.method == "POST" and seen.json()["type"] == "Follow")
    await foe.tell(node, foe.activity(rita, "Accept", sent))
    activity = foe.create(rita, "<p>de rita</p>")
    await foe.tell(node, activity)
    await settled(node)
    return Stage(
        node=node,
        foe=foe,
        amina=node.urls.actor("amina"),
        post=post["uri"],
        closed=closed["uri"],
        rita=rita,
        eve=eve,
        theirs=activity["object"],
        follow=sent["id"],
    )
