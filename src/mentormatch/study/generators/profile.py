"""What schools of one kind are like: published figures where there are some, stated assumptions where not."""

from typing import Literal, Self

from pydantic import Field, model_validator

from mentormatch.base.frozen_model import FrozenModel

Share = float
SchoolStage = Literal["primary", "junior", "senior"]

_MOST_SEATS = 10_000
"""A draw holds a number for each seat: far beyond any school, and a slip of the pen does not fill the machine."""


class SchoolProfile(FrozenModel):
    """The figures that a school is drawn from.

    The mean sizes, 14.9 pupils per teacher, classes of 30 to 50 and the cap of 15 students a mentor are published
    (national education statistics, as the project's brief quotes them). Everything else is an assumption of the order
    of magnitude that the sample workbook of a junior school has: 5 of 100 forms missing, most mentors naming some of
    those who ask for them, care lists of a few per cent. A study should vary what its conclusion hangs on.
    """

    stage: SchoolStage
    mean_students: float = Field(gt=0, le=1e6, description="Mean school size.")
    size_sigma: float = Field(
        default=0.5, ge=0, le=3, description="Standard deviation of the logarithm of school sizes."
    )
    grades: tuple[int, ...] = Field(min_length=1, description="Grades 1 to 12, ascending.")
    students_per_teacher: float = Field(default=14.9, ge=0.1, le=1e6)
    mentor_share: Share = Field(default=1.0, gt=0, le=1, description="Share of the teachers that are mentors.")
    smallest_class: int = Field(default=30, ge=1, le=_MOST_SEATS)
    largest_class: int = Field(default=50, ge=1, le=_MOST_SEATS)
    teaching_loads: tuple[tuple[int, Share], ...] = Field(
        default=((2, 0.6), (4, 0.25), (6, 0.15)),
        min_length=1,
        description="(classes a teacher teaches, share of teachers).",
    )
    seats: int = Field(default=15, ge=0, le=_MOST_SEATS, description="Most students a mentor takes.")
    fewest: int = Field(default=0, ge=0, le=_MOST_SEATS, description="Fewest students a mentor takes.")
    care_seats: int = Field(
        default=3, ge=0, le=_MOST_SEATS, description="Most students of care level key a mentor takes."
    )
    list_lengths: tuple[Share, ...] = Field(
        default=(0.05, 0.10, 0.25, 0.25, 0.35),
        min_length=1,
        max_length=5,
        description="Shares of lists of 1, 2, ... choices.",
    )
    popularity_sigma: float = Field(
        default=1.0, ge=0, le=10, description="Standard deviation of the mentors' log popularity."
    )
    own_class_odds: float = Field(
        default=4.0, ge=1e-6, le=1e6, description="How many times as likely a mentor of the own class is."
    )
    missing_forms: Share = Field(default=0.05, ge=0, le=1)
    returning: Share = Field(
        default=0.95, ge=0, le=1, description="Share of students above entry grade with a mentor now."
    )
    stay: Share = Field(default=0.6, ge=0, le=1, description="Share of them whose form names that mentor first.")
    avoid: Share = Field(
        default=0.01, ge=0, le=1, description="Share of students that avoid one mentor of their class."
    )
    silent_mentors: Share = Field(default=0.3, ge=0, le=1)
    reply: Share = Field(
        default=0.6, ge=0, le=1, description="Share of its applicants that a mentor that is not silent names."
    )
    ordered_replies: int = Field(
        default=5, ge=0, le=_MOST_SEATS, description="How many of those it orders; the others are acceptable."
    )
    veto: Share = Field(default=0.005, ge=0, le=1, description="Share of its applicants that it finds unsuitable.")
    merit_correlation: float = Field(default=0.5, ge=0, le=1, description="How much mentors agree about students.")
    care_key: Share = Field(default=0.02, ge=0, le=1)
    care_general: Share = Field(default=0.10, ge=0, le=1)
    boarding: Share = Field(default=0.3, ge=0, le=1)
    late_care: float = Field(
        default=2.0, ge=1e-6, le=1e6, description="How many times as long forms of care students take to arrive."
    )

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if self.smallest_class > self.largest_class:
            raise ValueError(f"smallest_class {self.smallest_class} must not exceed largest_class {self.largest_class}")
        if list(self.grades) != sorted(set(self.grades)) or self.grades[0] < 1 or self.grades[-1] > 12:
            raise ValueError(f"grades must be ascending and between 1 and 12. Got {self.grades} instead.")
        if self.fewest > self.seats:
            raise ValueError(f"fewest must not exceed seats. Got {self.fewest} > {self.seats} instead.")
        if self.care_key + self.care_general > 1 or self.reply + self.veto > 1:
            raise ValueError("care_key + care_general and reply + veto must not exceed 1 each")
        for name, shares in (
            ("list_lengths", self.list_lengths),
            ("teaching_loads", [share for _, share in self.teaching_loads]),
        ):
            if min(shares) < 0 or abs(sum(shares) - 1) > 1e-9:
                raise ValueError(f"the shares of {name} must add up to 1. Got {sum(shares)} instead.")
        if min(load for load, _ in self.teaching_loads) < 1:
            raise ValueError("a teacher must teach at least one class")
        return self


PRIMARY = SchoolProfile(
    stage="primary",
    mean_students=777,
    grades=(1, 2, 3, 4, 5, 6),
    boarding=0.05,
    teaching_loads=((1, 0.5), (2, 0.2), (5, 0.3)),
)
JUNIOR = SchoolProfile(stage="junior", mean_students=1034, grades=(7, 8, 9))
SENIOR = SchoolProfile(stage="senior", mean_students=1850, grades=(10, 11, 12), boarding=0.6)

PROFILES: dict[SchoolStage, SchoolProfile] = {"primary": PRIMARY, "junior": JUNIOR, "senior": SENIOR}
