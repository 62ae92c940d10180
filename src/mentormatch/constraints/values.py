"""Attribute values in a rule: several, or one without brackets."""

from typing import Annotated, Any

from pydantic import BeforeValidator


def _as_tuple(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


Values = Annotated[tuple[str, ...], BeforeValidator(_as_tuple)]
"""A tuple of values; a string alone is taken as one value."""
