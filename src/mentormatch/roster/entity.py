"""What all entities of a roster have in common."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

PersonName = Annotated[str, Field(repr=False)]
"""A name of a person: in the data, never in a `repr`, a log or an exception."""


class Entity(BaseModel):
    """One row of a roster: frozen, hashable, and silent about names.

    Parameters
    ----------
    extra : tuple of (str, str)
        Header and text of the row's filled cells in columns that we do not know, in the order of the file;
        ``dict(entity.extra)`` is a mapping. They may hold anything, so they are never shown.
    """

    # A validation error shows its input by default, and the input of a person holds a name.
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    extra: tuple[tuple[str, str], ...] = Field(default=(), repr=False)
