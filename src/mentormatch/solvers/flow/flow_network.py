"""The network of a bihierarchy: every set of rows a node, every open pair an arc between its innermost sets.

One node is the root of both families. Flow leaves it down the tree of the first family, crosses to the second family
over the arc of a pair, and returns up the second tree. The arc between a set and the set around it carries the set's
activity, so its bounds are the row's bounds; the rows of a convex term have parallel arcs of ascending cost instead.
"""

from dataclasses import dataclass

import numpy as np

from mentormatch.base.arrays import IntArray
from mentormatch.formulation.terms import ConvexTerm, LinearTerm
from mentormatch.problem.form import Form
from mentormatch.problem.structure import Families, SetBlock


@dataclass(frozen=True, eq=False)
class SetArcs:
    """The arcs of one block of sets.

    Parameters
    ----------
    block : SetBlock
    family : int
        0 for sets that flow enters from outside, 1 for sets that it leaves outwards.
    node, parent : int64 array of shape (r,)
        Node of each set, and of the set around it.
    first : int
        Position of the block's first arc; a block of rows has one arc a set.
    arc_set : int64 array
        The set that each arc of the block belongs to.
    """

    block: SetBlock
    family: int
    node: IntArray
    parent: IntArray
    first: int
    arc_set: IntArray


@dataclass(frozen=True, eq=False)
class FlowNetwork:
    """A circulation whose integral flows are exactly the matchings that keep the hard rows.

    Parameters
    ----------
    num_nodes : int
    tail, head, lower, upper : int64 array of shape (a,)
        Arcs: first one for each open pair in the order of pairs, then those of the sets.
    pairs : int64 array of shape (p,)
        The open pairs.
    sets : tuple of SetArcs
    slope : int64 array of shape (a,)
        Cost of a unit on the arcs of convex terms, in the stage that the block's source names; 0 elsewhere.
    is_contradictory : bool
        Some row without open pairs, or with a lower above its upper bound, can never hold.
    """

    num_nodes: int
    tail: IntArray
    head: IntArray
    lower: IntArray
    upper: IntArray
    pairs: IntArray
    sets: tuple[SetArcs, ...]
    slope: IntArray
    is_contradictory: bool

    def cost(self, form: Form, stage: int) -> IntArray:
        """Return the cost of one stage on every arc (a stage of linear and convex terms)."""
        cost = np.zeros(len(self.tail), np.int64)
        for term in form.stages[stage].terms:
            if isinstance(term, LinearTerm):
                cost[: len(self.pairs)] += term.cost[self.pairs]
        for arcs in self.sets:
            if arcs.block.source[:2] == ("convex", stage):
                span = slice(arcs.first, arcs.first + len(arcs.arc_set))
                cost[span] += self.slope[span]
        return cost


def build_network(form: Form, families: Families) -> FlowNetwork:
    """Build the network of a form from the two laminar families of its rows.

    Notes
    -----
    O(b^2 m) for b blocks over m pairs, vectorised.
    """
    pairs = np.flatnonzero(form.open)
    ends, sets, contradictory = [], [], _has_contradiction(form)
    num_nodes = 1
    tails, heads, lowers, uppers, slopes = [], [], [], [], []
    first = len(pairs)
    for family, blocks in enumerate(families):
        offsets = num_nodes + np.cumsum([0, *(len(block.rows) for block in blocks)])
        num_nodes = int(offsets[-1])
        ends.append(_innermost(form, blocks, offsets)[pairs])
        parents = [_parents(blocks, number, offsets) for number in range(len(blocks))]
        for number, block in enumerate(blocks):
            node = offsets[number] + np.arange(len(block.rows))
            arc_set, low, high, slope = _arcs(form, block, *_bounds(form, block))
            sets.append(SetArcs(block, family, node, parents[number], first, arc_set))
            outer, inner = parents[number][arc_set], node[arc_set]
            tails.append(outer if family == 0 else inner)
            heads.append(inner if family == 0 else outer)
            lowers.append(low)
            uppers.append(high)
            slopes.append(slope)
            first += len(arc_set)
            contradictory |= bool((low > high).any())
    num_pairs = len(pairs)
    return FlowNetwork(
        num_nodes=num_nodes,
        tail=np.concatenate([ends[0], *tails]),
        head=np.concatenate([ends[1], *heads]),
        lower=np.concatenate([np.zeros(num_pairs, np.int64), *lowers]),
        upper=np.concatenate([np.ones(num_pairs, np.int64), *uppers]),
        pairs=pairs,
        sets=tuple(sets),
        slope=np.concatenate([np.zeros(num_pairs, np.int64), *slopes]),
        is_contradictory=contradictory,
    )


