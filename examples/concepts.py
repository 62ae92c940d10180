"""What each solution concept makes of one market: how many it places, the ranks both sides get, who blocks."""

import numpy as np

import mentormatch as mm
from mentormatch import concepts

rng = np.random.default_rng(1)
N, K = 12, 4
students = {f"s{i:02}": [f"m{j}" for j in rng.permutation(K)[: rng.integers(1, K + 1)]] for i in range(N)}
mentors = {f"m{j}": [f"s{i:02}" for i in rng.permutation(N)] for j in range(K)}
market = mm.Market.from_preferences(students, mentors, quotas=3)
market = market.replace(pair_attributes={"utility": K + 1 - market.student_rank, "weight": market.mentor_rank})

WITHOUT_A_RESULT = {
    *("StableLattice", "StableMatchings", "stable_lattice", "all_stable"),
    *("stable_with_couples", "stable_with_topics"),
}
print(f"{'concept':26}{'placed':>7}{'students':>9}{'mentors':>8}{'block':>6}  engine")
for name in sorted(set(concepts.__all__) - WITHOUT_A_RESULT):
    result = getattr(concepts, name)(market)
    if result.matching is None:
        print(f"{name:26}{result.status:>7}")
        continue
    pairs = result.matched.pairs
    ours, theirs = int(market.student_rank[pairs].sum()), int(market.mentor_rank[pairs].sum())
    print(f"{name:26}{len(pairs):7}{ours:9}{theirs:8}{result.blocking_pairs:6}  {result.engine}")
lattice = concepts.stable_lattice(market)
print(f"stable matchings: {lattice.num_matchings}, rotations: {lattice.num_rotations}")
