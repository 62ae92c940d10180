"""What the checks of rules and of stages have in common, and how a set of checks is run."""

from collections.abc import Callable, Mapping
from typing import TypeVar

import numpy as np
from pydantic import BaseModel, ValidationError

from mentormatch.base.arrays import IntArray
from mentormatch.base.text import Text
from mentormatch.market.matching import Matching

_S = TypeVar("_S")


def run_checks(
    checks: Mapping[str, Callable[[_S], None]], subject: _S, what: str, expected_failures: Mapping[str, str]
) -> None:
    """Run every check on a subject, and raise `AssertionError` with all that fail."""
    unknown = sorted(set(expected_failures) - set(checks))
    if unknown:
        raise ValueError(f"expected_failures names no check: {unknown}. There are: {', '.join(checks)}.")
    failures, cause = [], None
    for name, check in checks.items():
        try:
            check(subject)
        except Exception as error:  # noqa: BLE001  # whatever a third party's rule raises is a finding
            if name not in expected_failures:
                known = isinstance(error, AssertionError)
                failures.append(f"{name}: {error}" if known else f"{name}: raises {type(error).__name__}: {error}")
                cause = cause if known else error
        else:
            if name in expected_failures:
                failures.append(f"{name}: passes, though it is declared to fail ({expected_failures[name]})")
    if failures:
        message = f"{what} fails {len(failures)} of {len(checks)} checks:\n  " + "\n  ".join(failures)
        raise AssertionError(message) from cause


def require(condition: bool, message: str) -> None:
    """Raise `AssertionError` with a message where a condition does not hold."""
    if not condition:
        raise AssertionError(message)


def check_frozen(model: BaseModel) -> None:
    """Check that no field can be set, and that a copy is equal and hashes the same."""
    for name in type(model).model_fields:
        try:
            setattr(model, name, getattr(model, name))
        except ValidationError:
            continue
        raise AssertionError(f"the field '{name}' can be set; keep model_config frozen")
    copy = model.model_copy()
    require(copy == model, "a copy is not equal to it")
    if _is_hashable(model):
        require(hash(copy) == hash(model), "a copy has another hash")


def _is_hashable(model: BaseModel) -> bool:
    try:
        hash(model)
    except TypeError:
        return False
    return True


def check_json(model: BaseModel) -> None:
    """Check that JSON comes back the same, and that the class fixes the kind."""
    text = model.model_dump_json()
    back = type(model).model_validate_json(text)
    require(back == model, f"JSON does not come back the same: {text} reads as {back!r}")
    kind, default = getattr(model, "kind", None), type(model).model_fields["kind"].default
    require(isinstance(kind, str) and kind == default, f"'kind' must be fixed by the class; got {kind!r}")


def check_text(text: object, what: str) -> None:
    """Check that something is a `Text` with Chinese and with English."""
    require(isinstance(text, Text), f"{what} must be a Text; got {type(text).__name__}")
    if isinstance(text, Text):
        require(any("\u4e00" <= c <= "\u9fff" for c in text.zh), f"{what} has no Chinese: {text.zh!r}")
        require(any(c.isascii() and c.isalpha() for c in text.en), f"{what} has no English: {text.en!r}")


def shown(matching: Matching) -> str:
    """Say which matching shows a failure."""
    return f"with the pairs {list(matching.ids())}"


def check_positions(pairs: IntArray, size: int, what: str) -> None:
    """Check that positions are integers, distinct and in range."""
    found = np.asarray(pairs)
    require(found.dtype.kind in "iu", f"{what} must hold integer positions; got {found.dtype}")
    require(len(np.unique(found)) == len(found), f"{what} holds a pair twice")
    in_range = not len(found) or (int(found.min()) >= 0 and int(found.max()) < size)
    require(in_range, f"{what} holds a position outside 0..{size - 1}")
