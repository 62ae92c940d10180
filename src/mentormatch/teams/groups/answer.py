"""The answer of groups, in the shape of every other answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from mentormatch.base.errors import InputError
from mentormatch.base.text import Language, Text
from mentormatch.explain.explainer import EXPLAINER
from mentormatch.market.market import Id
from mentormatch.problem.explanation import Statement, StudentExplanation
from mentormatch.problem.result import Result, StageValue, Status, pair_state
from mentormatch.record.team_step import team_step
from mentormatch.report.pairing_table import within_service
from mentormatch.report.tables import ResultTable
from mentormatch.roster.group import GroupRecord
from mentormatch.roster.pairing import Pairing
from mentormatch.roster.roster import Roster
from mentormatch.teams.groups.check import verify_group_result
from mentormatch.teams.groups.result import Group, GroupResult
from mentormatch.teams.groups.tables import group_cards, group_lines, group_summary, group_tables, name_of
from mentormatch.teams.picture import Card
from mentormatch.teams.record_after import rows_after


@dataclass(frozen=True, eq=False, kw_only=True)
class GroupAnswer:
    """Groups, as `mentormatch.report.answer.Answer` tells them.

    Parameters
    ----------
    result : GroupResult
    roster : Roster, optional
        The school, which knows until when a mentor serves.
    on : date, optional
        The first day of the groups.
    """

    result: GroupResult
    roster: Roster | None = None
    on: date | None = None

    @property
    def status(self) -> Status:
        """What was proven."""
        return self.result.status

    @property
    def stages(self) -> tuple[StageValue, ...]:
        """The students' stages, then those of the externals."""
        return self.result.stages

    @property
    def title(self) -> Text:
        """What the answer is about."""
        return Text("成长小组:校内导师、校外导师与学生", "Groups: lead, externals and students")

    @property
    def is_found(self) -> bool:
        """Whether there are groups."""
        return self.result.matching is not None

    def pairings(self) -> tuple[Pairing, ...]:
        """Return every student with its lead and with the externals of its group."""
        market = self.result.problem.problem.market
        found = []
        for group in self.result.groups:
            for student in group.students:
                state, name = pair_state(market, student), name_of(group)
                lead = Pairing(
                    student_id=str(student),
                    mentor_id=str(group.lead),
                    group=name,
                    state=state.name,
                    valid_from=self.on,
                    valid_to=state.ends,
                )
                outside = (
                    Pairing(
                        student_id=str(student), mentor_id=external, role="external", group=name, valid_from=self.on
                    )
                    for external in group.externals
                )
                found += [within_service(row, self.roster) for row in (lead, *outside)]
        return tuple(found)

    def record_after(self, lang: Language) -> Roster:
        """Return the school with its record after the groups, and the groups with their first and last day."""
        roster = self.roster or Roster()
        if self.on is None or not self.is_found:
            return roster
        groups = [
            GroupRecord(
                group_id=name_of(group),
                lead_id=str(group.lead),
                students=tuple(str(student) for student in group.students),
                externals=tuple(group.externals),
                first_day=self.on,
                last_day=self.result.problem.plan.last_day,
            )
            for group in self.result.groups
        ]
        return team_step(roster, self.pairings(), on=self.on, command="groups", groups=groups).after(lang)

    def lines(self, lang: Language) -> list[str]:
        """Return the summary in words."""
        return group_lines(self.result, lang)

    def tables(self, lang: Language) -> list[ResultTable]:
        """Return the groups, the externals, the pairings, who is in no group, and the summary."""
        rows = self.pairings()
        if self.roster is not None:
            rows = rows_after(self.roster, rows, decides=_is_of_groups, on=self.on, lang=lang)
        return group_tables(self.result, rows, lang)

    def cards(self, lang: Language) -> Sequence[Card]:
        """Return a card for each group of a picture."""
        return group_cards(self.result, lang) if self.is_found else ()

    def data(self) -> dict[str, Any]:
        """Return the groups as plain data."""
        return group_summary(self.result)

    def checked(self) -> tuple[Text, ...]:
        """Check every claim again."""
        return verify_group_result(self.result)

    def explain(self, student_id: Id) -> StudentExplanation:
        """Say why a student has the lead, which externals serve the group and how well they suit, and what it lacks."""
        told = self._leads().explain(student_id)
        group = next((group for group in self.result.groups if student_id in group.students), None)
        if group is None:
            return told
        return StudentExplanation(
            student=told.student,
            has=(*told.has, *self._externals(student_id, group)),
            choices=told.choices,
            before=told.before,
            left=told.left,
            points=told.points,
        )

    def certificate(self) -> None:
        """Return nothing: what groups are proven by does not stand in the rows of a certificate."""
        return

    def _leads(self) -> Result:
        """Return the matching of students and leads as a result that can be explained."""
        found = self.result
        if found.matching is None:
            raise InputError(Text("没有分组结果可解释。", "There are no groups to explain."))
        return Result(
            problem=found.problem.problem,
            status=found.status,
            matching=found.matching,
            mechanism="optimal",
            engine="groups",
            engine_reason=Text("按小组求解。", "groups are solved by their own engine."),
            seed=found.seed,
            explainer=EXPLAINER,
        )

    def _externals(self, student_id: Id, group: Group) -> list[Statement]:
        problem = self.result.problem
        row = problem.problem.market.student_index(student_id)
        place = {external.external_id: at for at, external in enumerate(problem.externals)}
        said = [
            Statement(
                "group_external",
                Text(
                    "小组 {g} 的校外导师 {e} 与该生的契合为 {n} 分。",
                    "External {e} of group {g}: fit {n} with the student.",
                ).format(g=name_of(group), e=name, n=int(problem.fit[row, place[name]])),
                name,
                0,
                {"group": name_of(group), "fit": int(problem.fit[row, place[name]])},
            )
            for name in group.externals
        ]
        return said + [Statement("group_lacks", text.sentence, None, 0, {}) for text in group.missing]


def _is_of_groups(row: Pairing) -> bool:
    """Tell whether groups decide a row: leads, and externals who have no role of another name."""
    return row.role == "primary" or (row.role == "external" and row.role_name is None)
