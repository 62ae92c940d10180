"""The fairness account, counted again one pupil at a time, and the lottery replayed by its published recipe."""

import hashlib
import json
from datetime import date
from functools import cache

import pytest

from mentormatch.base.errors import InputError
from mentormatch.constraints import Coverage, Quotas
from mentormatch.explain.fairness import PUBLIC_ATTRIBUTES, fairness_account
from mentormatch.explain.fairness_told import account_lines
from mentormatch.explain.lottery_replay import decided_by_draw, replay_draw_at, replay_lottery
from mentormatch.io.read import read_roster
from mentormatch.market.attribute import Attribute
from mentormatch.market.market import Market
from mentormatch.matchmaking import match
from mentormatch.mechanisms.solving import solve
from mentormatch.objectives import PlacedStudents
from mentormatch.problem.problem import Problem
from mentormatch.problem.result import Result
from samples import SAMPLES


@cache
def school() -> Result:
    return match(read_roster(SAMPLES / "school.xlsx"), on=date(2024, 11, 11), seed=5)


def test_every_group_is_counted_right() -> None:
    result = school()
    account, market = fairness_account(result), result.problem.market
    assert result.matching is not None
    assert {group.attribute for group in account.groups} == {
        "all",
        "class_name",
        "grade",
        "gender",
        "care_level",
        "boarding",
    }
    for group in account.groups:
        attribute = market.student_attributes.get(group.attribute)
        mine = [
            s
            for i, s in enumerate(market.student_ids)
            if attribute is None or (group.value in attribute.values(i) if group.value else not attribute.values(i))
        ]
        assert group.students == len(mine)
        ranks = []
        for student in mine:
            pairs = [market.pair_index(student, m) for m in result.matching.mentors_of(student)]
            ranks.append(min((int(market.student_rank[p]) for p in pairs if p and market.student_rank[p]), default=0))
        assert group.ranks == tuple(ranks.count(rank) for rank in range(1, len(group.ranks) + 1))
        assert sum(group.ranks) + group.kept + group.coordinated + group.unplaced == group.students
    for name in ("class_name", "grade", "gender", "care_level", "boarding"):
        assert sum(group.students for group in account.of(name)) == market.num_students


def test_coordination_is_what_the_reasons_say() -> None:
    result = school()
    coordinated = sum(reason.origin in ("coordinated", "requested") for reason in result.pair_reasons.values())
    total = fairness_account(result).of("all")[0]
    assert total.coordinated <= coordinated
    assert total.coordinated_share == total.coordinated / 1080


def test_every_blocking_pair_is_envy_with_right_or_a_free_seat() -> None:
    result = school()
    account = fairness_account(result)
    assert max(account.justified_envy, account.wasted) <= result.blocking_pairs
    assert result.blocking_pairs <= account.justified_envy + account.wasted
    assert account.justified_envy <= account.envy
    market = Market.from_preferences({"s": ["a"], "t": ["a"]}, {"a": ["s", "t"]})
    small = fairness_account(solve(Problem(market, [Quotas()])), attributes=())
    assert (small.envy, small.justified_envy, small.wasted) == (0, 0, 2)


def test_the_draw_can_be_done_again_by_anybody() -> None:
    result = school()
    draws = replay_lottery(result)
    assert [draw.place for draw in draws] == list(range(1, 1081))
    assert [draw.number for draw in draws] == sorted(draw.number for draw in draws)
    key = hashlib.blake2b(b"5:student", digest_size=32).digest()
    for draw in draws[::50]:
        digest = hashlib.blake2b(str(draw.student).encode(), digest_size=8, key=key).digest()
        assert draw.number == int.from_bytes(digest, "big") >> 20


def test_the_account_is_plain_data() -> None:
    data = fairness_account(school()).as_data()
    assert json.loads(json.dumps(data)) == data


def test_mentors_bear_what_the_school_placed() -> None:
    result = school()
    account, market = fairness_account(result), result.problem.market
    assert result.matching is not None
    assert [bearer.coordinated for bearer in account.bearers] == sorted(
        (bearer.coordinated for bearer in account.bearers), reverse=True
    )
    for bearer in account.bearers:
        pairs = [market.pair_index(s, bearer.mentor) for s in result.matching.students_of(bearer.mentor)]
        ranks = [int(market.student_rank[pair]) for pair in pairs if pair is not None]
        had = [bool(market.pair_flag("current")[pair]) for pair in pairs if pair is not None]
        assert bearer.students == len(pairs) <= bearer.seats
        assert bearer.chosen == sum(rank > 0 for rank in ranks)
        assert bearer.kept == sum(not rank and kept for rank, kept in zip(ranks, had, strict=True))
        assert bearer.chosen + bearer.kept + bearer.coordinated == bearer.students
    total = sum(bearer.coordinated for bearer in account.bearers)
    assert total == account.of("all")[0].coordinated
    most = [bearer.coordinated for bearer in account.bearers]
    assert sum(most[: account.half_is_borne_by]) * 2 >= total > sum(most[: account.half_is_borne_by - 1]) * 2


