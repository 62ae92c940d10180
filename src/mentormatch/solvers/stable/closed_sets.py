"""Optimise over the closed sets of an order: minimum cuts, one stage after the other, each on the face of those before.

A set is closed when it holds whatever its members require. The cheapest closed set is a minimum cut (Picard 1976), and
all cheapest ones are again the closed sets of an order, with more requirements: those of the residual network (Picard
and Queyranne 1980). So a lexicographic objective needs no large weights.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from mentormatch.base.arrays import BoolArray, IntArray
from mentormatch.base.errors import MarketError
from mentormatch.solvers.flow.ortools_graph import new_max_flow

_MOST = 2**60


@dataclass
class ClosedSets:
    """The closed sets that are still allowed.

    Parameters
    ----------
    size : int
        Number of elements.
    requires : set of (int, int)
        ``(u, v)``: a set that holds u holds v.
    inside, outside : bool array of shape (size,)
        What every allowed set holds, and what none does; closed under the requirements.
    """

    size: int
    requires: set[tuple[int, int]]
    inside: BoolArray
    outside: BoolArray

    @classmethod
    def of(cls, size: int, requires: Iterable[tuple[int, int]]) -> "ClosedSets":
        """Return all closed sets of an order."""
        return cls(size, set(requires), np.zeros(size, bool), np.zeros(size, bool))

    def restricted(
        self, requires: Iterable[tuple[int, int]], inside: Iterable[int], outside: Iterable[int]
    ) -> "ClosedSets | None":
        """Return the closed sets that also keep these; None where there is none."""
        more = ClosedSets(self.size, self.requires | set(requires), self.inside.copy(), self.outside.copy())
        more.inside[list(inside)] = True
        more.outside[list(outside)] = True
        arcs = list(more.requires)
        _spread(more.inside, arcs)
        _spread(more.outside, [(v, u) for u, v in arcs])
        return None if (more.inside & more.outside).any() else more

    def cheapest(self, cost: IntArray) -> "ClosedSets":
        """Return the closed sets of smallest total cost; `inside` is the smallest of them.

        Parameters
        ----------
        cost : int64 array of shape (size,)

        Raises
        ------
        MarketError
            When the costs are too large for exact arithmetic.
        """
        free = np.flatnonzero(~(self.inside | self.outside))
        weight = cost[free].astype(np.int64)
        if float(np.abs(weight.astype(float)).sum()) > _MOST:
            raise MarketError("The costs of a stage are too large for exact integer arithmetic.")
        node = np.full(self.size, -1, np.int64)
        node[free] = np.arange(len(free))
        arcs = [(u, v) for u, v in self.requires if node[u] >= 0 and node[v] >= 0]
        tail, head = node[[u for u, _ in arcs]], node[[v for _, v in arcs]]
        source, sink = len(free), len(free) + 1
        gains, costs = np.flatnonzero(weight < 0), np.flatnonzero(weight > 0)
        unbounded = int(np.abs(weight).sum()) + 1
        flow = new_max_flow()
        between = flow.add_arcs_with_capacity(
            tail.astype(np.int32), head.astype(np.int32), np.full(len(arcs), unbounded, np.int64)
        )
        flow.add_arcs_with_capacity(np.full(len(gains), source, np.int32), gains.astype(np.int32), -weight[gains])
        flow.add_arcs_with_capacity(costs.astype(np.int32), np.full(len(costs), sink, np.int32), weight[costs])
        # The sink is the last node, so the solver knows both ends whatever arcs there are.
        flow.add_arc_with_capacity(source, sink, 0)
        flow.solve(source, sink)
        used = flow.flows(between) > 0 if len(arcs) else np.zeros(0, bool)
        back = [(v, u) for (u, v), carries in zip(arcs, used.tolist(), strict=True) if carries]
        inside = [int(free[k]) for k in flow.get_source_side_min_cut() if k < len(free)]
        outside = [int(free[k]) for k in flow.get_sink_side_min_cut() if k < len(free)]
        cheapest = self.restricted(back, inside, outside)
        if cheapest is None:
            raise AssertionError("a minimum cut that is no cut")
        return cheapest


def _spread(member: BoolArray, arcs: list[tuple[int, int]]) -> None:
    """Add to a set whatever its members lead to."""
    after: dict[int, list[int]] = {}
    for u, v in arcs:
        after.setdefault(u, []).append(v)
    queue = deque(np.flatnonzero(member).tolist())
    while queue:
        for v in after.get(queue.popleft(), ()):
            if not member[v]:
                member[v] = True
                queue.append(v)
