"""Explanations: every statement about every pupil of the school is checked again, from ids and definitions."""

import re
from datetime import date
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mentormatch.base.errors import InputError, MarketError
from mentormatch.constraints import Coverage, FixedPairs, Quotas
from mentormatch.constraints.constraint import Scope
from mentormatch.explain.why import explain_mentor, explain_student
from mentormatch.io.read import read_roster
from mentormatch.market.lottery import lottery_numbers
from mentormatch.market.market import Id, Market
from mentormatch.matchmaking import match, rematch
from mentormatch.mechanisms.solving import solve
from mentormatch.problem.explanation import Statement
from mentormatch.problem.problem import Problem
from mentormatch.problem.result import Result, Status
from mentormatch.roster.roster import Roster
from mentormatch.verify.blocking_pairs import Ledger
from samples import SAMPLES
from strategies import problems

UNLISTED = 10**6


@cache
def school() -> tuple[Roster, Result]:
    roster = read_roster(SAMPLES / "school.xlsx")
    return roster, match(roster, on=date(2024, 11, 11))


class Checker:
    """Checks statements from the market's ids, one definition a code; shares nothing with the explanations."""

    def __init__(self, result: Result, roster: Roster | None = None) -> None:
        assert result.matching is not None
        self.result, self.matching, self.market, self.roster = result, result.matching, result.problem.market, roster
        numbers = lottery_numbers(self.market.student_ids, result.seed, salt="student")
        order = sorted(range(len(numbers)), key=lambda i: (numbers[i], i))
        self.draw = {self.market.student_ids[i]: place for place, i in enumerate(order, start=1)}
        named = {} if roster is None else {(p.student_id, p.mentor_id): p.stance for p in roster.mentor_preferences}
        self.named = {pair for pair, stance in named.items() if stance != "unsuitable"}

    def rank(self, student: Id, mentor: Id) -> int:
        pair = self.market.pair_index(student, mentor)
        return 0 if pair is None else int(self.market.student_rank[pair])

    def standing(self, student: Id, mentor: Id) -> tuple[int, int]:
        pair = self.market.pair_index(student, mentor)
        assert pair is not None
        return int(self.market.mentor_rank[pair]), self.draw[student]

    def flag(self, name: str, student: Id, mentor: Id) -> bool:
        pair = self.market.pair_index(student, mentor)
        return pair is not None and bool(self.market.pair_flag(name)[pair])

    def tier(self, student: Id, mentor: Id) -> int:
        """The tier by the school's own sheets, in the order continuing, transfer, named, own class, other."""
        assert self.roster is not None
        pupil, teacher = self.roster.students_by_id[student], self.roster.mentors_by_id[mentor]
        return next(
            code
            for code, holds in enumerate(
                (
                    self.flag("current", student, mentor),
                    self.flag("transfer", student, mentor),
                    (student, mentor) in self.named,
                    pupil.class_name in teacher.classes_taught,
                    True,
                )
            )
            if holds
        )

    def worst_held(self, student: Id) -> int:
        """The rank of what it would leave: nothing at all is worse than every mentor that it did not list."""
        has = [self.rank(student, mentor) or UNLISTED for mentor in self.matching.mentors_of(student)]
        quota = int(self.market.student_quota[self.market.student_index(student)])
        return UNLISTED + 1 if len(has) < quota else max(has, default=0)

    def new_violations(self, student: Id, mentor: Id) -> set[str]:
        """The kinds of rules that a bare swap breaks: the student leaves its worst mentor and joins this one."""
        before, after = Ledger.of(self.matching), Ledger.of(self.matching)
        has = self.matching.mentors_of(student)
        left = max(has, key=lambda m: self.rank(student, m) or UNLISTED) if has else None
        if self.worst_held(student) <= UNLISTED and left is not None:
            after.remove(student, left)
        after.add(student, mentor)
        scope = Scope([student], [mentor, *([] if left is None else [left])])
        return {
            rule.kind
            for rule in self.result.problem.constraints
            if rule.kind != "weak_stability" and self.amount(rule, after, scope) > self.amount(rule, before, scope)
        }

    def amount(self, rule: object, ledger: Ledger, scope: Scope) -> int:
        found = rule.violations(self.market, ledger, scope if rule.local else None)  # type: ignore[attr-defined]
        return sum(violation.amount for violation in found if not violation.soft)

    def choice(self, student: Id, said: Statement) -> None:
        mentor, facts = said.mentor, said.facts
        assert said.rank == self.rank(student, mentor)
        mine = said.rank or UNLISTED
        has = self.matching.mentors_of(student)
        assert (said.code == "got") == (mentor in has)
        upper = int(self.market.mentor_upper[self.market.mentor_index(mentor)])
        if said.code == "closed":
            alone = Ledger()
            alone.add(student, mentor)
            rules = [rule for rule in self.result.problem.constraints if rule.kind == facts["rule"]]
            assert any(self.amount(rule, alone, Scope([student], [mentor])) for rule in rules if rule.kind != "quotas")
        elif said.code == "no_seats":
            assert upper == 0
        elif said.code == "satisfied":
            assert self.worst_held(student) <= mine
            assert facts["has_rank"] in {0, *(self.rank(student, m) for m in has)}
        elif said.code == "on_request":
            assert self.flag("leaving", student, mentor)
        elif said.code == "pinned":
            assert str(facts["stays_with"]) in {str(m) for m in has}
            assert self.new_violations(student, mentor) - {"coverage"}
        elif said.code in ("full", "cap"):
            self.full(student, said, upper)
        elif said.code == "rule":
            assert facts["rule"] in {rule.kind for rule in self.result.problem.constraints}
            assert self.new_violations(student, mentor)
        elif said.code == "other_goal":
            assert facts["free"] == max(upper - len(self.matching.students_of(mentor)), 0)
            assert self.worst_held(student) > mine or not said.rank
        elif said.code != "no_candidate":
            assert said.code == "got"

    def full(self, student: Id, said: Statement, upper: int) -> None:
        facts, mentor = said.facts, said.mentor
        seated = list(self.matching.students_of(mentor))
        if said.code == "full":
            assert len(seated) == upper == facts["seats"]
        else:
            assert facts["rule"] in self.new_violations(student, mentor)
        if "last_rank" not in facts:
            return
        last = facts["last_rank"], facts["last_lottery"]
        assert (facts["own_rank"], facts["own_lottery"]) == self.standing(student, mentor)
        assert last <= self.standing(student, mentor)
        there = [s for s in seated if self.standing(s, mentor) == last]
        assert len(there) == 1
        if said.code == "full":
            # Whoever comes later than the last one is there by a rule, and so many are said to be.
            later = [s for s in seated if self.standing(s, mentor) > last]
            assert len(later) <= facts["forced"]
        if self.roster is not None:
            assert facts["last_tier"] == self.tier(there[0], mentor)
            assert facts["own_tier"] == self.tier(student, mentor)

    def numbers_are_facts(self, said: Statement) -> None:
        """Every number in a text is a rank, a fact, or part of a rule's or an id's own words."""
        if said.code not in ("full", "left", "satisfied", "other_goal"):
            return
        known = {str(value) for value in said.facts.values()} | {str(said.rank)}
        known |= {stage.value for stage in self.result.stages}  # type: ignore[arg-type]
        text = said.text.zh.replace(str(said.mentor), "")
        if said.code == "full" or said.code == "left":
            assert set(re.findall(r"\d+", text)) <= known

    def student(self, student: Id) -> None:
        explained = self.result.explain(student, edition="staff")
        has = self.matching.mentors_of(student)
        listed = [m for m in self.market.mentor_ids if self.rank(student, m)]
        assert {said.mentor for said in explained.choices} == set(listed)
        assert [said.rank for said in explained.choices] == sorted(said.rank for said in explained.choices)
        assert tuple(said.mentor for said in explained.has if said.code != "unplaced") == has
        for said in explained.choices:
            self.choice(student, said)
        for said in explained.has:
            self.origin(student, said)
        for said in explained.before:
            if said.code != "moved":
                assert self.flag("current", student, said.mentor)
                self.choice(student, said)
        if explained.left is not None:
            self.left(student, explained.left)
        for said in explained.statements:
            self.numbers_are_facts(said)

    def origin(self, student: Id, said: Statement) -> None:
        if said.code == "unplaced":
            assert not self.matching.mentors_of(student)
            return
        assert said.rank == self.rank(student, said.mentor)
        if said.code == "kept":
            assert self.flag("current", student, said.mentor)
            if "锁定" in said.text.zh:
                assert self.flag("locked", student, said.mentor)
            elif "未提交志愿" in said.text.zh:
                assert self.flag("unasked", student, said.mentor)
            elif "没有得到所填志愿" in said.text.zh:
                assert said.rank == 0
        if said.code == "chosen":
            assert said.rank > 0
            assert str(said.rank) in said.text.zh
        if said.code == "coordinated" and "均未能满足" in said.text.zh:
            assert said.rank == 0
            usable = [m for m in self.market.mentor_ids if self.rank(student, m) and self.is_open(student, m)]
            assert f" {len(usable)} 个志愿" in said.text.zh

    def is_open(self, student: Id, mentor: Id) -> bool:
        pair = self.market.pair_index(student, mentor)
        return pair is not None and bool(self.result.problem.candidates[pair])

    def left(self, student: Id, said: Statement) -> None:
        load = {m: len(self.matching.students_of(m)) for m in self.market.mentor_ids}
        seats = dict(zip(self.market.mentor_ids, self.market.mentor_upper.tolist(), strict=True))
        may = [m for m in self.market.mentor_ids if seats[m] and self.is_open(student, m)]
        others = [m for m in may if m not in self.matching.mentors_of(student)]
        free = [m for m in others if load[m] < seats[m]]
        assert (said.facts["may"], said.facts["free"]) == (len(may), len(free))
        assert said.facts["full"] == len(others) - len(free)


