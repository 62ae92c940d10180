"""The tables of growth groups: every group of every class or mentor, what was met, what cannot be. Ids only."""

from collections.abc import Sequence
from typing import Any

from mentormatch.base.text import Language, Text
from mentormatch.io.headers import RESULT_SHEETS
from mentormatch.problem.result import Status
from mentormatch.report.status_words import STATUS
from mentormatch.report.tables import ResultTable, Value
from mentormatch.teams.growth.school import GrowthUnit
from mentormatch.teams.picture import Card


def growth_tables(units: Sequence[GrowthUnit], lang: Language) -> list[ResultTable]:
    """Return the groups and the summary."""
    headers = tuple(
        text.in_language(lang)
        for text in (
            Text(zh="班级或导师", en="class_or_mentor"),
            Text(zh="小组", en="group"),
            Text(zh="人数", en="students"),
            Text(zh="学生", en="members"),
        )
    )
    rows: list[tuple[Value, ...]] = [
        (unit.name, number, len(group), "、".join(map(str, group)))
        for unit in units
        for number, group in enumerate(unit.result.groups, start=1)
    ]
    return [
        ResultTable("groups", RESULT_SHEETS["groups"].in_language(lang), headers, rows),
        ResultTable(
            "summary",
            RESULT_SHEETS["summary"].in_language(lang),
            (Text(zh="摘要", en="summary").in_language(lang),),
            [(line,) for line in growth_lines(units, lang)],
        ),
    ]


def growth_lines(units: Sequence[GrowthUnit], lang: Language) -> list[str]:
    """Return the summary in words: a line for the school, then one for each class or mentor."""
    number = sum(len(unit.result.groups) for unit in units)
    placed = sum(len(group) for unit in units for group in unit.result.groups)
    lines = [
        Text(
            zh=f"{len(units)} 个班级(导师),{number} 个小组,{placed} 名学生",
            en=f"{len(units)} classes (mentors), {number} groups, {placed} students",
        )
    ]
    if not units:
        lines.append(
            Text(
                zh="没有可以分组的学生;按导师分组要有“当前结对”表。",
                en="There are no students to split; groups of mentors need the sheet of pairings.",
            )
        )
    for unit in units:
        status, stages = STATUS[unit.result.status], unit.result.stages
        facts = Text(zh=f"{unit.name}:{status.zh}", en=f"{unit.name}: {status.en}")
        if stages:
            wishes, imbalance = stages
            asked = len({frozenset(pair) for pair in unit.result.problem.together})
            facts = Text(
                zh=f"{facts.zh},{len(unit.result.groups)} 组,同组愿望 {wishes.value}/{asked},"
                f"不均衡 {imbalance.value}(界 {imbalance.bound})",
                en=f"{facts.en}, {len(unit.result.groups)} groups, wishes {wishes.value} of {asked}, "
                f"imbalance {imbalance.value} (bound {imbalance.bound})",
            )
        else:
            asked_of = unit.result.problem
            size, low, high = len(asked_of.students), asked_of.size_min, asked_of.size_max
            facts = Text(
                zh=f"{facts.zh},{size} 名学生,每组 {low}–{high} 人",
                en=f"{facts.en}, {size} students in groups of {low} to {high}",
            )
            proven = unit.result.status is Status.INFEASIBLE
            if proven and any(number * low <= size <= number * high for number in range(1, size + 1)):
                apart = len({frozenset(pair) for pair in asked_of.apart})
                facts = Text(
                    zh=f"{facts.zh};人数可以分组,{apart} 对须分组的学生使之不可行",
                    en=f"{facts.en}; the sizes would fit, but {apart} keep-apart pairs stand against it",
                )
        if unit.wishes_outside:
            facts = Text(
                zh=f"{facts.zh};另有 {unit.wishes_outside} 个愿望指向其他班级(导师)的学生",
                en=f"{facts.en}; {unit.wishes_outside} wishes are for students elsewhere",
            )
        lines.append(facts)
    return [line.in_language(lang) for line in lines]


def growth_summary(units: Sequence[GrowthUnit]) -> dict[str, Any]:
    """Return the groups as plain data; ids only."""
    return {
        "units": [
            {
                "name": unit.name,
                "status": str(unit.result.status),
                "groups": [list(group) for group in unit.result.groups],
                "stages": [stage.as_data() for stage in unit.result.stages],
                "wishes_outside": unit.wishes_outside,
            }
            for unit in units
        ]
    }


def growth_cards(units: Sequence[GrowthUnit], lang: Language) -> list[Card]:
    """Return a card for each group."""
    return [
        Card(
            f"{unit.name} 第 {number} 组" if lang == "zh" else f"{unit.name}, group {number}",
            (),
            [str(student) for student in group],
        )
        for unit in units
        for number, group in enumerate(unit.result.groups, start=1)
    ]
