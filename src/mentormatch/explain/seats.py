"""Why it does not fit, where counting alone shows it: Hall cuts from a maximum flow (Hall 1935).

If the students that must be placed cannot all be, there is a set of them whose mentors together have fewer seats than
it has students. If lower quotas cannot be filled, there is a set of mentors that together wait for more students than
may come to them.
"""

from collections import Counter
from dataclasses import dataclass

import numpy as np

from mentormatch.base.arrays import BoolArray, IntArray
from mentormatch.base.school_order import school_order
from mentormatch.base.text import Text
from mentormatch.constraints.quotas import Quotas
from mentormatch.explain.counted_seats import counted_seats
from mentormatch.problem.problem import Problem
from mentormatch.problem.result import Shortage
from mentormatch.solvers.flow.ortools_graph import new_max_flow

_SHOWN_CLASSES = 6


def shortage(problem: Problem) -> Shortage | None:
    """Return a cut that proves that the seats, or the students, do not suffice; None where counting shows nothing.

    Parameters
    ----------
    problem : Problem
        Its rules of the kinds ``coverage`` and ``quotas``, over its candidate pairs, are what is counted.

    Returns
    -------
    Shortage or None
        The cut with the largest number of missing places; of those, the one with the fewest students.

    Notes
    -----
    One maximum flow over the candidate pairs.
    """
    due = _must_be_placed(problem)
    if not any(isinstance(rule, Quotas) for rule in problem.constraints):
        return None
    missing_seats = _missing_seats(problem, due) if due.any() else None
    return missing_seats or _missing_students(problem)


def _must_be_placed(problem: Problem) -> BoolArray:
    market = problem.market
    due = np.zeros(market.num_students, bool)
    for rule in problem.constraints:
        due[rule.must_place(market)] = True
    return due


@dataclass(frozen=True, eq=False)
class _Cut:
    """The two sides of a minimum cut: who can still be reached from an unserved individual."""

    students: IntArray
    mentors: IntArray
    flow: int


def _min_cut(problem: Problem, demand: IntArray, supply: IntArray, *, from_students: bool) -> _Cut:
    """Send as much of the demand of one side as possible to the supply of the other over the candidate pairs."""
    market = problem.market
    pairs = np.flatnonzero(problem.candidates)
    n, k = market.num_students, market.num_mentors
    if not len(pairs):
        # Without a pair there is no flow, and the solver does not know the sink.
        asking, nobody = np.flatnonzero(demand), np.zeros(0, np.int64)
        return _Cut(asking, nobody, 0) if from_students else _Cut(nobody, asking, 0)
    source, sink = n + k, n + k + 1
    student, mentor = market.student[pairs].astype(np.int32), (market.mentor[pairs] + n).astype(np.int32)
    solver = new_max_flow()
    ones = np.ones(len(pairs), np.int64)
    students, mentors = np.arange(n, dtype=np.int32), np.arange(n, n + k, dtype=np.int32)
    first, second = (students, mentors) if from_students else (mentors, students)
    tail, head = (student, mentor) if from_students else (mentor, student)
    solver.add_arcs_with_capacity(np.full(len(first), source, np.int32), first, demand)
    solver.add_arcs_with_capacity(tail, head, ones)
    solver.add_arcs_with_capacity(second, np.full(len(second), sink, np.int32), supply)
    solver.solve(source, sink)
    # The source side of the cut that the residual graph gives is the smallest one.
    side = np.array([node for node in solver.get_source_side_min_cut() if node < n + k], np.int64)
    return _Cut(side[side < n], side[side >= n] - n, int(solver.optimal_flow()))


def _missing_seats(problem: Problem, due: BoolArray) -> Shortage | None:
    market = problem.market
    upper = counted_seats(problem)
    cut = _min_cut(problem, due.astype(np.int64), upper, from_students=True)
    if cut.flow == int(due.sum()):
        return None
    needed = len(cut.students)
    # A mentor beyond the cut is reached over saturated pairs only; those seats serve students of the cut as well.
    inside = np.zeros(market.num_mentors, bool)
    inside[cut.mentors] = True
    in_cut = np.zeros(market.num_students, bool)
    in_cut[cut.students] = True
    leaving = problem.candidates & in_cut[market.student] & ~inside[market.mentor]
    beyond = np.unique(market.mentor[leaving])
    available = int(upper[cut.mentors].sum()) + int(leaving.sum())
    mentors = np.union1d(cut.mentors, beyond)
    open_mentors = mentors[upper[mentors] > 0]
    short = needed - available
    whole = needed == market.num_students
    zh_who = "全校" if whole else "这部分"
    en_who = "the whole school" if whole else "this group"
    groups = _groups(problem, cut.students)
    text = Text(
        zh=f"{zh_who} {needed} 名学生可去的 {len(open_mentors)} 名导师共有 {available} 个名额,缺 {short} 个。"
        f"{groups.zh}",
        en=f"The {needed} students of {en_who} can go to {len(open_mentors)} mentors with {available} seats: "
        f"{short} short.{groups.en}",
    )
    return Shortage(
        students=tuple(market.student_ids[i] for i in cut.students.tolist()),
        mentors=tuple(market.mentor_ids[j] for j in open_mentors.tolist()),
        needed=needed,
        available=available,
        text=text,
        repairs=_seat_repairs(problem, due, open_mentors, short),
    )


