"""Min-cost flow by price levels: all units that are equally far from a free place move at once.

The primal-dual method of Ford and Fulkerson (1958) on a network of choosers. Every chooser takes its cheapest option;
then nodes hold more than they can pass on. A phase finds the shortest distances, in reduced costs, from those nodes to
the places that lack units, raises the prices by them, and sends a maximum flow over the arcs that have become free of
cost. Costs of stages are small integers (ranks), so a handful of phases does where augmenting path by path takes
hundreds of thousands, and no cost is ever scaled: a weight of 10^7 for placing everybody costs no more than a weight of
ten.

Few options matter: a chooser starts with its two cheapest, and the prices say when another one could pay (edge pricing,
or column generation). What was not looked at is bounded by how far prices have moved since it was.
"""

from dataclasses import dataclass, field

import numpy as np

from mentormatch.base.arrays import BoolArray, IndexArray, IntArray, group_starts, stable_order
from mentormatch.base.errors import InternalError
from mentormatch.solvers.flow.choosers import Choosers
from mentormatch.solvers.flow.ortools_graph import new_max_flow

_FAR = np.iinfo(np.int64).max // 4

_MANY_MOVES = 200_000
"""From so many free moves on a phase keeps to those that lead to the nearest free places."""


@dataclass(frozen=True, eq=False)
class LevelFlow:
    """An optimal flow on a network of choosers.

    Parameters
    ----------
    taken : int64 array of shape (n,)
        The option of each chooser.
    flow : int64 array of shape (b,)
        Flow on the arcs.
    price : int64 array of shape (num_nodes,)
        Potentials: every option that is open costs, less the price of its node, at least what the one taken does.
    phases : int
    """

    taken: IntArray
    flow: IntArray
    price: IntArray
    phases: int


@dataclass
class _State:
    net: Choosers
    taken: IntArray
    at: IndexArray
    """The node of each chooser's unit."""
    flow: IntArray
    price: IntArray
    active: BoolArray
    """Options that are looked at."""
    slack: IntArray
    """A bound from below on what any other option costs each chooser more than the one taken."""
    work: int = 0
    by_node: IntArray = field(default_factory=lambda: np.zeros(0, np.int64))
    node_start: IntArray = field(default_factory=lambda: np.zeros(0, np.int64))
    options: IndexArray = field(default_factory=lambda: np.zeros(0, np.int32))
    option_start: IntArray = field(default_factory=lambda: np.zeros(0, np.int32))
    option_head: IndexArray = field(default_factory=lambda: np.zeros(0, np.int32))
    option_value: IntArray = field(default_factory=lambda: np.zeros(0, np.int64))


class OutOfWork(Exception):  # noqa: N818  # no error: another method takes over
    """The instance needs more phases than the method is worth."""


def solve_by_levels(net: Choosers, *, work_limit: int | None = None) -> LevelFlow | None:
    """Return a minimum-cost circulation, or None where there is none.

    Parameters
    ----------
    net : Choosers
    work_limit : int, optional
        Most options and arcs to look at.

    Raises
    ------
    OutOfWork
        When the limit is reached. It counts steps, not seconds, so that the same input ends the same way everywhere.

    Notes
    -----
    O(phases x options) with few options a phase; the number of phases is at most that of different path costs.
    """
    state = _start(net)
    phases = 0
    while True:
        excess = _excess(state)
        sources = np.flatnonzero(excess > 0)
        if not len(sources):
            return LevelFlow(state.taken, state.flow, state.price, phases)
        if work_limit is not None and state.work > work_limit:
            raise OutOfWork
        state.by_node = stable_order(state.at)
        state.node_start = group_starts(state.at, net.num_nodes)
        _index_options(state)
        distance, limit = _distances(state, sources, excess < 0)
        if limit == _FAR:
            return None
        state.price = state.price + np.minimum(distance, limit)
        _send(state, excess, distance <= limit)
        phases += 1


