"""A drawn school as a market: what `market_from_roster` makes of its workbook, without the workbook."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

import numpy as np

from mentormatch.base.arrays import BoolArray, IntArray, frozen
from mentormatch.io.cells.classes import MAX_CLASSES
from mentormatch.io.cells.grades import class_label, grade_label
from mentormatch.market.attribute import Attribute
from mentormatch.market.market import Market
from mentormatch.school.candidates import ELSEWHERE, OWN_CLASS, SAME_GRADE
from mentormatch.school.priorities import PRIORITIES, Tier, mentor_ranks, tier_codes
from mentormatch.study.generators.profile import SchoolStage
from mentormatch.study.generators.school_draw import SchoolDraw

Candidates = Literal["all", "choices"]

STAGE_NAMES: dict[SchoolStage, str] = {"primary": "小学", "junior": "初中", "senior": "高中"}
OPENING = datetime(2024, 11, 4, 8)  # schools write local time


def school_market(draw: SchoolDraw, *, candidates: Candidates = "all") -> Market:
    """Return a drawn school as a market.

    Parameters
    ----------
    draw : SchoolDraw
    candidates : {"all", "choices"}
        Every student with every mentor, as a school that places everyone needs; or only the pairs that a student listed
        or has now, which is all that mechanisms of choice read.

    Notes
    -----
    O(number of pairs), vectorised.
    """
    n, k = draw.num_students, draw.num_mentors
    cells = _listed_or_current(draw) if candidates == "choices" else np.arange(n * k)
    student, mentor = cells // k, cells % k
    rank, order, named, veto = _said(draw, cells)
    current = mentor == draw.current[student]
    locality = _locality(draw, student, mentor)
    members: dict[Tier, BoolArray] = {
        "continuing": current,
        "transfer": np.zeros(len(cells), bool),
        "named": named,
        "own_class": locality == OWN_CLASS,
        "other": np.ones(len(cells), bool),
    }
    profile = draw.profile
    return Market.from_arrays(
        student,
        mentor,
        student_rank=rank,
        mentor_rank=mentor_ranks(PRIORITIES, members, order, named),
        mentor_upper=np.full(k, profile.seats),
        mentor_lower=np.full(k, profile.fewest),
        student_ids=draw.student_ids(),
        mentor_ids=draw.mentor_ids(),
        student_attributes=_student_attributes(draw),
        mentor_attributes=_mentor_attributes(draw),
        pair_attributes={
            "current": current,
            "original": current,
            "unasked": current & ~draw.has_form[student],
            "student_veto": mentor == draw.avoided[student],
            "mentor_veto": veto,
            "locality": locality,
            "tier": tier_codes(PRIORITIES, members, len(cells)),
        },
    )


def _listed_or_current(draw: SchoolDraw) -> IntArray:
    k = draw.num_mentors
    rows = np.arange(draw.num_students)
    listed = (rows[:, None] * k + draw.choices)[draw.choices >= 0]
    has = draw.current >= 0
    return np.unique(np.concatenate([listed, rows[has] * k + draw.current[has]]))


def _said(draw: SchoolDraw, cells: IntArray) -> tuple[IntArray, IntArray, BoolArray, BoolArray]:
    """Return rank, the mentor's order, who is named and who is unsuitable, one entry for each cell."""
    n, length = draw.choices.shape
    at = np.flatnonzero(draw.choices.ravel() >= 0)
    listed = (at // length) * draw.num_mentors + draw.choices.ravel()[at]
    dense = len(cells) == n * draw.num_mentors
    position = listed if dense else np.searchsorted(cells, listed)
    said = draw.reply.ravel()[at]
    worst = 1 + int(said.max(initial=0))
    rank, order = np.zeros(len(cells), np.int64), np.full(len(cells), worst, np.int64)
    named, veto = np.zeros(len(cells), bool), np.zeros(len(cells), bool)
    rank[position] = at % length + 1
    order[position] = np.where(said > 0, said, worst)
    named[position] = (said > 0) | (said == -2)
    veto[position] = said == -1
    return rank, order, named, veto


def _locality(draw: SchoolDraw, student: IntArray, mentor: IntArray) -> IntArray:
    grades = np.unique(draw.grade_of_class)
    in_grade = np.array([draw.teaches[draw.grade_of_class == grade].any(axis=0) for grade in grades])
    near = in_grade[np.searchsorted(grades, draw.grade_of_class)]
    by_class = np.where(draw.teaches, OWN_CLASS, np.where(near, SAME_GRADE, ELSEWHERE))
    found: IntArray = by_class[draw.class_of[student], mentor]
    return found


def _student_attributes(draw: SchoolDraw) -> dict[str, Attribute]:
    everyone = np.ones(draw.num_students, bool)
    classes, grades = class_labels(draw), [grade_label(grade) for grade in draw.grade_of_class.tolist()]
    arrived = [submitted_at(minutes) for minutes in draw.arrival.tolist()]
    return {
        "boarding": _coded(("no", "yes"), draw.boarding.astype(np.int64), everyone),
        "care_level": _coded(("none", "general", "key"), draw.care, draw.care > 0),
        "class_name": _coded(classes, draw.class_of, everyone),
        "gender": _coded(("male", "female"), draw.female.astype(np.int64), everyone),
        "grade": _coded(grades, draw.class_of, everyone),
        "stage": _coded((STAGE_NAMES[draw.profile.stage],), np.zeros(draw.num_students, np.int64), everyone),
        "submitted_at": _coded(arrived, np.arange(draw.num_students), draw.has_form),
    }


def _mentor_attributes(draw: SchoolDraw) -> dict[str, Attribute]:
    everyone = np.ones(draw.num_mentors, bool)
    classes = class_labels(draw)
    taught = [[classes[c] for c in np.flatnonzero(draw.teaches[:, j]).tolist()] for j in range(draw.num_mentors)]
    head_of: list[str | None] = [None] * draw.num_mentors
    for number, mentor in enumerate(draw.head.tolist()):
        if mentor >= 0:
            head_of[mentor] = classes[number]
    return {
        "classes_taught": Attribute.from_values(taught),
        "chief_of": Attribute.from_values(head_of),
        "gender": _coded(("male", "female"), draw.female_mentor.astype(np.int64), everyone),
        "head_of": Attribute.from_values(head_of),
        "kind": _coded(("in_school",), np.zeros(draw.num_mentors, np.int64), everyone),
    }


def class_labels(draw: SchoolDraw) -> list[str]:
    """Return what each class is called: by its campus, too, where a grade has more classes than a school numbers."""
    columns = zip(draw.grade_of_class.tolist(), (draw.number_of_class - 1).tolist(), strict=True)
    return [
        ("" if number < MAX_CLASSES else f"第{number // MAX_CLASSES + 1}校区")
        + class_label(grade, number % MAX_CLASSES + 1)
        for grade, number in columns
    ]


def submitted_at(minutes: int) -> str:
    """Return the time of a form, as forms show it."""
    return (OPENING + timedelta(minutes=minutes)).isoformat(sep=" ")


def _coded(names: Sequence[str], code: IntArray, has: BoolArray) -> Attribute:
    """Return an attribute of one value at most, from positions in a list of names that may repeat."""
    used: list[int] = np.unique(code[has]).tolist()
    labels = tuple(sorted({names[position] for position in used}))
    place = {label: number for number, label in enumerate(labels)}
    table = np.full(len(names), -1, np.int64)
    table[used] = [place[names[position]] for position in used]
    start = np.zeros(len(code) + 1, np.int64)
    np.cumsum(has, out=start[1:])
    return Attribute(labels=labels, start=frozen(start), codes=frozen(table[code[has]]))
