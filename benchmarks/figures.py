"""A line of the table, and the figures of one node on SQLite that are no request: start and memory."""

import msgspec

from benchmarks.node import BenchNode


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the table: what, how much now, the budget of docs/reference, and its unit."""

    what: str
    value: float
    budget: float
    unit: str = "per s"
    less_is_better: bool = False

    @property
    def is_met(self) -> bool:
        """Within the budget."""
        return self.value <= self.budget if self.less_is_better else self.value >= self.budget

    @property
    def is_half_met(self) -> bool:
        """No worse than twice, or half, of it."""
        return self.value <= self.budget * 2 if self.less_is_better else self.value >= self.budget / 2


async def start_and_memory(node: BenchNode) -> list[Line]:
    """Start it; leaves it running."""
    seconds = await node.start()
    await node.rest()  # what a node does at its start is not what it holds at rest
    return [
        Line(what="start to first answer", value=seconds, budget=1.5, unit="s", less_is_better=True),
        Line(what="memory at rest", value=node.memory(), budget=110, unit="MiB", less_is_better=True),
    ]


def memory_under_load(node: BenchNode) -> Line:
    """After all the others."""
    return Line(what="memory after the load", value=node.memory(), budget=200, unit="MiB", less_is_better=True)
