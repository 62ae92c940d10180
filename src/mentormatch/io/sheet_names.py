"""Which sheet of a file is which, and what is said about those that are not read."""

from dataclasses import dataclass, field

from mentormatch.base.errors import FileError, InputError
from mentormatch.base.text import Text
from mentormatch.io.columns.spec import SheetSpec
from mentormatch.io.header_row import find_header, near_texts
from mentormatch.io.headers import (
    SHEETS,
    find_result_sheet,
    find_sheet,
    is_activities_sheet,
    is_archive,
    is_check_sheet,
    is_notes_sheet,
    is_rules_sheet,
    near_sheets,
)
from mentormatch.io.raw_sheet import RawSheet, SheetSource, is_blank
from mentormatch.io.survey.mapping import guessed_mapping
from mentormatch.roster.data_issue import DataIssue

_HEADER_ROWS = 5


@dataclass(slots=True)
class SheetNames:
    """The sheets of a file.

    Parameters
    ----------
    by_kind : dict of str to str
        The name of each sheet that is read, by its canonical name.
    unread : tuple of str
        The names of the others.
    issues : list of DataIssue
        What there is to say of hidden sheets and of those that are not read.
    """

    by_kind: dict[str, str] = field(default_factory=dict)
    unread: tuple[str, ...] = ()
    issues: list[DataIssue] = field(default_factory=list)


def sheet_names(source: SheetSource, problems: list[Text]) -> SheetNames:
    """Tell the sheets of a file apart; add to `problems` what keeps the file from being read."""
    found: dict[str, list[str]] = {}
    for name in source.sheet_names:
        spec = find_sheet(name)
        if spec is not None:
            found.setdefault(spec.kind, []).append(name)
    names = SheetNames({kind: same[0] for kind, same in found.items()})
    known = {name for same in found.values() for name in same}
    of_others = (is_rules_sheet, is_archive, is_activities_sheet)
    passed = {name for name in source.sheet_names if any(is_one(name) for is_one in of_others)}
    names.unread = tuple(name for name in source.sheet_names if name not in known | passed)
    for name in source.sheet_names:
        if name in known:
            names.issues += [_hidden(name)] if name in source.hidden_sheets else []
        elif not is_notes_sheet(name) and name not in passed:
            names.issues.append(_unread(source, name, set(found)))
    for spec in SHEETS:
        same = found.get(spec.kind, [])
        if len(same) > 1:
            problems.append(_several(spec, same))
        if spec.required and not same:
            problems.append(_missing(spec, names.unread))
    if not found or (problems and len(found) < len(names.unread)):
        problems += _other_file(source, names.unread)
    return names


def _hidden(name: str) -> DataIssue:
    return _finding(
        name,
        "hidden_sheet",
        Text(zh=f"工作表“{name}”是隐藏的,已照常读取", en=f"Sheet {name!r} is hidden and was read all the same"),
    )


def _several(spec: SheetSpec, names: list[str]) -> Text:
    return Text(
        zh=f"有多个工作表都表示“{spec.zh}”:{'、'.join(f'“{n}”' for n in names)};请只留一个",
        en=f"Several sheets mean {spec.kind!r}: {', '.join(map(repr, names))}; keep one of them",
    )


def _missing(spec: SheetSpec, unknown: tuple[str, ...]) -> Text:
    near = near_texts([spec.zh, spec.kind], list(unknown))
    zh = f";“{'”“'.join(near)}”是否就是它?请改名为“{spec.zh}”" if near else ""
    en = f"; is it {' or '.join(map(repr, near))}? Rename that to {spec.kind!r}" if near else ""
    return Text(
        zh=f"缺少必需的工作表“{spec.zh}”{zh}",
        en=f"The required sheet {spec.kind!r} ({spec.zh}) is missing{en}",
    )


