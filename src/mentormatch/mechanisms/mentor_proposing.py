"""Two-way choice in which the mentors propose: the stable matching that is best for mentors and worst for students."""

from mentormatch.base.arrays import IntArray
from mentormatch.base.text import Text
from mentormatch.mechanisms.ballots import Ballots
from mentormatch.mechanisms.choice_mechanism import choice_mechanism
from mentormatch.mechanisms.properties import claims
from mentormatch.solvers.stable.deferred_acceptance import ENGINE
from mentormatch.solvers.stable.deferred_acceptance import mentor_proposing as propose


def mentor_proposing(ballots: Ballots) -> IntArray:
    """Return the pairs of mentor-proposing deferred acceptance."""
    return propose(
        ballots.market,
        usable=ballots.usable,
        student_order=ballots.student_order,
        mentor_order=ballots.mentor_order,
        caps=ballots.caps,
    )


MECHANISM = choice_mechanism(
    "mentor_proposing",
    mentor_proposing,
    text=Text(zh="双向选择,由导师先提出。", en="Two-way choice in which the mentors propose."),
    claims=claims(
        strategy_proof=(False, "Roth 1982; Gale and Sotomayor 1985"),
        stable=(True, "Gale and Shapley 1962; Roth 1984"),
        efficient=(False, "Roth 1982"),
        most_placed=(False, "Manlove, Irving, Iwama, Miyazaki and Morita 2002"),
        most_first_choices=(False, "Kojima and Unver 2014"),
    ),
    engine=ENGINE,
)
