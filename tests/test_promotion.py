"""Promotion: a school of one year becomes that of the next, in the office's own workbook, and the record goes on."""

import random
import zipfile
from datetime import date, timedelta
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill

import mentormatch as mm
from drawn_records import check_append_only, drawn_school
from mentormatch.cli import group
from mentormatch.constraints.adaptation import Adaptation
from mentormatch.io.cells.class_style import class_like, classes_like, grade_like
from mentormatch.roster.cause import Cause
from mentormatch.roster.group import GroupRecord
from mentormatch.roster.roster import Roster
from mentormatch.roster.stage_system import STAGE_SYSTEMS, stage_system
from mentormatch.year.class_map import ClassMap
from mentormatch.year.entrants import Entrants
from mentormatch.year.promotion import promoted
from small_rosters import mentor, student

ON = date(2025, 9, 1)
DAY = timedelta(days=1)


def command(*arguments: object, code: int = 0) -> str:
    """Run a command; return what it prints."""
    answer = CliRunner().invoke(group, [str(each) for each in arguments], standalone_mode=False)
    if answer.exception is not None:
        raise answer.exception
    assert answer.return_value == code, answer.output
    return answer.output


def cells(path: Path, name: str) -> list[list[object]]:
    """Return the cells of a sheet as they stand."""
    return [list(row) for row in openpyxl.load_workbook(path)[name].iter_rows(values_only=True)]


@pytest.mark.parametrize(
    ("written", "label", "after"),
    [
        ("703", "八(3)班", "803"),
        (703, "八(3)班", 803),
        ("七(3)班", "八(3)班", "八(3)班"),
        ("七（3）班", "八(12)班", "八（12）班"),
        ("初一3班", "八(3)班", "初二3班"),
        ("初三(10)班", "高一(2)班", "高一(2)班"),
        ("小六(1)班", "七(1)班", "初一(1)班"),
        ("7.1", "八(1)班", None),
        ("Class 3, Grade 7", "八(3)班", "Class 3, Grade 8"),
        ("3班", "八(4)班", "4班"),
        ("2024级3班", "八(3)班", "2024级3班"),
        ("创新班", "创新班", None),
    ],
)
def test_a_class_is_written_as_before(written: object, label: str, after: object) -> None:
    assert class_like(written, label) == after


def test_a_grade_and_lists_are_written_as_before() -> None:
    assert [grade_like(cell, 8) for cell in ("七年级", "7", 7, "初一", "Grade 7", "7年级")] == [
        *("八年级", "8", 8, "初二", "Grade 8", "8年级")
    ]
    assert grade_like("初三", 9, five_four=True) == "初四"
    assert classes_like("701,702", ("八(1)班", "八(2)班")) == "801,802"
    assert classes_like(701, ("八(1)班",)) == 801
    assert classes_like(None, ("八(1)班", "八(2)班")) == "八(1)班、八(2)班"


