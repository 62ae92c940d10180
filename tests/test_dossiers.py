"""One file a pupil, and its way to the next school: complete, right, and without what an edition may not tell."""

import random
import re
from datetime import date, timedelta
from pathlib import Path

import openpyxl
import pytest

import mentormatch as mm
from drawn_records import drawn_school
from mentormatch.base.edition import PUBLIC, SCHOOL, STAFF
from mentormatch.base.text import Language
from mentormatch.documents.school_document import SchoolDocument
from mentormatch.roster.cause import Cause
from mentormatch.roster.group import GroupRecord
from mentormatch.roster.hand_over_row import HandOverRow
from mentormatch.roster.roster import Roster
from mentormatch.roster.stage_system import STAGE_SYSTEMS, stage_system
from mentormatch.year.class_map import ClassMap
from mentormatch.year.dossiers import dossier_tables, dossiers
from mentormatch.year.entrants import abroad, of_roster
from mentormatch.year.package import package, write_package
from mentormatch.year.promotion import promoted
from mentormatch.year.read_files import read_entrants
from small_rosters import mentor, pairing, student
from test_promotion import cells, command

DAY = timedelta(days=1)
ON = date(2025, 9, 1)


def primary_school(draw: random.Random) -> Roster:
    """Return a drawn primary school: some of its pupils leave; groups and hand-overs are on its record."""
    drawn = drawn_school(draw)
    grades = [6, *(s.grade_number - 2 for s in drawn.students[1:])]
    pupils = [
        student(s.student_id, grade=grade, class_name=f"{'五六'[grade - 5]}(1)班")
        for s, grade in zip(drawn.students, grades, strict=True)
    ]
    leavers = [s.student_id for s in pupils if s.grade_number == 6]
    rows = [
        row.model_copy(update={"end_cause": draw.choice([Cause.REQUEST, Cause.MENTOR_AWAY])})
        if row.state == "ended"
        else row
        for row in drawn.pairings
    ]
    ticks = [
        HandOverRow(
            student_id=each,
            from_mentor="T0",
            to_mentor=draw.choice([None, "T1"]),
            effective=date(2025, 3, draw.randint(1, 28)),
            request=draw.choice([None, "R1"]),
            records_passed=draw.choice([False, True]),
            guardian_told=draw.choice([None, True]),
        )
        for each in leavers
        if draw.random() < 0.5
    ]
    circle = GroupRecord(group_id="G1", lead_id="T0", externals=("E1",), students=tuple(leavers[:3]))
    teachers = tuple(m.model_copy(update={"classes_taught": ()}) for m in drawn.mentors)
    return drawn.replace(
        students=tuple(pupils), mentors=teachers, pairings=tuple(rows), hand_overs=tuple(ticks), groups=(circle,)
    )


def history(school: Roster, pupils: set[str], home: str | None) -> dict[str, list[tuple[object, ...]]]:
    """Return what a record says of some pupils, with the ids of mentors as a receiving school keeps them."""
    rows = [
        (
            "row",
            r.student_id,
            abroad(r.mentor_id, home),
            r.role,
            r.role_name,
            str(r.valid_from),
            str(r.valid_to),
            r.origin,
        )
        for r in school.pairings
    ]
    rows += [
        ("pass", h.student_id, abroad(h.from_mentor, home), h.to_mentor and abroad(h.to_mentor, home), str(h.effective))
        for h in school.hand_overs
    ]
    rows += [("group", s, abroad(g.group_id, home), str(g.first_day)) for g in school.groups for s in g.students]
    rows += [
        ("why", r.student_id, str(r.valid_from), r.mentor_id[:2], r.origin, r.reason, r.end_cause)
        for r in school.pairings
    ]
    rows += [("tick", h.student_id, h.opinion_asked, h.guardian_told, h.records_passed) for h in school.hand_overs]
    return {pupil: sorted((row for row in rows if row[1] == pupil), key=str) for pupil in pupils}


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("ending", ["xlsx", "json"])
def test_a_package_brings_the_same_history(seed: int, ending: str, tmp_path: Path) -> None:
    draw = random.Random(seed)
    old = primary_school(draw)
    leaving = {s.student_id for s in old.students if s.grade_number == 6}
    lang: Language = draw.choice(["zh", "en"])
    files = dossiers(old, [s for s in old.students if s.student_id in leaving], STAFF)
    sent = package(files, old, STAFF, from_school="城东小学", last_day=ON - DAY)
    write_package(sent, tmp_path / "p", lang)
    read = read_entrants(tmp_path / f"p.{ending}")
    assert not read.errors
    new = Roster(students=(student("a", grade=7),), mentors=(mentor("T0", 9), mentor("T1", 9)))
    classes = ClassMap(students=dict.fromkeys(leaving, "七(1)班"))
    came = promoted(new, ON, STAGE_SYSTEMS["six-three"], classes=classes, entrants=of_roster(read))
    assert {s.student_id for s in came.entrants} == leaving
    assert {(s.grade_number, s.entry_date) for s in came.entrants} == {(7, ON)}
    after = promoted(old, ON, stage_system(old)).school
    mine, theirs = history(came.school, leaving, None), history(after, leaving, "城东小学")
    for pupil in leaving:  # the sending school knows the run that ended a group; the package does not end it
        assert [row for row in mine[pupil] if row[0] != "group"] == [row for row in theirs[pupil] if row[0] != "group"]
        assert {row[:3] for row in mine[pupil]} == {row[:3] for row in theirs[pupil]}
    assert not any(row.is_live(ON) for row in came.school.pairings)


