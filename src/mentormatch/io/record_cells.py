"""The rows of the record as cells, by the canonical names of their columns: what readers read back."""

from mentormatch.base.text import Language
from mentormatch.io.headers import sheet_spec
from mentormatch.roster.entity import Entity

Value = str | int | None


def cells_of(kind: str, row: Entity, lang: Language) -> dict[str, Value]:
    """Return an entity as the cells of its sheet; an empty cell is None.

    Parameters
    ----------
    kind : str
        The sheet, such as ``pairings``, ``hand_overs``, ``runs`` or ``groups``.
    row : Entity
        Its fields have the names of the columns.
    lang : {"zh", "en"}
        Of the words in the cells.
    """
    found = {spec.name: spec.cell(getattr(row, spec.name), lang) for spec in sheet_spec(kind).columns}
    return {name: None if cell == "" else cell for name, cell in found.items()}
