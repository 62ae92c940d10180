"""A year on one workbook by commands alone: what each command changes in the record is printed, with its cause.

The office types what happens (forms, a request, a new pupil) into its own workbook; every command reads that workbook
and writes the next one with ``--book``. At the end the record of each pupil is checked, day by day.
"""

import io
import sys
import tempfile
from collections.abc import Sequence
from contextlib import redirect_stdout
from datetime import date, timedelta
from importlib.metadata import entry_points
from pathlib import Path

import openpyxl

(PROGRAM,) = entry_points(group="console_scripts", name="mentormatch")
SEVEN, EIGHT = "七(1)班", "八(1)班"
RULES = """
[roles]
[[roles.role]]
name = "心理"
tags = ["心理健康"]
care_levels = ["key"]
"""
Row = dict[str, object]


def write_school(path: Path) -> None:
    """Write a school of ten pupils, two of them with special care, four mentors and an external."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    students = [[f"s{n}", f"学生{n}", "七年级", SEVEN, "2024-09-01", None] for n in range(4)]
    students += [[f"s{n}", f"学生{n}", "八年级", EIGHT, "2023-09-01", "重点" if n > 7 else None] for n in range(4, 10)]
    sheets: dict[str, list[Sequence[object]]] = {
        "学生": [["学号", "姓名", "年级", "班级", "入学日期", "关爱等级"], *students],
        "导师": [
            ["工号", "姓名", "带生上限", "任教班级", "特长", "状态"],
            ["T1", "导师1", 6, SEVEN, None, "在岗"],
            ["T2", "导师2", 6, f"{SEVEN}、{EIGHT}", None, "在岗"],
            ["T3", "导师3", 6, EIGHT, None, "在岗"],
            ["P1", "导师4", 2, None, "心理健康", "在岗"],
        ],
        "校外导师": [["编号", "姓名", "查询有效期至", "责任校内导师工号"], ["E1", "校外1", "2026-08-31", "T3"]],
        "学生志愿": [["学号", "提交时间", "第一志愿"]],
        "调换申请": [["申请号", "学号", "原导师", "拟任导师", "学生意见", "审批", "生效"]],
        "当前结对": [
            ["学号", "工号", "开始", "来源", "家访"],
            *([f"s{n}", "T2" if n < 7 else "T3", "2023-09-11", "双选", "已访"] for n in range(4, 10)),
        ],
    }
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)


def rows_of(path: Path) -> list[Row]:
    """Return the rows of the record as they stand in the cells."""
    head, *body = openpyxl.load_workbook(path)["当前结对"].iter_rows(values_only=True)
    return [{str(key): cell for key, cell in zip(head, row, strict=True)} for row in body if any(row)]


def day_of(row: Row, name: str) -> date | None:
    """Return a day of a row; None where it is open."""
    return date.fromisoformat(str(row[name])[:10]) if row.get(name) else None


def told(row: Row) -> str:
    """Return a row in one line."""
    return " ".join(
        str(row.get(name) or "-") for name in ("学号", "工号", "角色", "状态", "开始", "结束", "来源", "结束原因")
    )


def call(*arguments: object) -> None:
    """Call the program as a terminal does, but without a new process each time."""
    said = io.StringIO()
    sys.argv = ["mentormatch", *map(str, arguments)]
    with redirect_stdout(said):
        try:
            code = PROGRAM.load()()
        except SystemExit as stopped:
            code = stopped.code
    assert not code, said.getvalue()


class Year:
    """The workbook of the school as it goes through the year."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.number, self.book = folder, 0, folder / "school-0.xlsx"
        write_school(self.book)

    def type(self, sheet: str, *rows: list[object]) -> None:
        """Type rows into a sheet of the workbook, as the office does."""
        book = openpyxl.load_workbook(self.book)
        for row in rows:
            book[sheet].append(row)
        book.save(self.book)

    def run(self, title: str, command: str, day: str, *more: object, output: str = "--book") -> dict[str, int]:
        """Run a command on the workbook; print what changes in the record; return why rows ended."""
        self.number += 1
        after, result = self.folder / f"school-{self.number}.xlsx", self.folder / f"result-{self.number}.xlsx"
        files = (output, after) if output == "-o" else ("-o", result, output, after)
        call(command, self.book, *files, "--date", day, *more)
        print(f"\n{day} {title}")
        was, now = rows_of(self.book), rows_of(after)
        causes: dict[str, int] = {}
        for old, new in zip(was, now, strict=False):
            same = {key: new.get(key) for key in old} == old
            if not same:
                causes[str(new["结束原因"])] = causes.get(str(new["结束原因"]), 0) + 1
                print(f"  - {told(new)}")
                kept = ("学号", "工号", "开始", "来源", "家访")
                assert [old.get(key) for key in kept] == [new.get(key) for key in kept], "an ended row is not rewritten"
                assert new["结束原因"], "a row ends for a cause"
        for new in now[len(was) :]:
            print(f"  + {told(new)}")
            assert new["来源"], "a row begins for a cause"
        self.book = after
        return causes


