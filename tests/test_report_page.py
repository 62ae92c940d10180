"""The report page as a file: what it holds and must never hold, and that nothing in it can run or ask the network."""

import re
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest

import mentormatch as mm
from mentormatch.base.edition import PUBLIC, SCHOOL, STAFF, Edition
from mentormatch.base.errors import InputError
from mentormatch.base.text import Text
from mentormatch.constraints import Coverage, ForbiddenPairs, Quotas
from mentormatch.explain.public_view import COORDINATED
from mentormatch.report.edition import shown_issues
from mentormatch.report.fairness_part import fairness_part
from mentormatch.report.page import page_html, write_page
from mentormatch.roster.data_issue import DataIssue
from mentormatch.roster.preference import MentorPreference
from samples import SAMPLES
from small_school import small_school, write_xlsx

DAY = date(2024, 11, 11)
HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(2)>',
    "'onmouseover='alert(3)",
    "</script><svg/onload=alert(4)>",
    "{{ 7*7 }}",
    '=HYPERLINK("http://evil")',
]


@pytest.fixture(scope="module")
def school() -> tuple[mm.Roster, mm.Result]:
    roster = mm.read_roster(SAMPLES / "school.xlsx")
    return roster, mm.match(roster, on=DAY)


@pytest.fixture(scope="module")
def public(school: tuple[mm.Roster, mm.Result]) -> str:
    roster, result = school
    return page_html(result, "zh", issues=roster.issues, on=DAY, roster=roster)


