"""A price list from a TOML file."""

from dataclasses import fields
from pathlib import Path
from typing import Any

from mentormatch.base.errors import InputError, RulesError
from mentormatch.base.text import Text
from mentormatch.explain.prices import Hire, PriceList
from mentormatch.io.files.toml_file import read_toml

_NUMBERS = ("seat", "most_seats_each", "cap", "lower")
_TABLES = ("seat_of", "relax")


def read_prices(path: Path) -> PriceList:
    """Read a price list.

    Parameters
    ----------
    path : Path
        TOML with the fields of `PriceList`: ``seat = 1``, ``[relax]`` with a price for each kind of rule, ``[[hire]]``
        with ``price``, ``seats``, ``classes``, ``most``. What is not to be thought of is written ``false``.

    Raises
    ------
    FileError
        When the file cannot be read.
    RulesError
        For an unknown key or a price that is no whole number.
    """
    written = read_toml(path, what=Text(zh="价目表", en="the price list"), error=RulesError)
    _known(path, written, (*_NUMBERS, *_TABLES, "hire"))
    given: dict[str, Any] = {name: _price(path, name, written[name]) for name in _NUMBERS if name in written}
    for name in _TABLES:
        if name in written:
            table = _table(path, name, written[name])
            given[name] = {key: _price(path, f"{name}.{key}", value) for key, value in table.items()}
    if "relax" in given:
        given["relax"] = {kind: price for kind, price in given["relax"].items() if price is not None}
    hires = written.get("hire", [])
    if not isinstance(hires, list):
        raise _bad(path, "hire", "[[hire]]", "[[hire]]")
    try:
        return PriceList(**given, hires=tuple(_hire(path, entry) for entry in hires))
    except InputError as error:
        raise RulesError(
            Text(zh=f"{path}:{error.text.zh}", en=f"{path}: {error.text.en}"), maybe=error.maybe
        ) from error


def _hire(path: Path, entry: Any) -> Hire:
    table = _table(path, "hire", entry)
    _known(path, table, tuple(field.name for field in fields(Hire)))
    numbers = {name: _price(path, f"hire.{name}", table.get(name)) for name in ("price", "seats")}
    if None in numbers.values():
        raise _bad(path, "hire", "price 与 seats", "price and seats")
    classes = table.get("classes", [])
    if not isinstance(classes, list) or not all(isinstance(name, str) for name in classes):
        raise _bad(path, "hire.classes", "班级名称的列表", "a list of class names")
    most = {"most": _price(path, "hire.most", table["most"]) or 0} if "most" in table else {}
    return Hire(**numbers, classes=tuple(classes), **most)  # type: ignore[arg-type]  # None was refused above


def _known(path: Path, table: dict[str, Any], names: tuple[str, ...]) -> None:
    for key in table:
        if key not in names:
            raise RulesError(
                Text(
                    zh=f"{path}:价目表中没有“{key}”;可用的有:{'、'.join(names)}。",
                    en=f"{path}: a price list has no '{key}'; it has: {', '.join(names)}.",
                )
            )


def _table(path: Path, name: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _bad(path, name, "一张表", "a table")
    return value


def _price(path: Path, name: str, value: Any) -> int | None:
    if value is None or value is False:
        return None
    if isinstance(value, bool) or not isinstance(value, int):
        raise _bad(path, name, "整数,或 false(不考虑)", "a whole number, or false for what is not to be thought of")
    return value


def _bad(path: Path, name: str, zh: str, en: str) -> RulesError:
    return RulesError(Text(zh=f"{path}:{name} 应为{zh}。", en=f"{path}: {name} must be {en}."))
