"""The end of the example group's story: articles written at one site and reviewed at another, and what is planned.

Done by the nodes' own commands: a reviewer reads the draft at the own site, and readers are counted where they read.
"""

from functools import partial

from server.cli.armor import draw
from server.cli.armor.planned import ARTICLES, CAMPAIGN, HASHTAG, REVIEWER, SLOTS, SPEAKERS, Written
from server.cli.chapter import Chapter
from server.cli.toolbox import CommandFailed
from social import jobs
from social.articles import reading as articles
from social.articles.words import ArticleDraft, settled
from social.clock import DAY, HOUR, MINUTE
from social.desk import campaigns, reviewing, writing
from social.desk.campaigns import CampaignDraft
from social.desk.pieces import Plan, Words
from social.node import Node
from social.people import users
from social.policy import Role, Viewer
from social.posts import edit, media
from social.posts.publish import Context, Draft
from social.posts.uploads import keep
from storage import desk, posts
from storage.engine.database import Tx
from storage.ids import Millis, PostId


class Publishing(Chapter):
    """It, on the running nodes."""

    async def play(self) -> None:
        """All of it. Raises CommandFailed, NeverQuiet."""
        for name in SPEAKERS:
            speaker = await self._viewer(name)
            if speaker.role is Role.MEMBER:
                node = self._node(name)
                await node.db.write(users.set_role, None, speaker.account, Role.COMMUNICATOR, now=self._clock())
        await self._read_desks()
        campaign = await self._campaign()
        for one in ARTICLES:
            await self._article(one)
        for slot in SLOTS:
            node, today = self._node(slot.by), self._clock() - self._clock() % DAY
            plan = Plan(
                channel=slot.channel,
                slot_at=Millis(today + slot.days * DAY + (slot.hour - 1) * HOUR),
                must_read=slot.must_read,
                campaign_uri=campaign if slot.is_of_campaign else "",
            )
            if not (await self._viewer(slot.by)).may(Role.COMMUNICATOR):
                continue
            words = Words(title=slot.title)
            viewer = await self._viewer(slot.by)
            await node.db.write(writing.create, viewer, plan, words, context=node.context, now=self._clock())
        await self._read_desks()

    async def _campaign(self) -> str:
        node, now = self._node(SPEAKERS[0]), self._clock()
        name, objective = CAMPAIGN
        new = CampaignDraft(
            name=name,
            objective=objective,
            hashtag=HASHTAG,
            starts_at=Millis(now - 7 * DAY),
            ends_at=Millis(now + 30 * DAY),
        )
        viewer = await self._viewer(SPEAKERS[0])
        row = await node.db.write(campaigns.create, viewer, new, context=node.context, now=now)
        return row.uri

    async def _article(self, one: Written) -> None:
        node, viewer = self._node(one.by), await self._viewer(one.by)
        upload = await node.crunched(
            partial(keep, node.files, node.settings.media, draw.scene(one.scene), "attachment")
        )
        settings, ids = node.settings.media, node.ids
        row = await node.db.write(
            media.add, viewer, upload, description=one.alt, settings=settings, ids=ids, now=self._clock()
        )
        words = Words(
            title=one.title,
            teaser=one.teaser,
            source=one.source,
            language=one.language,
            series=one.series,
            part=one.part,
            media=(row.id,),
        )
        made = await node.db.write(writing.create, viewer, Plan(), words, context=node.context, now=self._clock())
        reviewer = self._node(REVIEWER)
        parts = [(reviewer.urls.actor(REVIEWER), "reviewer")]
        await node.db.write(writing.name_people, viewer, made.id, parts, now=self._clock())
        await node.db.write(reviewing.ask, viewer, made.id, now=self._clock())
        await self._arrived()
        await reviewer.db.write(_approve, await self._viewer(REVIEWER), made.uri, reviewer, self._clock())
        await self._arrived()
        post = await node.db.write(writing.publish, viewer, made.id, context=node.context, now=self._clock())
        await self._arrived()
        uri = node.urls.post_uri(one.by, post)
        for name in one.readers:
            await self._node(name).db.write(_opened, await self._viewer(name), uri, self._clock())
        if one.note:
            self._clock.move(self._clock() + MINUTE)
            await node.db.write(_corrected, viewer, post, one, node.context, self._clock())
        await self._read_desks()

    async def _read_desks(self) -> None:
        """Each site reads the desks of the others, as it does every now and then."""
        hosts = {stage.node.urls.host for stage in self._stages.values()}
        for stage in self._stages.values():
            for host in sorted(hosts - {stage.node.urls.host}):
                job = jobs.FetchDesk(host=host)
                await stage.node.db.write(jobs.enqueue, job, key=host, due=self._clock())
        await self._arrived()


def _approve(tx: Tx, viewer: Viewer, uri: str, node: Node, now: Millis) -> None:
    row = desk.by_uri(tx, uri)
    if row is None:
        raise CommandFailed(f"{uri} did not arrive for its reviewer")
    reviewing.answer(tx, viewer, row.id, "approved", "Rien à redire.", row.version, ids=node.ids, now=now)


def _opened(tx: Tx, viewer: Viewer, uri: str, now: Millis) -> None:
    row = posts.by_uri(tx, uri)
    if row is None:
        raise CommandFailed(f"{uri} did not arrive everywhere")
    articles.opened(tx, viewer, row.id, now=now)


def _corrected(tx: Tx, viewer: Viewer, post: PostId, one: Written, context: Context, now: Millis) -> None:
    view = edit.source(tx, viewer, post)
    draft = settled(
        ArticleDraft(
            title=one.title,
            teaser=one.teaser,
            source=one.source.replace(one.before, one.after),
            series=one.series,
            part=one.part,
            note=one.note,
        )
    )
    pictures = tuple(picture.id for picture in view.media)
    new = Draft(text=draft.teaser, language=one.language, media=pictures, article=draft)
    edit.edit(tx, viewer, post, new, context=context, now=now)
