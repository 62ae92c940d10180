"""An answer as plain data and back: whatever its classes hold goes along, so that a new field needs nothing here.

Only the classes of an answer are made from a document, by their names from a closed list, and rules and stages by their
kinds: a document can name nothing else, and runs nothing.
"""

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from enum import Enum
from typing import Any

import numpy as np
from pydantic import BaseModel

from mentormatch.base.errors import InputError
from mentormatch.base.text import Text
from mentormatch.constraints.constraint import Constraint, Violation
from mentormatch.constraints.registry import CONSTRAINT_KINDS
from mentormatch.market.attribute import Attribute
from mentormatch.market.market import Market
from mentormatch.market.unlisted import Unlisted
from mentormatch.objectives.registry import STAGE_KINDS
from mentormatch.objectives.stage import Stage
from mentormatch.problem import result as parts
from mentormatch.roster.cause import Cause
from mentormatch.roster.group import GroupRecord
from mentormatch.roster.hand_over_row import HandOverRow
from mentormatch.roster.pairing import Pairing
from mentormatch.roster.record_step import OpenedRow, RecordStep
from mentormatch.roster.roster import Roster
from mentormatch.roster.run import Run

_CLASSES: dict[str, type] = {
    each.__name__: each
    for each in (
        *(value for value in vars(parts).values() if isinstance(value, type) and dataclasses.is_dataclass(value)),
        Attribute,
        Market,
        OpenedRow,
        RecordStep,
        Text,
        Unlisted,
        Violation,
    )
}
_ENTITIES: dict[str, type[BaseModel]] = {
    each.__name__: each for each in (GroupRecord, HandOverRow, Pairing, Roster, Run)
}
_ENUMS: dict[str, type[Enum]] = {each.__name__: each for each in (Cause, parts.Status)}
_TAGS = ("is", "tuple", "map", "array", "date", "moment", "rule", "stage", "model", "entity", "enum")


def encode(value: Any) -> Any:
    """Return a value as plain data; `InputError` for what no document can hold."""
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, Enum):
        name = type(value).__name__
        return {"$enum": name, "value": value.value} if name in _ENUMS else encode(value.value)
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, date):
        return {"$moment" if isinstance(value, datetime) else "$date": value.isoformat()}
    if isinstance(value, np.ndarray | range | tuple | list | set | frozenset | Mapping):
        return _encode_several(value)
    return _encode_object(value)


def _encode_several(value: Any) -> dict[str, Any]:
    if isinstance(value, np.ndarray):
        return {"$array": value.dtype.str, "values": value.tolist()}
    if isinstance(value, Mapping):
        return {"$map": [[encode(key), encode(each)] for key, each in value.items()]}
    values = sorted(value, key=str) if isinstance(value, set | frozenset) else value
    return {"$tuple": [encode(each) for each in values]}


def _encode_object(value: Any) -> Any:
    if isinstance(value, Constraint | Stage):
        tag = "$rule" if isinstance(value, Constraint) else "$stage"
        return {tag: value.kind, "fields": _fields(value)}
    if type(value).__name__ in _ENTITIES:
        return {"$entity": type(value).__name__, "fields": value.model_dump(mode="json")}
    if isinstance(value, BaseModel):
        return {"$model": type(value).__name__, "fields": _fields(value)}
    name = type(value).__name__
    if dataclasses.is_dataclass(value) and name in _CLASSES:
        fields = {field.name: getattr(value, field.name) for field in dataclasses.fields(value) if field.init}
        return {"$is": name, "fields": {key: encode(each) for key, each in fields.items()}}
    raise InputError(
        Text(zh=f"{name} 不能写入文档。", en=f"A {name} cannot be written into a document."),
        maybe=Text(zh="编号请用文本或整数。", en="use texts or whole numbers as ids."),
    )


def _fields(model: BaseModel) -> dict[str, Any]:
    return {name: encode(getattr(model, name)) for name in type(model).model_fields if name != "kind"}


def decode(data: Any) -> Any:
    """Return the value that plain data stands for; `InputError` for what this package does not know."""
    if not isinstance(data, dict):
        return data
    tag = next((tag for tag in _TAGS if f"${tag}" in data), None)
    if tag is None:
        raise _unknown(next(iter(data), ""))
    value = data[f"${tag}"]
    if tag in _PLAIN:
        return _PLAIN[tag](value, data)
    fields = {key: decode(each) for key, each in data["fields"].items()}
    if tag == "model":
        return fields
    return _made(value, fields) if tag == "is" else _of_kind(tag, value).model_validate(fields)


_PLAIN: dict[str, Callable[[Any, dict[str, Any]], Any]] = {
    "tuple": lambda value, _: tuple(decode(each) for each in value),
    "map": lambda value, _: {decode(key): decode(each) for key, each in value},
    "array": lambda value, data: np.array(data["values"], np.dtype(value)),
    "date": lambda value, _: date.fromisoformat(value),
    "moment": lambda value, _: datetime.fromisoformat(value),
    "enum": lambda value, data: _known(_ENUMS, value)(data["value"]),
    "entity": lambda value, data: _known(_ENTITIES, value).model_validate(data["fields"]),
}


def _known(classes: Mapping[str, Any], name: str) -> Any:
    if name not in classes:
        raise _unknown(name)
    return classes[name]


def _made(name: str, fields: dict[str, Any]) -> Any:
    """Return an object; a field that this package does not know is passed over, as a minor version may add one."""
    if name not in _CLASSES:
        raise _unknown(name)
    known = {field.name for field in dataclasses.fields(_CLASSES[name]) if field.init}
    return _CLASSES[name](**{key: value for key, value in fields.items() if key in known})


def _of_kind(tag: str, kind: str) -> type[BaseModel]:
    """Return the class of a rule or a stage: ours, an entry point's, or one that the program has defined."""
    found = CONSTRAINT_KINDS.find(kind) if tag == "rule" else STAGE_KINDS.find(kind)
    if found is not None:
        return found
    for own in _descendants(Constraint if tag == "rule" else Stage):
        if own.model_fields["kind"].default == kind:
            return own
    raise _unknown(kind)


def _descendants(base: type[BaseModel]) -> Iterable[type[BaseModel]]:
    for each in base.__subclasses__():
        yield each
        yield from _descendants(each)


def _unknown(name: str) -> InputError:
    return InputError(
        Text(zh=f"文档中的“{name}”无法识别。", en=f"The document holds '{name}', which is not known here."),
        maybe=Text(
            zh="若是自定义的规则,请先导入它;否则请升级 mentormatch。",
            en="import the rule first if it is one of your own; else upgrade mentormatch.",
        ),
    )
