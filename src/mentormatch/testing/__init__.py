"""The common suite that any rule and any stage must pass, ours or a third party's.

A rule says the same thing three times: as rows for engines, as `violations` for the checker, and in words for people.
The suite finds out whether the three agree, by trying every matching of a small market.
"""

from mentormatch.testing.constraint_suite import CONSTRAINT_CHECKS, check_constraint
from mentormatch.testing.matchings import MAX_MATCHINGS, all_matchings, shuffled
from mentormatch.testing.stage_suite import STAGE_CHECKS, check_stage

__all__ = [
    "CONSTRAINT_CHECKS",
    "MAX_MATCHINGS",
    "STAGE_CHECKS",
    "all_matchings",
    "check_constraint",
    "check_stage",
    "shuffled",
]
