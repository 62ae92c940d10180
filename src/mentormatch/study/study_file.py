"""The study file: TOML that says which mechanisms run on which instances, what is measured, and how often."""

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, ValidationError, model_validator

from mentormatch.base.errors import InputError
from mentormatch.base.frozen_model import FrozenModel
from mentormatch.base.text import Text
from mentormatch.io.files.toml_file import read_toml
from mentormatch.market.market import MAX_QUOTA
from mentormatch.matchmaking import find_mechanism
from mentormatch.mechanisms import MECHANISMS
from mentormatch.mechanisms.mechanism import Mechanism
from mentormatch.study.generators.district import county, province
from mentormatch.study.generators.profile import PROFILES, SchoolProfile, SchoolStage
from mentormatch.study.generators.school import School
from mentormatch.study.generators.school_market import Candidates
from mentormatch.study.generators.theory import TheoryMarket
from mentormatch.study.instances import Instance, MarketFile
from mentormatch.study.metrics import METRICS, Metric, fairness_between, find_metric, manipulability_of

_MOST_SCHOOLS = 100_000
_MOST_STUDENTS = 100_000_000
_MOST_PAIRS = 200_000_000
"""What a file may ask for: far beyond any province, and not so much that a slip of the pen fills the machine."""


class _Part(FrozenModel):
    """A part of a study file."""


class CountyPart(_Part):
    """The schools of a county, each an instance."""

    kind: Literal["county"]
    schools: int = Field(default=60, ge=1, le=_MOST_SCHOOLS)
    students: int | None = Field(
        default=51_000, ge=1, le=_MOST_STUDENTS, description="In all schools; left out the sizes are as drawn."
    )
    seed: int = Field(default=0, ge=0)
    candidates: Candidates = "all"

    def instances(self, folder: Path) -> list[Instance]:
        """Return the schools."""
        return list(county(self.schools, num_students=self.students, seed=self.seed, candidates=self.candidates))


class ProvincePart(CountyPart):
    """The schools of a province, each an instance."""

    kind: Literal["province"]  # type: ignore[assignment]
    schools: int = Field(default=8_000, ge=1, le=_MOST_SCHOOLS)
    students: int | None = Field(default=7_700_000, ge=1, le=_MOST_STUDENTS)

    def instances(self, folder: Path) -> list[Instance]:
        """Return the schools."""
        return list(province(self.schools, num_students=self.students, seed=self.seed, candidates=self.candidates))


class SchoolPart(_Part):
    """One school after a profile, some of whose figures may be changed."""

    kind: Literal["school"]
    name: str = "school"
    stage: SchoolStage = "junior"
    students: int | None = Field(default=None, ge=1, le=_MOST_STUDENTS)
    seed: int = Field(default=0, ge=0)
    candidates: Candidates = "all"
    profile: dict[str, object] = Field(default_factory=dict, description="Figures of `SchoolProfile` to change.")

    def instances(self, folder: Path) -> list[Instance]:
        """Return the school."""
        figures = PROFILES[self.stage].model_dump() | self.profile
        return [
            School(
                name=self.name,
                profile=SchoolProfile.model_validate(figures),
                num_students=self.students,
                base_seed=self.seed,
                candidates=self.candidates,
            )
        ]


class TheoryPart(TheoryMarket):
    """One market of the theory; its fields are those of `TheoryMarket`."""

    kind: Literal["theory"]

    @model_validator(mode="after")
    def _not_too_large(self) -> Self:
        pairs = self.num_students * (self.num_mentors if self.keep_priorities else self.longest)
        if pairs > _MOST_PAIRS:
            raise ValueError(f"a market has at most {_MOST_PAIRS} pairs here. Got {pairs} instead.")
        return self

    def instances(self, folder: Path) -> list[Instance]:
        """Return the market."""
        return [TheoryMarket.model_validate(self.model_dump(exclude={"kind"}))]


class FilePart(_Part):
    """A market in any format that `MarketFile` reads."""

    kind: Literal["file"]
    path: str
    name: str | None = None
    seats: int = Field(default=1, ge=0, le=MAX_QUOTA, description="Seats of each mentor, where the format knows none.")

    def instances(self, folder: Path) -> list[Instance]:
        """Return the file; its path counts from the study file."""
        return [MarketFile(self.name or Path(self.path).name, str(folder / self.path), self.seats)]


AnyPart = Annotated[CountyPart | ProvincePart | SchoolPart | TheoryPart | FilePart, Field(discriminator="kind")]


class StudyFile(_Part):
    """What a study file may hold.

    Parameters
    ----------
    title : str
    seeds : int or list of int
    mechanisms, metrics : list of str
        Default: all.
    manipulated_students : int
        How many students of each market try every manipulation; 0 tries all of them.
    groups : list of str
        Student attributes that tell groups apart, the first one that a market has.
    baseline : str
        The mechanism that the others are compared with.
    instances : list of tables
        Each with a `kind`: county, province, school, theory, file.
    """

    title: str = ""
    seeds: int | tuple[int, ...] = 1
    mechanisms: tuple[str, ...] = tuple(mechanism.name for mechanism in MECHANISMS)
    metrics: tuple[str, ...] = tuple(metric.name for metric in METRICS)
    manipulated_students: int = Field(default=4, ge=0)
    groups: tuple[str, ...] = ("care_level", "group")
    baseline: str = "deferred_acceptance"
    instances: tuple[AnyPart, ...] = Field(min_length=1)

    def chosen_mechanisms(self) -> list[Mechanism]:
        """Return the mechanisms; `InputError` for an unknown name."""
        return [find_mechanism(name) for name in self.mechanisms]

    def chosen_metrics(self) -> list[Metric]:
        """Return the metrics with the study's settings; `InputError` for an unknown name."""
        settings = {
            "manipulability": manipulability_of(self.manipulated_students or None),
            "group_fairness": fairness_between(*self.groups),
        }
        return [settings.get(name) or find_metric(name) for name in self.metrics]


def read_study(path: Path) -> StudyFile:
    """Read a study file.

    Raises
    ------
    FileError
        The file cannot be read.
    InputError
        The file is no TOML, or says something that a study does not know; the message names the place.
    """
    data = read_toml(path, what=Text(zh="研究文件", en="the study file"), error=InputError)
    try:
        study = StudyFile.model_validate(data)
        for part in study.instances:
            part.instances(path.parent)
    except ValidationError as error:
        lines = [f"  {'.'.join(map(str, each['loc'])) or '-'}: {each['msg']}" for each in error.errors()]
        raise InputError(
            Text(
                zh=f"{path} 中有无法理解的内容:\n" + "\n".join(lines),
                en=f"{path} says what a study does not know:\n" + "\n".join(lines),
            )
        ) from None
    study.chosen_mechanisms()
    study.chosen_metrics()
    return study


def instances_of(study: StudyFile, folder: Path) -> list[Instance]:
    """Return all instances of a study, in order."""
    return [instance for part in study.instances for instance in part.instances(folder)]
