"""Counties and provinces: many schools, each drawn apart and on demand."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import overload

import numpy as np
from numpy.typing import NDArray

from mentormatch.base.errors import InputError
from mentormatch.base.text import Text
from mentormatch.study.generators.profile import PROFILES, SchoolStage
from mentormatch.study.generators.school import School
from mentormatch.study.generators.school_market import Candidates


@dataclass(frozen=True, kw_only=True)
class SchoolMix:
    """How many schools of each stage a district has, and of what sizes.

    Parameters
    ----------
    shares : tuple of (stage, share)
        Shares of the schools; they add up to 1.
    """

    shares: tuple[tuple[SchoolStage, float], ...]


COUNTY = SchoolMix(shares=(("primary", 0.77), ("junior", 0.20), ("senior", 0.03)))
"""60 schools of it have 850 students each on average: 51,000."""

PROVINCE = SchoolMix(shares=(("primary", 0.60), ("junior", 0.30), ("senior", 0.10)))
"""8,000 schools of it have 962 students each on average: 7.7 million."""


@dataclass(frozen=True, eq=False, repr=False)
class DrawnDistrict(Sequence[School]):
    """The schools of a county or a province; a sequence, so it can be cut, counted and shared among workers.

    Parameters
    ----------
    sizes : int array of shape (s,)
        Students of each school.
    stages : tuple of str
        Stage of each school.
    seed : int
    candidates : {"all", "choices"}
        See `school_market`.
    """

    sizes: tuple[int, ...]
    stages: tuple[SchoolStage, ...]
    seed: int
    candidates: Candidates = "all"

    def __repr__(self) -> str:
        return f"DrawnDistrict({len(self)} schools, {self.num_students} students, seed {self.seed})"

    def __len__(self) -> int:
        return len(self.sizes)

    @property
    def num_students(self) -> int:
        """Number of students in all schools."""
        return sum(self.sizes)

    @overload
    def __getitem__(self, index: int) -> School: ...

    @overload
    def __getitem__(self, index: slice) -> list[School]: ...

    def __getitem__(self, index: int | slice) -> School | list[School]:
        if isinstance(index, slice):
            return [self[position] for position in range(len(self))[index]]
        number = range(len(self))[index]
        return School(
            name=f"{number:05d}-{self.stages[number]}",
            profile=PROFILES[self.stages[number]],
            num_students=self.sizes[number],
            base_seed=self.seed,
            number=number,
            candidates=self.candidates,
        )

    def __iter__(self) -> Iterator[School]:
        return (self[number] for number in range(len(self)))


def district(
    num_schools: int,
    *,
    mix: SchoolMix,
    seed: int = 0,
    num_students: int | None = None,
    candidates: Candidates = "all",
) -> DrawnDistrict:
    """Draw the sizes of a district's schools.

    Parameters
    ----------
    num_schools : int
    mix : SchoolMix
        Every stage has its share of the schools, as near as whole schools allow.
    seed : int
    num_students : int, optional
        Scale the log-normal sizes so that they add up to this; default: what the draw gives.
    candidates : {"all", "choices"}

    Raises
    ------
    InputError
        For less than one school, or fewer students than schools.
    """
    if num_schools < 1 or (num_students is not None and num_students < num_schools):
        raise InputError(
            Text(
                zh=f"至少要有一所学校,且每校至少一名学生;现为 {num_schools} 所、{num_students} 名。",
                en=f"There must be a school, and a student in each. Got {num_schools} schools and {num_students} "
                "students instead.",
            )
        )
    rng = np.random.default_rng([seed, num_schools])
    counts = _whole(np.array([share for _, share in mix.shares]), num_schools)
    stages = np.repeat(np.arange(len(mix.shares)), counts)
    kinds = [PROFILES[stage] for stage, _ in mix.shares]
    mean = np.array([kind.mean_students for kind in kinds])[stages]
    sigma = np.array([kind.size_sigma for kind in kinds])[stages]
    size = mean * np.exp(sigma * rng.standard_normal(num_schools) - sigma**2 / 2)
    if num_students is not None:
        sizes = 1 + _whole(size / size.sum(), num_students - num_schools)
    else:
        sizes = np.maximum(1, np.rint(size)).astype(np.int64)
    names: list[SchoolStage] = [stage for stage, _ in mix.shares]
    return DrawnDistrict(tuple(sizes.tolist()), tuple(names[at] for at in stages.tolist()), seed, candidates)


def county(
    num_schools: int = 60,
    *,
    seed: int = 0,
    num_students: int | None = 51_000,
    candidates: Candidates = "all",
) -> DrawnDistrict:
    """Return a county: by default 60 schools with 51,000 students."""
    return district(num_schools, mix=COUNTY, seed=seed, num_students=num_students, candidates=candidates)


def province(
    num_schools: int = 8_000,
    *,
    seed: int = 0,
    num_students: int | None = 7_700_000,
    candidates: Candidates = "all",
) -> DrawnDistrict:
    """Return a province: by default 8,000 schools with 7.7 million students."""
    return district(num_schools, mix=PROVINCE, seed=seed, num_students=num_students, candidates=candidates)


def _whole(shares: NDArray[np.float64], total: int) -> NDArray[np.int64]:
    """Split a number by shares: the largest remainders are rounded up."""
    exact = shares / shares.sum() * total
    whole: NDArray[np.int64] = np.floor(exact).astype(np.int64)
    short = total - int(whole.sum())
    whole[np.argsort(whole - exact, kind="stable")[:short]] += 1
    return whole
