"""Read the answers of a survey as choice forms of a school."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mentormatch.base.errors import InputError
from mentormatch.base.text import Text
from mentormatch.io.cells.plain_text import is_blank, text_of
from mentormatch.io.cells.reading import Finding
from mentormatch.io.files.file_kind import file_kind
from mentormatch.io.people import KnownMentor, MentorDirectory
from mentormatch.io.raw_sheet import RawSheet, SheetSource
from mentormatch.io.read_csv_folder import CsvFolder
from mentormatch.io.read_workbook import Workbook
from mentormatch.io.survey.answers import mentors_in
from mentormatch.io.survey.mapping import SurveyMapping, guessed_mapping, same_question
from mentormatch.io.survey.respondents import Respondents
from mentormatch.io.tables import Cell
from mentormatch.roster.data_issue import DataIssue
from mentormatch.roster.roster import Roster
from mentormatch.roster.vocabulary import Refused

MAX_CHOICES = 5
"""Columns for numbered choices; what a survey asks beyond them goes into the last one, in order."""

_HEADER_ROWS = 10


@dataclass(frozen=True, slots=True)
class SurveyForms:
    """The forms that a survey's answers amount to.

    Parameters
    ----------
    mapping : SurveyMapping
        With the headers as the file writes them.
    rows : tuple of tuple of str
        For each accepted answer the student's id, the time, five choices, avoid, acceptable; several values are joined
        with ┋, and a mentor that could not be read stands there as it was written.
    read : int
        Answers in the file; those that are not in `rows` were refused.
    ignored : tuple of str
        Headers that fill no column.
    issues : tuple of DataIssue
        With the cells of the survey's own sheet.
    """

    mapping: SurveyMapping
    rows: tuple[tuple[str, ...], ...]
    read: int
    ignored: tuple[str, ...]
    issues: tuple[DataIssue, ...]


def read_survey(
    path: Path, roster: Roster, mapping: SurveyMapping | None = None, *, columns: Sequence[tuple[str, str]] = ()
) -> SurveyForms:
    """Read the sheet that a survey tool exported.

    Parameters
    ----------
    path : Path
        An .xlsx workbook, or a folder with the exported CSV file.
    roster : Roster
        The school whose students answered.
    mapping : SurveyMapping, optional
        What the rules file remembers; guessed from the headers where there is none.
    columns : sequence of (header, column)
        Corrections of the mapping, such as ``("5、最想要的导师", "choice_1")``.

    Raises
    ------
    FileError
        The file is missing, unreadable or of the wrong kind.
    InputError
        The sheet, or a header of the mapping, is not there; or the headers do not tell who answered what.
    """
    source: SheetSource = CsvFolder(path) if file_kind(path) == "csv_folder" else Workbook(path)
    sheet = _sheet(source, mapping)
    at, headers, found = _header(sheet, mapping, columns)
    placed = _Columns(headers, found)
    respondents = Respondents(roster)
    mentors = MentorDirectory(
        {mentor.mentor_id: mentor.status for mentor in roster.mentors},
        [KnownMentor(mentor.mentor_id, mentor.name, mentor.subject) for mentor in roster.mentors],
    )
    rows: list[tuple[str, ...]] = []
    issues: list[DataIssue] = []
    answers = [(number, cells) for number, cells in sheet.rows if number > at and not placed.are_blank(cells)]
    for number, cells in answers:
        place = _Place(sheet.name, number, headers)
        who = respondents.resolve(
            *(placed.cell(cells, header) for header in (found.student_id, found.name, found.class_name))
        )
        if who.finding is not None:
            column = placed.index(found.student_id or found.name)
            issues.append(place.issue(who.finding, column, "row" if who.finding.refuses else None))
        if who.value is None:
            continue
        submitted = placed.cell(cells, found.submitted_at)
        texts = {header: _answer(placed, cells, header, mentors, place, issues) for header in found.headers}
        choices = [texts[header] for header in found.choices]
        choices = [*choices[: MAX_CHOICES - 1], "┋".join(filter(None, choices[MAX_CHOICES - 1 :]))]
        choices += [""] * (MAX_CHOICES - len(choices))
        lists = ["┋".join(filter(None, (texts[header] for header in part))) for part in (found.avoid, found.acceptable)]
        rows.append((who.value, "" if is_blank(submitted) else text_of(submitted), *choices, *lists))
    ignored = tuple(header for header in headers if header and header not in found.headers)
    return SurveyForms(found, tuple(rows), len(answers), ignored, tuple(issues))


def _answer(
    columns: "_Columns",
    cells: list[Cell],
    header: str,
    mentors: MentorDirectory,
    place: "_Place",
    issues: list[DataIssue],
) -> str:
    """Return the mentors of one answer, and note those that cannot be read."""
    if header not in (*columns.mapping.choices, *columns.mapping.acceptable, *columns.mapping.avoid):
        return ""
    texts = []
    for value, finding in mentors_in(columns.cell(cells, header), mentors):
        texts.append(text_of(value))
        if finding is not None:
            issues.append(place.issue(finding, columns.index(header), "cell"))
    return "┋".join(texts)


class _Columns:
    """Where the columns of a mapping stand in the sheet."""

    def __init__(self, headers: list[str], mapping: SurveyMapping) -> None:
        self.mapping = mapping
        self._index = {header: headers.index(header) for header in mapping.headers}

    def index(self, header: str | None) -> int | None:
        return None if header is None else self._index[header]

    def cell(self, cells: list[Cell], header: str | None) -> Cell:
        index = self.index(header)
        return cells[index] if index is not None and index < len(cells) else None

    def are_blank(self, cells: list[Cell]) -> bool:
        return all(is_blank(self.cell(cells, header)) for header in self._index)


@dataclass(frozen=True, slots=True)
class _Place:
    """A row of the survey's sheet, for findings about it."""

    sheet: str
    row: int
    headers: list[str]

    def issue(self, finding: Finding, column: int | None, refused: Refused | None) -> DataIssue:
        return DataIssue(
            sheet=self.sheet,
            row=self.row,
            column=None if column is None else self.headers[column],
            column_index=column,
            code=finding.code,
            severity="error" if finding.refuses else "warning",
            refused=refused,
            message=finding.message,
            suggestion=finding.suggestion,
        )


