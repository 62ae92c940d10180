"""What a group is: how many students, how many externals, over which days."""

from dataclasses import dataclass
from datetime import date

from mentormatch.base.errors import RulesError
from mentormatch.base.text import Text
from mentormatch.constraints.vetted_mentors import term_end

MOST = 10_000
"""No group is larger, and no lead opens more groups."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupPlan:
    """The measures of a group of one in-school lead, X externals and N students (1名校内导师+X名校外导师+N名学生).

    Parameters
    ----------
    students_min, students_max : int
        N: the students of a group, 1 <= min <= max <= 10,000.
    externals_min, externals_max : int
        X: a group with fewer than `externals_min` is kept and reported as missing some; more than `externals_max` are
        never assigned. 0 <= min <= max <= 10,000.
    first_day, last_day : date, optional
        The period. An external serves only if its check holds on every day of it. Without a last day the period ends
        with the term; without a first one nothing is asked of the check.
    preferred_points : int
        What an external in a group of a lead that it prefers adds to the fit.

    Raises
    ------
    RulesError
        For measures that no group can have.
    """

    students_min: int = 8
    students_max: int = 16
    externals_min: int = 1
    externals_max: int = 2
    first_day: date | None = None
    last_day: date | None = None
    preferred_points: int = 10

    def __post_init__(self) -> None:
        for low, high, least, zh, en in (
            (self.students_min, self.students_max, 1, "每组学生", "the students of a group"),
            (self.externals_min, self.externals_max, 0, "每组校外导师", "the externals of a group"),
        ):
            if not least <= low <= high <= MOST:
                raise RulesError(
                    Text(
                        zh=f"{zh}的下限、上限应满足 {least} ≤ 下限 ≤ 上限 ≤ {MOST},现为 {low}、{high}。",
                        en=f"For {en}, {least} <= lower <= upper <= {MOST} must hold; got {low} and {high}.",
                    )
                )
        if self.first_day is not None and self.last_day is not None and self.last_day < self.first_day:
            raise RulesError(
                Text(
                    zh=f"时段的最后一天 {self.last_day} 早于第一天 {self.first_day}。",
                    en=f"The last day {self.last_day} lies before the first day {self.first_day}.",
                )
            )
        if self.preferred_points < 0:
            raise RulesError(
                Text(
                    zh=f"意向校内导师的加分不能为负,现为 {self.preferred_points}。",
                    en=f"The points of a preferred lead must not be negative; got {self.preferred_points}.",
                )
            )

    @property
    def period_end(self) -> date | None:
        """The last day of the period: the one that is stated, else the last of the term that the first day is in."""
        return self.last_day if self.last_day is not None or self.first_day is None else term_end(self.first_day)
