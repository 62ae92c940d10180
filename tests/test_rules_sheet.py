"""Rules in the workbook: the sheet 规则 means what a rules file means, in the words of an office."""

import random
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

from mentormatch import read_roster, read_rules
from mentormatch.base.errors import MentorMatchError
from mentormatch.cli import group
from mentormatch.rules.rules_file import Rules, rules_of_school
from mentormatch.rules.write_rules import write_rules
from own_school import loads, own_school, raw_pairs, raw_values
from small_school import Sheets, write_csvs, write_xlsx

ROOT = Path(__file__).resolve().parents[1]
HEAD = ["规则", "参数", "值", "说明"]
TOML_OF = [
    ([["type_quotas", "attribute", "关爱等级"], ["", "values", "重点"], ["", "upper", 2]],
     '[[constraint]]\nkind = "type_quotas"\nattribute = "关爱等级"\nvalues = ["重点"]\nupper = 2\n'),
    ([["type_quotas", "attribute", "gender"], ["type_quotas", "values", "女、男"],
      ["type_quotas", "upper", "T01=3、T02=4"]],
     '[[constraint]]\nkind = "type_quotas"\nattribute = "gender"\n'
     'values = ["女", "男"]\nupper = { T01 = 3, T02 = 4 }\n'),
    ([["quotas", "lower", "否"]], '[[constraint]]\nkind = "quotas"\nlower = false\n'),
    ([["adaptation", "grades", "7"], ["", "weeks", "4"], ["adaptation", "grades", "8"], ["", "until", "2025-10-01"]],
     '[[constraint]]\nkind = "adaptation"\ngrades = [7]\nweeks = 4\n'
     '[[constraint]]\nkind = "adaptation"\ngrades = [8]\nuntil = 2025-10-01\n'),
    ([["forbidden_pairs", "pairs", "S001 T01；S002 T02"]],
     '[[constraint]]\nkind = "forbidden_pairs"\npairs = [["S001", "T01"], ["S002", "T02"]]\n'),
    ([["eligibility", "reach", "own_class"], ["", "where", "年级=七年级、八年级；性别=女"]],
     '[[constraint]]\nkind = "eligibility"\nreach = "own_class"\n'
     'where = { "年级" = ["七年级", "八年级"], "性别" = "女" }\n'),
    ([["coverage", "classes", "七(1)班"]], '[[constraint]]\nkind = "coverage"\nclasses = ["七(1)班"]\n'),
    ([["apart_students", "groups", "S001+S002；S003+S004+S005"]],
     '[[constraint]]\nkind = "apart_students"\ngroups = [["S001", "S002"], ["S003", "S004", "S005"]]\n'),
    ([["机制", "", "optimal"], ["志愿分轮", "", "2、3"]], 'mechanism = "optimal"\nchoice_rounds = [2, 3]\n'),
    ([["成长小组", "size_min", "3"], ["", "balance", "gender、class"]],
     '[growth_groups]\nsize_min = 3\nbalance = ["gender", "class"]\n'),
    ([["自有列", "name", "校区"], ["", "public", "是"], ["自有列 2", "name", "层次"], ["", "order", "低、中、高"]],
     '[[field]]\nname = "校区"\npublic = true\n[[field]]\nname = "层次"\norder = ["低", "中", "高"]\n'),
    ([["rank_total", "", ""], ["load_balance", "proportional", "是"]],
     '[[stage]]\nkind = "rank_total"\n[[stage]]\nkind = "load_balance"\nproportional = true\n'),
    ([["# type_quotas", "upper", "3"], ["", "", ""], ["choices_only", "", ""]],
     '[[constraint]]\nkind = "choices_only"\n'),
]  # fmt: skip


def with_rules(sheets: Sheets, rows: list[list[object]]) -> Sheets:
    return {**sheets, "规则": [["全校规则"], HEAD, *[[*row, "备查"] for row in rows]]}


def school(folder: Path, rows: list[list[object]], seed: int = 1) -> Path:
    return write_xlsx(folder / "school.xlsx", with_rules(own_school(random.Random(seed)), rows))


def run(*args: object) -> tuple[int, str]:
    answer = CliRunner().invoke(group, [str(arg) for arg in args], standalone_mode=False)
    if isinstance(answer.exception, MentorMatchError):
        return 2, answer.output + answer.exception.full_text.zh
    if answer.exception is not None:
        raise answer.exception
    return answer.return_value, answer.output


@pytest.mark.parametrize(("rows", "toml"), TOML_OF)
def test_the_sheet_means_what_the_file_means(tmp_path, rows, toml):
    (tmp_path / "rules.toml").write_text(toml, "utf-8")
    said = read_rules(school(tmp_path, rows))
    assert said == read_rules(tmp_path / "rules.toml")
    assert said != Rules()
    folder = write_csvs(tmp_path / "csv", with_rules(own_school(random.Random(1)), rows))
    assert rules_of_school(folder) == said


