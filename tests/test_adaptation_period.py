"""The adaptation period: provisional and even before its end, ordinary choice after it."""

from collections import Counter, defaultdict
from datetime import date

import pytest
from python_calamine import CalamineWorkbook

import mentormatch as mm
from mentormatch.base.errors import RulesError
from mentormatch.constraints import Adaptation
from mentormatch.report.summary import summarise, summary_lines
from mentormatch.report.workbook import write_result
from mentormatch.roster.cause import Cause
from mentormatch.roster.roster import Roster
from mentormatch.rules.rules_file import Rules
from samples import SAMPLES
from small_rosters import NOVEMBER, SEPTEMBER, form, mentor, pairing, student

END = date(2024, 10, 26)


@pytest.fixture(scope="module")
def school() -> Roster:
    return mm.read_roster(SAMPLES / "school.xlsx")


@pytest.fixture(scope="module")
def before(school) -> mm.Result:
    return mm.match(school, on=SEPTEMBER)


@pytest.fixture(scope="module")
def after(school) -> mm.Result:
    return mm.match(school, on=NOVEMBER)


# -- the sample school ------------------------------------------------------------------------------------------


def test_grade_7_is_provisional_and_grades_8_and_9_keep_their_mentors(school, before):
    for each in school.students:
        state = before.state_of(each.student_id)
        assert (state.name, state.ends) == (("provisional", END) if each.grade_number == 7 else ("active", None))
        reason = before.pair_reasons[each.student_id, before.matching.mentors_of(each.student_id)[0]]
        assert ("适应期" in reason.text.zh) == (each.grade_number == 7)
    lost = {c.student for c in before.changes}
    barred = {(p.student_id, p.mentor_id) for p in school.mentor_preferences if p.stance == "unsuitable"}
    for each in school.pairings:
        away = not school.mentors_by_id[each.mentor_id].is_on_duty(SEPTEMBER)
        ends = away or ((each.student_id, each.mentor_id) in barred and not each.locked)
        assert (each.student_id in lost) == ends, each.student_id


def test_grade_7_is_spread_evenly_over_each_class_team(school, before):
    """Two teachers of a class differ by one at most, unless the one with fewer has no seat left."""
    has: defaultdict[str, Counter[object]] = defaultdict(Counter)
    for each in school.students:
        if each.grade_number == 7:
            has[each.class_name].update(before.matching.mentors_of(each.student_id))
    market = before.problem.market
    for name, load in has.items():
        team = [m.mentor_id for m in school.mentors if name in m.classes_taught and m.is_on_duty(SEPTEMBER)]
        free = [m for m in team if len(before.matching.students_of(m)) < market.mentor_upper[market.mentor_index(m)]]
        assert all(max(load[m] for m in team) - load[one] <= 1 for one in free), name
        # Whoever does not teach the class takes one student of it at most.
        assert max((load[m] for m in load if m not in team), default=0) <= 1, name


def test_after_the_period_grade_7_has_chosen(school, after):
    origins = Counter(
        after.pair_reasons[s.student_id, after.matching.mentors_of(s.student_id)[0]].origin
        for s in school.students
        if s.grade_number == 7
    )
    assert origins["chosen"] > 250
    assert summarise(after)["provisional"] == {}
    assert {after.state_of(s.student_id).name for s in school.students} == {"active"}


def test_the_workbook_and_the_summary_say_state_and_end(before, tmp_path):
    assert summarise(before)["provisional"] == {"2024-10-26": 357}
    assert any("适应期暂定结对 357 人,至 2024-10-26" in line for line in summary_lines(before, "zh"))
    write_result(before, tmp_path / "r.xlsx", "zh", on=SEPTEMBER)
    head, *rows = CalamineWorkbook.from_path(tmp_path / "r.xlsx").get_sheet_by_name("结果").to_python()
    state, end = head.index("状态"), head.index("结束")
    assert Counter((row[state], row[end]) for row in rows) == {("适应期", "2024-10-26"): 357, ("在结", ""): 723}


# -- small schools ----------------------------------------------------------------------------------------------


