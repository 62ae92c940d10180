"""The tables of several mentors for one student: who has whom in which role, and what is not filled. Ids only."""

from datetime import date
from typing import Any

from mentormatch.io.headers import RESULT_SHEETS, header
from mentormatch.report.group_picture import Card
from mentormatch.report.stage_words import stage_line
from mentormatch.report.status_words import STATUS
from mentormatch.report.tables import ResultTable, Value
from mentormatch.role_solving import RoleResult
from mentormatch.teams.role_plan import EXTERNAL, SUPPORTING
from mentormatch.teams.roles import PRIMARY
from mentormatch.text import Language, Text

_ROLES = {
    PRIMARY: Text(zh="主", en="primary"),
    SUPPORTING: Text(zh="协", en="supporting"),
    EXTERNAL: Text(zh="校外", en="external"),
}


def role_tables(
    result: RoleResult, externals: frozenset[str], lang: Language, *, on: date | None = None
) -> list[ResultTable]:
    """Return the pairs by role (next term's pairings), the roles without anybody, and the summary.

    Parameters
    ----------
    result : RoleResult
    externals : frozenset of str
        Ids of external mentors: their pairs are external ones in the words of a workbook.
    lang : {"zh", "en"}
    on : date, optional
        The first day of the pairs.
    """
    names = ("student_id", "mentor_id", "role", "role_name", "state", "valid_from")
    active = Text(zh="在结", en="active").in_language(lang)
    since = None if on is None else on.isoformat()
    rows: list[tuple[Value, ...]] = []
    for student, mine in sorted(result.roles.items()):
        for role, mentor in mine.items():
            kind = role if role == PRIMARY else EXTERNAL if mentor in externals else SUPPORTING
            shown = _ROLES[role].in_language(lang) if role in _ROLES else role
            rows.append((student, mentor, _ROLES[kind].in_language(lang), shown, active, since))
    headers = tuple(header("pairings", name, lang) for name in names)
    lacking: list[tuple[Value, ...]] = [
        (student, _ROLES[role].in_language(lang) if role in _ROLES else role) for student, role in result.unfilled
    ]
    lacking_headers = (header("students", "student_id", lang), header("pairings", "role_name", lang))
    return [
        ResultTable("assignments", RESULT_SHEETS["assignments"].in_language(lang), headers, rows),
        ResultTable("unplaced", RESULT_SHEETS["unplaced"].in_language(lang), lacking_headers, lacking),
        ResultTable(
            "summary",
            RESULT_SHEETS["summary"].in_language(lang),
            (Text(zh="摘要", en="summary").in_language(lang),),
            [(line,) for line in role_lines(result, lang)],
        ),
    ]


def role_lines(result: RoleResult, lang: Language) -> list[str]:
    """Return the summary in words, a fact a line."""
    lines = [Text(zh=f"结果:{STATUS[result.result.status].zh}", en=f"Result: {STATUS[result.result.status].en}")]
    if result.result.matching is None:
        lines += [] if result.result.conflict is None else [result.result.conflict.text]
        return [line.in_language(lang) for line in lines]
    demanded = sum(len(wanted) for wanted in result.asked["demands"].values())
    filled = demanded - len(result.unfilled)
    lines += [
        Text(
            zh=f"{len(result.asked['demands'])} 名学生需要多位导师,{demanded} 个角色中已落实 {filled} 个",
            en=f"{len(result.asked['demands'])} students need several mentors; {filled} of {demanded} roles are filled",
        ),
        *(stage_line(stage) for stage in result.result.stages),
    ]
    return [line.in_language(lang) for line in lines]


def role_summary(result: RoleResult) -> dict[str, Any]:
    """Return the result as plain data; ids only."""
    found = result.result
    return {
        "status": str(found.status),
        "roles": {student: dict(mine) for student, mine in sorted(result.roles.items())},
        "unfilled": [{"student": student, "role": role} for student, role in result.unfilled],
        "engine": found.engine,
        "stages": [
            {"name": stage.name, "value": stage.value, "bound": stage.bound, "proven": stage.proven}
            for stage in found.stages
        ],
        "seed": found.seed,
        "runtime_s": round(found.runtime_s, 3),
    }


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
    return _ROLES[role].in_language(lang) if role in _ROLES else role
