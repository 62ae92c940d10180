"""The tables of groups: every group with its lead, externals, students and what it lacks. Ids only, no names."""

from collections.abc import Sequence
from typing import Any

from mentormatch.base.text import SEMICOLON, Language, Text
from mentormatch.io.headers import header
from mentormatch.report.answer import summary_table, table
from mentormatch.report.pairing_table import pairing_table
from mentormatch.report.stage_words import stage_line
from mentormatch.report.status_words import STATUS
from mentormatch.report.tables import ResultTable, Value
from mentormatch.roster.pairing import Pairing
from mentormatch.teams.groups.externals import groups_of, idle_reason
from mentormatch.teams.groups.result import Group, GroupResult
from mentormatch.teams.picture import Card


def group_tables(result: GroupResult, pairings: Sequence[Pairing], lang: Language) -> list[ResultTable]:
    """Return the groups, the externals, the pairings (next term's input), who is in no group, and the summary."""
    return [
        _groups(result, lang),
        _externals(result, lang),
        pairing_table(pairings, lang),
        _unplaced(result, lang),
        summary_table(group_lines(result, lang), lang),
    ]


def name_of(group: Group) -> str:
    """Return what a group is called: its lead and its number."""
    return f"{group.lead}-{group.number}"


def group_lines(result: GroupResult, lang: Language) -> list[str]:
    """Return the summary in words, a fact a line."""
    lines = [Text(zh=f"结果:{STATUS[result.status].zh}", en=f"Result: {STATUS[result.status].en}")]
    if result.matching is None:
        lines += [] if result.conflict is None else [result.conflict]
        return [line.in_language(lang) for line in lines]
    complete = sum(not group.missing for group in result.groups)
    market = result.problem.problem.market
    placed = market.num_students - len(result.unplaced)
    lines += [
        Text(
            zh=f"{len(result.groups)} 个小组,{placed} / {market.num_students} 名学生",
            en=f"{len(result.groups)} groups, {placed} of {market.num_students} students",
        ),
        Text(
            zh=f"校外导师齐备的小组 {complete} 个,有缺的 {len(result.groups) - complete} 个",
            en=f"{complete} groups have their externals, {len(result.groups) - complete} lack some",
        ),
    ]
    lines += [stage_line(stage) for stage in result.stages]
    for external in result.problem.externals:
        why = idle_reason(result, external)
        if why is not None:
            lines.append(Text(zh=f"未参加:{why.zh}", en=f"Takes no part: {why.en}"))
    return [line.in_language(lang) for line in lines]


def group_cards(result: GroupResult, lang: Language) -> list[Card]:
    """Return a card for each group of a picture."""
    lead, externals = Text(zh="校内导师", en="lead"), Text(zh="校外导师", en="externals")
    return [
        Card(
            name_of(group),
            [
                f"{lead.in_language(lang)}: {group.lead}",
                *([f"{externals.in_language(lang)}: {', '.join(group.externals)}"] if group.externals else []),
            ],
            [str(student) for student in group.students],
            SEMICOLON.join(group.missing).in_language(lang) or None,
        )
        for group in result.groups
    ]


def group_summary(result: GroupResult) -> dict[str, Any]:
    """Return the result as plain data; ids only."""
    return {
        "status": str(result.status),
        "groups": [
            {
                "group": name_of(group),
                "lead": group.lead,
                "externals": list(group.externals),
                "students": list(group.students),
                "missing": [text.as_data() for text in group.missing],
            }
            for group in result.groups
        ],
        "externals_without_group": [
            {"external": external.external_id, "reason": why.as_data()}
            for external in result.problem.externals
            if (why := idle_reason(result, external)) is not None
        ],
        "unplaced": list(result.unplaced) if result.matching is not None else [],
        "stages": [stage.as_data() for stage in result.stages],
        "reason": None if result.conflict is None else result.conflict.as_data(),
        "stopped_by_limit": result.stopped_by_limit,
        "seed": result.seed,
        "runtime_s": round(result.runtime_s, 3),
    }


def _groups(result: GroupResult, lang: Language) -> ResultTable:
    headers = [
        Text(zh="小组", en="group"),
        Text(zh="校内导师", en="lead"),
        Text(zh="校外导师", en="externals"),
        Text(zh="人数", en="students"),
        Text(zh="学生", en="members"),
        Text(zh="缺项", en="missing"),
    ]
    rows: list[tuple[Value, ...]] = [
        (
            name_of(group),
            str(group.lead),
            "、".join(group.externals) or None,
            len(group.students),
            "、".join(str(student) for student in group.students),
            SEMICOLON.join(group.missing).in_language(lang) or None,
        )
        for group in result.groups
    ]
    return table("groups", lang, headers, rows)


def _externals(result: GroupResult, lang: Language) -> ResultTable:
    headers = [
        Text(zh="校外导师", en="external"),
        Text(zh="小组", en="groups"),
        Text(zh="人数", en="students"),
        Text(zh="未参加的原因", en="why in no group"),
    ]
    rows: list[tuple[Value, ...]] = []
    for external in result.problem.externals:
        joined, why = groups_of(result, external), idle_reason(result, external)
        rows.append(
            (
                external.external_id,
                "、".join(name_of(group) for group in joined) or None,
                sum(len(group.students) for group in joined),
                None if why is None else why.in_language(lang),
            )
        )
    return table("external_groups", lang, headers, rows)


def _unplaced(result: GroupResult, lang: Language) -> ResultTable:
    unplaced = result.unplaced if result.matching is not None else ()
    rows: list[tuple[Value, ...]] = [(str(student),) for student in unplaced]
    return table("unplaced", lang, [header("students", "student_id", lang)], rows)
