"""The fairness account: who got what by group, who envies whom with what right, who bears coordination, and the draw.

Nobody is named but in the draw, which is there to be audited by whoever holds the list of ids.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from mentormatch.arrays import BoolArray
from mentormatch.errors import InputError
from mentormatch.lottery import lottery, lottery_numbers
from mentormatch.market import Id
from mentormatch.matching import Matching
from mentormatch.result import Result
from mentormatch.text import Text
from mentormatch.verify.blocking_pairs import blocking_pairs

ATTRIBUTES: dict[str, Text] = {
    "class_name": Text(zh="班级", en="class"),
    "grade": Text(zh="年级", en="grade"),
    "gender": Text(zh="性别", en="gender"),
    "care_level": Text(zh="关爱等级", en="care level"),
    "boarding": Text(zh="是否寄宿", en="boarding"),
}


@dataclass(frozen=True, slots=True)
class Group:
    """What became of the students with one value of an attribute.

    Parameters
    ----------
    attribute, value : str
        ``("all", "")`` for everybody; the value is empty for students without one.
    students, asked : int
        How many there are, and how many of them listed somebody.
    ranks : tuple of int
        How many have a 1st, 2nd, ... choice; a student counts by the best that it has.
    kept, coordinated, unplaced : int
        Of those without a listed mentor: kept from last term, placed by the school, without a mentor.
    mean_rank : float or None
        Of those that have a choice.
    """

    attribute: str
    value: str
    students: int
    asked: int
    ranks: tuple[int, ...]
    kept: int
    coordinated: int
    unplaced: int
    mean_rank: float | None

    @property
    def coordinated_share(self) -> float:
        """Part of the group that the school placed."""
        return self.coordinated / self.students if self.students else 0.0


@dataclass(frozen=True, slots=True)
class FairnessAccount:
    """The account of a result.

    Parameters
    ----------
    groups : tuple of Group
        Everybody first, then each value of each attribute that the market has.
    envy : int
        Pairs of a student and a mentor that it would rather have, whose seats others hold.
    justified_envy : int
        Those in which one of the others has a lower standing with the mentor: blocking pairs at full mentors.
    wasted : int
        Those in which the mentor has a free seat.
    """

    groups: tuple[Group, ...]
    envy: int
    justified_envy: int
    wasted: int

    def of(self, attribute: str) -> tuple[Group, ...]:
        """Return the groups of one attribute."""
        return tuple(group for group in self.groups if group.attribute == attribute)

    def as_data(self) -> dict[str, Any]:
        """Return plain data for JSON or a page."""
        names = ("attribute", "value", "students", "asked", "ranks", "kept", "coordinated", "unplaced", "mean_rank")
        groups = [
            {name: list(value) if isinstance(value := getattr(group, name), tuple) else value for name in names}
            for group in self.groups
        ]
        return {
            "groups": groups,
            "envy": self.envy,
            "justified_envy": self.justified_envy,
            "wasted": self.wasted,
        }


@dataclass(frozen=True, slots=True)
class Draw:
    """One line of the lottery: anybody who knows the seed can compute it again (`mentormatch.lottery`).

    Parameters
    ----------
    student : id
    number : int
        What it drew, from 0 to 2**44 - 1.
    place : int
        Counted from 1; the smallest number goes first.
    """

    student: Id
    number: int
    place: int


def fairness_account(result: Result, *, attributes: Sequence[str] = tuple(ATTRIBUTES)) -> FairnessAccount:
    """Return who got what.

    Parameters
    ----------
    result : Result
        With a matching.
    attributes : sequence of str
        Student attributes to tell groups by; those that the market does not have are left out.

    Raises
    ------
    InputError
        When the result has no matching.

    Notes
    -----
    O(pairs + students x groups).
    """
    if result.matching is None:
        raise InputError(Text(zh="没有匹配结果,无从统计。", en="There is no matching to give an account of."))
    market, matching = result.problem.market, result.matching
    best, current = _best_ranks(matching)
    everybody = np.ones(market.num_students, bool)
    groups = [_group("all", "", everybody, matching, best, current)]
    for name in attributes:
        attribute = market.student_attributes.get(name)
        if attribute is None or not len(attribute.labels):
            continue
        member = attribute.membership(attribute.labels)
        groups += [
            _group(name, label, member[:, column], matching, best, current)
            for column, label in enumerate(attribute.labels)
        ]
        without: BoolArray = np.asarray(~member.any(axis=1))
        if without.any():
            groups.append(_group(name, "", without, matching, best, current))
    worst = _worst_ranks(matching)
    wishes = (
        market.is_choice
        & result.problem.candidates
        & ~matching.chosen
        & (market.student_rank < worst[market.student])
        & (market.mentor_upper > 0)[market.mentor]
        & (market.student_quota > 0)[market.student]
    )
    is_full = (matching.load >= market.mentor_upper)[market.mentor]
    blocking = blocking_pairs(market, matching, candidates=result.problem.candidates)
    return FairnessAccount(
        groups=tuple(groups),
        envy=int((wishes & is_full).sum()),
        justified_envy=int(is_full[blocking].sum()),
        wasted=int((wishes & ~is_full).sum()),
    )


def replay_lottery(result: Result) -> tuple[Draw, ...]:
    """Return the draw of a result computed again from its seed, in its order."""
    ids = result.problem.market.student_ids
    numbers = lottery_numbers(ids, result.seed, salt="student").tolist()
    places = lottery(ids, result.seed, salt="student").tolist()
    draws = [Draw(student, number, place + 1) for student, number, place in zip(ids, numbers, places, strict=True)]
    return tuple(sorted(draws, key=lambda draw: draw.place))


def _best_ranks(matching: Matching) -> tuple[np.ndarray, BoolArray]:
    """Return the best rank that each student has (0 for none), and whether it has a current mentor."""
    market = matching.market
    best = np.full(market.num_students, 2**30, np.int64)
    rank = market.student_rank[matching.pairs]
    listed = rank > 0
    np.minimum.at(best, market.student[matching.pairs][listed], rank[listed])
    best[best == 2**30] = 0
    current = np.zeros(market.num_students, bool)
    current[market.student[matching.pairs][market.pair_flag("current")[matching.pairs]]] = True
    return best, current


def _worst_ranks(matching: Matching) -> np.ndarray:
    market = matching.market
    rank = np.where(market.student_rank > 0, market.student_rank, 2**30)[matching.pairs]
    worst = np.zeros(market.num_students, np.int64)
    np.maximum.at(worst, market.student[matching.pairs], rank)
    worst[matching.degree < market.student_quota] = 2**31
    return worst


def _group(
    attribute: str, value: str, member: BoolArray, matching: Matching, best: np.ndarray, current: BoolArray
) -> Group:
    market = matching.market
    asked = np.zeros(market.num_students, bool)
    asked[market.student[market.is_choice]] = True
    without = member & (best == 0)
    placed = matching.degree > 0
    ranks = np.bincount(best[member], minlength=int(market.student_rank.max(initial=0)) + 1)[1:]
    got = best[member & (best > 0)]
    return Group(
        attribute=attribute,
        value=value,
        students=int(member.sum()),
        asked=int((member & asked).sum()),
        ranks=tuple(ranks.tolist()),
        kept=int((without & placed & current).sum()),
        coordinated=int((without & placed & ~current).sum()),
        unplaced=int((member & ~placed).sum()),
        mean_rank=float(got.mean()) if len(got) else None,
    )