def _start(net: Choosers) -> _State:
    """Return the state in which everybody has its cheapest option and prices are zero."""
    cost, first = net.option_cost, net.start[:-1]
    owner_count = np.diff(net.start)
    if net.num_choosers:
        best = np.minimum.reduceat(cost, first)
        is_best = cost == np.repeat(best, owner_count)
        where = np.flatnonzero(is_best)
        owner = np.searchsorted(net.start, where, side="right") - 1
        taken = where[np.r_[True, owner[1:] != owner[:-1]]]
        others = np.where(is_best, _FAR, cost)
        second = np.minimum.reduceat(others, first)
        active = is_best | (others == np.repeat(second, owner_count))
        slack = np.minimum.reduceat(np.where(active, _FAR, cost), first) - best
    else:
        taken = slack = np.zeros(0, np.int64)
        active = np.zeros(0, bool)
    return _State(
        net=net,
        taken=taken,
        at=net.option_head[taken],
        flow=np.where(net.cost < 0, net.upper, net.lower),
        price=np.zeros(net.num_nodes, np.int64),
        active=active,
        slack=slack,
    )


def _excess(state: _State) -> IntArray:
    """Return how many more units come to each node than leave it."""
    net, size = state.net, state.net.num_nodes
    units = np.bincount(state.at, minlength=size) - np.bincount(net.home, minlength=size)
    np.add.at(units, net.head, state.flow)
    np.subtract.at(units, net.tail, state.flow)
    return units


def _index_options(state: _State) -> None:
    """List the options that are looked at by chooser, with what each costs less the price of its node."""
    net = state.net
    state.options = np.flatnonzero(state.active).astype(np.int32)
    before = np.zeros(len(state.active) + 1, np.int32)
    np.cumsum(state.active, out=before[1:])
    state.option_start = before[net.start]
    state.option_head = net.option_head[state.options]
    state.option_value = net.option_cost[state.options] - state.price[state.option_head]


def _expand(start: IntArray, items: IntArray) -> tuple[IntArray, IntArray]:
    """Return the positions ``start[i]:start[i + 1]`` of some items one after the other, and how many each has."""
    low = start[items]
    count = start[items + 1] - low
    ends = np.cumsum(count)
    total = int(ends[-1]) if len(ends) else 0
    return np.arange(total) + np.repeat(low - ends + count, count), count


# -- distances ---------------------------------------------------------------------------------------------------


def _distances(state: _State, sources: IntArray, is_sink: BoolArray) -> tuple[IntArray, int]:
    """Return the distance of every node from the sources, and that of the nearest place that lacks units.

    Distances beyond that place are not exact. The second is `_FAR` where no such place can be reached at all.
    """
    distance = np.full(state.net.num_nodes, _FAR)
    distance[sources] = 0
    arcs = _residual_arcs(state)
    frontier = sources
    while True:
        _relax(state, arcs, distance, frontier, is_sink)
        limit = int(distance[is_sink].min(initial=_FAR))
        if limit < _FAR:
            frontier = _price(state, distance, limit)
            if not len(frontier):
                return distance, limit
        else:
            options, _ = _expand(state.net.start, np.flatnonzero(distance[state.at] < _FAR))
            unseen = options[~state.active[options]]
            if not len(unseen):
                return distance, limit
            state.active[unseen] = True
            _index_options(state)
            frontier = np.flatnonzero(distance < _FAR)


def _residual_arcs(state: _State) -> tuple[IntArray, IntArray, IntArray]:
    """Return the arcs that flow can still take or give back: offsets by node, far ends, reduced costs."""
    net, price = state.net, state.price
    up, down = np.flatnonzero(state.flow < net.upper), np.flatnonzero(state.flow > net.lower)
    tail = np.concatenate([net.tail[up], net.head[down]])
    head = np.concatenate([net.head[up], net.tail[down]])
    cost = np.concatenate([net.cost[up], -net.cost[down]]) + price[tail] - price[head]
    order = stable_order(tail)
    return group_starts(tail, net.num_nodes), head[order], cost[order]


