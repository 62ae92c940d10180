"""A drawn school with drawn rules goes through the command line; a stranger's reader reads every file that came out.

The school is drawn as raw cells, the rules as the text of a TOML file, and what comes back is read by openpyxl, json
and html.parser: nothing here shares code with what it judges but the command itself and the stand-alone checker.

As a program it runs many: ``python tests/drawn_commands.py 1000 --seed 0``. It prints what happened, each kind of fault
once, and ends with 1 where there was one.
"""

import argparse
import contextlib
import html.parser
import io
import json
import os
import random
import subprocess
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import openpyxl

from mentormatch.cli import main
from mentormatch.mechanisms import MECHANISMS
from mentormatch.verify import check_certificate

DAY = "2024-11-11"
CLASSES = ["七(1)班", "七(2)班", "八(1)班"]
GRADES = {"七": "七年级", "八": "八年级"}
Row = dict[str, object]


@dataclass
class DrawnSchool:
    """A school as cells.

    Parameters
    ----------
    sheets : mapping of sheet to rows
    students, mentors, externals : list of str
        Ids.
    """

    sheets: dict[str, list[Row]]
    students: list[str]
    mentors: list[str]
    externals: list[str]
    classes: list[str]

    def write(self, path: Path) -> None:
        """Write the workbook, as an office would with a program of its own."""
        book = openpyxl.Workbook()
        assert book.active is not None
        book.remove(book.active)
        for name, rows in self.sheets.items():
            sheet = book.create_sheet(name)
            headers = list(dict.fromkeys(key for row in rows for key in row))
            sheet.append(headers)
            for row in rows:
                sheet.append([row.get(key) for key in headers])
        book.save(path)


