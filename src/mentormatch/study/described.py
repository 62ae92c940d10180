"""What a value is, as plain data: two things that would compute something else are described otherwise.

A study takes numbers from its folder only where what computed them is the same as today. Parts of this package and of
what is installed are known by name and version; code of one's own by what it says, with all that it calls and holds.
"""

import dis
import hashlib
import json
import pickle
import sys
from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from contextlib import suppress
from dataclasses import fields, is_dataclass
from functools import cache, partial
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import CodeType, FunctionType, MethodType, ModuleType
from typing import Any

import numpy as np
from pydantic import BaseModel

from mentormatch.version import __version__


def fingerprint_of(value: Any) -> str:
    """Return a hash of what a value is.

    Parameters
    ----------
    value : object
        Data, dataclasses, models of pydantic, arrays, functions with what they close over, objects of one's own
        classes.

    Examples
    --------
    >>> fingerprint_of(lambda x: x + 1) == fingerprint_of(lambda x: x + 1)
    True
    >>> fingerprint_of(lambda x: x + 1) == fingerprint_of(lambda x: x + 2)
    False
    """
    text = json.dumps(_Describer().of(value), sort_keys=True, ensure_ascii=True)
    return _digest(text.encode())


class _Describer:
    """Describes one value; of what turns up again it says that it did."""

    def __init__(self) -> None:
        # Kept, so that no later object gets the number of one that is gone.
        self._seen: dict[int, tuple[int, object]] = {}

    def of(self, value: Any) -> Any:
        """Return a description of JSON."""
        if value is None or isinstance(value, (bool, int, float, str)):
            return value
        if id(value) in self._seen:
            return ["again", self._seen[id(value)][0]]
        self._seen[id(value)] = (len(self._seen), value)
        for kind, describe in _KINDS:
            if isinstance(value, kind):
                return describe(self, value)
        if is_dataclass(value):
            return self._named(value, {field.name: self.of(getattr(value, field.name)) for field in fields(value)})
        return self._other(value)

    def mapping(self, value: Mapping[Any, Any]) -> Any:
        return [[self.of(key), self.of(item)] for key, item in sorted(value.items(), key=lambda each: str(each[0]))]

    def sequence(self, value: Any) -> Any:
        return [self.of(item) for item in value]

    def set(self, value: AbstractSet[Any]) -> Any:
        return sorted(json.dumps(_Describer().of(item), sort_keys=True) for item in value)

    def array(self, value: np.ndarray[Any, Any]) -> Any:
        content = [self.of(item) for item in value.tolist()] if value.dtype == object else _digest(value.tobytes())
        return [str(value.dtype), list(value.shape), content]

    def scalar(self, value: np.generic) -> Any:
        return [str(value.dtype), self.of(value.item())]

    def content(self, value: bytes) -> Any:
        return _digest(value)

    def path(self, value: Path) -> Any:
        return str(value)

    def model(self, value: BaseModel) -> Any:
        return self._named(value, value.model_dump(mode="json"))

    def partial(self, value: "partial[Any]") -> Any:
        return ["partial", self.of(value.func), self.of(value.args), self.of(value.keywords)]

    def method(self, value: MethodType) -> Any:
        return ["method", self.of(value.__func__), self.of(value.__self__)]

    def module(self, value: ModuleType) -> Any:
        return value.__name__

    def function(self, value: FunctionType) -> Any:
        closed = [self.of(cell.cell_contents) for cell in value.__closure__ or () if _is_filled(cell)]
        holds = [closed, self.of(value.__defaults__), self.of(value.__kwdefaults__)]
        if _is_installed(value.__module__):
            return [_name(value), *holds]
        return ["function", self.code(value.__code__), *holds, self.mapping(dict(_used_by(value)))]

    def code(self, value: CodeType) -> Any:
        consts = [self.of(const) for const in value.co_consts]
        names = [value.co_names, value.co_varnames, value.co_freevars]
        return [_digest(value.co_code), consts, names]

    def type(self, value: type) -> Any:
        if _is_installed(value.__module__):
            return _name(value)
        own = {name: part for name, part in vars(value).items() if name not in _NOT_OF_A_CLASS}
        return ["class", value.__qualname__, self.sequence(value.__bases__), self.mapping(own)]

    def _named(self, value: Any, holds: Any) -> Any:
        return [self.of(type(value)), holds]

    def _other(self, value: Any) -> Any:
        if not _is_installed(type(value).__module__):
            return self._named(value, self.mapping(getattr(value, "__dict__", {})))
        if isinstance(value, (staticmethod, classmethod)):
            return self.of(value.__func__)
        if isinstance(value, property):
            return self.sequence((value.fget, value.fset))
        name = getattr(value, "__qualname__", None)
        if isinstance(name, str) and callable(value):  # a builtin or a compiled function
            return f"{getattr(value, '__module__', '')}.{name}"
        with suppress(Exception):  # whatever cannot be pickled is known by its class
            return [_name(type(value)), _digest(pickle.dumps(value))]
        return [_name(type(value)), str(getattr(value, "name", ""))]


