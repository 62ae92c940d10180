"""A drawn school with columns of its own, and a reader of its raw cells that shares no code with the package."""

import random
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import openpyxl

from small_school import Sheets, write_xlsx

CAMPUSES, LEVELS, TOWNS = ("东校区", "西校区"), ("低", "中", "高"), ("城关镇", "李庄乡")
COURSES = ("物理", "历史", "化学", "地理")
GRADES = ("七年级", "八年级", "九年级")


def own_school(rng: random.Random, *, students: int = 18, mentors: int = 5) -> Sheets:
    """Draw the sheets: two or three grades, one class each, enough seats for everybody."""
    grades = GRADES[: rng.choice((2, 3))]
    pupils: list[list[object]] = [
        ["学号", "姓名", "性别", "年级", "班级", "是否寄宿", "关爱等级", "校区", "层次", "选科", "乡镇", "须分组学号"]
    ]
    ids = [f"S{number:03d}" for number in range(1, students + 1)]
    for number, student in enumerate(ids):
        grade = grades[number % len(grades)]
        pupils.append(
            [
                *(student, f"甲{number}", rng.choice("男女"), grade, f"{grade[0]}(1)班", rng.choice("是否")),
                *(rng.choice(("重点", "一般", None)), CAMPUSES[number % 2], rng.choice(LEVELS)),
                "、".join(rng.sample(COURSES, 2)),
                rng.choice((*TOWNS, None)),
                rng.choice(ids[:number]) if number and rng.random() < 0.2 else None,
            ]
        )
    teachers: list[list[object]] = [["工号", "姓名", "性别", "带生上限", "任教班级", "校区", "层次", "选科"]]
    seats = -(-students // mentors) + 4
    teachers += [
        [
            *(f"T{number + 1:02d}", f"乙{number}", rng.choice("男女"), seats + number),
            "、".join(f"{grade[0]}(1)班" for grade in rng.sample(grades, 2)),
            *(CAMPUSES[number % 2], rng.choice(LEVELS), rng.choice(COURSES)),
        ]
        for number in range(mentors)
    ]
    forms: list[list[object]] = [["学号", "第一志愿", "第二志愿"]]
    forms += [[student, *(f"T{n + 1:02d}" for n in rng.sample(range(mentors), 2))] for student in ids]
    return {"学生": pupils, "导师": teachers, "学生志愿": forms}


def raw_rows(path: Path, sheet: str) -> Iterator[dict[str, str]]:
    """Yield the rows of a sheet by header, every cell as text."""
    rows = openpyxl.load_workbook(path)[sheet].iter_rows(values_only=True)
    head = next(rows)
    for row in rows:
        yield {str(title): "" if cell is None else str(cell) for title, cell in zip(head, row, strict=True)}


def raw_values(path: Path, sheet: str, column: str) -> dict[str, set[str]]:
    """Return the values of a column by the id in the first column, split where the cell holds several."""
    return {
        next(iter(row.values())): {part for part in row[column].replace("、", ",").split(",") if part}
        for row in raw_rows(path, sheet)
    }


def raw_pairs(path: Path, *, sheet: str = "结果", student: str = "学号", mentor: str = "工号") -> list[tuple[str, str]]:
    """Return the pairs of a result's workbook."""
    return [(row[student], row[mentor]) for row in raw_rows(path, sheet)]


def loads(pairs: list[tuple[str, str]]) -> dict[str, list[str]]:
    """Return the students of each mentor."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for student, mentor in pairs:
        found[mentor].append(student)
    return dict(found)


__all__ = ["loads", "own_school", "raw_pairs", "raw_rows", "raw_values", "write_xlsx"]
