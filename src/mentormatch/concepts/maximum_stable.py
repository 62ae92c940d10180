"""Maximum weakly stable: as many students as a weakly stable matching can place (MAX-HRT, MAX-SMTI)."""

from mentormatch.concepts.concept import Concept, concept
from mentormatch.constraints import WeakStability
from mentormatch.objectives import PlacedStudents


@concept
def maximum_stable() -> Concept:
    """Return a largest weakly stable matching.

    Without ties all stable matchings are of one size (Roth 1984). With ties NP-hard (Iwama et al. 1999; Manlove et al.
    2002) and hard to approximate; exact by CP-SAT after preprocessing, and `kiraly` has two thirds in linear time.
    """
    return Concept(rules=(WeakStability(),), stages=(PlacedStudents(),))