def _sheet(source: SheetSource, mapping: SurveyMapping | None) -> RawSheet:
    names = source.sheet_names
    wanted = names[0] if mapping is None or mapping.sheet is None else mapping.sheet
    if wanted not in names:
        raise InputError(
            Text(
                zh=f"问卷文件中没有工作表“{wanted}”;有:{'、'.join(names)}",
                en=f"The survey has no sheet {wanted!r}; there are: {', '.join(names)}",
            )
        )
    return source.read(wanted)


def _header(
    sheet: RawSheet, mapping: SurveyMapping | None, columns: Sequence[tuple[str, str]]
) -> tuple[int, list[str], SurveyMapping]:
    """Return the row of the headers, the headers, and the mapping in the words of the file."""
    missing: tuple[str, ...] = ()
    seen: list[str] = []
    for number, cells in sheet.rows[:_HEADER_ROWS]:
        headers = ["" if cell is None else text_of(cell).strip() for cell in cells]
        seen = seen or [header for header in headers if header]
        base = guessed_mapping(header for header in headers if header) if mapping is None else mapping
        wanted = base.with_columns(columns)
        words = {text: next((h for h in headers if h and same_question(text, h)), None) for text in wanted.headers}
        lacking = tuple(text for text, header in words.items() if header is None)
        if not lacking and wanted.tells_forms:
            return number, headers, wanted.in_words_of({text: header for text, header in words.items() if header})
        if lacking and (not missing or len(lacking) < len(missing)):
            missing = lacking
    raise InputError(
        Text(
            zh=f"看不出工作表“{sheet.name}”中哪一题是什么"
            + (f":没有表头 {'、'.join(missing)}" if missing else "")
            + f";需要学号(或姓名和班级)以及至少一个志愿。第一行是:{'、'.join(seen)}",
            en=f"The headers of sheet {sheet.name!r} do not tell what is what"
            + (f": there is no {', '.join(missing)}" if missing else "")
            + f"; needed are an ID (or name and class) and at least one choice. The first row is: {', '.join(seen)}",
        ),
        maybe=Text(
            zh='用 --map 说明,如 --map "5、你最想要的导师=choice_1",或在规则文件中写 [survey]',
            en='say so with --map, such as --map "5. Whom do you want=choice_1", or in [survey] of the rules file.',
        ),
    )