def main_mentors(rows: list[Row], day: date) -> dict[str, list[str]]:
    """Return who is whose main mentor on a day, by the days of the rows alone."""
    found: dict[str, list[str]] = {}
    for row in rows:
        first, last = day_of(row, "开始"), day_of(row, "结束")
        # The last day of an adaptation period is a plan until it is settled.
        ends = last is not None and last < day and row.get("状态") != "适应期"
        if row.get("角色") in (None, "主") and (first is None or first <= day) and not ends:
            found.setdefault(str(row["学号"]), []).append(str(row["工号"]))
    return found


def main() -> None:
    """Go through the year."""
    with tempfile.TemporaryDirectory() as folder:
        year = Year(Path(folder))
        rules = Path(folder) / "rules.toml"
        rules.write_text(RULES, "utf-8")
        causes = year.run("September: the entry grade is provisional", "solve", "2024-09-10")
        assert causes == {}
        cover = ("--cover", "T3", "--until", "2024-11-08")
        causes = year.run("October: somebody stands in for T3", "rematch", "2024-10-08", *cover)
        assert causes == {"暂代": 3}
        year.type("学生志愿", ["s0", "2024-11-20", "T1"], ["s4", "2024-11-20", "T3"], ["s9", "2024-11-20", "T2"])
        causes = year.run("November: choice, and the adaptation period is over", "solve", "2024-11-25")
        assert set(causes) <= {"双选", "转正"}
        assert causes["双选"] == 2 + (causes.get("转正", 0) < 4)
        year.type("学生", ["n1", "学生10", "八年级", EIGHT, "2024-12-02", None])
        year.type("调换申请", ["R1", "s5", "T2", "T3", "同意", "批准", "2024-12-16"])
        causes = year.run("December: a request, and a new pupil", "rematch", "2024-12-09")
        assert causes == {"申请": 1}
        causes = year.run("January: a psychologist for those who need one", "roles", "2025-01-06", "--rules", rules)
        assert causes == {}
        groups = ("--students", "1-8", "--externals", "1-1")
        year.run("January: groups with an external", "groups", "2025-01-08", *groups)
        causes = year.run("February: the term begins, nothing has happened", "solve", "2025-02-17")
        assert causes == {}
        year.run("September: the new school year", "promote", "2025-09-01", output="-o")
        causes = year.run("September: solve again", "solve", "2025-09-08")

        print("\nthe record of s4:")
        record = rows_of(year.book)
        for row in record:
            if row["学号"] == "s4":
                print(f"  {told(row)}")
        pupils = [f"s{n}" for n in range(10)] + ["n1"]
        day = date(2024, 9, 10)
        while day < date(2025, 10, 1):
            has = main_mentors(record, day)
            expected = pupils if day >= date(2024, 12, 9) else pupils[:-1]
            assert all(len(has[pupil]) == 1 for pupil in expected), (day, has)
            day += timedelta(days=1)
        during, back = (main_mentors(record, each) for each in (date(2024, 11, 8), date(2024, 11, 9)))
        assert all(during[f"s{n}"] != ["T3"] and back[f"s{n}"] == ["T3"] for n in (7, 8, 9))
        assert main_mentors(record, date(2024, 12, 15))["s5"] == ["T2"]
        assert main_mentors(record, date(2024, 12, 16))["s5"] == ["T3"]
        print("every pupil has one main mentor on every day of the year")


if __name__ == "__main__":
    main()
