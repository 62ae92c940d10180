"""Papers to print and the account of mentors' work, both from the record alone."""

import random
from calendar import monthrange
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import openpyxl
import pytest

import mentormatch as mm
from drawn_records import START, drawn_school
from mentormatch.base.edition import PUBLIC, SCHOOL
from mentormatch.report.tables import ResultTable
from mentormatch.roster.cause import Cause
from mentormatch.roster.hand_over_row import HandOverRow
from mentormatch.roster.roster import Roster
from mentormatch.year.accounts import COUNTED, Terms, account
from mentormatch.year.print_book import PrintSheet
from mentormatch.year.sheets import papers
from small_rosters import form, mentor, pairing, student
from test_dossiers import SECRETS, book, everything
from test_promotion import cells, command

__all__ = ["book"]
DAY = timedelta(days=1)


def leave_and_cover() -> Roster:
    """Return a school where T1 is away from 2 December to 14 February and T2 stands in."""
    ended = {"state": "ended", "run": "r"}
    autumn = {"valid_from": date(2024, 9, 2), "valid_to": date(2024, 12, 1), "end_cause": Cause.MENTOR_AWAY, **ended}
    return Roster(
        students=(student("a"), student("b")),
        mentors=(mentor("T1", 3, head_of=["八(1)班"]), mentor("T2", 3), mentor("P", 1, kind="peer")),
        pairings=(
            pairing("a", "T1", **autumn),
            pairing("b", "T1", **autumn),
            pairing(
                *("a", "T2"),
                valid_from=date(2024, 12, 2),
                valid_to=date(2025, 2, 14),
                origin="暂代",
                **{"end_cause": Cause.RETURN, **ended},
            ),
            pairing("a", "T1", valid_from=date(2025, 2, 15), origin="返岗", run="r"),
            pairing("b", "P", role="peer", valid_from=date(2024, 9, 2), run="r"),
        ),
    )


def test_a_leave_counts_exactly_its_days_out() -> None:
    found = account(leave_and_cover(), date(2024, 9, 1), date(2025, 2, 28), Terms(allowance=Fraction(600)))
    told = {(each.mentor_id, f"{each.month:%Y-%m}"): each for each in found.months}
    assert {key: each.days for key, each in told.items()} == {
        ("T1", "2024-09"): 29,
        ("T1", "2024-10"): 31,
        ("T1", "2024-11"): 30,
        ("T1", "2024-12"): 1,
        ("T1", "2025-02"): 14,
        ("T2", "2024-12"): 30,
        ("T2", "2025-01"): 31,
        ("T2", "2025-02"): 14,
    }
    assert (date(2025, 2, 14) - date(2024, 12, 2)).days + 1 == 30 + 31 + 14
    # 2 periods x 1/31 = 0.0645; 200 yuan x 1/31 = 6.4516; 2 x 29/30 = 1.9333
    assert (told["T1", "2024-12"].periods, told["T1", "2024-12"].allowance) == (Decimal("0.06"), Decimal("6.45"))
    assert told["T1", "2024-09"].periods == Decimal("1.93")
    assert (told["T2", "2025-01"].periods, told["T2", "2025-01"].allowance) == (Decimal("2.00"), Decimal("200.00"))
    assert told["T1", "2024-10"].pupils == 2


@pytest.mark.parametrize("seed", range(20))
def test_an_auditor_counts_the_same(seed: int) -> None:
    """Day by day, from the rows alone."""
    school = drawn_school(random.Random(seed))
    first, last = date(2024, 8, 20), START + 60 * DAY
    found = account(school, first, last)
    days: defaultdict[tuple[str, date], int] = defaultdict(int)
    teachers = {m.mentor_id for m in school.mentors}
    day = first
    while day <= last:
        busy = {
            row.mentor_id
            for row in school.pairings
            if row.role in COUNTED
            and row.mentor_id in teachers
            and (row.valid_from or first) <= day
            and (row.state == "provisional" or (row.valid_to or last) >= day)
            and not (row.state == "ended" and row.valid_to is None)
        }
        for who in busy:
            days[who, day.replace(day=1)] += 1
        day += DAY
    assert {(each.mentor_id, each.month): each.days for each in found.months} == dict(days)
    for each in found.months:
        exact = Fraction(2 * each.days, monthrange(each.month.year, each.month.month)[1])
        assert abs(Fraction(each.periods) - exact) <= Fraction(1, 200)


