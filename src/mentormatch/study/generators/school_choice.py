"""Markets of school choice: where people live decides what they want and who has priority (Erdil and Ergin 2008)."""

from typing import Literal

import numpy as np
from pydantic import Field

from mentormatch.base.arrays import IntArray
from mentormatch.study.generators.models import BLOCK, FloatArray, Owners, PreferenceModel, Scores

# Of the distance of two points drawn uniformly from the unit square: what makes distances comparable with normals.
_MEAN, _DEVIATION = 0.5214, 0.2479


class Located(PreferenceModel):
    """Utility falls with the distance, and is a mix of a common value and an own one besides (Erdil and Ergin 2008).

    ``beta`` weighs the standardised distance, ``1 - beta`` the rest; of the rest ``alpha`` weighs the value that all
    owners see and ``1 - alpha`` the own one, both standard normal. Owners and others are points of the unit square, the
    same whichever side asks.
    """

    kind: Literal["located"] = "located"
    alpha: float = Field(default=0.5, ge=0, le=1, description="Weight of the common value.")
    beta: float = Field(default=0.5, ge=0, le=1, description="Weight of the distance.")

    def order(self, owners: Owners, owner: IntArray, other: IntArray) -> FloatArray:
        """Return minus utility."""
        mine, theirs = owners.positions(2)
        distance = np.sqrt(((mine[owner] - theirs[other]) ** 2).sum(axis=1))
        rng = owners.rng()
        common = rng.standard_normal(owners.num_others)
        return self._minus_utility(distance, common[other], rng.standard_normal(len(owner)))

    def _scores(self, owners: Owners) -> Scores:
        mine, theirs = owners.positions(2)
        rng = owners.rng()
        common = rng.standard_normal(owners.num_others)
        model = self

        class OfBlock(Scores):
            def __call__(self, block: IntArray) -> FloatArray:
                squares = (mine[block] ** 2).sum(axis=1)[:, None] + (theirs**2).sum(axis=1) - 2 * mine[block] @ theirs.T
                own = rng.standard_normal((len(block), owners.num_others), dtype=np.float32)
                return model._minus_utility(np.sqrt(np.maximum(squares, 0)), common, own)

        return OfBlock()

    def _minus_utility(self, distance: FloatArray, common: FloatArray, own: FloatArray) -> FloatArray:
        near, rest = (distance - _MEAN) / _DEVIATION, self.alpha * common + (1 - self.alpha) * own
        found: FloatArray = self.beta * near - (1 - self.beta) * rest
        return found


class WalkZones(PreferenceModel):
    """Coarse priorities: siblings within the walk zone, siblings, the walk zone, everybody else; ties within a class.

    As in Boston and New York (Abdulkadiroglu, Pathak, Roth and Sonmez 2005; Erdil and Ergin 2008). A student lives in
    the zones of the ``zones`` nearest mentors; ``siblings`` is the share of students who have a sibling with one
    mentor, any of them as likely. For mentors only: what students want is drawn by another model.
    """

    kind: Literal["walk_zones"] = "walk_zones"
    coarse = True
    zones: int = Field(default=1, ge=0, description="Mentors whose zone a student lives in, the nearest ones.")
    siblings: float = Field(default=0.1, ge=0, le=1, description="Share of students with a sibling.")

    def lists(self, owners: Owners, length: int) -> IntArray:
        """Refuse: classes are no list."""
        raise NotImplementedError("walk zones are priorities of mentors, no lists of students")

    def order(self, owners: Owners, owner: IntArray, other: IntArray) -> FloatArray:
        """Return the class of each pair, 0 the best."""
        mentors, students = owners.positions(2)
        rng = owners.rng()
        with_sibling = rng.random(owners.num_others) < self.siblings
        sibling_at = np.where(with_sibling, rng.integers(0, owners.num_owners, owners.num_others), -1)
        near = _nearest(students, mentors, min(self.zones, owners.num_owners))
        walks = (near[other] == owner[:, None]).any(axis=1) if near.shape[1] else np.zeros(len(owner), bool)
        found: FloatArray = 3.0 - 2.0 * (sibling_at[other] == owner) - walks
        return found


def _nearest(students: FloatArray, mentors: FloatArray, number: int) -> IntArray:
    """Return the nearest mentors of each student, shape (n, number), in no order."""
    if not number:
        return np.zeros((len(students), 0), np.int64)
    step = max(1, BLOCK // max(len(mentors), 1))
    parts = []
    for low in range(0, len(students), step):
        squares = (mentors**2).sum(axis=1) - 2 * students[low : low + step] @ mentors.T
        parts.append(np.argpartition(squares, number - 1, axis=1)[:, :number])
    return np.concatenate(parts)
