"""The fairness account: who got what by group, who envies whom with what right, and who bears coordination.

No pupil is named. Care is an attribute like any other here; whoever shows an account to people who may not know it
leaves it out (`PUBLIC_ATTRIBUTES`), and leaves out groups so small that what is told of them is told of each pupil.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from mentormatch.base.arrays import BoolArray, IntArray
from mentormatch.base.errors import NoMatchingError
from mentormatch.base.school_order import school_order
from mentormatch.base.text import Text
from mentormatch.market.market import Id
from mentormatch.market.matching import Matching
from mentormatch.problem.result import Result
from mentormatch.school.confidential import CONFIDENTIAL_ATTRIBUTES

ATTRIBUTES: dict[str, Text] = {
    "class_name": Text(zh="班级", en="class"),
    "grade": Text(zh="年级", en="grade"),
    "gender": Text(zh="性别", en="gender"),
    "care_level": Text(zh="关爱等级", en="care level"),
    "boarding": Text(zh="是否寄宿", en="boarding"),
}

PUBLIC_ATTRIBUTES = tuple(name for name in ATTRIBUTES if name not in CONFIDENTIAL_ATTRIBUTES)
"""Those by which everybody may be told what each group got."""

SMALLEST_PUBLIC_GROUP = 5
"""What is told of fewer students is told of each of them."""


@dataclass(frozen=True, slots=True)
class FairnessGroup:
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
    envious, wronged : int
        Students that would rather have a mentor that has others; and those among them to whom one of the others ought
        to yield by the mentor's own order.
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
    envious: int
    wronged: int
    mean_rank: float | None

    @property
    def coordinated_share(self) -> float:
        """Part of the group that the school placed."""
        return self.coordinated / self.students if self.students else 0.0


@dataclass(frozen=True, slots=True)
class Bearer:
    """What a mentor bears of coordination.

    Parameters
    ----------
    mentor : id
    seats, students : int
        What it may take and what it has.
    chosen, kept, coordinated : int
        Its students that listed it; of the others those that it had last term, and those that the school gave it.
    """

    mentor: Id
    seats: int
    students: int
    chosen: int
    kept: int
    coordinated: int


@dataclass(frozen=True, slots=True)
class FairnessAccount:
    """The account of a result.

    Parameters
    ----------
    groups : tuple of FairnessGroup
        Everybody first, then each value of each attribute that the market has.
    bearers : tuple of Bearer
        Every mentor with seats, first who takes most students by coordination.
    envy : int
        Pairs of a student and a mentor that it would rather have and that has other students.
    justified_envy : int
        Those in which one of the others has a lower standing with the mentor, whether or not the mentor has a free seat
        (Abdulkadiroglu and Sonmez 2003).
    wasted : int
        Those in which the mentor has a free seat.
    withheld : int
        Groups that were left out because they are too small to be told.
    """

    groups: tuple[FairnessGroup, ...]
    bearers: tuple[Bearer, ...]
    envy: int
    justified_envy: int
    wasted: int
    withheld: int = 0

    def of(self, attribute: str) -> tuple[FairnessGroup, ...]:
        """Return the groups of one attribute."""
        return tuple(group for group in self.groups if group.attribute == attribute)

    @property
    def half_is_borne_by(self) -> int:
        """How few mentors take half of all students that the school placed."""
        amounts = np.array([bearer.coordinated for bearer in self.bearers], np.int64)
        return int(np.searchsorted(np.cumsum(amounts), (amounts.sum() + 1) // 2)) + 1 if amounts.any() else 0

    def as_data(self) -> dict[str, Any]:
        """Return plain data for JSON or a page."""
        return {
            "groups": [_plain(group) for group in self.groups],
            "bearers": [_plain(bearer) for bearer in self.bearers],
            "half_is_borne_by": self.half_is_borne_by,
            "envy": self.envy,
            "justified_envy": self.justified_envy,
            "wasted": self.wasted,
            "withheld": self.withheld,
        }


def fairness_account(
    result: Result, *, attributes: Sequence[str] = tuple(ATTRIBUTES), smallest: int = 1
) -> FairnessAccount:
    """Return who got what.

    Parameters
    ----------
    result : Result
        With a matching.
    attributes : sequence of str
        Student attributes to tell groups by; those that the market does not have are left out.
    smallest : int
        Groups of fewer students are left out, and with them as many others of the attribute as it takes to keep them
        from being found by subtraction.

    Raises
    ------
    NoMatchingError
        When the result has no matching.

    Notes
    -----
    O(pairs + students x groups).
    """
    if result.matching is None:
        raise NoMatchingError(Text(zh="没有匹配结果,无从统计。", en="There is no matching to give an account of."))
    market, matching = result.problem.market, result.matching
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
    envied = wishes & (matching.load > 0)[market.mentor]
    worst_student = np.zeros(market.num_mentors, np.int64)
    np.maximum.at(worst_student, market.mentor[matching.pairs], market.mentor_rank[matching.pairs])
    justified = envied & (market.mentor_rank < worst_student[market.mentor])
    fate = _fates(matching, np.flatnonzero(envied), np.flatnonzero(justified))
    groups, withheld = [fate.of("all", "", np.ones(market.num_students, bool))], 0
    for name in attributes:
        attribute = market.student_attributes.get(name)
        if attribute is None or not len(attribute.labels):
            continue
        labels = attribute.labels
        order = sorted(range(len(labels)), key=lambda code: school_order(labels[code]))
        member = attribute.membership(labels)
        found = [fate.of(name, labels[code], member[:, code]) for code in order]
        without: BoolArray = np.asarray(~member.any(axis=1))
        if without.any():
            found.append(fate.of(name, "", without))
        told = _told_groups(found, smallest)
        groups += told
        withheld += len(found) - len(told)
    return FairnessAccount(
        groups=tuple(groups),
        bearers=_bearers(matching),
        envy=int(envied.sum()),
        justified_envy=int(justified.sum()),
        wasted=int((wishes & ~is_full).sum()),
        withheld=withheld,
    )


def _plain(item: FairnessGroup | Bearer) -> dict[str, Any]:
    return {
        name: list(value) if isinstance(value := getattr(item, name), tuple) else value for name in type(item).__slots__
    }


def _told_groups(groups: list[FairnessGroup], smallest: int) -> list[FairnessGroup]:
    """Leave out groups that are too small, and others until those cannot be found by subtraction."""
    by_size = sorted(groups, key=lambda group: group.students)
    hidden = [group for group in by_size if group.students < smallest]
    while hidden and len(hidden) < len(groups) and sum(group.students for group in hidden) < smallest:
        hidden.append(by_size[len(hidden)])
    return [group for group in groups if group not in hidden]


@dataclass(frozen=True, eq=False)
class _Fates:
    """What became of each student.

    Parameters
    ----------
    best : int64 array of shape (n,)
        The best rank that it has, 0 for none.
    asked, current, placed, envious, wronged : bool arrays of shape (n,)
    worst_rank : int
        Of the market.
    """

    best: IntArray
    asked: BoolArray
    current: BoolArray
    placed: BoolArray
    envious: BoolArray
    wronged: BoolArray
    worst_rank: int

    def of(self, attribute: str, value: str, member: BoolArray) -> FairnessGroup:
        """Count the students of a group."""
        without = member & (self.best == 0)
        got = self.best[member & (self.best > 0)]
        return FairnessGroup(
            attribute=attribute,
            value=value,
            students=int(member.sum()),
            asked=int((member & self.asked).sum()),
            ranks=tuple(np.bincount(self.best[member], minlength=self.worst_rank + 1)[1:].tolist()),
            kept=int((without & self.placed & self.current).sum()),
            coordinated=int((without & self.placed & ~self.current).sum()),
            unplaced=int((member & ~self.placed).sum()),
            envious=int((member & self.envious).sum()),
            wronged=int((member & self.wronged).sum()),
            mean_rank=float(got.mean()) if len(got) else None,
        )


def _fates(matching: Matching, envied: IntArray, justified: IntArray) -> _Fates:
    market = matching.market
    best = np.full(market.num_students, 2**30, np.int64)
    rank = market.student_rank[matching.pairs]
    listed = rank > 0
    np.minimum.at(best, market.student[matching.pairs][listed], rank[listed])
    best[best == 2**30] = 0
    held_before = matching.pairs[market.pair_flag("current")[matching.pairs]]
    return _Fates(
        best=best,
        asked=_flagged(market.num_students, market.student[market.is_choice]),
        current=_flagged(market.num_students, market.student[held_before]),
        placed=matching.degree > 0,
        envious=_flagged(market.num_students, market.student[envied]),
        wronged=_flagged(market.num_students, market.student[justified]),
        worst_rank=int(market.student_rank.max(initial=0)),
    )


def _flagged(number: int, index: IntArray) -> BoolArray:
    flags = np.zeros(number, bool)
    flags[index] = True
    return flags


def _bearers(matching: Matching) -> tuple[Bearer, ...]:
    market = matching.market
    pairs = matching.pairs
    listed = market.student_rank[pairs] > 0
    had = market.pair_flag("current")[pairs]
    chosen, kept, given = (
        np.bincount(market.mentor[pairs[part]], minlength=market.num_mentors)
        for part in (listed, ~listed & had, ~listed & ~had)
    )
    order = np.argsort(-given, kind="stable")
    return tuple(
        Bearer(
            mentor=market.mentor_ids[j],
            seats=int(market.mentor_upper[j]),
            students=int(matching.load[j]),
            chosen=int(chosen[j]),
            kept=int(kept[j]),
            coordinated=int(given[j]),
        )
        for j in order.tolist()
        if market.mentor_upper[j] > 0
    )


def _worst_ranks(matching: Matching) -> IntArray:
    """Return the rank that each student would have to beat: 2**30 for an unlisted mentor, 2**31 for a free place."""
    market = matching.market
    rank = np.where(market.student_rank > 0, market.student_rank, 2**30)[matching.pairs]
    worst = np.zeros(market.num_students, np.int64)
    np.maximum.at(worst, market.student[matching.pairs], rank)
    worst[matching.degree < market.student_quota] = 2**31
    return worst