@pytest.mark.parametrize("seed", range(25))
def test_only_those_who_leave_lose_a_row(seed: int) -> None:
    draw = random.Random(seed)
    before = drawn_school(draw)
    leavers = [student(f"z{i}", grade=9) for i in range(draw.randint(1, 4))]
    teachers = [m.mentor_id for m in before.mentors]
    rows = [
        row.model_copy(update={"student_id": each.student_id, "locked": False})
        for each in leavers
        for row in before.pairings[: draw.randint(0, 3)]
        if row.role != "primary" or row.state != "ended"
    ][: len(leavers)]
    circle = GroupRecord(group_id="G", lead_id=teachers[0], students=("z0", before.students[0].student_id))
    before = before.replace(students=(*before.students, *leavers), pairings=(*before.pairings, *rows), groups=(circle,))
    found = promoted(before, ON, stage_system(before))
    after = found.school
    gone = {each.student_id for each in leavers}
    assert {each.student_id for each in found.graduates} == gone
    assert [(s.student_id, s.grade_number) for s in after.students] == [
        (s.student_id, s.grade_number + 1) for s in before.students if s.student_id not in gone
    ]
    check_append_only(before, after)
    assert len(after.pairings) == len(before.pairings)
    for old, new in zip(before.pairings, after.pairings, strict=True):
        if old.student_id not in gone:
            assert new == old
        elif old.state != "ended" and (old.valid_to is None or old.state == "provisional"):
            assert (new.end_cause, new.valid_to) == (Cause.GRADUATION, ON - DAY)
        assert new.student_id not in gone or new.state == "ended"
    assert [(g.students, g.first_day, g.last_day) for g in after.groups] == [
        (circle.students, None, ON - DAY),
        ((before.students[0].student_id,), ON, None),
    ]
    shuffled = before.replace(students=tuple(reversed(before.students)), pairings=tuple(reversed(before.pairings)))
    again = promoted(shuffled, ON, stage_system(shuffled)).school
    assert again.replace(runs=()).fingerprint == after.replace(runs=()).fingerprint


def test_classes_of_teachers_follow_or_come_from_the_map() -> None:
    school = Roster(
        students=(student("a", grade=7), student("b", grade=8), student("c", grade=9)),
        mentors=(
            mentor("T1", 3, classes_taught=["七(1)班", "九(1)班"]),
            mentor("T2", 3, head_of=["八(1)班"]),
            mentor("T3", 3),
        ),
    )
    found = promoted(school, ON, STAGE_SYSTEMS["six-three"]).school
    assert [(m.classes_taught, m.head_of) for m in found.mentors] == [(("八(1)班",), ()), ((), ("九(1)班",)), ((), ())]
    split = ClassMap(classes={"七(1)班": "八(2)班", "九(1)班": "毕业"}, students={"b": "离校"})
    found = promoted(school, ON, STAGE_SYSTEMS["six-three"], classes=split)
    assert [s.class_name for s in found.school.students] == ["八(2)班"]
    assert [s.student_id for s in found.others_left] == ["b"]
    assert found.school.mentors[0].classes_taught == ("八(2)班",)


def test_a_school_of_two_stages_says_whether_pupils_stay() -> None:
    school = Roster(students=(student("a", grade=6), student("b", grade=7)), mentors=(mentor("T1", 3),))
    with pytest.raises(mm.InputError, match="nine-year"):
        stage_system(school)
    stays = promoted(school, ON, stage_system(school, "nine-year"))
    assert [s.grade_number for s in stays.school.students] == [7, 8]
    assert [s.grade_number for s in promoted(school, ON, stage_system(school, "six-three")).school.students] == [8]
    with pytest.raises(mm.InputError, match="six-three"):
        stage_system(school, "6-3")
    early = Roster(students=(student("a", grade=6, stage="初中"),), mentors=(mentor("T1", 3),))
    assert stage_system(early).name == "five-four"
    assert promoted(early, ON, stage_system(early)).school.students[0].grade_number == 7


def test_a_second_promotion_and_strangers_are_refused() -> None:
    school = Roster(students=(student("a", grade=7),), mentors=(mentor("T1", 3),))
    after = promoted(school, ON, stage_system(school)).school
    with pytest.raises(mm.InputError, match="same school year"):
        promoted(after, ON + 30 * DAY, stage_system(after))
    assert promoted(after, date(2026, 9, 1), stage_system(after)).school.students[0].grade_number == 9
    with pytest.raises(mm.InputError, match="八"):
        promoted(school, ON, stage_system(school), classes=ClassMap(classes={"八(1)班": "九(1)班"}))
    new = student("n", grade=6, extra=(("原学校", "城东小学"),))
    with pytest.raises(mm.InputError, match="no class of this school"):
        promoted(school, ON, stage_system(school), entrants=Entrants((new,)))
    with pytest.raises(mm.InputError, match="already"):
        promoted(school, ON, stage_system(school), entrants=Entrants((student("a", grade=7),)))


