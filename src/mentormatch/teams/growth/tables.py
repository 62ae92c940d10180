"""The tables of growth groups: every group of every class or mentor, what was met, what cannot be. Ids only."""

from collections.abc import Sequence
from typing import Any

from mentormatch.base.text import SEMICOLON, Language, Text
from mentormatch.problem.result import Status
from mentormatch.report.answer import summary_table, table
from mentormatch.report.status_words import STATUS
from mentormatch.report.tables import ResultTable, Value
from mentormatch.teams.growth.school import GrowthUnit
from mentormatch.teams.picture import Card


def growth_tables(units: Sequence[GrowthUnit], lang: Language) -> list[ResultTable]:
    """Return the groups and the summary."""
    headers: list[Text | str] = [
        Text("班级或导师", "class_or_mentor"),
        Text("小组", "group"),
        Text("人数", "students"),
        Text("学生", "members"),
    ]
    rows: list[tuple[Value, ...]] = [
        (unit.name, number, len(group), "、".join(map(str, group)))
        for unit in units
        for number, group in enumerate(unit.result.groups, start=1)
    ]
    return [table("groups", lang, headers, rows), summary_table(growth_lines(units, lang), lang)]


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
    lines += [_unit_line(unit) for unit in units]
    return [line.in_language(lang) for line in lines]


def _unit_line(unit: GrowthUnit) -> Text:
    """Return what came of one class or mentor."""
    facts = [_reached(unit) if unit.result.stages else _why_not(unit)]
    if unit.wishes_outside:
        text = Text("另有 {n} 个愿望指向其他班级(导师)的学生", "{n} wishes are for students elsewhere")
        facts.append(text.format(n=unit.wishes_outside))
    said = Text("{unit}:{status},{facts}", "{unit}: {status}, {facts}")
    return said.format(unit=unit.name, status=STATUS[unit.result.status], facts=SEMICOLON.join(facts))


def _reached(unit: GrowthUnit) -> Text:
    """Return the groups of a unit, the wishes that they meet, and how even they are."""
    wishes, imbalance = unit.result.stages
    asked = len({frozenset(pair) for pair in unit.result.problem.together})
    said = Text(
        "{groups} 组,同组愿望 {met}/{asked},不均衡 {value}(界 {bound})",
        "{groups} groups, wishes {met} of {asked}, imbalance {value} (bound {bound})",
    )
    return said.format(
        groups=len(unit.result.groups), met=wishes.value, asked=asked, value=imbalance.value, bound=imbalance.bound
    )


def _why_not(unit: GrowthUnit) -> Text:
    """Return what a unit without groups was asked, and what stands against it where sizes alone would fit."""
    asked = unit.result.problem
    size, low, high = len(asked.students), asked.size_min, asked.size_max
    said = Text("{n} 名学生,每组 {low}–{high} 人", "{n} students in groups of {low} to {high}")
    told = [said.format(n=size, low=low, high=high)]
    fits = any(number * low <= size <= number * high for number in range(1, size + 1))
    if unit.result.status is Status.INFEASIBLE and fits:
        why = Text(
            "人数可以分组,{n} 对须分组的学生使之不可行",
            "the sizes would fit, but {n} keep-apart pairs stand against it",
        )
        told.append(why.format(n=len({frozenset(pair) for pair in asked.apart})))
    return SEMICOLON.join(told)


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