def test_a_document_of_a_school_keeps_its_whole_record() -> None:
    school = primary_school(random.Random(3))
    read = SchoolDocument.from_json(SchoolDocument.from_roster(school).to_json()).to_roster()
    assert (read.hand_overs, read.groups) == (school.hand_overs, school.groups)


SECRETS = ("SECRETREASON", "心理秘密", "R-SECRET", "单亲", "申请")


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """Return a primary school with a pupil of a hard year: two changes, a cover, a psychologist; care and a request."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    sheets: dict[str, list[list[object]]] = {
        "学生": [
            ["学号", "姓名", "年级", "班级", "关爱等级", "关爱类别", "须回避导师工号", "身份证号", "升入学校"],
            ["p1", "李明", "六年级", "六(1)班", "重点", "单亲", "T3", "110101201301011234", "城南初中"],
            ["p2", "王芳", "六年级", "六(1)班", None, None, None, "110101201301011235", "城北初中"],
            ["p3", "赵强", "五年级", "五(1)班", None, None, None, "110101201401011236", None],
        ],
        "导师": [
            ["工号", "姓名", "带生上限", "任教班级"],
            *([f"T{i}", f"老师{'甲乙丙丁戊'[i - 1]}", 4, "六(1)班"] for i in range(1, 6)),
        ],
        "当前结对": [
            [
                "学号",
                "工号",
                "角色",
                "角色名称",
                "状态",
                "开始",
                "结束",
                "来源",
                "原因",
                "结束原因",
                "批次",
                "结束批次",
            ],
            ["p1", "T1", "主", None, "已结束", "2024-09-02", "2024-10-31", "双选", None, "申请", "a"],
            [
                "p1",
                "T2",
                "主",
                None,
                "已结束",
                "2024-11-01",
                "2024-12-01",
                "申请",
                "SECRETREASON",
                "导师离岗",
                "b",
                "c",
            ],
            ["p1", "T4", "主", None, "已结束", "2024-12-02", "2025-02-14", "暂代", None, "返岗", "c"],
            ["p1", "T2", "主", None, "在结", "2025-02-15", None, "返岗", None, None, "d"],
            ["p1", "T5", "协", "心理秘密", "在结", "2024-10-08", None, "统筹", None, None, "r"],
            ["p2", "T1", "主", None, "在结", "2024-09-02", None, "双选", None, None, "a"],
            ["p3", "T3", "主", None, "在结", "2024-09-02", None, "双选", None, None, "a"],
        ],
        "交接": [
            [
                "学号",
                "原导师",
                "新导师",
                "角色",
                "生效",
                "共同负责至",
                "依据申请",
                "征求学生意见",
                "告知家长",
                "移交档案",
            ],
            ["p1", "T1", "T2", "主", "2024-11-01", "2024-11-14", "R-SECRET", "是", "是", "是"],
            ["p1", "T2", "T4", "主", "2024-12-02", None, None, "否", "是", "否"],
        ],
    }
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    made.save(tmp_path / "primary.xlsx")
    return tmp_path / "primary.xlsx"


def page_rows(path: Path) -> list[list[str]]:
    """Return the rows of the tables of a page."""
    rows = re.findall(r"<tr>(.*?)</tr>", path.read_text("utf-8"))
    return [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in rows]


def test_the_file_of_a_pupil_with_a_hard_year(book: Path) -> None:
    out = book.with_name("out")
    command("dossiers", book, "-o", out, "--student", "p1", "--date", "2025-06-30", "--staff")
    assert page_rows(out / "p1.html") == [
        ["导师", "角色", "开始", "结束", "由来", "结束原因", "说明"],
        ["老师甲(T1)", "主", "2024-09-02", "2024-10-31", "双选", "申请", ""],
        ["老师戊(T5)", "协(心理秘密)", "2024-10-08", "至今", "统筹", "", ""],
        ["老师乙(T2)", "主", "2024-11-01", "2024-12-01", "申请", "导师离岗", "SECRETREASON"],
        ["老师丁(T4)", "主", "2024-12-02", "2025-02-14", "暂代", "返岗", ""],
        ["老师乙(T2)", "主", "2025-02-15", "至今", "返岗", "", ""],
        ["原导师", "新导师", "生效", "共同负责至", "征求学生意见", "告知家长", "移交档案"],
        ["老师甲(T1)", "老师乙(T2)", "2024-11-01", "2024-11-14", "是", "是", "是"],
        ["老师乙(T2)", "老师丁(T4)", "2024-12-02", "", "否", "是", "否"],
    ]
    assert [list(row) for row in openpyxl.load_workbook(out / "p1.xlsx")["导师"].iter_rows(values_only=True)][2][1] == (
        "协(心理秘密)"
    )


@pytest.mark.parametrize("more", [(), ("--names",)])
def test_no_edition_but_that_for_staff_tells_a_secret(book: Path, more: tuple[str, ...]) -> None:
    out = book.with_name("out")
    command("dossiers", book, "-o", out, "--leaving", "--school", "城东小学", "--date", "2025-08-31", *more)
    files = sorted(path.name for path in out.iterdir())
    assert "档案包-城南初中.xlsx" in files
    assert "全部.html" in files
    for path in out.iterdir():
        text = path.read_text("utf-8") if path.suffix != ".xlsx" else everything(path)
        for secret in (*SECRETS, "1101012013"):
            assert secret not in text, (path.name, secret)
        assert ("李明" in text) <= bool(more)
    assert "110101" not in everything(out / "档案包-城南初中.xlsx")


def everything(path: Path) -> str:
    """Return all that stands in the cells of a workbook, but for its headers."""
    sheets = openpyxl.load_workbook(path).worksheets
    return "\n".join(str(cell) for sheet in sheets for row in sheet.iter_rows(2, values_only=True) for cell in row)


def test_the_receiving_school_takes_the_package_and_goes_on(book: Path) -> None:
    out = book.with_name("out")
    command("dossiers", book, "-o", out, "--leaving", "--school", "城东小学", "--date", "2025-08-31", "--staff")
    bundle = out / "档案包-城南初中.xlsx"
    filled = openpyxl.load_workbook(bundle)
    pupils = filled["学生"]
    head = [cell.value for cell in pupils[1]]
    pupils.cell(2, head.index("新班级") + 1, "七(1)班")
    pupils.cell(2, head.index("新学号") + 1, "j1")
    filled.save(bundle)
    junior = openpyxl.Workbook()
    junior.active.title = "学生"
    for row in (["学号", "姓名", "年级", "班级"], ["a", "某", "七年级", "七(1)班"]):
        junior["学生"].append(row)
    for row in (["工号", "姓名", "带生上限", "任教班级"], ["T1", "别的老师", 9, "七(1)班、八(1)班"]):
        (junior["导师"] if "导师" in junior.sheetnames else junior.create_sheet("导师")).append(row)
    junior.save(book.with_name("junior.xlsx"))
    after, result = book.with_name("next.xlsx"), book.with_name("result.xlsx")
    command("promote", book.with_name("junior.xlsx"), "-o", after, "--date", "2025-09-01", "--entrants", bundle)
    read = mm.read_roster(after)
    assert not read.errors
    assert [(s.student_id, s.class_name, s.care_level) for s in read.students] == [
        ("a", "八(1)班", None),
        ("j1", "七(1)班", "key"),
    ]
    assert {row.mentor_id for row in read.pairings} == {f"T{i}@城东小学" for i in (1, 2, 4, 5)}
    assert {row.state for row in read.pairings} == {"ended"}
    command("solve", after, "-o", result, "--date", "2025-09-10", "--book", book.with_name("b.xlsx"))
    command("dossiers", book.with_name("b.xlsx"), "-o", out, "--student", "j1", "--staff", "--date", "2025-10-01")
    found = page_rows(out / "j1.html")
    assert len(found) == 10
    assert ["别的老师(T1)", "主", "2025-09-10"] in [row[:3] for row in found]
    assert ["T2@城东小学", "主", "2025-02-15", "2025-08-31", "返岗", "毕业", ""] in found


def test_editions_of_one_file() -> None:
    school = Roster(
        students=(student("a"),),
        mentors=(mentor("T1", 1),),
        pairings=(pairing("a", "T1", role="supporting", role_name="心理", origin="申请", reason="x", run="r"),),
    )
    told = {
        edition: dossier_tables(dossiers(school, school.students, edition)[0], school, edition, "zh")[0].rows[0]
        for edition in (PUBLIC, SCHOOL, STAFF)
    }
    assert told[PUBLIC][:2] == ("T1", "协")
    assert told[SCHOOL][:2] == ("某师(T1)", "协")
    assert told[STAFF][1] == "协(心理)"
    assert (told[PUBLIC][4], told[STAFF][4]) == ("统筹", "申请")


def test_strangers_are_refused(book: Path) -> None:
    with pytest.raises(mm.InputError, match="p9"):
        command("dossiers", book, "-o", book.with_name("out"), "--student", "p9")
    with pytest.raises(mm.InputError, match="七"):
        command("dossiers", book, "-o", book.with_name("out"), "--class", "七(1)班")
    command("dossiers", book, "-o", book.with_name("out"), "--class", "601", "--date", "2025-06-30")
    assert cells(book.with_name("out") / "p2.xlsx", "导师")[1][0] == "T1"
