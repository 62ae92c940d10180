"""A minimum-cost circulation within bounds, and the potentials that prove it: by the method that suits the network."""

from dataclasses import dataclass

import numpy as np

from mentormatch.base.arrays import IntArray, group_starts, stable_order
from mentormatch.base.errors import InternalError, MarketError
from mentormatch.solvers.flow.choosers import contract
from mentormatch.solvers.flow.components import smallest_linked
from mentormatch.solvers.flow.flow_network import FlowNetwork
from mentormatch.solvers.flow.ortools_graph import new_min_cost_flow
from mentormatch.solvers.flow.potentials import potentials
from mentormatch.solvers.flow.price_levels import OutOfWork, solve_by_levels

LARGE = 10_000
"""From so many arcs on a network is worth being solved by price levels."""
WORK_AN_ARC = 700
"""Steps an arc after which cost scaling would have been done."""
LARGE_PART = 40_000
"""From so many arcs on a part of a network is too large for cost scaling; the whole then goes by price levels."""


def circulation(
    network: FlowNetwork, lower: IntArray, upper: IntArray, cost: IntArray
) -> tuple[IntArray, IntArray] | None:
    """Return a minimum-cost flow and node potentials that prove it, or None where no flow keeps the bounds.

    With the reduced cost ``cost + potential[tail] - potential[head]``, an arc of positive reduced cost is at its lower
    and one of negative reduced cost at its upper bound.

    Parameters
    ----------
    network : FlowNetwork
    lower, upper, cost : int64 array of shape (a,)
        Bounds that are left, and costs.

    Raises
    ------
    MarketError
        When the costs are too large for exact integer arithmetic.

    Notes
    -----
    Large networks that fall apart into small parts, such as a market of many schools, are solved part by part. Others
    whose students take one place each go by price levels (`solvers.flow.price_levels`); all others, and those
    that would take too many levels, by cost scaling (Goldberg and Tarjan 1990, OR-tools). Which of them is decided by
    sizes and steps, never by time.
    """
    if len(cost) >= LARGE:
        parts = small_parts(network, upper)
        if parts is not None:
            flow = by_parts(network, lower, upper, cost, parts)
            return None if flow is None else _proven(network, lower, upper, cost, flow)
        try:
            found = by_levels(network, lower, upper, cost, work_limit=WORK_AN_ARC * len(cost))
        except OutOfWork:
            pass
        else:
            if found is not None:
                return found
    flow = by_scaling(network, lower, upper, cost)
    return None if flow is None else _proven(network, lower, upper, cost, flow)


def _proven(
    network: FlowNetwork, lower: IntArray, upper: IntArray, cost: IntArray, flow: IntArray
) -> tuple[IntArray, IntArray]:
    return flow, potentials(network.num_nodes, network.tail, network.head, lower, upper, cost, flow)


@dataclass(frozen=True, eq=False)
class Parts:
    """What a network falls apart into when its root is taken out, several small parts as one.

    Parameters
    ----------
    arcs : tuple of int64 arrays
        Ascending; each arc that the bounds leave open is in one part.
    number : int64 array of shape (num_nodes,)
        Each node's number within its part, from one; the root is 0 in all of them.
    size : tuple of int
        How many nodes each part has, the root included.
    """

    arcs: tuple[IntArray, ...]
    number: IntArray
    size: tuple[int, ...]


