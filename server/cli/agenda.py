"""The agenda of the example group: planned at its sites, answered from all of them, each on the own node."""

from datetime import datetime, timedelta

from server.cli.armor.meetings import MEETINGS, Meeting
from server.cli.chapter import Chapter
from server.cli.toolbox import CommandFailed
from social.clock import MINUTE
from social.gatherings import answers, planning, times
from social.gatherings.drafts import GatheringDraft
from social.gatherings.times import Repeat
from social.posts.publish import Draft
from storage.ids import Millis

FRIDAY = 4


class Agenda(Chapter):
    """It, on the running nodes."""

    async def play(self) -> None:
        """All that people of the story do; another story has others. Raises CommandFailed, NeverQuiet."""
        planned = [(one, await self._plan(one)) for one in MEETINGS if one.by in self._people]
        await self._arrived()
        for one, uri in planned:
            for said, names in (("yes", one.yes), ("maybe", one.maybe)):
                for name in (name for name in names if name in self._people):
                    await self._answer(name, uri, said)
                    # One after the other, so that the queue is the order in which they are named.
                    await self._arrived()

    async def _plan(self, one: Meeting) -> str:
        """The gathering; its id on the wire."""
        node = self._node(one.by)
        day = times.local(self._clock(), one.zone).date() + timedelta(days=one.days)
        while day.weekday() > FRIDAY or one.weekday not in (None, day.weekday()):
            day += timedelta(days=1)
        starts_at = times.moment(datetime(day.year, day.month, day.day, one.hour, one.minute), one.zone)
        if starts_at is None:
            raise CommandFailed(f"{one.title}: no time")
        held = GatheringDraft(
            starts_at=starts_at,
            ends_at=Millis(starts_at + one.minutes * MINUTE),
            timezone=one.zone,
            place=one.place,
            address=one.address,
            link=one.link,
            category=one.category,
            status=one.status,
            seats=one.seats,
            repeat=Repeat(every=one.every, times=one.times) if one.every else None,
        )
        community = await self._community(one.by, one.community) if one.community else None
        language = self._people[one.by].language
        draft = Draft(text=one.text, title=one.title, gathering=held, community=community, language=language)
        post = await node.db.write(
            planning.plan, await self._viewer(one.by), draft, context=node.context, now=self._clock()
        )
        return node.urls.post_uri(one.by, post)

    async def _answer(self, name: str, uri: str, said: str) -> None:
        node = self._node(name)
        post = await self._post(name, uri)
        now = self._clock()
        await node.db.write(answers.answer, await self._viewer(name), post, said, ids=node.ids, urls=node.urls, now=now)
