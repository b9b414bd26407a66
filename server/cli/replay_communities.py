"""The communities of the story: made at the site of their host, joined from every site, written in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

from msgspec import UNSET, UnsetType

from server.cli.armor import draw
from server.cli.armor.acts import Community, Member
from server.cli.toolbox import CommandFailed
from social.clock import Clock
from social.communities import communities, membership
from social.communities.beginnings.start import Wanted, start
from social.communities.communities import CommunityChange
from social.node import Node
from social.people.keys import make_keys
from social.policy import Viewer
from storage.ids import AccountId, MediaId
from storage.memberships import MemberRole


class Stage(Protocol):
    """A running node."""

    @property
    def node(self) -> Node: ...


class Player(Protocol):
    """Whoever plays the story: the sites, the time, and what is done at them."""

    @property
    def stages(self) -> Mapping[str, Stage]: ...

    @property
    def clock(self) -> Clock: ...

    async def settle(self) -> None:
        """Wait until everything arrived."""
        ...

    async def account_at(self, site: str, username: str) -> AccountId:
        """Somebody as the site knows them."""
        ...

    async def profile_picture(self, node: Node, viewer: Viewer, purpose: str, drawn: Callable[[], bytes]) -> MediaId:
        """A picture, drawn and kept."""
        ...


@dataclass(kw_only=True)
class Communities:
    """Which communities there are by now."""

    _hosts: dict[str, tuple[str, str, Viewer]] = field(default_factory=dict)
    """Site, user name and host of each, by its key."""
    _known: dict[tuple[str, str], AccountId] = field(default_factory=dict)
    """Its account, by the site that looks and its key."""

    async def make(self, player: Player, act: Community, node: Node, viewer: Viewer) -> None:
        """A community with what its template gives it, and its pictures."""
        wanted = Wanted(
            keys=await node.crunched(make_keys),
            display_name=act.name,
            username=act.username,
            template=act.template,
            language=act.language,
            purpose=act.purpose,
        )
        made = await node.db.write(start, viewer, wanted, context=node.context, now=player.clock())
        avatar: MediaId | UnsetType = UNSET
        header: MediaId | UnsetType = UNSET
        if act.emblem:
            avatar = await player.profile_picture(node, viewer, "avatar", partial(draw.avatar, act.emblem))
        if act.header:
            header = await player.profile_picture(node, viewer, "header", partial(draw.header, act.header))
        change = CommunityChange(avatar=avatar, header=header)
        await node.db.write(communities.edit, viewer, made.id, change, urls=node.urls, now=player.clock())
        self._hosts[act.key] = (act.site, act.username, viewer)
        self._known[act.site, act.key] = made.id

    async def join(self, player: Player, act: Member, node: Node, viewer: Viewer) -> None:
        """Somebody joins, from whatever site; a role is given to them by the host once they are in."""
        id = await self.at(player, act.site, act.community)
        await node.db.write(membership.join, viewer, id, ids=node.ids, urls=node.urls, now=player.clock())
        if act.role == "member":
            return
        await player.settle()
        site, _, host = self._hosts[act.community]
        account, known = await player.account_at(site, act.actor), await self.at(player, site, act.community)
        role = MemberRole(act.role)
        await player.stages[site].node.db.write(membership.set_role, host, known, account, role, now=player.clock())

    async def at(self, player: Player, site: str, key: str) -> AccountId:
        """A community as the site knows it, after discovery if it is kept elsewhere. Raises CommandFailed."""
        known = self._known.get((site, key))
        if known is None:
            home, username, _ = self._hosts[key]
            handle = f"{username}@{player.stages[home].node.urls.host}"
            known = await player.stages[site].node.remote.account_by_handle(handle)
            if known is None:
                raise CommandFailed(f"{site} does not find {handle}")
            self._known[site, key] = known
        return known
