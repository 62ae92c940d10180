"""Write the sheets of a school, row by row, as a workbook that `read_roster` reads."""

from collections.abc import Mapping, Sequence

from mentormatch.base.text import Language
from mentormatch.io.files.escape import write_text
from mentormatch.io.files.new_workbook import new_workbook
from mentormatch.io.files.streams import Target
from mentormatch.io.headers import ALL_SHEETS

Row = dict[str, str | int]


def write_school_workbook(path: Target, sheets: Mapping[str, Sequence[Row]], lang: Language) -> None:
    """Write a workbook whole or not at all.

    Parameters
    ----------
    path : Path
    sheets : mapping of str to sequence of Row
        By the canonical English name of a sheet; a row holds cells by the canonical name of a column, and a cell that
        it does not hold stays empty. Any other key is the header of a column of its own, to the right.
    lang : {"zh", "en"}
        Of sheets and headers.

    Raises
    ------
    FileError
        When the file cannot be written.
    """
    with new_workbook(path) as book:
        for spec in ALL_SHEETS:
            rows = sheets.get(spec.kind)
            if rows is None:
                continue
            sheet = book.add_worksheet(spec.in_language(lang))
            headers = {each.name: each.in_language(lang) for each in spec.columns}
            headers |= {key: key for row in rows for key in row if key not in headers}
            for column, (name, header) in enumerate(headers.items()):
                write_text(sheet, 0, column, header)
                for number, row in enumerate(rows, start=1):
                    value = row.get(name, "")
                    if isinstance(value, int):
                        sheet.write_number(number, column, value)
                    else:
                        write_text(sheet, number, column, value)
            sheet.freeze_panes(1, 0)
