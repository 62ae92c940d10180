"""Rules written to a file, as TOML or as a workbook's sheet, and the guide to them in the template."""

from pathlib import Path

from pydantic import BaseModel

from mentormatch.base.by_kind import kind_of
from mentormatch.base.errors import FileError
from mentormatch.base.parameter import parameters
from mentormatch.base.text import Language, Text
from mentormatch.constraints.registry import CONSTRAINT_KINDS
from mentormatch.io.files.atomic import atomic_path
from mentormatch.io.files.new_workbook import new_workbook
from mentormatch.io.rule_rows import write_rule_rows
from mentormatch.objectives.registry import STAGE_KINDS
from mentormatch.roster.school_field import SchoolField
from mentormatch.rules.rules_file import Rules, rules_data
from mentormatch.rules.rules_sheet import COMMENT, FIELD, rules_rows
from mentormatch.rules.toml_text import toml_text

Row = tuple[str, str, str, str]


def write_rules(rules: Rules, path: Path, lang: Language) -> None:
    """Write rules so that they read the same: TOML, or a workbook with the sheet 规则.

    Parameters
    ----------
    rules : Rules
    path : Path
        Its ending says which: .toml or .xlsx.
    lang : {"zh", "en"}
        Of the sheet's header.

    Raises
    ------
    FileError
        For another ending, and when the file cannot be written.
    """
    data = rules_data(rules)
    if path.suffix.lower() == ".toml":
        with atomic_path(path) as temp:
            temp.write_text(toml_text(data), encoding="utf-8")
    elif path.suffix.lower() == ".xlsx":
        with new_workbook(path) as book:
            write_rule_rows(book, [(*row, "") for row in rules_rows(data)], lang)
    else:
        raise FileError(
            Text(zh=f"文件名应以 .toml 或 .xlsx 结尾:{path}", en=f"The file's name must end in .toml or .xlsx: {path}")
        )


def rules_guide(lang: Language) -> list[Row]:
    """Return the lines of a template's sheet of rules: every rule and stage with its parameters, set aside by a #."""
    rows: list[Row] = [
        _told(Text("每行一个参数;去掉行首的 # 并填值即生效", "take the # away and fill in a value"), lang),
        *_of(FIELD[0], Text("学校自己的列,可在规则中使用", "a column of the school's own"), SchoolField, lang),
    ]
    for title, registry in (
        (Text("规则", "rules"), CONSTRAINT_KINDS),
        (Text("目标,写在前面的优先", "stages, earlier ones first"), STAGE_KINDS),
    ):
        rows.append(_told(title, lang))
        for model in registry.shipped:
            doc = (model.__doc__ or "").strip().split("\n")[0]
            rows += _of(kind_of(model), Text(zh=doc, en=doc), model, lang)
    return rows


def _told(text: Text, lang: Language) -> Row:
    return (COMMENT, "", "", text.in_language(lang))


def _of(name: str, text: Text, model: type[BaseModel], lang: Language) -> list[Row]:
    rows = [(f"{COMMENT} {name}", "", "", text.in_language(lang))]
    rows += [
        (f"{COMMENT} {name}", parameter, "", said.text.in_language(lang))
        for parameter, said in parameters(model).items()
    ]
    return rows
