"""How a school wants its peer mentors (学长制)."""

from pydantic import BaseModel, ConfigDict, Field


class PeerPlan(BaseModel):
    """The measures of the peers' market."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    gap: int = Field(default=1, ge=1, le=11, description="How many grades a senior is above its junior at least.")
    place_others: bool = Field(
        default=True, description="Whether juniors that chose nobody get a peer while places are left."
    )
