"""Cover and return: others stand in for a mentor for a time, and on the day after the pairs begin again."""

import random
from datetime import date, timedelta
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

import mentormatch as mm
from drawn_records import DAY, START, check_append_only, check_one_primary, drawn_school, event, primary_on, run
from mentormatch.cli import group
from mentormatch.roster.cause import Cause
from mentormatch.roster.standing import standing_pairings
from small_rosters import mentor, pairing, student

LAST = START + timedelta(days=20)


def covered(draw: random.Random) -> tuple[mm.Roster, str, mm.Roster]:
    """Return a school with everybody placed, a mentor of it, and the school with a cover for that mentor."""
    while True:
        first = run(drawn_school(draw), "solve", START - DAY)
        if first.matching is None:
            continue
        before = first.record.after()
        away = draw.choice([row.mentor_id for row in standing_pairings(before.pairings, START)])
        result = mm.rematch(before, covers={away: LAST}, on=START)
        if result.matching is not None:
            return before, away, result.record.after()


@pytest.mark.parametrize("seed", range(25))
def test_a_cover_suspends_the_pairs_of_every_role_and_gives_them_back(seed: int) -> None:
    before, away, after = covered(random.Random(seed))
    check_append_only(before, after)
    check_one_primary(before, after, START)
    had, during, back = (primary_on(after, day) for day in (START - DAY, START, LAST + DAY))
    for each in after.students:
        mine = had[each.student_id] == [away]
        assert (during[each.student_id] != had[each.student_id]) >= mine
        assert away not in during[each.student_id]
        assert not mine or back[each.student_id] == [away]
    for old, new in zip(before.pairings, after.pairings, strict=False):
        if old.mentor_id == away and old.is_live(START):
            assert (new.valid_to, new.end_cause) == (START - DAY, Cause.COVER)
            same = old.student_id, old.role, old.role_name, old.group, old.locked
            again = [
                row
                for row in after.pairings[len(before.pairings) :]
                if (row.student_id, row.role, row.role_name, row.group, row.locked) == same and row.mentor_id == away
            ]
            assert [(row.valid_from, row.opened_by) for row in again] == [(LAST + DAY, Cause.RETURN)]
    assert after.mentors == before.mentors


@pytest.mark.parametrize("seed", range(25))
def test_every_command_of_the_time_knows_of_the_cover_and_of_the_return(seed: int) -> None:
    draw = random.Random(seed)
    _, away, after = covered(draw)
    for day in (START, START + 9 * DAY, LAST, LAST + DAY, LAST + 40 * DAY):
        for command in ("solve", "rematch"):
            step = run(after, command, day).record
            assert not [row for row in step.closed.values() if row.end_cause is not Cause.SETTLED], (day, command)
    _, happened = event(after, draw, START + 9 * DAY, 1)
    result = run(happened, draw.choice(["solve", "rematch"]), START + 9 * DAY)
    if result.matching is not None:
        assert result.matching.students_of(away) == ()
        later = result.record.after()
        check_append_only(happened, later)
        check_one_primary(happened, later, START + 9 * DAY)


def test_days_that_make_no_sense_are_refused() -> None:
    school = mm.Roster(
        students=(student("s0"),),
        mentors=(mentor("a", 1, available_to=date(2025, 1, 31)), mentor("b", 1)),
        pairings=(pairing("s0", "a", valid_from=date(2024, 9, 1)),),
    )
    for last, said in ((START - DAY, "before it begins"), (date(2025, 2, 28), "does not come back")):
        with pytest.raises(mm.InputError, match=said):
            mm.rematch(school, covers={"a": last}, on=START)
    with pytest.raises(mm.InputError, match="no mentor with the id x"):
        mm.rematch(school, covers={"x": LAST}, on=START)
    with pytest.raises(mm.InputError, match="the day on which it begins"):
        mm.rematch(school, covers={"a": LAST})
    with pytest.raises(mm.InputError, match="Only the record of a school"):
        mm.rematch(mm.Market.from_preferences({"s": ["m"]}), [("s", "m")], covers={"m": LAST})


def sheet(path: Path, name: str) -> list[dict[str, object]]:
    head, *body = openpyxl.load_workbook(path)[name].iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in body]


def test_a_cover_on_the_command_line_and_the_workbook_after_it(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in {
        "学生": [["学号", "姓名", "年级", "班级"], ["s0", "甲", "八年级", "八(1)班"]],
        "导师": [["工号", "姓名", "带生上限"], ["T1", "乙", 3], ["T2", "丙", 3]],
        "当前结对": [["学号", "工号", "开始", "锁定"], ["s0", "T1", "2024-09-01", "是"]],
    }.items():
        table = book.create_sheet(name)
        for row in rows:
            table.append(row)
    school, out, after = (tmp_path / f"{name}.xlsx" for name in ("school", "out", "after"))
    book.save(school)

    def command(*given: object) -> int:
        answer = CliRunner().invoke(group, [str(each) for each in given], standalone_mode=False)
        if answer.exception is not None:
            raise answer.exception
        return answer.return_value

    days = ("--date", "2024-11-11")
    with pytest.raises(Exception, match="--until"):
        command("rematch", school, "-o", out, "--cover", "T1", *days)
    cover = ("--cover", "T1", "--until", "2025-02-28")
    assert command("rematch", school, "-o", out, *cover, *days, "--book", after) == 0
    told = [
        (r["工号"], r["状态"], str(r["开始"]), r["结束"] and str(r["结束"]), r["来源"])
        for r in sheet(after, "当前结对")
    ]
    assert told == [
        ("T1", "已结束", "2024-09-01", "2024-11-10", None),
        ("T2", "暂代", "2024-11-11", "2025-02-28", "暂代"),
        ("T1", "在结", "2025-03-01", None, "返岗"),
    ]
    assert [(r["原导师"], r["新导师"], str(r["生效"])) for r in sheet(after, "交接")] == [
        ("T1", "T2", "2024-11-11"),
        ("T2", "T1", "2025-03-01"),
    ]
    assert command("explain", school, out, "--student", "s0") == 0
    later = after.with_name("later.xlsx")
    assert command("solve", after, "-o", out, "--date", "2025-03-03", "--book", later, "--force") == 0
    assert sheet(later, "当前结对") == sheet(after, "当前结对")


def test_nobody_is_paired_past_the_end_of_a_service() -> None:
    school = mm.Roster(
        students=(student("s0"), student("s1")),
        mentors=(mentor("a", 1, available_to=date(2024, 12, 1)), mentor("b", 1)),
    )
    first = mm.match(school, on=START)
    after = first.record.after()
    (row,) = [row for row in after.pairings if row.mentor_id == "a"]
    assert (row.state, row.valid_to, row.end_cause) == ("active", date(2024, 12, 1), Cause.MENTOR_AWAY)
    assert run(after, "solve", START + DAY).record.changes_nothing
    # On the day after, the pupil has nobody and is placed; the row that is over stays as it was.
    roomy = after.replace(mentors=(after.mentors[0], mentor("b", 2)))
    later = mm.rematch(roomy, on=date(2024, 12, 2)).record.after()
    assert later.pairings[:2] == after.pairings
    assert [(new.student_id, new.mentor_id) for new in later.pairings[2:]] == [(row.student_id, "b")]
