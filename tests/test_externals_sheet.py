"""What a school writes about externals, and what of it belongs elsewhere: nothing is passed over in silence."""

from pathlib import Path

import pytest
from openpyxl import Workbook

import mentormatch as mm
from mentormatch.io.cells.times import read_availability, times
from mentormatch.roster.data_issue import DataIssue

SCHOOL: dict[str, list[list[object]]] = {
    "学生": [
        ["学号", "姓名", "年级", "班级", "兴趣主题", "须回避导师工号"],
        ["20240001", "甲甲", "七年级", "七(1)班", "法治", None],
    ],
    "导师": [
        ["工号", "姓名", "类型", "带生上限", "状态", "可服务时间"],
        ["T1", "张老", "校内", 8, "在岗", "周五下午"],
        ["T2", "李老", "校内", 8, "病假", None],
        ["20220001", "学长", "学长", 3, "在岗", None],
        ["W1", "王外", "校外", 5, "在岗", None],
    ],
    "学生志愿": [["学号", "第一志愿", "校外导师志愿", "角色志愿"], ["20240001", "T1", "E1", "校外:E2"]],
    "校外导师": [
        ["编号", "姓名", "查询有效期至", "责任校内导师工号", "可服务人数", "可服务时间", "可服务小组数", "主题"],
        ["E1", "赵外", "2025-08-20", "T1", 8, "周五", 1, "法治"],
        ["E2", "钱外", "2025-08-20", None, 8, None, None, "非遗"],
    ],
}


def issues(tmp_path: Path, **cells: object) -> tuple[mm.Roster, list[DataIssue]]:
    """Read the school with some cells written otherwise; a name such as 校外导师_D2 is a sheet and a cell."""
    book = Workbook()
    book.remove(book.active)  # type: ignore[arg-type]
    for title, rows in SCHOOL.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    for place, value in cells.items():
        title, cell = place.split("_")
        book[title][cell] = value
    path = tmp_path / "school.xlsx"
    book.save(path)
    roster = mm.read_roster(path)
    return roster, list(roster.issues)


def test_the_school_as_it_is_has_nothing_to_say(tmp_path: Path) -> None:
    roster, found = issues(tmp_path)
    assert found == []
    assert roster.student_preferences[0].external_choices == ("E1",)


@pytest.mark.parametrize(
    ("cell", "value", "code", "refused"),
    [
        ("学生志愿_C2", "T1", "mentor_as_external", "cell"),
        ("学生志愿_C2", "张老", "mentor_as_external", "cell"),
        ("学生志愿_C2", "20220001", "mentor_as_external", "cell"),
        ("学生志愿_C2", "W1", "mentor_as_external", "cell"),
        ("学生志愿_C2", "E9", "unknown_mentor", "cell"),
        ("学生志愿_B2", "E1", "external_as_mentor", "cell"),
        ("学生志愿_B2", "赵外", "external_as_mentor", "cell"),
        ("校外导师_D2", "E2", "external_as_mentor", "cell"),
        ("校外导师_D2", "20220001", "lead_not_in_school", "cell"),
        ("校外导师_D2", "W1", "lead_not_in_school", "cell"),
        ("校外导师_D2", "T2", "lead_on_leave", None),
        ("校外导师_A2", "T1", "id_of_mentor", "row"),
        ("校外导师_E2", -1, "number_negative", "cell"),
        ("校外导师_G2", -1, "number_negative", "cell"),
        ("校外导师_G2", "许多", "number_unreadable", "cell"),
        ("校外导师_F2", "第3节", "time_not_understood", None),
        ("导师_F2", "看情况", "time_not_understood", None),
        ("校外导师_C2", "2025-13-01", "impossible_date", "row"),
        ("学生_E2", "法制", "theme_of_nobody", None),
    ],
)
def test_what_does_not_belong_is_said_with_its_cell(
    tmp_path: Path, cell: str, value: object, code: str, refused: str | None
) -> None:
    _, found = issues(tmp_path, **{cell: value})
    sheet, place = cell.split("_")
    here = [issue for issue in found if (issue.sheet, issue.cell) == (sheet, place)]
    assert [(issue.code, issue.refused) for issue in here] == [(code, refused)]
    assert not any(name in here[0].message.zh + here[0].message.en for name in ("张老", "赵外"))


