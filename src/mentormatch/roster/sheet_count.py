"""How many rows of a sheet were read, accepted and refused."""

from pydantic import Field

from mentormatch.base.frozen_model import FrozenModel


class SheetCount(FrozenModel):
    """How many rows of a sheet were read, accepted and refused; rows read are always accepted plus refused.

    Blank rows, titles, headers and totals are not rows in this sense. A superseded row, such as the older of two
    forms from one student, was accepted and then gave way: entities of the sheet = accepted - superseded.

    Parameters
    ----------
    sheet : str
        The sheet's name as the file writes it.
    kind : str
        The sheet's canonical name, such as ``students``.
    accepted, refused : int
    superseded : int
        Of the accepted ones.
    """

    sheet: str
    kind: str
    accepted: int = Field(ge=0)
    refused: int = Field(ge=0)
    superseded: int = Field(default=0, ge=0)

    @property
    def read(self) -> int:
        """The number of rows read."""
        return self.accepted + self.refused
