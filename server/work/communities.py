"""Jobs of communities: members by a rule, and members of one that became part of another."""

from collections.abc import Mapping

from server.work.runner import Run
from social import jobs
from social.communities import auto, bringing
from social.node import Node


def community_jobs(node: Node) -> Mapping[type[jobs.Job], Run]:
    """What runs each of them."""

    async def look_at_memberships(job: jobs.LookAtMemberships) -> None:
        await node.db.write(auto.look_at_one, job.account, ids=node.ids, urls=node.urls, now=node.clock())

    async def apply_rules(job: jobs.ApplyRules) -> None:
        await node.db.write(auto.look_at_all, job.after, ids=node.ids, urls=node.urls, now=node.clock())

    async def end_memberships(_: jobs.EndMemberships) -> None:
        await node.db.write(auto.end_due, node.clock())

    async def carry_members(job: jobs.CarryMembers) -> None:
        lot = (job.community, job.into, job.before)
        await node.db.write(bringing.carry, *lot, ids=node.ids, urls=node.urls, now=node.clock())

    return {
        jobs.LookAtMemberships: look_at_memberships,
        jobs.ApplyRules: apply_rules,
        jobs.CarryMembers: carry_members,
        jobs.EndMemberships: end_memberships,
    }
