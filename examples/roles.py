"""N : 1: several mentors for one student, each in a role of its own."""

import sys
import tempfile
from pathlib import Path

from mentormatch.base.text import Text
from mentormatch.teams.picture import Card, write_group_picture
from mentormatch.teams.roles.problem import RoleDemand
from mentormatch.teams.roles.solve import solve_roles

demands = {
    "s1": {"primary": ["Lee", "Wu"], "psychology": ["Xu", "Lee"]},
    "s2": {"primary": ["Lee", "Wu"]},
    "s3": {"primary": ["Wu", "Lee"], "psychology": ["Xu"], "external": ["nurse"]},
}
quotas = {
    ("Lee", "primary"): 1,
    ("Lee", "psychology"): 1,
    ("Wu", "primary"): 2,
    ("Xu", "psychology"): 1,
    ("nurse", "external"): 1,
}
found = solve_roles(
    RoleDemand(
        demands=demands,
        quotas=quotas,
        mentors={("Lee", "primary"): ["s2", "s1", "s3"]},
        required=[("s3", "psychology")],
        current=[("s3", "primary", "Wu")],
    )
)
print(found.result.status, [(stage.name, stage.value, stage.proven) for stage in found.result.stages])
cards = []
for student, mentors in sorted(found.roles.items()):
    print(student, mentors)
    cards.append(Card(student, [f"{role}: {mentor}" for role, mentor in mentors.items()]))
folder = Path(sys.argv[1] if len(sys.argv) > 1 else tempfile.mkdtemp())
write_group_picture(cards, folder / "roles.svg", Text(zh="各角色的导师", en="Mentors by role"), "en")
print("picture:", folder / "roles.svg")
