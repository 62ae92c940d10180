"""The answer of growth groups, in the shape of every other answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from mentormatch.base.errors import InputError, MarketError
from mentormatch.base.text import Language, Text
from mentormatch.market.market import Id
from mentormatch.problem.explanation import Statement, StudentExplanation
from mentormatch.problem.result import StageValue, Status
from mentormatch.report.tables import ResultTable
from mentormatch.roster.pairing import Pairing
from mentormatch.teams.growth.check import verify_growth_result
from mentormatch.teams.growth.school import GrowthUnit
from mentormatch.teams.growth.tables import growth_cards, growth_lines, growth_summary, growth_tables
from mentormatch.teams.picture import Card

_WORST = (Status.UNKNOWN, Status.INFEASIBLE, Status.FEASIBLE)


@dataclass(frozen=True, eq=False)
class GrowthAnswer:
    """Growth groups of a school, as `mentormatch.report.answer.Answer` tells them.

    Parameters
    ----------
    units : tuple of GrowthUnit
        The classes, or the mentors.
    """

    units: tuple[GrowthUnit, ...]

    @property
    def status(self) -> Status:
        """What was proven of all units together: no better than of the worst one; without students there are none."""
        of_units = {unit.result.status for unit in self.units} or {Status.INFEASIBLE}
        return next((status for status in _WORST if status in of_units), Status.OPTIMAL)

    @property
    def stages(self) -> tuple[StageValue, ...]:
        """The stages of all units, each named by its unit."""
        return tuple(
            StageValue(f"{unit.name}.{stage.name}", stage.value, stage.bound, stage.proven)
            for unit in self.units
            for stage in unit.result.stages
        )

    @property
    def title(self) -> Text:
        """What the answer is about."""
        return Text("快乐成长小组", "Growth groups")

    @property
    def is_found(self) -> bool:
        """Whether some unit has groups."""
        return any(unit.result.groups for unit in self.units)

    def pairings(self) -> tuple[Pairing, ...]:
        """Return nothing: growth groups change nobody's mentor."""
        return ()

    def record_after(self, lang: Language) -> None:
        """Return nothing: growth groups leave every pairing as it is."""
        return

    def lines(self, lang: Language) -> list[str]:
        """Return the summary in words, a line for each unit."""
        return growth_lines(self.units, lang)

    def tables(self, lang: Language) -> list[ResultTable]:
        """Return the groups and the summary."""
        return growth_tables(self.units, lang)

    def cards(self, lang: Language) -> Sequence[Card]:
        """Return a card for each group."""
        return growth_cards(self.units, lang)

    def data(self) -> dict[str, Any]:
        """Return the groups as plain data."""
        return {"status": str(self.status), **growth_summary(self.units)}

    def checked(self) -> tuple[Text, ...]:
        """Check every claim of every unit again."""
        return tuple(failure for unit in self.units for failure in verify_growth_result(unit.result))

    def explain(self, student_id: Id) -> StudentExplanation:
        """Say in which group a student is, how many of its wishes were met, and from how many it is kept apart.

        Other students are told as numbers.
        """
        unit = next((unit for unit in self.units if student_id in unit.result.problem.students), None)
        if unit is None:
            raise MarketError(Text(f"没有编号为 {student_id} 的学生。", f"There is no student {student_id!r}."))
        problem, groups = unit.result.problem, unit.result.groups
        at, group = next(((n, g) for n, g in enumerate(groups, start=1) if student_id in g), (0, ()))
        if not at:
            raise InputError(Text("没有分组结果可解释。", "There are no groups to explain."))
        friends = {s for pair in problem.together if student_id in pair for s in pair} - {student_id}
        apart = {s for pair in problem.apart if student_id in pair for s in pair} - {student_id}
        met = len(friends.intersection(group))
        said = [
            Text("在 {unit} 第 {n} 组,共 {k} 人。", "In group {n} of {unit}, with {k} students.").format(
                unit=unit.name, n=at, k=len(group)
            )
        ]
        if friends:
            text = Text("同组愿望 {n} 个,满足 {met} 个。", "{met} of {n} wishes for a group are met.")
            said.append(text.format(n=len(friends), met=met))
        if apart:
            said.append(
                Text("须分组的 {n} 人都不在本组。", "None of {n} to be kept apart is in the group.").format(
                    n=len(apart)
                )
            )
        facts = {"group": at, "wishes": len(friends), "met": met, "apart": len(apart)}
        return StudentExplanation(
            student_id, tuple(Statement("growth_group", text, None, 0, dict(facts)) for text in said)
        )

    def certificate(self) -> None:
        """Return nothing: growth groups have no rows of pairs of students and mentors."""
        return
