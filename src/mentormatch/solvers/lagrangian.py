"""A bound and a matching from flows where rows and costs are none of a flow together: Lagrangian relaxation.

What stands in the flow's way is left out, and every unit of its activity gets a price instead, its multiplier.
Whatever the multipliers are, the cheapest flow under them costs no more than the cheapest matching; where the matching
that it gives happens to cost as much, that one is proven best without a search (Held and Karp 1971; Geoffrion 1974).
Multipliers move along subgradients by the step of Polyak (1969).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from mentormatch.base.arrays import BoolArray, IntArray
from mentormatch.base.errors import MarketError
from mentormatch.formulation.kinds import Kinds
from mentormatch.formulation.rows import Rows, Teams
from mentormatch.formulation.terms import ConvexTerm, LinearTerm, StageForm
from mentormatch.problem.form import Form
from mentormatch.problem.result import Status
from mentormatch.problem.structure import analyse
from mentormatch.problem.taken import not_taken
from mentormatch.solvers.engine import Options
from mentormatch.solvers.flow import min_cost_flow

ROUNDS = 60
# Multipliers are whole numbers of this part of a unit of cost: a flow takes whole costs only.
_PARTS = 12
# Of which kinds it can be told here whether a matching keeps them, and which costs have multipliers.
_JUDGED: Kinds = frozenset({Rows, Teams})
_PRICED: Kinds = frozenset({LinearTerm, ConvexTerm})


@dataclass(frozen=True, eq=False)
class Dual:
    """What flows under multipliers came to.

    Parameters
    ----------
    is_feasible : bool
        False proves that the form has no matching.
    bound : int or None
        No matching of the form costs less in its first stage; None where nothing is proven.
    value : int or None
        What the best matching found costs; None where none was found that keeps the form.
    chosen : bool array of shape (m,) or None
        That matching.
    flow : bool array of shape (m,) or None
        The pairs of the flow that gave the bound, which may break what was left out.
    """

    is_feasible: bool
    bound: int | None = None
    value: int | None = None
    chosen: BoolArray | None = None
    flow: BoolArray | None = None

    @property
    def is_proven(self) -> bool:
        """Whether the matching is proven best."""
        return self.value is not None and self.value == self.bound


@dataclass(frozen=True, eq=False)
class _Left:
    """Rows of ones that were left out, with the convex cost of their activity; beyond a hard bound it has no end.

    Parameters
    ----------
    owner, pairs : int64 arrays
        The row and the pair of each entry.
    slopes : int64 array or None
        Of a cost; None for hard bounds.
    low, high : int64 array of shape (r,)
        The bounds of hard rows; the least and the greatest multiplier of a cost.
    offset : int
    """

    owner: IntArray
    pairs: IntArray
    slopes: IntArray | None
    low: IntArray
    high: IntArray
    offset: int = 0

    def conjugate(self, multiplier: IntArray) -> int:
        """Return the greatest ``multiplier . activity - cost``, in parts."""
        if self.slopes is None:
            return int(np.where(multiplier > 0, multiplier * self.high, multiplier * self.low).sum())
        return int(np.maximum(multiplier[self.owner] - _PARTS * self.slopes, 0).sum()) - _PARTS * self.offset

    def subgradient(self, multiplier: IntArray, chosen: BoolArray) -> IntArray:
        """Return how far activities are from what the multipliers pay for."""
        size = len(self.low)
        activity = np.bincount(self.owner[chosen[self.pairs]], minlength=size)
        if self.slopes is None:
            least = np.where(multiplier > 0, self.high, self.low)
            most = np.where(multiplier < 0, self.low, self.high)
        else:
            slopes, paid = _PARTS * self.slopes, multiplier[self.owner]
            least = np.bincount(self.owner[slopes < paid], minlength=size)
            most = np.bincount(self.owner[slopes <= paid], minlength=size)
        return np.maximum(activity - most, 0) + np.minimum(activity - least, 0)

    def clipped(self, multiplier: np.ndarray[tuple[int], np.dtype[np.float64]]) -> IntArray:
        """Return whole multipliers within what can matter."""
        whole = np.rint(multiplier).astype(np.int64)
        return whole if self.slopes is None else np.clip(whole, _PARTS * self.low, _PARTS * self.high)


def dual(
    form: Form, *, is_over: Callable[[], bool] = lambda: False, rounds: int = ROUNDS, enough: float = float("inf")
) -> Dual:
    """Bound the first stage of a form from below by flows, and look for a matching that attains the bound.

    Parameters
    ----------
    form : Form
        Its first stage of linear and convex terms; further stages only decide, as far as a flow takes them, which of
        equally good matchings is returned.
    is_over : callable
        Asked before each flow; true ends the search.
    rounds : int
        The most flows.
    enough : float
        A bound that need not be raised any further.

    Notes
    -----
    One flow a round. Stability, teams and the like are left out without a price; a matching is returned only where
    there are none of them, or teams that it keeps.
    """
    nothing = Dual(is_feasible=True)
    if not form.stages or not_taken(_PRICED, stages=form.stages[:1]):
        return nothing
    part, left = _split(form)
    at: list[IntArray] = [np.zeros(len(each.low), np.int64) for each in left]
    best, best_at = nothing, [at]
    for _ in range(rounds):
        if is_over():
            break
        try:
            outcome = min_cost_flow.solve(_priced(part, left, at, stages=1), Options())
        except MarketError:  # costs beyond the flow's range
            break
        if outcome.status is Status.INFEASIBLE or outcome.pairs is None:
            return Dual(is_feasible=False)
        chosen = _flags(form, outcome.pairs)
        paid = outcome.stages[0].value - sum(each.conjugate(m) for each, m in zip(left, at, strict=True))
        bound = -(-paid // _PARTS)
        if best.bound is None or bound > best.bound:
            best, best_at = replace(best, bound=bound, flow=chosen), [at, *best_at[1:]]
        if keeps(form, chosen) and (best.value is None or form.stages[0].cost(chosen) < best.value):
            best, best_at = replace(best, value=form.stages[0].cost(chosen), chosen=chosen), [best_at[0], at]
        steps = [each.subgradient(m, chosen) for each, m in zip(left, at, strict=True)]
        length = sum(int((step**2).sum()) for step in steps)
        if best.is_proven or not length or (best.bound is not None and best.bound >= enough):
            break
        goal = best.value if best.value is not None else bound + 1 + abs(bound) // 20
        step = max(goal * _PARTS - paid, 1) / length
        at = [each.clipped(m + step * by) for each, m, by in zip(left, at, steps, strict=True)]
    return _refined(form, part, left, best, best_at) if best.is_proven else best


def keeps(form: Form, chosen: BoolArray) -> bool:
    """Whether a matching is known to keep all of a form; False for what only a search or the checker could tell."""
    if not_taken(_JUDGED, form.parts):
        return False
    return (
        bool(form.open[chosen].all())
        and not any(len(rows.broken(chosen)) for rows in form.rows)
        and all(_keeps_teams(teams, chosen) for teams in form.of(Teams))
    )


def _keeps_teams(teams: Teams, chosen: BoolArray) -> bool:
    is_open = teams.is_open(chosen)
    broken = teams.rows.broken(chosen)
    return not is_open[teams.team[broken]].any() and not any(
        len(count.broken(is_open)) for count in teams.counts if count.stage is None
    )


def _flags(form: Form, pairs: IntArray) -> BoolArray:
    chosen = np.zeros(form.market.num_pairs, bool)
    chosen[pairs] = True
    return chosen


def _split(form: Form) -> tuple[Form, list[_Left]]:
    """Return what a flow takes of a form, and what of its rows and of the cost of its first stage is left out."""
    ones = [rows for rows in form.rows if rows.coeffs is None or bool((rows.coeffs == 1).all())]
    # A row that no set of open pairs misses would only stand in the way.
    kept_rows = [rows for rows in ones if ((rows.lower > 0) | (rows.upper < rows.activity(form.open))).any()]
    kept_terms = [
        (number, term) for number, stage in enumerate(form.stages) for term in stage.terms if type(term) in _PRICED
    ]
    left: list[_Left] = []
    while True:
        # Every kept term has a stage of its own here, so that a clash names it.
        apart = tuple(StageForm("first" if number == 0 else "later", (term,)) for number, term in kept_terms)
        part = replace(form, parts=tuple(kept_rows), stages=apart)
        clash = analyse(part).clash
        if not clash:
            stages = tuple(
                StageForm(stage.name, tuple(term for at, term in kept_terms if at == number))
                for number, stage in enumerate(form.stages)
            )
            return replace(part, stages=stages), left
        goes = min(clash, key=lambda source: _weight(part, source))
        kind, stage, position = goes
        if kind == "rows":
            rows = kept_rows.pop(position)
            size = np.diff(rows.start)
            low, high = np.maximum(rows.lower, 0), np.minimum(rows.upper, size)
            left.append(_Left(rows.owner, np.asarray(rows.pairs, np.int64), None, low, high))
            continue
        number, term = kept_terms.pop(stage)
        if number == 0 and isinstance(term, ConvexTerm):
            left.append(_left_cost(term))


def _left_cost(term: ConvexTerm) -> _Left:
    size = np.diff(term.start)
    owner = np.repeat(np.arange(len(size)), size)
    first, last = term.start[:-1][size > 0], term.start[1:][size > 0] - 1
    low, high = np.zeros(len(size), np.int64), np.zeros(len(size), np.int64)
    low[size > 0], high[size > 0] = term.slopes[first], term.slopes[last]
    return _Left(owner, term.pairs, term.slopes, low, high, term.offset)


def _weight(part: Form, source: tuple[str, int, int]) -> tuple[int, int, int]:
    """Say what goes first, the smallest: ties among good matchings, then a cap on a few pairs rather than all seats."""
    kind, stage, position = source
    if kind == "rows":
        rows = part.rows[position]
        return 1, len(rows.pairs), -len(rows)
    term = part.stages[stage].terms[0]
    pairs = len(term.pairs) if isinstance(term, ConvexTerm) else 0
    return int(part.stages[stage].name == "first"), pairs, 0


def _priced(part: Form, left: list[_Left], at: list[IntArray], *, stages: int) -> Form:
    """Return the flow's form with multipliers as costs of pairs, all in parts of a unit."""
    cost = np.zeros(part.market.num_pairs, np.int64)
    for each, multiplier in zip(left, at, strict=True):
        np.add.at(cost, each.pairs, multiplier[each.owner])
    terms: list[LinearTerm | ConvexTerm] = [LinearTerm(cost)]
    for term in part.stages[0].terms:
        if isinstance(term, LinearTerm):
            terms.append(LinearTerm(_PARTS * term.cost))
        elif isinstance(term, ConvexTerm):
            terms.append(replace(term, slopes=_PARTS * term.slopes, offset=_PARTS * term.offset))
    return replace(part, stages=(StageForm(part.stages[0].name, tuple(terms)), *part.stages[1:stages]))


def _refined(form: Form, part: Form, left: list[_Left], best: Dual, at: Sequence[list[IntArray]]) -> Dual:
    """Return the best of the equally good matchings under the further stages that flows come to."""
    found = [best.chosen]
    # The bound and the matching mostly come from one and the same flow.
    tried = at[:1] if all(np.array_equal(a, b) for a, b in zip(at[0], at[-1], strict=True)) else at
    first = form.stages[:1]
    for multipliers in tried if len(form.stages) > 1 else ():
        outcome = min_cost_flow.solve(_priced(part, left, multipliers, stages=len(part.stages)), Options())
        if outcome.pairs is not None:
            chosen = _flags(form, outcome.pairs)
            if keeps(form, chosen) and [stage.cost(chosen) for stage in first] == [best.value]:
                found.append(chosen)
    known = [chosen for chosen in found if chosen is not None]
    return replace(best, chosen=min(known, key=lambda chosen: [stage.cost(chosen) for stage in form.stages]))
