"""Groups as an answer: who is with whom, what each group lacks, and what was proven."""

from dataclasses import dataclass

from mentormatch.base.text import Text
from mentormatch.market.market import Id
from mentormatch.market.matching import Matching
from mentormatch.problem.result import StageValue, Status
from mentormatch.teams.groups.problem import GroupProblem


@dataclass(frozen=True, slots=True)
class Group:
    """One group.

    Parameters
    ----------
    lead : id
    number : int
        1, 2, ... among the groups of the lead.
    students, externals : tuple of ids
        Ascending.
    missing : tuple of Text
        What the group lacks, and why; empty where it is complete.
    """

    lead: Id
    number: int
    students: tuple[Id, ...]
    externals: tuple[str, ...]
    missing: tuple[Text, ...] = ()


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class GroupResult:
    """The answer to a `GroupProblem`, checked independently before it is returned.

    Parameters
    ----------
    problem : GroupProblem
    status : Status
    groups : tuple of Group
        In the order of leads and numbers; empty where the status is ``infeasible`` or ``unknown``.
    matching : Matching or None
        Students and the leads of their groups.
    stages : tuple of StageValue
        The stages of the students' side, then ``externals_missing``, ``external_fit`` and ``group_balance``.
    conflict : Text or None
        The reason of an infeasible status.
    seed : int
    runtime_s : float
    stopped_by_limit : bool
    """

    problem: GroupProblem
    status: Status
    groups: tuple[Group, ...] = ()
    matching: Matching | None = None
    stages: tuple[StageValue, ...] = ()
    conflict: Text | None = None
    seed: int = 0
    runtime_s: float = 0.0
    stopped_by_limit: bool = False

    def __repr__(self) -> str:
        return f"GroupResult({self.status}, {len(self.groups)} groups, {self.matching!r})"

    @property
    def unplaced(self) -> tuple[Id, ...]:
        """The students that are in no group."""
        placed = {student for group in self.groups for student in group.students}
        return tuple(student for student in self.problem.problem.market.student_ids if student not in placed)
