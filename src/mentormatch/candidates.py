"""Roster to Market: the candidate pairs of a school, its facts about pairs, and the published priorities."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

import numpy as np

from mentormatch.arrays import BoolArray, IntArray
from mentormatch.attribute import Attribute
from mentormatch.errors import MarketError, RulesError
from mentormatch.market import Market
from mentormatch.roster.mentor import Mentor
from mentormatch.roster.pairing import Pairing
from mentormatch.roster.roster import Roster
from mentormatch.roster.student import Student
from mentormatch.text import Text

Priority = Literal["continuing", "named", "own_class", "other"]
PRIORITIES: tuple[Priority, ...] = get_args(Priority)

OWN_CLASS, SAME_GRADE, ELSEWHERE = 0, 1, 2
"""Values of the pair attribute ``locality``."""

MAX_PAIRS = 50_000_000


@dataclass(frozen=True, slots=True)
class _Index:
    """Positions of the ids of a roster, and the dense key of a pair."""

    student: Mapping[str, int]
    mentor: Mapping[str, int]

    def keys(self, pairs: Sequence[tuple[str, str]]) -> IntArray:
        """Return ``student * k + mentor`` for each pair whose ends are both in the market."""
        k = len(self.mentor)
        return np.array(
            [self.student[s] * k + self.mentor[m] for s, m in pairs if s in self.student and m in self.mentor],
            np.int64,
        )


def market_from_roster(
    roster: Roster, *, on: date | None = None, priorities: Sequence[Priority] = PRIORITIES
) -> Market:
    """Compile a school into a market.

    Every student may go to every in-school mentor that is on duty; rules take pairs away later and keep the
    reason. A current pair is there even if its mentor is on leave (with no seats), so that its end has a reason.

    Parameters
    ----------
    roster : Roster
    on : date, optional
        The day of the matching: who is on duty, which pairings are open. None takes the status column alone
        and every pairing that has no end.
    priorities : sequence of {"continuing", "named", "own_class", "other"}
        The published order in which a mentor takes students; tiers that are left out count as "other". Students
        that the mentor named come in the mentor's own order, those it finds acceptable after them.

    Returns
    -------
    Market
        With the pair attributes ``current`` (an open primary pairing), ``locked`` (current, locked, and the
        mentor on duty), ``unasked`` (current, the student handed in no form, and the mentor on duty),
        ``student_veto``, ``mentor_veto`` and ``locality`` (0 own class, 1 same grade, 2 elsewhere).

    Raises
    ------
    RulesError
        For a priority that does not exist or stands twice.
    MarketError
        When students times mentors exceeds 50 million pairs.

    Notes
    -----
    O(students x mentors) time and memory, vectorised.
    """
    _check_priorities(priorities)
    students = sorted(roster.students, key=lambda student: student.student_id)
    mentors = sorted((m for m in roster.mentors if m.kind == "in_school"), key=lambda m: m.mentor_id)
    n, k = len(students), len(mentors)
    if n * k > MAX_PAIRS:
        raise MarketError(
            Text(
                zh=f"{n} 名学生 × {k} 名导师的组合超过 {MAX_PAIRS} 对。",
                en=f"{n} students x {k} mentors are more than {MAX_PAIRS} pairs.",
            ),
            maybe=Text(zh="请按学校或学段分开匹配。", en="match school by school, or stage by stage."),
        )
    on_duty = np.array([_is_on_duty(mentor, on) for mentor in mentors], bool)
    index = _Index({s.student_id: i for i, s in enumerate(students)}, {m.mentor_id: j for j, m in enumerate(mentors)})
    current = [(p.student_id, p.mentor_id, p.locked) for p in roster.pairings if _is_open_primary(p, on)]
    current_keys = index.keys([(s, m) for s, m, _ in current])
    exists = np.zeros(n * k, bool)
    exists.reshape(n, k)[:, on_duty] = True
    exists[current_keys] = True

    student_rank, has_form = _student_ranks(roster, index, n, k)
    vetoes = [(p.mentor_id, p.student_id) for p in roster.mentor_preferences if p.stance == "unsuitable"]
    avoided = [(p.student_id, m) for p in roster.student_preferences for m in p.avoid]
    avoided += [(s.student_id, m) for s in students for m in s.avoid_mentor_ids]
    is_current = _flags(current_keys, n * k)
    duty = np.tile(on_duty, n)
    locality = _locality(students, mentors)
    pair_attributes = {
        "current": is_current,
        "locked": _flags(index.keys([(s, m) for s, m, locked in current if locked]), n * k) & duty,
        "unasked": is_current & np.repeat(~has_form, k) & duty,
        "student_veto": _flags(index.keys(avoided), n * k),
        "mentor_veto": _flags(index.keys([(s, m) for m, s in vetoes]), n * k),
        "locality": locality,
    }
    mentor_rank = _mentor_ranks(roster, index, is_current, locality == OWN_CLASS, priorities)
    pairs = np.flatnonzero(exists)
    return Market.from_arrays(
        pairs // max(k, 1),
        pairs % max(k, 1),
        student_rank=student_rank[pairs],
        mentor_rank=mentor_rank[pairs],
        mentor_lower=np.array([m.capacity_min for m in mentors], np.int64) * on_duty,
        mentor_upper=np.array([m.capacity_max for m in mentors], np.int64) * on_duty,
        student_ids=tuple(s.student_id for s in students),
        mentor_ids=tuple(m.mentor_id for m in mentors),
        student_attributes={
            "class_name": Attribute.from_values([s.class_name for s in students]),
            "grade": Attribute.from_values([s.grade for s in students]),
            "gender": Attribute.from_values([s.gender for s in students]),
            "care_level": Attribute.from_values([s.care_level for s in students]),
            "mentor_gender_req": Attribute.from_values([s.mentor_gender_req for s in students]),
        },
        mentor_attributes={
            "classes_taught": Attribute.from_values([m.classes_taught for m in mentors]),
            "gender": Attribute.from_values([m.gender for m in mentors]),
            "kind": Attribute.from_values([m.kind for m in mentors]),
            "subject": Attribute.from_values([m.subject for m in mentors]),
        },
        pair_attributes={name: values[pairs] for name, values in pair_attributes.items()},
    )


def _check_priorities(priorities: Sequence[str]) -> None:
    for name in priorities:
        if name not in PRIORITIES:
            raise RulesError(
                Text(
                    zh=f"优先级中的“{name}”不存在;可用的有:{'、'.join(PRIORITIES)}。",
                    en=f"There is no priority '{name}'; there are: {', '.join(PRIORITIES)}.",
                )
            )
    if len(set(priorities)) != len(priorities):
        raise RulesError(
            Text(zh=f"优先级重复:{'、'.join(priorities)}。", en=f"A priority stands twice: {', '.join(priorities)}.")
        )


def _is_on_duty(mentor: Mentor, on: date | None) -> bool:
    return mentor.status == "active" if on is None else mentor.is_available(on)


def _is_open_primary(pairing: Pairing, on: date | None) -> bool:
    return pairing.role == "primary" and (pairing.valid_to is None if on is None else pairing.is_open(on))


def _flags(keys: IntArray, size: int) -> BoolArray:
    flags = np.zeros(size, bool)
    flags[keys] = True
    return flags


def _student_ranks(roster: Roster, index: _Index, n: int, k: int) -> tuple[IntArray, BoolArray]:
    """Return the rank of every pair (0 where not listed) and who handed in a form."""
    rank, has_form = np.zeros(n * k, np.int64), np.zeros(n, bool)
    for form in roster.student_preferences:
        i = index.student.get(form.student_id)
        if i is None:
            continue
        has_form[i] = True
        listed = [m for m in form.choices if m in index.mentor]
        for position, mentor_id in enumerate(listed, start=1):
            rank[i * k + index.mentor[mentor_id]] = position
        for mentor_id in form.acceptable:
            if mentor_id in index.mentor and mentor_id not in listed:
                rank[i * k + index.mentor[mentor_id]] = len(listed) + 1
    return rank, has_form


def _mentor_ranks(
    roster: Roster, index: _Index, is_current: BoolArray, own_class: BoolArray, priorities: Sequence[Priority]
) -> IntArray:
    """Return each pair's rank for its mentor: the first published tier that it is in, then the mentor's own order."""
    size, k = len(is_current), len(index.mentor)
    last = len(priorities)
    tier, order = np.full(size, last, np.int64), np.zeros(size, np.int64)
    named = [p for p in roster.mentor_preferences if p.stance != "unsuitable"]
    known = [p for p in named if p.student_id in index.student and p.mentor_id in index.mentor]
    keys = np.array([index.student[p.student_id] * k + index.mentor[p.mentor_id] for p in known], np.int64)
    worst = 1 + max((p.order or 0 for p in known), default=0)
    order[keys] = [p.order if p.stance == "ranked" and p.order is not None else worst for p in known]
    members: dict[Priority, BoolArray] = {
        "continuing": is_current,
        "named": _flags(keys, size),
        "own_class": own_class,
        "other": np.ones(size, bool),
    }
    for position in range(last - 1, -1, -1):
        tier[members[priorities[position]]] = position
    if "named" in priorities:
        order[tier != priorities.index("named")] = 0
    else:
        order[:] = 0
    dense: IntArray = np.unique(tier * (worst + 1) + order, return_inverse=True)[1].astype(np.int64)
    return dense + 1


def _locality(students: Sequence[Student], mentors: Sequence[Mentor]) -> IntArray:
    """Return 0 where the mentor teaches the student's class, 1 where it teaches in the grade, 2 elsewhere."""
    taught = Attribute.from_values([mentor.classes_taught for mentor in mentors])
    classes = Attribute.from_values([student.class_name for student in students])
    grade_of_class = {s.class_name: s.grade for s in students}
    grades_taught = Attribute.from_values(
        [{grade_of_class[c] for c in mentor.classes_taught if c in grade_of_class} for mentor in mentors]
    )
    grades = Attribute.from_values([student.grade for student in students])
    own = _shares(classes, taught)
    same_grade = _shares(grades, grades_taught)
    locality: IntArray = np.where(own, OWN_CLASS, np.where(same_grade, SAME_GRADE, ELSEWHERE)).ravel()
    return locality


def _shares(left: Attribute, right: Attribute) -> BoolArray:
    """Return a bool array of shape (len(left), len(right)): the two have a value in common."""
    member = right.membership(left.labels)
    shared = left.membership(left.labels).astype(np.int32) @ member.T.astype(np.int32)
    return np.asarray(shared > 0)
