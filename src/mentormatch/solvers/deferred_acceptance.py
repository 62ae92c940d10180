"""Deferred acceptance (Gale and Shapley 1962) with quotas and nested type quotas, and as an engine.

The mentors' choice function takes the best students by a strict order subject to nested caps. Such a choice is the
greedy algorithm on a laminar matroid, hence substitutable, so deferred acceptance ends in the stable matching that is
best for every proposer (Roth 1984; laminar classified preferences: Huang 2010; Fleiner and Kamiyama 2016).
"""

import math
from collections.abc import Sequence

import numpy as np

from mentormatch.arrays import BoolArray, IntArray
from mentormatch.form import Form
from mentormatch.lottery import lottery
from mentormatch.market import Market
from mentormatch.result import Reason, StageValue, Status
from mentormatch.rows import BottleneckTerm, ConvexTerm, LinearTerm, Rows, StageForm
from mentormatch.solvers.engine import Engine, Options, Outcome
from mentormatch.solvers.proposals import Caps, Side, deferred_acceptance
from mentormatch.text import Text

__all__ = ["ENGINE", "Caps", "mentor_proposing", "solve", "strict_order", "student_proposing", "supports"]


def strict_order(*keys: IntArray | BoolArray) -> IntArray:
    """Return an integer for each entry, in the lexicographic order of the keys, first key most significant.

    Entries that agree in all keys may get the same integer, so the keys together must tell apart the pairs of each
    individual: end with a `lottery` of the other side.

    Notes
    -----
    O(n) where the ranges of the keys multiply to less than 2**63, as ranks and lotteries do; O(n log n) otherwise.
    """
    columns = [np.asarray(key, np.int64) for key in keys]
    if not len(columns[0]):
        return np.zeros(0, np.int64)
    lowest = [int(column.min()) for column in columns]
    spans = [int(column.max()) - low + 1 for column, low in zip(columns, lowest, strict=True)]
    if math.prod(spans) >= 2**63:
        order = np.lexsort(tuple(reversed(columns)))
        position = np.empty(len(order), np.int64)
        position[order] = np.arange(len(order))
        return position
    total = columns[0] - lowest[0]
    for column, low, span in zip(columns[1:], lowest[1:], spans[1:], strict=True):
        total *= span
        total += column - low if low else column
    return total


def student_proposing(
    market: Market,
    *,
    usable: BoolArray,
    student_order: IntArray,
    mentor_order: IntArray,
    caps: Sequence[Caps] | None = None,
) -> IntArray:
    """Return the student-optimal stable matching under strict orders.

    Parameters
    ----------
    market : Market
        Gives the students' quotas, and the mentors' where there are no `caps`.
    usable : bool array of shape (m,)
        Pairs that may be made.
    student_order, mentor_order : int64 array of shape (m,)
        Smaller is better; strict within each student and within each mentor.
    caps : sequence of Caps, optional
        Nested within each mentor, inner before outer; default the market's upper quotas. A mentor takes its best
        students subject to all of them.

    Returns
    -------
    int64 array
        Positions of the matched pairs, ascending.

    Notes
    -----
    O(m) memory. See `mentormatch.solvers.proposals.deferred_acceptance` for time.
    """
    students, mentors = _sides(market, student_order, mentor_order, caps)
    return deferred_acceptance(np.flatnonzero(usable), students, mentors)


def mentor_proposing(
    market: Market,
    *,
    usable: BoolArray,
    student_order: IntArray,
    mentor_order: IntArray,
    caps: Sequence[Caps] | None = None,
) -> IntArray:
    """Return the mentor-optimal stable matching under strict orders; parameters as in `student_proposing`."""
    students, mentors = _sides(market, student_order, mentor_order, caps)
    pairs = market.by_mentor.astype(np.int64)
    return deferred_acceptance(pairs[usable[pairs]], mentors, students)


def _sides(
    market: Market, student_order: IntArray, mentor_order: IntArray, caps: Sequence[Caps] | None
) -> tuple[Side, Side]:
    everything = np.ones(market.num_pairs, bool)
    of_mentors = (Caps(everything, market.mentor_upper),) if caps is None else tuple(caps)
    return (
        Side(market.student, student_order, (Caps(everything, market.student_quota),), market.num_students),
        Side(market.mentor, mentor_order, of_mentors, market.num_mentors),
    )


# -- as an engine -------------------------------------------------------------------------------------------


