"""The table of pairings, one for all commands: who is whose mentor, in which role and group, from when to when.

The headers are those of the school's own sheet of pairings, so that a result can be next term's record.
"""

from collections.abc import Iterable, Mapping

from mentormatch.base.text import Language, Text
from mentormatch.io.headers import column, header
from mentormatch.report.answer import table
from mentormatch.report.tables import ResultTable, Value
from mentormatch.roster.pairing import Pairing
from mentormatch.roster.roster import Roster

COLUMNS = ("student_id", "mentor_id", "role", "role_name", "state", "valid_from", "valid_to", "origin", "locked")
"""Columns of the record that the table shows."""

GROUP = Text("小组", "group")


def pairing_table(
    pairings: Iterable[Pairing], lang: Language, *, group_of: Mapping[Pairing, str] | None = None
) -> ResultTable:
    """Return pairings as a table.

    Parameters
    ----------
    pairings : iterable of Pairing
    lang : {"zh", "en"}
    group_of : mapping of Pairing to str, optional
        The group that a pairing belongs to, where there are groups.

    Notes
    -----
    Where nobody names a role there is no column for it: few schools do.
    """
    rows = sorted(pairings, key=lambda row: (row.student_id, row.role, row.role_name or "", row.mentor_id))
    shown = [name for name in COLUMNS if name != "role_name" or any(row.role_name for row in rows)]
    headers: list[Text | str] = [header("pairings", name, lang) for name in shown]
    cells: list[tuple[Value, ...]] = [tuple(_cell(row, name, lang) for name in shown) for row in rows]
    if group_of is not None:
        headers.append(GROUP)
        cells = [(*mine, group_of.get(row)) for mine, row in zip(cells, rows, strict=True)]
    return table("assignments", lang, headers, cells)


def within_service(pairing: Pairing, roster: Roster | None) -> Pairing:
    """Return a pairing that ends with the mentor's service, or with an external's check, at the latest."""
    end = None if roster is None else roster.service_end(pairing.mentor_id)
    if end is None or (pairing.valid_to is not None and pairing.valid_to <= end):
        return pairing
    return pairing.model_copy(update={"valid_to": end})


def _cell(row: Pairing, name: str, lang: Language) -> Value:
    value = getattr(row, name)
    return None if value is None else column("pairings", name).cell(value, lang)
