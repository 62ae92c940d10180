"""A value of a rule in one cell: read by what its parameter takes, and written so that it reads the same."""

import datetime
import re
import tomllib
import types
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from mentormatch.io.cells.dates import read_date
from mentormatch.io.cells.lists import split
from mentormatch.io.cells.plain_text import folded, text_of
from mentormatch.io.cells.words import read_bool
from mentormatch.io.tables import Cell
from mentormatch.rules.toml_text import toml_value

_WHOLE = re.compile(r"[+-]?\d+")
_TOGETHER = re.compile(r"\s+|\+|→|->")
# What no plain word holds: it would read as something else.
_SPECIAL = re.compile(r"[┋、，,;；\n=+→\[\]{}\"']|->")


def read_value(cell: Cell, annotation: Any) -> Any:
    """Return the value that a cell holds for a parameter.

    A cell may hold the value as a rules file writes it (``["重点"]``, ``{ T01 = 3 }``), or in the words of an office:
    是 or 否, a whole number, several values with 、 between them, numbers by mentor as T01=3、T02=4, pairs as S001 T01.

    Parameters
    ----------
    cell : Cell
    annotation : Any
        The type of the parameter.

    Returns
    -------
    Any
        As the parser of a rules file returns it; a text that fits nothing stays a text, for the rule to refuse.
    """
    if isinstance(cell, datetime.datetime):
        return cell.date()
    if isinstance(cell, bool | datetime.date):
        return cell
    text = text_of(cell).strip()
    if text[:1] in ("[", "{", '"'):
        try:
            return tomllib.loads(f"value = {text}")["value"]
        except tomllib.TOMLDecodeError:
            return text
    return _of_words(text, _kinds(annotation))


def write_value(value: Any) -> str:
    """Return a value as a cell writes it; lists of plain words with 、 between them, anything else as a rules file."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, str):
        return value if value and not _SPECIAL.search(value) and value == value.strip() else toml_value(value)
    if isinstance(value, list | tuple) and value and all(map(_is_plain, value)):
        return "、".join(value)
    return toml_value(value)


def _is_plain(item: Any) -> bool:
    return isinstance(item, str) and bool(item) and not _SPECIAL.search(item) and " " not in item


def _of_words(text: str, kinds: "Mapping[str, Any]") -> Any:
    if "bool" in kinds and (said := read_bool(text).value) is not None and "int" not in kinds:
        return said
    if "date" in kinds and (day := read_date(text).value) is not None:
        return day
    if "int" in kinds and "str" not in kinds and _WHOLE.fullmatch(folded(text)):
        return int(folded(text))
    if "mapping" in kinds and "=" in folded(text):
        return _mapping(text)
    if "tuple" in kinds:
        return [_item(str(part).strip(), kinds["tuple"]) for part in split(text)]
    return text


def _item(text: str, inner: Any) -> Any:
    kinds = _kinds(inner)
    if "model" in kinds or "tuple" in kinds:
        parts = [part for part in _TOGETHER.split(text) if part]
        return parts if len(parts) > 1 else _of_words(text, {**kinds, **({} if "str" in kinds else {"str": None})})
    return _of_words(text, kinds)


def _mapping(text: str) -> dict[str, Any]:
    """Return ``{"T01": 3}`` for T01=3, and ``{"年级": ["七年级", "八年级"]}`` for 年级=七年级、八年级."""
    found: dict[str, list[Any]] = {}
    name = ""
    for part in map(str, split(text.replace("＝", "="))):
        before, sign, after = part.partition("=")
        if sign:
            name, part = before.strip(), after
        word = part.strip()
        found.setdefault(name, []).append(int(word) if _WHOLE.fullmatch(word) else word)
    return {key: values[0] if len(values) == 1 else values for key, values in found.items()}


def _kinds(annotation: Any) -> dict[str, Any]:
    """Return which kinds of value a type takes; for lists, what stands within them."""
    if isinstance(annotation, types.GenericAlias | types.UnionType) or get_origin(annotation) is not None:
        return _of_generic(get_origin(annotation), get_args(annotation))
    if annotation in (bool, int, str):
        return {annotation.__name__: None}
    if isinstance(annotation, type) and issubclass(annotation, datetime.date):
        return {"date": None}
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return {"model": None}
    return {"str": None}


def _of_generic(origin: Any, args: tuple[Any, ...]) -> dict[str, Any]:
    if origin is Annotated:
        return _kinds(args[0])
    if origin in (Union, types.UnionType):
        found: dict[str, Any] = {}
        for part in args:
            if part is not type(None):
                found |= {kind: inner for kind, inner in _kinds(part).items() if inner is not None or kind not in found}
        return found
    if origin is Literal:
        return {"str": None}
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {"mapping": None}
    if isinstance(origin, type) and issubclass(origin, Sequence):
        return {"tuple": args[0] if args else str}
    return {"str": None}
