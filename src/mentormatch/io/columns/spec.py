"""What we know of a column and of a sheet, in one place for all who read, write or explain it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from mentormatch.base.text import Language, Text
from mentormatch.base.text_width import text_width
from mentormatch.io.cells.reading import Normaliser

Edition = Literal["public", "school", "staff"]
"""Who may see the cells of a column: everybody, the school, or only those who may know of care, vetoes and wishes."""

Reference = Literal["student", "mentor", "external", "anybody", "class", "role_choice"]
"""What a cell refers to, where it can only be read beside the rest of the school."""


@dataclass(frozen=True, slots=True)
class CellKind:
    """What the cells of a column hold.

    Parameters
    ----------
    read : callable, optional
        Reads one cell that is not blank. None where only the rest of the school tells what a cell means.
    write : callable
        Takes a value and a language, returns the cell to write: what `read` reads as that value again.
    refers_to : str, optional
        What a cell without `read` refers to.
    choices : tuple of Text
        The words to choose from.
    is_closed : bool
        No other words are understood.
    holds_id : bool
        The cells hold IDs, which have to be read as a sheet shows them: with their zeros in front.
    is_number : bool
        The cells are written as numbers.
    """

    read: Normaliser[Any] | None = None
    write: Callable[[Any, Language], str | int] = lambda value, _: str(value)
    refers_to: Reference | None = None
    choices: tuple[Text, ...] = ()
    is_closed: bool = False
    holds_id: bool = False
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class ColumnSpec:
    """One column that we know.

    Parameters
    ----------
    name : str
        The canonical English header.
    zh : str
        The Chinese header.
    kind : CellKind
        How its cells are read and written.
    note : Text
        What a clerk has to know to fill it in.
    required : bool
        Whether a row is useless without it.
    told_by : str
        The column that tells the same where this one is missing, such as the class for the grade.
    aliases : tuple of str
        Other headers that offices write for the same thing; they are read without a word.
    synonyms : tuple of str
        Headers whose meaning is certain, too; they are read with a notice.
    near : tuple of str
        Words that make an unknown header look like this one, which is then an error.
    several : bool
        A cell may hold several values.
    default : object
        The value of an empty cell.
    example : Text, str or int
        The cell of the template's example row.
    choices : tuple of Text
        Words to choose from, where other words may be typed as well.
    edition : {"public", "school", "staff"}
        Who may see its cells.
    spans_merged : bool
        A cell that is merged downwards holds for each of its rows, as a class does.
    field : str
        The field of the entity that it fills, if that has another name.
    """

    name: str
    zh: str
    kind: CellKind
    note: Text
    required: bool = False
    told_by: str = ""
    aliases: tuple[str, ...] = ()
    synonyms: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    several: bool = False
    default: object = None
    example: Text | str | int = ""
    choices: tuple[Text, ...] = ()
    edition: Edition = "public"
    spans_merged: bool = False
    field: str = ""

    def in_language(self, lang: Language) -> str:
        """Return the header in one language."""
        return self.zh if lang == "zh" else self.name

    def example_in(self, lang: Language) -> str | int:
        """Return the cell of the example row in one language; an empty text where it is left empty."""
        return self.example.in_language(lang) if isinstance(self.example, Text) else self.example

    def words(self) -> tuple[Text, ...]:
        """Return the words to choose from."""
        return self.kind.choices or self.choices

    def width(self, lang: Language) -> int:
        """Return how wide the column is written, in characters of a spreadsheet."""
        return width_of(self.in_language(lang), str(self.example_in(lang)))

    def cell(self, value: Any, lang: Language) -> str | int:
        """Return the cell that holds a value; several values are put into one cell.

        Examples
        --------
        >>> from mentormatch.io.headers import column
        >>> column("pairings", "locked").cell(True, "zh"), column("pairings", "locked").cell(None, "zh")
        ('是', '')
        """
        if value is None:
            return ""
        if not self.several:
            return self.kind.write(value, lang)
        separator = Text("、", ", ").in_language(lang)
        return separator.join(str(self.kind.write(each, lang)) for each in value)


@dataclass(frozen=True, slots=True)
class SheetSpec:
    """One sheet that we know.

    Parameters
    ----------
    kind : str
        The canonical English name.
    zh : str
        The Chinese name.
    note : Text
        What a clerk has to know of it.
    columns : tuple of ColumnSpec
        Its columns, in the order in which we write them.
    further : tuple of ColumnSpec
        Columns that are read where a file has them, and that we do not offer: a sixth choice, a seventh.
    needed : tuple of str
        Without any one of these columns the sheet says nothing.
    others : tuple of str
        Headers that offices have beside ours and that look like them but are not.
    required : bool
        Whether a file is useless without it.
    aliases : tuple of str
        Other names that offices give to the same sheet.
    """

    kind: str
    zh: str
    note: Text
    columns: tuple[ColumnSpec, ...]
    further: tuple[ColumnSpec, ...] = ()
    needed: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    required: bool = False
    aliases: tuple[str, ...] = ()

    def in_language(self, lang: Language) -> str:
        """Return the sheet's name in one language."""
        return self.zh if lang == "zh" else self.kind

    def column(self, name: str) -> ColumnSpec:
        """Return the column of a canonical name."""
        for column in (*self.columns, *self.further):
            if column.name == name:
                return column
        raise KeyError(f"{self.kind}.{name}")


def width_of(*texts: str) -> int:
    """Return a column's width for its texts; Chinese characters are twice as wide."""
    return max(8, *(text_width(text) + 3 for text in texts))