@pytest.fixture
def school(tmp_path: Path) -> Path:
    """Return a junior school with numbers as classes, an older pupil who mentors, own columns, comments and colours."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    sheets: dict[str, list[list[object]]] = {
        "学生": [
            ["学号", "姓名", "年级", "班级", "同校兄弟姐妹学号", "备注"],
            ["s1", "甲", "七年级", 701, "s3", "走读"],
            ["s2", "乙", "八年级", 802, None, None],
            ["s3", "丙", "九年级", 901, "s1", "市三好"],
            ["s4", "丁", "九年级", 902, None, None],
            ["s5", "戊", "七年级", 702, None, "住宿"],
        ],
        "导师": [
            ["工号", "姓名", "带生上限", "任教班级", "班主任班级", "类型", "电话"],
            ["T1", "王老师", 4, "701,802", 701, None, 123],
            ["T2", "李老师", 4, 901, None, None, 456],
            ["s4", "丁", 1, None, None, "学长", None],
        ],
        "学生志愿": [["学号", "第一志愿"], ["s1", "T1"], ["s3", "T2"]],
        "当前结对": [
            ["学号", "工号", "角色", "开始"],
            *([f"s{i}", "T1", "主", "2024-09-15"] for i in (1, 2, 5)),
            *([f"s{i}", "T2", "主", "2024-09-15"] for i in (3, 4)),
            ["s5", "s4", "学长", "2024-10-08"],
        ],
        "校历": [["开学"], ["九月一日"]],
    }
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    pupils = book["学生"]
    pupils["A1"].comment = Comment("请勿改动表头", "教务处")
    pupils["B6"].fill = PatternFill("solid", fgColor="FFFF00")
    pupils["B4"].font = Font(bold=True)
    book.save(tmp_path / "school.xlsx")
    return tmp_path / "school.xlsx"


def write(path: Path, **sheets: list[list[object]]) -> Path:
    """Write a small workbook."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def test_the_workbook_stays_the_offices_own(school: Path) -> None:
    new = write(school.with_name("new.xlsx"), 新生名单=[["学号", "姓名", "班级", "备注"], ["s9", "己", "701", "近视"]])
    after = school.with_name("next.xlsx")
    said = command("promote", school, "-o", after, "--date", "2025-09-01", "--entrants", new, "--lang", "zh")
    assert "毕业 2 名" in said
    assert "新生 1 名" in said
    assert "七(1)班" in said  # nobody teaches the new class yet
    assert cells(after, "学生") == [
        ["学号", "姓名", "年级", "班级", "同校兄弟姐妹学号", "备注"],
        ["s1", "甲", "八年级", 801, None, "走读"],
        ["s2", "乙", "九年级", 902, None, None],
        ["s5", "戊", "八年级", 802, None, "住宿"],
        ["s9", "己", "七年级", 701, None, "近视"],
    ]
    assert cells(after, "导师")[1:] == [
        ["T1", "王老师", 4, "801,902", 801, None, 123],
        ["T2", "李老师", 4, None, None, None, 456],
    ]
    assert [row[:2] for row in cells(after, "存档 2025-09-01 学生")] == [["学号", "姓名"], ["s3", "丙"], ["s4", "丁"]]
    assert cells(after, "存档 2025-09-01 学生志愿") == cells(school, "学生志愿")
    assert cells(after, "学生志愿") == [["学号", "第一志愿"]]
    assert cells(after, "校历") == cells(school, "校历")
    book = openpyxl.load_workbook(after)
    assert book["学生"]["A1"].comment.text == "请勿改动表头"
    assert book["学生"]["B4"].fill.fgColor.rgb.endswith("FFFF00")  # s5 and the colour have moved up together
    assert book["存档 2025-09-01 学生"]["B2"].font.bold
    rows = {(row[0], row[1]): row for row in cells(after, "当前结对")[1:]}
    head = cells(after, "当前结对")[0]
    assert [key for key, row in rows.items() if row[head.index("结束原因")] == "毕业"] == [("s3", "T2"), ("s4", "T2")]
    assert rows["s5", "s4"][head.index("结束原因")] == "导师离岗"
    assert rows["s1", "T1"][head.index("结束原因")] is None
    read = mm.read_roster(after)
    assert not read.errors
    assert read.unread_sheets == ("校历",)
    assert [run.command for run in read.runs] == ["promote"]
    with zipfile.ZipFile(after) as archive:
        assert archive.testzip() is None
    with pytest.raises(mm.InputError, match="same school year"):
        command("promote", after, "-o", school.with_name("x.xlsx"), "--date", "2025-09-02")
    command("solve", after, "-o", school.with_name("result.xlsx"), "--date", "2025-09-10")


