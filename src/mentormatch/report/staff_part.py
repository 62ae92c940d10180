"""What only the staff edition shows: care, vetoes, avoid lists."""

from dataclasses import dataclass

import numpy as np

from mentormatch.base.school_order import school_order
from mentormatch.base.text import Text
from mentormatch.explain.fairness_told import value_name
from mentormatch.problem.result import Result


@dataclass(frozen=True, slots=True)
class StaffPart:
    """The sensitive part of a page.

    Parameters
    ----------
    care : list of (mentor id, key students, all students)
        Mentors with students of care level "key".
    care_students : list of (student id, class, level, tags, mentor ids)
        Every student with a care level or a care tag.
    vetoes : list of (student id, mentor id, by student, by mentor)
        Every vetoed pair.
    """

    care: list[tuple[str, int, int]]
    care_students: list[tuple[str, str, Text, str, str]]
    vetoes: list[tuple[str, str, bool, bool]]


def staff_part(result: Result) -> StaffPart:
    """Collect the sensitive part of a result."""
    market, matching = result.problem.market, result.matching
    level, tags, classes = (market.student_attributes.get(name) for name in ("care_level", "care_tags", "class_name"))
    key = np.zeros(market.num_students, bool) if level is None else level.has("key")
    care: list[tuple[str, int, int]] = []
    if matching is not None:
        counts = np.bincount(market.mentor[matching.pairs][key[market.student[matching.pairs]]], minlength=1)
        care = [
            (str(market.mentor_ids[j]), int(counts[j]), int(matching.load[j])) for j in np.flatnonzero(counts).tolist()
        ]
    students = []
    for i, student_id in enumerate(market.student_ids):
        own_level = () if level is None else level.values(i)
        own_tags = () if tags is None else tags.values(i)
        if own_level or own_tags:
            own_classes = () if classes is None else classes.values(i)
            mentors = () if matching is None else matching.mentors_of(student_id)
            students.append(
                (
                    str(student_id),
                    "、".join(sorted(own_classes, key=school_order)),
                    value_name("care_level", own_level[0] if own_level else ""),
                    "、".join(own_tags),
                    "、".join(str(mentor) for mentor in mentors),
                )
            )
    by_student, by_mentor = market.pair_flag("student_veto"), market.pair_flag("mentor_veto")
    vetoes = [
        (
            str(market.student_of(pair)),
            str(market.mentor_of(pair)),
            bool(by_student[pair]),
            bool(by_mentor[pair]),
        )
        for pair in np.flatnonzero(by_student | by_mentor).tolist()
    ]
    return StaffPart(care, students, vetoes)
