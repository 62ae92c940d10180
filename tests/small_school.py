"""A school of two students and one mentor, and the ways to put it into files."""

import csv
import io
from pathlib import Path

import openpyxl

Sheets = dict[str, list[list[object]]]

STUDENTS: list[list[object]] = [
    ["学号", "姓名", "年级", "班级"],
    ["20240101", "甲", "七年级", "七(1)班"],
    ["20240102", "乙", "七年级", "七(1)班"],
]
MENTORS: list[list[object]] = [["工号", "姓名", "带生上限", "重点关爱上限"], ["T001", "丙", 15, 3]]


def small_school(**more: list[list[object]]) -> Sheets:
    return {"学生": [list(row) for row in STUDENTS], "导师": [list(row) for row in MENTORS], **more}


def write_xlsx(path: Path, sheets: Sheets) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def write_csvs(folder: Path, sheets: Sheets, *, encoding: str = "utf-8-sig", delimiter: str = ",") -> Path:
    folder.mkdir(exist_ok=True)
    for name, rows in sheets.items():
        text = io.StringIO()
        csv.writer(text, delimiter=delimiter).writerows(rows)
        (folder / f"{name}.csv").write_bytes(text.getvalue().encode(encoding))
    return folder
