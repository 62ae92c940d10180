"""A school's part of a joint market: its own problem, and where its people and pairs stand in the whole."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from mentormatch.base.arrays import BoolArray, IntArray
from mentormatch.base.text import Text
from mentormatch.constraints.constraint import Scope, Violation
from mentormatch.market.market import Id, Market
from mentormatch.market.matching import Matching, Pairs
from mentormatch.problem.problem import Problem


@dataclass(frozen=True, eq=False)
class Part:
    """One school of several that are solved together.

    Parameters
    ----------
    name : str
        The school.
    problem : Problem
        The school alone.
    pairs : int64 array of shape (m,)
        The position of each of its pairs in the joint market.
    students, mentors : mapping of own id to joint id
    """

    name: str
    problem: Problem
    pairs: IntArray
    students: Mapping[Id, str]
    mentors: Mapping[Id, str]

    @cached_property
    def _own_student(self) -> dict[str, Id]:
        return {joint: own for own, joint in self.students.items()}

    @cached_property
    def _own_mentor(self) -> dict[str, Id]:
        return {joint: own for own, joint in self.mentors.items()}

    def joint_students(self, market: Market) -> IntArray:
        """Return where the school's students stand in the joint market, int64 of shape (n,)."""
        return np.array([market.student_index(self.students[own]) for own in self.problem.market.student_ids], np.int64)

    def joint_mentors(self, market: Market) -> IntArray:
        """Return where the school's mentors stand in the joint market, int64 of shape (k,)."""
        return np.array([market.mentor_index(self.mentors[own]) for own in self.problem.market.mentor_ids], np.int64)

    def own_pair(self, student: Id, mentor: Id) -> tuple[Id, Id] | None:
        """Return a joint pair of ids as the school's own, None where it is another school's."""
        if student not in self._own_student or mentor not in self._own_mentor:
            return None
        return self._own_student[str(student)], self._own_mentor[str(mentor)]

    def matching(self, chosen: BoolArray) -> Matching:
        """Return the school's pairs among those of the joint market, bool of shape (joint m,)."""
        return Matching(self.problem.market, np.flatnonzero(chosen[self.pairs]))

    def view(self, pairs: Pairs) -> Pairs:
        """Return a joint matching as the school sees it: its own people by their own ids."""
        return self.matching(pairs.chosen) if isinstance(pairs, Matching) else _View(self, pairs)

    def scope(self, scope: Scope | None) -> Scope | None:
        """Return those of a joint scope who are of the school; None looks at everybody."""
        if scope is None:
            return None
        return Scope(
            [self._own_student[str(student)] for student in scope.students if student in self._own_student],
            [self._own_mentor[str(mentor)] for mentor in scope.mentors if mentor in self._own_mentor],
        )

    def told(self, text: Text) -> Text:
        """Return a text about the school with its name in front."""
        return Text(zh=f"{self.name}:{text.zh}", en=f"{self.name}: {text.en}")

    def joint_violation(self, violation: Violation) -> Violation:
        """Return a violation with joint ids."""
        return Violation(
            violation.rule,
            self.told(violation.text),
            violation.amount,
            tuple(self.students[student] for student in violation.students),
            tuple(self.mentors[mentor] for mentor in violation.mentors),
            violation.soft,
        )


@dataclass(frozen=True)
class _View:
    part: Part
    pairs: Pairs

    def mentors_of(self, student_id: Id) -> tuple[Id, ...]:
        own = self.part._own_mentor  # noqa: SLF001  # this file's own class
        return tuple(own[str(m)] for m in self.pairs.mentors_of(self.part.students[student_id]) if m in own)

    def students_of(self, mentor_id: Id) -> tuple[Id, ...]:
        own = self.part._own_student  # noqa: SLF001
        return tuple(own[str(s)] for s in self.pairs.students_of(self.part.mentors[mentor_id]) if s in own)