def _unread(source: SheetSource, name: str, found: set[str]) -> DataIssue:
    """Return what there is to say of a sheet that is not read: a near miss of one of ours is an error."""
    if is_check_sheet(name):
        return _finding(
            name,
            "marked_copy",
            Text(
                zh="这是 check 写出的标记副本:其余各表照常读取,这张问题清单不读",
                en="This is a marked copy that check wrote: the other sheets are read, this list is not",
            ),
        )
    result = find_result_sheet(name)
    if result is not None:
        return _of_result(name, result)
    sheet = _read(source, name)
    near = near_sheets(name) or tuple(spec for spec in _alike(sheet) if spec.kind not in found)
    if near and sheet is not None and sheet.rows:
        return _near(name, near)
    filled = 0 if sheet is None else sum(not is_blank((cell,)) for _, cells in sheet.rows for cell in cells)
    held = Text(zh=f"(有 {filled} 格有内容)", en=f" ({filled} cells hold something)") if filled else Text("", "")
    return _finding(
        name,
        "unknown_sheet",
        Text(
            zh=f"不认识工作表“{name}”,没有读取{held.zh}",
            en=f"Sheet {name!r} is not known and was ignored{held.en}",
        ),
        Text(zh="如需读取,请改成模板中的工作表名", en="give it a name of the template if it should be read"),
    )


def _of_result(name: str, result: str) -> DataIssue:
    advice = None
    if result == "assignments":
        advice = Text(
            zh="如要把它作为本学期的当前结对,请改名为“当前结对”",
            en="rename it to 'pairings' to use it as this term's pairings",
        )
    return _finding(
        name,
        "result_sheet",
        Text(
            zh=f"工作表“{name}”是匹配结果,不是输入,已忽略",
            en=f"Sheet {name!r} belongs to a result, not to the input, and was ignored",
        ),
        advice,
    )


def _near(name: str, near: tuple[SheetSpec, ...]) -> DataIssue:
    zh, en = "”或“".join(spec.zh for spec in near), " or ".join(repr(spec.kind) for spec in near)
    return DataIssue(
        sheet=name,
        code="sheet_near",
        severity="error",
        refused="sheet",
        message=Text(
            zh=f"工作表“{name}”像是“{zh}”,但不能确定,没有读取",
            en=f"Sheet {name!r} may be meant for {en}; it was not read",
        ),
        suggestion=Text(
            zh=f"如果就是它,改名为“{zh}”(同名的表只能留一张);不需要的请删除或移到别的文件",
            en=f"if so, rename it to {en} (only one sheet may have that name); else delete it or move it elsewhere",
        ),
    )


def _finding(sheet: str, code: str, message: Text, suggestion: Text | None = None) -> DataIssue:
    return DataIssue(sheet=sheet, code=code, severity="warning", message=message, suggestion=suggestion)


def _read(source: SheetSource, name: str) -> RawSheet | None:
    """Return a sheet that nobody asked for; None where it cannot be read, which is no reason to refuse the file."""
    try:
        return source.read(name)
    except FileError:
        return None


def _alike(sheet: RawSheet | None) -> tuple[SheetSpec, ...]:
    """Return the sheets that another one looks like by its headers."""
    if sheet is None:
        return ()
    alike = []
    for spec in SHEETS:
        header = find_header(spec, sheet)
        names = set() if header is None else {column.name for column in header.columns}
        if header is not None and not header.problems and (not spec.needed or names.intersection(spec.needed)):
            alike.append(spec)
    return tuple(alike)


def _other_file(source: SheetSource, unread: tuple[str, ...]) -> list[Text]:
    """Return what the file is, where it is no school but something that we know."""
    if any(find_result_sheet(name) is not None for name in unread):
        return [
            Text(
                zh="这是 mentormatch 写出的结果文件,不是学校数据:请给出学校的工作簿",
                en="This is a result that mentormatch has written, no school: give the school's own workbook",
            )
        ]
    sheet = _read(source, unread[0]) if unread else None
    for _, cells in sheet.rows[:_HEADER_ROWS] if sheet is not None else ():
        mapping = guessed_mapping(str(cell).strip() for cell in cells if cell is not None)
        if mapping.tells_forms:
            return [
                Text(
                    zh="这像是问卷导出的答卷:用 mentormatch survey 答卷.xlsx 学校.xlsx -o 新文件.xlsx 并入学校数据",
                    en="This looks like the export of a survey: mentormatch survey ANSWERS SCHOOL -o NEW puts its "
                    "answers into a school",
                )
            ]
    return []


def refused_file(where: str, problems: list[Text]) -> InputError:
    """Return the error of a file that cannot be used, with all problems at once."""
    return InputError(
        Text(
            zh="\n".join([f"文件无法使用:{where}", *(problem.zh for problem in problems)]),
            en="\n".join([f"The file cannot be used: {where}", *(problem.en for problem in problems)]),
        )
    )
