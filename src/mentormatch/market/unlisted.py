"""What mentors think of students who did not list them: no pairs, but priorities that students may trade.

A pair that the student does not want is no pair of a `Market`, so nobody is ever matched by it. What the mentor thinks
of the student is kept here all the same: in top trading cycles a student trades the priority at a mentor for a seat at
another, and a student who had to list the mentor in order to have the priority would gain by a false list.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from mentormatch.base.arrays import BoolArray, IntArray
from mentormatch.base.errors import MarketError
from mentormatch.market.checked_arrays import as_array, check_range
from mentormatch.market.preference_lists import Id

if TYPE_CHECKING:
    from mentormatch.market.market import Market


@dataclass(frozen=True, eq=False, kw_only=True)
class Unlisted:
    """Priorities outside the pairs of a market.

    Parameters
    ----------
    student, mentor : int32 arrays of shape (u,)
        Indices: the mentor would take the student, and the student did not list the mentor. Sorted by student, then
        mentor; no pair of the market.
    mentor_rank : int32 array of shape (u,)
        Rank that the mentor gives to the student, 1 = best.
    rank_of_rest : int32 array of shape (k,)
        Rank that each mentor gives to every student with whom it has no entry and no pair: 1 for a mentor that is
        silent and takes anybody equally; 0 for one that would not take them, or of whom nobody knows.
    """

    student: IntArray
    mentor: IntArray
    mentor_rank: IntArray
    rank_of_rest: IntArray

    def __post_init__(self) -> None:
        for name in ("student", "mentor", "mentor_rank", "rank_of_rest"):
            object.__setattr__(self, name, as_array(getattr(self, name), np.dtype(np.int32), name))
        if not len(self.student) == len(self.mentor) == len(self.mentor_rank):
            raise MarketError("'student', 'mentor' and 'mentor_rank' of unlisted priorities must have one length.")

    def check(self, num_students: int, num_mentors: int) -> None:
        """Raise `MarketError` where an entry names nobody of the market, or a rank is none."""
        check_range(self.student, num_students, "unlisted.student")
        check_range(self.mentor, num_mentors, "unlisted.mentor")
        if len(self.mentor_rank) and int(self.mentor_rank.min()) < 1:
            raise MarketError("'unlisted.mentor_rank' must be 1 or more.")
        if len(self.rank_of_rest) != num_mentors or int(self.rank_of_rest.min(initial=0)) < 0:
            raise MarketError(f"'unlisted.rank_of_rest' must have {num_mentors} entries, none below 0.")


def silent(is_silent: BoolArray) -> Unlisted:
    """Return the priorities where some mentors take anybody equally, and nothing is known of the others.

    Parameters
    ----------
    is_silent : bool array of shape (k,)
    """
    nobody = np.zeros(0, np.int32)
    return Unlisted(student=nobody, mentor=nobody, mentor_rank=nobody, rank_of_rest=is_silent.astype(np.int32))


def unlisted_of_lists(
    students: Mapping[Any, Mapping[Any, int] | None],
    mentors: Mapping[Any, Mapping[Any, int] | None],
    student_ids: Sequence[Id],
    mentor_ids: Sequence[Id],
) -> Unlisted:
    """Return the priorities that the lists of mentors hold and the lists of students do not.

    Parameters
    ----------
    students, mentors : mapping of id to ranks by id
        As `mentormatch.market.preference_lists.ranks_of_lists` returns them: None for who is silent. A mentor that is
        missing is silent.
    student_ids, mentor_ids : sequence of ids
        In index order.
    """
    at = {student_id: i for i, student_id in enumerate(student_ids)}
    entries = sorted(
        (at[student_id], j, rank)
        for j, mentor_id in enumerate(mentor_ids)
        for student_id, rank in (mentors.get(mentor_id) or {}).items()
        if (wishes := students[student_id]) is not None and mentor_id not in wishes
    )
    table = np.array(entries, np.int64).reshape(-1, 3)
    return Unlisted(
        student=table[:, 0],
        mentor=table[:, 1],
        mentor_rank=table[:, 2],
        rank_of_rest=np.array([mentors.get(mentor_id) is None for mentor_id in mentor_ids], np.int64),
    )


def mentors_that_would_take(market: "Market", student: int) -> tuple[IntArray, IntArray]:
    """Return the mentors with whom a student has no pair and who would take the student, and the ranks they give.

    Parameters
    ----------
    market : Market
    student : int
        Index.

    Returns
    -------
    mentors, ranks : int64 arrays
        Mentors ascending.
    """
    known = market.unlisted
    if known is None:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    rank = known.rank_of_rest.astype(np.int64)
    mine = known.student == student
    rank[known.mentor[mine]] = known.mentor_rank[mine]
    rank[market.mentor[market.pairs_of_student(student)]] = 0
    mentors = np.flatnonzero(rank)
    return mentors, rank[mentors]


def relisted(market: "Market", student: int, ranks: dict[int, int]) -> "Market":
    """Return a market in which one student has another list, and the mentors know nothing of it.

    Parameters
    ----------
    market : Market
    student : int
        Index.
    ranks : dict of int to int
        Mentor index to rank, 1 = best. Every mentor has a pair with the student, or would take the student.

    Returns
    -------
    Market
        Pairs that the student no longer lists stay with the rank 0. Pair attributes are zero or False where a pair is
        new.

    Raises
    ------
    MarketError
        When a mentor would not take the student.
    """
    mine = market.pairs_of_student(student)
    has = market.mentor[mine].tolist()
    others, theirs = mentors_that_would_take(market, student)
    place = dict(zip(others.tolist(), theirs.tolist(), strict=True))
    new = sorted(set(ranks) - set(has))
    if not set(new) <= set(place):
        raise MarketError("A student can list mentors only that would take the student.")
    rank = market.student_rank.copy()
    rank[mine] = [ranks.get(mentor, 0) for mentor in has]
    if not new:
        return market.replace(student_rank=rank)
    at = int(mine[0]) + np.searchsorted(has, new) if len(mine) else np.full(len(new), market.student_start[student])
    # The priorities of the student stand among the pairs now.
    known = market.unlisted or silent(np.zeros(market.num_mentors, bool))
    keep = ~((known.student == student) & np.isin(known.mentor, new))
    return market.replace(
        student=np.insert(market.student, at, student),
        mentor=np.insert(market.mentor, at, new),
        student_rank=np.insert(rank, at, [ranks[mentor] for mentor in new]),
        mentor_rank=np.insert(market.mentor_rank, at, [place[mentor] for mentor in new]),
        pair_attributes={name: np.insert(values, at, 0) for name, values in market.pair_attributes.items()},
        unlisted=Unlisted(
            student=known.student[keep],
            mentor=known.mentor[keep],
            mentor_rank=known.mentor_rank[keep],
            rank_of_rest=known.rank_of_rest,
        ),
    )
