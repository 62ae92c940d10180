"""Who may be with whom in any role: the rules about two people, for mentors of every kind.

What groups, roles and peers have in common. The rules of the main matching that are about a role (quotas, consent,
coverage) stay there; those about two people reach everybody who mentors.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from mentormatch.base.arrays import BoolArray
from mentormatch.base.text import Text
from mentormatch.constraints.constraint import Constraint
from mentormatch.market.market import Market
from mentormatch.market.matching import Matching
from mentormatch.problem.problem import Problem
from mentormatch.roster.roster import Roster
from mentormatch.roster.vocabulary import MentorKind
from mentormatch.rules.defaults import rules_about_two, with_defaults
from mentormatch.rules.rules_file import Rules
from mentormatch.school.candidates import market_from_roster


def pair_rules(
    roster: Roster,
    kinds: Sequence[MentorKind],
    *,
    rules: Rules | None = None,
    on: date | None = None,
    until: date | None = None,
) -> tuple[Constraint, ...]:
    """Return the rules about two people that hold between students and mentors of some kinds.

    Parameters
    ----------
    roster : Roster
    kinds : sequence of {"in_school", "external", "peer"}
    rules : Rules, optional
        Those that the school wrote replace the default ones of their kind.
    on, until : date, optional
        The period in which an external's check must hold; by default to the end of the term.
    """
    written = () if rules is None else rules.dated(on).constraints
    everything = with_defaults(rules_about_two(roster, kinds, on, until=until), written)
    return tuple(rule for rule in everything if rule.about_two)


@dataclass(frozen=True, eq=False)
class AllowedPairs:
    """The pairs of people that no rule about the two keeps apart.

    Parameters
    ----------
    problem : Problem
        Students, mentors of some kinds, and the rules about two people.
    """

    problem: Problem

    @classmethod
    def of_school(
        cls,
        roster: Roster,
        kinds: Sequence[MentorKind],
        *,
        rules: Rules | None = None,
        on: date | None = None,
        until: date | None = None,
    ) -> "AllowedPairs":
        """Return the pairs of a school; parameters as in `pair_rules`."""
        market = market_from_roster(roster, on=on, kinds=kinds)
        return cls(Problem(market, pair_rules(roster, kinds, rules=rules, on=on, until=until)))

    @property
    def market(self) -> Market:
        """The market of the people."""
        return self.problem.market

    def allow(self, student_id: str, mentor_id: str) -> bool:
        """Tell whether the two may be together: the mentor is on duty, and no rule is against it."""
        pair = self.market.pair_index(student_id, mentor_id)
        return pair is not None and bool(self.problem.candidates[pair])

    def table(self, students: Sequence[str], mentors: Sequence[str]) -> BoolArray:
        """Return a bool array of shape (len(students), len(mentors)): who may be with whom."""
        market = self.market
        whole = np.zeros((market.num_students, market.num_mentors + 1), bool)
        whole[market.student, market.mentor] = self.problem.candidates
        # The last column stands for people whom the market does not know.
        place = {mentor_id: at for at, mentor_id in enumerate(market.mentor_ids)}
        rows = [market.student_index(student_id) for student_id in students]
        return whole[np.ix_(rows, [place.get(mentor_id, -1) for mentor_id in mentors])]

    def failures(self, pairs: Iterable[tuple[str, str]]) -> tuple[Text, ...]:
        """Return what is wrong with pairs, from the meaning of each rule and without its masks."""
        market, known, found = self.market, [], []
        for student_id, mentor_id in dict.fromkeys(pairs):
            if mentor_id in market.bystanders:
                continue
            if market.pair_index(student_id, mentor_id) is None:
                text = Text(
                    "{m} 当日不带学生,不能与 {s} 在一起。", "{m} takes nobody on the day and cannot be with {s}."
                )
                found.append(text.format(m=mentor_id, s=student_id))
            else:
                known.append((student_id, mentor_id))
        quota = np.full(market.num_students, market.num_mentors, np.int64)
        together = Matching.from_ids(market.replace(student_quota=quota), known)
        for rule in self.problem.constraints:
            found += [broken.text for broken in rule.violations(market, together) if not broken.soft]
        return tuple(found)
