"""The common suites that any part must pass, ours or a third party's.

A rule says the same thing three times: as rows for engines, as `violations` for the checker, and in words for people.
The suite finds out whether the three agree, by trying every matching of a small market. The other suites are of the
same kind: what a part claims is compared with what its words mean, on everything that is small enough to be tried.
"""

from mentormatch.testing.constraint_suite import CONSTRAINT_CHECKS, check_constraint
from mentormatch.testing.engine_suite import ENGINE_CHECKS, check_engine, small_problems
from mentormatch.testing.format_suite import FORMAT_CHECKS, check_format
from mentormatch.testing.matchings import MAX_MATCHINGS, all_matchings, shuffled
from mentormatch.testing.mechanism_suite import MECHANISM_CHECKS, check_mechanism
from mentormatch.testing.small_choices import small_choice_markets
from mentormatch.testing.stage_suite import STAGE_CHECKS, check_stage
from mentormatch.testing.study_suites import GENERATOR_CHECKS, METRIC_CHECKS, check_generator, check_metric

__all__ = [
    "CONSTRAINT_CHECKS",
    "ENGINE_CHECKS",
    "FORMAT_CHECKS",
    "GENERATOR_CHECKS",
    "MAX_MATCHINGS",
    "MECHANISM_CHECKS",
    "METRIC_CHECKS",
    "STAGE_CHECKS",
    "all_matchings",
    "check_constraint",
    "check_engine",
    "check_format",
    "check_generator",
    "check_mechanism",
    "check_metric",
    "check_stage",
    "shuffled",
    "small_choice_markets",
    "small_problems",
]
