"""The end of the example group's story: who knows what, who thanked whom, whose day it is, and last week's pulse.

Done by the nodes' own commands, and told between the nodes as in life.
"""

from datetime import timedelta

from federation import pulse as asking
from server.cli.armor.colleagues import DAYS, ENDORSED, FACES, SKILLS, THANKED
from server.cli.chapter import Chapter
from social.clock import DAY
from social.node import Node
from social.recognition import days, facts, kudos, pulse, skills
from social.recognition.kudos import Thanks
from storage.ids import Millis

WEEK = 7 * DAY


class Recognition(Chapter):
    """It, on the running nodes."""

    async def play(self) -> None:
        """All of it. Raises CommandFailed, NeverQuiet."""
        for name, known in SKILLS.items():
            for skill in known:
                await self._node(name).db.write(skills.claim, await self._viewer(name), skill, now=self._clock())
        for name, (kind, later) in DAYS.items():
            node, viewer = self._node(name), await self._viewer(name)
            day = days.date_of(self._clock(), node.settings.node.timezone) + timedelta(days=later)
            await node.db.write(days.keep, viewer, kind, day.month, day.day, now=self._clock())
        await self._arrived()
        await self._endorse()
        await self._thank()
        await self._ask()

    async def _endorse(self) -> None:
        for one in ENDORSED:
            node, of = self._node(one.by), await self._account(one.by, one.of)
            name = facts.key(one.skill)
            await node.db.write(skills.endorse, await self._viewer(one.by), of, name, now=self._clock())
        await self._arrived()
        for one in ENDORSED:
            if one.agreed:
                node, by = self._node(one.of), await self._account(one.of, one.by)
                viewer, name = await self._viewer(one.of), facts.key(one.skill)
                await node.db.write(skills.answer, viewer, by, name, shown=True, now=self._clock())

    async def _thank(self) -> None:
        given: list[tuple[str, str]] = []
        for one in THANKED:
            node, to = self._node(one.by), await self._account(one.by, one.to)
            thanks = Thanks(to=(to,), value=one.value, text=one.text, line=one.line)
            post = await node.db.write(
                kudos.give, await self._viewer(one.by), thanks, context=node.context, now=self._clock()
            )
            if one.agreed:
                given.append((one.to, node.urls.post_uri(one.by, post)))
        await self._arrived()
        for name, uri in given:
            node = self._node(name)
            post = await self._post(name, uri)
            await node.db.write(kudos.answer, await self._viewer(name), post, shown=True, now=self._clock())
        await self._arrived()

    async def _ask(self) -> None:
        """Last week's question, answered and closed; each node asks the others what they counted; this week's opens."""
        now = self._clock()
        for stage in self._stages.values():
            node = stage.node
            friday = _friday(Millis(now - WEEK), node.settings.node.timezone)
            await self._keep(node, Millis(friday - DAY))
            week = pulse.week_of(friday, node.settings.node.timezone)
            for name, face in FACES.items():
                if self._people[name].site == node.settings.node.domain.partition(".")[0]:
                    await node.db.write(pulse.answer, await self._viewer(name), week, face, now=Millis(friday - DAY))
            await self._keep(node, Millis(friday + DAY))
            await self._keep(node, now)
        hosts = [stage.node.urls.host for stage in self._stages.values()]
        for stage in self._stages.values():
            for host in hosts:
                if host != stage.node.urls.host:
                    await stage.node.db.write(asking.follow_up, host, now)
        await self._arrived()

    async def _keep(self, node: Node, now: Millis) -> None:
        await node.db.write(pulse.keep_round, settings=node.settings, own=node.urls.host, now=now)


def _friday(at: Millis, timezone: str) -> Millis:
    """Noon, or near it, of the Friday in the week of a time."""
    day = days.date_of(at, timezone)
    return Millis(at + (4 - day.weekday()) * DAY)
