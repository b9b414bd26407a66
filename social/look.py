"""The look of the site as a running node shows it: what administrators chose, over what the configuration says."""

import base64
import hashlib
from functools import cached_property

import msgspec

from social.settings import GroupSettings, Settings


class Look(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """What administrators chose; what is empty is as the configuration says. `logo`: a PNG, in base64."""

    title: str = ""
    description: str = ""
    welcome: str = ""
    colour: str = ""
    logo: str = ""

    @cached_property
    def mark(self) -> str:
        """Changes with the picture of the site, so that its address does; empty without one."""
        return hashlib.sha256(self.logo.encode()).hexdigest()[:12] if self.logo else ""

    @cached_property
    def picture(self) -> bytes:
        """The picture of the site."""
        return base64.b64decode(self.logo)

    def over(self, settings: Settings) -> Settings:
        """The settings as this look shows them."""
        node = msgspec.structs.replace(
            settings.node,
            title=self.title or settings.node.title,
            description=self.description or settings.node.description,
        )
        return msgspec.structs.replace(settings, node=node, group=self._group(settings))

    def _group(self, settings: Settings) -> GroupSettings:
        """The group, its entity of this node called and coloured as chosen."""
        own = settings.entity_of("")
        if own is None:
            return settings.group
        shown = msgspec.structs.replace(own, name=self.title or own.name, colour=self.colour or own.colour)
        entities = tuple(shown if one is own else one for one in settings.group.entities)
        return msgspec.structs.replace(settings.group, entities=entities)


PLAIN = Look()
