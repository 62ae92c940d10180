"""A minimum-cost circulation within bounds, and the potentials that prove it: by the method that suits the network."""

import numpy as np

from mentormatch.arrays import IntArray
from mentormatch.errors import InternalError, MarketError
from mentormatch.solvers.choosers import contract
from mentormatch.solvers.flow_network import FlowNetwork
from mentormatch.solvers.potentials import potentials
from mentormatch.solvers.price_levels import OutOfWork, solve_by_levels

LARGE = 10_000
"""From so many arcs on a network is worth being solved by price levels."""
WORK_AN_ARC = 700
"""Steps an arc after which cost scaling would have been done."""


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
    Large networks whose students take one place each go by price levels (`mentormatch.solvers.price_levels`); all
    others, and those that would take too many levels, by cost scaling (Goldberg and Tarjan 1990, OR-tools). Which of
    the two is decided by sizes and steps, never by time.
    """
    if len(cost) >= LARGE:
        try:
            found = by_levels(network, lower, upper, cost, work_limit=WORK_AN_ARC * len(cost))
        except OutOfWork:
            pass
        else:
            if found is not None:
                return found
    flow = by_scaling(network, lower, upper, cost)
    if flow is None:
        return None
    return flow, potentials(network.num_nodes, network.tail, network.head, lower, upper, cost, flow)


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
    from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

    if len(cost) == 0:
        return cost
    free = np.flatnonzero(upper > lower)
    supply = np.zeros(network.num_nodes, np.int64)
    np.subtract.at(supply, network.tail, lower)
    np.add.at(supply, network.head, lower)
    flow = lower.copy()
    if not len(free):
        return None if supply.any() else flow
    solver = SimpleMinCostFlow()
    arcs = solver.add_arcs_with_capacity_and_unit_cost(
        network.tail[free].astype(np.int32), network.head[free].astype(np.int32), (upper - lower)[free], cost[free]
    )
    solver.set_nodes_supplies(np.arange(network.num_nodes, dtype=np.int32), supply)
    status = solver.solve()
    if status == SimpleMinCostFlow.INFEASIBLE:
        return None
    if status == SimpleMinCostFlow.BAD_COST_RANGE:
        raise MarketError("The costs of a stage are too large for exact integer arithmetic.")
    if status != SimpleMinCostFlow.OPTIMAL:
        raise InternalError(f"The flow engine stopped with the status {status}.")
    flow[free] += solver.flows(arcs)
    return flow
