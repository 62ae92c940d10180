"""Colour cells of one sheet's XML."""

import re
from collections.abc import Mapping

from mentormatch.io.marked.styles import Styles
from mentormatch.io.marked.xml_edits import XmlPart, prefix_of, with_attribute
from mentormatch.io.sheet_scan import column_number
from mentormatch.roster.data_issue import column_letters
from mentormatch.roster.vocabulary import Severity

_ADDRESS = re.compile(r"([A-Z]{1,4})(\d+)")


def coloured_sheet(
    data: bytes, cells: Mapping[tuple[int, int], Severity], rows: Mapping[int, Severity], styles: Styles
) -> bytes:
    """Return a sheet with some cells and some whole rows coloured.

    Parameters
    ----------
    data : bytes
        The sheet's part.
    cells : mapping of (row, column) to severity
        Row 1-based, column 0-based. A cell that is not there is added, empty.
    rows : mapping of row to severity
        Every cell that the row has is coloured.
    styles : Styles
        Gets the styles that are needed.
    """
    part = XmlPart(data)
    missing: dict[int, set[int]] = {}
    for row, column in cells:
        missing.setdefault(row, set()).add(column)
    row = column = row_at = 0

    def new_cells(columns: list[int], prefix: bytes) -> bytes:
        cell = b'<%bc r="%b" s="%d"/>'
        return b"".join(
            cell % (prefix, f"{column_letters(c)}{row}".encode(), styles.twin(0, cells[row, c])) for c in columns
        )

    def start(name: str, attributes: dict[str, str], at: int) -> None:
        nonlocal row, column, row_at
        if name == "row":
            number = attributes.get("r", "")
            row, column, row_at = int(number) if number.isascii() and number.isdigit() else row + 1, -1, at
        elif name == "c":
            address = _ADDRESS.fullmatch(attributes.get("r", ""))
            column = column + 1 if address is None else column_number(address[1]) - 1
            tag = part.tag(at)
            absent = missing.get(row, set())
            before = sorted(c for c in absent if c < column)
            absent.difference_update(before, {column})
            severity = cells.get((row, column)) or rows.get(row)
            new = tag
            if severity is not None:
                old = attributes.get("s", "0")
                new = with_attribute(tag, b"s", str(styles.twin(int(old) if old.isdigit() else 0, severity)).encode())
            if before or new != tag:
                part.replace(at, tag, new_cells(before, prefix_of(tag)) + new)

    def end(name: str, _: dict[str, str], at: int) -> None:
        if name == "row" and missing.get(row):
            content = new_cells(sorted(missing.pop(row)), prefix_of(part.tag(row_at)))
            part.insert_inside(row_at, at, content)

    part.walk(start, end)
    return part.result()