def write(path: Path, **sheets: list[list[object]]) -> Path:
    """Write a workbook."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    made.save(path)
    return path


def test_the_account_of_a_workbook_sums_up(book: Path) -> None:
    made = openpyxl.load_workbook(book)
    activities = made.create_sheet("活动记录")
    for row in (
        ["日期", "工号", "活动"],
        ["2024-10-11", "T1", "谈心"],
        ["2024-11-12", "T1", "家访"],
        ["2023-01-01", "T1", "旧"],
    ):
        activities.append(row)
    made.save(book)
    out = book.with_name("account.xlsx")
    span = ("--from", "2024-09-01", "--to", "2025-01-31")
    command("accounts", book, "-o", out, *span, "--allowance", "600", "--lang", "zh")
    head, *rows, total = cells(out, "合计")
    assert head == ["工号", "月数", "在岗带生天数", "课时", "津贴(元)", "活动次数", "应不少于"]
    months = cells(out, "按月")[1:]
    for row in rows:
        mine = [month for month in months if month[1] == row[0]]
        assert row[2] == sum(month[3] for month in mine)
        assert round(row[3], 2) == round(sum(month[5] for month in mine), 2)
        assert round(row[4], 2) == round(sum(month[6] for month in mine), 2)
    assert [round(total[at], 2) for at in (2, 3, 4)] == [round(sum(row[at] for row in rows), 2) for at in (2, 3, 4)]
    assert {row[0]: row[5] for row in rows}["T1"] == 2
    assert mm.read_roster(book).unread_sheets == ()
    made["活动记录"]["A2"] = "某天"
    made.save(book)
    with pytest.raises(mm.InputError, match="A2"):
        command("accounts", book, "-o", out, *span, "--force")


def test_the_papers_of_a_school() -> None:
    school = leave_and_cover().replace(
        student_preferences=(form("a", "T2", "T1"),),
        hand_overs=(
            HandOverRow(student_id="a", from_mentor="T1", to_mentor="T2", records_passed=False),
            HandOverRow(student_id="b", from_mentor="T1", records_passed=True),
        ),
    )
    told = {paper.title: paper for paper in papers(school, date(2025, 1, 10), SCHOOL, "zh")}
    assert list(told) == ["导师带生名册", "八(1)班", "交接单", "未完成交接", "结果通知书"]
    rosters, one_class = told["导师带生名册"], told["八(1)班"]
    assert isinstance(rosters, PrintSheet)
    assert isinstance(one_class, ResultTable)
    assert [[row[1] for row in block.rows] for block in rosters.blocks] == [["b"], ["a"]]
    assert one_class.rows == [
        ("a", "某某", "T2", "某师", "2024-12-02", "暂代至 2025-02-14", 1),
        ("b", "某某", None, None, None, "未安置", None),
    ]
    public = {paper.title: paper for paper in papers(school, date(2025, 1, 10), PUBLIC, "zh")}
    assert public["八(1)班"].rows[0] == ("a", "T2", "2024-12-02", "暂代至 2025-02-14")  # type: ignore[union-attr]
    assert len(told["交接单"].blocks) == 1  # type: ignore[union-attr]


@pytest.mark.parametrize("more", [(), ("--names",)])
def test_no_paper_tells_a_secret(book: Path, more: tuple[str, ...]) -> None:
    out = book.with_name("papers.xlsx")
    command("sheets", book, "-o", out, "--date", "2025-06-30", *more, "--lang", "zh")
    text = everything(out)
    assert "T2" in text
    assert ("李明" in text) == bool(more)
    assert not [secret for secret in (*SECRETS[:-1], "110101") if secret in text]
    command("accounts", book, "-o", out, "--from", "2024-09-01", "--to", "2025-01-31", *more)
    assert not [secret for secret in (*SECRETS, "110101") if secret in everything(out)]


def test_nothing_printed_is_wider_than_the_page(book: Path) -> None:
    out = book.with_name("papers.xlsx")
    command("sheets", book, "-o", out, "--date", "2025-06-30", "--names")
    for sheet in openpyxl.load_workbook(out).worksheets:
        if sheet.page_setup.fitToWidth is None or not sheet.sheet_properties.pageSetUpPr:
            assert sum(column.width for column in sheet.column_dimensions.values()) <= 72, sheet.title


@pytest.mark.parametrize("name", ["solve", "rematch", "roles"])
def test_every_command_names_people_where_it_is_asked_to(book: Path, name: str) -> None:
    out = book.with_name("result.xlsx")
    command(name, book, "-o", out, "--date", "2025-06-09")
    assert "李明" not in everything(out)
    command(name, book, "-o", out, "--date", "2025-06-09", "--names")
    head, *rows = cells(out, openpyxl.load_workbook(out).sheetnames[0])
    named = {cell for row in rows for cell in row if isinstance(cell, str) and "李明" in cell}
    assert named, (head, rows)
