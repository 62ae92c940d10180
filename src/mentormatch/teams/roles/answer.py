"""The answer of several mentors for one student, in the shape of every other answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from mentormatch.base.text import Language, Text
from mentormatch.explain.certificate import certificate_data
from mentormatch.market.market import Id
from mentormatch.problem.explanation import StudentExplanation
from mentormatch.problem.result import StageValue, Status
from mentormatch.record.team_step import team_step
from mentormatch.report.pairing_table import within_service
from mentormatch.report.school_answer import checked_again, primary_pairings
from mentormatch.report.tables import ResultTable
from mentormatch.roster.pairing import Pairing
from mentormatch.roster.roster import Roster
from mentormatch.rules.role_plan import PRIMARY
from mentormatch.teams.picture import Card
from mentormatch.teams.record_after import rows_after
from mentormatch.teams.roles.check import role_failures
from mentormatch.teams.roles.problem import Slot
from mentormatch.teams.roles.school import SchoolRoles
from mentormatch.teams.roles.tables import role_cards, role_lines, role_summary, role_tables


@dataclass(frozen=True, eq=False, kw_only=True)
class RoleAnswer:
    """Mentors by role, as `mentormatch.report.answer.Answer` tells them.

    Parameters
    ----------
    found : SchoolRoles
    roster : Roster
        The school, which knows who is external and until when a mentor serves.
    on : date, optional
        The first day of the pairs.
    """

    found: SchoolRoles
    roster: Roster
    on: date | None = None

    @property
    def status(self) -> Status:
        """What was proven: of the other roles, or of the primary one where that is as far as it went."""
        return self.found.primary.status if self.found.by_role is None else self.found.by_role.result.status

    @property
    def stages(self) -> tuple[StageValue, ...]:
        """What was optimised for all roles."""
        return self.found.primary.stages if self.found.by_role is None else self.found.by_role.result.stages

    @property
    def title(self) -> Text:
        """What the answer is about."""
        return Text("各角色的导师", "Mentors by role")

    @property
    def is_found(self) -> bool:
        """Whether there is a matching for all roles."""
        return self.found.by_role is not None and self.found.by_role.result.matching is not None

    def pairings(self) -> tuple[Pairing, ...]:
        """Return everybody's primary mentor and all other roles."""
        outside = {person.mentor_id for person in self.roster.people if person.kind == "external"}
        roles: Mapping[str, Mapping[str, str]] = {} if self.found.by_role is None else self.found.by_role.roles
        others = [
            Pairing(
                student_id=student,
                mentor_id=mentor,
                role="external" if mentor in outside else "supporting",
                role_name=role,
                valid_from=self.on,
            )
            for student, mine in roles.items()
            for role, mentor in mine.items()
            if role != PRIMARY
        ]
        return (
            *primary_pairings(self.found.primary, self.on, self.roster),
            *(within_service(row, self.roster) for row in others),
        )

    def record_after(self, lang: Language) -> Roster:
        """Return the school with its record after the primary mentors, then after the other roles."""
        first = self.found.primary.record
        before = self.roster if first is None else first.after(lang)
        if self.on is None or not self.is_found:
            return before
        return team_step(before, self.pairings(), on=self.on, command="roles").after(lang)

    def lines(self, lang: Language) -> list[str]:
        """Return the summary in words: the primary mentors, then the other roles."""
        return role_lines(self.found, lang)

    def tables(self, lang: Language) -> list[ResultTable]:
        """Return all pairs by role, the roles without anybody, and the summary."""
        rows = rows_after(self.roster, self.pairings(), decides=_is_of_roles, on=self.on, lang=lang)
        return role_tables(self.found, rows, lang)

    def cards(self, lang: Language) -> Sequence[Card]:
        """Return a card for each student with a demand."""
        return () if self.found.by_role is None else role_cards(self.found.by_role, lang)

    def data(self) -> dict[str, Any]:
        """Return the mentors by role as plain data."""
        return role_summary(self.found)

    def checked(self) -> tuple[Text, ...]:
        """Check the primary mentors, then all roles by the demand alone."""
        by_role = self.found.by_role
        failures = checked_again(self.found.primary)
        if by_role is None or by_role.result.matching is None:
            return failures
        return (*failures, *checked_again(by_role.result), *role_failures(by_role.asked, by_role.roles))

    def explain(self, student_id: Id) -> StudentExplanation:
        """Say why a student has its primary mentor, and who was left for each of its other roles."""
        told = self.found.primary.explain(student_id)
        by_role = self.found.by_role
        if by_role is None or by_role.result.matching is None:
            return told
        name = str(student_id)
        slots = [role for role in by_role.asked.demands.get(name, {}) if role != PRIMARY]
        parts = [by_role.result.explain(Slot(name, role)) for role in slots]
        return StudentExplanation(
            student=told.student,
            has=(*told.has, *(statement for part in parts for statement in part.has)),
            choices=(*told.choices, *(statement for part in parts for statement in part.choices)),
            before=told.before,
            left=told.left,
            points=told.points,
        )

    def certificate(self) -> dict[str, Any] | None:
        """Return the proof that all roles are filled as well as the rows allow."""
        return None if self.found.by_role is None else certificate_data(self.found.by_role.result)


def _is_of_roles(row: Pairing) -> bool:
    """Tell whether roles decide a row: primary mentors, and others in a role; not the externals of a group."""
    return row.role == "primary" or (row.role in ("supporting", "external") and row.group is None)
