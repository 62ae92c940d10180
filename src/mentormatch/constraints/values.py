"""Attribute values in a rule: several, or one without brackets."""

from typing import Annotated, Any

from pydantic import BeforeValidator, WithJsonSchema


def _as_tuple(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


_SCHEMA = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
Values = Annotated[tuple[str, ...], BeforeValidator(_as_tuple), WithJsonSchema(_SCHEMA, mode="validation")]
"""A tuple of values; a string alone is taken as one value."""
