"""The stages of the lexicographic objective: one a file, and an explicit tuple of them."""

from typing import Annotated

from pydantic import Field

from mentormatch.objectives.coverage import PlacedStudents
from mentormatch.objectives.fewest_changes import FewestChanges
from mentormatch.objectives.fewest_moves import FewestMoves
from mentormatch.objectives.generous import Generous
from mentormatch.objectives.load_balance import LoadBalance
from mentormatch.objectives.locality import Locality
from mentormatch.objectives.minimum_regret import MinimumRegret
from mentormatch.objectives.rank_maximal import RankMaximal
from mentormatch.objectives.rank_total import RankTotal
from mentormatch.objectives.soft_rules import SoftRules
from mentormatch.objectives.stage import Stage

STAGES: tuple[type[Stage], ...] = (
    PlacedStudents,
    FewestChanges,
    FewestMoves,
    RankTotal,
    RankMaximal,
    Generous,
    MinimumRegret,
    LoadBalance,
    Locality,
    SoftRules,
)

AnyStage = Annotated[
    PlacedStudents
    | FewestChanges
    | FewestMoves
    | RankTotal
    | RankMaximal
    | Generous
    | MinimumRegret
    | LoadBalance
    | Locality
    | SoftRules,
    Field(discriminator="kind"),
]
"""Any stage, told apart by its `kind`: what a rules file may hold."""

__all__ = [
    "STAGES",
    "AnyStage",
    "FewestChanges",
    "FewestMoves",
    "Generous",
    "LoadBalance",
    "Locality",
    "MinimumRegret",
    "PlacedStudents",
    "RankMaximal",
    "RankTotal",
    "SoftRules",
    "Stage",
]