_KINDS: tuple[tuple[type | tuple[type, ...], Callable[[_Describer, Any], Any]], ...] = (
    (Mapping, _Describer.mapping),
    ((list, tuple, range), _Describer.sequence),
    ((set, frozenset), _Describer.set),
    (np.ndarray, _Describer.array),
    (np.generic, _Describer.scalar),
    (bytes, _Describer.content),
    (Path, _Describer.path),
    (BaseModel, _Describer.model),
    (partial, _Describer.partial),
    (MethodType, _Describer.method),
    (ModuleType, _Describer.module),
    (FunctionType, _Describer.function),
    (CodeType, _Describer.code),
    (type, _Describer.type),
)

_NOT_OF_A_CLASS = frozenset(
    {"__module__", "__dict__", "__weakref__", "__doc__", "__qualname__", "__firstlineno__", "__static_attributes__"}
    | {"__dataclass_params__", "__dataclass_fields__", "__match_args__", "__abstractmethods__", "_abc_impl"}
    | {"__annotations__", "__annotate__", "__annotate_func__", "__annotations_cache__", "__slotnames__"}
)


def _used_by(function: FunctionType) -> Iterator[tuple[str, Any]]:
    """Yield what a function uses of its module and of modules that it imports, by name."""
    names = {name for code in _codes(function.__code__) for name in code.co_names}
    modules = [_imported(name) for code in _codes(function.__code__) for name in _imports(code)]
    for name in sorted(names & function.__globals__.keys()):
        value = function.__globals__[name]
        yield name, value
        if isinstance(value, ModuleType):
            modules.append(value)
    for module in modules:
        if module is not None and not _is_installed(module.__name__):
            for name in sorted(names & vars(module).keys()):
                yield f"{module.__name__}.{name}", vars(module)[name]


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for const in code.co_consts:
        if isinstance(const, CodeType):
            yield from _codes(const)


def _imports(code: CodeType) -> Iterator[str]:
    return (str(step.argval) for step in dis.get_instructions(code) if step.opname == "IMPORT_NAME")


def _imported(name: str) -> ModuleType | None:
    """Return a module of one's own that a function imports when it is called; it may be changed, too."""
    if not name or _is_installed(name):
        return None
    with suppress(Exception):  # it will fail where it is called
        return import_module(name)
    return None


def _is_filled(cell: Any) -> bool:
    try:
        return cell.cell_contents is not None
    except ValueError:
        return False


@cache
def _is_installed(module: str | None) -> bool:
    """Tell whether a module belongs to Python, to this package or to another that is installed."""
    top = (module or "builtins").partition(".")[0]
    if top == "__main__":
        return False
    if top in sys.stdlib_module_names or top == __name__.partition(".")[0]:
        return True
    with suppress(ImportError, ValueError):
        spec = find_spec(top)
        places = [] if spec is None else [spec.origin or "", *(spec.submodule_search_locations or ())]
        return any(part in {"site-packages", "dist-packages"} for place in places for part in Path(place).parts)
    return False


def _name(part: Any) -> str:
    top = str(part.__module__).partition(".")[0]
    version = __version__ if top == __name__.partition(".")[0] else getattr(sys.modules.get(top), "__version__", "")
    return f"{part.__module__}.{part.__qualname__} {version}".strip()


def _digest(content: bytes) -> str:
    return hashlib.blake2b(content, digest_size=16).hexdigest()
