"""A stage of every school, in the joint market: the schools' own values added up."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from pydantic import Field

from mentormatch.base.text import Text
from mentormatch.district.joint_rule import JOINED, joint_teams, not_joint
from mentormatch.district.part import Part
from mentormatch.formulation.kinds import Term
from mentormatch.formulation.terms import BottleneckTerm, ConvexTerm, LinearTerm, StageForm, TeamTerm
from mentormatch.market.market import Market
from mentormatch.market.matching import Matching
from mentormatch.objectives.stage import Stage
from mentormatch.problem.taken import not_taken


class JointStage(Stage):
    """The same stage of several schools: the sum of their values, or the worst where a stage is about the worst.

    Each school's value is what it is for the school alone, so that a school with longer lists counts its placements as
    dearly as it would alone.
    """

    kind: str
    parts: tuple[Any, ...] = Field(repr=False, description="Tuples of a `Part` and its stage.")

    @property
    def outranks_moves(self) -> bool:
        """Whether the stage does in a school."""
        return bool(self.parts[0][1].outranks_moves)

    def forms(self, market: Market) -> tuple[StageForm, ...]:
        """Return the levels; `UnsupportedError` where schools have different ones, or costs that do not add up."""
        levels = [(part, part.problem.forms_of(stage)) for part, stage in self.parts]
        names = {tuple(form.name for form in forms) for _, forms in levels}
        if len(names) > 1:
            raise not_joint(self.kind)
        return tuple(
            StageForm(
                form.name,
                _terms(self.kind, market, [(part, forms[place]) for part, forms in levels]),
                form.maximise,
            )
            for place, form in enumerate(levels[0][1])
        )

    def values(self, market: Market, matching: Matching) -> tuple[int, ...]:
        """Return the sum, or the worst, of the schools' values."""
        own = [stage.values(part.problem.market, part.matching(matching.chosen)) for part, stage in self.parts]
        combine = max if self.parts[0][1].of_several == "worst" else sum
        return tuple(combine(level) for level in zip(*own, strict=True))

    def describe(self) -> Text:
        """Say the stage as the first school says it."""
        text: Text = self.parts[0][1].describe()
        return text


def _terms(kind: str, market: Market, forms: Sequence[tuple[Part, StageForm]]) -> tuple[Term, ...]:
    """Return the terms of several schools over the joint market; plain costs as one array."""
    cost, level = np.zeros(market.num_pairs, np.int64), np.zeros(market.num_pairs, np.int64)
    teams: list[Term] = []
    beyond = not_taken(JOINED, stages=[form for _, form in forms])
    if beyond:
        raise not_joint(kind, beyond)
    kinds = {type(term) for _, form in forms for term in form.terms}
    for part, form in forms:
        for term in form.terms:
            if isinstance(term, LinearTerm):
                cost[part.pairs] += term.cost
            elif isinstance(term, BottleneckTerm):
                level[part.pairs] = np.maximum(level[part.pairs], term.level)
            elif isinstance(term, TeamTerm):
                teams.append(replace(term, teams=joint_teams(part, term.teams, market)))
    found: list[Term] = []
    if LinearTerm in kinds:
        found.append(LinearTerm(cost))
    if BottleneckTerm in kinds:
        found.append(BottleneckTerm(level))
    return (*found, *_joint_convex(forms), *teams)


def _joint_convex(forms: Sequence[tuple[Part, StageForm]]) -> tuple[Term, ...]:
    convex = [(part, term) for part, form in forms for term in form.terms if isinstance(term, ConvexTerm)]
    if not convex:
        return ()
    offset = np.cumsum([0, *(len(term.pairs) for _, term in convex)])
    joint = ConvexTerm(
        start=np.concatenate([[0], *(term.start[1:] + offset[at] for at, (_, term) in enumerate(convex))]),
        pairs=np.concatenate([part.pairs[term.pairs] for part, term in convex]),
        slopes=np.concatenate([term.slopes for _, term in convex]),
        offset=sum(term.offset for _, term in convex),
    )
    return (joint,)
