"""The school's own workbook as the next input, through the commands: the record extended, all else as it was."""

import zipfile
from collections import Counter
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner
from openpyxl.comments import Comment

from mentormatch.cli import group

C, G = "八(1)班", "八年级"
ROLES = '[roles]\n[[roles.role]]\nname = "心理"\ntags = ["心理健康"]\ncare_levels = ["key"]\n'


def command(name: str, book: Path, *more: object, day: str = "2024-11-11", code: int = 0) -> str:
    """Run a command on a workbook; return what it prints."""
    out = book.with_name("result.xlsx")
    arguments = [name, book, *more, "-o", out, "--date", day]
    answer = CliRunner().invoke(group, [str(each) for each in arguments], standalone_mode=False)
    if answer.exception is not None:
        raise answer.exception
    assert answer.return_value == code, answer.output
    return answer.output


def rows(path: Path, name: str = "当前结对") -> list[dict[str, object]]:
    """Return the rows of a sheet as they stand in the cells."""
    head, *body = openpyxl.load_workbook(path)[name].iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in body if any(cell is not None for cell in row)]


@pytest.fixture
def school(tmp_path: Path) -> Path:
    """Return a school with a lock, a psychologist, an external, a column and a sheet of its own, and a comment."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    sheets = {
        "学生": [
            ["学号", "姓名", "年级", "班级", "关爱等级"],
            ["s0", "甲", G, C, "重点"],
            *([f"s{i}", "甲", G, C, None] for i in (1, 2, 3)),
        ],
        "导师": [
            ["工号", "姓名", "带生上限", "任教班级", "特长", "状态"],
            ["T1", "乙", 4, C, None, "在岗"],
            ["P1", "丙", 2, None, "心理健康", "在岗"],
            ["T3", "丁", 5, C, None, "在岗"],
        ],
        "校外导师": [["编号", "姓名", "查询有效期至", "责任校内导师工号"], ["E1", "戊", "2025-08-01", "T1"]],
        "当前结对": [
            ["学号", "工号", "角色", "角色名称", "开始", "来源", "锁定", "家访"],
            ["s0", "T1", "主", None, "2023-09-01", "双选", "是", "已访"],
            *([f"s{i}", "T1", "主", None, "2023-09-01", None, None, None] for i in (1, 2, 3)),
            ["s0", "P1", "协", "心理", "2023-10-01", None, None, None],
        ],
        "调换申请": [
            ["申请号", "学号", "原导师", "拟任导师", "学生意见", "审批", "生效"],
            ["R1", "s1", "T1", "T3", "同意", "批准", "2024-11-18"],
        ],
        "通讯录": [["电话"], ["123"]],
    }
    for name, cells in sheets.items():
        sheet = book.create_sheet(name)
        for row in cells:
            sheet.append(row)
    book["当前结对"]["H2"].comment = Comment("请勿删除", "办公室")
    book.save(tmp_path / "school.xlsx")
    return tmp_path / "school.xlsx"


def test_only_the_record_changes(school: Path) -> None:
    command("rematch", school, "--book", (after := school.with_name("b1.xlsx")))
    with zipfile.ZipFile(school) as old, zipfile.ZipFile(after) as new:
        changed = {name for name in old.namelist() if old.read(name) != new.read(name)}
        assert changed == {
            "xl/worksheets/sheet4.xml",
            *("[Content_Types].xml", "xl/_rels/workbook.xml.rels", "xl/workbook.xml"),
        }
    was, now = rows(school), rows(after)
    assert [row["家访"] for row in now] == ["已访", *[None] * 5]
    assert openpyxl.load_workbook(after)["当前结对"]["H2"].comment.text == "请勿删除"
    for old_row, new_row in zip(was, now, strict=False):
        if old_row["学号"] != "s1":
            assert {key: new_row[key] for key in old_row} == old_row
    (ended,) = [row for row in now if row["学号"] == "s1" and row["工号"] == "T1"]
    (begun,) = [row for row in now if row["学号"] == "s1" and row["工号"] == "T3"]
    assert (ended["结束"], ended["结束原因"], ended["开始"]) == ("2024-11-17", "申请", "2023-09-01")
    assert (begun["开始"], begun["来源"], begun["批次"]) == ("2024-11-18", "申请", "20241111-1")
    assert [row["依据申请"] for row in rows(after, "交接")] == ["R1"]


def test_ticks_stay_and_nothing_typed_is_overwritten(school: Path) -> None:
    first, second = school.with_name("b1.xlsx"), school.with_name("b2.xlsx")
    command("rematch", school, "--book", first)
    command("rematch", school, "--book", first)  # our own file, unchanged since
    book = openpyxl.load_workbook(first)
    book["交接"]["I2"] = "是"
    book.save(first)
    with pytest.raises(Exception, match="somebody has changed it since"):
        command("rematch", school, "--book", first)
    command("rematch", first, "--book", second, day="2024-12-01")
    assert rows(second) == rows(first)
    assert rows(second, "交接") == rows(first, "交接")
    assert rows(second, "交接")[0]["告知家长"] == "是"
    command("rematch", school, "--book", first, "--force")


def test_every_command_carries_every_role(school: Path) -> None:
    rules = school.with_name("roles.toml")
    rules.write_text(ROLES, "utf-8")
    steps = [
        ("roles", ["--rules", rules]),
        ("groups", ["--students", "1-4", "--externals", "1-1"]),
        ("solve", []),
        ("rematch", []),
        ("roles", ["--rules", rules]),
    ]
    book, day = school, 11
    for number, (name, more) in enumerate(steps):
        after = school.with_name(f"step{number}.xlsx")
        command(name, book, *more, "--book", after, day=f"2024-11-{day}")
        was, now = rows(book), rows(after)
        assert len(now) >= len(was)
        for old, new in zip(was, now, strict=False):
            assert old["状态"] == "已结束" if "状态" in old and old["状态"] == "已结束" else True
            assert new.get("状态") == "已结束" or {key: new[key] for key in old} == old
            assert new.get("状态") != "已结束" or new["结束原因"]
        book, day = after, day + 1
    live = Counter(row["角色"] for row in rows(book) if row.get("状态") != "已结束")
    assert live["主"] == 4
    assert live["协"] == 1
    assert live["校外"] >= 2
    assert {row["工号"] for row in rows(book) if row["学号"] == "s0" and row.get("状态") != "已结束"} >= {"T1", "P1"}


def test_a_supporting_mentor_on_leave_is_noticed_by_solve(school: Path) -> None:
    book = openpyxl.load_workbook(school)
    book["导师"]["F3"] = "病假"
    book.save(school)
    command("solve", school, "--book", (after := school.with_name("b1.xlsx")))
    (row,) = [row for row in rows(after) if row["工号"] == "P1"]
    assert (row["状态"], row["结束"], row["结束原因"]) == ("已结束", "2024-11-10", "导师离岗")
    listed = rows(school.with_name("result.xlsx"), "变动与交接")
    assert "P1" in {entry["变动前导师"] for entry in listed}


def test_separated_people_share_no_duty(school: Path) -> None:
    rules = school.with_name("apart.toml")
    pairs = '[["s0", "T1", "x"], ["s0", "P1", "x"]]'
    rules.write_text(f'[[constraint]]\nkind = "separated_pairs"\npairs = {pairs}\n', "utf-8")
    command("solve", school, "--rules", rules, "--book", (after := school.with_name("b1.xlsx")))
    ended = {row["工号"]: row["结束原因"] for row in rows(after) if row["学号"] == "s0" and row.get("状态") == "已结束"}
    assert ended == {"T1": "规则", "P1": "规则"}
    assert {row["学号"]: row["共同负责至"] for row in rows(after, "交接")}["s0"] is None
    public = rows(school.with_name("result.xlsx"), "变动与交接")
    assert not any("分开" in str(entry["原因"]) for entry in public)


def test_who_runs_a_command_is_told_what_forms_do_and_who_leaves(school: Path) -> None:
    book = openpyxl.load_workbook(school)
    forms = book.create_sheet("学生志愿")
    for row in (
        ["学号", "提交时间", "第一志愿"],
        ["s2", "2024-11-01", "T3"],
        ["s3", "2022-11-01", "T3"],
        ["s4", "2024-11-01", "T3"],
    ):
        forms.append(row)
    book["学生"].append(["s4", "甲", G, C])
    book["导师"]["G1"], book["导师"]["G4"] = "截止日期", "2024-12-20"
    book.save(school)
    said = command("solve", school, "--book", (after := school.with_name("b1.xlsx")))
    assert "已有导师的学生按本人志愿(不是调换申请)更换导师 1 人" in said
    assert "志愿本次不计 1 份(提交于现有结对之前):s3" in said
    assert "导师 T3 只到 2024-12-20:新结对的 3 名学生届时须另行安排" in said
    again = command("solve", after, "--book", school.with_name("b2.xlsx"), day="2024-11-12")
    assert "志愿本次不计 2 份(已在以前的批次中计入过):s2、s4" in again


def test_no_writer_overwrites_what_somebody_has_typed(school: Path, tmp_path: Path) -> None:
    def call(*given: object) -> None:
        answer = CliRunner().invoke(group, [str(each) for each in given], standalone_mode=False)
        if answer.exception is not None:
            raise answer.exception

    for name, writes in (("template", ["template"]), ("marked", ["check", school, "--marked"])):
        path = tmp_path / f"{name}.xlsx"
        call(*writes, path)
        call(*writes, path)  # our own file, as we wrote it
        book = openpyxl.load_workbook(path)
        book.worksheets[0]["A9"] = "手填"
        book.save(path)
        with pytest.raises(Exception, match="somebody has changed it since"):
            call(*writes, path)
        assert openpyxl.load_workbook(path).worksheets[0]["A9"].value == "手填"
        call(*writes, path, "--force")
        assert openpyxl.load_workbook(path).worksheets[0]["A9"].value != "手填"


def test_an_edit_says_which_request_it_needs(school: Path) -> None:
    said = command("rematch", school, "--fix", "s2=T3", "--fix", "s1=T3")
    assert "指定 s2:T1 调至 T3,没有已批准的调换申请" in said
    assert "指定 s1" not in said  # its request is granted
    assert "没有已批准的调换申请" not in command("rematch", school, "--fix", "s2=T1")