@pytest.mark.parametrize("who", ["E1", "赵外", "W1", "20220001", "T1"])
def test_anybody_who_mentors_may_be_avoided(tmp_path: Path, who: str) -> None:
    """Whom a pupil must be kept from is no matter of the kind of mentor; a name is read as the ID, with a notice."""
    roster, found = issues(tmp_path, 学生_F2=who)
    assert roster.students[0].avoid_mentor_ids == ("E1" if who == "赵外" else who,)
    assert all(issue.refused is None for issue in found)


def test_a_misplaced_mentor_comes_with_the_way_to_mend_it(tmp_path: Path) -> None:
    roster, (issue,) = issues(tmp_path, 学生志愿_C2="T1、E2")
    assert roster.student_preferences[0].external_choices == ("E2",)
    assert "T1" in issue.message.zh
    assert issue.suggestion is not None
    assert "第一至第五志愿" in issue.suggestion.zh


def test_an_external_may_be_wished_for_by_name(tmp_path: Path) -> None:
    roster, (issue,) = issues(tmp_path, 学生志愿_C2="钱外")
    assert roster.student_preferences[0].external_choices == ("E2",)
    assert (issue.code, issue.severity) == ("mentor_by_name", "warning")


def test_an_external_may_stand_among_the_mentors_too(tmp_path: Path) -> None:
    roster, found = issues(tmp_path, 校外导师_A3="W1", 学生志愿_C2="W1", 学生志愿_D2="校外:W1")
    assert found == []
    assert roster.student_preferences[0].external_choices == ("W1",)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        (None, None),
        ("  ", None),
        ("随时", None),
        ("没空", set()),
        ("周五下午", {"fri afternoon"}),
        ("Friday afternoon", {"fri afternoon"}),
        ("周一晚、周五下午", {"mon evening", "fri afternoon"}),
        ("星期一、三", {"mon morning", "mon noon", "mon afternoon", "mon evening", "三"}),
        ("周一三下午", {"mon afternoon", "wed afternoon"}),
        ("周六至周一晚上", {"sat evening", "sun evening", "mon evening"}),
        ("Mon-Wed evening", {"mon evening", "tue evening", "wed evening"}),
        ("周三上午 周五下午", {"wed morning", "fri afternoon"}),
        ("Mon Wed afternoon", {"monwedafternoon"}),
    ],
)
def test_times_are_read_from_a_cell(text: str | None, meant: set[str] | None) -> None:
    assert times(text) == (None if meant is None else meant)


def test_a_day_is_all_its_half_days_and_words_of_another_day_do_not_meet() -> None:
    friday, afternoon = times("周五"), times("Friday afternoon")
    assert friday is not None
    assert afternoon is not None
    assert afternoon < friday
    assert not afternoon & (times("Monday afternoon") or set())


def test_only_times_that_are_not_understood_are_reported() -> None:
    assert read_availability("周五、weekdays,随时").finding is None
    for unclear in ("第3节", "2024-11-15", "周一、三下午", "Tuesday and Thursday"):
        finding = read_availability(unclear).finding
        assert finding is not None
        assert finding.code == "time_not_understood"
        assert not finding.refuses


def test_a_pairing_by_name_finds_mentors_and_externals(tmp_path: Path) -> None:
    roster, found = issues(tmp_path, 校外导师_A3="W1", 校外导师_B3="王外", 学生志愿_C2="W1", 学生志愿_D2="校外:王外")
    assert roster.student_preferences[0].role_choices == (("校外", "W1"),)
    assert [issue.code for issue in found] == ["mentor_by_name"]
