"""What callers hand over, refused with a way to mend it where it is of the wrong kind."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from numbers import Integral
from pathlib import Path
from typing import Any

from mentormatch.base.errors import InputError
from mentormatch.base.text import Text


def checked_day(on: object) -> date | None:
    """Return the day of a matching; `InputError` for a text or a moment."""
    if on is None or (isinstance(on, date) and not isinstance(on, datetime)):
        return on
    maybe = Text(zh="用 datetime.date.fromisoformat(...)。", en="use datetime.date.fromisoformat(...).")
    if isinstance(on, datetime):
        maybe = Text(zh="用它的 .date()。", en="use its .date().")
    raise InputError(
        Text(
            zh=f"on 应为 datetime.date;现为 {type(on).__name__}。",
            en=f"'on' must be a datetime.date; got a {type(on).__name__}.",
        ),
        maybe=maybe,
    )


def checked_rules(rules: Any, expected: type) -> Any:
    """Return rules; `InputError` for a path, a dictionary or anything else that still has to be read."""
    if rules is None or isinstance(rules, expected):
        return rules
    maybe = None
    if isinstance(rules, str | Path):
        maybe = Text(zh="先用 read_rules(...) 读取。", en="read the file first: read_rules(...).")
    elif isinstance(rules, Mapping):
        maybe = Text(zh="用 Rules.model_validate(...)。", en="use Rules.model_validate(...).")
    raise InputError(
        Text(
            zh=f"rules 应为 Rules;现为 {type(rules).__name__}。",
            en=f"'rules' must be Rules; got a {type(rules).__name__}.",
        ),
        maybe=maybe,
    )


def checked_pairs(pairs: object, name: str) -> tuple[tuple[Any, Any], ...]:
    """Return pairs of ids; `InputError` for a dictionary and for entries that are no two."""
    wrong: object = pairs
    if isinstance(pairs, Iterable) and not isinstance(pairs, Mapping | str):
        given = tuple(pairs)
        wrong = next((pair for pair in given if not isinstance(pair, tuple | list) or len(pair) != 2), None)
        if wrong is None:
            return tuple((pair[0], pair[1]) for pair in given)
    maybe = Text(zh="用 dict.items() 的各对。", en="list its pairs: [(student, mentor), ...].")
    raise InputError(
        Text(
            zh=f"{name} 应为 (学生编号, 导师编号) 的列表;其中有 {type(wrong).__name__}。",
            en=f"'{name}' must be pairs (student id, mentor id); got a {type(wrong).__name__}.",
        ),
        maybe=maybe if isinstance(pairs, Mapping) else None,
    )


def checked_seed(seed: object, most: int) -> int:
    """Return a seed as an int, from whatever integer type; `InputError` for anything else."""
    if isinstance(seed, Integral) and not isinstance(seed, bool) and 0 <= int(seed) <= most:
        return int(seed)
    raise InputError(
        Text(
            zh=f"随机种子 seed 应为 0 到 {most} 的整数,现为 {seed!r}。",
            en=f"'seed' must be a whole number from 0 to {most}; got {seed!r}.",
        )
    )


def checked_limit(limit: object) -> float | None:
    """Return a limit in seconds, or None for no limit; `InputError` for anything else."""
    if limit is None:
        return None
    try:
        seconds = float("nan") if isinstance(limit, bool | str) else float(limit)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        seconds = float("nan")
    if seconds >= 0:
        return seconds
    raise InputError(
        Text(
            zh=f"时限 time_limit 应为不小于 0 的秒数或 None,现为 {limit!r}。",
            en=f"'time_limit' must be a number of seconds from 0 on, or None; got {limit!r}.",
        )
    )


def checked_callback(callback: Callable[..., object] | None, name: str) -> None:
    """Refuse what cannot be called."""
    if callback is not None and not callable(callback):
        raise InputError(
            Text(
                zh=f"{name} 应为可调用对象;现为 {type(callback).__name__}。",
                en=f"'{name}' must be callable; got a {type(callback).__name__}.",
            )
        )
