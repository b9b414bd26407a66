"""What tests of announcements do: a communicator writes, people read."""

from collections.abc import Sequence

from social.announcements import answers, asking, publish
from social.announcements.answers import Shown
from social.announcements.audience import Wave
from social.announcements.publish import NewAnnouncement
from social.announcements.statements import digests
from social.posts.languages import DraftVersion
from social.posts.publish import Draft
from storage import announcements as rows
from storage import posts as post_rows
from storage.announcements import ReaderRow
from storage.ids import AccountId, PostId
from tests.world import World

FRENCH = "Évacuation : nouveau point de rassemblement, quai 3."
ENGLISH = "Evacuation: the new meeting point is quay 3."


class Newsroom:
    """Bruno speaks for the site; whoever is named here reads."""

    def __init__(self, world: World) -> None:
        self.world = world

    async def announce(self, *waves: Wave, text: str = FRENCH, by: str = "bruno", **more: object) -> PostId:
        """Publish an announcement in French and English; keywords are those of `NewAnnouncement`."""
        versions = (DraftVersion(language="en", text=ENGLISH),)
        new = NewAnnouncement(
            draft=Draft(text=text, language="fr", versions=versions),
            waves=waves or (Wave(at=0),),
            **more,  # type: ignore[arg-type]  # keywords of NewAnnouncement
        )
        world = self.world
        return await world.db.write(publish.announce, world.viewer(by), new, context=world.context, now=world.clock())

    async def shown(self, post: PostId, language: str = "fr") -> Shown:
        """What stands on a screen now."""
        row = await self.world.db.read(rows.by_post, post)
        text = await self.world.db.read(post_rows.by_id, post)
        assert row is not None
        assert text is not None
        return Shown(version=row.version, language=language, digest=digests(text)[language])

    async def confirm(
        self, name: str, post: PostId, shown: Shown | None = None, *, question: bool = False
    ) -> ReaderRow:
        """Somebody answers what is shown now, or what was shown to them."""
        before = shown or await self.shown(post)
        world = self.world
        return await world.db.write(
            answers.confirm, world.viewer(name), post, before, question=question, now=world.clock()
        )

    async def revise(self, post: PostId, text: str, *, material: bool) -> None:
        """Change the French text."""
        world = self.world
        draft = Draft(text=text, language="fr")
        await world.db.write(
            publish.revise,
            world.viewer("bruno"),
            post,
            draft,
            material=material,
            context=world.context,
            now=world.clock(),
        )

    async def tend(self, post: PostId) -> None:
        """What the job does."""
        world = self.world
        await world.db.write(asking.tend, post, settings=world.settings, now=world.clock())

    async def of(self, name: str, post: PostId) -> ReaderRow:
        """The announcement as somebody has it."""
        return (await self.world.db.read(rows.of_posts, [post], self.world.id(name)))[0]

    async def asked(self, post: PostId, names: Sequence[str]) -> list[str]:
        """Those of the names who are asked."""
        return [name for name in names if (await self.of(name, post)).asked_at is not None]

    def id(self, name: str) -> AccountId:
        """The account of somebody."""
        return self.world.id(name)