class _Pen:
    """Draws the sheets of a school one after the other."""

    def __init__(self, draw: random.Random) -> None:
        self.draw = draw
        self.mentors = [f"T{j}" for j in range(draw.choice([1, 2, 2, 3, 3, 4, 5]))]
        self.students = [f"S{i:02}" for i in range(draw.choice([1, 2, 4, 6, 8, 10, 14]))]
        self.externals = [f"E{k}" for k in range(draw.choice([0, 0, 1, 2]))]
        self.classes = draw.sample(CLASSES, draw.randint(1, min(3, len(self.students))))

    def some(self, share: float, values: Sequence[object]) -> object:
        """Return one of some values in a share of the draws, else nothing."""
        return self.draw.choice(values) if values and self.draw.random() < share else None

    def pupils(self) -> list[Row]:
        """Draw the students; the first ones fill the classes."""
        return [self._pupil(i, each) for i, each in enumerate(self.students)]

    def _pupil(self, number: int, each: str) -> Row:
        name = self.classes[number] if number < len(self.classes) else self.draw.choice(self.classes)
        others = [s for s in self.students if s != each]
        return {
            "学号": each,
            "姓名": f"学生{each}",
            "性别": self.draw.choice(["男", "女"]),
            "年级": GRADES[name[0]],
            "班级": name,
            "入学日期": self.some(0.3, ["2024-09-01", "2023-09-01"]),
            "是否寄宿": self.draw.choice(["是", "否"]),
            "关爱等级": self.some(0.3, ["重点", "一般"]),
            "同校兄弟姐妹学号": self.some(0.15, others),
            "须回避导师工号": self.some(0.1, self.mentors + self.externals),
            "导师性别要求": self.some(0.1, ["男", "女"]),
            "兴趣主题": self.some(0.3, ["法治", "手工", "法治、手工"]),
            "所需角色": self.some(0.1, ["心理"]),
            "希望同组学号": self.some(0.2, others),
            "须分组学号": self.some(0.15, others),
        }

    def staff(self) -> list[Row]:
        """Draw the mentors, with a little less, enough or more room than there are students; perhaps a pupil."""
        room = -(-len(self.students) // len(self.mentors))
        heads = [*self.draw.sample(self.classes, len(self.classes)), *([None] * len(self.mentors))]
        rows = [
            self._mentor(each, max(1, room + self.draw.choice([-1, 0, 0, 1, 2, 3])), heads[j])
            for j, each in enumerate(self.mentors)
        ]
        if self.draw.random() < 0.3:
            rows.append({"工号": self.students[0], "姓名": "学长", "类型": "学长", "带生上限": 2})
        return rows

    def _mentor(self, each: str, upper: int, head_of: str | None) -> Row:
        return {
            "工号": each,
            "姓名": f"导师{each}",
            "性别": self.draw.choice(["男", "女"]),
            "任教班级": "、".join(self.draw.sample(self.classes, self.draw.randint(1, len(self.classes)))),
            "班主任班级": self.some(0.4, [head_of]),
            "班教组长": self.some(0.4, [head_of]),
            "带生上限": upper,
            "带生下限": self.some(0.2, range(min(2, upper) + 1)),
            "重点关爱上限": self.some(0.4, [0, 1, 2]),
            "截止日期": self.some(0.05, ["2025-12-31"]),
            "状态": "在岗" if self.draw.random() < 0.93 else "病假",
            "特长": self.some(0.3, ["心理", "篮球"]),
            "可服务时间": self.some(0.3, ["周五下午"]),
            "可任角色": self.some(0.3, ["心理:5"]),
        }

    def forms(self) -> list[Row]:
        """Draw the forms."""
        rows: list[Row] = []
        for each in self.students:
            if self.draw.random() < 0.8:
                wanted = self.draw.sample(self.mentors, self.draw.randint(1, len(self.mentors)))
                left = [m for m in self.mentors if m not in wanted]
                row: Row = {"学号": each, "提交时间": f"2024-11-0{self.draw.randint(1, 9)} 10:00:00"}
                row |= dict(zip(["第一志愿", "第二志愿", "第三志愿", "第四志愿", "第五志愿"], wanted, strict=False))
                row |= {"不希望的导师": self.some(0.15, left), "校外导师志愿": self.some(0.3, self.externals)}
                rows.append(row)
        return rows

    def replies(self) -> list[Row]:
        """Draw what the mentors say."""
        return [
            {"工号": mentor, "学号": student, "意向": self.draw.choice([str(k), str(k), "可接受", "不适合"])}
            for mentor in self.mentors
            for k, student in enumerate(
                self.draw.sample(self.students, min(len(self.students), self.draw.randint(0, 4))), 1
            )
        ]

    def pairings(self) -> list[Row]:
        """Draw the record."""
        rows: list[Row] = []
        for number, each in enumerate(self.students):
            if self.draw.random() < 0.5:
                state = self.draw.choice(["在结", "在结", "暂定", "结束"])
                row: Row = {"结对号": f"P{number:03}", "学号": each, "工号": self.draw.choice(self.mentors)}
                row |= {"角色": "主", "状态": state, "开始": self.draw.choice(["2023-09-15", "2024-09-15"])}
                row["锁定"] = self.some(0.1, ["是"])
                rows.append(row | ({"开始": "2023-09-15", "结束": "2024-07-01"} if state == "结束" else {}))
        return rows

    def outside(self) -> list[Row]:
        """Draw the external mentors."""
        return [
            {
                "编号": each,
                "姓名": f"校外{each}",
                "性别": self.draw.choice(["男", "女"]),
                "从业查询日期": "2023-08-20",
                "查询有效期至": self.draw.choice(["2025-08-20", "2024-12-31", "2024-01-01"]),
                "责任校内导师工号": self.some(0.6, self.mentors),
                "可服务人数": self.draw.randint(1, 6),
                "可服务时间": self.some(0.4, ["周五下午", "周三上午"]),
                "主题": self.some(0.5, ["法治", "手工"]),
            }
            for each in self.externals
        ]

    def changes(self, pairings: list[Row]) -> list[Row]:
        """Draw requests about the pairings that stand."""
        return [
            {
                "申请号": f"C{number:03}",
                "学号": row["学号"],
                "原导师": row["工号"],
                "拟任导师": self.some(0.6, [m for m in self.mentors if m != row["工号"]]),
                "发起方": self.draw.choice(["学生", "家长", "导师", "学校"]),
                "学生意见": self.draw.choice(["同意", "同意", "不同意", None]),
                "意见日期": "2024-11-05",
                "审批": self.draw.choice(["待批", "同意", "同意", "不同意"]),
                "生效": self.draw.choice(["2024-11-11", "2024-11-01", "2024-12-18"]),
            }
            for number, row in enumerate(pairings)
            if row["状态"] == "在结" and self.draw.random() < 0.3
        ]


def drawn_school(draw: random.Random) -> DrawnSchool:
    """Draw a school of one to fourteen students, with every sheet that a school may have."""
    pen = _Pen(draw)
    record = pen.pairings()
    sheets = {
        "学生": pen.pupils(),
        "导师": pen.staff(),
        "学生志愿": pen.forms(),
        "导师意向": pen.replies(),
        "当前结对": record,
        "校外导师": pen.outside(),
        "调换申请": pen.changes(record),
    }
    sheets = {name: rows for name, rows in sheets.items() if rows}
    return DrawnSchool(sheets, pen.students, pen.mentors, pen.externals, pen.classes)


# -- rules ---------------------------------------------------------------------------------------------------------


def _pair(draw: random.Random, school: DrawnSchool) -> str:
    return f'["{draw.choice(school.students)}", "{draw.choice(school.mentors)}"]'


def _numbers(draw: random.Random, school: DrawnSchool, most: int) -> str:
    if draw.random() < 0.2:
        return f"{{ {draw.choice(school.mentors)} = {draw.randint(0, most)} }}"
    return str(draw.randint(0, most))


def _group(draw: random.Random, school: DrawnSchool) -> str:
    return json.dumps(draw.sample(school.students, min(len(school.students), draw.randint(2, 3))))


def _rule(draw: random.Random, school: DrawnSchool) -> tuple[str, list[str]]:
    """Return the kind of a rule and its lines."""
    yes = draw.choice(["true", "false"])
    makers: dict[str, list[str]] = {
        "adaptation": [f"weeks = {draw.randint(1, 20)}", f"held_back = {draw.randint(0, 1)}"],
        "apart_students": [f"groups = [{_group(draw, school)}]"] if len(school.students) > 1 else [],
        "chief_mentors": [f"least = {draw.randint(1, 2)}", 'missing = "ignore"'],
        "choices_only": [],
        "class_teams": [f"least = {draw.randint(0, 2)}", f"most = {draw.randint(2, 5)}"],
        "classes_per_mentor": [f"most = {_numbers(draw, school, 3)}"],
        "conflicts_of_interest": [f"pairs = [{_pair(draw, school)}]"],
        "consent": [f"overlap_days = {draw.choice([0, 14, 365])}"],
        "continuity": draw.choice(
            [[f'mode = "{mode}"'] for mode in ("lock", "keep_unless_asked", "locked_only")]
            + [['mode = "at_most"', f"max_changes = {draw.randint(0, 5)}"]]
        ),
        "coverage": draw.choice([[], ['attribute = "care_level"', 'values = ["key"]']]),
        "eligibility": [f'reach = "{draw.choice(["own_class", "grade", "any"])}"', f"choices_exempt = {yes}"],
        "envy_freeness": [],
        "fixed_pairs": [f"pairs = [{_pair(draw, school)}]"],
        "forbidden_pairs": [f"pairs = [{_pair(draw, school)}, {_pair(draw, school)}]"],
        "gender_requests": [f"original_mentor_exempt = {yes}"],
        "head_teacher_relief": [f"seats = {draw.randint(0, 2)}"],
        "must_agree": ['attribute = "gender"'],
        "nobody_or_at_least": [f"lower = {draw.randint(2, 4)}"],
        "other_class_cap": [f"upper = {_numbers(draw, school, 3)}"],
        "popularity": [],
        "preferred_pairs": [f"pairs = [{_pair(draw, school)}]", 'stage = "wishes"'],
        "qualified_mentors": [],
        "quotas": draw.choice([[], ["lower = false"], ["lower_penalty = 3", 'stage = "wishes"']]),
        "separated_pairs": [f"pairs = [{_pair(draw, school)}]"],
        "siblings": [f'mode = "{draw.choice(["together", "apart"])}"'],
        "strong_stability": [],
        "super_stability": [],
        "type_quotas": draw.choice(
            [
                ['attribute = "care_level"', 'values = ["key"]', f"upper = {_numbers(draw, school, 3)}"],
                ['attribute = "gender"', 'values = ["女"]', f"upper = {draw.randint(0, 4)}"],
                ['attribute = "boarding"', 'values = ["yes"]', f"lower = {draw.randint(1, 2)}"],
            ]
        ),
        "vetoes": draw.choice([[], ["students = false"], ["mentors = false"]]),
        "vetted_mentors": draw.choice([[], ["until = 2025-01-31"]]),
        "weak_stability": [],
    }
    kind = draw.choice(sorted(makers))
    lines = [*makers[kind]]
    if draw.random() < 0.15 and kind not in WHOLE_SCHOOL:
        lines.append(f"where = {{ class = {json.dumps([draw.choice(school.classes)])} }}")
    if draw.random() < 0.3 and kind in SOFT:
        lines += ["penalty = 2", 'stage = "wishes"']
    return kind, lines


WHOLE_SCHOOL = ("head_teacher_relief", "popularity", "quotas")
SOFT = (
    *("apart_students", "chief_mentors", "class_teams", "classes_per_mentor", "conflicts_of_interest"),
    *("gender_requests", "must_agree", "other_class_cap", "qualified_mentors", "siblings", "type_quotas"),
)
STAGES = [
    'kind = "granted_requests"', 'kind = "fewest_changes"', 'kind = "rank_total"', 'kind = "locality"',
    'kind = "class_evenness"', 'kind = "load_balance"', 'kind = "placed_students"', 'kind = "blocking_pairs"',
    'kind = "blocking_students"', 'kind = "egalitarian"', 'kind = "generous"', 'kind = "rank_maximal"',
    'kind = "mentor_rank_total"', 'kind = "minimum_regret"\nside = "both"', 'kind = "sex_equality"',
]  # fmt: skip
QUOTAS = ["", "[[constraint]]\nkind = 'quotas'\n[[constraint]]\nkind = 'coverage'\n"]


def drawn_rules(draw: random.Random, school: DrawnSchool) -> str:
    """Draw the text of a rules file."""
    text = ""
    if draw.random() < 0.2:
        text += f"choice_rounds = {draw.choice([[1], [2, 3], [1, 1, 3]])}\n"
    if draw.random() < 0.1:
        text += f"priorities = {json.dumps(draw.sample(['continuing', 'named', 'own_class', 'other'], 3))}\n"
    if draw.random() < 0.1:
        text += 'mentor_kinds = ["in_school", "external"]\n'
    rules = [_rule(draw, school) for _ in range(draw.choice([0, 1, 1, 2, 2, 3, 5]))]
    if rules:
        text += draw.choice(QUOTAS)
    for kind, lines in rules:
        text += "\n".join([f'[[constraint]]\nkind = "{kind}"', *lines]) + "\n"
    stages = draw.sample(STAGES, draw.choice([0, 0, 0, 1, 2, 3]))
    if any('stage = "wishes"' in lines for _, lines in rules):
        stages.append('kind = "soft_rules"\nname = "wishes"')
        draw.shuffle(stages)
    return text + "".join(f"[[stage]]\n{stage}\n" for stage in stages)


# -- a stranger's reader -------------------------------------------------------------------------------------------


class _Tags(html.parser.HTMLParser):
    """Follows the tags of a page."""

    VOID = frozenset(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"])

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag that ends itself opens nothing."""

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)


def faults_of_page(text: str) -> list[str]:
    """Return what is wrong with a page: tags that do not close, and values that no person wrote."""
    page = _Tags()
    page.feed(text)
    page.close()
    faults = [f"tag {tag}" for tag in page.wrong + page.open]
    return faults + [f"page says {word}" for word in ("NaN", "nan%", ">None<", "Traceback") if word in text]


def table(path: Path, sheet: str) -> list[dict[str, Any]]:
    """Return the rows of a sheet under their headers."""
    with closing(openpyxl.load_workbook(path, read_only=True)) as book:
        rows = list(book[sheet].iter_rows(values_only=True))
    return [dict(zip(map(str, rows[0]), row, strict=False)) for row in rows[1:] if any(c is not None for c in row)]


def faults_of_result(school: DrawnSchool, rules: str, folder: Path) -> list[str]:
    """Return what the files of a result say against the school's own cells and against each other."""
    faults = []
    placed = Counter[str]()
    seen = Counter[str]()
    for row in table(folder / "r.xlsx", "结果"):
        seen[str(row["学号"])] += 1
        placed[str(row["工号"])] += 1
    left = [str(row["学号"]) for row in table(folder / "r.xlsx", "未安置")]
    known = set(school.mentors) | set(school.externals)
    if any(count > 1 for count in seen.values()) or set(seen) & set(left):
        faults.append("a student stands twice")
    if set(seen) | set(left) != set(school.students):
        faults.append("students are lost or made up")
    if set(placed) - known:
        faults.append("mentors are made up")
    if "[[constraint]]" not in rules or "kind = 'quotas'\n" in rules:
        upper = {str(row["工号"]): int(str(row["带生上限"])) for row in school.sheets["导师"]}
        faults += [f"{m} has too many" for m, count in placed.items() if m in upper and count > upper[m]]
    summary = json.loads((folder / "r.json").read_text("utf-8"))
    if summary["placed"] != sum(seen.values()):
        faults.append("the summary counts otherwise")
    if "NaN" in (folder / "r.json").read_text("utf-8"):
        faults.append("the summary holds NaN")
    faults += faults_of_page((folder / "r.html").read_text("utf-8"))
    faults += faults_of_book(school, seen, folder)
    return faults


def faults_of_book(school: DrawnSchool, seen: Counter[str], folder: Path) -> list[str]:
    """Return what the school's own workbook lost on the way into the next run."""
    faults = []
    for sheet, rows in school.sheets.items():
        key = next(iter(rows[0]))
        after = [str(row[key]) for row in table(folder / "b.xlsx", sheet)]
        if [str(row[key]) for row in rows] != after[: len(rows)]:
            faults.append(f"rows of {sheet} were lost")
    rows = table(folder / "b.xlsx", "当前结对") if seen or "当前结对" in school.sheets else []
    is_open = Counter(
        str(row["学号"]) for row in rows if row.get("状态") in ("在结", "适应期") and row.get("角色") in ("主", None)
    )
    if any(is_open[student] < 1 for student in seen):
        faults.append("a placed student has no open pairing on the record")
    return faults


# -- running -------------------------------------------------------------------------------------------------------


@dataclass
class Report:
    """What many runs came to."""

    commands: Counter[str] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    files: int = 0
    faults: dict[str, list[str]] = field(default_factory=dict)

    def tell(self, kind: str, where: str) -> None:
        """Note a fault under its kind."""
        self.faults.setdefault(kind, []).append(where)


def run(arguments: list[str]) -> tuple[int, str, str]:
    """Run a command in this process and return its exit code, what it said, and where it broke."""
    out, wrong = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(wrong):
        try:
            main(arguments)
        except SystemExit as end:
            return int(end.code or 0), out.getvalue(), wrong.getvalue()
        except Exception as error:  # noqa: BLE001  # what the command line would call an internal error
            frames = [f for f in traceback.extract_tb(error.__traceback__) if "mentormatch" in f.filename]
            place = " < ".join(f"{Path(f.filename).name}:{f.lineno}" for f in reversed(frames[-4:]))
            return 1, out.getvalue(), f"{type(error).__name__}: {error} at {place}"
    return 0, out.getvalue(), wrong.getvalue()


@dataclass
class _Run:
    """One drawn school on its way through the commands."""

    seed: int
    folder: Path
    report: Report

    def __post_init__(self) -> None:
        self.draw = random.Random(self.seed)
        self.school = drawn_school(self.draw)
        self.rules = drawn_rules(self.draw, self.school)
        self.path, self.rules_path = self.folder / "school.xlsx", self.folder / "rules.toml"
        self.school.write(self.path)
        self.rules_path.write_text(self.rules, "utf-8")
        self.common = [
            "--rules",
            str(self.rules_path),
            "--accept-issues",
            "--lang",
            self.draw.choice(["zh", "zh", "en"]),
        ]

    def files(self, *names: str) -> list[str]:
        """Return paths of files in the folder."""
        return [str(self.folder / name) for name in names]

    def call(self, *arguments: str) -> int:
        """Run a command; anything but an answer or a refusal is a fault."""
        code, _, wrong = run(list(arguments))
        name = arguments[0]
        self.report.commands[name] += 1
        self.report.codes[f"{name} {code}"] += 1
        if code == 2:
            self.report.refusals[f"{name}: {wrong.strip().splitlines()[0][:90] if wrong.strip() else ''}"] += 1
        if code not in (0, 2, 3, 4) or "Traceback" in wrong:
            self.report.tell(f"{name}: {wrong.strip()[-300:]}", f"seed {self.seed}: {' '.join(arguments)}")
        return code

    def found(self, what: str, faults: list[str]) -> None:
        """Note what a reader found."""
        for fault in faults:
            self.report.tell(f"{what}: {fault}", f"seed {self.seed}")

    def all(self) -> None:
        """Run every command and judge every file."""
        self.call("check", str(self.path), "--json", *self.files("c.json"), "--marked", *self.files("m.xlsx"))
        solved = self.solve()
        if solved == 0:
            self.found("solve wrote", faults_of_result(self.school, self.rules, self.folder))
            self.explain()
            self.rematch()
        elif solved in (2, 3):
            more = self.draw.choice([[], ["--json"]])
            self.call("diagnose", str(self.path), "--time-limit", "5", "--date", DAY, *self.common, *more)
        for team in self.draw.sample(["roles", "groups", "growth-groups", "peers"], 2):
            self.team(team)

    def solve(self) -> int:
        """Solve the school; the stand-alone checker judges the certificate."""
        out = self.files("r.xlsx", "r.html", "b.xlsx", "r.json", "cert.json")
        names = [[], [], ["--mechanism", "optimal"], ["--mechanism", self.draw.choice(MECHANISMS).name]]
        mechanism = self.draw.choice(names)
        to = ["-o", out[0], "--report", out[1], "--book", out[2], "--json", out[3], "--certificate", out[4]]
        more = [*self.draw.choice([[], ["--staff"], ["--names", "--class-sheets"]]), "--lang", "zh"]
        seed = ["--seed", str(self.draw.randint(0, 9)), "--time-limit", "5", "--date", DAY]
        code = self.call("solve", str(self.path), *to, *seed, *self.common, *mechanism, *more)
        if Path(out[4]).exists():
            self.report.files += 5 if code == 0 else 1
            checked = subprocess.run(  # noqa: S603  # our own script
                [sys.executable, "-I", "-S", check_certificate.__file__, out[4]],
                capture_output=True,
                text=True,
                check=False,
            )
            if checked.returncode:
                self.found("the certificate is refused", [f"{checked.stdout[-200:]}{checked.stderr[-200:]}"])
        return code

    def explain(self) -> None:
        """Ask for reasons."""
        student, mentor = self.draw.choice(self.school.students), self.draw.choice(self.school.mentors)
        of = [str(self.path), *self.files("r.xlsx")]
        more = ["--rules", str(self.rules_path), *self.draw.choice([[], ["--staff"], ["--json"]])]
        self.call("explain", *of, "--student", student, *more)
        self.call("explain", *of, "--mentor", mentor, *more)
        self.call("explain", *of, "--student", student, "--what-if", mentor, "--time-limit", "3", *more)
        self.call("fairness", *of, *more)

    def rematch(self) -> None:
        """Let something happen, and solve the next day from the school's own workbook."""
        student, mentor = self.draw.choice(self.school.students), self.draw.choice(self.school.mentors)
        again = self.files("r2.xlsx", "r2.html", "b2.xlsx")
        seats = ["--seats", f"{mentor}={self.draw.randint(0, 9)}"]
        event = self.draw.choice([["--leave", mentor], seats, ["--fix", f"{student}={mentor}"]])
        to = ["-o", again[0], "--report", again[1], "--book", again[2], "--date", "2024-12-02", "--time-limit", "5"]
        self.call("rematch", str(self.path), *self.files("r.xlsx"), *to, *event, *self.common)
        if self.draw.random() < 0.5:
            book, out = self.files("b.xlsx", "n.xlsx")
            self.call("solve", book, "-o", out, "--date", DAY, *self.common, "--time-limit", "5")

    def team(self, team: str) -> None:
        """Build teams of one kind."""
        one = self.files(*(f"{team}{ending}" for ending in (".xlsx", ".html", ".json", ".svg")))
        to = ["-o", one[0], "--report", one[1], "--json", one[2], "--picture", one[3], "--time-limit", "3"]
        if self.call(team, str(self.path), *to, "--date", DAY, *self.common) == 0:
            self.report.files += 4
            openpyxl.load_workbook(one[0])
            json.loads(Path(one[2]).read_text("utf-8"))
            self.found(f"{team} wrote", faults_of_page(Path(one[1]).read_text("utf-8")))


def run_schools(first: int, number: int) -> Report:
    """Run a number of drawn schools from a first seed on."""
    report = Report()
    before = os.environ.get("MENTORMATCH_DEBUG")
    os.environ["MENTORMATCH_DEBUG"] = "1"
    try:
        for seed in range(first, first + number):
            with tempfile.TemporaryDirectory() as folder:
                try:
                    _Run(seed, Path(folder), report).all()
                except Exception as error:  # noqa: BLE001  # the reader could not read what was written
                    report.tell(f"unreadable: {type(error).__name__}: {str(error)[:200]}", f"seed {seed}")
    finally:
        if before is None:
            del os.environ["MENTORMATCH_DEBUG"]
        else:
            os.environ["MENTORMATCH_DEBUG"] = before
    return report


def told(found: Report, refusals: int) -> str:
    """Return what many runs came to, for a person."""
    lines = [
        f"{sum(found.commands.values())} commands, {found.files} files read",
        str(dict(sorted(found.codes.items()))),
    ]
    lines += [f"{count} x refused, {kind}" for kind, count in found.refusals.most_common(refusals)]
    for kind, places in sorted(found.faults.items(), key=lambda each: -len(each[1])):
        lines += ["", f"{len(places)} x {kind}", f"    {places[0]}"]
    lines.append(f"{sum(map(len, found.faults.values()))} faults of {len(found.faults)} kinds")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("number", type=int)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--refusals", type=int, default=0, help="how many kinds of refusals to list")
    given = parser.parse_args()
    result = run_schools(given.seed, given.number)
    sys.stdout.write(f"{given.number} schools, {told(result, given.refusals)}")
    sys.exit(bool(result.faults))
