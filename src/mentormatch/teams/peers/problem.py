"""Peer mentors (学长制): a second market, senior to junior, beside the adults' and never instead of it.

A peer mentor is a student of the school that stands among the mentors with the kind ``peer`` under its student id. It
may take students of lower grades only, so that in a nine-year school juniors take primary pupils. The market knows
neither care levels nor care tags, and nobody's adult mentor depends on it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from mentormatch.base.text import Text
from mentormatch.constraints.constraint import Constraint
from mentormatch.constraints.vetoes import Vetoes
from mentormatch.market.market import Market
from mentormatch.problem.problem import Problem
from mentormatch.roster.roster import Roster
from mentormatch.school.candidates import market_from_roster

_FACTS = ("student_veto", "mentor_veto", "current", "locked", "unasked", "leaving", "transfer", "request_stands")

CARE = ("care_level", "care_tags")
"""Attributes of students that never reach a peer mentor."""


@dataclass(frozen=True, eq=False)
class PeerMarket:
    """The market of peer mentors.

    Parameters
    ----------
    market : Market
        Juniors and seniors; a pair only where the senior is at least `gap` grades above.
    left_out : mapping of mentor id to Text
        Peer mentors that take no part, and why.
    gap : int
    """

    market: Market
    left_out: Mapping[str, Text]
    gap: int


def peer_market(
    roster: Roster, *, rules: Sequence[Constraint] = (), gap: int = 1, on: date | None = None
) -> PeerMarket:
    """Compile the peers of a school.

    Parameters
    ----------
    roster : Roster
    rules : sequence of Constraint
        Those about two people (`mentormatch.teams.allowed_pairs.pair_rules`).
    gap : int
        How many grades a senior is above its junior at least; 1 or more.
    on : date, optional
        As in `market_from_roster`.

    Raises
    ------
    ValueError
        For a gap below 1: a peer of the same grade is not a senior.
    """
    if gap < 1:
        raise ValueError(f"gap must be at least 1. Got {gap} instead.")
    # Adults' pairings and requests are no concern of peers; their own pairings are what continues here.
    own = tuple(pairing.model_copy(update={"role": "primary"}) for pairing in roster.pairings if pairing.role == "peer")
    alone = roster.model_copy(update={"pairings": own, "change_requests": ()})
    whole = market_from_roster(alone, on=on, kinds=("peer",))
    students = roster.students_by_id
    grade = np.array([students[str(student)].grade_number for student in whole.student_ids], np.int64)
    senior = np.array([students[str(m)].grade_number if str(m) in students else 0 for m in whole.mentor_ids], np.int64)
    left_out = {
        str(mentor): Text(
            zh=f"学长 {mentor} 不在学生名单中,年级未知",
            en=f"peer {mentor} is not among the students: its grade is unknown",
        )
        for mentor in whole.mentor_ids
        if str(mentor) not in students
    }
    # Vetoes stay, with their reasons; what another rule about two people forbids is no pair here.
    forbidden = ~Problem(whole, [rule for rule in rules if not isinstance(rule, Vetoes)]).candidates
    keep = (senior[whole.mentor] - grade[whole.student] >= gap) & ~forbidden
    facts = {name: whole.pair_attributes[name][keep] for name in _FACTS}
    market = Market.from_arrays(
        whole.student[keep],
        whole.mentor[keep],
        student_rank=whole.student_rank[keep],
        mentor_rank=whole.mentor_rank[keep],
        mentor_upper=whole.mentor_upper,
        student_ids=whole.student_ids,
        mentor_ids=whole.mentor_ids,
        student_attributes={"grade": whole.student_attributes["grade"]},
        pair_attributes=facts,
    )
    return PeerMarket(market, left_out, gap)
