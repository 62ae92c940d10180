"""``mentormatch roles``, ``growth-groups`` and ``peers``: from a workbook to result files, in both languages."""

import json
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

import mentormatch as mm
from mentormatch.base.errors import RulesError
from mentormatch.cli import main
from mentormatch.rules.rules_file import Rules

NAME = "张小明"


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as stop:
        main([*arguments, "--date", "2024-11-11"])
    return int(stop.value.code or 0)


@pytest.fixture
def school(tmp_path: Path) -> Path:
    """Twelve juniors of grade 7 and two seniors of grade 9, who are mentors of the kind peer too."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "学生"
    sheet.append(
        [
            "学号",
            "姓名",
            "性别",
            "年级",
            "班级",
            "关爱等级",
            "是否寄宿",
            "所需角色",
            "希望同组学号",
            "须分组学号",
            "须回避导师工号",
        ]
    )
    juniors = [f"2024{i:04}" for i in range(12)]
    for i, student in enumerate(juniors):
        sheet.append(
            [
                student,
                NAME,
                "男" if i % 2 else "女",
                "七年级",
                "七(1)班",
                "重点" if i == 0 else "",
                "是" if i % 3 == 0 else "否",
                "心理、校外" if i == 1 else "心理" if i == 2 else "",
                juniors[i + 1] if i in (0, 4) else "",
                juniors[3] if i == 2 else "",
                "T3" if i == 2 else "",
            ]
        )
    for senior in ("20220001", "20220002"):
        sheet.append([senior, NAME, "女", "九年级", "九(1)班", "", "", "", "", "", ""])
    sheet = book.create_sheet("导师")
    sheet.append(["工号", "姓名", "类型", "带生上限", "可任角色"])
    for mentor, roles in (("T1", ""), ("T2", "心理:1"), ("T3", "心理：1")):
        sheet.append([mentor, NAME, "校内", 8, roles])
    for senior in ("20220001", "20220002", "20220003"):
        sheet.append([senior, NAME, "学长", 3, ""])
    sheet = book.create_sheet("学生志愿")
    sheet.append(["学号", "第一志愿", "第二志愿", "角色志愿"])
    for i, student in enumerate(juniors):
        sheet.append([student, "T1" if i < 6 else "T2", "20220001", "心理:T3" if i == 1 else ""])
    sheet = book.create_sheet("校外导师")
    sheet.append(["编号", "查询有效期至", "可服务人数"])
    sheet.append(["E1", "2025-08-20", 1])
    sheet.append(["E2", "2024-10-01", 9])
    path = tmp_path / "school.xlsx"
    book.save(path)
    return path


def written(tmp_path: Path, command: str, school: Path, *more: str) -> dict[str, object]:
    """Run a command with all its files; no name may stand in any."""
    out, picture, facts = tmp_path / "r.xlsx", tmp_path / "r.svg", tmp_path / "r.json"
    page = tmp_path / "r.html"
    files = ["-o", str(out), "--picture", str(picture), "--json", str(facts), "--report", str(page)]
    code = run(command, str(school), *files, *more)
    assert code == 0
    assert NAME not in facts.read_text("utf-8") + picture.read_text("utf-8") + page.read_text("utf-8")
    assert picture.read_text("utf-8").count("<text") <= page.read_text("utf-8").count("<text")
    for sheet in load_workbook(out).worksheets:
        assert all(NAME not in str(cell) for row in sheet.iter_rows(values_only=True) for cell in row)
    return json.loads(facts.read_text("utf-8"))  # type: ignore[no-any-return]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_roles(school: Path, tmp_path: Path, lang: str, capsys: pytest.CaptureFixture[str]) -> None:
    facts = written(tmp_path, "roles", school, "--lang", lang)
    assert facts["status"] == "optimal"
    # A key student gets a supporting mentor; T3 is asked for and has one seat, and is avoided by the other student.
    roles = facts["roles"]
    assert roles.pop("20240000")["supporting"] in ("T2", "T3")  # type: ignore[attr-defined]
    assert roles == {
        "20240001": {"primary": "T1", "心理": "T3", "external": "E1"},
        "20240002": {"primary": "T1", "心理": "T2"},
    }
    assert facts["unfilled"] == []
    assert ("7 个角色" if lang == "zh" else "of 7 roles") in capsys.readouterr().out
    rows = list(load_workbook(tmp_path / "r.xlsx").worksheets[0].iter_rows(values_only=True))
    assert ("20240001", "T3") in [row[:2] for row in rows]
    # The result is next term's input: who has a mentor in a role keeps it.
    book = load_workbook(school)
    sheet = book.create_sheet("当前结对" if lang == "zh" else "pairings")
    for row in rows:
        sheet.append(row)
    for row in book["学生志愿"].iter_rows(min_row=2):
        row[3].value = "心理:T2" if row[0].value == "20240001" else None
    book.save(school)
    later = written(tmp_path, "roles", school, "--lang", lang)
    assert later["roles"]["20240001"]["心理"] == "T3"  # type: ignore[index]


def test_roles_hold_everybody_s_primary_mentor_and_say_which_choices_do_not_count(school: Path, tmp_path: Path) -> None:
    book = load_workbook(school)
    book["学生志愿"]["D4"] = "心理:T1、心理:T3"  # T1 is no psychologist, and student 2 avoids T3
    book["学生志愿"]["D5"] = "心理:T2"  # student 3 needs no such role
    book.save(school)
    facts = written(tmp_path, "roles", school)
    rows = list(load_workbook(tmp_path / "r.xlsx")["结果"].iter_rows(values_only=True))
    primary = {row[0]: row[1] for row in rows if row[2] == "主"}
    assert primary == facts["primary"]["pairs"]  # type: ignore[index]
    assert len(primary) == 14
    said = [text["zh"] for text in facts["passed_over"]]  # type: ignore[attr-defined]
    assert [("20240002" in text, "T1" in text, "T3" in text) for text in said[:2]] == [
        (True, True, False),
        (True, False, True),
    ]
    assert "20240003" in said[2]
    assert len(said) == 3
    assert all(stage["proven"] for stage in facts["primary"]["stages"] + facts["stages"])  # type: ignore[index]


def test_roles_say_what_is_not_filled(school: Path, tmp_path: Path) -> None:
    rules = tmp_path / "rules.toml"
    rules.write_text('[roles]\nrole = [{ name = "心理", everyone = true }]\n', encoding="utf-8")
    facts = written(tmp_path, "roles", school, "--rules", str(rules))
    assert len(facts["unfilled"]) == 13  # type: ignore[arg-type]
    rules.write_text('[roles]\nrole = [{ name = "心理", everyone = true, required = true }]\n', encoding="utf-8")
    assert run("roles", str(school), "-o", str(tmp_path / "x.xlsx"), "--rules", str(rules)) == 3
    assert not (tmp_path / "x.xlsx").exists()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_growth_groups(school: Path, tmp_path: Path, lang: str) -> None:
    facts = written(tmp_path, "growth-groups", school, "--lang", lang)
    units = {unit["name"]: unit for unit in facts["units"]}  # type: ignore[attr-defined]
    groups = units["七(1)班"]["groups"]
    home = {student: number for number, group in enumerate(groups) for student in group}
    assert len(home) == 12
    assert home["20240000"] == home["20240001"]
    assert home["20240002"] != home["20240003"]
    # Two students are no group of four.
    assert units["九(1)班"]["status"] == "infeasible"


def test_growth_groups_of_mentors(school: Path, tmp_path: Path) -> None:
    rules = tmp_path / "rules.toml"
    rules.write_text('[growth_groups]\nof = "mentor"\nsize_min = 2\nsize_max = 3\nbalance = ["gender"]\n', "utf-8")
    book = load_workbook(school)
    sheet = book.create_sheet("当前结对")
    sheet.append(["学号", "工号"])
    for i in range(6):
        sheet.append([f"2024{i:04}", "T1"])
    book.save(school)
    facts = written(tmp_path, "growth-groups", school, "--rules", str(rules))
    assert [(unit["name"], unit["status"]) for unit in facts["units"]] == [("T1", "optimal")]  # type: ignore[attr-defined]
    rules.write_text("[growth_groups]\nsize_min = 5\nsize_max = 3\n", encoding="utf-8")
    assert run("growth-groups", str(school), "-o", str(tmp_path / "x.xlsx"), "--rules", str(rules)) == 2


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_peers(school: Path, tmp_path: Path, lang: str, capsys: pytest.CaptureFixture[str]) -> None:
    facts = written(tmp_path, "peers", school, "--lang", lang)
    pairs = facts["pairs"]
    assert len(pairs) == 6  # type: ignore[arg-type]
    assert {pair["peer"] for pair in pairs} == {"20220001", "20220002"}  # type: ignore[attr-defined]
    assert list(facts["left_out"]) == ["20220003"]  # type: ignore[call-overload]
    shown = capsys.readouterr().out
    assert "重点" not in shown + (tmp_path / "r.json").read_text("utf-8")
    # Nobody's adult mentor depends on peers.
    assert run("solve", str(school), "-o", str(tmp_path / "a.xlsx")) == 0
    book = load_workbook(school)
    for row in list(book["导师"].iter_rows(min_row=2))[::-1]:
        if row[2].value == "学长":
            book["导师"].delete_rows(row[0].row)
    for row in book["学生志愿"].iter_rows(min_row=2):
        row[2].value = None
    book.save(school)
    assert run("solve", str(school), "-o", str(tmp_path / "b.xlsx")) == 0
    first, second = (
        [row[:2] for row in load_workbook(tmp_path / name).worksheets[0].iter_rows(values_only=True)]
        for name in ("a.xlsx", "b.xlsx")
    )
    assert first == second
    assert run("peers", str(school), "-o", str(tmp_path / "c.xlsx")) == 2


def test_the_grade_gap_of_peers(school: Path, tmp_path: Path) -> None:
    rules = tmp_path / "rules.toml"
    rules.write_text("[peers]\ngap = 3\n", encoding="utf-8")
    assert written(tmp_path, "peers", school, "--rules", str(rules))["pairs"] == []
    rules.write_text("[peers]\ngap = 1\nplace_others = false\n", encoding="utf-8")
    pairs = written(tmp_path, "peers", school, "--rules", str(rules))["pairs"]
    assert [pair["peer"] for pair in pairs] == ["20220001"] * 3  # type: ignore[attr-defined]
    # Nine juniors asked in vain, and one who asks a peer of its own grade is told so.
    book = load_workbook(school)
    book["学生志愿"].append(["20220002", "20220001"])
    book.save(school)
    facts = written(tmp_path, "peers", school, "--rules", str(rules))
    assert len(facts["without_peer"]) == 9  # type: ignore[arg-type]
    assert load_workbook(tmp_path / "r.xlsx")["未安置"].max_row == 10
    (said,) = facts["passed_over"]  # type: ignore[misc]
    assert "20220002" in said["en"]
    rules.write_text("[peers]\ngap = 0\n", encoding="utf-8")
    assert run("peers", str(school), "-o", str(tmp_path / "x.xlsx"), "--rules", str(rules)) == 2


def test_a_peer_never_stands_in_for_an_adult(school: Path) -> None:
    with pytest.raises(RulesError, match="stands in for an adult"):
        mm.match(mm.read_roster(school), rules=Rules(mentor_kinds=("in_school", "peer")))


def test_roles_that_cannot_be_read_are_refused_with_their_cell(school: Path) -> None:
    book = load_workbook(school)
    book["导师"]["E2"] = "心理:很多"
    book["学生志愿"]["D2"] = "心理"
    book.save(school)
    issues = mm.read_roster(school).issues
    assert {(issue.sheet, issue.cell) for issue in issues if issue.refused == "cell"} == {
        ("导师", "E2"),
        ("学生志愿", "D2"),
    }


@pytest.mark.parametrize("command", ["roles", "growth-groups", "peers"])
def test_the_same_bytes_on_every_run(school: Path, tmp_path: Path, command: str) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        assert run(command, str(school), "-o", str(tmp_path / name)) == 0
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


@pytest.mark.parametrize("names", [("心理", " 心理"), ("校外", "external"), ("主",), ("学长",)])
def test_a_role_stands_once_in_the_plan_and_is_none_of_another_market(
    school: Path, tmp_path: Path, names: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    rules = tmp_path / "rules.toml"
    rules.write_text("".join(f'[[roles.role]]\nname = "{name}"\n' for name in names), encoding="utf-8")
    assert run("roles", str(school), "-o", str(tmp_path / "x.xlsx"), "--rules", str(rules)) == 2
    assert names[-1] in capsys.readouterr().err


def test_no_pairings_make_no_groups_of_mentors(
    school: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rules = tmp_path / "rules.toml"
    rules.write_text('[growth_groups]\nof = "mentor"\n', "utf-8")
    assert run("growth-groups", str(school), "-o", str(tmp_path / "x.xlsx"), "--rules", str(rules)) == 3
    assert "当前结对" in capsys.readouterr().out


def test_growth_groups_say_when_keep_apart_pairs_stand_against_them(
    school: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = load_workbook(school)
    ids = [f"2024{i:04}" for i in range(4)]
    for row, own in enumerate(ids, start=2):
        book["学生"].cell(row, 10).value = "、".join(other for other in ids if other != own)
    book.save(school)
    # Twelve students make three groups of four at most, and four of them must all be apart.
    assert run("growth-groups", str(school), "-o", str(tmp_path / "x.xlsx")) == 3
    assert "6 对须分组" in capsys.readouterr().out
