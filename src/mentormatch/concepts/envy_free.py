"""Envy-free with lower quotas: nobody is passed over for a student whom the mentor likes less."""

from mentormatch.concepts.concept import Concept, concept
from mentormatch.constraints import EnvyFreeness, Quotas
from mentormatch.objectives import PlacedStudents


@concept
def envy_free() -> Concept:
    """Return a largest envy-free matching within lower and upper quotas, or the status infeasible.

    Stable matchings that meet lower quotas need not exist; envy-free ones leave seats free instead (Wu and Roth 2018;
    Yokoi 2017). A largest one is the stable one where that meets the lower quotas; else finding it is NP-hard
    (Krishnaa, Limaye, Nasre and Nimbhorkar 2020), by CP-SAT.
    """
    return Concept(rules=(Quotas(), EnvyFreeness()), stages=(PlacedStudents(),))
