"""Who hears what happened, and what does which job: one table each.

Subscribers write rows only, run together in one pass in this order, and may run twice for one event.
Jobs hold the network and slow work, and may run twice too.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import NamedTuple

from federation.assembly import Federation
from server.work import gatherings
from server.work.communities import community_jobs
from server.work.dispatcher import Subscriber
from server.work.imports import Imports
from server.work.letters import Letters, Write, WriteDigest, WriteInvitation, WriteMustRead
from server.work.push import Count, Pushes, Title
from server.work.runner import Run
from social import jobs
from social.announcements import asking
from social.desk import due, entering
from social.errors import Conflict, SocialError, Unavailable
from social.feeds import fulltext
from social.feeds.subscribers import FEEDS
from social.governance import states
from social.node import Node
from social.posts import polls
from social.recognition import subscriber as recognition
from social.recognition import welcome
from storage import media
from storage.engine.database import Tx
from storage.files import FileKey, Files


class Words(NamedTuple):
    """What leaves the node in sentences: the pages know them."""

    sentence: Title
    letter: Write
    greeting: Callable[[str], str]
    """Of a newcomer, in a language: with `%(name)s` for their handle."""
    digest: WriteDigest
    must_read: WriteMustRead
    counted: Count
    invitation: WriteInvitation


YOUNGEST_SECONDS = 60.0
"""Age of a file that nobody is about to show any more."""


def subscribers(federation: Federation) -> Mapping[str, Subscriber]:
    """All subscribers of the log by name; the name is what `archipel check` shows of a parked event."""
    return {
        **FEEDS,
        "desk": partial(entering.apply, ids=federation.wire.ids, urls=federation.wire.urls),
        "recognition": partial(recognition.apply, settings=federation.wire.settings),
        **federation.subscribers(),
    }


def job_table(node: Node, federation: Federation, words: Words) -> Mapping[type[jobs.Job], Run]:
    """What runs each kind of job of this node's own; those that ask other nodes are `federation.jobs()`."""

    letters = Letters(node, words.letter, words.digest, words.must_read, words.invitation)
    pushes = Pushes(node, federation.outward, words.sentence, words.counted)

    async def prune_file(job: jobs.PruneFile) -> None:
        await node.db.write(prune, node.files, FileKey(job.key))

    async def index_posts(job: jobs.IndexPosts) -> None:
        await node.db.write(fulltext.index_all, job.after, now=node.clock())

    async def close_poll(job: jobs.ClosePoll) -> None:
        await node.db.write(polls.close, job.poll, node.clock())

    async def count_poll(job: jobs.CountPoll) -> None:
        await node.db.write(polls.count, job.poll, node.clock())

    async def publish_scheduled(job: jobs.PublishScheduled) -> None:
        context, now = node.context, node.clock()
        try:
            await node.db.write(due.publish_due, job.scheduled, context=context, now=now)
        except (Conflict, Unavailable):
            raise  # another try may do
        except SocialError as error:
            await node.db.write(due.fail, job.scheduled, error, now=now)

    async def purge_account(job: jobs.PurgeAccount) -> None:
        await node.db.write(states.purge_suspended, job.account, now=node.clock())

    async def tend_announcement(job: jobs.TendAnnouncement) -> None:
        await node.db.write(asking.tend, job.post, settings=node.settings, now=node.clock())

    return {
        **community_jobs(node),
        jobs.GreetNewcomer: _greeter(node, words),
        jobs.TendAnnouncement: tend_announcement,
        jobs.PruneFile: prune_file,
        jobs.IndexPosts: index_posts,
        jobs.ClosePoll: close_poll,
        jobs.CountPoll: count_poll,
        jobs.PublishScheduled: publish_scheduled,
        jobs.PurgeAccount: purge_account,
        jobs.SendPush: pushes.send,
        jobs.SendHeldPushes: pushes.send_held,
        jobs.SendLetter: letters.send,
        jobs.SendDigest: letters.send_digest,
        jobs.SendMustRead: letters.send_must_read,
        jobs.SendInvitation: letters.send_invitation,
        jobs.TakeOutOfCalendar: letters.take_out,
        jobs.CarryIn: Imports(node).carry,
        **gatherings.job_table(node),
    }


def _greeter(node: Node, words: Words) -> Run:
    async def greet(job: jobs.GreetNewcomer) -> None:
        context, now = node.context, node.clock()
        text = words.greeting(node.settings.node.locale)
        await node.db.write(welcome.greet, job.account, text, context=context, now=now)

    return greet


def prune(tx: Tx, files: Files, key: FileKey) -> bool:
    """Delete a file that no picture shows any more; whether it was there and is gone.

    The file goes inside the transaction, short as that is: nobody can begin to show it between the look and the deed.
    Raises Unavailable for one that was just put: the row that shows it may be on its way.
    """
    age = files.age(key)
    if age is None or media.is_file_in_use(tx, key):
        return False
    if age < YOUNGEST_SECONDS:
        raise Unavailable("file_in_use")
    return files.delete(key)
