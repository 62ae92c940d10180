"""A command that is written wrongly is answered in Chinese; people may be named where the name is unique."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import openpyxl
import pytest

import mentormatch as mm
from mentormatch.cli import group, main
from mentormatch.cli.called import Called
from mentormatch.cli.day import DAY, Day
from mentormatch.roster.roster import Roster
from small_rosters import mentor, student
from test_dossiers import book, page_rows
from test_promotion import command

__all__ = ["book"]
ENGLISH = re.compile(r"[A-Za-z]{3,} [a-z]{2,}")


def wrong_commands() -> Iterator[list[str]]:
    """Yield a command with one thing wrong, for every command, option and kind of mistake."""
    yield ["slove"]
    yield ["solve", "a", "b", "c", "-o", "r.xlsx"]
    for name, each in group.commands.items():
        yield [name, "--nmaes"]
        yield [name, "--hlep"]
        if any(param.required for param in each.params):
            yield [name]
        for param in each.params:
            if isinstance(param, click.Option) and not param.is_flag:
                yield [name, param.opts[0]]
                if isinstance(param.type, click.Choice | click.types.IntParamType | click.types.FloatParamType | Day):
                    yield [name, param.opts[0], "张三"]
                if isinstance(param.type, click.IntRange | click.FloatRange):
                    yield [name, param.opts[0], "-5"]
                if isinstance(param.type, Day):
                    yield [name, param.opts[0], "2024-02-30"]


def test_no_mistake_is_answered_in_english(capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MENTORMATCH_LANG", "zh")
    seen = 0
    for wrong in wrong_commands():
        with pytest.raises(SystemExit) as stop:
            main(wrong)
        out = capsys.readouterr()
        assert stop.value.code == 2, wrong
        told = re.sub(r"mentormatch [\w-]+ --help", "", out.err)
        assert re.search("[一-鿿]", told), wrong
        assert not ENGLISH.search(told), (wrong, told)
        seen += 1
    assert seen > 150


def test_a_day_is_read_as_offices_write_it() -> None:
    for written in ("2024-09-10", "2024/9/10", "2024.9.10", "2024年9月10日", "20240910"):
        assert f"{DAY.convert(written, None, None):%Y-%m-%d}" == "2024-09-10"
    for wrong in ("10/9/2024", "24-9-10", "2024-02-30", "明天", "", "2024-9"):
        with pytest.raises(click.BadParameter):
            DAY.convert(wrong, None, None)


def test_a_name_stands_for_a_person_where_only_one_has_it() -> None:
    school = Roster(
        students=(student("s1"), student("s2").model_copy(update={"name": "李明"})),
        mentors=(mentor("T1", 1), mentor("T2", 1).model_copy(update={"name": "张伟"}), mentor("T3", 1)),
    )
    called = Called(school)
    assert (called.student("李明"), called.mentor(" 张伟 "), called.mentor("T1"), called.student("nobody")) == (
        *("s2", "T2"),
        *("T1", "nobody"),
    )
    with pytest.raises(mm.InputError, match="T1, T3") as refused:
        called.mentor("某师")
    assert "某师" not in str(refused.value.full_text)


def test_names_in_commands(book: Path) -> None:
    out = book.with_name("out")
    command("dossiers", book, "-o", out, "--student", "李明", "--date", "2025/6/30", "--names")
    assert page_rows(out / "p1.html")[1][0] == "老师甲(T1)"
    result, after = book.with_name("r.xlsx"), book.with_name("b.xlsx")
    command("rematch", book, "-o", result, "--book", after, "--leave", "老师甲", "--date", "2025-06-09")
    rows = list(openpyxl.load_workbook(after)["当前结对"].iter_rows(values_only=True))
    ended = rows[0].index("结束原因")
    assert [row[0] for row in rows if row[1] == "T1" and row[ended] == "导师离岗"] == ["p2"]
    command("solve", book, "-o", result, "--date", "2025-06-09", "--force")
    assert "T1" in command("explain", book, result, "--student", "王芳", "--lang", "zh")
