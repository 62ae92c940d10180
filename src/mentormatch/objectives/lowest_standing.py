"""Lowest standing: those who lose the pair that a given matching gave them stand lowest at their mentor."""

from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from mentormatch.base.arrays import IntArray
from mentormatch.base.parameter import said
from mentormatch.base.text import Text
from mentormatch.constraints.rule_id import RuleId
from mentormatch.formulation.terms import ConvexTerm, LinearTerm, StageForm
from mentormatch.market.market import Market
from mentormatch.market.matching import Matching
from mentormatch.objectives.kept_pairs import base_positions
from mentormatch.objectives.stage import Stage


class LowestStanding(Stage):
    """Minimise, over the pairs of a base matching that are given up, how many of the base stand lower at the mentor.

    After `FewestMoves` it settles who moves: whoever goes while somebody of the same mentor stands lower counts once
    for each of them. Of two students who could go in each other's place the one of lower standing goes.
    """

    kind: Literal["lowest_standing"] = "lowest_standing"
    words = Text(zh="被改动而排位并非最后的情形", en="moved ahead of somebody of lower standing")
    base: Annotated[
        tuple[tuple[RuleId, RuleId], ...],
        said(
            "第一轮的师生名单",
            "the pairs of student and mentor of round one",
            "由两轮机制给出",
            "the mechanism of two rounds fills it in",
        ),
    ] = Field(repr=False)

    def forms(self, market: Market) -> tuple[StageForm, ...]:
        """Return one level; `RulesError` for an unknown id and for a base pair that is no candidate."""
        at = base_positions(self.kind, market, self.base)
        weight = _lower_at_mentor(market.mentor[at], market.mentor_rank[at])
        cost = np.zeros(market.num_pairs, np.int64)
        cost[at] = -weight
        nothing = np.zeros(0, np.int64)
        constant = ConvexTerm(np.zeros(1, np.int64), nothing, nothing, int(weight.sum()))
        return (StageForm(self.kind, (LinearTerm(cost), constant)),)

    def values(self, market: Market, matching: Matching) -> tuple[int, ...]:
        """Return the sum over the pairs that were given up."""
        rank = {}
        for student_id, mentor_id in self.base:
            pair = market.pair_index(student_id, mentor_id)
            if pair is not None:
                rank[student_id, mentor_id] = int(market.mentor_rank[pair])
        lost = [ends for ends in rank if ends[1] not in matching.mentors_of(ends[0])]
        of_mentor: dict[object, list[int]] = {}
        for (_, mentor_id), mine in rank.items():
            of_mentor.setdefault(mentor_id, []).append(mine)
        return (sum(sum(other > rank[ends] for other in of_mentor[ends[1]]) for ends in lost),)

    def describe(self) -> Text:
        """Say the stage."""
        return Text(
            zh="确需变动时,先变动在该导师处排位最后的学生",
            en="whoever must move stands lowest at the mentor",
        )


def _lower_at_mentor(mentor: IntArray, rank: IntArray) -> IntArray:
    """Return for each entry how many entries of its mentor have a worse rank."""
    span = int(rank.max(initial=0)) + 2
    key = mentor.astype(np.int64) * span + rank
    ordered = np.sort(key)
    end = np.searchsorted(ordered, (mentor.astype(np.int64) + 1) * span)
    lower: IntArray = end - np.searchsorted(ordered, key, side="right")
    return lower
