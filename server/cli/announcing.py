"""The end of the example group's story: what everybody has to read, and who has confirmed it by now.

Done by the nodes' own commands: each site asks its own people, and tells the others numbers.
"""

from collections.abc import Mapping

from server.cli.armor.acts import Story
from server.cli.armor.announced import ANNOUNCED, MANAGERS, SCREENS, URGENT, Announced
from server.cli.replay import Stage, StoryClock, everything_arrived
from server.cli.toolbox import CommandFailed
from social.announcements import answers, asking, people, publish, screens
from social.announcements.answers import Shown
from social.announcements.audience import MANAGER, Wave
from social.announcements.audience import URGENT as MAY_BE_URGENT
from social.announcements.publish import NewAnnouncement
from social.announcements.statements import digests
from social.clock import HOUR, SECOND
from social.errors import NotFound
from social.node import Node
from social.people import users
from social.policy import Role, Viewer
from social.posts.languages import DraftVersion, for_reader
from social.posts.publish import Context, Draft
from storage import accounts, posts
from storage import announcements as rows
from storage.engine.database import Tx
from storage.ids import Millis

SPEAKS = "com"
"""Who speaks for the headquarters."""


class Announcing:
    """Plays it on the running nodes."""

    def __init__(self, story: Story, stages: Mapping[str, Stage], clock: StoryClock) -> None:
        self._sites = {person.username: person.site for person in story.people}
        self._languages = {person.username: person.language for person in story.people}
        self._stages = stages
        self._clock = clock

    async def play(self) -> None:
        """All of it. Raises CommandFailed, NeverQuiet."""
        node = self._node(SPEAKS)
        speaker = await node.db.read(_viewer, SPEAKS)
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
        context = Context(node.ids, node.urls, node.settings)
        new = NewAnnouncement(draft=draft, waves=waves)
        id = await node.db.write(publish.announce, await self._viewer(one.by), new, context=context, now=now)
        uri = node.urls.post_uri(one.by, id)
        await self._arrived()
        for name in (*one.confirmed, *one.asking):
            await self._answer(name, uri, question=name in one.asking)

    async def _answer(self, name: str, uri: str, *, question: bool) -> None:
        node, viewer = self._node(name), await self._viewer(name)
        language = self._languages[name]

        def answer(tx: Tx, now: Millis) -> None:
            post = posts.by_uri(tx, uri)
            row = rows.by_post(tx, post.id) if post is not None else None
            if post is None or row is None:
                raise CommandFailed(f"{uri} did not arrive at {self._sites[name]}")
            asking.tend(tx, post.id, settings=node.settings, now=now)
            said = for_reader(post, [language]).language or language
            shown = Shown(version=row.version, language=said, digest=digests(post)[said])
            try:
                answers.confirm(tx, viewer, post.id, shown, question=question, now=now)
            except NotFound as cause:
                raise CommandFailed(f"{name} is not asked to read {uri}") from cause

        await node.db.write(answer, self._clock())

    async def _arrived(self) -> None:
        await everything_arrived(self._stages.values(), self._clock)

    def _node(self, name: str) -> Node:
        return self._stages[self._sites[name]].node

    async def _viewer(self, name: str) -> Viewer:
        return await self._node(name).db.read(_viewer, name)


def _viewer(tx: Tx, name: str) -> Viewer:
    row = accounts.by_name(tx, name, "")
    if row is None:
        raise CommandFailed(f"nobody is called {name}")
    return users.viewer_of(tx, row.id)
