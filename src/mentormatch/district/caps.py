"""District caps: at most so many students over some mentors together, whatever school they come from."""

from collections.abc import Iterable
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from mentormatch.base.arrays import IntArray
from mentormatch.base.frozen_model import FrozenModel
from mentormatch.base.text import Text, clauses
from mentormatch.constraints.constraint import Constraint, Scope, Violation, everyone
from mentormatch.constraints.naming import Names
from mentormatch.formulation.rows import Rows, row
from mentormatch.market.market import Market
from mentormatch.market.matching import Pairs


class Cap(FrozenModel):
    """Most students over some mentors together."""

    is_part_of_rules: ClassVar[bool] = True

    name: str = Field(min_length=1, description="What the cap is called in messages.")
    mentors: Annotated[tuple[str | int, ...], Names("mentor")] = Field(description="Ids of mentors.", repr=False)
    upper: int = Field(ge=0, description="Most students that they take together.")


class DistrictCaps(Constraint):
    """Caps over sets of mentors: seats of a mentor whom schools share, or a district's total for external mentors.

    One set may hold another; sets that overlap otherwise are no bihierarchy, and then CP-SAT solves the problem.
    """

    kind: Literal["district_caps"] = "district_caps"
    caps: tuple[Cap, ...]

    @property
    def local(self) -> bool:
        """A cap over several mentors cannot be judged at one of them."""
        return all(len(cap.mentors) <= 1 for cap in self.caps)

    def rows(self, market: Market) -> tuple[Rows, ...]:
        """Return a row for each cap, in blocks of their own, because they may overlap."""
        return tuple(
            row(
                self.kind,
                _pairs_of(market, cap.mentors),
                lower=0,
                upper=cap.upper,
                label=_said(cap),
                mentor=market.mentor_index(cap.mentors[0]) if len(cap.mentors) == 1 else None,
            )
            for cap in self.caps
        )

    def violations(self, market: Market, pairs: Pairs, scope: Scope | None = None) -> tuple[Violation, ...]:
        """Return every cap that is exceeded."""
        touched = set(everyone(market, scope).mentors)
        found = []
        for cap in self.caps:
            if touched.isdisjoint(cap.mentors):
                continue
            has = sum(len(pairs.students_of(mentor)) for mentor in cap.mentors)
            if has > cap.upper:
                text = Text(
                    zh=f"“{cap.name}”共带 {has} 名学生,上限 {cap.upper} 名。",
                    en=f"'{cap.name}' has {has} students together, at most {cap.upper} allowed.",
                )
                found.append(Violation(self.kind, text, has - cap.upper, mentors=tuple(cap.mentors)))
        return tuple(found)

    def describe(self) -> Text:
        """Say the caps."""
        return clauses(_said(cap) for cap in self.caps)


def _said(cap: Cap) -> Text:
    return Text(
        zh=f"“{cap.name}”合计至多带 {cap.upper} 名学生。",
        en=f"'{cap.name}' takes at most {cap.upper} students together.",
    )


def _pairs_of(market: Market, mentors: Iterable[str | int]) -> IntArray:
    parts = [market.pairs_of_mentor(market.mentor_index(mentor)) for mentor in mentors]
    return np.sort(np.concatenate([*parts, np.zeros(0, np.int64)]).astype(np.int64))
