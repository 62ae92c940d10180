"""Where counting is the conflict: the rows of a cut that asks for more than it lets through (Hoffman 1960).

Rows that no flow takes are weighed by a linear relaxation instead (Farkas 1902).

A circulation with bounds exists if and only if no set of nodes must take in more than it can let out. The rows of a
bihierarchy are such a circulation, so an infeasible one has a cut: some rows ask for so many pairs, other rows and
masks allow fewer. It generalises Hall's condition to lower quotas, type quotas, fixed pairs and closed pairs at once.
"""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from mentormatch.base.arrays import BoolArray, IntArray
from mentormatch.explain.members import Member, MemberForm, Members
from mentormatch.problem.structure import Families, analyse
from mentormatch.solvers.flow.flow_network import FlowNetwork, build_network
from mentormatch.solvers.flow.ortools_graph import new_max_flow
from mentormatch.solvers.linear_relaxation import counting_proof


@dataclass(frozen=True, slots=True)
class CountingCut:
    """Members that contradict each other by counting.

    Parameters
    ----------
    members : tuple of Member
        Rows that ask, rows that limit, and masks that close the ways around; ascending.
    asks : tuple of bool
        For each member, whether its lower bound asks; otherwise its upper bound limits, or it closes pairs.
    weights : tuple of int
        How often each member counts; empty where each counts once.
    needed, available : int
        ``needed > available``: pairs that the asking rows need and pairs that the others let through.
    """

    members: tuple[Member, ...]
    asks: tuple[bool, ...]
    needed: int
    available: int
    weights: tuple[int, ...] = ()


def counting_cut(members: Members, chosen: Collection[Member]) -> CountingCut | None:
    """Return a cut among some members, or None where counting shows nothing.

    Notes
    -----
    One maximum flow over the pairs that the members speak of where they are a bihierarchy, else one linear program.
    """
    closing = [member for member in chosen if member.kind == "mask"]
    part = members.form_of([member for member in chosen if member.kind == "row"])
    families = analyse(part.form).families
    if families is None:
        return _weighed(members, part, closing)
    alone = _row_that_asks_too_much(part)
    if alone is not None:
        return alone
    closed_by = np.full(members.problem.market.num_pairs, -1, np.int64)
    for number, member in enumerate(closing):
        closed_by[members.closed_by(member)] = number
    return _cut(part, families, closing, closed_by)


def _weighed(members: Members, part: MemberForm, closing: list[Member]) -> CountingCut | None:
    """Return the members that a linear relaxation weighs against each other."""
    open_pairs = np.ones(members.problem.market.num_pairs, bool)
    closed = {member: members.closed_by(member) for member in closing}
    for pairs in closed.values():
        open_pairs[pairs] = False
    proof = counting_proof(part.form.rows, open_pairs)
    if proof is None:
        return None
    found = {member: -1 for member, pairs in closed.items() if (proof.worth[pairs] > 0).any()}
    for weights, owners in zip(proof.weights, part.rows, strict=True):
        found |= {owners[i]: int(weights[i]) for i in np.flatnonzero(weights).tolist()}
    order = tuple(sorted(found))
    asks, counts = tuple(found[member] > 0 for member in order), tuple(abs(found[member]) for member in order)
    return CountingCut(order, asks, proof.needed, proof.available, counts)


def _row_that_asks_too_much(part: MemberForm) -> CountingCut | None:
    """Return a row that no set of pairs keeps, where there is one."""
    for rows, owners in zip(part.form.rows, part.rows, strict=True):
        size = np.diff(rows.start)
        bad = np.flatnonzero((rows.lower > np.minimum(rows.upper, size)) | (rows.upper < 0))
        if len(bad):
            i = int(bad[0])
            least, most = max(int(rows.lower[i]), 0), min(int(rows.upper[i]), int(size[i]))
            return CountingCut((owners[i],), (least > 0,), least, most)
    return None


def _cut(part: MemberForm, families: Families, closing: list[Member], closed_by: IntArray) -> CountingCut | None:
    network = build_network(part.form, families)
    upper = network.upper.copy()
    upper[: len(network.pairs)][closed_by[network.pairs] >= 0] = 0
    side = _deficient_side(network, upper)
    if side is None:
        return None
    into, out = side[network.head] & ~side[network.tail], side[network.tail] & ~side[network.head]
    at_pairs = np.flatnonzero(out[: len(network.pairs)])
    used = closed_by[network.pairs[at_pairs]]
    found = {closing[number]: False for number in np.unique(used[used >= 0]).tolist()}
    for arcs in network.sets:
        kind, _, position = arcs.block.source
        if kind != "rows":
            continue
        span = slice(arcs.first, arcs.first + len(arcs.arc_set))
        for binds, asks in ((into[span] & (network.lower[span] > 0), True), (out[span], False)):
            row = arcs.block.rows[arcs.arc_set[binds]]
            found |= {part.rows[position][i]: asks for i in row.tolist()}
    order = tuple(sorted(found))
    return CountingCut(
        order, tuple(found[member] for member in order), int(network.lower[into].sum()), int(upper[out].sum())
    )


def _deficient_side(network: FlowNetwork, upper: IntArray) -> BoolArray | None:
    """Return which nodes are on the side that must take in more than it can let out; None where there is none."""
    n = network.num_nodes
    excess = np.zeros(n, np.int64)
    np.add.at(excess, network.head, network.lower)
    np.subtract.at(excess, network.tail, network.lower)
    solver = new_max_flow()
    free = np.flatnonzero(upper > network.lower)
    gains, loses = np.flatnonzero(excess > 0), np.flatnonzero(excess < 0)
    source, sink = n, n + 1
    tail = np.concatenate([network.tail[free], np.full(len(gains), source), loses, [source]]).astype(np.int32)
    head = np.concatenate([network.head[free], gains, np.full(len(loses), sink), [sink]]).astype(np.int32)
    # The last arc makes both ends known to the solver where there is no other.
    room = np.concatenate([(upper - network.lower)[free], excess[gains], -excess[loses], [0]])
    solver.add_arcs_with_capacity(tail, head, room)
    solver.solve(source, sink)
    if int(solver.optimal_flow()) == int(excess[gains].sum()):
        return None
    side = np.zeros(n, bool)
    nodes = np.array([node for node in solver.get_source_side_min_cut() if node < n], np.int64)
    side[nodes] = True
    return side
