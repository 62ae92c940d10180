"""Connected components of a set of pairs: parts of a market that have nothing to do with each other."""

import numpy as np

from mentormatch.base.arrays import BoolArray, IntArray
from mentormatch.market.market import Market


def component_labels(market: Market, usable: BoolArray) -> tuple[IntArray, int]:
    """Return the connected components of some pairs.

    Parameters
    ----------
    market : Market
    usable : bool array of shape (m,)

    Returns
    -------
    int64 array of shape (m,)
        Component of each pair, 0.., -1 for pairs that are not usable.
    int
        Number of components.

    Notes
    -----
    Labels go to the smallest neighbour and pointers are halved until nothing changes: O(m log m) in practice.
    """
    at = np.flatnonzero(usable)
    tail, head = market.student[at].astype(np.int64), market.num_students + market.mentor[at].astype(np.int64)
    parent = smallest_linked(market.num_students + market.num_mentors, tail, head)
    roots, numbers = np.unique(parent[tail], return_inverse=True)
    label = np.full(market.num_pairs, -1, np.int64)
    label[at] = numbers
    return label, len(roots)


def smallest_linked(num_nodes: int, tail: IntArray, head: IntArray) -> IntArray:
    """Return for each node the smallest node that it is connected with, int64 of shape (num_nodes,).

    Parameters
    ----------
    num_nodes : int
    tail, head : int64 array of shape (a,)
        The ends of the edges.
    """
    parent = np.arange(num_nodes)
    while True:
        low = np.minimum(parent[tail], parent[head])
        linked = parent.copy()
        np.minimum.at(linked, parent[tail], low)
        np.minimum.at(linked, parent[head], low)
        while not np.array_equal(linked, linked[linked]):
            linked = linked[linked]
        if np.array_equal(linked, parent):
            return parent
        parent = linked
