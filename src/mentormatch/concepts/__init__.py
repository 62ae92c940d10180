"""Solution concepts of two-sided and one-sided matching, one a file: a market in, a checked `Result` out.

Each concept is a problem of rules and stages, so the same engines solve it, the same checker checks it, and a rule of
your own can be added: take ``result.problem`` and `Problem.replace`. ``docs/concepts`` has a page for each.
"""

from mentormatch.concepts.all_stable import StableMatchings, all_stable
from mentormatch.concepts.almost_stable import fewest_blocking_pairs, fewest_blocking_students
from mentormatch.concepts.couples import stable_with_couples
from mentormatch.concepts.egalitarian import egalitarian
from mentormatch.concepts.envy_free import envy_free
from mentormatch.concepts.kiraly import kiraly
from mentormatch.concepts.lattice import StableLattice, stable_lattice
from mentormatch.concepts.maximum_stable import maximum_stable
from mentormatch.concepts.maximum_weight import maximum_weight, maximum_weight_stable
from mentormatch.concepts.minimum_regret import minimum_regret, minimum_regret_stable
from mentormatch.concepts.one_side_optimal import mentor_optimal, student_optimal
from mentormatch.concepts.pareto_optimal import pareto_optimal
from mentormatch.concepts.popular import popular, popular_two_sided
from mentormatch.concepts.rank_profiles import generous, greedy, rank_maximal
from mentormatch.concepts.sex_equal import sex_equal
from mentormatch.concepts.stable import strongly_stable, super_stable, weakly_stable
from mentormatch.concepts.topics import stable_with_topics
from mentormatch.concepts.welfare import leximin, nash

__all__ = [
    "StableLattice",
    "StableMatchings",
    "all_stable",
    "egalitarian",
    "envy_free",
    "fewest_blocking_pairs",
    "fewest_blocking_students",
    "generous",
    "greedy",
    "kiraly",
    "leximin",
    "maximum_stable",
    "maximum_weight",
    "maximum_weight_stable",
    "mentor_optimal",
    "minimum_regret",
    "minimum_regret_stable",
    "nash",
    "pareto_optimal",
    "popular",
    "popular_two_sided",
    "rank_maximal",
    "sex_equal",
    "stable_lattice",
    "stable_with_couples",
    "stable_with_topics",
    "strongly_stable",
    "student_optimal",
    "super_stable",
    "weakly_stable",
]