def test_the_map_moves_classes_pupils_and_teachers(school: Path) -> None:
    given = write(
        school.with_name("map.xlsx"),
        班级=[["原班级", "新班级", "人数"], [701, 803, 1], ["九(2)班", "毕业", 1]],
        学生=[["学号", "新班级"], ["s5", "八(4)班"], ["s2", "转学"]],
        教师=[["工号", "任教班级"], ["T2", "803、804"]],
    )
    after = school.with_name("next.xlsx")
    command("promote", school, "-o", after, "--date", "2025-09-01", "--classes", given)
    assert [(row[0], row[3]) for row in cells(after, "学生")[1:]] == [("s1", 803), ("s5", 804)]
    assert [row[3] for row in cells(after, "导师")[1:]] == ["803,902", "803、804"]
    read = mm.read_roster(after)
    assert {
        row.student_id: row.end_cause for row in read.pairings if row.state == "ended" and row.role == "primary"
    } == {
        "s2": Cause.LEFT,
        "s3": Cause.GRADUATION,
        "s4": Cause.GRADUATION,
    }


def test_a_map_that_cannot_be_read_names_its_cells(school: Path) -> None:
    out = school.with_name("next.xlsx")
    bad = write(school.with_name("map.xlsx"), 班级=[["原班级", "新班级"], [701, None], ["七", "801"]])
    with pytest.raises(mm.InputError, match="B2"):
        command("promote", school, "-o", out, "--date", "2025-09-01", "--classes", bad)
    other = write(school.with_name("other.xlsx"), 通讯录=[["姓名", "电话"], ["甲", 1]])
    with pytest.raises(mm.InputError, match="old_class"):
        command("promote", school, "-o", out, "--date", "2025-09-01", "--classes", other)
    with pytest.raises(mm.InputError, match="list of pupils"):
        command("promote", school, "-o", out, "--date", "2025-09-01", "--entrants", other)
    assert not out.exists()


def test_rows_that_formulas_point_at_stay_where_they_are(school: Path) -> None:
    book = openpyxl.load_workbook(school)
    book["学生"]["F6"] = "=B6"
    book.save(school)
    after = school.with_name("next.xlsx")
    command("promote", school, "-o", after, "--date", "2025-09-01", "--accept-issues")
    kept = cells(after, "学生")
    assert [row[0] for row in kept] == ["学号", "s1", "s2", None, None, "s5"]
    assert kept[5][5] == "=B6"
    assert len(mm.read_roster(after).students) == 3


def test_the_entry_grades_of_a_five_four_school() -> None:
    on = date(2024, 9, 10)
    early = Roster(students=(student("a", grade=6, stage="初中"), student("b", grade=7, stage="初中")))
    assert set(Adaptation().ends(early, on)) == {"a"}
    assert set(Adaptation(grades=(7,)).ends(early, on)) == {"b"}
    late = Roster(students=(student("a", grade=6, stage="小学"), student("b", grade=7, stage="初中")))
    assert set(Adaptation().ends(late, on)) == {"b"}
