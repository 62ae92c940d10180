"""Rows: the one language between rules and engines.

A constraint never talks to a solver, and a solver never knows a constraint. Between them stand blocks of rows
over the pairs of the market, as numpy index arrays. A block holds all rows that one rule writes (one for each
student, say), because a million row objects would cost more than the solving.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import ArrayLike

from mentormatch.base.arrays import BoolArray, IndexArray, IntArray, frozen, group_starts
from mentormatch.base.short_repr import short_repr
from mentormatch.base.text import Text
from mentormatch.formulation.kinds import RowPart

Label = Callable[[int], Text]


@dataclass(frozen=True, eq=False, kw_only=True)
class Rows(RowPart):
    """A block of linear rows: ``lower <= coeffs . x[pairs] <= upper``.

    Parameters
    ----------
    rule : str
        The `kind` of the constraint that wrote it.
    start : int64 array of shape (r + 1,)
        Row ``i`` stands at ``start[i]:start[i + 1]`` of `pairs` and `coeffs`.
    pairs : integer array
        Positions of pairs of the market, distinct within a row.
    coeffs : int64 array, optional
        One for each entry of `pairs`; None means all are one.
    lower, upper : int64 array of shape (r,)
        Bounds on the row's activity.
    label : callable
        ``label(i)`` says row ``i`` in the user's words.
    penalty : int, optional
        None for a hard row. Otherwise the cost of each unit by which the activity misses its bounds, counted
        in the stage named `stage`.
    stage : str, optional
        Where a soft row is counted.
    students, mentors : int64 array of shape (r,), optional
        The student, or the mentor, that each row speaks of; one of the two at most. It is what the rule means, whatever
        pairs the row holds: a row of one pair, or of none, would not tell. A rule that is given up for a student loses
        the rows of that student; a cap that is raised at a mentor moves the rows of that mentor. Rows of neither, such
        as families and sets of mentors, stay as they are.
    confidential : bool
        Who stands in these rows is nobody's business (care, family, wishes about a person): their label is never told
        as the reason of a student's pair.
    """

    __repr__ = short_repr

    rule: str
    start: IntArray
    pairs: IntArray
    lower: IntArray
    upper: IntArray
    label: Label
    coeffs: IntArray | None = None
    penalty: int | None = None
    stage: str | None = None
    confidential: bool = False
    students: IntArray | None = None
    mentors: IntArray | None = None
    code: ClassVar[str] = "rows"
    words: ClassVar[Text] = Text(zh="有对配对计数的要求。", en="There are rows over pairs.")

    def __post_init__(self) -> None:
        for name in ("start", "pairs", "lower", "upper", "coeffs", "students", "mentors"):
            value = getattr(self, name)
            if value is not None:
                object.__setattr__(self, name, frozen(np.array(value, np.int64)))
        if self.start[0] != 0 or self.start[-1] != len(self.pairs) or len(self.start) != len(self.lower) + 1:
            raise ValueError("start must begin with 0, end with len(pairs) and have one entry more than lower")
        if self.lower.shape != self.upper.shape:
            raise ValueError("lower and upper must have the same shape")
        if self.coeffs is not None and self.coeffs.shape != self.pairs.shape:
            raise ValueError("coeffs must have one entry for each of pairs")
        if self.students is not None and self.mentors is not None:
            raise ValueError("a row speaks of a student or of a mentor, not of both")
        if any(who is not None and who.shape != self.lower.shape for who in (self.students, self.mentors)):
            raise ValueError("students and mentors must have one entry for each row")
        if (self.penalty is None) != (self.stage is None):
            raise ValueError("a soft row needs both a penalty and a stage, a hard row neither")
        if self.penalty is not None and self.penalty < 0:
            raise ValueError("a penalty must not be negative")

    def __len__(self) -> int:
        return len(self.lower)

    @property
    def owner(self) -> IntArray:
        """int64 array: the row that each entry of `pairs` stands in."""
        return np.repeat(np.arange(len(self)), np.diff(self.start))

    def some(self, kept: IntArray) -> "Rows":
        """Return some rows of the block, in ascending order."""
        position = np.full(len(self), -1, np.int64)
        position[kept] = np.arange(len(kept))
        owner = position[self.owner]
        at = owner >= 0
        return replace(
            self,
            start=group_starts(owner[at], len(kept)),
            pairs=self.pairs[at],
            lower=self.lower[kept],
            upper=self.upper[kept],
            coeffs=None if self.coeffs is None else self.coeffs[at],
            students=None if self.students is None else self.students[kept],
            mentors=None if self.mentors is None else self.mentors[kept],
            label=lambda i: self.label(int(kept[i])),
        )

    def activity(self, chosen: BoolArray) -> IntArray:
        """Return the activity of each row, int64 of shape (r,), for a bool array of shape (m,)."""
        weights = chosen[self.pairs].astype(np.int64)
        if self.coeffs is not None:
            weights *= self.coeffs
        total = np.zeros(len(weights) + 1, np.int64)
        np.cumsum(weights, out=total[1:])
        return total[self.start[1:]] - total[self.start[:-1]]

    def broken(self, chosen: BoolArray) -> IntArray:
        """Return the rows whose activity misses its bounds."""
        activity = self.activity(chosen)
        return np.flatnonzero((activity < self.lower) | (activity > self.upper))


def row(
    rule: str,
    pairs: ArrayLike,
    *,
    lower: int,
    upper: int,
    label: Text,
    coeffs: ArrayLike | None = None,
    penalty: int | None = None,
    stage: str | None = None,
    mentor: int | None = None,
) -> Rows:
    """Return a block of one row; `mentor` is the position of the mentor that it speaks of, if it does of one."""
    positions = np.asarray(pairs, np.int64)
    return Rows(
        rule=rule,
        start=np.array([0, len(positions)]),
        pairs=positions,
        lower=np.array([lower]),
        upper=np.array([upper]),
        label=lambda _: label,
        coeffs=None if coeffs is None else np.asarray(coeffs, np.int64),
        penalty=penalty,
        stage=stage,
        mentors=None if mentor is None else np.array([mentor]),
    )


def grouped_rows(
    rule: str,
    pairs: ArrayLike,
    group: ArrayLike,
    *,
    lower: ArrayLike,
    upper: ArrayLike,
    label: Label,
    penalty: int | None = None,
    stage: str | None = None,
    confidential: bool = False,
    students: ArrayLike | None = None,
    mentors: ArrayLike | None = None,
) -> Rows:
    """Return a block with one row for each group of pairs.

    Parameters
    ----------
    pairs, group : integer array of the same shape
        Pairs and the row (0..r-1) that each belongs to, in any order.
    lower, upper : integer array of shape (r,)
        Bounds; their length is the number of rows, and rows without pairs are kept.
    students, mentors : integer array of shape (r,), optional
        Of whom each row speaks, as in `Rows`.
    """
    positions, owner = np.asarray(pairs, np.int64), np.asarray(group, np.int64)
    low, high = np.asarray(lower, np.int64), np.asarray(upper, np.int64)
    if len(owner) and not (owner[1:] >= owner[:-1]).all():
        order = np.argsort(owner, kind="stable")
        positions, owner = positions[order], owner[order]
    return Rows(
        rule=rule,
        start=group_starts(owner, len(low)),
        pairs=positions,
        lower=low,
        upper=high,
        label=label,
        penalty=penalty,
        stage=stage,
        confidential=confidential,
        students=None if students is None else np.asarray(students, np.int64),
        mentors=None if mentors is None else np.asarray(mentors, np.int64),
    )


@dataclass(frozen=True, eq=False)
class Mask:
    """Pairs that do not exist under a unary rule, and why.

    Parameters
    ----------
    rule : str
        The `kind` of the constraint.
    pairs : integer array
        Positions of the pairs that are removed.
    reason : Text
        Why, in the user's words, true of each of these pairs.
    """

    __repr__ = short_repr

    rule: str
    pairs: IndexArray | IntArray
    reason: Text


@dataclass(frozen=True, eq=False)
class Stable(RowPart):
    """No blocking pair among these pairs; kept whole because engines exploit it.

    A pair of the list blocks when it is not matched, its student strictly prefers its mentor to what it has (a
    placement pair or nothing is worse than every listed rank), and its mentor has a free seat or strictly
    prefers the student to one it has. Only the market's upper quotas count as seats. Ties count as content.

    Parameters
    ----------
    pairs : integer array
        Positions of choice pairs.
    """

    __repr__ = short_repr

    pairs: IndexArray | IntArray
    kind: ClassVar[Literal["weak", "strong", "super"]] = "weak"
    code: ClassVar[str] = "stability"
    words: ClassVar[Text] = Text(zh="要求稳定匹配。", en="Stability is asked for.")


class StronglyStable(Stable):
    """A pair blocks also when one side strictly prefers and the other is indifferent (Irving, Manlove, Scott 2003).

    It implies the weak kind: what holds for weakly stable matchings holds for all.
    """

    __repr__ = short_repr

    kind: ClassVar[Literal["weak", "strong", "super"]] = "strong"
    code = "strong_stability"
    words = Text(zh="要求强稳定匹配。", en="Strong stability is asked for.")


class SuperStable(StronglyStable):
    """A pair blocks also when neither side prefers what it has (Irving, Manlove and Scott 2000)."""

    __repr__ = short_repr

    kind: ClassVar[Literal["weak", "strong", "super"]] = "super"
    code = "super_stability"
    words = Text(zh="要求超稳定匹配。", en="Super-stability is asked for.")


@dataclass(frozen=True, eq=False)
class EnvyFree(RowPart):
    """No justified envy among these pairs; kept whole like `Stable`.

    A pair of the list is one of envy when it is not matched, its student strictly prefers its mentor to what it has,
    and its mentor strictly prefers the student to one it has. A free seat may stay free.

    Parameters
    ----------
    pairs : integer array
        Positions of choice pairs.
    """

    __repr__ = short_repr

    pairs: IndexArray | IntArray
    code: ClassVar[str] = "envy"
    words: ClassVar[Text] = Text(zh="要求无正当嫉妒。", en="Freedom from envy is asked for.")


@dataclass(frozen=True, eq=False)
class Teams(RowPart):
    """Units that open or not: the rows of a closed team have activity 0, those of an open one keep their bounds.

    Where teams are counted, all coefficients are positive: a team is open when one of its pairs is matched.

    Parameters
    ----------
    rows : Rows
        One row for each team and kind of member.
    team : int64 array of shape (r,)
        The team (0..t-1) that each row belongs to.
    counts : tuple of Rows
        Blocks of rows over teams instead of pairs: an entry of their `pairs` is a team, their activity the number of
        open teams among them. Hard blocks bind; soft ones are counted in their stage, as a `TeamTerm`.
    """

    __repr__ = short_repr

    rows: Rows
    team: IntArray
    counts: tuple[Rows, ...] = ()
    code: ClassVar[str] = "teams"
    words: ClassVar[Text] = Text(zh="有整组规则。", en="There are teams.")

    def __post_init__(self) -> None:
        if self.counts and not self.can_be_counted:
            raise ValueError("teams that are counted must have positive coefficients")
        for count in self.counts:
            if count.coeffs is not None:
                raise ValueError("a count of teams has no coefficients")
            if len(count.pairs) and not 0 <= int(count.pairs.min()) <= int(count.pairs.max()) < self.num_teams:
                raise ValueError("a count names a team that has no row")

    @property
    def can_be_counted(self) -> bool:
        """Whether a team is open as soon as one of its pairs is matched."""
        return self.rows.coeffs is None or bool((self.rows.coeffs > 0).all())

    @property
    def num_teams(self) -> int:
        """Number of teams."""
        return int(self.team.max(initial=-1)) + 1

    def is_open(self, chosen: BoolArray) -> BoolArray:
        """Return which teams have a row with activity, bool of shape (t,), for a bool array of shape (m,)."""
        found = np.zeros(self.num_teams, bool)
        found[self.team[self.rows.activity(chosen) != 0]] = True
        return found
