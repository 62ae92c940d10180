"""Models of preferences that the theory compares mechanisms on, for either side of a market.

A model answers two questions: the lists of owners that choose among everybody (`lists`), and the order in which owners
rank those that they were given (`order`). Both are seeded and vectorised; lists of ten choices out of thousands are
drawn without ever making the matrix of all pairs where the model allows it.
"""

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from mentormatch.base.arrays import IntArray
from mentormatch.base.frozen_model import FrozenModel
from mentormatch.study.generators.best_of_many import best_of_normals

FloatArray = NDArray[np.floating]
SideName = Literal["student", "mentor"]

# Scores of all pairs are made for so many pairs at a time.
BLOCK = 4_000_000


@dataclass(frozen=True)
class Owners:
    """Whose preferences are drawn, and over how many.

    Parameters
    ----------
    side : {"student", "mentor"}
    num_owners, num_others : int
    seed : tuple of int
    """

    side: SideName
    num_owners: int
    num_others: int
    seed: tuple[int, ...]

    def rng(self) -> np.random.Generator:
        """Return the stream of this side."""
        return np.random.default_rng([*self.seed, 1 if self.side == "student" else 2])

    def positions(self, dimensions: int) -> tuple[FloatArray, FloatArray]:
        """Return the places of owners and others in the unit cube: the same people whichever side asks."""
        rng = np.random.default_rng([*self.seed, 3])
        owner_first = self.side == "student"
        sizes = (self.num_owners, self.num_others) if owner_first else (self.num_others, self.num_owners)
        students, mentors = (rng.random((size, dimensions)) for size in sizes)
        return (students, mentors) if owner_first else (mentors, students)


