"""1 + X : N: one in-school lead, externals and students in groups, drawn as a picture."""

import sys
import tempfile
from datetime import date
from pathlib import Path

import numpy as np

import mentormatch as mm
from mentormatch.base.text import Text
from mentormatch.constraints import Coverage, Quotas
from mentormatch.objectives import RankTotal
from mentormatch.teams.groups.external import External
from mentormatch.teams.groups.plan import GroupPlan
from mentormatch.teams.groups.problem import GroupProblem
from mentormatch.teams.groups.solve import solve_group_problem
from mentormatch.teams.groups.tables import group_cards, group_lines, name_of
from mentormatch.teams.picture import write_group_picture

rng = np.random.default_rng(7)
market = mm.Market.from_choices(np.array([rng.permutation(6)[:3] for _ in range(48)]), mentor_upper=np.full(6, 16))
externals = [
    External(external_id="doctor", max_groups=2, times=frozenset({"Mon"}), valid_to=date(2025, 8, 20)),
    External(external_id="lawyer", max_groups=2, times=frozenset({"Fri"}), valid_to=date(2025, 8, 20)),
    External(external_id="weaver", fixed_lead=2, valid_to=date(2024, 10, 20)),
]
problem = GroupProblem(
    mm.Problem(market, [Quotas(), Coverage()], [RankTotal()]),
    GroupPlan(first_day=date(2024, 11, 11), last_day=date(2025, 1, 20)),
    externals=externals,
    fit=rng.integers(0, 4, (48, 3)),
    lead_times={0: frozenset({"Mon"}), 1: frozenset({"Fri"}), 2: frozenset()},
)
result = solve_group_problem(problem)
print("\n".join(group_lines(result, "en")))
for group in result.groups:
    print(name_of(group), group.externals, len(group.students), [text.en for text in group.missing])

folder = Path(sys.argv[1] if len(sys.argv) > 1 else tempfile.mkdtemp())
write_group_picture(group_cards(result, "en"), folder / "groups.svg", Text(zh="成长小组", en="Groups"), "en")
print("picture:", folder / "groups.svg")
