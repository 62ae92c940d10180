"""Check a proof of optimality by row prices in plain numpy: linear programming duality, no solver.

Each level of a `PriceCertificate` gives a price to every row. Whatever the prices are, the bound they imply holds for
every matching that keeps the rows and the faces fixed so far; when the matching attains it, the matching is optimal,
and whatever has a term that is not zero is fixed for all later levels (complementary slackness).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mentormatch.base.arrays import IntArray
from mentormatch.base.text import Text
from mentormatch.formulation.kinds import Kinds
from mentormatch.formulation.rows import Rows
from mentormatch.formulation.terms import BottleneckTerm, ConvexTerm, LinearTerm
from mentormatch.market.matching import Matching
from mentormatch.problem.form import Form, compile_form
from mentormatch.problem.problem import Problem
from mentormatch.problem.result import PriceCertificate, PricedLevel
from mentormatch.problem.taken import not_taken

PRICED: Kinds = frozenset({Rows, LinearTerm, ConvexTerm, BottleneckTerm})
"""What prices prove something about."""


@dataclass
class _Face:
    """What is left open after the levels so far: bounds of pairs, of rows, and of the rows of convex terms."""

    low: IntArray
    high: IntArray
    rows: Sequence[tuple[IntArray, IntArray]]
    convex: Sequence[tuple[IntArray, IntArray]]


def check_prices(problem: Problem, matching: Matching, certificate: PriceCertificate) -> tuple[Text, ...]:
    """Check that prices prove a matching lexicographically optimal among those that keep the hard rows.

    Parameters
    ----------
    problem : Problem
    matching : Matching
        Known to keep the hard rules.
    certificate : PriceCertificate

    Returns
    -------
    tuple of Text
        What the prices fail to prove; empty where the proof is whole.

    Notes
    -----
    O(levels x entries of all rows).
    """
    form = compile_form(problem)
    beyond = not_taken(PRICED, form.parts, form.stages)
    if beyond:
        return tuple(
            Text(zh=f"价格证明不涉及:{reason.text.zh}", en=f"Prices prove nothing about this: {reason.text.en}")
            for reason in beyond
        )
    expected = tuple(range(len(form.stages)))
    if tuple(stage for level in certificate.levels for stage in level.stages) != expected:
        return (Text(zh="价格证明没有依次覆盖所有目标。", en="The prices do not cover all stages in order."),)
    terms = [term for stage in form.stages for term in stage.terms if isinstance(term, ConvexTerm)]
    face = _Face(
        low=np.zeros(form.market.num_pairs, np.int64),
        high=form.open.astype(np.int64),
        rows=[(rows.lower.copy(), np.minimum(rows.upper, rows.activity(form.open))) for rows in form.rows],
        convex=[(np.zeros(len(term.start) - 1, np.int64), form.reach(term)) for term in terms],
    )
    for level in certificate.levels:
        failure = _check_level(form, matching, level, face, terms)
        if failure is not None:
            names = ", ".join(form.stages[stage].name for stage in level.stages)
            return (Text(zh=f"目标 {names}:{failure.zh}", en=f"Stage {names}: {failure.en}"),)
    return ()


def _check_level(
    form: Form, matching: Matching, level: PricedLevel, face: _Face, terms: list[ConvexTerm]
) -> Text | None:
    if [len(price) for price in level.prices] != [len(rows) for rows in form.rows] or [
        len(price) for price in level.convex_prices
    ] != [len(term.start) - 1 for term in terms]:
        return Text(zh="价格的个数与规则的行数不符。", en="there is not one price for each row.")
    bottleneck = [
        term for stage in level.stages for term in form.stages[stage].terms if isinstance(term, BottleneckTerm)
    ]
    if bottleneck:
        return _check_bottleneck(form, matching, level, face, terms, bottleneck[0])
    if not _is_lexicographic(form, level):
        return Text(zh="权重不足以保证逐级优先。", en="the weights are too small to put earlier stages first.")
    cost = np.zeros(form.market.num_pairs, np.int64)
    slopes = [np.zeros(len(term.pairs), np.int64) for term in terms]
    number = -1
    for stage, form_stage in enumerate(form.stages):
        weight = level.weights[level.stages.index(stage)] if stage in level.stages else 0
        for term in form_stage.terms:
            if isinstance(term, LinearTerm):
                cost += weight * term.cost
            elif isinstance(term, ConvexTerm):
                number += 1
                slopes[number] += weight * term.slopes
    bound, tightened = _bound(form, level, face, terms, cost, slopes)
    value = int(cost[matching.pairs].sum()) + sum(
        int(slope[_climbed(term, matching)].sum()) for term, slope in zip(terms, slopes, strict=True)
    )
    if bound != value:
        return Text(zh=f"价格给出的界为 {bound},取值为 {value}。", en=f"the prices bound it by {bound}, it is {value}.")
    face.low, face.high, face.rows, face.convex = tightened.low, tightened.high, tightened.rows, tightened.convex
    return None


def _check_bottleneck(
    form: Form, matching: Matching, level: PricedLevel, face: _Face, terms: list[ConvexTerm], term: BottleneckTerm
) -> Text | None:
    """Check that some pair at the worst matched level is needed; then close what lies above it."""
    worst = int(term.level[matching.pairs].max(initial=0))
    # A matching with a pair above the worst level is no better, so the proof may leave those pairs out.
    face.high[term.level > worst] = 0
    if (face.low > face.high).any():
        return Text(zh="较高等级的配对已被固定。", en="a pair of a higher level was fixed before.")
    if worst > 0:
        cost = (term.level >= worst).astype(np.int64)
        bound, _ = _bound(form, level, face, terms, cost, [np.zeros(len(t.pairs), np.int64) for t in terms])
        if bound < 1:
            return Text(zh="价格不能证明最差等级不可避免。", en="the prices do not show that this level is needed.")
    return None


def _is_lexicographic(form: Form, level: PricedLevel) -> bool:
    later = 0
    for stage, weight in zip(reversed(level.stages), reversed(level.weights), strict=True):
        if weight <= later:
            return False
        later += weight * form.stage_range(stage)
    return True


def _bound(
    form: Form, level: PricedLevel, face: _Face, terms: list[ConvexTerm], cost: IntArray, slopes: Sequence[IntArray]
) -> tuple[int, _Face]:
    """Return the bound that the prices imply, and the face on which it is attained."""
    reduced = cost.astype(np.int64).copy()
    total = 0
    rows_left: list[tuple[IntArray, IntArray]] = []
    for rows, price, (low, high) in zip(form.rows, level.prices, face.rows, strict=True):
        weights = price[rows.owner] if rows.coeffs is None else price[rows.owner] * rows.coeffs
        np.subtract.at(reduced, rows.pairs, weights)
        total += int(np.where(price > 0, price * low, price * high).sum())
        rows_left.append((np.where(price < 0, high, low), np.where(price > 0, low, high)))
    convex_left: list[tuple[IntArray, IntArray]] = []
    for term, slope, price, (low, high) in zip(terms, slopes, level.convex_prices, face.convex, strict=True):
        owner = np.repeat(np.arange(len(price)), np.diff(term.start))
        np.subtract.at(reduced, term.pairs, price[owner])
        unit = np.arange(len(term.pairs)) - term.start[owner]
        marginal = slope + price[owner]
        inside = unit < high[owner]
        falls = np.bincount(owner[inside & (marginal < 0)], minlength=len(price))
        flat = np.bincount(owner[inside & (marginal <= 0)], minlength=len(price))
        first, last = np.maximum(low, falls), np.maximum(low, flat)
        total += int(marginal[unit < first[owner]].sum())
        convex_left.append((first, last))
    total += int(np.where(reduced > 0, reduced * face.low, reduced * face.high).sum())
    pairs_low, pairs_high = np.where(reduced < 0, face.high, face.low), np.where(reduced > 0, face.low, face.high)
    return total, _Face(pairs_low, pairs_high, rows_left, convex_left)


def _climbed(term: ConvexTerm, matching: Matching) -> IntArray:
    """Return the positions of the slopes that a matching climbs."""
    owner = np.repeat(np.arange(len(term.start) - 1), np.diff(term.start))
    activity = np.bincount(owner[matching.chosen[term.pairs]], minlength=len(term.start) - 1)
    return np.flatnonzero(np.arange(len(term.pairs)) - term.start[owner] < activity[owner])
