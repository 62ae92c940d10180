"""Market: the compiled candidate graph in numpy arrays. The only place where ids become indices."""

from bisect import bisect_left
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, SupportsIndex, TypeVar, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mentormatch.base.arrays import BoolArray, IndexArray, IntArray, frozen, group_starts, stable_order
from mentormatch.base.doors import COUNT, MAPPING, SEQUENCE, optional, takes
from mentormatch.base.errors import MarketError
from mentormatch.base.text import Text
from mentormatch.market.attribute import Attribute
from mentormatch.market.checked_arrays import as_array, bounds, check_range, integers, per_side, size_of_side
from mentormatch.market.checked_market import MAX_QUOTA, MAX_RANK, check_market
from mentormatch.market.graph import graph_of
from mentormatch.market.preference_lists import Id, Tiers, check_known, ranks_of_lists, sorted_ids
from mentormatch.market.unlisted import Unlisted, silent, unlisted_of_lists

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["MAX_QUOTA", "MAX_RANK", "Id", "Market", "Tiers"]


# A mapping's keys are taken as they are: one of ids that are texts is no mapping of ids to a type checker.
_TABLES = ("student_attributes", "mentor_attributes", "pair_attributes")
_S = TypeVar("_S", bound=Id)
_M = TypeVar("_M", bound=Id)
_Q = TypeVar("_Q", bound=Id)


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Market:
    """Students, mentors and the pairs between them, immutable.

    Build one with `from_preferences`, `from_arrays` or `from_choices`, with `read_glasgow`, or from a
    `Roster` with `market_from_roster`. The arrays are read-only; pairs are sorted by student, then mentor,
    and ids are sorted, so the same data in any row order gives the same market.

    Parameters
    ----------
    student_ids, mentor_ids : sequence of hashable
        Ids in index order (a `range` for markets made from arrays).
    student, mentor : int32 array of shape (m,)
        The two ends of every pair, as indices.
    student_rank : int32 array of shape (m,)
        Rank the student gives to the mentor, 1 = best, equal ranks are a tie; 0 where the student did not
        list the mentor (a placement pair).
    mentor_rank : int32 array of shape (m,)
        Rank the mentor gives to the student, 1 = best, equal ranks are a tie. A silent mentor has one tie.
    student_quota : int64 array of shape (n,)
        Most mentors a student takes.
    mentor_lower, mentor_upper : int64 array of shape (k,)
        Fewest and most students a mentor takes.
    student_attributes, mentor_attributes : mapping of str to Attribute
        Categorical properties, by name.
    pair_attributes : mapping of str to array of shape (m,)
        Facts about pairs, by name (``current``, ``locked``, ``locality``, ``student_veto``, ...).
    bystanders : frozenset of ids
        Mentors who take no part and whom a rule about two people may name all the same: an external, an older pupil.
    unlisted : Unlisted, optional
        What mentors think of students with whom they have no pair, because the students did not list them. Nobody is
        matched by it, but top trading cycles are safe for students only where it is known.
    """

    student_ids: Sequence[Id]
    mentor_ids: Sequence[Id]
    student: IndexArray
    mentor: IndexArray
    student_rank: IndexArray
    mentor_rank: IndexArray
    student_quota: IntArray
    mentor_lower: IntArray
    mentor_upper: IntArray
    student_attributes: Mapping[str, Attribute] = field(default_factory=dict)
    mentor_attributes: Mapping[str, Attribute] = field(default_factory=dict)
    pair_attributes: Mapping[str, NDArray[Any]] = field(default_factory=dict)
    bystanders: frozenset[Id] = frozenset()
    unlisted: Unlisted | None = None

    def __post_init__(self) -> None:
        for name in ("student", "mentor", "student_rank", "mentor_rank"):
            object.__setattr__(self, name, as_array(getattr(self, name), np.dtype(np.int32), name))
        for name in ("student_quota", "mentor_lower", "mentor_upper"):
            object.__setattr__(self, name, as_array(getattr(self, name), np.dtype(np.int64), name))
        for name in ("student_attributes", "mentor_attributes"):
            object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))
        facts = {name: np.asarray(values) for name, values in self.pair_attributes.items()}
        object.__setattr__(self, "pair_attributes", MappingProxyType(facts))
        check_market(self)

    def __repr__(self) -> str:
        return (
            f"Market({self.num_students} students, {self.num_mentors} mentors, {self.num_pairs} pairs, "
            f"{int(self.mentor_upper.sum())} seats)"
        )

    # Read-only mappings do not pickle, and workers of a process pool need markets.
    def __getstate__(self) -> dict[str, Any]:
        return {f.name: dict(v) if isinstance(v := getattr(self, f.name), Mapping) else v for f in fields(self)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        for name, value in state.items():
            object.__setattr__(self, name, value)
        self.__post_init__()

    # -- construction -------------------------------------------------------------------------------------

    @classmethod
    @takes(
        num_students=COUNT,
        num_mentors=COUNT,
        student_ids=SEQUENCE,
        mentor_ids=SEQUENCE,
        unlisted=optional(Unlisted, Text(zh="Unlisted", en="an Unlisted")),
        **dict.fromkeys(_TABLES, MAPPING),
    )
    def from_arrays(
        cls,
        student: ArrayLike,
        mentor: ArrayLike,
        *,
        student_rank: ArrayLike,
        mentor_rank: ArrayLike | None = None,
        mentor_upper: ArrayLike = 1,
        mentor_lower: ArrayLike = 0,
        student_quota: ArrayLike = 1,
        num_students: int | None = None,
        num_mentors: int | None = None,
        student_ids: Sequence[Id] | None = None,
        mentor_ids: Sequence[Id] | None = None,
        student_attributes: Mapping[str, Attribute] | None = None,
        mentor_attributes: Mapping[str, Attribute] | None = None,
        pair_attributes: Mapping[str, ArrayLike] | None = None,
        unlisted: Unlisted | None = None,
    ) -> "Market":
        """Build a market from one entry per pair, in any order.

        Parameters
        ----------
        student, mentor : integer array of shape (m,)
            Indices of the two ends of each pair. A pair may stand once only.
        student_rank, mentor_rank : integer array of shape (m,)
            Ranks as in the class; `mentor_rank` None leaves every mentor silent.
        mentor_upper, mentor_lower, student_quota : integer or integer array
            Quotas; one number stands for all.
        num_students, num_mentors : int, optional
            Sizes, where they are larger than the largest index says.
        student_ids, mentor_ids : sequence, optional
            Ids in index order, kept in that order; default ``range(n)``.
        unlisted : Unlisted, optional
            Priorities outside the pairs; where every mentor is silent, everybody else is as good, too.

        Raises
        ------
        MarketError
            For anything that does not describe a market, with the first offending position.

        Notes
        -----
        O(m) when the pairs come sorted by student and mentor, O(m log m) otherwise.
        """
        ends_s, ends_m = integers(student, "student"), integers(mentor, "mentor")
        n = size_of_side(num_students, student_ids, ends_s, "student")
        k = size_of_side(num_mentors, mentor_ids, ends_m, "mentor")
        columns: dict[str, NDArray[Any]] = {
            "student_rank": integers(student_rank, "student_rank"),
            "mentor_rank": np.ones(len(ends_s), np.int32)
            if mentor_rank is None
            else integers(mentor_rank, "mentor_rank"),
        }
        extra = {name: np.array(values) for name, values in (pair_attributes or {}).items()}
        for name, values in (("mentor", ends_m), *columns.items(), *extra.items()):
            if values.shape != ends_s.shape:
                raise MarketError(
                    f"'{name}' must have one entry per pair, shape {ends_s.shape}; got shape {values.shape}."
                )
        check_range(ends_s, n, "student")
        check_range(ends_m, k, "mentor")
        key = ends_s.astype(np.int64) * max(k, 1) + ends_m
        if len(key) and not (key[1:] > key[:-1]).all():
            order = np.argsort(key, kind="stable")
            key, ends_s, ends_m = key[order], ends_s[order], ends_m[order]
            columns = {name: values[order] for name, values in columns.items()}
            extra = {name: values[order] for name, values in extra.items()}
            repeated = np.flatnonzero(key[1:] == key[:-1])
            if len(repeated):
                s, m = divmod(int(key[repeated[0]]), k)
                who = s if student_ids is None else repr(student_ids[s])
                whom = m if mentor_ids is None else repr(mentor_ids[m])
                raise MarketError(f"The pair of student {who} and mentor {whom} stands more than once.")
        return cls(
            student_ids=range(n) if student_ids is None else student_ids,
            mentor_ids=range(k) if mentor_ids is None else mentor_ids,
            student=ends_s,
            mentor=ends_m,
            student_rank=columns["student_rank"],
            mentor_rank=columns["mentor_rank"],
            student_quota=per_side(student_quota, n, "student_quota"),
            mentor_lower=per_side(mentor_lower, k, "mentor_lower"),
            mentor_upper=per_side(mentor_upper, k, "mentor_upper"),
            student_attributes=student_attributes or {},
            mentor_attributes=mentor_attributes or {},
            pair_attributes=extra,
            unlisted=silent(np.ones(k, bool)) if mentor_rank is None and unlisted is None else unlisted,
        )

    @classmethod
    def from_choices(
        cls,
        choices: ArrayLike,
        *,
        mentor_upper: ArrayLike,
        mentor_lower: ArrayLike = 0,
        mentor_rank: ArrayLike | None = None,
    ) -> "Market":
        """Build a market from a matrix of choices.

        Parameters
        ----------
        choices : integer array of shape (n, L)
            ``choices[i, r]`` is the mentor that student ``i`` ranks ``r + 1``; -1 where there is none.
        mentor_upper, mentor_lower : integer array of shape (k,)
            Quotas; their length gives the number of mentors.
        mentor_rank : integer array of shape (n, L), optional
            Rank that the chosen mentor gives to the student; None leaves mentors silent.
        """
        matrix = integers(choices, "choices", ndim=2)
        upper = integers(mentor_upper, "mentor_upper")
        # Each row sorted by mentor is the whole table sorted by student and mentor.
        order = np.argsort(matrix, axis=1, kind="stable")
        mentor = np.take_along_axis(matrix, order, axis=1)
        listed = mentor >= 0
        theirs = None if mentor_rank is None else integers(mentor_rank, "mentor_rank", ndim=2)
        if theirs is not None and theirs.shape != matrix.shape:
            raise MarketError(f"'mentor_rank' must have the shape of 'choices', {matrix.shape}; got {theirs.shape}.")
        return cls.from_arrays(
            np.repeat(np.arange(len(matrix)), listed.sum(axis=1)),
            mentor[listed],
            student_rank=order[listed] + 1,
            mentor_rank=None if theirs is None else np.take_along_axis(theirs, order, axis=1)[listed],
            mentor_upper=upper,
            mentor_lower=mentor_lower,
            num_students=len(matrix),
            num_mentors=len(upper),
        )

    @classmethod
    def from_preferences(
        cls,
        students: Mapping[_S, Any],
        mentors: Mapping[_M, Any] | None = None,
        *,
        quotas: Mapping[_Q, int] | Mapping[_Q, tuple[int, int]] | Mapping[_Q, int | tuple[int, int]] | int = 1,
    ) -> "Market":
        """Build a market from dictionaries of preferences.

        Parameters
        ----------
        students : mapping of student id to sequence
            Mentors from best to worst. A list, set or tuple inside the sequence is a tie:
            ``{"Ann": ["Lee", ["Wu", "Xu"]]}``. A student with None is silent: it takes every mentor that takes it, all
            equally. An empty sequence wants nobody.
        mentors : mapping of mentor id to sequence, optional
            The same from the mentors' side. A mentor with a sequence finds every student that it does not
            list unacceptable; one that is missing, or None, is silent and takes anybody equally. Listing
            nobody (``[]``) accepts nobody. What it thinks of students who do not list it stays in `unlisted`.
        quotas : mapping of mentor id to int or (lower, upper), or int
            Seats; default one each. Mentors missing from the mapping have one.

        Raises
        ------
        MarketError
            For an id listed twice in one sequence, a sequence without an order of its own (a set, a dictionary), a
            mentor that lists an unknown student, or a quota for an unknown mentor.

        Examples
        --------
        >>> market = Market.from_preferences({"s1": ["a", "b"], "s2": ["a"]}, {"a": ["s2", "s1"]})
        >>> market
        Market(2 students, 2 mentors, 3 pairs, 2 seats)
        """
        lists = ranks_of_lists(students, "student")
        replies = ranks_of_lists({} if mentors is None else mentors, "mentor")
        quota_of = cast("Mapping[Any, object]", quotas if isinstance(quotas, Mapping) else {})
        mentor_ids = sorted_ids({m for ranks in lists.values() if ranks for m in ranks} | replies.keys())
        student_ids = sorted_ids(lists)
        check_known((s for ranks in replies.values() if ranks for s in ranks), lists, "mentors", "student")
        check_known(quota_of, mentor_ids, "quotas", "mentor")
        mentor_index = {mid: j for j, mid in enumerate(mentor_ids)}
        pairs: list[tuple[int, int, int, int]] = []
        for i, sid in enumerate(student_ids):
            wishes = lists[sid]
            for mid, rank in (dict.fromkeys(mentor_ids, 1) if wishes is None else wishes).items():
                theirs = replies.get(mid)
                if theirs is None:
                    pairs.append((i, mentor_index[mid], rank, 1))
                elif sid in theirs:
                    pairs.append((i, mentor_index[mid], rank, theirs[sid]))
        table = np.array(pairs, np.int64).reshape(-1, 4)
        default = 1 if isinstance(quotas, Mapping) else quotas
        seats = [bounds(mid, quota_of.get(mid, default)) for mid in mentor_ids]
        return cls.from_arrays(
            table[:, 0],
            table[:, 1],
            student_rank=table[:, 2],
            mentor_rank=table[:, 3],
            mentor_lower=[low for low, _ in seats],
            mentor_upper=[up for _, up in seats],
            student_ids=student_ids,
            mentor_ids=mentor_ids,
            unlisted=unlisted_of_lists(lists, replies, student_ids, mentor_ids),
        )

    def replace(self, **changes: Any) -> "Market":
        """Return a market with some fields replaced (pairs keep their order)."""
        return replace(self, **changes)

    # -- sizes and views ----------------------------------------------------------------------------------

    @property
    def num_students(self) -> int:
        """Number of students."""
        return len(self.student_ids)

    @property
    def num_mentors(self) -> int:
        """Number of mentors."""
        return len(self.mentor_ids)

    @property
    def num_pairs(self) -> int:
        """Number of pairs."""
        return len(self.student)

    @cached_property
    def is_choice(self) -> BoolArray:
        """Bool array of shape (m,): the student listed the mentor."""
        return frozen(self.student_rank > 0)

    @cached_property
    def student_start(self) -> IntArray:
        """int64 array of shape (n + 1,): pairs of student ``i`` are ``student_start[i]:student_start[i + 1]``."""
        return frozen(group_starts(self.student, self.num_students))

    @cached_property
    def mentor_start(self) -> IntArray:
        """int64 array of shape (k + 1,): offsets of each mentor's pairs in `by_mentor`."""
        return frozen(group_starts(self.mentor, self.num_mentors))

    @cached_property
    def by_mentor(self) -> IndexArray:
        """int32 array of shape (m,): pairs sorted by mentor, then student."""
        return frozen(stable_order(self.mentor).astype(np.int32))

    @cached_property
    def placement_rank(self) -> int:
        """Rank that rank objectives count for a placement pair: one worse than the worst listed rank."""
        return int(self.student_rank.max(initial=0)) + 1

    def pairs_of_student(self, index: int) -> IntArray:
        """Return the positions of a student's pairs."""
        return np.arange(self.student_start[index], self.student_start[index + 1])

    def pairs_of_mentor(self, index: int) -> IndexArray:
        """Return the positions of a mentor's pairs."""
        return self.by_mentor[self.mentor_start[index] : self.mentor_start[index + 1]]

    def student_index(self, student_id: Id) -> int:
        """Return the index of a student id; `MarketError` when there is no such student."""
        return _index(self._student_index, student_id, "student")

    def mentor_index(self, mentor_id: Id) -> int:
        """Return the index of a mentor id; `MarketError` when there is no such mentor."""
        return _index(self._mentor_index, mentor_id, "mentor")

    def to_networkx(self) -> "nx.Graph[tuple[str, Any]]":
        """Return the market as a bipartite graph: nodes ``("student", id)`` and ``("mentor", id)``, edges with ranks.

        Nodes carry quotas and the attributes that are not confidential.

        Examples
        --------
        >>> graph = Market.from_preferences({"Ann": ["Lee", "Wu"]}).to_networkx()
        >>> graph.edges[("student", "Ann"), ("mentor", "Wu")]["student_rank"]
        2
        """
        return graph_of(self)

    def pair_index(self, student_id: Id, mentor_id: Id) -> int | None:
        """Return the position of a pair, or None where the two are no candidate pair."""
        if self.bystanders and isinstance(mentor_id, Hashable) and mentor_id in self.bystanders:
            return None
        i, j = self.student_index(student_id), self.mentor_index(mentor_id)
        low, high = int(self.student_start[i]), int(self.student_start[i + 1])
        # Lists are short: for one look-up the plain bisection beats numpy, which has its arguments to check.
        at = bisect_left(self.mentor, j, low, high)
        return at if at < high and self.mentor[at] == j else None

    def student_of(self, pair: SupportsIndex) -> Id:
        """Return the id of the student of a pair, given by its position."""
        return self.student_ids[int(self.student[pair])]

    def mentor_of(self, pair: SupportsIndex) -> Id:
        """Return the id of the mentor of a pair, given by its position."""
        return self.mentor_ids[int(self.mentor[pair])]

    def pair_flag(self, name: str) -> BoolArray:
        """Return a pair attribute as booleans of shape (m,); all False where the market does not have it."""
        values = self.pair_attributes.get(name)
        return np.zeros(self.num_pairs, bool) if values is None else cast("BoolArray", values.astype(bool))

    @cached_property
    def _student_index(self) -> Mapping[Id, int]:
        return {sid: i for i, sid in enumerate(self.student_ids)}

    @cached_property
    def _mentor_index(self) -> Mapping[Id, int]:
        return {mid: j for j, mid in enumerate(self.mentor_ids)}


def _index(table: Mapping[Id, int], key: Id, side: str) -> int:
    try:
        return table[key]
    except (KeyError, TypeError):  # what has no hash is no id
        zh = f"没有学号为 {key} 的学生。" if side == "student" else f"没有工号为 {key} 的导师。"
        raise MarketError(Text(zh=zh, en=f"There is no {side} with the id {key!r}.")) from None
