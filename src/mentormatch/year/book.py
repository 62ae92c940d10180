"""From a promotion to the workbook of the new year: which rows go to archives."""

from datetime import date

from mentormatch.io.book.changed_cells import SetAside
from mentormatch.year.promotion import Promotion

LAST_YEARS = ("prefs_students", "prefs_mentors", "changes")
"""Sheets whose rows are of one year: forms, opinions, requests."""


def set_aside(promotion: Promotion, on: date) -> SetAside:
    """Return what the workbook of the new year sets aside."""
    people = {"students": promotion.left, "mentors": promotion.peers_left}
    return SetAside(on, {kind: ids for kind, ids in people.items() if ids}, LAST_YEARS)
