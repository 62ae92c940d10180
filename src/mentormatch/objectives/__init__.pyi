# Written by tools/stubs.py from the files of this folder.
from mentormatch.objectives.agreement import Agreement as Agreement
from mentormatch.objectives.agreement import Criterion as Criterion
from mentormatch.objectives.class_evenness import ClassEvenness as ClassEvenness
from mentormatch.objectives.egalitarian import Egalitarian as Egalitarian
from mentormatch.objectives.fewest_blocking_pairs import FewestBlockingPairs as FewestBlockingPairs
from mentormatch.objectives.fewest_blocking_students import FewestBlockingStudents as FewestBlockingStudents
from mentormatch.objectives.fewest_changes import FewestChanges as FewestChanges
from mentormatch.objectives.fewest_moves import FewestMoves as FewestMoves
from mentormatch.objectives.first_choices import FirstChoices as FirstChoices
from mentormatch.objectives.generous import Generous as Generous
from mentormatch.objectives.granted_requests import GrantedRequests as GrantedRequests
from mentormatch.objectives.leximin import Leximin as Leximin
from mentormatch.objectives.load_balance import LoadBalance as LoadBalance
from mentormatch.objectives.locality import Locality as Locality
from mentormatch.objectives.lowest_standing import LowestStanding as LowestStanding
from mentormatch.objectives.mentor_rank_total import MentorRankTotal as MentorRankTotal
from mentormatch.objectives.minimum_regret import MinimumRegret as MinimumRegret
from mentormatch.objectives.nash_welfare import NashWelfare as NashWelfare
from mentormatch.objectives.pair_weight import PairWeight as PairWeight
from mentormatch.objectives.placed_students import PlacedStudents as PlacedStudents
from mentormatch.objectives.rank_maximal import RankMaximal as RankMaximal
from mentormatch.objectives.rank_total import RankTotal as RankTotal
from mentormatch.objectives.registry import AnyStage as AnyStage
from mentormatch.objectives.sex_equality import SexEquality as SexEquality
from mentormatch.objectives.soft_rules import SoftRules as SoftRules
from mentormatch.objectives.stage import Stage as Stage

STAGES: tuple[type[Stage], ...]
