"""Min-cost flow: exact for every set of rows that is a bihierarchy, stage by stage, with prices that prove it."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from mentormatch.base.arrays import IntArray
from mentormatch.base.budget import Budget
from mentormatch.base.errors import InternalError
from mentormatch.base.text import Text
from mentormatch.formulation.kinds import Kinds
from mentormatch.formulation.rows import Rows
from mentormatch.formulation.terms import BottleneckTerm, ConvexTerm, LinearTerm, StageForm
from mentormatch.problem.form import Form
from mentormatch.problem.result import PriceCertificate, PricedLevel, Reason, StageValue, Status
from mentormatch.problem.structure import analyse
from mentormatch.solvers.engine import Engine, Options, Outcome
from mentormatch.solvers.flow.circulation import circulation
from mentormatch.solvers.flow.flow_network import FlowNetwork, build_network

TAKES: Kinds = frozenset({Rows, LinearTerm, ConvexTerm, BottleneckTerm})


def misfits(form: Form) -> tuple[Reason, ...]:
    """Return why the rows of a form are none of a flow: they form no bihierarchy."""
    return analyse(form).reasons


def solve(form: Form, options: Options) -> Outcome:
    """Solve the stages one after the other, each over the optimal face of those before it.

    Consecutive stages are added up with weights and solved as one where the magnitudes are safe. Between solves every
    arc with a nonzero reduced cost is fixed: by complementary slackness the flows that are left are exactly the optimal
    ones, so no stage's cost is ever scaled beyond its own.
    """
    budget = Budget(options.time_limit)
    families = analyse(form).families
    if families is None:
        raise InternalError("The flow engine was given rows that are no bihierarchy.")
    network = build_network(form, families)
    state = _State(form, network, network.lower.copy(), network.upper.copy(), np.zeros(0, np.int64))
    if network.is_contradictory or not _start(state):
        return Outcome(status=Status.INFEASIBLE)
    values: list[StageValue] = []
    levels: list[PricedLevel] = []
    stopped = False
    for group in _groups(form, network):
        stopped = budget.is_spent
        if stopped:
            break
        levels += (
            _bottleneck(state, group[0]) if _is_bottleneck(form.stages[group[0]]) else [_solve_group(state, group)]
        )
        for stage in group:
            value = _value(state, stage)
            values.append(StageValue.exact(form.stages[stage], value))
            options.tell(values[-1])
    values += [
        StageValue.of(form.stages[stage], _value(state, stage), None, proven=False)
        for stage in range(len(values), len(form.stages))
    ]
    return Outcome(
        status=Status.FEASIBLE if stopped else Status.OPTIMAL,
        pairs=network.pairs[state.flow[: len(network.pairs)] > 0],
        stages=tuple(values),
        certificate=None if stopped else PriceCertificate(tuple(levels)),
        stopped_by_limit=stopped,
        statistics={"nodes": network.num_nodes, "arcs": len(network.tail), "solves": len(levels)},
    )


@dataclass
class _State:
    """The network with the bounds that are left after the stages so far, and the last flow."""

    form: Form
    network: FlowNetwork
    lower: IntArray
    upper: IntArray
    flow: IntArray
    price: IntArray | None = None
    """Potentials, while the flow is optimal for the first group of stages already."""


def _start(state: _State) -> bool:
    """Find out whether there is any flow; the first stage finds one itself unless it needs one to begin with."""
    stages = state.form.stages
    first = next(_groups(state.form, state.network), ())
    plain = bool(first) and not _is_bottleneck(stages[first[0]])
    cost = _weighted(state, first)[1] if plain else np.zeros(len(state.lower), np.int64)
    found = circulation(state.network, state.lower, state.upper, cost)
    if found is None:
        return False
    state.flow, price = found
    state.price = price if plain else None
    return True


def _weighted(state: _State, group: tuple[int, ...]) -> tuple[tuple[int, ...], IntArray]:
    """Return the weights of some stages and their weighted sum on every arc."""
    weights = _weights(state.form, group)
    cost = np.zeros(len(state.lower), np.int64)
    for weight, stage in zip(weights, group, strict=True):
        cost += weight * state.network.cost(state.form, stage)
    return weights, cost


def _solve_group(state: _State, group: tuple[int, ...]) -> PricedLevel:
    """Solve some consecutive stages as one and keep their optimal face."""
    weights, cost = _weighted(state, group)
    return _level(state, group, weights, _optimise(state, cost))


def _optimise(state: _State, cost: IntArray) -> IntArray:
    """Minimise a cost, fix what its optimum fixes, and return the node potentials."""
    network = state.network
    price, state.price = state.price, None
    if price is None:
        found = circulation(network, state.lower, state.upper, cost)
        if found is None:
            raise InternalError("The flow engine lost a feasible flow.")
        state.flow, price = found
    reduced = cost + price[network.tail] - price[network.head]
    fixed = reduced != 0
    state.lower[fixed] = state.upper[fixed] = state.flow[fixed]
    return price


def _bottleneck(state: _State, stage: int) -> list[PricedLevel]:
    """Empty the highest level of a bottleneck stage, then the next, until one cannot be emptied."""
    network, form = state.network, state.form
    term = next(term for term in form.stages[stage].terms if isinstance(term, BottleneckTerm))
    level, count = term.level[network.pairs], len(network.pairs)
    while True:
        worst = _bottleneck_value(state, stage)
        # The present flow needs nothing above its own worst level.
        state.upper[:count][level > worst] = 0
        if worst == 0:
            return [_level(state, (stage,), (1,), np.zeros(network.num_nodes, np.int64))]
        cost = np.zeros(len(state.lower), np.int64)
        cost[:count] = level >= worst
        before = state.lower.copy(), state.upper.copy()
        price = _optimise(state, cost)
        # The face of the count is smaller than that of the bottleneck: only what lies above it stays closed.
        state.lower, state.upper = before
        if int(cost @ state.flow) > 0:
            return [_level(state, (stage,), (1,), price)]
        state.upper[:count][level >= worst] = 0


# -- stages ---------------------------------------------------------------------------------------------------


def _groups(form: Form, network: FlowNetwork) -> Iterator[tuple[int, ...]]:
    """Yield runs of consecutive stages that are solved as one: as long as the weighted costs stay in safe bounds."""
    group: tuple[int, ...] = ()
    for stage in range(len(form.stages)):
        if _is_bottleneck(form.stages[stage]):
            if group:
                yield group
            yield (stage,)
            group = ()
        elif group and not _is_safe(form, network, (*group, stage)):
            yield group
            group = (stage,)
        else:
            group = (*group, stage)
    if group:
        yield group


def _weights(form: Form, group: tuple[int, ...]) -> tuple[int, ...]:
    """Return weights such that no gain in later stages makes up for one unit of an earlier one."""
    weights: list[int] = []
    total = 0
    for stage in reversed(group):
        weights.append(total + 1)
        total += weights[-1] * form.stage_range(stage)
    return tuple(reversed(weights))


def _is_safe(form: Form, network: FlowNetwork, group: tuple[int, ...]) -> bool:
    """Whether the cost-scaling solver cannot overflow on the weighted sum: |c| < int64max / (2 n^2)."""
    largest = sum(
        weight * int(np.abs(network.cost(form, stage)).max(initial=0))
        for weight, stage in zip(_weights(form, group), group, strict=True)
    )
    return largest < np.iinfo(np.int64).max // (2 * (network.num_nodes + 1) ** 2)


def _is_bottleneck(stage: StageForm) -> bool:
    return any(isinstance(term, BottleneckTerm) for term in stage.terms)


def _bottleneck_value(state: _State, stage: int) -> int:
    pairs = state.network.pairs[state.flow[: len(state.network.pairs)] > 0]
    return sum(
        int(term.level[pairs].max(initial=0))
        for term in state.form.stages[stage].terms
        if isinstance(term, BottleneckTerm)
    )


def _value(state: _State, stage: int) -> int:
    """Return the cost of a stage at the present flow."""
    if _is_bottleneck(state.form.stages[stage]):
        return _bottleneck_value(state, stage)
    form, network = state.form, state.network
    cost = network.cost(form, stage)
    convex = 0
    chosen = np.zeros(form.market.num_pairs, bool)
    chosen[network.pairs[state.flow[: len(network.pairs)] > 0]] = True
    for term in form.stages[stage].terms:
        if isinstance(term, ConvexTerm):
            convex += term.value(chosen)
    return int(cost[: len(network.pairs)] @ state.flow[: len(network.pairs)]) + convex


# -- prices ---------------------------------------------------------------------------------------------------


def _level(state: _State, stages: tuple[int, ...], weights: tuple[int, ...], potential: IntArray) -> PricedLevel:
    """Turn node potentials into row prices: what a set adds to the way of each pair through it."""
    form = state.form
    prices = [np.zeros(len(rows), np.int64) for rows in form.rows]
    convex = {
        (stage, position): np.zeros(len(term.start) - 1, np.int64)
        for stage in range(len(form.stages))
        for position, term in enumerate(form.stages[stage].terms)
        if isinstance(term, ConvexTerm)
    }
    for arcs in state.network.sets:
        fall = potential[arcs.parent] - potential[arcs.node]
        price = fall if arcs.family == 0 else -fall
        kind, stage, position = arcs.block.source
        target = prices[position] if kind == "rows" else convex[stage, position]
        target[arcs.block.rows] += price
    return PricedLevel(stages, weights, tuple(prices), tuple(convex[key] for key in sorted(convex)))


ENGINE = Engine("min_cost_flow", TAKES, misfits, solve, Text("最小费用流", "min-cost flow"))