def entry(number: int, seats: int = 4, **more) -> Roster:
    """Return students of grade 7 that all ask for a, and two teachers of their class."""
    names = [f"s{i}" for i in range(number)]
    return Roster(
        students=tuple(student(name, grade=7) for name in names),
        mentors=tuple(mentor(name, seats, classes_taught=("七(1)班",)) for name in ("a", "b")),
        student_preferences=tuple(form(name, "a") for name in names),
        **more,
    )


@pytest.mark.parametrize("number", range(1, 9))
def test_loads_differ_by_one_at_most(number):
    load = mm.match(entry(number), on=SEPTEMBER).matching.load.tolist()
    assert max(load) - min(load) == number % 2
    assert mm.match(entry(number), on=NOVEMBER).matching.load.tolist()[0] == min(number, 4)


def test_seats_are_held_back_so_that_later_choice_is_real():
    rules = Rules(constraints=(Adaptation(held_back={"a": 3, "b": 0}),))
    assert mm.match(entry(4), on=SEPTEMBER, rules=rules).matching.load.tolist() == [1, 3]
    assert mm.match(entry(4), on=NOVEMBER, rules=rules).matching.load.tolist() == [4, 0]
    short = mm.match(entry(7), on=SEPTEMBER, rules=Rules(constraints=(Adaptation(held_back=1),)))
    assert short.status is mm.Status.INFEASIBLE


def test_a_provisional_pair_is_left_without_consent_and_handed_over():
    roster = entry(2, pairings=(pairing("s0", "b", state="provisional", valid_to=END), pairing("s1", "a")))
    result = mm.match(roster, on=NOVEMBER)
    assert result.matching.as_dict() == {"s0": ("a",), "s1": ("a",)}
    (change,) = result.changes
    assert (change.student, change.cause) == ("s0", Cause.CHOICE)
    (item,) = result.hand_overs
    assert (item.student, item.from_mentor, item.to_mentor) == ("s0", "b", "a")


def test_a_provisional_pair_of_a_student_without_a_form_becomes_settled():
    roster = Roster(
        students=(student("s0", grade=7),),
        mentors=(mentor("a", 1), mentor("b", 1)),
        pairings=(pairing("s0", "b", state="provisional", valid_to=END),),
    )
    result = mm.match(roster, on=NOVEMBER)
    assert result.matching.as_dict() == {"s0": ("b",)}
    assert result.state_of("s0").name == "active"


def test_who_is_in_the_period_and_until_when():
    rule = Adaptation(weeks=2)
    late = student("s1", grade=7, entry_date=date(2024, 10, 7))
    assert rule.end_of(student("s0", grade=7), date(2024, 9, 14)) == date(2024, 9, 14)
    assert rule.end_of(student("s0", grade=7), date(2024, 9, 15)) is None
    assert rule.end_of(student("s0", grade=7), date(2025, 3, 1)) is None
    assert rule.end_of(late, date(2024, 10, 20)) == date(2024, 10, 20)
    assert rule.end_of(student("s2", grade=8), SEPTEMBER) is None
    assert Adaptation(until=NOVEMBER).end_of(late, NOVEMBER) == NOVEMBER
    assert rule.ends(Roster(students=(late,)), None) == {}


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"grades": (0,)}, "between 1 and 12"),
        ({"held_back": -1}, "must be between 0"),
        ({"held_back": {"a": -2}}, "-2"),
    ],
)
def test_contradictory_adaptation(parameters, said):
    with pytest.raises(RulesError, match=said):
        Adaptation(**parameters)


def test_more_seats_held_back_than_the_lower_quota_leaves():
    roster = entry(3).model_copy(update={"mentors": (mentor("a", 4, capacity_min=2), mentor("b", 4))})
    with pytest.raises(RulesError, match="less than its lower quota 2") as caught:
        mm.match(roster, on=SEPTEMBER, rules=Rules(constraints=(Adaptation(held_back=3),)))
    assert "Maybe " in str(caught.value)
    assert mm.match(roster, on=NOVEMBER, rules=Rules(constraints=(Adaptation(held_back=3),))).matching is not None
    with pytest.raises(RulesError, match="no mentor with the id 'x'"):
        mm.match(roster, on=SEPTEMBER, rules=Rules(constraints=(Adaptation(held_back={"x": 1}),)))
