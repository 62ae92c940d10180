"""Growth groups: a class in groups of four or five, friends together, balanced by gender and boarding."""

import sys
import tempfile
from pathlib import Path

from mentormatch.base.text import Text
from mentormatch.teams.growth.problem import GrowthProblem
from mentormatch.teams.growth.solve import growth_groups
from mentormatch.teams.picture import Card, write_group_picture

students = [f"s{i:02}" for i in range(18)]
problem = GrowthProblem(
    students=students,
    size_min=4,
    size_max=5,
    attributes={
        "gender": {s: "f" if i % 3 else "m" for i, s in enumerate(students)},
        "boarding": {s: "yes" for i, s in enumerate(students) if i % 4 == 0},
    },
    together=[("s00", "s03"), ("s05", "s06")],
    apart=[("s00", "s06"), ("s01", "s02")],
)
result = growth_groups(problem)
print(result.status, [(stage.name, stage.value, stage.proven) for stage in result.stages])
cards = []
for number, group in enumerate(result.groups, start=1):
    print(number, group)
    cards.append(Card(f"group {number}", (), [str(s) for s in group]))
folder = Path(sys.argv[1] if len(sys.argv) > 1 else tempfile.mkdtemp())
write_group_picture(cards, folder / "growth.svg", Text(zh="成长小组", en="Growth groups"), "en")
print("picture:", folder / "growth.svg")
