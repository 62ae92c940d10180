"""The table of pairings, one for all commands: who is whose mentor, in which role and group, from when to when.

The headers are those of the school's own sheet of pairings, so that a result can be next term's record.
"""

from collections.abc import Iterable, Sequence
from datetime import date

from mentormatch.base.text import Language, Text
from mentormatch.io.headers import header
from mentormatch.io.record_cells import cells_of
from mentormatch.report.answer import table
from mentormatch.report.on_record import live_rows, record_headers, record_rows
from mentormatch.report.tables import ResultTable, Value
from mentormatch.roster.pairing import Pairing
from mentormatch.roster.public_record import public_row
from mentormatch.roster.roster import Roster

COLUMNS = ("student_id", "mentor_id", "role", "role_name", "state", "valid_from", "valid_to", "origin", "locked")
"""Columns of the record that the table shows."""

GROUP = Text("小组", "group")


def pairing_table(pairings: Iterable[Pairing], lang: Language) -> ResultTable:
    """Return pairings as a table.

    Parameters
    ----------
    pairings : iterable of Pairing
    lang : {"zh", "en"}

    Notes
    -----
    Where nobody names a role there is no column for it, and so with groups: few schools have them.
    """
    rows = sorted(pairings, key=lambda row: (row.student_id, row.role, row.role_name or "", row.mentor_id))
    shown = [name for name in COLUMNS if name != "role_name" or any(row.role_name for row in rows)]
    grouped = any(row.group for row in rows)
    headers: list[Text | str] = [*(header("pairings", name, lang) for name in shown), *([GROUP] if grouped else [])]
    cells: list[tuple[Value, ...]] = []
    for row in rows:
        mine = cells_of("pairings", row, lang)
        cells.append((*(mine[name] for name in shown), *([row.group] if grouped else [])))
    return table("assignments", lang, headers, cells)


def with_record(tables: Sequence[ResultTable], after: Roster | None, on: date, lang: Language) -> list[ResultTable]:
    """Return the tables of an answer with what stands on the record in place of its pairings, and the whole record.

    Parameters
    ----------
    tables : sequence of ResultTable
    after : Roster or None
        The school with its record after the answer; None where it decides no pairing.
    on : date
    lang : {"zh", "en"}
    """
    if after is None or all(each.kind != "assignments" for each in tables):
        return list(tables)
    stands = pairing_table([public_row(row) for row in live_rows(after.pairings, on)], lang)
    rows = record_rows([public_row(row) for row in after.pairings], lang)
    record = table("record", lang, list(record_headers(lang)), rows)
    shown = [stands if each.kind == "assignments" else each for each in tables]
    return [*shown, record]


def within_service(pairing: Pairing, roster: Roster | None) -> Pairing:
    """Return a pairing that ends with the mentor's service, or with an external's check, at the latest."""
    end = None if roster is None else roster.service_end(pairing.mentor_id)
    if end is None or (pairing.valid_to is not None and pairing.valid_to <= end):
        return pairing
    return pairing.model_copy(update={"valid_to": end})