def test_every_statement_about_every_pupil_of_the_school_is_true() -> None:
    roster, result = school()
    checker = Checker(result, roster)
    for student in result.problem.market.student_ids:
        checker.student(student)


def test_no_pupil_is_told_of_another() -> None:
    _, result = school()
    ids = [str(student) for student in result.problem.market.student_ids]
    for student in ids:
        explained = result.explain(student, edition="staff")
        told = "\n".join([*explained.lines("zh"), *explained.lines("en")])
        told += "".join(str(value) for said in explained.statements for value in said.facts.values())
        assert not {word for word in re.findall(r"\d{6,}", told) if word in set(ids)} - {student}
    for mentor in result.problem.market.mentor_ids:
        said = result.explain_mentor(mentor, edition="staff")
        told = "\n".join([*said.lines("zh"), *said.lines("en")])
        assert not set(re.findall(r"\d{6,}", told)) & set(ids)


def test_every_statement_about_every_mentor_of_the_school_is_true() -> None:
    roster, result = school()
    checker = Checker(result, roster)
    market, matching = result.problem.market, result.matching
    assert matching is not None
    for j, mentor in enumerate(market.mentor_ids):
        said = {one.code: one.facts for one in explain_mentor(result, mentor).statements}
        seated = matching.students_of(mentor)
        low, high = int(market.mentor_lower[j]), int(market.mentor_upper[j])
        assert said["seats"] == {"lower": low, "upper": high, "load": len(seated)}
        listed = [checker.rank(student, mentor) for student in market.student_ids]
        assert said["chosen_by"]["total"] == sum(rank > 0 for rank in listed)
        assert all(said["chosen_by"].get(f"rank_{rank}", 0) == listed.count(rank) for rank in range(1, 7))
        assert sum(said.get("came", {}).values()) == len(seated)
        waiting = [
            s
            for s in market.student_ids
            if 0 < checker.rank(s, mentor) < checker.worst_held(s) and s not in seated and checker.is_open(s, mentor)
        ]
        assert said.get("waiting", {"number": 0})["number"] == len(waiting)
        if "cut_off" in said:
            assert len(seated) == high
            standings = [checker.standing(s, mentor) for s in seated]
            assert (said["cut_off"]["last_rank"], said["cut_off"]["last_lottery"]) in standings


