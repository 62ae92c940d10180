"""Random instances with couples, like the published ones but of any size."""

import itertools

import numpy as np

from mentormatch.io.instances.glasgow_couples import CouplesInstance


def random_couples(residents: int, *, seed: int, shortest: int = 3, longest: int = 5) -> CouplesInstance:
    """Return an instance of so many residents, a fifth of them in couples.

    As many posts as residents, a tenth as many hospitals; singles list three to five hospitals, or as many as is said,
    couples up to ten pairs of them or as many as the square of their lists, and hospitals rank whoever listed them.
    """
    rng = np.random.default_rng((72, seed))
    hospitals, couples = residents // 10, residents // 10
    lists = {i: rng.permutation(hospitals)[: rng.integers(shortest, longest + 1)].tolist() for i in range(residents)}
    joint = {}
    for first in range(0, 2 * couples, 2):
        both = list(itertools.product(lists.pop(first), lists.pop(first + 1)))
        joint[first, first + 1] = [both[at] for at in rng.permutation(len(both))[: max(10, 2 * longest)]]
    asked: dict[int, set[int]] = {j: set() for j in range(hospitals)}
    for resident, mine in lists.items():
        for hospital in mine:
            asked[hospital].add(resident)
    for (one, other), choices in joint.items():
        for a, b in choices:
            asked[a].add(one)
            asked[b].add(other)
    ranked = {j: rng.permutation(sorted(who)).tolist() for j, who in asked.items()}
    return CouplesInstance.from_preferences(lists, joint, ranked, quotas=10)
