"""The tables of several mentors for one student: who has whom in which role, and what is not filled. Ids only."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np

from mentormatch.base.text import Language, Text
from mentormatch.io.headers import RESULT_SHEETS, header
from mentormatch.market.market import Id
from mentormatch.problem.result import Result
from mentormatch.report.on_record import ROLES, STATES
from mentormatch.report.stage_words import stage_line
from mentormatch.report.status_words import STATUS
from mentormatch.report.summary import summary_lines
from mentormatch.report.tables import ResultTable, Value
from mentormatch.rules.role_plan import EXTERNAL, PRIMARY, SUPPORTING
from mentormatch.teams.picture import Card
from mentormatch.teams.roles.school import SchoolRoles
from mentormatch.teams.roles.solve import RoleResult


def role_tables(
    found: SchoolRoles, externals: frozenset[str], lang: Language, *, on: date | None = None
) -> list[ResultTable]:
    """Return all pairs by role (next term's pairings), the roles without anybody, and the summary.

    Parameters
    ----------
    found : SchoolRoles
        With mentors by role; every student of its primary matching is in the table.
    externals : frozenset of str
        Ids of external mentors: their pairs are external ones in the words of a workbook.
    lang : {"zh", "en"}
    on : date, optional
        The first day of the pairs.
    """
    names = ("student_id", "mentor_id", "role", "role_name", "state", "valid_from", "valid_to")
    since = None if on is None else on.isoformat()
    first, result = found.primary, found.by_role
    rows: list[tuple[Value, ...]] = []
    for student, mentors in _everybody(found).items():
        for role, mentor in mentors.items():
            kind = role if role == PRIMARY else EXTERNAL if mentor in externals else SUPPORTING
            state = first.state_of(student) if role == PRIMARY else None
            rows.append(
                (
                    student,
                    mentor,
                    ROLES[kind].in_language(lang),
                    _shown(role, lang),
                    STATES["active" if state is None else state.name].in_language(lang),
                    since,
                    None if state is None or state.ends is None else state.ends.isoformat(),
                )
            )
    headers = tuple(header("pairings", name, lang) for name in names)
    lacking: list[tuple[Value, ...]] = [(str(student), _shown(PRIMARY, lang)) for student in _unplaced(first)]
    lacking += [(student, _shown(role, lang)) for student, role in (() if result is None else result.unfilled)]
    lacking_headers = (header("students", "student_id", lang), header("pairings", "role_name", lang))
    return [
        ResultTable("assignments", RESULT_SHEETS["assignments"].in_language(lang), headers, rows),
        ResultTable("unplaced", RESULT_SHEETS["unplaced"].in_language(lang), lacking_headers, lacking),
        ResultTable(
            "summary",
            RESULT_SHEETS["summary"].in_language(lang),
            (Text(zh="摘要", en="summary").in_language(lang),),
            [(line,) for line in role_lines(found, lang)],
        ),
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
            "stages": _stages(primary),
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
        "stages": _stages(by_role.result),
        "seed": by_role.result.seed,
        "runtime_s": round(primary.runtime_s + by_role.result.runtime_s, 3),
    }


def _stages(result: Result) -> list[dict[str, Any]]:
    return [stage.as_data() for stage in result.stages]


def _everybody(found: SchoolRoles) -> dict[str, Mapping[str, str]]:
    """Return the mentors of every student by role, those of one with a primary mentor only too."""
    mentors: dict[str, Mapping[str, str]] = {}
    if found.primary.matching is not None:
        mentors = {str(student): {PRIMARY: str(mentor)} for student, mentor in found.primary.matching.ids()}
    return dict(sorted({**mentors, **({} if found.by_role is None else found.by_role.roles)}.items()))


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
