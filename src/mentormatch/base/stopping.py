"""A caller's wish to stop: a callable that is asked again and again while something is searched.

It is known to everything that runs within a call, and to the threads that the call starts, so that no engine has to
hand it on. Stopping is like a limit that strikes: the best answer so far is kept.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from mentormatch.base.errors import InputError
from mentormatch.base.text import Text

Stop = Callable[[], bool]

_asked: ContextVar[Stop | None] = ContextVar("mentormatch_stop", default=None)


@contextmanager
def stopping_when(stop: Stop | None) -> Iterator[None]:
    """Stop what runs within when a callable says so; None leaves things as they are."""
    if stop is None:
        yield
        return
    if not callable(stop):
        raise InputError(
            Text(
                zh=f"stop 应为不带参数、返回真假的函数;现为 {type(stop).__name__}。",
                en=f"'stop' must be a callable without arguments that returns a bool; got a {type(stop).__name__}.",
            ),
            maybe=Text(zh="threading.Event 的 is_set。", en="you meant the method is_set of a threading.Event."),
        )
    token = _asked.set(stop)
    try:
        yield
    finally:
        _asked.reset(token)


def can_stop() -> bool:
    """Whether there is a callable to ask."""
    return _asked.get() is not None


def stop_is_asked() -> bool:
    """Ask the callable, where there is one."""
    stop = _asked.get()
    return stop is not None and bool(stop())
