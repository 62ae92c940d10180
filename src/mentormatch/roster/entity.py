"""What all entities of a roster have in common."""

from typing import Annotated

from pydantic import Field

from mentormatch.base.frozen_model import FrozenModel

PersonName = Annotated[str, Field(repr=False)]
"""A name of a person: in the data, never in a `repr`, a log or an exception."""


class Entity(FrozenModel):
    """One row of a roster: frozen, hashable, and silent about names.

    Parameters
    ----------
    extra : tuple of (str, str)
        Header and text of the row's filled cells in columns that we do not know, in the order of the file;
        ``dict(entity.extra)`` is a mapping. They may hold anything, so they are never shown.
    """

    extra: tuple[tuple[str, str], ...] = Field(default=(), repr=False)
