"""A flow network seen as units that choose: nodes that pass one unit on are taken out, their arcs become options.

A student with one place is a node that takes at most one unit from the set around it and passes it to one of many
nodes. Instead of a node and an arc for each choice, the unit is *at* one of its options, and going over to another
option moves one unit between two nodes of what is left: the mentors and the caps around them, few where students are
many. Staying away is an option too: the unit stays at the node that it would come from.
"""

from dataclasses import dataclass

import numpy as np

from mentormatch.base.arrays import BoolArray, IndexArray, IntArray, stable_order
from mentormatch.solvers.flow.flow_network import FlowNetwork


@dataclass(frozen=True, eq=False)
class Choosers:
    """A network without its unit nodes.

    Parameters
    ----------
    num_nodes : int
        Nodes that are left.
    core : int64 array of shape (num_nodes,)
        The network's node that each stands for.
    arcs : int64 array of shape (b,)
        The network's arcs that are left.
    tail, head : int32 array of shape (b,)
        Their ends; the other way round where the network is read backwards.
    lower, upper, cost : int64 array of shape (b,)
    node, arc : int64 array of shape (n,)
        The network's node of each chooser, and the arc that its unit comes over.
    home : int32 array of shape (n,)
        The node that the unit comes from.
    start : int64 array of shape (n + 1,)
        Options of chooser ``i`` are ``start[i]:start[i + 1]``; at least one.
    option_head : int32 array of shape (o,)
        The node that an option brings the unit to.
    option_cost : int64 array of shape (o,)
    option_arc : int32 array of shape (o,)
        The network's arc of an option; -1 for staying away.
    shut : int64 array
        Pairs that the bounds leave open but that no chooser can take any more.
    is_forced : bool array of shape (n,)
        The unit must take its one option.
    is_backwards : bool
        Units are collected rather than handed out: all arcs are read from head to tail.
    """

    num_nodes: int
    core: IntArray
    arcs: IntArray
    tail: IndexArray
    head: IndexArray
    lower: IntArray
    upper: IntArray
    cost: IntArray
    node: IntArray
    arc: IntArray
    home: IndexArray
    start: IntArray
    option_head: IndexArray
    option_cost: IntArray
    option_arc: IndexArray
    shut: IntArray
    is_forced: BoolArray
    is_backwards: bool

    @property
    def num_choosers(self) -> int:
        """Number of units that choose."""
        return len(self.node)

    def flow(self, network: FlowNetwork, core_flow: IntArray, taken: IntArray) -> IntArray:
        """Return the network's flow, int64 of shape (a,), from the flow on the arcs left and the options taken."""
        flow = np.zeros(len(network.tail), np.int64)
        flow[self.arcs] = core_flow
        at = self.option_arc[taken]
        flow[at[at >= 0]] = 1
        flow[self.arc[at >= 0]] = 1
        return flow

    def potentials(self, network: FlowNetwork, price: IntArray, taken: IntArray, cost: IntArray) -> IntArray:
        """Return potentials of all nodes of the network from those of the nodes that are left.

        A unit values its place at what its option brings it, so that no other option is better; one that stays away
        at what its home is worth, and where it has no choice at whatever keeps its closed options from looking better.
        """
        whole = np.zeros(network.num_nodes, np.int64)
        whole[self.core] = price
        own = price[self.option_head[taken]] - self.option_cost[taken]
        own[self.is_forced] = np.maximum(own, price[self.home])[self.is_forced]
        whole[self.node] = own
        near, far = (network.head, network.tail) if self.is_backwards else (network.tail, network.head)
        if len(self.shut):
            has_none = np.ones(network.num_nodes, bool)
            has_none[self.node] = False
            ends = near[self.shut]
            whole[ends[has_none[ends]]] = np.iinfo(np.int64).min
            np.maximum.at(whole, ends, whole[far[self.shut]] - cost[self.shut])
        return -whole if self.is_backwards else whole


