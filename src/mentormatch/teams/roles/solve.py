"""Solve a demand for roles: build the problem, solve it, check the answer by the demand alone."""

from collections.abc import Mapping
from dataclasses import dataclass

from mentormatch.base.errors import raise_disagreement
from mentormatch.base.text import Text
from mentormatch.mechanisms.solving import Progress, solve
from mentormatch.problem.result import Result
from mentormatch.teams.roles.check import role_failures
from mentormatch.teams.roles.problem import RoleDemand, role_problem, roles_of


@dataclass(frozen=True, eq=False)
class RoleResult:
    """Mentors by role, checked.

    Parameters
    ----------
    asked : RoleDemand
    result : Result
    roles : mapping of student to (mapping of role to mentor)
        Empty without an answer.
    """

    asked: RoleDemand
    result: Result
    roles: Mapping[str, Mapping[str, str]]

    @property
    def unfilled(self) -> tuple[tuple[str, str], ...]:
        """Every student and role that was demanded and has nobody."""
        return tuple(
            (student, role)
            for student, wanted in sorted(self.asked.demands.items())
            for role in wanted
            if role not in self.roles.get(student, {})
        )


def solve_roles(
    asked: RoleDemand,
    *,
    seed: int = 0,
    time_limit: float | None = None,
    on_progress: Progress | None = None,
) -> RoleResult:
    """Give students a mentor for each role.

    Parameters
    ----------
    asked : RoleDemand
    seed, time_limit, on_progress
        As in `mentormatch.solve`.

    Raises
    ------
    InternalError
        When the checker, which reads `asked` and the answer alone, disagrees.

    Examples
    --------
    >>> wanted = {"Ann": {"primary": ["Lee"], "psychology": ["Xu", "Lee"]}}
    >>> solve_roles(RoleDemand(demands=wanted, quotas={("Lee", "primary"): 1, ("Xu", "psychology"): 1})).roles
    {'Ann': {'primary': 'Lee', 'psychology': 'Xu'}}
    """
    result = solve(role_problem(asked), seed=seed, time_limit=time_limit, on_progress=on_progress)
    roles = {} if result.matching is None else roles_of(result.matching)
    failures = () if result.matching is None else role_failures(asked, roles)
    raise_disagreement(Text("角色求解", "the mentors by role"), failures)
    return RoleResult(asked, result, roles)
