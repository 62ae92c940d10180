"""The reviews of a school and of a bureau: true counts, and no small one that can be worked out."""

import itertools
import random
from collections import defaultdict
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from mentormatch.base.edition import PUBLIC, STAFF
from mentormatch.year.review import bureau_table, months, review, school_tables
from mentormatch.year.suppression import ShownColumn, shown_column
from test_dossiers import SECRETS, book, everything
from test_promotion import cells, command
from test_sheets_and_accounts import leave_and_cover

__all__ = ["book"]


@pytest.mark.parametrize(("length", "most"), [(1, 40), (2, 40), (3, 24), (4, 12)])
def test_no_small_count_follows_from_what_is_shown(length: int, most: int) -> None:
    """Of all columns that are shown alike, to a reader who knows the method, each small count has several values."""
    alike: defaultdict[ShownColumn, list[tuple[int, ...]]] = defaultdict(list)
    for counts in itertools.product(range(most + 1), repeat=length):
        alike[shown_column(counts)].append(counts)
    for shown, columns in alike.items():
        if shown.total is not None and shown.total > most:
            continue  # columns beyond those that were tried may look the same
        for at in range(length):
            values = {counts[at] for counts in columns}
            assert len(values) > 1 or not any(0 < value < 5 for value in values), (shown, at)


def test_what_is_shown_is_true() -> None:
    draw = random.Random(4)
    for _ in range(300):
        counts = [draw.choice([0, 1, 2, 4, 5, 9, 30]) for _ in range(draw.randint(1, 7))]
        shown = shown_column(counts)
        assert all(seen in (None, count) for seen, count in zip(shown.cells, counts, strict=True))
        assert shown.total in (None, sum(counts))
        assert all(seen is None for seen, count in zip(shown.cells, counts, strict=True) if 0 < count < 5)
        assert sum(seen is None for seen in shown.cells) != 1 or shown.total is None


def test_a_school_by_months() -> None:
    school = leave_and_cover()
    assert months(date(2024, 11, 15), date(2025, 1, 5)) == [
        (date(2024, 11, 15), date(2024, 11, 30)),
        (date(2024, 12, 1), date(2024, 12, 31)),
        (date(2025, 1, 1), date(2025, 1, 5)),
    ]
    told = [review(school, *month) for month in months(date(2024, 11, 1), date(2025, 2, 28))]
    assert [each.without_mentor for each in told] == [0, 1, 1, 1]
    assert [sum(each.ended.values()) for each in told] == [0, 2, 0, 1]
    (table,) = school_tables(told, PUBLIC, "zh")
    assert table.headers[-2:] == ("结束:导师离岗", "结束:返岗")
    assert [row[-2:] for row in table.rows] == [(0, 0), (2, 0), (0, 0), (0, 1)]


def test_a_bureau_sees_no_small_count() -> None:
    one = review(leave_and_cover(), date(2024, 11, 1), date(2025, 1, 31))
    table = bureau_table({"甲": one, "乙": one}, "zh")
    head = list(table.headers)
    assert [row[head.index("结束:导师离岗")] for row in table.rows] == ["*", "*", 4]
    assert [row[head.index("没有导师")] for row in table.rows] == ["*", "*", "*"]
    assert [row[head.index("学生")] for row in table.rows] == [2, 2, 4]


def test_reviews_by_command(book: Path) -> None:
    out, page = book.with_name("review.xlsx"), book.with_name("review.html")
    span = ("--from", "2024-09-01", "--to", "2025-06-30")
    command("review", book, "-o", out, "--report", page, *span, "--lang", "zh")
    assert [row[0] for row in cells(out, "每月研判")[1:]][:2] == ["2024-09", "2024-10"]
    for text in (everything(out), page.read_text("utf-8")):
        assert not [secret for secret in (*SECRETS, "李明", "110101") if secret in text]
    other = book.with_name("other.xlsx")
    openpyxl.load_workbook(book).save(other)
    command("review", book, other, "-o", out, "--report", page, *span, "--lang", "zh")
    assert [row[0] for row in cells(out, "督导汇总")] == ["学校", "other", "primary", "合计"]
    assert "* 表示" in page.read_text("utf-8")
    with pytest.raises(Exception, match="one school"):
        command("review", book, other, "-o", out, *span, "--staff", "--lang", "en")
    assert school_tables([review(leave_and_cover(), date(2024, 9, 1), date(2025, 1, 1))], STAFF, "en")
