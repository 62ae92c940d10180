"""Two-way choice alone: student-proposing deferred acceptance (Gale and Shapley 1962); nobody is placed unasked.

Ties of mentors are broken by one lottery that all mentors use, or by a draw of its own at each mentor. As a rule one
lottery gives more first choices; both keep truth-telling safe (Abdulkadiroglu, Pathak and Roth 2009).
"""

from mentormatch.base.text import Text
from mentormatch.mechanisms.choice_mechanism import choice_mechanism
from mentormatch.mechanisms.choice_round import stable_choice
from mentormatch.mechanisms.properties import claims
from mentormatch.solvers.stable.deferred_acceptance import ENGINE

_CLAIMS = claims(
    strategy_proof=(True, "Dubins and Freedman 1981; Roth 1982"),
    stable=(True, "Gale and Shapley 1962"),
    efficient=(False, "Roth 1982; Abdulkadiroglu and Sonmez 2003"),
    most_placed=(False, "Manlove, Irving, Iwama, Miyazaki and Morita 2002"),
    most_first_choices=(False, "Kojima and Unver 2014"),
)

MECHANISM = choice_mechanism(
    "deferred_acceptance",
    stable_choice,
    text=Text(zh="只做双向选择,不统筹。", en="Two-way choice alone; nobody is placed unasked."),
    claims=_CLAIMS,
    engine=ENGINE,
)

MULTIPLE = choice_mechanism(
    "deferred_acceptance_multiple",
    stable_choice,
    text=Text(
        zh="双向选择,同等条件时每位导师各自抽签。",
        en="Two-way choice; among equals every mentor draws lots of its own.",
    ),
    claims=_CLAIMS,
    tie_breaking="multiple",
    engine=ENGINE,
)