class PreferenceModel(FrozenModel):
    """The contract of a model.

    Attributes
    ----------
    coarse : bool
        Equal keys of `order` are ties, and there are many.
    """

    coarse: ClassVar[bool] = False

    def lists(self, owners: Owners, length: int) -> IntArray:
        """Return the best `length` others of each owner, best first, shape (num_owners, length)."""
        scores = self._scores(owners)
        step = max(1, BLOCK // max(owners.num_others, 1))
        parts = [
            _best(scores(np.arange(low, min(low + step, owners.num_owners))), length)
            for low in range(0, owners.num_owners, step)
        ]
        return np.concatenate(parts) if parts else np.zeros((0, length), np.int64)

    def order(self, owners: Owners, owner: IntArray, other: IntArray) -> FloatArray:
        """Return a key for each pair, smaller is better for its owner; it orders the others of one owner strictly."""
        raise NotImplementedError

    def _scores(self, owners: Owners) -> "Scores":
        raise NotImplementedError


class Scores:
    """Scores of all others for a block of owners, smaller is better."""

    def __call__(self, block: IntArray) -> FloatArray:
        """Return them, shape (len(block), num_others)."""
        raise NotImplementedError


class Uniform(PreferenceModel):
    """Every list is as likely as any other (impartial culture)."""

    kind: Literal["uniform"] = "uniform"

    def lists(self, owners: Owners, length: int) -> IntArray:
        """Draw without replacement."""
        return _distinct(owners, np.ones(owners.num_others), length)

    def order(self, owners: Owners, owner: IntArray, other: IntArray) -> FloatArray:
        """Draw a key for each pair."""
        return owners.rng().random(len(owner))


class PopularMentors(PreferenceModel):
    """Plackett-Luce lists: the log of an other's popularity is normal (Plackett 1975; Luce 1959).

    With sigma 0 it is the uniform model; with sigma 1 the most popular of 100 is about 12 times as popular as the
    median.
    """

    kind: Literal["popularity"] = "popularity"
    sigma: float = Field(default=1.0, ge=0)

    def lists(self, owners: Owners, length: int) -> IntArray:
        """Draw without replacement, in proportion to popularity."""
        return _distinct(owners, self._weight(owners), length)

    def order(self, owners: Owners, owner: IntArray, other: IntArray) -> FloatArray:
        """Let exponential clocks race: who rings first is best."""
        return owners.rng().standard_exponential(len(owner)) / self._weight(owners)[other]

    def _weight(self, owners: Owners) -> FloatArray:
        rng = np.random.default_rng([*owners.seed, 4, 1 if owners.side == "student" else 2])
        return np.exp(self.sigma * rng.standard_normal(owners.num_others))


class Correlated(PreferenceModel):
    """Utility is a mix of a value common to all owners and an own one, both normal (Abdulkadiroglu, Che, Yasuda 2015).

    With weight 0 everybody's taste is independent, with 1 all agree.
    """

    kind: Literal["correlated"] = "correlated"
    weight: float = Field(default=0.5, ge=0, le=1)

    def lists(self, owners: Owners, length: int) -> IntArray:
        """Draw what can be among the best alone where lists are short and there are many others."""
        if owners.num_owners * owners.num_others <= BLOCK or 3 * length > owners.num_others:
            return super().lists(owners, length)
        rng = owners.rng()
        value = self.weight * rng.standard_normal(owners.num_others)
        if self.weight == 1:
            return np.tile(np.argsort(-value, kind="stable")[:length], (owners.num_owners, 1))
        return best_of_normals(value, 1 - self.weight, owners.num_owners, length, rng)

    def order(self, owners: Owners, owner: IntArray, other: IntArray) -> FloatArray:
        """Return minus utility."""
        rng = owners.rng()
        common = rng.standard_normal(owners.num_others)
        return -(self.weight * common[other] + (1 - self.weight) * rng.standard_normal(len(owner)))

    def _scores(self, owners: Owners) -> Scores:
        rng, weight = owners.rng(), self.weight
        common = rng.standard_normal(owners.num_others)

        class OfBlock(Scores):
            def __call__(self, block: IntArray) -> FloatArray:
                own = rng.standard_normal((len(block), owners.num_others), dtype=np.float32)
                return -(np.float32(weight) * common.astype(np.float32) + np.float32(1 - weight) * own)

        return OfBlock()


class Euclidean(PreferenceModel):
    """Both sides are points in the unit cube, and the nearer is the better (Bogomolnaia and Laslier 2007)."""

    kind: Literal["euclidean"] = "euclidean"
    dimensions: int = Field(default=2, ge=1, le=10)

    def order(self, owners: Owners, owner: IntArray, other: IntArray) -> FloatArray:
        """Return the squared distance."""
        mine, theirs = owners.positions(self.dimensions)
        distance: FloatArray = ((mine[owner] - theirs[other]) ** 2).sum(axis=1)
        return distance

    def _scores(self, owners: Owners) -> Scores:
        mine, theirs = owners.positions(self.dimensions)

        class OfBlock(Scores):
            def __call__(self, block: IntArray) -> FloatArray:
                # |x - y|^2 without |x|^2, which is the same for all of one owner.
                squares: FloatArray = (theirs**2).sum(axis=1) - 2 * mine[block] @ theirs.T
                return squares

        return OfBlock()


class Mallows(PreferenceModel):
    """A list is the less likely the more pairs it orders otherwise than a common centre (Mallows 1957).

    The probability is proportional to ``phi`` to the number of such pairs: with 0 all lists are the centre, with 1 the
    model is uniform. Drawn stage by stage (Fligner and Verducci 1986); what a mentor orders are its applicants only, by
    a Mallows draw around the centre restricted to them.
    """

    kind: Literal["mallows"] = "mallows"
    phi: float = Field(default=0.8, ge=0, le=1)

    def lists(self, owners: Owners, length: int) -> IntArray:
        """Choose in each stage the v-th of the centre's others that are left, v truncated geometric."""
        rng = owners.rng()
        centre = rng.permutation(owners.num_others)
        taken = np.zeros((owners.num_owners, 0), np.int64)
        lists = np.empty((owners.num_owners, length), np.int64)
        for stage in range(length):
            at = _geometric(rng.random(owners.num_owners), self.phi, np.array(owners.num_others - stage))
            for column in taken.T:
                at = at + (at >= column)
            lists[:, stage] = centre[at]
            taken = np.sort(np.column_stack([taken, at]), axis=1)
        return lists

    def order(self, owners: Owners, owner: IntArray, other: IntArray) -> FloatArray:
        """Insert the others of each owner one by one (repeated insertion: Doignon, Pekec, Regenwetter 2004)."""
        rng = owners.rng()
        place = np.empty(owners.num_others, np.int64)
        place[rng.permutation(owners.num_others)] = np.arange(owners.num_others)
        by_centre = np.lexsort((place[other], owner))
        begins = np.flatnonzero(np.diff(owner[by_centre], prepend=-1))
        size = np.diff(begins, append=len(owner))
        before = np.arange(len(owner)) - np.repeat(begins, size)
        back = _geometric(rng.random(len(owner)), self.phi, before + 1)
        key = np.empty(len(owner))
        position = (before - back).tolist()
        for low, count in zip(begins.tolist(), size.tolist(), strict=True):
            ranking: list[int] = []
            for step in range(low, low + count):
                ranking.insert(position[step], step)
            key[by_centre[ranking]] = np.arange(count)
        return key


class MasterList(PreferenceModel):
    """All owners rank by one list; whom an owner lists at all is drawn uniformly (Irving, Manlove, Scott 2008)."""

    kind: Literal["master_list"] = "master_list"

    def lists(self, owners: Owners, length: int) -> IntArray:
        """Draw whom to list and order it by the master list."""
        place = self._place(owners)
        listed = _distinct(owners, np.ones(owners.num_others), length)
        return np.take_along_axis(listed, np.argsort(place[listed], axis=1), axis=1)

    def order(self, owners: Owners, owner: IntArray, other: IntArray) -> FloatArray:
        """Return the place on the master list."""
        return self._place(owners)[other].astype(np.float64)

    def _place(self, owners: Owners) -> IntArray:
        rng = np.random.default_rng([*owners.seed, 5, 1 if owners.side == "student" else 2])
        return rng.permutation(owners.num_others)


def _best(scores: FloatArray, length: int) -> IntArray:
    if length < scores.shape[1]:
        best = np.argpartition(scores, length - 1, axis=1)[:, :length]
    else:
        best = np.tile(np.arange(scores.shape[1]), (len(scores), 1))
    # Ascending first, so that ties fall the same way whatever the partition did.
    best.sort(axis=1)
    order = np.argsort(np.take_along_axis(scores, best, axis=1), axis=1, kind="stable")
    return np.take_along_axis(best, order, axis=1)


def _geometric(uniform: FloatArray, phi: float, size: IntArray) -> IntArray:
    """Return v in 0, ..., size - 1 with probability proportional to phi**v, by inversion."""
    if phi == 0:
        return np.zeros(uniform.shape, np.int64)
    value = uniform * size if phi == 1 else np.log1p(-uniform * -np.expm1(size * np.log(phi))) / np.log(phi)
    return np.clip(value.astype(np.int64), 0, size - 1)


def _distinct(owners: Owners, weight: FloatArray, length: int) -> IntArray:
    """Return the first `length` distinct others of a sequence of draws in proportion to weights."""
    rng, n, k = owners.rng(), owners.num_owners, owners.num_others
    if n * k <= BLOCK or 3 * length > k:
        step = max(1, BLOCK // max(k, 1))
        blocks = [min(step, n - low) for low in range(0, n, step)]
        parts = [_best(rng.standard_exponential((rows, k)) / weight, length) for rows in blocks]
        return np.concatenate(parts) if parts else np.zeros((0, length), np.int64)
    cumulative = np.cumsum(weight)
    cumulative /= cumulative[-1]
    lists = np.empty((n, length), np.int64)
    missing, drawn = np.arange(n), np.zeros((n, 0), np.int64)
    while len(missing):
        more = np.searchsorted(cumulative, rng.random((len(missing), length + 2)), side="right")
        drawn = np.column_stack([drawn, np.minimum(more, k - 1)])
        order = np.argsort(drawn, axis=1, kind="stable")
        ordered = np.take_along_axis(drawn, order, axis=1)
        is_first = np.empty(drawn.shape, bool)
        fresh = np.column_stack([np.ones(len(drawn), bool), ordered[:, 1:] != ordered[:, :-1]])
        np.put_along_axis(is_first, order, fresh, axis=1)
        is_first &= np.cumsum(is_first, axis=1) <= length
        done = is_first.sum(axis=1) == length
        lists[missing[done]] = drawn[done][is_first[done]].reshape(-1, length)
        missing, drawn = missing[~done], drawn[~done]
    return lists
