"""Tables of a program go through the readers of a workbook: same roster, findings, fingerprint, or a clear refusal."""

import dataclasses
import datetime
import decimal
import enum
import sqlite3
from typing import Any, NamedTuple

import numpy as np
import openpyxl
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import mentormatch as mm
from mentormatch.roster.roster import Roster
from samples import SAMPLES

STUDENTS = [
    {"student_id": "1", "name": "甲", "grade": "七年级", "class": "七（1）班", "avoid_mentor_ids": ["T2"]},
    {"student_id": "2", "name": "乙", "grade": 7, "class": "701", "sibling_ids": ["1"]},
]
MENTORS = [
    {"mentor_id": "T1", "name": "丙", "capacity_max": 2, "classes_taught": ["7.1", "七(1)班"]},
    {"mentor_id": "T2", "name": "丁", "capacity_max": 1},
]


def read(students: Any = STUDENTS, mentors: Any = MENTORS, **more: Any) -> Roster:
    return mm.roster_from_tables({"students": students, "mentors": mentors, **more})


def cells_of(path) -> dict[str, list[dict[str, Any]]]:
    """The sheets of a workbook as rows of dictionaries, read by another library than ours."""
    tables = {}
    for sheet in openpyxl.load_workbook(path, data_only=True).worksheets:
        rows = list(sheet.iter_rows(values_only=True))
        headers = [cell for cell in rows[0] if cell is not None]
        tables[sheet.title] = [dict(zip(headers, row, strict=False)) for row in rows[1:]]
    return tables


def same(one: Roster, other: Roster) -> None:
    assert one == other
    assert one.fingerprint == other.fingerprint


@pytest.mark.parametrize("name", ["school.xlsx", "school_english.xlsx"])
def test_the_rows_of_a_workbook_give_what_the_workbook_gives(name):
    same(mm.roster_from_tables(cells_of(SAMPLES / name)), mm.read_roster(SAMPLES / name))


def frames(table: list[dict[str, Any]]) -> dict[str, Any]:
    columns = list(dict.fromkeys(key for row in table for key in row))
    return {
        "columns": {key: [row.get(key) for row in table] for key in columns},
        "pandas": pd.DataFrame(table),
        "pandas with missing values": pd.DataFrame(table).convert_dtypes(),
        "polars": pl.DataFrame([{key: str(row[key]) if key in row else None for key in columns} for row in table]),
        "arrow": pa.Table.from_pandas(pd.DataFrame(table).astype(object).where(lambda f: f.notna(), None).astype(str)),
        "lazy": pl.DataFrame([{key: str(row[key]) if key in row else None for key in columns} for row in table]).lazy(),
        "generator": (row for row in table),
    }


FLAT = [{"student_id": 20240101, "name": "甲", "grade": 7, "class": "701"}, {"student_id": 20240102, "name": "乙"}]


@pytest.mark.parametrize("kind", list(frames(FLAT)))
def test_every_kind_of_table_is_read_alike(kind):
    students = [{**FLAT[0]}, {**FLAT[1], "grade": 8, "class": "802"}]
    same(read(frames(students)[kind]), read(students))


class Row(NamedTuple):
    student_id: str
    name: str
    grade: int
    班级: str


@dataclasses.dataclass
class Pupil:
    student_id: str
    name: str
    grade: int
    班级: str


def test_rows_of_any_kind_are_read_alike():
    con = sqlite3.connect(":memory:")
    con.execute('create table s(student_id text, name text, grade int, "班级" text)')
    con.execute("insert into s values ('1', '甲', 7, '701')")
    expected = read([{"student_id": "1", "name": "甲", "grade": 7, "班级": "701"}])
    same(read(con.execute("select * from s")), expected)
    con.row_factory = sqlite3.Row
    same(read(con.execute("select * from s")), expected)
    same(read(con.execute("select * from s").fetchall()), expected)
    same(read([Row("1", "甲", 7, "701")]), expected)
    same(read([Pupil("1", "甲", 7, "701")]), expected)


def test_a_frame_without_rows_and_an_empty_list_are_no_findings():
    for nothing in (
        [],
        pd.DataFrame({"学号": [], "工号": [], "意向": []}),
        {"mentor_id": [], "student_id": [], "order": []},
    ):
        assert read(prefs_mentors=nothing).issues == ()


