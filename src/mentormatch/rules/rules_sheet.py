"""Rules in a workbook: the sheet 规则 (rule, parameter, value, note) as the data of a rules file, and back."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel

from mentormatch.base.errors import RulesError
from mentormatch.base.text import Text
from mentormatch.constraints.registry import CONSTRAINT_KINDS
from mentormatch.constraints.where import SHORT
from mentormatch.io.cells.plain_text import folded, is_blank, text_of
from mentormatch.io.headers import NOTES_SHEET, is_rules_sheet
from mentormatch.io.normal_form import fold
from mentormatch.io.raw_sheet import RawSheet, SheetSource
from mentormatch.io.read_tables import open_source
from mentormatch.io.tables import Cell
from mentormatch.objectives.registry import STAGE_KINDS
from mentormatch.roster.school_field import SchoolField
from mentormatch.rules.cell_values import read_value, write_value

HEADERS: Mapping[str, tuple[str, ...]] = {
    "rule": ("规则", "rule"),
    "parameter": ("参数", "parameter"),
    "value": ("值", "value", "取值"),
    "note": ("说明", "note", "备注"),
}
SINGLE: Mapping[str, tuple[str, Any]] = {
    "mechanism": ("机制", str),
    "priorities": ("优先级", tuple[str, ...]),
    "mentor_kinds": ("导师类型", tuple[str, ...]),
    "choice_rounds": ("志愿分轮", tuple[int, ...]),
}
"""What stands in one row: a name and a value."""
TABLES: Mapping[str, str] = {
    "regroup": "重新编班",
    "selection": "选择范围",
    "survey": "问卷",
    "roles": "角色",
    "growth_groups": "成长小组",
    "peers": "学长",
}
FIELD, COMMENT = ("field", "自有列"), "#"
Kind = Literal["constraint", "stage", "field", "table", "single"]


@dataclass(slots=True)
class _Block:
    """The rows of one rule."""

    key: Kind
    name: str
    model: type[BaseModel] | None
    first: int
    last: int
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SheetRules:
    """What a sheet says.

    Parameters
    ----------
    data : dict
        As the parser of a rules file returns it.
    places : mapping of (key, position) to str
        Where each table stands, such as ``规则!5-7``, for messages.
    """

    data: dict[str, Any]
    places: Mapping[tuple[str, int], str]


def sheet_rules(path: Path, tables: Mapping[str, type[BaseModel]]) -> SheetRules | None:
    """Return what the sheet of rules of a school says; None where the school has no such sheet.

    Parameters
    ----------
    path : Path
        A workbook or a folder of CSV files.
    tables : mapping of str to class
        What the single tables such as ``growth_groups`` hold.

    Raises
    ------
    FileError
        When the file cannot be read.
    RulesError
        For a row that belongs to no rule, and for a rule that does not exist.
    """
    source = open_source(path)
    names = [name for name in source.sheet_names if is_rules_sheet(name)]
    if len(names) > 1:
        raise RulesError(
            Text(zh=f"有多张规则表:{'、'.join(names)};请只留一张。", en=f"Several sheets of rules: {', '.join(names)}.")
        )
    if not names:
        return None
    sheet = source.read(names[0])
    return _data(_blocks(sheet, tables), sheet.name)


def note_fields(source: SheetSource) -> tuple[SchoolField, ...]:
    """Return the school's own columns that the notes of a template name: 学生 or 导师, then the header.

    A line of the notes with both a sheet and a column is the school's own; those of the template have one of the two.
    """
    notes = [name for name in source.sheet_names if fold(name) in {fold(NOTES_SHEET.zh), fold(NOTES_SHEET.en)}]
    found: dict[str, SchoolField] = {}
    for _, cells in source.read(notes[0]).rows if notes else ():
        sheet, name, public = map(_text, [*cells, None, None][:3])
        if fold(sheet) in ("学生", "导师", "students", "mentors") and name:
            found[name] = SchoolField(name=name, public=folded(public) in ("公开", "public"))
    return tuple(found[name] for name in sorted(found))


def rules_rows(data: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Return the rows (rule, parameter, value) of the data of a rules file.

    The second rule of a kind is told apart by its number, as in ``type_quotas 2``.
    """
    rows = [(name, "", write_value(data[name])) for name in SINGLE if name in data]
    for name in TABLES:
        if name in data:
            rows += _rows_of(name, data[name])
    seen: dict[str, int] = {}
    for key in ("field", "constraint", "stage"):
        for table in data.get(key, ()):
            name = FIELD[0] if key == "field" else str(table["kind"])
            seen[name] = seen.get(name, 0) + 1
            title = name if seen[name] == 1 else f"{name} {seen[name]}"
            rows += _rows_of(title, {item: value for item, value in table.items() if item != "kind"})
    return rows


