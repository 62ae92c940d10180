"""Two policies on one random market: how many first choices, how many blocking pairs."""

import numpy as np

import mentormatch as mm
from mentormatch.constraints import Quotas, WeakStability
from mentormatch.objectives import PlacedStudents, RankMaximal, RankTotal

rng = np.random.default_rng(1)
choices = np.array([rng.permutation(20)[:5] for _ in range(200)])
market = mm.Market.from_choices(choices, mentor_upper=np.full(20, 11), mentor_rank=rng.integers(1, 100, choices.shape))

policies = {
    "stable": mm.Problem(market, [Quotas(), WeakStability()]),
    "total rank": mm.Problem(market, [Quotas()], [PlacedStudents(), RankTotal()]),
    "rank-maximal": mm.Problem(market, [Quotas()], [RankMaximal()]),
}
for name, problem in policies.items():
    result = mm.solve(problem)
    assert result.matching is not None
    print(f"{name:13} {result.engine:20} {result.matching.rank_profile()} blocking pairs: {result.blocking_pairs}")