@pytest.mark.parametrize("ending", ["xlsx", "toml"])
@pytest.mark.parametrize("source", ["benchmarks/all_rules.toml", *(f"preset {n}" for n in ("小学", "初中", "高中"))])
def test_rules_are_converted_either_way_and_stay_the_same(tmp_path, source, ending):
    path = tmp_path / "rules.toml"
    if source.startswith("preset"):
        path.write_text(run("rules", "--preset", source.split()[1])[1], "utf-8")
    else:
        path.write_text((ROOT / source).read_text("utf-8"), "utf-8")
    code, _ = run("rules", path, "--to", tmp_path / f"out.{ending}")
    assert code == 0
    assert read_rules(tmp_path / f"out.{ending}") == read_rules(path)


@pytest.mark.parametrize(("rows", "toml"), TOML_OF)
def test_converted_rules_of_a_sheet_read_the_same(tmp_path, rows, toml):
    said = read_rules(school(tmp_path, rows))
    for ending in ("toml", "xlsx"):
        write_rules(said, tmp_path / f"again.{ending}", "zh")
        assert read_rules(tmp_path / f"again.{ending}") == said


@pytest.mark.parametrize("seed", range(5))
def test_solve_keeps_the_rules_of_the_sheet(tmp_path, seed):
    rows = [["自有列", "name", "校区"], ["must_agree", "attribute", "校区"], ["type_quotas", "attribute", "性别"]]
    path = school(tmp_path, [*rows, ["", "values", "女"], ["", "upper", "5"]], seed)
    code, said = run("solve", path, "-o", tmp_path / "out.xlsx", "--date", "2025-03-01", "--accept-issues")
    assert code == 0, said
    pairs = raw_pairs(tmp_path / "out.xlsx")
    theirs, ours, gender = (
        raw_values(path, sheet, name) for sheet, name in (("学生", "校区"), ("导师", "校区"), ("学生", "性别"))
    )
    assert len(pairs) == 18
    assert all(theirs[student] == ours[mentor] for student, mentor in pairs)
    assert all(sum(gender[student] == {"女"} for student in group) <= 5 for group in loads(pairs).values())


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([["type_quota", "attribute", "性别"]], ["第 3 行", "type_quotas"]),
        ([["", "attribute", "性别"]], ["第 3 行", "第一列"]),
        ([["type_quotas", "attribute", "性别"], ["", "values", "不详"], ["", "upper", 1]], ["不详", "男"]),
        ([["type_quotas", "attribut", "性别"]], ["规则!3", "attribute"]),
        ([["quotas", "lower", "大概"]], ["规则!3", "大概"]),
        ([["coverage", "grades", "十二年级"]], ["十二年级", "七年级"]),
        ([["自有列", "name", "小区"]], ["小区", "校区"]),
    ],
)
def test_check_names_what_makes_no_sense_with_its_row(tmp_path, rows, words):
    code, said = run("check", school(tmp_path, rows))
    assert code == 2
    assert all(word in said for word in words), said


def test_check_is_silent_on_good_rules_and_on_columns_that_they_read(tmp_path):
    path = school(tmp_path, [["自有列", "name", "校区"], ["must_agree", "attribute", "校区"]])
    code, said = run("check", path)
    assert code == 0
    # Column H, 校区, is read now; the others are still the school's own.
    assert "学生 I1, J1, K1" in said
    assert "没有读取的工作表" not in said


def test_a_file_goes_before_the_sheet_and_that_is_told(tmp_path):
    (tmp_path / "rules.toml").write_text('[[constraint]]\nkind = "quotas"\nlower = false\n', "utf-8")
    path = school(tmp_path, [["choices_only", "", ""]])
    code, said = run("solve", path, "-o", tmp_path / "out.xlsx", "--rules", tmp_path / "rules.toml", "--accept-issues")
    assert code == 0
    assert "“规则”表未采用" in said


def test_the_template_has_every_rule_set_aside_and_reads_as_none(tmp_path):
    code, _ = run("template", tmp_path / "template.xlsx")
    assert code == 0
    rows = list(openpyxl.load_workbook(tmp_path / "template.xlsx")["规则"].iter_rows(values_only=True))
    assert list(rows[0]) == HEAD
    assert {"# type_quotas", "# coverage", "# load_balance", "# field"} <= {row[0] for row in rows}
    assert all(str(row[0]).startswith("#") for row in rows[1:])
    said = rules_of_school(tmp_path / "template.xlsx")
    assert said == Rules()


@pytest.mark.parametrize("public", ["公开", "", None])
@pytest.mark.parametrize("sheet", ["学生", "导师"])
def test_a_column_named_in_the_notes_is_a_field(tmp_path, sheet, public):
    sheets = own_school(random.Random(2)) | {
        "填写说明": [["说明"], ["", "学号", "✓", "不能重复"], [sheet, "校区", public]]
    }
    path = write_xlsx(tmp_path / "school.xlsx", sheets)
    rules = rules_of_school(path)
    assert rules is not None
    assert [(field.name, field.public) for field in rules.fields] == [("校区", public == "公开")]
    roster, _ = rules.applied_to(read_roster(path))
    assert dict(roster.students[0].own)["校区"] == tuple(raw_values(path, "学生", "校区")["S001"])


def test_a_workbook_without_rules_is_refused_where_rules_are_asked_for(tmp_path):
    path = write_xlsx(tmp_path / "school.xlsx", own_school(random.Random(2)))
    assert rules_of_school(path) is None
    with pytest.raises(MentorMatchError, match="no sheet of rules"):
        read_rules(path)
