"""The fairness account, counted again one pupil at a time, and the lottery replayed by its published recipe."""

import hashlib
import json
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from mentormatch.constraints import Coverage, Quotas
from mentormatch.errors import InputError
from mentormatch.explain.fairness import fairness_account, replay_lottery
from mentormatch.io.read import read_roster
from mentormatch.market import Market
from mentormatch.matchmaking import match
from mentormatch.problem import Problem
from mentormatch.result import Result
from mentormatch.solving import solve

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


@cache
def school() -> Result:
    return match(read_roster(DATA / "school.xlsx"), on=date(2024, 11, 11), seed=5)


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
    coordinated = sum(reason.origin == "coordinated" for reason in result.pair_reasons.values())
    total = fairness_account(result).of("all")[0]
    assert total.coordinated <= coordinated
    assert total.coordinated_share == total.coordinated / 1080


def test_envy_without_right_is_none_of_the_blocking_pairs() -> None:
    result = school()
    account = fairness_account(result)
    assert account.justified_envy + account.wasted == result.blocking_pairs
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


def test_without_a_matching_there_is_no_account() -> None:
    market = Market.from_preferences({"s": ["a"]}, quotas={"a": 0})
    with pytest.raises(InputError, match="no matching"):
        fairness_account(solve(Problem(market, [Quotas(), Coverage()])))
