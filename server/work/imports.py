"""Lists that people bring along: who stands on them is looked up elsewhere, then each line is one transaction."""

from social import imports, jobs
from social.errors import NotFound, SocialError
from social.imports import Kind
from social.node import Node
from social.people import users
from social.policy import Viewer
from storage import imports as rows
from storage.engine.database import Tx
from storage.ids import AccountId, PostId
from storage.imports import ImportId, LineRow


class Imports:
    """Does what the lists of one node say."""

    def __init__(self, node: Node) -> None:
        self._node = node

    async def carry(self, job: jobs.CarryIn) -> None:
        """One lot of lines; what was done before is not done again."""
        node, id = self._node, ImportId(job.list)
        brought = await node.db.read(rows.by_id, id)
        if brought is None:
            return
        try:
            viewer = await node.db.read(users.viewer_of, brought.account_id)
        except NotFound:
            return
        waiting = await node.db.read(rows.waiting, id, imports.LOT)
        for row in waiting:
            await self._line(viewer, row, Kind(brought.kind))
        if waiting:
            await node.db.write(imports.follow_on, id, waiting[-1], now=node.clock())

    async def _line(self, viewer: Viewer, row: LineRow, kind: Kind) -> None:
        node = self._node
        now, context = node.clock(), node.context
        person, post = await self._found(kind, imports.message(row).subject)

        def carry(tx: Tx) -> None:
            imports.carry(tx, viewer, row, kind, person, post, context=context, now=now)
            imports.settled(tx, row, None, now=now)

        try:
            await node.db.write(carry)
        except SocialError as trouble:
            await node.db.write(imports.settled, row, trouble, now=now)

    async def _found(self, kind: Kind, subject: str) -> tuple[AccountId | None, PostId | None]:
        remote = self._node.remote
        if kind is Kind.DOMAINS:
            return None, None
        if kind is Kind.BOOKMARKS:
            return None, await remote.post_by_url(subject)
        handle = subject if "@" in subject else f"{subject}@{self._node.urls.host}"
        return await remote.account_by_handle(handle), None
