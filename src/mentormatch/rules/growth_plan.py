"""How a school wants its growth groups: of what, of which size, balanced by what."""

from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from mentormatch.base.errors import RulesError
from mentormatch.base.frozen_model import FrozenModel
from mentormatch.base.text import Text


class GrowthPlan(FrozenModel):
    """The measures of growth groups (“快乐成长”小组)."""

    is_part_of_rules: ClassVar[bool] = True

    of: Literal["class", "mentor"] = Field(
        default="class", description="Whose students are split: a class's or a mentor's."
    )
    size_min: int = Field(default=4, ge=1, description="Fewest students of a group.")
    size_max: int = Field(default=6, ge=1, description="Most students of a group.")
    balance: tuple[str, ...] = Field(
        default=("gender", "boarding", "care_level"),
        description="What is spread evenly: gender, boarding, care_level, class, or a field of the school's own.",
    )

    @model_validator(mode="after")
    def _min_within_max(self) -> Self:
        if self.size_min > self.size_max:
            raise RulesError(
                Text(
                    zh=f"小组人数下限 {self.size_min} 大于上限 {self.size_max}。",
                    en=f"size_min must not exceed size_max. Got {self.size_min} > {self.size_max} instead.",
                )
            )
        return self
