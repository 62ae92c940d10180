"""How a school wants its peer mentors (学长制)."""

from typing import ClassVar

from pydantic import Field

from mentormatch.base.frozen_model import FrozenModel


class PeerPlan(FrozenModel):
    """The measures of the peers' market."""

    is_part_of_rules: ClassVar[bool] = True

    gap: int = Field(default=1, ge=1, le=11, description="How many grades a senior is above its junior at least.")
    place_others: bool = Field(
        default=True, description="Whether juniors that chose nobody get a peer while places are left."
    )