class Level(enum.Enum):
    KEY = "重点"


def test_values_of_libraries_are_cells():
    (student,) = read(
        [
            {
                "student_id": np.int64(20240101),
                "name": np.str_("甲"),
                "grade": decimal.Decimal("7.00"),
                "class": "七(1)班",
                "entry_date": pd.Timestamp("2024-09-01"),
                "boarding": np.bool_(True),
                "care_level": Level.KEY,
                "gender": pd.NA,
                "care_tags": np.array(["留守", "单亲"]),
                "themes": pl.Series(["法治,手工"]),
                "stage": float("nan"),
                "guardian_notice": pd.NaT,
                "监护人": ["甲父", "甲母"],
            }
        ],
    ).students
    assert (student.student_id, student.grade_number, student.boarding, student.care_level) == (
        "20240101",
        7,
        True,
        "key",
    )
    assert student.entry_date == datetime.date(2024, 9, 1)
    assert student.care_tags == ("留守", "单亲")
    assert student.themes == ("法治,手工",)  # a list is never torn apart at a comma
    assert (student.gender, student.stage, student.guardian_notice) == (None, None, None)
    assert student.extra == (("监护人", "甲父、甲母"),)


def test_large_whole_numbers_keep_their_digits():
    assert (
        read([{**STUDENTS[0], "student_id": 12345678901234567, "avoid_mentor_ids": None}]).students[0].student_id
        == "12345678901234567"
    )


def test_findings_name_table_row_and_column():
    roster = read(prefs_mentors=[{"工号": "T1", "学号": "1", "意向": 1}, {"工号": "T9", "学号": "1", "意向": 1}])
    (issue,) = roster.issues
    assert (issue.sheet, issue.row, issue.column, issue.cell, issue.code) == (
        "prefs_mentors",
        3,
        "工号",
        "A3",
        "unknown_mentor",
    )


def test_a_list_where_one_value_belongs_is_refused_with_its_place():
    issues = read([{**STUDENTS[1], "sibling_ids": None}, {**STUDENTS[0], "name": ["甲", "乙"]}]).issues
    assert [(each.code, each.cell, each.refused) for each in issues if each.severity == "error"] == [
        ("several_values", "B3", "row")
    ]


@pytest.mark.parametrize("number", range(9))
def test_choices_may_be_given_as_one_list(number):
    mentors = [{"mentor_id": f"T{n}", "name": "丙", "capacity_max": 2} for n in range(9)]
    listed = [f"T{n}" for n in range(number)]
    roster = read(
        [{**STUDENTS[0], "avoid_mentor_ids": None}],
        mentors,
        student_preferences=[{"student_id": "1", "choices": listed, "submitted_at": "2024-11-01"}],
    )
    assert roster.forms_by_student["1"].choices == tuple(listed)
    assert roster.issues == ()


@pytest.mark.parametrize(
    ("tables", "said"),
    [
        ([], "dictionary from a name to a table"),
        ({"students": STUDENTS}, "'mentors'"),
        ({"students": "school.xlsx", "mentors": MENTORS}, "a str is no table"),
        ({"students": 7, "mentors": MENTORS}, "a int is no table"),
        ({"students": [("1", "甲")], "mentors": MENTORS}, "got a tuple"),
        ({"students": [{1: "甲"}], "mentors": MENTORS}, "got a dict"),
        ({"students": [{**STUDENTS[0], "name": b"x"}], "mentors": MENTORS}, "row 2, name: a bytes"),
        ({"students": [{**STUDENTS[0], "name": {"zh": "x"}}], "mentors": MENTORS}, "row 2, name: a dict"),
        ({"students": {"student_id": ["1"], "name": []}, "mentors": MENTORS}, "differ in length"),
        ({"students": [{**STUDENTS[0], "班级": "701"}], "mentors": MENTORS}, "columns that mean 'class'"),
        ({"students": STUDENTS, "学生": STUDENTS, "mentors": MENTORS}, "Several sheets mean"),
    ],
)
def test_what_is_no_table_is_refused_in_words(tables, said):
    with pytest.raises(mm.InputError) as caught:
        mm.roster_from_tables(tables)
    assert said in str(caught.value)
    assert "甲" not in str(caught.value)