def test_envy_is_counted_by_group() -> None:
    result = school()
    account, market = fairness_account(result), result.problem.market
    assert result.matching is not None
    envious = set()
    for pair in range(market.num_pairs):
        if not market.student_rank[pair] or not result.problem.candidates[pair]:
            continue
        student, mentor = market.student_ids[market.student[pair]], market.mentor_ids[market.mentor[pair]]
        has = [market.pair_index(student, m) for m in result.matching.mentors_of(student)]
        better = all(
            int(market.student_rank[p]) == 0 or market.student_rank[p] > market.student_rank[pair] for p in has
        )
        if better and result.matching.students_of(mentor):
            envious.add(student)
    classes = market.student_attributes["class_name"]
    assert account.of("all")[0].envious == len(envious)
    for group in account.of("class_name"):
        mine = {s for i, s in enumerate(market.student_ids) if group.value in classes.values(i)}
        assert group.envious == len(mine & envious)
        assert group.wronged <= group.envious


def test_the_public_account_tells_neither_care_nor_small_groups() -> None:
    values = ["a"] * 6 + ["b"] * 6 + ["c"] * 2 + [None]
    ids = [f"s{i}" for i in range(len(values))]
    market = Market.from_preferences({s: ["m"] for s in ids}, quotas=20).replace(
        student_attributes={
            "grade": Attribute.from_values(values),
            "care_level": Attribute.from_values(["key"] * len(values)),
        }
    )
    result = solve(Problem(market, [Quotas()], [PlacedStudents()]))
    public = fairness_account(result, attributes=PUBLIC_ATTRIBUTES, smallest=5)
    # Two and one would be three by subtraction, so one of the large groups goes, too.
    assert [(group.attribute, group.students) for group in public.groups] == [("all", 15), ("grade", 6)]
    assert public.withheld == 3
    told = "\n".join(account_lines(public, "zh") + account_lines(public, "en"))
    assert "care" not in told
    assert "关爱" not in told
    assert "key care" in "\n".join(account_lines(fairness_account(result), "en"))


def test_the_words_hold_the_numbers_of_every_group_and_no_pupil() -> None:
    result = school()
    account = fairness_account(result)
    for lang in ("zh", "en"):
        lines = account_lines(account, lang)
        assert len(lines) >= len(account.groups)
        assert not any(str(s) in line for s in result.problem.market.student_ids for line in lines)


def test_a_draw_at_one_mentor_is_the_common_one_in_its_order() -> None:
    result = school()
    mentor = result.problem.market.mentor_ids[0]
    common = {draw.student: draw for draw in replay_lottery(result)}
    own = replay_draw_at(result, mentor)
    assert [draw.number for draw in own] == [common[draw.student].number for draw in own]
    assert [common[draw.student].place for draw in own] == sorted(common[draw.student].place for draw in own)
    assert [draw.place for draw in own] == list(range(1, len(own) + 1))


def test_where_every_mentor_draws_its_own_numbers_are_told() -> None:
    ids = [f"s{i}" for i in range(8)]
    market = Market.from_preferences({s: ["a", "b"] for s in ids}, quotas=2)
    result = match(Problem(market, [Quotas(lower=False)]), mechanism="deferred_acceptance_multiple", seed=4)
    assert result.matching is not None
    at = {mentor: [draw.student for draw in replay_draw_at(result, mentor)] for mentor in ("a", "b")}
    assert at["a"] != at["b"]
    # Nobody ranks anybody here, so the two seats of a go to the first two of its own draw.
    assert set(result.matching.students_of("a")) == set(at["a"][:2])
    left = [student for student in at["b"] if student not in at["a"][:2]]
    assert set(result.matching.students_of("b")) == set(left[:2])


def test_the_draw_decides_between_equals() -> None:
    ids = [f"s{i}" for i in range(7)]
    market = Market.from_preferences({s: ["a"] for s in ids}, quotas=3)
    result = match(Problem(market, [Quotas(lower=False)]), mechanism="deferred_acceptance", seed=2)
    assert result.matching is not None
    assert decided_by_draw(result) == 4
    first = [draw.student for draw in replay_lottery(result)][:3]
    assert set(result.matching.students_of("a")) == set(first)


def test_without_a_matching_there_is_no_account() -> None:
    market = Market.from_preferences({"s": ["a"]}, quotas={"a": 0})
    with pytest.raises(InputError, match="no matching"):
        fairness_account(solve(Problem(market, [Quotas(), Coverage()])))
