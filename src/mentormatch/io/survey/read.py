"""Read the answers of a survey as choice forms of a school."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from mentormatch.base.errors import InputError
from mentormatch.base.text import Text
from mentormatch.io.cells.plain_text import text_of
from mentormatch.io.cells.reading import Finding
from mentormatch.io.data_rows import show_formats
from mentormatch.io.people import KnownMentor, MentorDirectory
from mentormatch.io.raw_sheet import RawSheet, SheetSource
from mentormatch.io.read_tables import open_source
from mentormatch.io.survey.answers import (
    is_unanswered,
    mentor_called,
    mentors_in,
    options,
    ranked_options,
    read_rank,
    read_tick,
)
from mentormatch.io.survey.guess import guessed_columns, is_about_mentors
from mentormatch.io.survey.mapping import SurveyMapping, same_question
from mentormatch.io.survey.questions import Question, questions_of
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
    sheet = _sheet(open_source(path), mapping)
    mentors = MentorDirectory(
        {mentor.mentor_id: mentor.status for mentor in roster.mentors},
        [KnownMentor(mentor.mentor_id, mentor.name, mentor.subject) for mentor in roster.mentors],
    )
    header = _header(sheet, mentors, mapping, columns)
    show_formats(sheet, sheet.rows, header.of_people())
    reader = _Reader(sheet, header, mentors)
    respondents = Respondents(roster)
    found = header.mapping
    rows: list[tuple[str, ...]] = []
    issues = list(reader.unread_questions())
    for number, cells in reader.answers:
        who = respondents.resolve(
            *(reader.cell(cells, title) for title in (found.student_id, found.name, found.class_name))
        )
        if who.finding is not None:
            index = header.questions[found.student_id or found.name or ""].columns[0]
            issues.append(reader.issue(number, index, who.finding, "row" if who.finding.refuses else None))
        if who.value is not None:
            rows.append((who.value, *reader.form(number, cells, issues)))
    ignored = tuple(title for title in header.questions if title not in found.headers)
    return SurveyForms(found, tuple(rows), len(reader.answers), ignored, tuple(issues))


@dataclass(frozen=True, slots=True)
class _Header:
    """The row of headers: its number, its texts, the questions by their headers, and what they fill."""

    row: int
    texts: tuple[str, ...]
    questions: dict[str, Question]
    mapping: SurveyMapping

    def of_people(self) -> set[int]:
        """Return the columns whose cells may be IDs, which are read as the sheet shows them."""
        mapping = self.mapping
        headers = (mapping.student_id, mapping.ranking, *mapping.choices, *mapping.acceptable, *mapping.avoid)
        found = [self.questions[header] for header in headers if header is not None]
        return {index for question in found if question.kind != "options" for index in question.columns}


class _Reader:
    """The answers of a sheet, one row after the other."""

    def __init__(self, sheet: RawSheet, header: _Header, mentors: MentorDirectory) -> None:
        self._sheet, self._header, self._mentors = sheet.name, header, mentors
        self._rows = [(number, cells) for number, cells in sheet.rows if number > header.row]
        used = [at for title in header.mapping.headers for at in header.questions[title].columns]
        self.answers = [row for row in self._rows if any(not is_unanswered(_at(row[1], index)) for index in used)]

    def cell(self, cells: list[Cell], header: str | None) -> Cell:
        """Return the one cell of a question; empty where the question was skipped."""
        cell = None if header is None else _at(cells, self._header.questions[header].columns[0])
        return None if is_unanswered(cell) else cell

    def form(self, number: int, cells: list[Cell], issues: list[DataIssue]) -> tuple[str, ...]:
        """Return time, choices, avoid and acceptable of one answer, and note the cells that cannot be read."""
        mapping = self._header.mapping
        submitted = self.cell(cells, mapping.submitted_at)
        choices = ["┋".join(self._chosen(number, cells, header, issues)) for header in mapping.choices]
        if mapping.ranking is not None:
            choices += self._ranked(number, cells, mapping.ranking, issues)
        choices = [*choices[: MAX_CHOICES - 1], "┋".join(filter(None, choices[MAX_CHOICES - 1 :]))]
        choices += [""] * (MAX_CHOICES - len(choices))
        lists = [
            "┋".join(mentor for header in headers for mentor in self._chosen(number, cells, header, issues))
            for headers in (mapping.avoid, mapping.acceptable)
        ]
        return ("" if submitted is None else text_of(submitted), *choices, *lists)

    def unread_questions(self) -> Iterator[DataIssue]:
        """Yield an error for each answered question about mentors that fills no column."""
        for title, question in self._header.questions.items():
            if title in self._header.mapping.headers or not is_about_mentors(question):
                continue
            filled = sum(
                any(not is_unanswered(_at(cells, index)) for index in question.columns) for _, cells in self._rows
            )
            if filled:
                yield self.issue(self._header.row, question.columns[0], _unread(title, filled), "column")

    def issue(self, row: int, index: int, finding: Finding, refused: Refused | None) -> DataIssue:
        """Return what was found in a cell."""
        return DataIssue(
            sheet=self._sheet,
            row=row,
            column=self._header.texts[index],
            column_index=index,
            code=finding.code,
            severity="error" if finding.refuses else "warning",
            refused=refused,
            message=finding.message,
            suggestion=finding.suggestion,
        )

    def _chosen(self, number: int, cells: list[Cell], header: str, issues: list[DataIssue]) -> list[str]:
        """Return the mentors of a question in which order means nothing."""
        question = self._header.questions[header]
        if question.kind != "options":
            return [
                mentor
                for index in question.columns
                for mentor in self._named(number, index, options(_at(cells, index)), issues)
            ]
        chosen = []
        for index, mentor_id in zip(question.columns, question.mentors, strict=True):
            tick = read_tick(_at(cells, index), mentor_id, self._mentors)
            if isinstance(tick, Finding):
                issues.append(self.issue(number, index, tick, "cell"))
            elif tick:
                chosen.append(mentor_id)
        return chosen

    def _ranked(self, number: int, cells: list[Cell], header: str, issues: list[DataIssue]) -> list[str]:
        """Return the mentors of a question that puts them in order, best first."""
        question = self._header.questions[header]
        if question.kind != "options":
            return [
                mentor
                for index in question.columns
                for mentor in self._named(number, index, ranked_options(_at(cells, index)), issues)
            ]
        by_rank: dict[int, str] = {}
        for index, mentor_id in zip(question.columns, question.mentors, strict=True):
            rank = read_rank(_at(cells, index))
            if isinstance(rank, int) and rank in by_rank:
                rank = _RANK_TWICE
            if isinstance(rank, Finding):
                issues.append(self.issue(number, index, rank, "cell"))
            elif rank is not None:
                by_rank[rank] = mentor_id
        return [by_rank[rank] for rank in sorted(by_rank)]

    def _named(self, number: int, index: int, found: Sequence[Cell], issues: list[DataIssue]) -> list[str]:
        """Return the mentors that a cell names; one that cannot be read stays as it is written."""
        texts = []
        for value, finding in mentors_in(found, self._mentors):
            texts.append(text_of(value))
            if finding is not None:
                issues.append(self.issue(number, index, finding, "cell"))
        return texts


_RANK_TWICE = Finding(
    "survey_rank_unclear",
    Text(zh="两位导师是同一个名次", en="Two mentors have the same rank"),
    Text(zh="改成不同的名次", en="give them different ranks"),
)


def _unread(header: str, filled: int) -> Finding:
    return Finding(
        "survey_question_unread",
        Text(
            zh=f"题目“{header}”问的是导师,但看不出怎么用,没有读取(有 {filled} 份回答)",
            en=f"The question {header!r} asks about mentors, and how is not clear; it was not read ({filled} answers)",
        ),
        Text(
            zh=f'用 --map 说明它是什么,如 --map "{header}=avoid";确实不用就写 --map "{header}=unused"',
            en=f'say with --map what it is, such as --map "{header}=avoid", or --map "{header}=unused"',
        ),
    )


def _at(cells: list[Cell], index: int) -> Cell:
    return cells[index] if index < len(cells) else None


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
    sheet: RawSheet, mentors: MentorDirectory, mapping: SurveyMapping | None, columns: Sequence[tuple[str, str]]
) -> _Header:
    """Return the row of the headers, with the mapping in the words of the file."""
    missing: tuple[str, ...] = ()
    seen: list[str] = []
    for at, (number, cells) in enumerate(sheet.rows[:_HEADER_ROWS]):
        texts = tuple("" if cell is None else text_of(cell).strip() for cell in cells)
        seen = seen or [text for text in texts if text]
        questions: dict[str, Question] = {}
        for question in questions_of(texts, lambda text: mentor_called(text, mentors)):
            questions.setdefault(question.header, question)
        below = [cells for _, cells in sheet.rows[at + 1 :]]
        answered = {
            title
            for title, question in questions.items()
            if any(not is_unanswered(_at(row, index)) for row in below for index in question.columns)
        }
        base = guessed_columns(questions.values(), answered) if mapping is None else mapping
        wanted = base.with_columns(columns)
        words = {
            text: next((title for title in questions if same_question(text, title)), None) for text in wanted.headers
        }
        lacking = tuple(text for text, title in words.items() if title is None)
        if not lacking and wanted.tells_forms:
            told = wanted.in_words_of({text: title for text, title in words.items() if title})
            return _Header(number, texts, questions, told)
        if lacking and (not missing or len(lacking) < len(missing)):
            missing = lacking
    raise _not_understood(sheet.name, missing, seen)


def _not_understood(sheet: str, missing: Sequence[str], seen: Sequence[str]) -> InputError:
    return InputError(
        Text(
            zh=f"看不出工作表“{sheet}”中哪一题是什么"
            + (f":没有表头 {'、'.join(missing)}" if missing else "")
            + f";需要学号(或姓名和班级)以及至少一个志愿。第一行是:{'、'.join(seen)}",
            en=f"The headers of sheet {sheet!r} do not tell what is what"
            + (f": there is no {', '.join(missing)}" if missing else "")
            + f"; needed are an ID (or name and class) and at least one choice. The first row is: {', '.join(seen)}",
        ),
        maybe=Text(
            zh='用 --map 说明,如 --map "5、最想要的导师=choice_1"、--map "6、排序=ranking",或在规则文件中写 [survey]',
            en='say so with --map, such as --map "5. Whom do you want=choice_1", or in [survey] of the rules file.',
        ),
    )
