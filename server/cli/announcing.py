"""The end of the example group's story: what everybody has to read, and who has confirmed it by now.

Done by the nodes' own commands: each site asks its own people, and tells the others numbers.
"""

from server.cli.armor.announced import ANNOUNCED, MANAGERS, SCREENS, URGENT, Announced
from server.cli.chapter import Chapter
from server.cli.toolbox import CommandFailed
from social.announcements import answers, asking, people, publish, screens
from social.announcements.answers import Shown
from social.announcements.audience import MANAGER, Wave
from social.announcements.audience import URGENT as MAY_BE_URGENT
from social.announcements.publish import NewAnnouncement
from social.announcements.statements import digests
from social.clock import HOUR, SECOND
from social.errors import NotFound
from social.people import users
from social.policy import Role
from social.posts.languages import DraftVersion, for_reader
from social.posts.publish import Draft
from storage import announcements as rows
from storage import posts
from storage.engine.database import Tx
from storage.ids import Millis

SPEAKS = "com"
"""Who speaks for the headquarters."""


class Announcing(Chapter):
    """It, on the running nodes."""

    async def play(self) -> None:
        """All of it. Raises CommandFailed, NeverQuiet."""
        node = self._node(SPEAKS)
        speaker = await self._viewer(SPEAKS)
        if not speaker.may(Role.COMMUNICATOR):
            await node.db.write(users.set_role, None, speaker.account, Role.COMMUNICATOR, now=self._clock())
        for office, names in ((MANAGER, MANAGERS), (MAY_BE_URGENT, URGENT)):
            for name in names:
                await self._node(name).db.write(people.appoint, None, name, office, on=True, now=self._clock())
        for one in ANNOUNCED:
            await self._announce(one)
        for name, title in SCREENS.items():
            node, viewer = self._node(name), await self._viewer(name)
            host = node.settings.node.domain
            await node.db.write(screens.make, viewer, title, host=host, ids=node.ids, now=self._clock())
        # Numbers are gathered for a moment before they are told.
        self._clock.move(self._clock() + 3 * SECOND)
        await self._arrived()

    async def _announce(self, one: Announced) -> None:
        node, now = self._node(one.by), self._clock()
        entities = (self._stages[one.site].node.settings.node.domain,) if one.site else ()
        whole = Wave(at=0, entities=entities)
        waves: tuple[Wave, ...] = (whole,)
        if one.first:
            waves = (Wave(at=0, entities=entities, roles=(MANAGER,)), Wave(at=now + 2 * HOUR, entities=entities))
        draft = Draft(text=one.french, language="fr", versions=(DraftVersion(language="en", text=one.english),))
        new = NewAnnouncement(draft=draft, waves=waves)
        id = await node.db.write(publish.announce, await self._viewer(one.by), new, context=node.context, now=now)
        uri = node.urls.post_uri(one.by, id)
        await self._arrived()
        for name in (*one.confirmed, *one.asking):
            await self._answer(name, uri, question=name in one.asking)

    async def _answer(self, name: str, uri: str, *, question: bool) -> None:
        node, viewer = self._node(name), await self._viewer(name)
        language = self._people[name].language

        def answer(tx: Tx, now: Millis) -> None:
            post = posts.by_uri(tx, uri)
            row = rows.by_post(tx, post.id) if post is not None else None
            if post is None or row is None:
                raise CommandFailed(f"{uri} did not arrive at {self._people[name].site}")
            asking.tend(tx, post.id, settings=node.settings, now=now)
            said = for_reader(post, [language]).language or language
            shown = Shown(version=row.version, language=said, digest=digests(post)[said])
            try:
                answers.confirm(tx, viewer, post.id, shown, question=question, now=now)
            except NotFound as cause:
                raise CommandFailed(f"{name} is not asked to read {uri}") from cause

        await node.db.write(answer, self._clock())