def contract(network: FlowNetwork, lower: IntArray, upper: IntArray, cost: IntArray) -> Choosers | None:
    """Take the unit nodes out of a network.

    Parameters
    ----------
    network : FlowNetwork
    lower, upper, cost : int64 array of shape (a,)
        Bounds that are left and the cost to be minimised, on all arcs.

    Returns
    -------
    Choosers or None
        None where some pair has no unit node at either end, or where a unit has no option at all.

    Notes
    -----
    O(a), vectorised.
    """
    num_pairs = len(network.pairs)
    entries = [_entry_arcs(network, family, upper) for family in (0, 1)]
    covered = [(entries[0][network.tail[:num_pairs]] >= 0).all(), (entries[1][network.head[:num_pairs]] >= 0).all()]
    if not any(covered):
        return None
    counts = [int((entry >= 0).sum()) for entry in entries]
    backwards = not covered[0] or bool(covered[1] and counts[1] > counts[0])
    entry = entries[backwards]
    near, far = (network.head, network.tail) if backwards else (network.tail, network.head)
    near, far = near[:num_pairs], far[:num_pairs]

    # A forced pair shuts the others of its chooser, a chooser that must stay away shuts all of them.
    forced = np.bincount(near[lower[:num_pairs] > 0], minlength=network.num_nodes)
    is_shut = (upper[entry[near]] < 1) | ((forced[near] > 0) & (lower[:num_pairs] < 1))
    if (forced > 1).any() or (is_shut & (lower[:num_pairs] > 0)).any():
        return None
    is_free = upper[:num_pairs] > 0
    pair = np.flatnonzero(is_free & ~is_shut)
    node = np.flatnonzero(entry >= 0)
    node = node[upper[entry[node]] > 0]
    number = np.full(network.num_nodes, -1, np.int32)
    number[node] = np.arange(len(node), dtype=np.int32)
    owner = number[near[pair]]
    if len(owner) and not (owner[1:] >= owner[:-1]).all():
        order = stable_order(owner)
        pair, owner = pair[order], owner[order]
    may_stay = (lower[entry[node]] < 1) & (forced[node] == 0)
    count = np.bincount(owner, minlength=len(node))
    if ((count + may_stay) == 0).any():
        return None

    is_core = entry < 0
    core = np.flatnonzero(is_core)
    place = np.cumsum(is_core, dtype=np.int32) - 1
    home = place[(network.head if backwards else network.tail)[entry[node]]]
    start = np.zeros(len(node) + 1, np.int64)
    np.cumsum(count + may_stay, out=start[1:])
    # The option to stay away stands last.
    at = np.arange(len(pair)) + (start[:-1] - np.cumsum(count) + count)[owner]
    option_arc = np.full(int(start[-1]), -1, np.int32)
    option_arc[at] = pair
    option_head = np.repeat(home, count + may_stay)
    option_head[at] = place[far[pair]]
    option_cost = np.zeros(int(start[-1]), np.int64)
    option_cost[at] = cost[pair]
    arcs = np.arange(num_pairs, len(network.tail))
    arcs = arcs[is_core[network.tail[arcs]] & is_core[network.head[arcs]]]
    tail, head = place[network.tail[arcs]], place[network.head[arcs]]
    return Choosers(
        num_nodes=len(core),
        core=core,
        arcs=arcs,
        tail=head if backwards else tail,
        head=tail if backwards else head,
        lower=lower[arcs],
        upper=upper[arcs],
        cost=cost[arcs],
        node=node,
        arc=entry[node],
        home=home,
        start=start,
        option_head=option_head,
        option_cost=option_cost,
        option_arc=option_arc,
        shut=np.flatnonzero(is_free & is_shut),
        is_forced=forced[node] > 0,
        is_backwards=backwards,
    )


def _entry_arcs(network: FlowNetwork, family: int, upper: IntArray) -> IntArray:
    """Return for each node the arc that joins it to the set around it if at most one unit can pass it, else -1.

    Only sets of hard rows without sets inside count.
    """
    entry = np.full(network.num_nodes, -1, np.int64)
    for sets in network.sets:
        if sets.family == family and sets.block.source[0] == "rows":
            arc = sets.first + np.arange(len(sets.node))
            is_unit = upper[arc] <= 1
            entry[sets.node[is_unit]] = arc[is_unit]
    for sets in network.sets:
        entry[sets.parent] = -1
    return entry
