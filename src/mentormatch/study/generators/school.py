"""A generated school: a small description that draws the same school again wherever it is asked for."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mentormatch.base.errors import InputError
from mentormatch.base.text import Language, Text
from mentormatch.market.market import Market
from mentormatch.study.generators.profile import JUNIOR, SchoolProfile
from mentormatch.study.generators.school_draw import SchoolDraw, draw_school
from mentormatch.study.generators.school_market import Candidates, school_market
from mentormatch.study.generators.school_workbook import write_school


@dataclass(frozen=True, kw_only=True)
class School:
    """A school to be drawn. It is tiny, pickles, and a worker can draw it without the others.

    Parameters
    ----------
    name : str
    profile : SchoolProfile
    num_students : int, optional
        Default: drawn from the log-normal distribution of the profile.
    base_seed : int
        Of the district that it belongs to.
    number : int, optional
        Its place in the district. It tells the draws of schools apart and stands in front of all ids.
    candidates : {"all", "choices"}
        Which pairs its markets have, see `school_market`.

    Examples
    --------
    >>> School(num_students=1000).market(seed=1)
    Market(1000 students, 68 mentors, 68000 pairs, 1020 seats)
    """

    name: str = "school"
    profile: SchoolProfile = JUNIOR
    num_students: int | None = None
    base_seed: int = 0
    number: int | None = None
    candidates: Candidates = "all"

    def __post_init__(self) -> None:
        if self.num_students is not None and self.num_students < 1:
            raise InputError(
                Text(
                    zh=f"num_students 至少为 1,现为 {self.num_students}。",
                    en=f"num_students must be at least 1. Got {self.num_students} instead.",
                )
            )

    def draw(self, seed: int = 0) -> SchoolDraw:
        """Draw the school: a pure function of its fields and the seed."""
        # Another stream for each school: who draws one school need not draw those before it.
        number = 0 if self.number is None else self.number + 1
        rng = np.random.default_rng([self.base_seed, number, seed])
        size = self.num_students
        if size is None:
            sigma = self.profile.size_sigma
            size = max(1, round(self.profile.mean_students * float(np.exp(sigma * rng.normal() - sigma**2 / 2))))
        return draw_school(self.profile, size, rng, prefix="" if self.number is None else f"{self.number:05d}")

    def market(self, seed: int = 0) -> Market:
        """Draw the school as a market."""
        return school_market(self.draw(seed), candidates=self.candidates)

    def write_workbook(self, path: Path, *, lang: Language = "zh", seed: int = 0) -> None:
        """Draw the school as a workbook; read back it compiles to the same market.

        Raises
        ------
        FileError
            When the file cannot be written.
        """
        write_school(path, self.draw(seed), lang=lang)
