"""One finding about a file: where it is, what it means, and what became of the row or the cell."""

from typing import ClassVar

from pydantic import ConfigDict, Field, computed_field

from mentormatch.base.frozen_model import FrozenModel
from mentormatch.base.text import Text
from mentormatch.roster.vocabulary import Refused, Severity


class DataIssue(FrozenModel):
    """One finding about a file.

    Parameters
    ----------
    sheet : str
        The sheet's name as the file writes it.
    code : str
        A stable id such as ``duplicate_id``.
    severity : {"error", "warning"}
        Refused rows and cells are errors, except the choice of a mentor on leave; what was put right is a warning.
    message : Text
        What is wrong, without any pupil's name.
    row : int, optional
        1-based, as Excel shows it; None for the whole sheet.
    column : str, optional
        The header as the file writes it; None for the whole row.
    column_index : int, optional
        The 0-based position of the column in the sheet.
    refused : {"row", "cell", "column", "sheet"}, optional
        What was left out. Of a cell with several values, only the value that the message names.
    suggestion : Text, optional
        How to mend it.
    """

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="ignore")

    sheet: str
    code: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    severity: Severity
    message: Text
    row: int | None = Field(default=None, ge=1)
    column: str | None = None
    column_index: int | None = Field(default=None, ge=0)
    refused: Refused | None = None
    suggestion: Text | None = None

    @computed_field  # type: ignore[prop-decorator]
    @property
    def cell(self) -> str | None:
        """The address such as ``B12``; None for a whole row or sheet."""
        if self.row is None or self.column_index is None:
            return None
        return f"{column_letters(self.column_index)}{self.row}"


def column_letters(index: int) -> str:
    """Return what Excel calls the column of a 0-based position: A, B, ..., Z, AA, ..."""
    letters = ""
    while index >= 0:
        index, digit = divmod(index, 26)
        letters = chr(ord("A") + digit) + letters
        index -= 1
    return letters
