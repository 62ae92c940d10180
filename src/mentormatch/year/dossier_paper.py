"""The file of a pupil on paper."""

from mentormatch.base.edition import Edition
from mentormatch.base.text import Language, Text
from mentormatch.report.tables import ResultTable
from mentormatch.roster.roster import Roster
from mentormatch.year.dossiers import Dossier, dossier_lines, dossier_tables
from mentormatch.year.paper import Paper

TITLE = Text("学生成长导师档案", "Growth mentors of a pupil")
NO_ROW = Text("还没有结对记录。", "There is no pairing on record yet.")
FOR_STAFF = Text("内部版,含不公开的内容,请妥善保管。", "For staff: it tells what is confidential.")


def paper_of(dossier: Dossier, roster: Roster, edition: Edition, lang: Language) -> Paper:
    """Return the file of a pupil as one sheet of paper."""
    tables = dossier_tables(dossier, roster, edition, lang)
    notes = [] if tables else [NO_ROW]
    notes += [FOR_STAFF] if edition.staff else []
    return Paper(
        TITLE.in_language(lang),
        [line.in_language(lang) for line in dossier_lines(dossier, edition)],
        tables,
        [note.in_language(lang) for note in notes],
    )


def facts_table(dossier: Dossier, edition: Edition, lang: Language) -> ResultTable:
    """Return who the pupil is, as the first sheet of the workbook."""
    lines = [(line.in_language(lang),) for line in dossier_lines(dossier, edition)]
    return ResultTable("facts", Text("学生", "pupil").in_language(lang), (TITLE.in_language(lang),), [*lines])
