"""Rules as the text of a rules file."""

import datetime
import json
import re
from collections.abc import Mapping
from typing import Any

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def toml_value(value: Any) -> str:
    """Return a value as TOML writes it within a line.

    Examples
    --------
    >>> toml_value({"T01": [1, "重点"], "on": True})
    '{ T01 = [1, "重点"], on = true }'
    """
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        # A string of JSON is one of TOML but for the character DEL.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, Mapping):
        inner = ", ".join(f"{_key(str(name))} = {toml_value(item)}" for name, item in value.items())
        return f"{{ {inner} }}" if inner else "{}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(toml_value, value))}]"
    return str(value)


def toml_text(data: Mapping[str, Any]) -> str:
    """Return the text of a rules file: single values first, then its tables, in the order given."""
    lines = [
        f"{name} = {toml_value(value)}"
        for name, value in data.items()
        if not isinstance(value, Mapping) and not _are_tables(value)
    ]
    for name, value in data.items():
        if isinstance(value, Mapping):
            lines += ["", f"[{name}]", *_lines(value)]
    for name, value in data.items():
        if _are_tables(value):
            for table in value:
                lines += ["", f"[[{name}]]", *_lines(table)]
    return "\n".join(lines).lstrip("\n") + "\n"


def _are_tables(value: Any) -> bool:
    return isinstance(value, list | tuple) and bool(value) and all(isinstance(item, Mapping) for item in value)


def _lines(table: Mapping[str, Any]) -> list[str]:
    return [f"{_key(str(name))} = {toml_value(value)}" for name, value in table.items()]


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else toml_value(name)