@settings(max_examples=200, deadline=None, derandomize=True)
@given(problems(max_student_quota=2), st.sampled_from(["two_round", "optimal", "deferred_acceptance"]))
def test_every_statement_is_true_on_small_markets(problem: Problem, mechanism: str) -> None:
    try:
        result = match(problem, mechanism=mechanism)
    except InputError:
        return
    except Exception as error:
        if type(error).__name__ == "UnsupportedError":
            return
        raise
    if result.matching is None:
        return
    checker = Checker(result)
    for student in problem.market.student_ids:
        checker.student(student)
        for mentor in problem.market.mentor_ids:
            if mentor not in result.matching.mentors_of(student):
                checker.choice(student, result.explain_pair(student, mentor, edition="staff"))
    for mentor in problem.market.mentor_ids:
        explain_mentor(result, mentor)


def test_what_is_not_there_cannot_be_explained() -> None:
    market = Market.from_preferences({"s": ["a"]}, quotas={"a": 0})
    result = solve(Problem(market, [Quotas(), Coverage()]))
    assert result.status is Status.INFEASIBLE
    with pytest.raises(InputError, match="no matching"):
        result.explain("s", edition="staff")
    _, fine = school()
    with pytest.raises(MarketError):
        fine.explain("nobody", edition="staff")
    with pytest.raises(MarketError):
        fine.explain_mentor("nobody", edition="staff")


