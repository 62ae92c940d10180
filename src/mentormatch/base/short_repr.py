"""A representation without arrays: what a log or a debugger shows of data says sizes, and nobody's values."""

from dataclasses import fields
from typing import Any

import numpy as np


def short_repr(self: Any) -> str:
    """Return the representation of a dataclass, with the type and the shape in place of every array.

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> @dataclass
    ... class Line:
    ...     name: str
    ...     values: np.ndarray
    ...     __repr__ = short_repr
    >>> Line("a", np.zeros(3))
    Line(name='a', values=<float64 (3,)>)
    """
    shown = ", ".join(f"{field.name}={_shown(getattr(self, field.name))}" for field in fields(self) if field.repr)
    return f"{type(self).__name__}({shown})"


def _shown(value: Any) -> str:
    if isinstance(value, np.ndarray):
        return f"<{value.dtype} {value.shape}>"
    if isinstance(value, tuple) and any(isinstance(each, np.ndarray) for each in value):
        return f"<{len(value)} arrays>"
    if callable(value):
        return f"<{getattr(value, '__name__', type(value).__name__)}>"
    return repr(value)
