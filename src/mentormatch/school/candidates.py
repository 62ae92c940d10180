"""Roster to Market: the candidate pairs of a school, its facts about pairs, and the published priorities."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from mentormatch.base.arrays import BoolArray, IntArray
from mentormatch.base.errors import MarketError, RulesError
from mentormatch.base.text import Text
from mentormatch.market.attribute import Attribute
from mentormatch.market.market import Market
from mentormatch.roster.days import refuse_impossible_day
from mentormatch.roster.mentor import Mentor
from mentormatch.roster.preference import StudentPreference
from mentormatch.roster.request_standing import RequestStanding, request_standings, standing_of_students
from mentormatch.roster.roster import Roster
from mentormatch.roster.standing import has_begun, pending_pairings, standing_pairings
from mentormatch.roster.student import Student
from mentormatch.roster.vocabulary import MentorKind
from mentormatch.school.priorities import (
    PRIORITIES,
    PriorityGroup,
    Tier,
    check_priorities,
    choice_round_of,
    in_rounds,
    mentor_ranks,
    tier_codes,
)
from mentormatch.school.school_attributes import mentor_attributes, student_attributes

OWN_CLASS, SAME_GRADE, ELSEWHERE = 0, 1, 2
"""Values of the pair attribute ``locality``."""

MAX_PAIRS = 50_000_000


@dataclass(frozen=True, slots=True)
class _Index:
    """Positions of the ids of a roster, and the dense key of a pair."""

    student: Mapping[str, int]
    mentor: Mapping[str, int]

    @property
    def size(self) -> int:
        """The number of dense keys."""
        return len(self.student) * len(self.mentor)

    def keys(self, pairs: Sequence[tuple[str, str | None]]) -> IntArray:
        """Return ``student * k + mentor`` for each pair whose ends are both in the market."""
        k = len(self.mentor)
        ends = [(self.student.get(s), self.mentor.get(m)) for s, m in pairs if m is not None]
        return np.array([i * k + j for i, j in ends if i is not None and j is not None], np.int64)

    def flags(self, pairs: Sequence[tuple[str, str | None]]) -> BoolArray:
        """Return which dense keys are among the pairs."""
        flags = np.zeros(self.size, bool)
        flags[self.keys(pairs)] = True
        return flags


def market_from_roster(
    roster: Roster,
    *,
    on: date | None = None,
    priorities: Sequence[Tier] = PRIORITIES,
    provisional: Mapping[str, date] | None = None,
    kinds: Sequence[MentorKind] = ("in_school",),
    choice_rounds: Sequence[int] = (),
    counted: Collection[str] | None = None,
) -> Market:
    """Compile a school into a market.

    Every student may go to every mentor that is on duty; rules take pairs away later and keep the reason. A current
    pair is there even if its mentor is on leave (with no seats), so that its end has a reason.

    Forms that were handed in after the day of the matching, and those of students in an adaptation period, do not
    count. A change request governs its student in place of the form: granted, the student asks for the mentor that the
    request names (or for those of the form, where it names none); otherwise the student asks for nothing.

    Parameters
    ----------
    roster : Roster
    on : date, optional
        The day of the matching: who is on duty, which pairings are open, which forms are in. None takes the status
        column alone, every pairing that has no end, and every form.
    priorities : sequence of {"continuing", "transfer", "named", "own_class", "other"} or PriorityGroup
        The published order in which a mentor takes students; tiers that are left out count as "other". Students
        that the mentor named come in the mentor's own order, those it finds acceptable after them.
    provisional : mapping of student id to date, optional
        Students in an adaptation period, with its last day (`mentormatch.constraints.Adaptation.ends`).
    kinds : sequence of {"in_school", "external", "peer"}
        Which mentors take part; an external mentor is one of the kind "external". The others are `bystanders`.
    choice_rounds : sequence of int
        How many choices each round of choice takes: ``(2, 3)`` lets everybody's first two choices compete to the end
        before any third one counts. All choices compete at once where it is empty.
    counted : collection of str, optional
        Students whose forms count (`mentormatch.record.forms_that_count`); default those of everybody who is not in
        an adaptation period.

    Returns
    -------
    Market
        With the pair attributes

        - ``current``: the settled primary pairing that stands (`mentormatch.roster.standing`); ``provisional``: one of
          an adaptation period, running or over; ``locked``: either of them, locked, and the mentor on duty;
        - ``original``: a primary pairing that stands or has been, whenever that was;
        - ``unasked``: current or provisional, nobody asked for a change, and the mentor on duty;
        - ``leaving``: current or provisional, and a granted change request asks to end it; ``transfer``: what it asks
          for by name; ``request_stands``: the request is not granted, and the mentor is on duty;
        - ``student_veto``, ``mentor_veto``; ``locality``: 0 own class, 1 same grade, 2 elsewhere;
        - ``tier``: the priority that the student has at the mentor (`mentormatch.school.priorities.tier_codes`);
          ``choice_round``: the round of choice that the pair belongs to, where there are several.

    Raises
    ------
    RulesError
        For a priority that does not exist or stands twice.
    InputError
        For a day before the year 1950 or after 2100.
    MarketError
        When students times mentors exceeds 50 million pairs.

    Notes
    -----
    O(students x mentors) time and memory, vectorised. Several rounds of choice are deferred acceptance in which the
    round goes before the priority: nobody of a later round displaces somebody of an earlier one (Chen and Kesten 2017).
    """
    refuse_impossible_day(on)
    check_priorities(priorities)
    students = sorted(roster.students, key=lambda student: student.student_id)
    mentors = sorted((m for m in roster.people if m.kind in kinds), key=lambda m: m.mentor_id)
    n, k = len(students), len(mentors)
    if n * k > MAX_PAIRS:
        raise MarketError(
            Text(
                zh=f"{n} 名学生 × {k} 名导师的组合超过 {MAX_PAIRS} 对。",
                en=f"{n} students x {k} mentors are more than {MAX_PAIRS} pairs.",
            ),
            maybe=Text(zh="请按学校或学段分开匹配。", en="match school by school, or stage by stage."),
        )
    ends = {} if provisional is None else provisional
    on_duty = np.array([mentor.is_on_duty(on) for mentor in mentors], bool)
    index = _Index({s.student_id: i for i, s in enumerate(students)}, {m.mentor_id: j for j, m in enumerate(mentors)})
    requests = standing_of_students(request_standings(roster, on))
    facts = _pair_facts(roster, index, np.tile(on_duty, n), on=on, requests=requests)
    exists = np.tile(on_duty, n) | facts["current"] | facts["provisional"]

    forms = {
        form.student_id: form
        for form in roster.student_preferences
        if _is_in(form, on) and (form.student_id in counted if counted is not None else form.student_id not in ends)
    }
    student_rank, has_form = _student_ranks(forms, index, requests)
    has = facts["current"] | facts["provisional"]
    facts["unasked"] = has & ~np.repeat(has_form, k) & np.tile(on_duty, n)
    facts["locality"] = _locality(students, mentors)
    arrived = {form.student_id: form.submitted_at for form in roster.student_preferences if _is_in(form, on)}
    by_student = student_attributes(
        students, provisional=ends, requests=requests, arrived=arrived, fields=roster.fields
    )
    mentor_rank, facts["tier"] = _mentor_ranks(roster, index, facts, by_student, priorities)
    if choice_rounds:
        asked_in = choice_round_of(student_rank, choice_rounds)
        mentor_rank = in_rounds(mentor_rank, asked_in, facts["current"].astype(bool))
        facts["choice_round"] = asked_in.astype(np.int8)
    pairs = np.flatnonzero(exists)
    promised = _promised(roster, index, on)
    market = Market.from_arrays(
        pairs // max(k, 1),
        pairs % max(k, 1),
        student_rank=student_rank[pairs],
        mentor_rank=mentor_rank[pairs],
        mentor_lower=(np.array([m.capacity_min for m in mentors], np.int64) - promised).clip(0) * on_duty,
        mentor_upper=(np.array([m.capacity_max for m in mentors], np.int64) - promised).clip(0) * on_duty,
        student_ids=tuple(s.student_id for s in students),
        mentor_ids=tuple(m.mentor_id for m in mentors),
        student_attributes=by_student,
        mentor_attributes=mentor_attributes(mentors, roster.external_mentors_by_id, roster.fields),
        pair_attributes={name: values[pairs] for name, values in facts.items()},
    )
    return market.replace(bystanders=frozenset(m.mentor_id for m in roster.people if m.kind not in kinds))


def _pair_facts(
    roster: Roster,
    index: _Index,
    duty: BoolArray,
    *,
    on: date | None,
    requests: Mapping[str, RequestStanding],
) -> dict[str, IntArray | BoolArray]:
    """Return what is on record about pairs, by dense keys."""
    standing = standing_pairings(roster.pairings, on)
    primary = [p for p in roster.pairings if p.role == "primary"]
    vetoes = [(p.student_id, p.mentor_id) for p in roster.mentor_preferences if p.stance == "unsuitable"]
    avoided = [(p.student_id, m) for p in roster.student_preferences for m in p.avoid]
    avoided += [(s.student_id, m) for s in roster.students for m in s.avoid_mentor_ids]
    by_request = [(p.student_id, p.mentor_id, requests[p.student_id]) for p in standing if p.student_id in requests]
    return {
        "current": index.flags([(p.student_id, p.mentor_id) for p in standing if p.state in ("active", "cover")]),
        "provisional": index.flags([(p.student_id, p.mentor_id) for p in standing if p.state == "provisional"]),
        "original": index.flags([(p.student_id, p.mentor_id) for p in primary if has_begun(p, on)]),
        "locked": index.flags([(p.student_id, p.mentor_id) for p in standing if p.locked]) & duty,
        "transfer": index.flags([(s, r.request.to_mentor) for s, r in requests.items() if r.granted]),
        "leaving": index.flags([(s, m) for s, m, standing in by_request if standing.granted]),
        "request_stands": index.flags([(s, m) for s, m, standing in by_request if not standing.granted]) & duty,
        "student_veto": index.flags(avoided),
        "mentor_veto": index.flags(vetoes),
    }


def _student_ranks(
    forms: Mapping[str, StudentPreference], index: _Index, requests: Mapping[str, RequestStanding]
) -> tuple[IntArray, BoolArray]:
    """Return the rank of every pair (0 where not listed) and who asks for somebody, by a form or by a request."""
    k = len(index.mentor)
    rank, has_form = np.zeros(index.size, np.int64), np.zeros(len(index.student), bool)
    for student_id in sorted(forms.keys() | requests.keys()):
        standing = requests.get(student_id)
        if student_id not in index.student or (standing and not standing.granted):
            continue
        i = index.student[student_id]
        has_form[i] = True
        form = forms.get(student_id)
        choices, acceptable = (form.choices, form.acceptable) if form is not None else ((), ())
        if standing is not None and standing.request.to_mentor is not None:
            choices, acceptable = (standing.request.to_mentor,), ()
        left = standing.present if standing is not None else None
        listed = [m for m in choices if m in index.mentor and m != left]
        for position, mentor_id in enumerate(listed, start=1):
            rank[i * k + index.mentor[mentor_id]] = position
        for mentor_id in acceptable:
            if mentor_id in index.mentor and mentor_id not in listed and mentor_id != left:
                rank[i * k + index.mentor[mentor_id]] = len(listed) + 1
    return rank, has_form


def _promised(roster: Roster, index: _Index, on: date | None) -> IntArray:
    """Return the seats of each mentor that wait for students who come back after a cover, int64 of shape (k,)."""
    pending = [p for p in pending_pairings(roster.pairings, on) if p.student_id in index.student]
    at = [index.mentor[p.mentor_id] for p in pending if p.mentor_id in index.mentor]
    return np.bincount(np.array(at, np.int64), minlength=len(index.mentor))


def _is_in(form: StudentPreference, on: date | None) -> bool:
    """Tell whether a form was handed in by a day; one without a date was."""
    return on is None or form.submitted_at is None or form.submitted_at.date() <= on


def _mentor_ranks(
    roster: Roster,
    index: _Index,
    facts: Mapping[str, IntArray | BoolArray],
    by_student: Mapping[str, Attribute],
    priorities: Sequence[Tier],
) -> tuple[IntArray, IntArray]:
    """Return each pair's rank for its mentor by the published priorities, and the code of its tier."""
    known = [
        p
        for p in roster.mentor_preferences
        if p.stance != "unsuitable" and p.student_id in index.student and p.mentor_id in index.mentor
    ]
    keys = index.keys([(p.student_id, p.mentor_id) for p in known])
    worst = 1 + max((p.order or 0 for p in known), default=0)
    order, named = np.full(index.size, worst, np.int64), np.zeros(index.size, bool)
    order[keys] = [p.order if p.stance == "ranked" and p.order is not None else worst for p in known]
    named[keys] = True
    members: dict[Tier, BoolArray] = {
        "continuing": facts["current"].astype(bool),
        "transfer": facts["transfer"].astype(bool),
        "named": named,
        "own_class": np.asarray(facts["locality"] == OWN_CLASS),
        "other": np.ones(index.size, bool),
    }
    for tier in priorities:
        if isinstance(tier, PriorityGroup):
            members[tier] = np.repeat(_group(by_student, tier), len(index.mentor))
    return mentor_ranks(priorities, members, order, named), tier_codes(priorities, members, index.size)


def _group(by_student: Mapping[str, Attribute], group: PriorityGroup) -> BoolArray:
    """Return which students are in a priority group; `RulesError` for what the school does not know."""
    attribute = by_student.get(group.attribute)
    if attribute is None:
        raise RulesError(
            Text(
                zh=f"优先级中的学生属性“{group.attribute}”不存在;可用的有:{'、'.join(by_student)}。",
                en=f"The priorities name the student attribute '{group.attribute}', which is not there; "
                f"there are: {', '.join(by_student)}.",
            )
        )
    strangers = [value for value in group.values if value not in attribute.labels]
    if strangers:
        raise RulesError(
            Text(
                zh=f"优先级中“{group.attribute}”没有取值 {'、'.join(strangers)};有:{'、'.join(attribute.labels)}。",
                en=f"In the priorities '{group.attribute}' has no value {', '.join(strangers)}; "
                f"there are: {', '.join(attribute.labels)}.",
            )
        )
    return np.asarray(attribute.membership(group.values).any(axis=1))


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