def supports(form: Form) -> tuple[Reason, ...]:
    """Return why the student-optimal stable matching does not answer a form exactly.

    It does where weak stability is asked over all open pairs, the only rows are upper quotas, and either there are no
    stages or preferences are strict: then it is the best stable matching for every student at once, and all stable
    matchings place the same students (Roth 1986), so every stage whose cost grows with each student's rank is optimal.
    """
    market = form.market
    reasons: list[Reason] = []
    open_pairs = np.flatnonzero(form.open)
    if not form.stable:
        reasons.append(_reason("no_stability", "没有要求稳定。", "Stability is not asked for."))
    elif not all(np.isin(open_pairs, stable.pairs).all() for stable in form.stable):
        reasons.append(
            _reason("placement_pairs", "有志愿之外的可安置配对。", "There are open pairs outside the stable ones.")
        )
    elif not market.is_choice[open_pairs].all():
        reasons.append(
            _reason("placement_pairs", "有志愿之外的可安置配对。", "There are open pairs that nobody listed.")
        )
    if form.teams:
        reasons.append(_reason("teams", "有整组规则。", "There are teams."))
    if not all(_is_quota_block(form, rows) for rows in form.rows):
        reasons.append(_reason("other_rows", "除名额上限外还有其他规则。", "There are rows other than upper quotas."))
    if not _has_quotas(form):
        reasons.append(_reason("no_quotas", "缺少名额规则。", "The quotas are not asked for as rows."))
    if (market.student_quota > 1).any():
        reasons.append(_reason("student_quota", "有学生可有多名导师。", "Some students take several mentors."))
    if form.stages:
        if not _is_strict(market.student, market.student_rank, open_pairs):
            reasons.append(
                _reason("student_ties", "学生志愿有并列。", "Some students are indifferent between mentors.")
            )
        if not _is_strict(market.mentor, market.mentor_rank, open_pairs):
            reasons.append(_reason("mentor_ties", "导师排序有并列。", "Some mentors are indifferent between students."))
        reasons += [
            _reason(
                "stage", f"目标 {stage.name} 不随志愿序号递增。", f"The stage {stage.name} does not grow with ranks."
            )
            for stage in form.stages
            if not all(_grows_with_rank(form, stage, open_pairs))
        ]
    return tuple(reasons)


def solve(form: Form, options: Options) -> Outcome:
    """Return the student-optimal stable matching; ties are broken by the seeded lottery."""
    market = form.market
    pairs = student_proposing(
        market,
        usable=form.open,
        student_order=strict_order(
            market.student_rank, lottery(market.mentor_ids, options.seed, salt="mentor")[market.mentor]
        ),
        mentor_order=strict_order(
            market.mentor_rank, lottery(market.student_ids, options.seed, salt="student")[market.student]
        ),
    )
    stages = tuple(_stage_value(stage, pairs) for stage in form.stages)
    return Outcome(status=Status.OPTIMAL, pairs=pairs, stages=stages)


def _reason(code: str, zh: str, en: str) -> Reason:
    return Reason(code, Text(zh=zh, en=en))


def _is_quota_block(form: Form, rows: Rows) -> bool:
    """Whether every row of a block that binds is a student's or a mentor's upper quota."""
    if rows.coeffs is not None and (rows.coeffs != 1).any():
        return False
    market, size = form.market, rows.activity(form.open)
    if (rows.lower > 0).any():
        return False
    binding = np.flatnonzero(rows.upper < size)
    at = np.flatnonzero(np.isin(rows.owner, binding) & form.open[rows.pairs])
    pairs, owner = rows.pairs[at], rows.owner[at]
    return _is_side(pairs, owner, market.student, market.student_quota, form, rows) or _is_side(
        pairs, owner, market.mentor, market.mentor_upper, form, rows
    )


def _is_side(pairs: IntArray, owner: IntArray, side: IntArray, quota: IntArray, form: Form, rows: Rows) -> bool:
    if not len(pairs):
        return True
    ends = side[pairs]
    low, high = np.full(len(rows), np.iinfo(np.int64).max), np.full(len(rows), -1)
    np.minimum.at(low, owner, ends)
    np.maximum.at(high, owner, ends)
    seen = np.unique(owner)
    whole = np.bincount(side[form.open], minlength=len(quota))[high[seen]] == rows.activity(form.open)[seen]
    return bool((low[seen] == high[seen]).all() and (rows.upper[seen] == quota[high[seen]]).all() and whole.all())


def _has_quotas(form: Form) -> bool:
    """Whether the rows hold every student and every mentor to its quota, where that binds at all."""
    market = form.market
    for side, quota in ((market.student, market.student_quota), (market.mentor, market.mentor_upper)):
        size = np.bincount(side[form.open], minlength=len(quota))
        held = quota >= size
        for rows in form.rows:
            at = np.flatnonzero(form.open[rows.pairs])
            if len(at) and _is_side(rows.pairs[at], rows.owner[at], side, quota, form, rows):
                held[side[rows.pairs[at]]] = True
        if not held.all():
            return False
    return True


def _is_strict(side: IntArray, rank: IntArray, pairs: IntArray) -> bool:
    key = side[pairs].astype(np.int64) * (int(rank.max(initial=0)) + 1) + rank[pairs]
    return len(np.unique(key)) == len(key)


def _grows_with_rank(form: Form, stage: StageForm, pairs: IntArray) -> list[bool]:
    market = form.market
    order = pairs[np.lexsort((market.student_rank[pairs], market.student[pairs]))]
    same = market.student[order][1:] == market.student[order][:-1]
    answers = []
    for term in stage.terms:
        if isinstance(term, ConvexTerm):
            answers.append(not len(term.pairs))
            continue
        cost = term.cost if isinstance(term, LinearTerm) else term.level
        answers.append(bool((np.diff(cost[order])[same] >= 0).all()))
    return answers


def _stage_value(stage: StageForm, pairs: IntArray) -> StageValue:
    total = 0
    for term in stage.terms:
        if isinstance(term, BottleneckTerm):
            total += int(term.level[pairs].max(initial=0))
        elif isinstance(term, LinearTerm):
            total += int(term.cost[pairs].sum())
        else:
            total += term.offset
    value = -total if stage.maximise else total
    return StageValue(stage.name, value, value, proven=True)


ENGINE = Engine("deferred_acceptance", supports, solve)
