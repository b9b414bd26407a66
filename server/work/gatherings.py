"""What is done at its time for gatherings: reminders, and the numbers after some answers."""

from collections.abc import Mapping

from server.work.runner import Run
from social import jobs
from social.gatherings import keeping
from social.node import Node


def job_table(node: Node) -> Mapping[type[jobs.Job], Run]:
    """What runs each kind of job of gatherings."""

    async def count(job: jobs.CountGathering) -> None:
        await node.db.write(keeping.tell_numbers, job.post, node.clock())

    async def remind(job: jobs.RemindGathering) -> None:
        await node.db.write(keeping.remind, job.uri, job.starts_at, node.clock())

    return {jobs.CountGathering: count, jobs.RemindGathering: remind}
