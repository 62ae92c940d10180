"""Read the record of a result workbook: every row with its first day, its origin and its reason."""

from pathlib import Path

from mentormatch.io.cells.ids import read_id
from mentormatch.io.cells.reading import Reading
from mentormatch.io.header_row import find_header
from mentormatch.io.headers import find_result_sheet, sheet_spec
from mentormatch.io.people import MentorDirectory, StudentDirectory
from mentormatch.io.read_workbook import Workbook
from mentormatch.io.sheet_reader import SheetReader
from mentormatch.io.sheets.pairings import read_pairings
from mentormatch.io.tables import Cell, Table
from mentormatch.roster.pairing import Pairing


class _AnyStudent(StudentDirectory):
    """Students who are known to the school that the result was made from."""

    def resolve(self, cell: Cell) -> Reading[str]:
        """Return the ID that stands in a cell."""
        return read_id(cell)


class _AnyMentor(MentorDirectory):
    """Mentors who are known to the school that the result was made from."""

    def resolve(self, cell: Cell) -> Reading[str]:
        """Return the ID that stands in a cell."""
        return read_id(cell)


def read_record(path: Path) -> tuple[Pairing, ...]:
    """Return the rows of a result: of its whole record, or of its assignments where it has no record.

    Rows that cannot be read are left out; `mentormatch.io.read_assignments` names them.

    Raises
    ------
    FileError
        When the file cannot be read.
    """
    book = Workbook(path)
    kinds = {find_result_sheet(name): name for name in book.sheet_names}
    name = kinds.get("record") or kinds.get("assignments")
    if name is None:
        return ()
    spec = sheet_spec("pairings")
    sheet = book.read(name)
    header = find_header(spec, sheet)
    if header is None or header.problems:
        return ()
    rows = [(number, cells) for number, cells in sheet.rows if number > header.last]
    table = Table(name, spec.kind, header.columns, (), rows)
    return read_pairings(SheetReader(table), _AnyStudent(()), _AnyMentor({}))
