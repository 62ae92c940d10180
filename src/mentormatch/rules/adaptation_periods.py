"""Who is in an adaptation period, by all the rules that say so."""

from collections.abc import Mapping, Sequence
from datetime import date

from mentormatch.constraints.adaptation import Adaptation
from mentormatch.constraints.constraint import Constraint
from mentormatch.roster.roster import Roster
from mentormatch.school.school_attributes import student_attributes


def adaptation_periods(
    rules: Sequence[Constraint], roster: Roster, on: date | None
) -> tuple[tuple[Constraint, ...], Mapping[str, date]]:
    """Return the rules for a day, and the students in an adaptation period on it with its last day.

    Where several rules cover a student the last of their days counts: a period is over when all say so. A rule that
    covers nobody on that day holds no seats back.

    Parameters
    ----------
    rules : sequence of Constraint
    roster : Roster
    on : date, optional
        Without a day nobody is in a period.

    Raises
    ------
    RulesError
        For a rule whose scope names what no student has.
    """
    found: dict[str, date] = {}
    dated: list[Constraint] = []
    for rule in rules:
        if not isinstance(rule, Adaptation):
            dated.append(rule)
            continue
        meant = _scope(rule, roster)
        ends = {student: end for student, end in rule.ends(roster, on).items() if student in meant}
        dated.append(rule if ends else rule.model_copy(update={"held_back": 0}))
        for student, end in ends.items():
            found[student] = max(end, found.get(student, end))
    return tuple(dated), found


def _scope(rule: Constraint, roster: Roster) -> frozenset[str]:
    """Return the ids of the students whom a rule is for."""
    ids = [student.student_id for student in roster.students]
    if not rule.has_scope:
        return frozenset(ids)
    there = student_attributes(roster.students, provisional={}, requests={}, arrived={}, fields=roster.fields)
    chosen = rule.in_scope(there, len(ids))
    return frozenset(student for student, meant in zip(ids, chosen.tolist(), strict=True) if meant)
