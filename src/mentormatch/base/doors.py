"""The doors of the package: each says what kinds of things it takes, and refuses others with what was expected."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import wraps
from inspect import signature
from os import PathLike
from typing import Any, ParamSpec, Protocol, TypeVar, runtime_checkable

from mentormatch.base.errors import InputError
from mentormatch.base.text import Text

_P = ParamSpec("_P")
_R = TypeVar("_R")


@runtime_checkable
class _Ordered(Protocol):
    def __len__(self) -> int: ...

    def __getitem__(self, at: Any, /) -> Any: ...


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of argument: how it is told, and what it is called."""

    fits: Callable[[Any], bool]
    words: Text


PATH = Kind(lambda given: isinstance(given, str | PathLike), Text(zh="文件路径", en="a path"))
NAME = Kind(lambda given: given is None or isinstance(given, str), Text(zh="名称(文本)", en="a name, as text"))
COUNT = Kind(
    lambda given: given is None or (isinstance(given, int) and not isinstance(given, bool)),
    Text(zh="整数", en="a whole number"),
)
FLAG = Kind(lambda given: isinstance(given, bool), Text(zh="True 或 False", en="True or False"))
SEVERAL = Kind(
    lambda given: isinstance(given, Iterable) and not isinstance(given, str | bytes | Mapping),
    Text(zh="列表", en="a list or a tuple"),
)


MAPPING = Kind(lambda given: given is None or isinstance(given, Mapping), Text(zh="字典", en="a mapping"))
SEQUENCE = Kind(
    # An array or a column of a frame is as good as a list; so is a text whose letters are ids.
    lambda given: given is None or (isinstance(given, _Ordered) and not isinstance(given, bytes | bytearray | Mapping)),
    Text(zh="有序的列表", en="a sequence"),
)


def optional(kind: type, words: Text) -> Kind:
    """Return the kind of an object of a class, or None."""
    return Kind(lambda given: given is None or isinstance(given, kind), words)


def days_by_id(words: Text) -> Kind:
    """Return the kind of a mapping of ids to days, or None."""

    def fits(given: Any) -> bool:
        return given is None or (isinstance(given, Mapping) and all(type(day) is date for day in given.values()))

    return Kind(fits, words)


def several_of(kind: type, words: Text) -> Kind:
    """Return the kind of several objects of a class; of an iterator nothing is asked before it is used."""

    def fits(given: Any) -> bool:
        if not SEVERAL.fits(given):
            return False
        return not isinstance(given, Collection) or all(isinstance(item, kind) for item in given)

    return Kind(fits, words)


def takes(**kinds: Kind) -> Callable[[Callable[_P, _R]], Callable[_P, _R]]:
    """Return a decorator that refuses arguments of other kinds than these; arguments without a kind are let through.

    Examples
    --------
    >>> @takes(path=PATH)
    ... def size(path): ...
    >>> size(5)
    Traceback (most recent call last):
    ...
    mentormatch.base.errors.InputError: 'path' must be a path; got an object of the type int.
    """

    def guarded(call: Callable[_P, _R]) -> Callable[_P, _R]:
        known = signature(call)

        @wraps(call)
        def door(*args: _P.args, **kwargs: _P.kwargs) -> _R:
            given = known.bind(*args, **kwargs).arguments
            for name, kind in kinds.items():
                if name in given and not kind.fits(given[name]):
                    got = type(given[name]).__name__
                    raise InputError(
                        Text(
                            zh=f"{name} 应为{kind.words.zh};现为 {got} 类型的对象。",
                            en=f"'{name}' must be {kind.words.en}; got an object of the type {got}.",
                        )
                    )
            return call(*args, **kwargs)

        return door

    return guarded