def _has_contradiction(form: Form) -> bool:
    """Whether some row asks for more than its open pairs, or for nothing that exists."""
    return any(
        bool(((rows.lower > rows.upper) | (rows.lower > rows.activity(form.open)) | (rows.upper < 0)).any())
        for rows in form.rows
    )


def _innermost(form: Form, blocks: tuple[SetBlock, ...], offsets: IntArray) -> IntArray:
    """Return the node of the smallest set around each pair; the root where there is none."""
    node = np.zeros(form.market.num_pairs, np.int64)
    smallest = np.full(form.market.num_pairs, np.iinfo(np.int64).max)
    for number, block in enumerate(blocks):
        at = np.flatnonzero(block.row_of >= 0)
        size = block.size[block.row_of[at]]
        # Of equal sets the later block is the inner one.
        at = at[size <= smallest[at]]
        node[at] = offsets[number] + block.row_of[at]
        smallest[at] = block.size[block.row_of[at]]
    return node


def _parents(blocks: tuple[SetBlock, ...], number: int, offsets: IntArray) -> IntArray:
    """Return the node of the smallest set around each set of a block."""
    block = blocks[number]
    at = np.flatnonzero(block.row_of >= 0)
    example = np.empty(len(block.rows), np.int64)
    example[block.row_of[at]] = at
    parent = np.zeros(len(block.rows), np.int64)
    smallest = np.full(len(block.rows), np.iinfo(np.int64).max)
    for other_number, other in enumerate(blocks):
        if other_number == number:
            continue
        around = other.row_of[example]
        size = np.where(around >= 0, other.size[np.maximum(around, 0)], 0)
        is_outer = (size > block.size) | ((size == block.size) & (other_number < number))
        better = (around >= 0) & is_outer & (size <= smallest)
        parent[better] = offsets[other_number] + around[better]
        smallest[better] = size[better]
    return parent


def _bounds(form: Form, block: SetBlock) -> tuple[IntArray, IntArray]:
    """Return the bounds on the activity of each set."""
    kind, _, position = block.source
    if kind == "convex":
        return np.zeros(len(block.rows), np.int64), block.size.astype(np.int64)
    rows = form.rows[position]
    return np.maximum(rows.lower[block.rows], 0), np.minimum(rows.upper[block.rows], block.size)


def _arcs(
    form: Form, block: SetBlock, lower: IntArray, upper: IntArray
) -> tuple[IntArray, IntArray, IntArray, IntArray]:
    """Return set, lower, upper and slope of each arc of a block."""
    kind, stage, position = block.source
    term = form.stages[stage].terms[position] if kind == "convex" else None
    if not isinstance(term, ConvexTerm):
        return np.arange(len(block.rows)), lower, upper, np.zeros(len(block.rows), np.int64)
    units = form.reach(term)[block.rows]
    owner = np.repeat(np.arange(len(block.rows)), units)
    unit = np.arange(len(owner)) - np.repeat(np.cumsum(units) - units, units)
    slope = term.slopes[term.start[block.rows][owner] + unit]
    # Units of equal cost share an arc.
    opens = np.r_[True, (owner[1:] != owner[:-1]) | (slope[1:] != slope[:-1])][: len(owner)]
    at = np.flatnonzero(opens)
    width = np.diff(np.r_[at, len(owner)])
    return owner[at], np.zeros(len(at), np.int64), width, slope[at]
