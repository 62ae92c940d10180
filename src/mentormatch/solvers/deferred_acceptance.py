"""Deferred acceptance (Gale and Shapley 1962) with quotas and nested type quotas, in rounds of numpy.

The mentors' choice function takes the best students by a strict order subject to nested caps. Such a choice is
substitutable and consistent with a matroid (laminar classified preferences: Huang 2010; Fleiner and Kamiyama 2016), so
deferred acceptance ends in the proposers' optimal stable matching.
"""

from bisect import insort
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mentormatch.arrays import BoolArray, IntArray, group_starts
from mentormatch.form import Form
from mentormatch.lottery import lottery
from mentormatch.market import Market
from mentormatch.result import Reason, StageValue, Status
from mentormatch.rows import BottleneckTerm, ConvexTerm, LinearTerm, Rows, StageForm
from mentormatch.solvers.engine import Engine, Options, Outcome
from mentormatch.text import Text

# Below this many proposals a round of numpy costs more than the same proposals one by one.
_TAIL = 400


@dataclass(frozen=True, eq=False)
class Caps:
    """One cap for each mentor on some of its pairs.

    Parameters
    ----------
    member : bool array of shape (m,)
        The pairs that count.
    upper : int64 array of shape (k,)
        Most of them that a mentor takes.
    """

    member: BoolArray
    upper: IntArray


def strict_order(*keys: IntArray | BoolArray) -> IntArray:
    """Return the position of each entry in the lexicographic order of the keys, first key most significant."""
    order = np.lexsort(tuple(reversed(keys)))
    position = np.empty(len(order), np.int64)
    position[order] = np.arange(len(order))
    return position


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
    O(m log m): one sort, and every pair is proposed at most once.
    """
    limits = _default_caps(market, usable) if caps is None else tuple(caps)
    queue = _sorted_by(market.student, student_order, usable)
    start = group_starts(market.student[queue], market.num_students)
    stop, position = start[1:], start[:-1].copy()
    vacancy = market.student_quota.copy()
    held = np.zeros(0, np.int64)
    while True:
        active = np.flatnonzero((vacancy > 0) & (position < stop))
        if len(active) <= _TAIL:
            break
        proposed = queue[position[active]]
        position[active] += 1
        vacancy[active] -= 1
        touched = np.zeros(market.num_mentors, bool)
        touched[market.mentor[proposed]] = True
        waiting = touched[market.mentor[held]]
        contested = np.concatenate([held[waiting], proposed])
        accepted, rejected = _choose(market, contested, mentor_order, limits)
        np.add.at(vacancy, market.student[rejected], 1)
        held = np.concatenate([held[~waiting], accepted])
    return np.sort(_tail(market, queue, position, stop, vacancy, held, mentor_order, limits))


def mentor_proposing(
    market: Market,
    *,
    usable: BoolArray,
    student_order: IntArray,
    mentor_order: IntArray,
    caps: Sequence[Caps] | None = None,
) -> IntArray:
    """Return the mentor-optimal stable matching under strict orders; parameters as in `student_proposing`.

    Notes
    -----
    O(m) for each round of offers, at most m rounds; usually few.
    """
    limits = _default_caps(market, usable) if caps is None else tuple(caps)
    student_cap = (Caps(np.ones(market.num_pairs, bool), market.student_quota),)
    available = np.flatnonzero(usable)
    while True:
        offers, waiting = _choose(market, available, mentor_order, limits)
        _, rejected = _choose(market, offers, student_order, student_cap, owner=market.student)
        if not len(rejected):
            return np.sort(offers)
        refused = np.zeros(market.num_pairs, bool)
        refused[rejected] = True
        available = np.concatenate([offers[~refused[offers]], waiting])


def _default_caps(market: Market, usable: BoolArray) -> tuple[Caps, ...]:
    return (Caps(usable, market.mentor_upper),)


def _sorted_by(owner: IntArray, order: IntArray, usable: BoolArray) -> IntArray:
    at = np.flatnonzero(usable)
    return at[np.lexsort((order[at], owner[at]))]


def _choose(
    market: Market, pairs: IntArray, order: IntArray, limits: Sequence[Caps], owner: IntArray | None = None
) -> tuple[IntArray, IntArray]:
    """Split pairs into those that their owners (default the mentors) take and those that they reject."""
    owner = market.mentor if owner is None else owner
    ranked = pairs[np.lexsort((order[pairs], owner[pairs]))]
    keep = np.ones(len(ranked), bool)
    for cap in limits:
        inside = np.flatnonzero(keep & cap.member[ranked])
        owners = owner[ranked[inside]]
        first = np.searchsorted(owners, owners, side="left")
        keep[inside[np.arange(len(inside)) - first >= cap.upper[owners]]] = False
    return ranked[keep], ranked[~keep]


def _tail(
    market: Market,
    queue: IntArray,
    position: IntArray,
    stop: IntArray,
    vacancy: IntArray,
    held: IntArray,
    mentor_order: IntArray,
    limits: Sequence[Caps],
) -> IntArray:
    """Let the last students propose one by one."""
    open_students = np.flatnonzero((vacancy > 0) & (position < stop)).tolist()
    if not open_students:
        return held
    # Lists are built for those mentors only that hear a proposal: the tail touches few of a large market's.
    by_mentor = held[np.argsort(market.mentor[held], kind="stable")]
    offsets = group_starts(market.mentor[by_mentor], market.num_mentors)
    lists: dict[int, list[tuple[int, int]]] = {}
    mentor_of, student_of = market.mentor, market.student
    next_at: dict[int, int] = {}
    left: dict[int, int] = {}
    stack = open_students[::-1]
    while stack:
        student = stack[-1]
        at = next_at.get(student, int(position[student]))
        free = left.get(student, int(vacancy[student]))
        if free <= 0 or at >= stop[student]:
            stack.pop()
            continue
        pair = int(queue[at])
        next_at[student], left[student] = at + 1, free - 1
        mentor = int(mentor_of[pair])
        if mentor not in lists:
            mine = by_mentor[offsets[mentor] : offsets[mentor + 1]]
            lists[mentor] = sorted(zip(mentor_order[mine].tolist(), mine.tolist(), strict=True))
        rejected = _admit(lists[mentor], int(mentor_order[pair]), pair, mentor, limits)
        if rejected is not None:
            loser = int(student_of[rejected])
            left[loser] = left.get(loser, int(vacancy[loser])) + 1
            if loser != student:
                stack.append(loser)
    touched = np.zeros(market.num_mentors, bool)
    touched[list(lists)] = True
    rest = held[~touched[mentor_of[held]]]
    return np.concatenate([rest, np.array([pair for taken in lists.values() for _, pair in taken], np.int64)])


def _admit(taken: list[tuple[int, int]], key: int, pair: int, mentor: int, limits: Sequence[Caps]) -> int | None:
    """Insert a pair into a mentor's list; return the pair that its innermost full cap pushes out, if any."""
    insort(taken, (key, pair))
    for cap in limits:
        if not cap.member[pair]:
            continue
        inside = [item for item in taken if cap.member[item[1]]]
        if len(inside) > cap.upper[mentor]:
            taken.remove(inside[-1])
            return inside[-1][1]
    return None


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
