"""Where markets of a study come from: schools after published figures, and the theory's models of preferences."""

from mentormatch.study.generators.district import COUNTY, PROVINCE, DrawnDistrict, SchoolMix, county, province
from mentormatch.study.generators.models import (
    Correlated,
    Euclidean,
    Mallows,
    MasterList,
    PopularMentors,
    PreferenceModel,
    Uniform,
)
from mentormatch.study.generators.profile import JUNIOR, PRIMARY, PROFILES, SENIOR, SchoolProfile
from mentormatch.study.generators.school import School
from mentormatch.study.generators.school_choice import Located, WalkZones
from mentormatch.study.generators.theory import TheoryMarket

__all__ = [
    "COUNTY",
    "JUNIOR",
    "PRIMARY",
    "PROFILES",
    "PROVINCE",
    "SENIOR",
    "Correlated",
    "DrawnDistrict",
    "Euclidean",
    "Located",
    "Mallows",
    "MasterList",
    "PopularMentors",
    "PreferenceModel",
    "School",
    "SchoolMix",
    "SchoolProfile",
    "TheoryMarket",
    "Uniform",
    "WalkZones",
    "county",
    "province",
]
