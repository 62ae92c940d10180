"""Parts of somebody else's package: what a school's own programmer would write, outside mentormatch."""

from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from mentormatch.base.parameter import said
from mentormatch.base.text import Text
from mentormatch.constraints import Constraint, Violation, WeakStability
from mentormatch.constraints.binding import known_attribute
from mentormatch.formulation.rows import grouped_rows
from mentormatch.formulation.terms import LinearTerm, StageForm
from mentormatch.mechanisms.own_mechanism import own_mechanism
from mentormatch.objectives import Stage


class MostBoys(Constraint):
    """A mentor takes at most `most` boys."""

    kind: Literal["most_boys"] = "most_boys"
    public = True
    most: Annotated[int, said("每名导师至多几名男生", "at most so many boys", "各校不同", "schools differ")] = Field(
        default=1, ge=0
    )

    def check(self, market) -> None:
        known_attribute(market, "gender", self.kind)

    def rows(self, market):
        boys = market.student_attributes["gender"].membership(("male",)).any(axis=1)
        at, k = np.flatnonzero(boys[market.student]), market.num_mentors

        def label(j):
            return Text(f"导师 {market.mentor_ids[j]} 的男生名额。", f"Boys of mentor {market.mentor_ids[j]}.")

        bounds = {"lower": np.zeros(k), "upper": np.full(k, self.most)}
        return (grouped_rows(self.kind, at, market.mentor[at], label=label, mentors=np.arange(k), **bounds),)

    def violations(self, market, pairs, scope=None):
        gender = market.student_attributes["gender"]
        found = []
        for mentor in (scope or market).mentors if scope else market.mentor_ids:
            boys = [s for s in pairs.students_of(mentor) if "male" in gender.values(market.student_index(s))]
            if len(boys) > self.most:
                text = Text(f"导师 {mentor} 带 {len(boys)} 名男生。", f"Mentor {mentor} has {len(boys)} boys.")
                found.append(Violation(self.kind, text, len(boys) - self.most, mentors=(mentor,)))
        return tuple(found)

    def describe(self):
        return Text(f"每名导师至多带 {self.most} 名男生。", f"A mentor takes at most {self.most} boys.")


class Harmony(WeakStability):
    """Weak stability under a name of their own."""

    kind: Literal["harmony"] = "harmony"


class Alphabet(Stage):
    """Students whose mentor comes early in the alphabet."""

    kind: Literal["alphabet"] = "alphabet"
    words = Text("导师编号靠后的程度", "how late mentors come in the alphabet")

    def forms(self, market):
        return (StageForm(self.kind, (LinearTerm(_places(market)[market.mentor]),)),)

    def values(self, market, matching):
        return (int(sum(_places(market)[market.mentor_index(mentor)] for _, mentor in matching.ids())),)

    def describe(self):
        return Text("导师编号靠前的优先", "mentors early in the alphabet first")


def _places(market):
    return np.argsort(np.argsort(np.array(market.mentor_ids))).astype(np.int64)


def in_order(market):
    """Students choose one after the other, by id."""
    left, pairs = dict(zip(market.mentor_ids, market.mentor_upper.tolist(), strict=True)), []
    for i in np.argsort(np.array(market.student_ids)).tolist():
        mine = [p for p in market.pairs_of_student(i).tolist() if market.student_rank[p] > 0]
        for pair in sorted(mine, key=lambda p: market.student_rank[p]):
            mentor = market.mentor_ids[market.mentor[pair]]
            if left[mentor]:
                left[mentor] -= 1
                pairs.append((market.student_ids[i], mentor))
                break
    return pairs


IN_ORDER = own_mechanism(in_order, text=Text("按学号依次选择。", "Students choose by id, one after the other."))
