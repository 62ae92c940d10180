"""Growth groups (“快乐成长”小组): split a mentor's students, or a class, into balanced groups, with proof.

Keep-apart pairs and sizes are hard. Then, one after the other: as many friends' wishes as possible, and values of the
chosen attributes spread as evenly as possible. `growth_solving.growth_groups` solves it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from mentormatch.base.errors import MarketError
from mentormatch.base.text import Text
from mentormatch.market.market import Id
from mentormatch.problem.result import StageValue, Status

Pair = tuple[Id, Id]


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class GrowthProblem:
    """What is asked of growth groups.

    Parameters
    ----------
    students : sequence of ids
    size_min, size_max : int
        Students of a group.
    attributes : mapping of name to (mapping of student to value)
        What to spread evenly (class, gender, boarding, care level); a student without a value does not count. Care data
        stays in the problem: results and messages name students and groups only.
    together : sequence of pairs
        Friends who wish to be in one group.
    apart : sequence of pairs
        Students who must not be in one group.

    Raises
    ------
    MarketError
        For sizes, students or pairs that make no sense.
    """

    students: Sequence[Id]
    size_min: int
    size_max: int
    attributes: Mapping[str, Mapping[Id, str]]
    together: Sequence[Pair] = ()
    apart: Sequence[Pair] = ()

    def __post_init__(self) -> None:
        ordered = tuple(sorted(self.students, key=lambda student: (str(type(student)), student)))
        if len(set(ordered)) < len(ordered):
            raise MarketError("A student stands more than once.")
        if not 1 <= self.size_min <= self.size_max:
            raise MarketError(
                Text(
                    zh=f"小组人数应满足 1 ≤ 下限 ≤ 上限,现为 {self.size_min}、{self.size_max}。",
                    en=f"Sizes must keep 1 <= size_min <= size_max; got {self.size_min} and {self.size_max}.",
                )
            )
        known = set(ordered)
        for pairs in (self.together, self.apart):
            for one, other in pairs:
                if one not in known or other not in known or one == other:
                    raise MarketError(
                        Text(
                            zh=f"{one} 与 {other} 不是这里的两名学生。",
                            en=f"{one} and {other} are not two students here.",
                        )
                    )
        object.__setattr__(self, "students", ordered)


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class GrowthResult:
    """Growth groups, checked.

    Parameters
    ----------
    problem : GrowthProblem
    status : Status
    groups : tuple of tuples of ids
        In the order of their first students.
    stages : tuple of StageValue
        ``friends_together`` (pairs, maximised), then ``imbalance``: over attributes and values, the sum of squares
        of the numbers in the groups.
    """

    problem: GrowthProblem
    status: Status
    groups: tuple[tuple[Id, ...], ...] = ()
    stages: tuple[StageValue, ...] = ()


def friends(group: Sequence[Id]) -> list[Pair]:
    """Return every pair of a circle of friends, for `together`."""
    return list(combinations(group, 2))
