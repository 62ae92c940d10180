"""Is a form stable matching under quotas and nothing else? What deferred acceptance and the lattice engines ask."""

import numpy as np

from mentormatch.base.arrays import IntArray
from mentormatch.base.text import Text
from mentormatch.formulation.rows import Rows
from mentormatch.formulation.terms import BlockingTerm, BottleneckTerm, ConvexTerm, LinearTerm
from mentormatch.problem.form import Form
from mentormatch.problem.result import Reason


def reasons_of_stability(form: Form) -> list[Reason]:
    """Return why a form does not ask for stability over all its open pairs, and for that alone."""
    if not form.stable:
        return [reason("no_stability", "没有要求稳定。", "Stability is not asked for.")]
    if not form.market.is_choice[form.open].all():
        return [reason("placement_pairs", "有志愿之外的可安置配对。", "There are open pairs that nobody listed.")]
    for stable in form.stable:
        spoken_of = np.zeros(form.market.num_pairs, bool)
        spoken_of[stable.pairs] = True
        if not spoken_of[form.open].all():
            return [reason("placement_pairs", "有不要求稳定的可用配对。", "Stability leaves out some open pairs.")]
    return []


def reasons_of_rows(form: Form, *more: tuple[IntArray, IntArray]) -> list[Reason]:
    """Return the rows that say more than the quotas of students and mentors, or which quotas they leave out.

    Parameters
    ----------
    form : Form
    *more : pair of int64 arrays
        A third side and further ones: whose each pair is, of shape (m,), and how many pairs each of them takes.
    """
    market, reasons = form.market, []
    sides = ((market.student, market.student_quota), (market.mentor, market.mentor_upper), *more)
    # Everybody whose open pairs exceed its quota must be held to it by some row.
    held = [np.bincount(side[form.open], minlength=len(quota)) <= quota for side, quota in sides]
    for rows in form.rows:
        if rows.coeffs is not None and (rows.coeffs != 1).any():
            text = (f"规则 {rows.rule} 的系数不全为一。", f"The rule {rows.rule} has coefficients other than one.")
            reasons.append(reason("coefficients", *text))
            continue
        if (rows.lower > 0).any():
            text = (f"规则 {rows.rule} 有下限。", f"The rule {rows.rule} has lower bounds.")
            reasons.append(reason("lower_bounds", *text))
        explained = rows.upper >= rows.activity(form.open)
        for number, ((side, quota), enough) in enumerate(zip(sides, held, strict=True)):
            whose = quotas_of(form, rows, side, len(quota), of_mentors=number == 1)
            limit = np.append(quota, 0)[whose]
            explained |= (whose >= 0) & (rows.upper >= limit)
            enough[whose[(whose >= 0) & (rows.upper <= limit)]] = True
        if not explained.all():
            text = (f"规则 {rows.rule} 不只是名额上限。", f"The rule {rows.rule} is more than an upper quota.")
            reasons.append(reason("other_rows", *text))
    if not all(enough.all() for enough in held):
        reasons.append(reason("no_quotas", "有人的名额未作为规则给出。", "Somebody's quota is asked for by no rule."))
    return list(dict.fromkeys(reasons))


def reasons_of_ties(form: Form) -> list[Reason]:
    """Return the sides that are indifferent where somebody must be turned away."""
    market, reasons = form.market, []
    if not is_strict(form, market.student, market.student_rank, market.student_quota):
        reasons.append(reason("student_ties", "学生志愿有并列。", "Some students are indifferent between mentors."))
    if not is_strict(form, market.mentor, market.mentor_rank, market.mentor_upper):
        reasons.append(reason("mentor_ties", "导师排序有并列。", "Some mentors are indifferent between students."))
    return reasons


def must_turn_away(form: Form, side: IntArray, quota: IntArray) -> IntArray:
    """Return the open pairs of those who take somebody, but not everybody: whose preferences matter."""
    size = np.bincount(side[form.open], minlength=len(quota))
    return np.flatnonzero(form.open & ((quota > 0) & (quota < size))[side])


def is_constant(form: Form, term: ConvexTerm) -> bool:
    """Whether every row of a term counts all partners of one individual: as many in every stable matching."""
    market = form.market
    owner = np.repeat(np.arange(len(term.start) - 1), np.diff(term.start))
    known = np.bincount(owner[form.open[term.pairs]], minlength=len(term.start) - 1) == 0
    for side, size in ((market.student, market.num_students), (market.mentor, market.num_mentors)):
        known |= whose_rows(form, term.start, term.pairs, side, size) >= 0
    return bool(known.all())


def reasons_of_stages(form: Form, *, mentors: bool = False) -> list[Reason]:
    """Return the stages that a matching which is best for every student, or for every mentor, need not optimise.

    A stage may not cost less at a worse rank, nor differ between pairs of one rank; stages are compared in order.
    """
    market = form.market
    if mentors:
        owner, rank, pairs = market.mentor, market.mentor_rank, must_turn_away(form, market.mentor, market.mentor_upper)
    else:
        quota = market.student_quota
        owner, rank, pairs = market.student, market.student_rank, must_turn_away(form, market.student, quota)
    pairs = pairs[np.argsort(owner[pairs] * np.int64(int(rank.max(initial=0)) + 1) + rank[pairs], kind="stable")]
    # Neighbours on a list whose costs agree in all stages so far.
    equal = np.diff(owner[pairs]) == 0
    same_list = equal.copy()
    is_tied = same_list & (np.diff(rank[pairs]) == 0)
    reasons = []
    for stage in form.stages:
        cost = np.zeros(market.num_pairs, np.int64)
        grows = True
        for term in stage.terms:
            if isinstance(term, LinearTerm):
                cost += term.cost
            elif isinstance(term, BottleneckTerm):
                rise = np.diff(term.level[pairs])
                grows = grows and bool((rise[same_list] >= 0).all() and (rise[is_tied] == 0).all())
            elif not isinstance(term, BlockingTerm):
                grows = grows and isinstance(term, ConvexTerm) and is_constant(form, term)
        step = np.diff(cost[pairs])
        if not grows or (step[equal] < 0).any() or step[is_tied].any():
            text = (
                f"目标 {stage.name} 不随志愿序号递增。",
                f"The stage {stage.name} does not grow with students' ranks.",
            )
            reasons.append(reason("stage", *text))
        equal &= step == 0
    return reasons


def reason(code: str, zh: str, en: str) -> Reason:
    """Return a reason."""
    return Reason(code, Text(zh=zh, en=en))


def whose_rows(form: Form, start: IntArray, pairs: IntArray, side: IntArray, size: int) -> IntArray:
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


def quotas_of(form: Form, rows: Rows, side: IntArray, size: int, *, of_mentors: bool) -> IntArray:
    """Return for each row the individual of a side whose quota it is: whose open pairs it holds, all and only.

    A row that speaks of somebody of the other side is none, though it may hold the same pairs.
    """
    other = rows.students if of_mentors else rows.mentors
    whose = whose_rows(form, rows.start, rows.pairs, side, size)
    return whose if other is None else np.full_like(whose, -1)


def is_strict(form: Form, side: IntArray, rank: IntArray, quota: IntArray) -> bool:
    """Tell whether nobody of a side who takes some but not all is indifferent between two of them."""
    pairs = must_turn_away(form, side, quota)
    key = np.sort(side[pairs] * np.int64(int(rank.max(initial=0)) + 1) + rank[pairs])
    return bool((np.diff(key) > 0).all())
