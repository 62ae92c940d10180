"""Oracles: enumerate every matching of a tiny market and judge each by meaning.

`best_of_problem` reads a problem through its rules' `violations` and its stages' `values`, never through rows;
`blocking_pairs` is a definition of its own. `best_of_form` reads a form by evaluating its rows directly. Nothing here
reads a solver. All of it enumerates, so it is for markets of a dozen pairs.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, product

import numpy as np

from mentormatch.base.arrays import BoolArray, IntArray
from mentormatch.constraints import Constraint
from mentormatch.formulation.rows import Rows, Teams
from mentormatch.formulation.terms import BottleneckTerm, ConvexTerm, LinearTerm, StageForm
from mentormatch.market.market import Market
from mentormatch.market.matching import Matching
from mentormatch.problem.form import Form
from mentormatch.problem.problem import Problem

MAX_PAIRS = 16


@dataclass(frozen=True)
class Best:
    """What enumeration found.

    Parameters
    ----------
    values : tuple of int or None
        The value of each stage at the lexicographic optimum, in the user's sign; None where nothing is feasible.
    matchings : tuple of tuple of int
        Positions of the pairs of every optimal matching.
    num_feasible : int
        How many matchings keep all hard rules.
    """

    values: tuple[int, ...] | None
    matchings: tuple[tuple[int, ...], ...]
    num_feasible: int

    @property
    def is_feasible(self) -> bool:
        return self.values is not None


# -- problems, by meaning ----------------------------------------------------------------------------------------


def all_matchings(market: Market, usable: BoolArray | None = None, *, quotas: bool = False) -> Iterator[Matching]:
    """Yield every set of usable pairs; with `quotas` only those that keep the students' quotas."""
    usable = np.ones(market.num_pairs, bool) if usable is None else usable
    if int(usable.sum()) > MAX_PAIRS:
        raise ValueError(f"{int(usable.sum())} pairs are too many to enumerate")
    options = []
    for i in range(market.num_students):
        mine = [pair for pair in market.pairs_of_student(i).tolist() if usable[pair]]
        most = min(len(mine), int(market.student_quota[i])) if quotas else len(mine)
        options.append([chosen for size in range(most + 1) for chosen in combinations(mine, size)])
    for parts in product(*options):
        yield Matching(market, np.array([pair for part in parts for pair in part], np.int64))


def feasible_matchings(problem: Problem) -> Iterator[Matching]:
    """Yield the matchings that keep every hard rule: the rules' own `violations` say so."""
    yield from keeping(problem.market, problem.constraints)


def keeping(market: Market, rules: Sequence[Constraint]) -> Iterator[Matching]:
    """Yield the matchings that keep some rules, bound to the market."""
    has_quotas = any(rule.kind == "quotas" for rule in rules)
    for matching in all_matchings(market, quotas=has_quotas):
        if all(violation.soft for rule in rules for violation in rule.violations(market, matching)):
            yield matching


def stage_values(problem: Problem, matching: Matching) -> tuple[int, ...]:
    """Return the value of every level, in the user's sign: what stages and the soft rules that name them say."""
    market = problem.market
    values = []
    for stage in problem.stages:
        levels = zip(stage.forms(market), stage.values(market, matching), strict=True)
        values += [value + _soft_cost(problem, matching, form.name) for form, value in levels]
    return tuple(values)


def _soft_cost(problem: Problem, matching: Matching, stage: str) -> int:
    return sum(
        rule.penalty * violation.amount  # type: ignore[attr-defined]
        for rule in problem.constraints
        if getattr(rule, "stage", None) == stage
        for violation in rule.violations(problem.market, matching)
        if violation.soft
    )


def best_of_problem(problem: Problem) -> Best:
    """Enumerate a problem."""
    signs = [-1 if form.maximise else 1 for stage in problem.stages for form in stage.forms(problem.market)]
    found: list[tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]] = []
    for matching in feasible_matchings(problem):
        values = stage_values(problem, matching)
        key = tuple(sign * value for sign, value in zip(signs, values, strict=True))
        found.append((key, values, tuple(matching.pairs.tolist())))
    if not found:
        return Best(None, (), 0)
    least = min(key for key, _, _ in found)
    best = [(values, pairs) for key, values, pairs in found if key == least]
    return Best(best[0][0], tuple(sorted(pairs for _, pairs in best)), len(found))


def blocking_pairs(market: Market, pairs: set[int], usable: BoolArray | None = None, kind: str = "weak") -> list[int]:
    """Return the choice pairs that block, straight from the definition, with plain loops over ids.

    `kind` is one of weak, strong, super and envy: both strictly prefer; one strictly and the other does not lose;
    neither loses; both strictly prefer and a free seat is nothing to prefer to.
    """
    chosen = {(int(market.student[p]), int(market.mentor[p])): p for p in pairs}
    found = []
    for pair in range(market.num_pairs):
        i, j = int(market.student[pair]), int(market.mentor[pair])
        if market.student_rank[pair] == 0 or pair in pairs or (usable is not None and not usable[pair]):
            continue
        has = [p for (s, _), p in chosen.items() if s == i]
        holds = [p for (_, m), p in chosen.items() if m == j]
        if market.student_quota[i] == 0 or market.mentor_upper[j] == 0:
            continue
        wants = len(has) < market.student_quota[i] or any(
            market.student_rank[p] == 0 or market.student_rank[p] > market.student_rank[pair] for p in has
        )
        prefers = any(market.mentor_rank[p] > market.mentor_rank[pair] for p in holds)
        takes = len(holds) < market.mentor_upper[j] or prefers
        would_go = wants or any(market.student_rank[p] == market.student_rank[pair] for p in has)
        would_take = takes or any(market.mentor_rank[p] == market.mentor_rank[pair] for p in holds)
        if {
            "weak": wants and takes,
            "strong": (wants and would_take) or (would_go and takes),
            "super": would_go and would_take,
            "envy": wants and prefers,
        }[kind]:
            found.append(pair)
    return found


