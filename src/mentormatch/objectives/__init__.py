"""The stages of the lexicographic objective: one a file, and an explicit tuple of them."""

from typing import Annotated

from pydantic import Field

from mentormatch.objectives.agreement import Agreement, Criterion
from mentormatch.objectives.class_evenness import ClassEvenness
from mentormatch.objectives.coverage import PlacedStudents
from mentormatch.objectives.egalitarian import Egalitarian
from mentormatch.objectives.fewest_blocking_pairs import FewestBlockingPairs
from mentormatch.objectives.fewest_blocking_students import FewestBlockingStudents
from mentormatch.objectives.fewest_changes import FewestChanges
from mentormatch.objectives.fewest_moves import FewestMoves
from mentormatch.objectives.generous import Generous
from mentormatch.objectives.granted_requests import GrantedRequests
from mentormatch.objectives.leximin import Leximin
from mentormatch.objectives.load_balance import LoadBalance
from mentormatch.objectives.locality import Locality
from mentormatch.objectives.mentor_rank_total import MentorRankTotal
from mentormatch.objectives.minimum_regret import MinimumRegret
from mentormatch.objectives.nash_welfare import NashWelfare
from mentormatch.objectives.pair_weight import PairWeight
from mentormatch.objectives.rank_maximal import RankMaximal
from mentormatch.objectives.rank_total import RankTotal
from mentormatch.objectives.sex_equality import SexEquality
from mentormatch.objectives.soft_rules import SoftRules
from mentormatch.objectives.stage import Stage

STAGES: tuple[type[Stage], ...] = (
    PlacedStudents,
    FewestChanges,
    FewestMoves,
    GrantedRequests,
    RankTotal,
    RankMaximal,
    Generous,
    MinimumRegret,
    LoadBalance,
    Locality,
    ClassEvenness,
    Agreement,
    MentorRankTotal,
    Egalitarian,
    SexEquality,
    PairWeight,
    Leximin,
    NashWelfare,
    FewestBlockingPairs,
    FewestBlockingStudents,
    SoftRules,
)

AnyStage = Annotated[
    PlacedStudents
    | FewestChanges
    | FewestMoves
    | GrantedRequests
    | RankTotal
    | RankMaximal
    | Generous
    | MinimumRegret
    | LoadBalance
    | Locality
    | ClassEvenness
    | Agreement
    | MentorRankTotal
    | Egalitarian
    | SexEquality
    | PairWeight
    | Leximin
    | NashWelfare
    | FewestBlockingPairs
    | FewestBlockingStudents
    | SoftRules,
    Field(discriminator="kind"),
]
"""Any stage, told apart by its `kind`: what a rules file may hold."""

__all__ = [
    "STAGES",
    "Agreement",
    "AnyStage",
    "ClassEvenness",
    "Criterion",
    "Egalitarian",
    "FewestBlockingPairs",
    "FewestBlockingStudents",
    "FewestChanges",
    "FewestMoves",
    "Generous",
    "GrantedRequests",
    "Leximin",
    "LoadBalance",
    "Locality",
    "MentorRankTotal",
    "MinimumRegret",
    "NashWelfare",
    "PairWeight",
    "PlacedStudents",
    "RankMaximal",
    "RankTotal",
    "SexEquality",
    "SoftRules",
    "Stage",
]
