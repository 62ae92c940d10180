"""Any model of preferences, told apart by its `kind`: what a study file may hold."""

from typing import Annotated

from pydantic import Field

from mentormatch.study.generators.models import Correlated, Euclidean, Mallows, MasterList, PopularMentors, Uniform
from mentormatch.study.generators.school_choice import Located, WalkZones

StudentModel = Annotated[
    Uniform | PopularMentors | Correlated | Euclidean | Mallows | MasterList | Located, Field(discriminator="kind")
]
MentorModel = Annotated[
    Uniform | PopularMentors | Correlated | Euclidean | Mallows | MasterList | Located | WalkZones,
    Field(discriminator="kind"),
]