def small_parts(network: FlowNetwork, upper: IntArray) -> Parts | None:
    """Return the parts of a network that only the root joins.

    Every circulation is one in each part: what enters a part at the root leaves it there. So each part has its own
    optimum, and the parts together have the optimum of the whole.

    Returns
    -------
    Parts or None
        None where some part has more than `LARGE_PART` arcs, and where there is one part only.
    """
    # An arc that is closed joins nothing: it may lie between two parts, and carries nothing.
    usable = np.flatnonzero(upper != 0)
    tail, head = network.tail[usable], network.head[usable]
    within = (tail > 0) & (head > 0)
    smallest = smallest_linked(network.num_nodes, tail[within], head[within])
    count = np.bincount(smallest[np.maximum(tail, head)], minlength=network.num_nodes)
    if int(count.max(initial=0)) > LARGE_PART:
        return None
    # Whole parts go into one bin until it holds half of what one part may have.
    bin_of_node = (np.cumsum(count) // (LARGE_PART // 2))[smallest]
    bins, bin_of_node = np.unique(bin_of_node, return_inverse=True)
    if len(bins) < 2:
        return None
    inner = 1 + stable_order(bin_of_node[1:].astype(np.int32))
    first = group_starts(bin_of_node[inner], len(bins))
    number = np.zeros(network.num_nodes, np.int64)
    number[inner] = 1 + np.arange(len(inner)) - np.repeat(first[:-1], np.diff(first))
    bin_of_arc = bin_of_node[np.maximum(tail, head)]
    order = usable[stable_order(bin_of_arc.astype(np.int32))]
    arcs = np.split(order, group_starts(bin_of_arc, len(bins))[1:-1])
    return Parts(tuple(arcs), number, tuple((np.diff(first) + 1).tolist()))


def by_parts(network: FlowNetwork, lower: IntArray, upper: IntArray, cost: IntArray, parts: Parts) -> IntArray | None:
    """Solve each part by cost scaling; None where some part has no flow."""
    flow = np.zeros(len(cost), np.int64)
    tail, head = parts.number[network.tail], parts.number[network.head]
    for arcs, size in zip(parts.arcs, parts.size, strict=True):
        found = _scaled(size, tail[arcs], head[arcs], lower[arcs], upper[arcs], cost[arcs])
        if found is None:
            return None
        flow[arcs] = found
    return flow


def by_levels(
    network: FlowNetwork, lower: IntArray, upper: IntArray, cost: IntArray, *, work_limit: int | None = None
) -> tuple[IntArray, IntArray] | None:
    """Solve by price levels; None where there is no flow, or where the network is none of choosers.

    Raises
    ------
    OutOfWork
        When the limit is reached.
    """
    net = contract(network, lower, upper, cost)
    if net is None:
        return None
    found = solve_by_levels(net, work_limit=work_limit)
    if found is None:
        return None
    return net.flow(network, found.flow, found.taken), net.potentials(network, found.price, found.taken, cost)


def by_scaling(network: FlowNetwork, lower: IntArray, upper: IntArray, cost: IntArray) -> IntArray | None:
    """Solve by cost scaling; None where there is no flow."""
    return _scaled(network.num_nodes, network.tail, network.head, lower, upper, cost)


def _scaled(
    num_nodes: int, tail: IntArray, head: IntArray, lower: IntArray, upper: IntArray, cost: IntArray
) -> IntArray | None:
    if len(cost) == 0:
        return cost
    free = np.flatnonzero(upper > lower)
    supply = np.zeros(num_nodes, np.int64)
    np.subtract.at(supply, tail, lower)
    np.add.at(supply, head, lower)
    flow = lower.copy()
    if not len(free):
        return None if supply.any() else flow
    solver = new_min_cost_flow()
    arcs = solver.add_arcs_with_capacity_and_unit_cost(
        tail[free].astype(np.int32), head[free].astype(np.int32), (upper - lower)[free], cost[free]
    )
    solver.set_nodes_supplies(np.arange(num_nodes, dtype=np.int32), supply)
    status = solver.solve()
    if status == solver.INFEASIBLE:
        return None
    if status == solver.BAD_COST_RANGE:
        raise MarketError("The costs of a stage are too large for exact integer arithmetic.")
    if status != solver.OPTIMAL:
        raise InternalError(f"The flow engine stopped with the status {status}.")
    flow[free] += solver.flows(arcs)
    return flow