def _relax(
    state: _State, arcs: tuple[IntArray, IntArray, IntArray], distance: IntArray, frontier: IntArray, is_sink: BoolArray
) -> None:
    """Lower distances along residual arcs and options that are looked at until none is too long."""
    net, price = state.net, state.price
    start, far, reduced = arcs
    sinks = np.flatnonzero(is_sink)
    limit = int(distance[sinks].min(initial=_FAR))
    mark = np.zeros(net.num_nodes, bool)
    # What leaving its place gains each unit; the rest of a way's length is the option's.
    gain = price[state.at] - net.option_cost[state.taken]
    while len(frontier):
        units, count = _expand(state.node_start, frontier)
        units = state.by_node[units]
        base = np.repeat(distance[frontier], count) + gain[units]
        option, count = _expand(state.option_start, units)
        arc, arc_count = _expand(start, frontier)
        head = np.concatenate([state.option_head[option], far[arc]])
        length = np.concatenate(
            [
                np.repeat(base, count) + state.option_value[option],
                np.repeat(distance[frontier], arc_count) + reduced[arc],
            ]
        )
        state.work += len(head)
        shorter = np.flatnonzero((length < distance[head]) & (length <= limit))
        if not len(shorter):
            return
        head, length = head[shorter], length[shorter]
        np.minimum.at(distance, head, length)
        mark[head] = True
        frontier = np.flatnonzero(mark)
        mark[frontier] = False
        limit = int(distance[sinks].min(initial=_FAR))
        # Nothing is of use beyond the nearest place that lacks units, and no way leads through that place.
        at = distance[frontier]
        frontier = frontier[(at < limit) | ((at == limit) & ~is_sink[frontier])]


def _price(state: _State, distance: IntArray, limit: int) -> IntArray:
    """Look from now on at every option that the new prices make at least as good as the one taken.

    Returns
    -------
    int64 array
        The nodes with an option that is better: the distances were too long.
    """
    net = state.net
    rise = np.minimum(distance, limit)
    near = np.flatnonzero(distance[state.at] <= limit)
    # No node rises by more than the limit.
    bound = state.slack[near] - (limit - rise[state.at[near]])
    due = near[bound <= 0]
    if not len(due):
        state.slack[near] = bound
        return np.zeros(0, np.int64)
    price = state.price + rise
    options, count = _expand(net.start, due)
    state.work += len(options)
    head = net.option_head[options]
    over = net.option_cost[options] - price[head]
    over -= np.repeat(net.option_cost[state.taken[due]] - price[state.at[due]], count)
    over[state.active[options]] = _FAR
    is_added = over <= 0
    is_better = over < 0
    over[is_added] = _FAR
    first = np.cumsum(count) - count
    if is_added.any():
        state.active[options[is_added]] = True
        _index_options(state)
    if not is_better.any():
        state.slack[near] = bound
        state.slack[due] = np.minimum.reduceat(over, first)
        return np.zeros(0, np.int64)
    # The prices have not risen yet.
    over += rise[head] - np.repeat(rise[state.at[due]], count)
    state.slack[due] = np.minimum.reduceat(over, first)
    worse: IntArray = np.unique(state.at[due[np.logical_or.reduceat(is_better, first)]])
    return worse


# -- moves -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class _Moves:
    """What costs nothing at the present prices and leads towards a place that lacks units.

    Parameters
    ----------
    unit, option : int64 array
        Choosers and the options that they could take instead.
    arc : int64 array
        Arcs with free capacity, and after them arcs with flow to take back.
    num_up : int
        How many of the arcs have free capacity.
    """

    unit: IntArray
    option: IntArray
    arc: IntArray
    num_up: int


