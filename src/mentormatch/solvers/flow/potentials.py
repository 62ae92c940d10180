"""Dual potentials of an optimal flow, recovered from the flow alone, and what they fix."""

import numpy as np

from mentormatch.base.arrays import IntArray
from mentormatch.base.errors import InternalError


def potentials(
    num_nodes: int, tail: IntArray, head: IntArray, lower: IntArray, upper: IntArray, cost: IntArray, flow: IntArray
) -> IntArray:
    """Return node potentials that prove a flow optimal.

    With the reduced cost ``cost + potential[tail] - potential[head]``, an arc of positive reduced cost is at its lower
    and one of negative reduced cost at its upper bound.

    Parameters
    ----------
    num_nodes : int
    tail, head, lower, upper, cost, flow : int64 array of shape (a,)

    Returns
    -------
    int64 array of shape (num_nodes,)

    Raises
    ------
    InternalError
        When the flow is not optimal: its residual graph has a negative cycle.

    Notes
    -----
    Bellman (1958) and Ford on the residual graph, all arcs at once: O(rounds x a), rounds at most the number of nodes,
    a few tens on assignment-like networks.
    """
    up, down = flow < upper, flow > lower
    u = np.concatenate([tail[up], head[down]])
    v = np.concatenate([head[up], tail[down]])
    w = np.concatenate([cost[up], -cost[down]])
    order = np.argsort(v, kind="stable")
    u, v, w = u[order], v[order], w[order]
    first = np.flatnonzero(np.r_[True, v[1:] != v[:-1]][: len(v)])
    nodes = v[first]
    potential = np.zeros(num_nodes, np.int64)
    if not len(nodes):
        return potential
    for _ in range(num_nodes + 1):
        new = np.minimum(potential[nodes], np.minimum.reduceat(potential[u] + w, first))
        if (new == potential[nodes]).all():
            return potential
        potential[nodes] = new
    raise InternalError("The flow engine returned a flow that is not optimal.")
