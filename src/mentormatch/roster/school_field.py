"""A school's own column: which header, on which sheet, and what may be told of its values."""

from typing import ClassVar

from pydantic import Field

from mentormatch.base.frozen_model import FrozenModel


class SchoolField(FrozenModel):
    """A column of the school's own that rules, stages and priorities may name as an attribute.

    Examples
    --------
    >>> SchoolField(name="校区").header_of("mentors")
    '校区'
    >>> SchoolField(name="level", column="层次", mentor_column="可带层次").header_of("mentors")
    '可带层次'
    """

    is_part_of_rules: ClassVar[bool] = True

    name: str = Field(min_length=1, description="What rules call it.")
    column: str | None = Field(default=None, min_length=1, description="The header; default the name.")
    mentor_column: str | None = Field(
        default=None, min_length=1, description="The header on the sheet of mentors, where it is another one."
    )
    several: bool = Field(default=True, description="Whether a cell may hold several values.")
    order: tuple[str, ...] = Field(default=(), description="The values from low to high, where some are near others.")
    public: bool = Field(default=False, description="Whether the public edition may tell the values.")

    def header_of(self, sheet: str) -> str:
        """Return the header on a sheet, ``students`` or ``mentors``."""
        if sheet == "mentors" and self.mentor_column is not None:
            return self.mentor_column
        return self.column or self.name
