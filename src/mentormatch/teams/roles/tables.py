"""The tables of several mentors for one student: who has whom in which role, and what is not filled. Ids only."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from mentormatch.base.text import Language, Text
from mentormatch.io.headers import header
from mentormatch.market.market import Id
from mentormatch.problem.result import Result
from mentormatch.report.answer import summary_table, table
from mentormatch.report.on_record import ROLES
from mentormatch.report.pairing_table import pairing_table
from mentormatch.report.stage_words import stage_line
from mentormatch.report.status_words import STATUS
from mentormatch.report.summary import summary_lines
from mentormatch.report.tables import ResultTable, Value
from mentormatch.roster.pairing import Pairing
from mentormatch.rules.role_plan import PRIMARY
from mentormatch.teams.picture import Card
from mentormatch.teams.roles.school import SchoolRoles
from mentormatch.teams.roles.solve import RoleResult


def role_tables(found: SchoolRoles, pairings: Sequence[Pairing], lang: Language) -> list[ResultTable]:
    """Return all pairs by role (next term's pairings), the roles without anybody, and the summary."""
    lacking: list[tuple[Value, ...]] = [(str(student), _shown(PRIMARY, lang)) for student in _unplaced(found.primary)]
    unfilled = () if found.by_role is None else found.by_role.unfilled
    lacking += [(student, _shown(role, lang)) for student, role in unfilled]
    headers: list[Text | str] = [header("students", "student_id", lang), header("pairings", "role_name", lang)]
    # Where some roles have names the others are named by what they are, so that the column reads down.
    shown = [row.model_copy(update={"role_name": _shown(row.role_name or row.role, lang)}) for row in pairings]
    return [
        pairing_table(shown, lang),
        table("unplaced", lang, headers, lacking),
        summary_table(role_lines(found, lang), lang),
    ]


def role_lines(found: SchoolRoles, lang: Language) -> list[str]:
    """Return the summary in words, a fact a line: the primary mentors, then the other roles."""
    lines = summary_lines(found.primary, lang)
    result = found.by_role
    if result is None:
        return lines
    status = STATUS[result.result.status]
    said = [Text(zh=f"多角色:{status.zh}", en=f"Mentors by role: {status.en}")]
    if result.result.matching is None:
        said += [] if result.result.conflict is None else [result.result.conflict.text]
        return [*lines, *(line.in_language(lang) for line in said)]
    demanded = sum(len(wanted) for wanted in result.asked.demands.values())
    filled = demanded - len(result.unfilled)
    said += [
        Text(
            zh=f"{len(result.asked.demands)} 名学生需要多位导师,{demanded} 个角色中已落实 {filled} 个",
            en=f"{len(result.asked.demands)} students need several mentors; {filled} of {demanded} roles are filled",
        ),
        *(stage_line(stage) for stage in result.result.stages),
        *found.passed_over,
    ]
    return [*lines, *(line.in_language(lang) for line in said)]


def role_summary(found: SchoolRoles) -> dict[str, Any]:
    """Return mentors by role as plain data; ids only."""
    primary, by_role = found.primary, found.by_role
    facts: dict[str, Any] = {
        "primary": {
            "status": str(primary.status),
            "pairs": {} if primary.matching is None else {str(s): str(m) for s, m in primary.matching.ids()},
            "unplaced": [str(student) for student in _unplaced(primary)],
            "stages": [stage.as_data() for stage in primary.stages],
        },
        "passed_over": [text.as_data() for text in found.passed_over],
    }
    if by_role is None:
        return {"status": str(primary.status), **facts}
    return {
        "status": str(by_role.result.status),
        **facts,
        "roles": {student: dict(mine) for student, mine in sorted(by_role.roles.items())},
        "unfilled": [{"student": student, "role": role} for student, role in by_role.unfilled],
        "engine": by_role.result.engine,
        "stages": [stage.as_data() for stage in by_role.result.stages],
        "seed": by_role.result.seed,
        "runtime_s": round(primary.runtime_s + by_role.result.runtime_s, 3),
    }


def _unplaced(result: Result) -> list[Id]:
    if result.matching is None:
        return []
    return [result.problem.market.student_ids[at] for at in np.flatnonzero(result.matching.degree == 0).tolist()]


def role_cards(result: RoleResult, lang: Language) -> list[Card]:
    """Return a card for each student with what it lacks."""
    lacking: dict[str, list[str]] = {}
    for student, role in result.unfilled:
        lacking.setdefault(student, []).append(_shown(role, lang))
    return [
        Card(
            student,
            [f"{_shown(role, lang)}: {mentor}" for role, mentor in mine.items()],
            (),
            ", ".join(lacking[student]) if student in lacking else None,
        )
        for student, mine in sorted(result.roles.items())
    ]


def _shown(role: str, lang: Language) -> str:
    return ROLES[role].in_language(lang) if role in ROLES else role
