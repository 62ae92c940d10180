"""Reads the columns of one table, and keeps what was found and which rows were refused."""

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, TypeVar, overload

from pydantic import TypeAdapter

from mentormatch.base.text import Text
from mentormatch.io.cells.lists import split
from mentormatch.io.cells.plain_text import is_blank, shown_id, text_of
from mentormatch.io.cells.reading import Finding, Normaliser, Reading, refused
from mentormatch.io.headers import header, sheet_spec
from mentormatch.io.tables import Cell, Several, Table
from mentormatch.roster.data_issue import DataIssue
from mentormatch.roster.sheet_count import SheetCount
from mentormatch.roster.vocabulary import Refused, Severity

T = TypeVar("T")
C = TypeVar("C", bound=Hashable)


class SheetReader:
    """Reads the columns of one table; a row is known by its position among the table's rows.

    Parameters
    ----------
    table : Table

    Attributes
    ----------
    issues : list of DataIssue
    num_superseded : int
        How many accepted rows gave way to another row.
    """

    def __init__(self, table: Table) -> None:
        self.table = table
        self.issues: list[DataIssue] = []
        self.num_superseded = 0
        self._columns = {column.name: column for column in table.columns}
        # By columns once: every column is gone through as a whole.
        self._cells: list[tuple[Cell, ...]] = list(zip(*(cells for _, cells in table.rows), strict=True))
        self._refused: set[int] = set()

    def __len__(self) -> int:
        return len(self.table.rows)

    def cells(self, name: str) -> Sequence[Cell]:
        """Return a column as it stands in the file; empty cells for a column that the file does not have."""
        column = self._columns.get(name)
        return (None,) * len(self) if column is None or not self._cells else self._cells[column.index]

    def row_number(self, position: int) -> int:
        """Return the row's number in the file."""
        return self.table.rows[position][0]

    def row_numbers(self, positions: Iterable[int]) -> str:
        """Return the rows' numbers in the file as a text."""
        return ", ".join(map(str, sorted(map(self.row_number, positions))))

    def values(
        self,
        readers: Mapping[str, Normaliser[Any]],
        *,
        but: Collection[str] = (),
        is_label: Callable[[str], bool] | None = None,
    ) -> dict[str, list[Any]]:
        """Read every column that we know of the sheet as its spec says, in the order of the spec.

        Parameters
        ----------
        readers : mapping of str to callable
            What reads a reference to "student", "mentor", "external", "anybody", "class" or "role_choice"; or a column
            of that name, in place of the reader of its spec.
        but : collection of str
            Columns that the caller reads.
        is_label : callable, optional
            Knows the names of mentors, which may hold separators.

        Returns
        -------
        dict of str to list
            The values of every row by `ColumnSpec.name`; of a column of several values tuples.
        """
        found: dict[str, list[Any]] = {}
        for spec in sheet_spec(self.table.kind).columns:
            if spec.name in but:
                continue
            read = readers.get(spec.name) or spec.kind.read or readers[spec.kind.refers_to or spec.name]
            if spec.several:
                label = is_label if spec.kind.refers_to in _OF_MENTORS else None
                found[spec.name] = self.lists(spec.name, read, label)
            elif spec.required:
                found[spec.name] = self.required(spec.name, read)
            else:
                found[spec.name] = self.column(spec.name, read, spec.default)
        return found

    @overload
    def column(self, name: str, read: Normaliser[T]) -> list[T | None]: ...

    @overload
    def column(self, name: str, read: Normaliser[T], default: T) -> list[T]: ...

    def column(self, name: str, read: Normaliser[T], default: T | None = None) -> list[T | None] | list[T]:
        """Read an optional column; a cell that is empty or cannot be used reads as the default."""
        cells = self.cells(name)
        return self._read(name, _keys(cells), lambda position: read(cells[position]), "cell", default)

    def required(self, name: str, read: Normaliser[T], known: Mapping[int, T] = MappingProxyType({})) -> list[T | None]:
        """Read a required column; a row without a usable value is refused.

        Empty cells at positions that are `known` have those values.
        """
        cells = self.cells(name)
        if not known:
            return self._read(name, _keys(cells), lambda position: read(cells[position]), "row")
        beside = [known.get(position) if is_blank(cell) else None for position, cell in enumerate(cells)]
        keys = list(zip(_keys(cells), beside, strict=True))

        def read_or_known(position: int) -> Reading[T]:
            value = beside[position]
            return read(cells[position]) if value is None else Reading(value)

        return self._read(name, keys, read_or_known, "row", are_known=beside)

    def required_beside(self, name: str, read: Callable[[Cell, C], Reading[T]], beside: Sequence[C]) -> list[T | None]:
        """Read a required column whose cells mean something only together with another value of their row."""
        cells = self.cells(name)
        keys = list(zip(_keys(cells), beside, strict=True))
        return self._read(name, keys, lambda position: read(cells[position], beside[position]), "row")

    def lists(
        self, name: str, read: Normaliser[T], is_label: Callable[[str], bool] | None = None
    ) -> list[tuple[T, ...]]:
        """Read an optional column of several values a cell; a value that cannot be used is refused alone.

        Of values that are the same the first is kept.
        """
        return [
            tuple(dict.fromkeys(self.noted(position, name, readings))) if readings else ()
            for position, readings in enumerate(self.list_readings(name, read, is_label))
        ]

    def list_readings(
        self, name: str, read: Normaliser[T], is_label: Callable[[str], bool] | None = None
    ) -> list[tuple[Reading[T], ...]]:
        """Read the values of each cell of a column, without noting what was found.

        A text that `is_label` knows, such as the name ``Smith, John``, is one value whatever separators it holds.
        """
        cells = self.cells(name)
        keys = _keys(cells)
        known = {key: tuple(map(read, split(cells[position], is_label))) for key, position in _first_positions(keys)}
        return [known[key] for key in keys]

    def readings(self, name: str, read: Normaliser[T]) -> list[Reading[T]]:
        """Read the one value of each cell of a column, without noting what was found."""
        cells = self.cells(name)
        keys = _keys(cells)
        known: dict[Hashable, Reading[T]] = {
            key: Reading() if is_blank(cells[position]) else read(cells[position])
            for key, position in _first_positions(keys)
        }
        return [known[key] for key in keys]

    def has(self, name: str) -> bool:
        """Tell whether the sheet has a column."""
        return name in self._columns

    def remark(self, code: str, message: Text) -> None:
        """Say something about the sheet as a whole."""
        self.issues.append(DataIssue(sheet=self.table.sheet, code=code, severity="warning", message=message))

    def noted(self, position: int, name: str, readings: Iterable[Reading[T]]) -> Iterator[T]:
        """Yield the usable ones of a cell's values, and note what was found."""
        for value, finding in readings:
            if finding is not None:
                self._note(position, name, finding, "cell")
            if value is not None:
                yield value

    def refuse_row(self, position: int, name: str | None, finding: Finding) -> None:
        """Refuse a row."""
        self._note(position, name, finding, "row")

    def refuse_cell(self, position: int, name: str, finding: Finding, severity: Severity = "error") -> None:
        """Refuse a cell, or one of its values."""
        self._add(position, name, finding, severity, "cell")

    def warn(self, position: int, name: str | None, code: str, zh: str, en: str) -> None:
        """Say something about a row that stays as it is."""
        self._add(position, name, Finding(code, Text(zh, en)), "warning", None)

    def supersede(self, position: int, code: str, zh: str, en: str) -> None:
        """Say that an accepted row gave way to another one."""
        self.num_superseded += 1
        self.warn(position, None, code, zh, en)

    def refuse_repeated(self, name: str, ids: Sequence[str | None]) -> None:
        """Refuse every row whose ID another row has too, whether or not that one was refused for something else."""
        positions: defaultdict[str, list[int]] = defaultdict(list)
        for position, each in enumerate(ids):
            if each is not None:
                positions[each if each.isdecimal() else each.casefold()].append(position)
        for same in positions.values():
            if len(same) > 1:
                value = str(ids[same[0]])
                rows = self.row_numbers(same)
                finding = Finding(
                    "duplicate_id",
                    Text(
                        zh=f"编号 {shown_id(value)} 重复(第 {rows} 行),这些行都不采用",
                        en=f"The ID {shown_id(value)} stands in rows {rows}; none of them is used",
                    ),
                    Text(
                        zh="重复录入的只保留一行,否则改正写错的编号",
                        en="keep one row of what was entered twice, or mend the wrong ID",
                    ),
                )
                for position in same:
                    self.refuse_row(position, name, finding)

    def accepted(self) -> Iterator[int]:
        """Yield the positions of the rows that were not refused so far."""
        return (position for position in range(len(self)) if position not in self._refused)

    def extras(self) -> list[tuple[tuple[str, str], ...]]:
        """Return the filled cells in columns that we do not know, with their headers."""
        known = [(column.header, column.index) for column in self.table.extra]
        if not known:
            return [()] * len(self)
        return [
            tuple((title, text_of(cells[index])) for title, index in known if cells[index] is not None)
            for _, cells in self.table.rows
        ]

    def entities(
        self,
        adapter: TypeAdapter[tuple[T, ...]],
        columns: Mapping[str, Sequence[object]],
        positions: Iterable[int] | None = None,
    ) -> tuple[T, ...]:
        """Build an entity of each accepted row (or of the rows at these positions) from its values, all in one go.

        Parameters
        ----------
        adapter : TypeAdapter
            Of a tuple of the entities.
        columns : mapping of str to sequence
            The values of every row by the names of the sheet's columns or of the entity's fields.
        positions : iterable of int, optional
        """
        fields = {spec.name: spec.field for spec in sheet_spec(self.table.kind).columns if spec.field}
        names = tuple(fields.get(name, name) for name in columns)
        rows = list(zip(*columns.values(), strict=True))
        chosen = self.accepted() if positions is None else positions
        return adapter.validate_python([dict(zip(names, rows[position], strict=True)) for position in chosen])

    def count(self) -> SheetCount:
        """Return how many rows were read, accepted and refused."""
        return SheetCount(
            sheet=self.table.sheet,
            kind=self.table.kind,
            accepted=len(self) - len(self._refused),
            refused=len(self._refused),
            superseded=self.num_superseded,
        )

    def _read(
        self,
        name: str,
        keys: Sequence[Hashable],
        read: Callable[[int], Reading[T]],
        refuses: Refused,
        default: T | None = None,
        are_known: Sequence[object] = (),
    ) -> list[Any]:
        """Read a column by positions. Cells with the same key read the same, and most columns have few keys."""
        cells = self.cells(name)
        known = {
            key: self._blank(name, refuses)
            if is_blank(cells[position]) and not (are_known and are_known[position] is not None)
            else _ONE_VALUE
            if isinstance(cells[position], Several)
            else read(position)
            for key, position in _first_positions(keys)
        }
        findings = {key: finding for key, (_, finding) in known.items() if finding is not None}
        if findings:
            for position, key in enumerate(keys):
                if key in findings:
                    self._note(position, name, findings[key], refuses)
        values = {key: default if value is None else value for key, (value, _) in known.items()}
        return [values[key] for key in keys]

    def _blank(self, name: str, refuses: Refused) -> Reading[T]:
        """Return what an empty cell means: nothing, or that a required value is missing."""
        if refuses == "cell":
            return Reading()
        zh, en = header(self.table.kind, name, "zh"), header(self.table.kind, name, "en")
        code = "missing_id" if name.endswith("_id") else "missing_value"
        return refused(code, f"缺少“{zh}”", f"No {en} is given", Text(zh=f"填写“{zh}”", en=f"fill in {en}"))

    def _note(self, position: int, name: str | None, finding: Finding, refuses: Refused) -> None:
        if finding.refuses:
            self._add(position, name, finding, "warning" if finding.follows else "error", refuses)
        else:
            self._add(position, name, finding, "warning", None)

    def _add(
        self, position: int, name: str | None, finding: Finding, severity: Severity, refused: Refused | None
    ) -> None:
        if refused == "row":
            self._refused.add(position)
        column = self._columns.get(name) if name else None
        self.issues.append(
            DataIssue(
                sheet=self.table.sheet,
                row=self.row_number(position),
                column=column.header if column else None,
                column_index=column.index if column else None,
                code=finding.code,
                severity=severity,
                refused=refused,
                message=finding.message,
                suggestion=finding.suggestion,
            )
        )


_OF_MENTORS = frozenset(("mentor", "external", "anybody"))

_ONE_VALUE: Reading[Any] = refused(
    "several_values",
    "这里只能填一个值,给出的却是一个列表",
    "One value belongs here; a list was given",
    Text(zh="只给一个值", en="give one value"),
)


def _keys(cells: Sequence[Cell]) -> Sequence[Hashable]:
    """Return what tells cells apart: the type belongs to it where there are several, since 1 == True."""
    types = set(map(type, cells))
    return cells if types <= {str, type(None)} else list(zip(map(type, cells), cells, strict=True))


def _first_positions(keys: Sequence[Hashable]) -> Iterable[tuple[Hashable, int]]:
    """Return each distinct key with the first position where it stands."""
    last = len(keys) - 1
    return dict(zip(reversed(keys), range(last, -1, -1), strict=True)).items()
