"""The school of `small_markets` with what a school knows about its people, and an example of every rule that asks."""

from datetime import date
from typing import Any

from mentormatch.constraints import (
    ApartStudents,
    ChiefMentors,
    ClassesPerMentor,
    ClassTeams,
    ConflictsOfInterest,
    GenderRequests,
    HeadTeacherRelief,
    MustAgree,
    NobodyOrAtLeast,
    OtherClassCap,
    PreferredPairs,
    QualifiedMentors,
    SeparatedPairs,
    Siblings,
    VettedMentors,
)
from mentormatch.market.attribute import Attribute
from mentormatch.market.market import Market
from small_markets import school


def staffed(**changes: Any) -> Market:
    """Return four students and three mentors.

    ========  =====  =======  ========  ========      ========  ======  ====  ======  ========  ============
    student   class  care     family    asks for      mentor    gender  tags  leads   kind      check
    ========  =====  =======  ========  ========      ========  ======  ====  ======  ========  ============
    s1        7.1    key      s1        a woman       a         woman   心理  7.1     school    -
    s2 (two)  7.1    general  s1        -             b         man     -     7.2     outside   to 2025-08
    s3        7.2    key      -         a man         c         -       篮球  -       outside   none
    s4        7.2             -         -
    ========  =====  =======  ========  ========      ========  ======  ====  ======  ========  ============
    """
    facts: dict[str, Any] = {
        "student_attributes": {
            **school().student_attributes,
            "family": Attribute.from_values(["s1", "s1", None, None]),
            "household": Attribute.from_values(["h1", None, "h2", "h3"]),
            "apart": Attribute.from_values([["s1 s2"], ["s1 s2", "s2 s3"], ["s2 s3"], None], confidential=True),
            "campus": Attribute.from_values(["east", "west", ["east", "west"], None]),
            "level": Attribute.from_values(["low", "high", "middle", None], order=LEVELS, confidential=True),
            "score": Attribute.from_values(["85", "70.5", None, "absent"]),
            "mentor_gender_req": Attribute.from_values(["female", None, "male", None]),
        },
        "mentor_attributes": {
            "gender": Attribute.from_values(["female", "male", None]),
            "tags": Attribute.from_values([["心理"], [], ["篮球"]]),
            "head_of": Attribute.from_values(["7.1", None, None]),
            "chief_of": Attribute.from_values(["7.1", "7.2", None]),
            "household": Attribute.from_values(["h1", None, "h3"]),
            "campus": Attribute.from_values(["east", ["west", "east"], None]),
            "level": Attribute.from_values(["middle", "high", "low"], order=LEVELS),
            "score": Attribute.from_values(["80", "91", "3"]),
            "kind": Attribute.from_values(["in_school", "external", "external"]),
            "check_from": Attribute.from_values([None, "2024-09-01", None]),
            "check_valid_to": Attribute.from_values([None, "2025-08-31", None]),
        },
    }
    return school(**(facts | changes))


LEVELS = ("low", "middle", "high")
SOFT: dict[str, Any] = {"penalty": 2, "stage": "wishes"}

STAFFED_EXAMPLES = [
    MustAgree(attribute="campus"),
    MustAgree(attribute="campus", original_mentor_exempt=False),
    MustAgree(attribute="level", near=1, **SOFT),
    MustAgree(attribute="score", near=5),
    MustAgree(attribute="level", mentor_attribute="level", original_mentor_exempt=False),
    ApartStudents(),
    ApartStudents(groups=(("s1", "s3", "s4"),), on_record=False),
    ApartStudents(groups=(("s1", "s4"),), **SOFT),
    NobodyOrAtLeast(lower=2),
    NobodyOrAtLeast(lower={"a": 2}),
    SeparatedPairs(pairs=(("s3", "b"), ("s1", "a", "hearing of 3 May"))),
    ConflictsOfInterest(pairs=(("s2", "b"),)),
    ConflictsOfInterest(shared=(("household", "household"),)),
    ConflictsOfInterest(pairs=(("s2", "b"),), shared=(("household", "household"),), **SOFT),
    GenderRequests(),
    GenderRequests(original_mentor_exempt=False),
    GenderRequests(**SOFT),
    QualifiedMentors(),
    QualifiedMentors(values=("key", "general"), qualified=("心理", "篮球"), original_mentor_exempt=False),
    QualifiedMentors(**SOFT),
    VettedMentors(),
    VettedMentors(on=date(2024, 11, 11)),
    VettedMentors(on=date(2024, 11, 11), until=date(2025, 12, 31)),
    VettedMentors(on=date(2024, 8, 31), kinds=("external", "in_school")),
    PreferredPairs(pairs=(("s1", "b"), ("s2", "a", "same club")), stage="wishes"),
    Siblings(),
    Siblings(mode="apart"),
    Siblings(**SOFT),
    Siblings(mode="apart", **SOFT),
    OtherClassCap(upper=0),
    OtherClassCap(upper={"b": 1}, original_mentor_exempt=False),
    OtherClassCap(upper=0, **SOFT),
    ClassTeams(most=1),
    ClassTeams(least=2),
    ClassTeams(least=1, most=2, attribute="care_level"),
    ClassTeams(least=1, most=1, **SOFT),
    ClassesPerMentor(most=1),
    ClassesPerMentor(most={"a": 0}),
    ClassesPerMentor(most=0, **SOFT),
    ChiefMentors(),
    ChiefMentors(least=2, missing="ignore"),
    ChiefMentors(least=2, **SOFT),
    HeadTeacherRelief(seats=1),
    HeadTeacherRelief(seats=0),
]
