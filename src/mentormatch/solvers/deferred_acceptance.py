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
from mentormatch.rows import BottleneckTerm, ConvexTerm, LinearTerm, StageForm
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

    It does where weak stability is asked over all open pairs, the only rows that bind are upper quotas, and either

    * there are no stages: ties are broken by lottery, and what is stable after that was weakly stable before; or
    * preferences are strict wherever somebody must be turned away. Then all stable matchings give everybody the same
      number of partners (rural hospitals: Roth 1986), and the student-optimal one gives every student its best at
      once, also where students take several mentors (Roth 1984; Alkan 2002). So it is optimal for stages whose costs,
      compared in the order of the stages, do not fall as a student's rank gets worse: number placed, sum of ranks,
      rank-maximal, generous, minimum regret; and for what counts partners only, such as even loads.

    Notes
    -----
    O(m log m), for sorting the lists by rank where there are stages.
    """
    reasons = [*_reasons_of_stability(form), *_reasons_of_rows(form)]
    if form.stages:
        reasons += _reasons_of_ties(form) or _reasons_of_stages(form)
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
    chosen = np.zeros(market.num_pairs, bool)
    chosen[pairs] = True
    stages = tuple(_stage_value(stage, chosen) for stage in form.stages)
    return Outcome(status=Status.OPTIMAL, pairs=pairs, stages=stages)


def _reason(code: str, zh: str, en: str) -> Reason:
    return Reason(code, Text(zh=zh, en=en))


def _reasons_of_stability(form: Form) -> list[Reason]:
    if not form.stable:
        return [_reason("no_stability", "没有要求稳定。", "Stability is not asked for.")]
    if not form.market.is_choice[form.open].all():
        return [_reason("placement_pairs", "有志愿之外的可安置配对。", "There are open pairs that nobody listed.")]
    if any(stable.kind != "weak" for stable in form.stable):
        return [_reason("kind_of_stability", "要求强稳定或超稳定。", "Strong or super stability is asked for.")]
    if form.envy_free:
        return [_reason("envy", "另要求无正当嫉妒。", "Freedom from envy is asked for as well.")]
    for stable in form.stable:
        spoken_of = np.zeros(form.market.num_pairs, bool)
        spoken_of[stable.pairs] = True
        if not spoken_of[form.open].all():
            return [_reason("placement_pairs", "有不要求稳定的可用配对。", "Stability leaves out some open pairs.")]
    return []


def _reasons_of_rows(form: Form) -> list[Reason]:
    market, reasons = form.market, []
    if form.has_teams:
        reasons.append(_reason("teams", "有整组规则。", "There are teams."))
    sides = ((market.student, market.student_quota), (market.mentor, market.mentor_upper))
    # Everybody whose open pairs exceed its quota must be held to it by some row.
    held = [np.bincount(side[form.open], minlength=len(quota)) <= quota for side, quota in sides]
    for rows in form.rows:
        if rows.coeffs is not None and (rows.coeffs != 1).any():
            text = (f"规则 {rows.rule} 的系数不全为一。", f"The rule {rows.rule} has coefficients other than one.")
            reasons.append(_reason("coefficients", *text))
            continue
        if (rows.lower > 0).any():
            text = (f"规则 {rows.rule} 有下限。", f"The rule {rows.rule} has lower bounds.")
            reasons.append(_reason("lower_bounds", *text))
        explained = rows.upper >= rows.activity(form.open)
        for (side, quota), enough in zip(sides, held, strict=True):
            whose = _whose(form, rows.start, rows.pairs, side, len(quota))
            limit = np.append(quota, 0)[whose]
            explained |= (whose >= 0) & (rows.upper >= limit)
            enough[whose[(whose >= 0) & (rows.upper <= limit)]] = True
        if not explained.all():
            text = (f"规则 {rows.rule} 不只是名额上限。", f"The rule {rows.rule} is more than an upper quota.")
            reasons.append(_reason("other_rows", *text))
    if not all(enough.all() for enough in held):
        reasons.append(_reason("no_quotas", "有人的名额未作为规则给出。", "Somebody's quota is asked for by no rule."))
    return list(dict.fromkeys(reasons))


def _reasons_of_ties(form: Form) -> list[Reason]:
    market, reasons = form.market, []
    if not _is_strict(form, market.student, market.student_rank, market.student_quota):
        reasons.append(_reason("student_ties", "学生志愿有并列。", "Some students are indifferent between mentors."))
    if not _is_strict(form, market.mentor, market.mentor_rank, market.mentor_upper):
        reasons.append(_reason("mentor_ties", "导师排序有并列。", "Some mentors are indifferent between students."))
    return reasons


def _reasons_of_stages(form: Form) -> list[Reason]:
    """Return the stages that the student-optimal matching need not optimise, preferences being strict."""
    market = form.market
    pairs = _must_turn_away(form, market.student, market.student_quota)
    pairs = pairs[np.argsort(market.student[pairs] * np.int64(market.placement_rank + 1) + market.student_rank[pairs])]
    # Neighbours on a student's list whose costs agree in all stages so far.
    equal = np.diff(market.student[pairs]) == 0
    same_list = equal.copy()
    reasons = []
    for stage in form.stages:
        cost = np.zeros(market.num_pairs, np.int64)
        grows = True
        for term in stage.terms:
            if isinstance(term, LinearTerm):
                cost += term.cost
            elif isinstance(term, BottleneckTerm):
                grows = grows and bool((np.diff(term.level[pairs])[same_list] >= 0).all())
            else:
                grows = grows and isinstance(term, ConvexTerm) and _is_constant(form, term)
        step = np.diff(cost[pairs])
        if not grows or (step[equal] < 0).any():
            text = (
                f"目标 {stage.name} 不随志愿序号递增。",
                f"The stage {stage.name} does not grow with students' ranks.",
            )
            reasons.append(_reason("stage", *text))
        equal &= step == 0
    return reasons


def _whose(form: Form, start: IntArray, pairs: IntArray, side: IntArray, size: int) -> IntArray:
    """Return for each row the individual of a side whose open pairs it holds, all and only; -1 where there is none."""
    owner = np.repeat(np.arange(len(start) - 1), np.diff(start))
    is_open = form.open[pairs]
    owner, ends = owner[is_open], side[pairs[is_open]]
    whose = np.full(len(start) - 1, -1, np.int64)
    whose[owner] = ends
    count = np.bincount(owner, minlength=len(whose))
    mixed = np.bincount(owner[whose[owner] != ends], minlength=len(whose)) > 0
    part = count < np.append(np.bincount(side[form.open], minlength=size), 0)[whose]
    return np.where(mixed | part, -1, whose)


def _must_turn_away(form: Form, side: IntArray, quota: IntArray) -> IntArray:
    """Return the open pairs of those who take somebody, but not everybody: whose preferences matter."""
    size = np.bincount(side[form.open], minlength=len(quota))
    return np.flatnonzero(form.open & ((quota > 0) & (quota < size))[side])


def _is_strict(form: Form, side: IntArray, rank: IntArray, quota: IntArray) -> bool:
    pairs = _must_turn_away(form, side, quota)
    key = np.sort(side[pairs] * np.int64(int(rank.max(initial=0)) + 1) + rank[pairs])
    return bool((np.diff(key) > 0).all())


def _is_constant(form: Form, term: ConvexTerm) -> bool:
    """Whether every row of a term counts all partners of one individual: as many in every stable matching."""
    market = form.market
    owner = np.repeat(np.arange(len(term.start) - 1), np.diff(term.start))
    known = np.bincount(owner[form.open[term.pairs]], minlength=len(term.start) - 1) == 0
    for side, size in ((market.student, market.num_students), (market.mentor, market.num_mentors)):
        known |= _whose(form, term.start, term.pairs, side, size) >= 0
    return bool(known.all())


def _stage_value(stage: StageForm, chosen: BoolArray) -> StageValue:
    total = 0
    for term in stage.terms:
        if isinstance(term, BottleneckTerm):
            total += int(term.level[chosen].max(initial=0))
        elif isinstance(term, LinearTerm):
            total += int(term.cost[chosen].sum())
        else:
            total += term.value(chosen)
    value = -total if stage.maximise else total
    return StageValue(stage.name, value, value, proven=True)


ENGINE = Engine("deferred_acceptance", supports, solve)