def _groups(problem: Problem, students: IntArray) -> Text:
    """Say which grades and classes the students of a cut are in."""
    grades, classes = (problem.market.student_attributes.get(name) for name in ("grade", "class_name"))
    if grades is None or classes is None:
        return Text(zh="", en="")
    by_grade = Counter(value for i in students.tolist() for value in grades.values(i))
    by_class = Counter(value for i in students.tolist() for value in classes.values(i))
    zh = "、".join(
        f"{name} {number} 人" for name, number in sorted(by_grade.items(), key=lambda entry: school_order(entry[0]))
    )
    en = ", ".join(
        f"{name} {number}" for name, number in sorted(by_grade.items(), key=lambda entry: school_order(entry[0]))
    )
    if len(by_class) <= _SHOWN_CLASSES:
        zh += ";" + "、".join(
            f"{name} {number} 人" for name, number in sorted(by_class.items(), key=lambda entry: school_order(entry[0]))
        )
        en += "; " + ", ".join(
            f"{name} {number}" for name, number in sorted(by_class.items(), key=lambda entry: school_order(entry[0]))
        )
    return Text(zh=f"涉及:{zh}。", en=f" Concerned: {en}.")


def _seat_repairs(problem: Problem, due: BoolArray, mentors: IntArray, short: int) -> tuple[Text, ...]:
    """Return what makes the students fit: more seats at these mentors, or more mentors that anybody may go to."""
    upper = counted_seats(problem)
    open_seats = upper[upper > 0]
    repairs = []
    if len(mentors):
        each = -(-short // len(mentors))
        raised = upper.copy()
        raised[mentors] += each
        # The arithmetic is only a promise; the flow with the raised quotas keeps it or the repair is not told.
        if _min_cut(problem, due.astype(np.int64), raised, from_students=True).flow == int(due.sum()):
            repairs.append(
                Text(
                    zh=f"在这 {len(mentors)} 名导师中共增加 {short} 个名额(每人至多多带 {each} 名)。",
                    en=f"Add {short} seats at these {len(mentors)} mentors (at most {each} more each).",
                )
            )
    if len(open_seats):
        typical = int(np.median(open_seats))
        more = -(-short // typical)
        repairs.append(
            Text(
                zh=f"增加 {more} 名各带 {typical} 名学生、面向这些学生的导师。",
                en=f"Have {more} more mentors for these students, with {typical} seats each.",
            )
        )
    return tuple(repairs)


def _missing_students(problem: Problem) -> Shortage | None:
    market = problem.market
    binds = any(isinstance(rule, Quotas) and rule.lower and rule.lower_penalty is None for rule in problem.constraints)
    if not binds or not market.mentor_lower.any():
        return None
    cut = _min_cut(problem, market.mentor_lower, market.student_quota, from_students=False)
    if cut.flow == int(market.mentor_lower.sum()):
        return None
    needed = int(market.mentor_lower[cut.mentors].sum())
    in_cut = np.zeros(market.num_mentors, bool)
    in_cut[cut.mentors] = True
    inside = np.zeros(market.num_students, bool)
    inside[cut.students] = True
    leaving = problem.candidates & in_cut[market.mentor] & ~inside[market.student]
    available = int(market.student_quota[cut.students].sum()) + int(leaving.sum())
    waiting = cut.mentors[market.mentor_lower[cut.mentors] > 0]
    short = needed - available
    return Shortage(
        students=tuple(market.student_ids[i] for i in np.union1d(cut.students, market.student[leaving]).tolist()),
        mentors=tuple(market.mentor_ids[j] for j in waiting.tolist()),
        needed=needed,
        available=available,
        text=Text(
            zh=f"{len(waiting)} 名导师的带生下限合计 {needed},可安排到的学生只有 {available} 人次,缺 {short}。",
            en=f"The lower quotas of {len(waiting)} mentors add up to {needed}, but only {available} students can come "
            f"to them: {short} short.",
        ),
        repairs=(
            Text(
                zh=f"把这些导师的带生下限合计降低 {short}。",
                en=f"Lower the lower quotas of these mentors by {short} in all.",
            ),
        ),
    )