def test_a_rule_of_others_is_told_without_their_ids() -> None:
    """A label that names another pupil is replaced by the rule's own words."""
    market = Market.from_preferences({"Ann": ["a", "b"], "Bo": ["a", "b"]}, quotas={"a": 1, "b": 1})
    result = solve(Problem(market, [Quotas(), FixedPairs(pairs=(("Bo", "a"),)), Coverage()]))
    said = explain_student(result, "Ann").choices[0]
    assert said.code == "full"
    assert said.facts["forced"] == 1
    assert "Bo" not in said.text.en + said.text.zh


def test_explanations_are_plain_data() -> None:
    import json

    _, result = school()
    students = result.problem.market.student_ids[:20]
    data = [result.explain(student, edition="staff").as_data() for student in students]
    assert json.loads(json.dumps(data)) == data
    assert np.unique([one["student"] for one in data]).size == 20


# Ids as no office should give them: numbers, a mentor's id, blanks, Chinese words without blanks around them.
ODD = ("1", "2", "15", "王芳", "李 明", "S.1", "学生", "T1")


def test_odd_ids_of_other_pupils_are_told_to_nobody() -> None:
    """A repair names the pupil for whom room was made; whoever moved must not learn it, however strange the id is."""
    mentors = ("m", "n", "王芳")
    told = 0
    for moved in ODD:
        others = [each for each in ODD if each != moved]
        for newcomer in others:
            lists = {moved: list(mentors), newcomer: list(mentors)}
            market = Market.from_preferences(lists, quotas=1)
            result = rematch(market, [(moved, "m")], fixed=[(newcomer, "m")])
            assert any(newcomer in change.text.en for change in result.changes)
            said = result.explain(moved, edition="staff")
            assert any(one.code == "moved" for one in said.statements)
            for one in said.statements:
                # Its own id, mentors and counted numbers are no other pupil's id.
                for text in (one.text.zh, one.text.en):
                    assert f"学生 {newcomer}" not in text
                    assert f"student {newcomer}" not in text.lower()
                    if newcomer not in ("1", "2", "15", "学生", "王芳"):
                        assert newcomer not in text.replace(moved, "")
                told += 1
    assert told > 100