def _rows_of(title: str, table: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    rows = [(title, name, write_value(value)) for name, value in table.items()]
    return iter(rows or [(title, "", "")])


def _blocks(sheet: RawSheet, tables: Mapping[str, type[BaseModel]]) -> list[_Block]:
    columns, head = _header(sheet)
    blocks: list[_Block] = []
    title, problems = "", list[Text]()
    for number, cells in sheet.rows:
        if number <= head:
            continue
        rule, parameter, value = (_cell(cells, columns[name]) for name in ("rule", "parameter", "value"))
        named, said = _text(rule), _text(parameter)
        if named.startswith(COMMENT) or (is_blank(rule) and is_blank(parameter) and is_blank(value)):
            continue
        if named and (named != title or not blocks or said in blocks[-1].values):
            title = named
            block = _begin(named, number, tables)
            if block is None:
                problems.append(_no_rule(sheet.name, number, named, tables))
                block = _Block("single", "", None, number, number)
            blocks.append(block)
        if not blocks:
            problems.append(
                Text(
                    zh=f"  {sheet.name} 第 {number} 行:第一列应写规则的名称。",
                    en=f"  {sheet.name} row {number}: the first column must name a rule.",
                )
            )
            continue
        _add(blocks[-1], number, said, value)
    if problems:
        raise RulesError(
            Text(
                zh="\n".join(["规则表有误:", *(problem.zh for problem in problems)]),
                en="\n".join(["The sheet of rules makes no sense:", *(problem.en for problem in problems)]),
            )
        )
    return blocks


def _header(sheet: RawSheet) -> tuple[dict[str, int], int]:
    for number, cells in sheet.rows:
        folds = [fold(_text(cell)) for cell in cells]
        found = {
            name: next((folds.index(fold(word)) for word in words if fold(word) in folds), -1)
            for name, words in HEADERS.items()
        }
        if min(found["rule"], found["parameter"], found["value"]) >= 0:
            return found, number
    raise RulesError(
        Text(
            zh=f"工作表“{sheet.name}”没有表头:应有“规则、参数、值、说明”四列。",
            en=f"The sheet {sheet.name!r} has no header: rule, parameter, value, note.",
        )
    )


def _text(cell: Cell) -> str:
    return "" if is_blank(cell) else text_of(cell).strip()


def _cell(cells: Sequence[Cell], at: int) -> Cell:
    return cells[at] if 0 <= at < len(cells) else None


def _begin(title: str, number: int, tables: Mapping[str, type[BaseModel]]) -> _Block | None:
    name = title.rstrip("0123456789").rstrip(" #(（") if title not in TABLES else title
    name = name.rstrip() if name else title
    for known, (word, _) in SINGLE.items():
        if folded(name) in (known, folded(word)):
            return _Block("single", known, None, number, number)
    for known, word in TABLES.items():
        if folded(name) in (known, folded(word)):
            return _Block("table", known, tables.get(known), number, number)
    if folded(name) in FIELD:
        return _Block("field", FIELD[0], SchoolField, number, number)
    kind = folded(name)
    rule = CONSTRAINT_KINDS.find(kind)
    if rule is not None:
        return _Block("constraint", kind, rule, number, number)
    stage = STAGE_KINDS.find(kind)
    return None if stage is None else _Block("stage", kind, stage, number, number)


def _add(block: _Block, number: int, parameter: str, value: Cell) -> None:
    block.last = number
    if block.key == "single":
        block.values[""] = value if is_blank(value) else read_value(value, SINGLE[block.name][1] if block.name else str)
    elif parameter:
        block.values[parameter] = None if is_blank(value) else read_value(value, _annotation(block.model, parameter))


def _annotation(model: type[BaseModel] | None, parameter: str) -> Any:
    known = None if model is None else model.model_fields.get(parameter)
    if known is not None:
        return known.annotation
    return tuple[str, ...] if parameter in SHORT else str


def _data(blocks: Iterable[_Block], sheet: str) -> SheetRules:
    data: dict[str, Any] = {}
    places: dict[tuple[str, int], str] = {}
    for block in blocks:
        values = {name: value for name, value in block.values.items() if value is not None}
        if block.key == "single":
            data[block.name] = values.get("")
        elif block.key == "table":
            data[block.name] = values
        else:
            own = values if block.key == "field" else {"kind": block.name, **values}
            data.setdefault(block.key, []).append(own)
            rows = str(block.first) if block.first == block.last else f"{block.first}-{block.last}"
            places[block.key, len(data[block.key])] = f"{sheet}!{rows}"
    return SheetRules(data, places)


def _no_rule(sheet: str, number: int, name: str, tables: Mapping[str, Any]) -> Text:
    known = [*SINGLE, *TABLES, FIELD[0], *CONSTRAINT_KINDS.names, *STAGE_KINDS.names]
    near = get_close_matches(name, known) or known
    return Text(
        zh=f"  {sheet} 第 {number} 行:没有名为“{name}”的规则;有:{'、'.join(near)}。",
        en=f"  {sheet} row {number}: there is no rule {name!r}; there are: {', '.join(near)}.",
    )
