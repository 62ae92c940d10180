"""For whom a rule is: students with some values of some attributes, such as a grade, a stage or a class."""

from collections.abc import Container, Mapping, Sequence
from typing import Annotated, Any, cast

import numpy as np
from pydantic import BeforeValidator, WithJsonSchema

from mentormatch.base.arrays import BoolArray
from mentormatch.base.frozen_model import validated_as
from mentormatch.base.text import COMMA, Text
from mentormatch.constraints.naming import known_name, known_value
from mentormatch.constraints.words import attribute_word, value_word
from mentormatch.market.attribute import Attribute

Scopes = tuple[tuple[str, tuple[str, ...]], ...]

SHORT = {"grades": "grade", "stages": "stage", "classes": "class_name"}
"""What may be written beside a rule's parameters in place of a table `where`, and the attribute that it means."""


def _as_entries(value: Any) -> Any:
    if not isinstance(value, Mapping):
        return value
    return tuple((name, _as_values(values)) for name, values in sorted(value.items()))


def _as_values(values: Any) -> Any:
    if isinstance(values, str | int) and not isinstance(values, bool):
        return (str(values),)
    if isinstance(values, tuple | list):
        return tuple(str(item) if isinstance(item, int) and not isinstance(item, bool) else item for item in values)
    return values


_STRINGS = {"anyOf": [{"type": ["string", "integer"]}, {"type": "array", "items": {"type": ["string", "integer"]}}]}
_SCHEMA = {
    "type": "object",
    "additionalProperties": _STRINGS,
    "description": "For whom the rule is; default everybody.",
}
Where = Annotated[
    Mapping[str, str | int | Sequence[str | int]] | Scopes,
    validated_as(Scopes),
    BeforeValidator(_as_entries),
    WithJsonSchema(_SCHEMA, mode="validation"),
]
"""Values by student attribute; a student is meant who has one of the values of every attribute named."""


def with_short_scope(value: Any, fields: Container[str]) -> Any:
    """Return what a rule was written as, with `grades`, `stages` and `classes` put into `where`.

    Parameters
    ----------
    value : Any
        A table, or something that is none.
    fields : container of str
        The rule's own parameters: one of such a name means itself.
    """
    if not isinstance(value, Mapping):
        return value
    short = {name: attribute for name, attribute in SHORT.items() if name in value and name not in fields}
    if not short:
        return value
    where = dict(_as_entries(value.get("where", {})))
    where |= {attribute: _as_values(value[name]) for name, attribute in short.items()}
    return {**{name: item for name, item in value.items() if name not in short}, "where": where}


def entries_of_scope(where: Where) -> Scopes:
    """Return a scope as the entries that it was kept as."""
    return cast(Scopes, where)


def in_scope(attributes: Mapping[str, Attribute], where: Any, num_students: int, rule: str) -> BoolArray:
    """Return which students are meant, bool of shape (n,); `RulesError` for attributes and values that nobody has."""
    found = np.ones(num_students, bool)
    for name, values in known_scope(attributes, where, rule):
        found &= attributes[name].membership(values).any(axis=1)
    return found


def known_scope(attributes: Mapping[str, Attribute], where: Any, rule: str) -> Scopes:
    """Return a scope with its attributes and values as the students have them."""
    found = []
    for written, values in where:
        name = known_name("students", attributes, written, rule)
        found.append((name, tuple(known_value("students", name, attributes[name], value, rule) for value in values)))
    return tuple(found)


def scope_text(where: Any) -> Text:
    """Say for whom a rule is."""
    parts = []
    for name, values in where:
        word = attribute_word(name)
        said = [value_word(name, value) for value in values]
        parts.append(
            Text(
                zh=f"{word.zh}为{'、'.join(value.zh for value in said)}",
                en=f"{word.en} {' or '.join(value.en for value in said)}",
            )
        )
    return COMMA.join(parts)
