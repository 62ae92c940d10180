"""Head-teacher relief (班主任减额): whoever is head teacher of a class takes fewer students."""

from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from mentormatch.base.arrays import IntArray
from mentormatch.base.parameter import said
from mentormatch.base.text import Text
from mentormatch.constraints.binding import known_mentor_attribute, refused
from mentormatch.constraints.constraint import Constraint, Scope, Violation, everyone
from mentormatch.constraints.pair_facts import on_record
from mentormatch.constraints.per_mentor import capped_mentors, kept_seats
from mentormatch.formulation.rows import Rows
from mentormatch.market.market import MAX_QUOTA, Id, Market
from mentormatch.market.matching import Pairs


class HeadTeacherRelief(Constraint):
    """A head teacher takes at most its upper quota less `seats`, or as many as it has now if that is more.

    Reads the mentor attribute ``head_of``. Nobody loses its mentor to the relief: it takes effect as students leave.
    """

    kind: Literal["head_teacher_relief"] = "head_teacher_relief"
    scoping = "never"
    seats: Annotated[
        int,
        said(
            "班主任少带几名",
            "by how much a head teacher's quota is lower",
            "约为上限 15 名的八分之一",
            "about an eighth of the usual 15",
        ),
    ] = Field(default=2, ge=0, le=MAX_QUOTA)

    def check(self, market: Market) -> None:
        """Refuse a market that knows no head teachers, and a relief below a lower quota."""
        known_mentor_attribute(market, "head_of", self.kind)
        heads, cap = self._caps(market)
        below = np.flatnonzero(cap < market.mentor_lower[heads])
        if len(below):
            j = int(heads[below[0]])
            raise refused(
                self.kind,
                f"班主任 {market.mentor_ids[j]} 减额后至多带 {cap[below[0]]} 名,少于下限 {market.mentor_lower[j]}。",
                f"head teacher {market.mentor_ids[j]!r} takes at most {cap[below[0]]} with the relief, less than its "
                f"lower quota {market.mentor_lower[j]}.",
                maybe=Text(zh="减少 seats,或降低该导师的下限。", en="lower 'seats', or the quota."),
            )

    def _caps(self, market: Market) -> tuple[IntArray, IntArray]:
        """Return the head teachers and the most students of each."""
        leads = market.mentor_attributes["head_of"]
        heads = np.flatnonzero(np.diff(leads.start) > 0)
        return heads, kept_seats(market, heads, np.full(len(heads), self.seats))

    def rows(self, market: Market) -> tuple[Rows, ...]:
        """Return a row for each head teacher."""
        heads, cap = self._caps(market)
        return (
            capped_mentors(
                self.kind,
                market,
                heads,
                cap,
                label=lambda r: _label(market.mentor_ids[heads[r]], int(cap[r])),
            ),
        )

    def violations(self, market: Market, pairs: Pairs, scope: Scope | None = None) -> tuple[Violation, ...]:
        """Return every head teacher with too many students."""
        had: dict[int, int] = {}
        for mentor in market.mentor[on_record(market)].tolist():
            had[mentor] = had.get(mentor, 0) + 1
        found = []
        for mentor_id in everyone(market, scope).mentors:
            j = market.mentor_index(mentor_id)
            if not market.mentor_attributes["head_of"].values(j):
                continue
            upper, has = int(market.mentor_upper[j]), len(pairs.students_of(mentor_id))
            most = max(upper - self.seats, min(had.get(j, 0), upper), 0)
            if has > most:
                label = _label(mentor_id, most)
                text = Text(zh=f"{label.zh[:-1]},实有 {has} 名。", en=f"{label.en[:-1]}; it has {has}.")
                found.append(Violation(self.kind, text, has - most, mentors=(mentor_id,)))
        return tuple(found)

    def describe(self) -> Text:
        """Say the rule."""
        return Text(
            zh=f"班主任少带 {self.seats} 名学生,已带的除外。",
            en=f"Head teachers take {self.seats} students fewer, but keep those that they have.",
        )


def _label(mentor_id: Id, most: int) -> Text:
    return Text(
        zh=f"班主任 {mentor_id} 至多带 {most} 名学生。", en=f"Head teacher {mentor_id} takes at most {most} students."
    )
