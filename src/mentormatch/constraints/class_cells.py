"""Class and mentor cells: which students of a class are with which mentor. What rules on class teams count."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from mentormatch.base.arrays import IntArray
from mentormatch.base.text import Text
from mentormatch.formulation.rows import Rows, grouped_rows
from mentormatch.market.market import Id, Market
from mentormatch.market.matching import Pairs


@dataclass(frozen=True, eq=False)
class ClassCells:
    """The cells of a market that can hold a student.

    Parameters
    ----------
    rows : Rows
        One row for each cell: its students at its mentor, one at least where the cell is used.
    group, mentor : int64 array of shape (t,)
        The class, as a position in the attribute's labels, and the mentor of each cell.
    """

    rows: Rows
    group: IntArray
    mentor: IntArray


def class_cells(rule: str, market: Market, attribute: str, *, confidential: bool = False) -> ClassCells:
    """Return the cells of the values of a student attribute and the mentors that candidate pairs join.

    Where students have several values a pair stands in several cells. O(m log m).
    """
    values = market.student_attributes[attribute]
    pairs, code = values.codes_of(market.student)
    key = code * max(market.num_mentors, 1) + market.mentor[pairs]
    found, owner = np.unique(key, return_inverse=True)
    group, mentor = found // max(market.num_mentors, 1), found % max(market.num_mentors, 1)
    rows = grouped_rows(
        rule,
        pairs,
        owner,
        lower=np.ones(len(found), np.int64),
        upper=np.bincount(owner, minlength=len(found)),
        label=lambda r: Text(
            zh=f"导师 {market.mentor_ids[mentor[r]]} 带“{values.labels[group[r]]}”的学生。",
            en=f"Mentor {market.mentor_ids[mentor[r]]} takes students of '{values.labels[group[r]]}'.",
        ),
        confidential=confidential,
    )
    return ClassCells(rows, group, mentor)


def groups_of_mentor(market: Market, pairs: Pairs, attribute: str, mentor_id: Id) -> set[str]:
    """Return the classes that a mentor has students of, by ids."""
    values = market.student_attributes[attribute]
    return {
        label
        for student_id in pairs.students_of(mentor_id)
        for label in values.values(market.student_index(student_id))
    }


def mentors_of_groups(market: Market, pairs: Pairs, attribute: str) -> Iterator[tuple[str, set[Id], list[Id]]]:
    """Yield each class with the mentors that have students of it and with its students, by ids."""
    values = market.student_attributes[attribute]
    mentors: dict[str, set[Id]] = {label: set() for label in values.labels}
    students: dict[str, list[Id]] = {label: [] for label in values.labels}
    for i, student_id in enumerate(market.student_ids):
        for label in values.values(i):
            mentors[label].update(pairs.mentors_of(student_id))
            students[label].append(student_id)
    for label in values.labels:
        yield label, mentors[label], students[label]