def stable_matchings(market: Market, usable: BoolArray | None = None, kind: str = "weak") -> set[tuple[int, ...]]:
    """Return every matching within the quotas that no usable choice pair blocks, in the sense of `kind`."""
    stable = set()
    for matching in all_matchings(market, usable, quotas=True):
        pairs = set(matching.pairs.tolist())
        if (matching.load <= market.mentor_upper).all() and not blocking_pairs(market, pairs, usable, kind):
            stable.add(tuple(sorted(pairs)))
    return stable


def weakly_stable_matchings(market: Market, usable: BoolArray | None = None) -> set[tuple[int, ...]]:
    """Return every weakly stable matching."""
    return stable_matchings(market, usable)


# -- forms, row by row -------------------------------------------------------------------------------------------


def best_of_form(form: Form) -> Best:
    """Enumerate the open pairs of a form; rows, teams, stability and stages are evaluated directly."""
    chosen = _all_subsets(form)
    keeps = np.ones(len(chosen), bool)
    for rows in form.rows:
        keeps &= _within(rows, chosen).all(axis=1)
    chosen = chosen[keeps]
    for teams in form.of(Teams):
        within, empty = _within(teams.rows, chosen), _activity(teams.rows, chosen) == 0
        keeps = np.ones(len(chosen), bool)
        for team in np.unique(teams.team):
            mine = teams.team == team
            # A closed team: every row of it has activity 0.
            keeps &= within[:, mine].all(axis=1) | empty[:, mine].all(axis=1)
        chosen = chosen[keeps]
    for stable in form.stable:
        for pair in stable.pairs[form.open[stable.pairs]].tolist():
            chosen = chosen[~_blocks(form.market, pair, chosen)]
    if not len(chosen):
        return Best(None, (), 0)
    num_feasible = len(chosen)
    values = []
    for stage in form.stages:
        cost = _cost(stage, chosen)
        chosen = chosen[cost == cost.min()]
        values.append(int(cost.min()) * (-1 if stage.maximise else 1))
    matchings = tuple(sorted(tuple(np.flatnonzero(row).tolist()) for row in chosen))
    return Best(tuple(values), matchings, num_feasible)


def _all_subsets(form: Form) -> BoolArray:
    pairs = np.flatnonzero(form.open)
    if len(pairs) > MAX_PAIRS:
        raise ValueError(f"{len(pairs)} pairs are too many to enumerate")
    chosen = np.zeros((2 ** len(pairs), form.market.num_pairs), bool)
    for bit, pair in enumerate(pairs.tolist()):
        chosen[:, pair] = np.arange(len(chosen)) >> bit & 1
    return chosen


def _activity(rows: Rows, chosen: BoolArray) -> IntArray:
    total = np.zeros((len(chosen), len(rows)), np.int64)
    for number in range(len(rows)):
        span = slice(rows.start[number], rows.start[number + 1])
        weights = np.ones(span.stop - span.start, np.int64) if rows.coeffs is None else rows.coeffs[span]
        total[:, number] = chosen[:, rows.pairs[span]] @ weights
    return total


def _within(rows: Rows, chosen: BoolArray) -> BoolArray:
    activity = _activity(rows, chosen)
    return (activity >= rows.lower) & (activity <= rows.upper)


def _blocks(market: Market, pair: int, chosen: BoolArray) -> BoolArray:
    i, j = int(market.student[pair]), int(market.mentor[pair])
    if market.student_rank[pair] == 0 or market.student_quota[i] == 0 or market.mentor_upper[j] == 0:
        return np.zeros(len(chosen), bool)
    theirs, seated = market.pairs_of_student(i), market.pairs_of_mentor(j)
    worse = theirs[(market.student_rank[theirs] == 0) | (market.student_rank[theirs] > market.student_rank[pair])]
    lower = seated[market.mentor_rank[seated] > market.mentor_rank[pair]]
    wants = (chosen[:, theirs].sum(axis=1) < market.student_quota[i]) | chosen[:, worse].any(axis=1)
    takes = (chosen[:, seated].sum(axis=1) < market.mentor_upper[j]) | chosen[:, lower].any(axis=1)
    return ~chosen[:, pair] & wants & takes


def _cost(stage: StageForm, chosen: BoolArray) -> IntArray:
    total = np.zeros(len(chosen), np.int64)
    for term in stage.terms:
        if isinstance(term, LinearTerm):
            total += chosen @ term.cost
        elif isinstance(term, BottleneckTerm):
            total += np.where(chosen, term.level, 0).max(axis=1, initial=0)
        else:
            total += _convex(term, chosen)
    return total


def _convex(term: ConvexTerm, chosen: BoolArray) -> IntArray:
    total = np.full(len(chosen), term.offset, np.int64)
    for low, high in zip(term.start[:-1].tolist(), term.start[1:].tolist(), strict=True):
        steps = np.concatenate([[0], np.cumsum(term.slopes[low:high])])
        total += steps[chosen[:, term.pairs[low:high]].sum(axis=1)]
    return total