def _send(state: _State, excess: IntArray, in_reach: BoolArray) -> None:
    """Move as many units as possible from where there are too many to where they lack, at no cost."""
    net = state.net
    moves = _free_moves(state, excess, in_reach)
    # A unit with one free option is an arc, the same arc for all that move between the same two nodes; one with several
    # is a node that it can leave once.
    starts = np.flatnonzero(np.r_[True, moves.unit[1:] != moves.unit[:-1]][: len(moves.unit)])
    count = np.diff(np.r_[starts, len(moves.unit)])
    is_single = np.repeat(count == 1, count)
    head = net.option_head[moves.option]
    single, several = np.flatnonzero(is_single), np.flatnonzero(~is_single)
    way = state.at[moves.unit[single]] * np.int64(net.num_nodes) + head[single]
    order = np.argsort(way, kind="stable")
    single, way = single[order], way[order]
    lane = np.flatnonzero(np.r_[True, way[1:] != way[:-1]][: len(way)])
    width = np.diff(np.r_[lane, len(way)])
    many = starts[count > 1]
    hub = net.num_nodes + np.repeat(np.arange(len(many)), count[count > 1])
    source, sink = net.num_nodes + len(many), net.num_nodes + len(many) + 1
    up, down = moves.arc[: moves.num_up], moves.arc[moves.num_up :]
    plus, minus = np.flatnonzero((excess > 0) & in_reach), np.flatnonzero((excess < 0) & in_reach)
    parts = (
        (way[lane] // net.num_nodes, way[lane] % net.num_nodes, width),
        (hub, head[several], np.ones(len(several), np.int64)),
        (state.at[moves.unit[many]], net.num_nodes + np.arange(len(many)), np.ones(len(many), np.int64)),
        (net.tail[up], net.head[up], (net.upper - state.flow)[up]),
        (net.head[down], net.tail[down], (state.flow - net.lower)[down]),
        (np.full(len(plus), source), plus, excess[plus]),
        (minus, np.full(len(minus), sink), -excess[minus]),
    )
    tail, head, capacity = (np.concatenate([part[i] for part in parts]) for i in range(3))
    solver = new_max_flow()
    arcs = solver.add_arcs_with_capacity(tail.astype(np.int32), head.astype(np.int32), capacity)
    if solver.solve(source, sink) != solver.OPTIMAL or solver.optimal_flow() == 0:
        raise InternalError("The flow engine found a way that no unit could take.")
    flow = np.split(solver.flows(arcs), np.cumsum([len(part[0]) for part in parts])[:-1])
    # Of the units on one lane the first ones go.
    goes = np.arange(len(single)) - np.repeat(lane, width) < np.repeat(flow[0], width)
    moved = np.concatenate([single[goes], several[flow[1] > 0]])
    state.taken[moves.unit[moved]] = moves.option[moved]
    state.at[moves.unit[moved]] = net.option_head[moves.option[moved]]
    state.flow[up] += flow[3]
    state.flow[down] -= flow[4]
    state.work += len(arcs)


def _free_moves(state: _State, excess: IntArray, in_reach: BoolArray) -> _Moves:
    """Return the moves and arcs of reduced cost zero that lie on a way to a place that lacks units."""
    net, price = state.net, state.price
    unit = np.flatnonzero(in_reach[state.at])
    option, count = _expand(state.option_start, unit)
    option = state.options[option]
    unit = np.repeat(unit, count)
    gain = price[net.option_head[option]] - net.option_cost[option]
    mine = price[state.at] - net.option_cost[state.taken]
    free = (gain == mine[unit]) & (net.option_head[option] != state.at[unit])
    unit, option = unit[free], option[free].astype(np.int64)
    is_free = (net.cost + price[net.tail] - price[net.head] == 0) & in_reach[net.tail] & in_reach[net.head]
    up = np.flatnonzero(is_free & (state.flow < net.upper))
    down = np.flatnonzero(is_free & (state.flow > net.lower))
    tail = np.concatenate([state.at[unit], net.tail[up], net.head[down]])
    head = np.concatenate([net.option_head[option], net.head[up], net.tail[down]])
    hops = _hops_to(tail, head, (excess < 0) & in_reach)
    useful = hops[head] >= 0
    of_up, of_down = np.split(useful[len(unit) :], [len(up)])
    unit, option = unit[useful[: len(unit)]], option[useful[: len(unit)]]
    if len(unit) > _MANY_MOVES:
        # Only moves towards the nearest free place: the flow may fall short, the next phase makes up for it.
        near = hops[net.option_head[option]]
        first = np.flatnonzero(np.r_[True, unit[1:] != unit[:-1]])
        nearest = np.minimum.reduceat(near, first)
        kept = near == np.repeat(nearest, np.diff(np.r_[first, len(unit)]))
        unit, option = unit[kept], option[kept]
    up = up[of_up]
    return _Moves(unit, option, np.concatenate([up, down[of_down]]), len(up))


def _hops_to(tail: IntArray, head: IntArray, is_goal: BoolArray) -> IntArray:
    """Return how many arcs lead from each node to the nearest goal, -1 where none do."""
    order = stable_order(head.astype(np.int32))
    start, far = group_starts(head, len(is_goal)), tail[order]
    hops = np.where(is_goal, 0, -1)
    frontier = np.flatnonzero(is_goal)
    number = 0
    while len(frontier):
        number += 1
        arcs, _ = _expand(start, frontier)
        new = far[arcs]
        new = new[hops[new] < 0]
        hops[new] = number
        frontier = np.unique(new)
    return hops