class Tags(HTMLParser):
    """Every start tag with its attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_the_page_is_small_and_says_its_figures(public: str) -> None:
    assert len(public.encode()) < 3_000_000
    assert "1080 / 1080" in public
    assert public.count('class="why"') == 1080
    for anchor in (
        "figures",
        "ranks",
        "flow",
        "loads",
        "classes",
        "people",
        "hand-overs",
        "changes",
        "fairness",
        "issues",
        "proof",
    ):
        assert f'<h2 id="{anchor}">' in public


def test_nothing_in_the_page_points_outside(public: str) -> None:
    for tag, attributes in Tags(public).found:
        assert tag not in {"iframe", "object", "embed", "base", "img"}
        for name, value in attributes.items():
            assert not name.startswith("on"), (tag, name)
            if name in {"href", "src", "action", "xlink:href", "data"}:
                assert value is not None
                assert value.startswith(("#", "data:")), value
    assert "url(" not in public
    assert "@import" not in public
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', public)
    assert policy is not None
    assert "default-src 'none'" in policy[1]
    assert "unsafe" not in policy[1]


def test_names_are_there_only_when_asked_for(school: tuple[mm.Roster, mm.Result], public: str) -> None:
    roster, result = school
    names = {student.name for student in roster.students} | {mentor.name for mentor in roster.mentors}
    assert not [name for name in names if len(name) > 2 and name in public]
    with_names = page_html(result, "zh", on=DAY, roster=roster, edition=Edition(names=True))
    assert all(student.name in with_names for student in roster.students)
    with pytest.raises(InputError):
        write_page(result, Path("never.html"), "zh", names=True)


def test_the_public_edition_tells_no_veto_and_no_care(school: tuple[mm.Roster, mm.Result], public: str) -> None:
    roster, result = school
    shown = re.sub(
        r"(?s)<section aria-labelledby=\"proof\">.*?</section>", "", public
    )  # the rules themselves are public
    for secret in ("导师认为不适合", "学生要求回避", "重点关爱", "The mentor finds the pair unsuitable", "care level"):
        assert secret not in shown
    assert 'id="staff"' not in public
    staff = page_html(result, "zh", issues=roster.issues, on=DAY, edition=Edition(staff=True))
    market = result.problem.market
    assert 'id="staff"' in staff
    vetoes = int((market.pair_flag("student_veto") | market.pair_flag("mentor_veto")).sum())
    assert f"Vetoes and avoid lists</span> ({vetoes})" in staff
    tagged = [tag for student in roster.students for tag in student.care_tags]
    assert tagged
    assert all(tag in staff for tag in set(tagged))
    assert not [tag for tag in set(tagged) if tag in public]


def test_what_is_secret_and_moves_nobody_changes_no_byte_of_the_public_page(
    school: tuple[mm.Roster, mm.Result], public: str
) -> None:
    roster, result = school
    assert result.matching is not None
    form = next(f for f in roster.student_preferences if result.matching.mentors_of(f.student_id) == f.choices[:1])
    student, last = form.student_id, form.choices[-1]
    other = next(m.mentor_id for m in roster.mentors if m.mentor_id not in (*form.choices, *form.acceptable))
    replies = tuple(r for r in roster.mentor_preferences if (r.mentor_id, r.student_id) != (last, student))
    veto = MentorPreference(mentor_id=last, student_id=student, stance="unsuitable")
    secret = {"avoid_mentor_ids": (other,), "care_tags": ("留守",), "care_level": "general"}
    changed = roster.model_copy(
        update={
            "students": tuple(s.model_copy(update=secret if s.student_id == student else {}) for s in roster.students),
            "mentor_preferences": (*replies, veto),
        }
    )
    after = mm.match(changed, on=DAY)
    assert after.matching is not None
    assert set(after.matching.ids()) == set(result.matching.ids())
    assert page_html(after, "zh", issues=changed.issues, on=DAY, roster=changed) == public
    staff = page_html(after, "zh", edition=Edition(staff=True))
    assert staff != page_html(result, "zh", edition=Edition(staff=True))


def test_the_fairness_account_adds_up_and_tells_care_to_staff_only(
    school: tuple[mm.Roster, mm.Result], public: str
) -> None:
    _, result = school
    part = fairness_part(result, Edition())
    assert part is not None
    assert {group.attribute for _, _, group in part.groups} == {"all", "class_name", "grade", "gender", "boarding"}
    for name in ("class_name", "grade", "gender", "boarding"):
        told = [group for _, _, group in part.groups if group.attribute == name]
        assert sum(group.students for group in told) == 1080
        assert sum(group.ranks[0] for group in told) == part.groups[0][2].ranks[0]
    assert sum(bearer.coordinated for bearer in part.bearers) == part.groups[0][2].coordinated
    section = re.search(r'(?s)<section aria-labelledby="fairness">.*?</section>', public)
    assert section is not None
    assert "关爱" not in section[0]
    assert "mentormatch fairness" in section[0]
    assert "Its seed</span>: <b>0</b>" in section[0]
    assert "重点关爱 (9)" in page_html(result, "zh", edition=Edition(staff=True))


def test_a_group_of_few_is_not_told(tmp_path: Path) -> None:
    sheets = small_school()
    sheets["学生"] = [["学号", "姓名", "性别", "年级", "班级"]] + [
        [f"2024{number:04}", "x", "女" if number < 2 else "男", "七年级", "七(1)班"] for number in range(12)
    ]
    sheets["学生志愿"] = [["学号", "第一志愿"], ["20240000", "T001"]]
    result = mm.match(mm.read_roster(write_xlsx(tmp_path / "few.xlsx", sheets)), on=DAY)
    part = fairness_part(result, Edition())
    assert part is not None
    assert not [group for _, _, group in part.groups if group.attribute == "gender"]
    assert "2 groups are not told here" in page_html(result, "en")
    assert fairness_part(mm.match(mm.read_roster(SAMPLES / "school_short_of_seats.xlsx"), on=DAY), Edition()) is None


def test_a_veto_that_ends_a_pair_is_told_to_staff_only(tmp_path: Path) -> None:
    sheets = small_school(
        当前结对=[["结对号", "学号", "工号", "角色", "状态"], ["P1", "20240101", "T001", "主", "在结"]],
        导师意向=[["工号", "学号", "意向"], ["T001", "20240101", "不适合"]],
    )
    sheets["导师"].append(["T002", "丁", 15, 3])
    roster = mm.read_roster(write_xlsx(tmp_path / "veto.xlsx", sheets))
    result = mm.match(roster, on=date(2024, 11, 11), rules=None)
    assert [change.text.zh for change in result.changes] == ["导师认为不适合。"]
    public = page_html(result, "zh")
    assert "不适合" not in public.replace("双方的回避与不适合意见都遵守", "")
    assert COORDINATED.zh in public
    assert "导师认为不适合" in page_html(result, "zh", edition=Edition(staff=True))


def test_a_rule_that_nobody_knows_is_taken_for_sensitive(school: tuple[mm.Roster, mm.Result]) -> None:
    _, result = school
    shown = {rule.kind for rule in result.in_edition("public").problem.constraints}
    assert shown == {"quotas", "continuity", "adaptation", "coverage"}
    assert {rule.kind for rule in result.problem.constraints} > shown


def test_findings_about_sensitive_cells_are_for_the_staff() -> None:
    issue = DataIssue(
        sheet="学生",
        code="unknown_mentor",
        severity="error",
        message=Text("秘", "secret"),
        row=3,
        column="须回避导师工号",
        column_index=11,
    )
    other = issue.model_copy(update={"column": "班级", "column_index": 3})
    assert shown_issues([issue, other], PUBLIC) == shown_issues([issue, other], SCHOOL) == [other]
    assert shown_issues([issue, other], STAFF) == [issue, other]


def test_hostile_cells_stay_text(tmp_path: Path) -> None:
    sheets = small_school()
    sheets["学生"] = [["学号", "姓名", "年级", "班级", "关爱类别"]] + [
        [f"S{number}", text, "七年级", text, text] for number, text in enumerate(HOSTILE)
    ]
    sheets["导师"] = [["工号", "姓名", "带生上限"]] + [[f"T{number}", text, 3] for number, text in enumerate(HOSTILE)]
    sheets["学生志愿"] = [["学号", "第一志愿"], *([f"S{number}", text] for number, text in enumerate(HOSTILE))]
    roster = mm.read_roster(write_xlsx(tmp_path / "hostile.xlsx", sheets))
    result = mm.match(roster, on=DAY)
    html = page_html(result, "zh", issues=roster.issues, on=DAY, roster=roster, edition=Edition(staff=True, names=True))
    tags = Tags(html).found
    assert [tag for tag, _ in tags if tag == "script"] == ["script"] * 3
    assert not [tag for tag, _ in tags if tag == "img"]
    assert not [name for _, attributes in tags for name in attributes if name.startswith("on")]
    assert "&lt;script&gt;alert(1)" in html


def test_hostile_ids_of_a_market_stay_text() -> None:
    market = mm.Market.from_preferences(dict.fromkeys(HOSTILE, HOSTILE), quotas=2)
    html = page_html(mm.match(market), "en")
    tags = Tags(html).found
    assert [tag for tag, _ in tags if tag == "script"] == ["script"] * 3
    assert not [name for _, attributes in tags for name in attributes if name.startswith("on")]


def test_the_same_result_gives_the_same_bytes(school: tuple[mm.Roster, mm.Result], tmp_path: Path, public: str) -> None:
    roster, result = school
    write_page(result, tmp_path / "a.html", "zh", issues=roster.issues, on=DAY, roster=roster)
    again = mm.match(roster, on=DAY)
    write_page(again, tmp_path / "b.html", "zh", issues=roster.issues, on=DAY, roster=roster)
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes() == public.encode()


def test_what_does_not_fit_has_a_page_with_the_shortage() -> None:
    roster = mm.read_roster(SAMPLES / "school_short_of_seats.xlsx")
    html = page_html(mm.match(roster, on=DAY), "en", issues=roster.issues, on=DAY)
    assert "816 places are needed and 583 are available: 233 short" in html
    assert "Add 233 seats" in html
    assert 'id="pairs"' not in html


def test_rules_that_clash_are_named(tmp_path: Path) -> None:
    market = mm.Market.from_preferences({"a": ["x"], "b": ["x"]}, quotas={"x": 2})
    rules = [Quotas(), Coverage(), ForbiddenPairs(pairs=({"student": "a", "mentor": "x", "reason": "a secret"},))]
    result = mm.solve(mm.Problem(market, rules))
    assert result.status is mm.Status.INFEASIBLE
    public, staff = page_html(result, "en"), page_html(result, "en", edition=Edition(staff=True))
    assert "a secret" not in public
    assert "Why it does not fit" in public
    assert all(rule.describe().en in staff for rule in (rules[1],))


@pytest.mark.parametrize("mechanism", ["two_round", "optimal", "deferred_acceptance"])
def test_a_market_without_a_school_has_a_page(mechanism: str) -> None:
    market = mm.Market.from_preferences({"a": ["x"], "b": ["x"], "c": ["y", "x"]}, quotas={"x": 1, "y": 1})
    html = page_html(mm.match(market, mechanism=mechanism), "en")
    assert html.count('class="why"') == 3
    assert 'id="classes"' not in html
