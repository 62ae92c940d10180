"""Remember that Ctrl-C was pressed: an engine that hears it stops with the best matching so far and raises nothing."""

import signal
import threading
from types import FrameType
from typing import Any, Self

import click

from mentormatch.base.text import Language
from mentormatch.cli.exit_codes import INTERRUPTED


class Interrupts:
    """Listens for Ctrl-C while a block runs; the interrupt itself goes on as ever.

    Attributes
    ----------
    heard : bool
        Whether it came while something was still being looked for.
    """

    def __init__(self) -> None:
        self.heard = False
        self._writes = False
        self._before: Any = None

    def __enter__(self) -> Self:
        # Handlers belong to the main thread; a caller on another one hears nothing, and loses nothing.
        if threading.current_thread() is threading.main_thread():
            self._before = signal.signal(signal.SIGINT, self._hear)
        return self

    def __exit__(self, *_: object) -> None:
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)

    def let_it_be_written(self) -> None:
        """Let one Ctrl-C change nothing from here on: the answer is there and files take a moment. Two end all."""
        self._writes = True

    def tell(self, lang: Language, *, has_matching: bool) -> int:
        """Say on standard error what an interrupt has left, and return the exit code."""
        if has_matching:
            said = "已中断:这是到中断时为止最好的结果。" if lang == "zh" else "Interrupted: this is the best so far."
        else:
            said = "已中断:到中断时还没有找到任何结果。" if lang == "zh" else "Interrupted before there was any result."
        click.echo(said, err=True)
        return INTERRUPTED

    def _hear(self, number: int, frame: FrameType | None) -> None:
        if self._writes:
            self._writes = False
            return
        self.heard = True
        signal.default_int_handler(number, frame)


def end_like_ctrl_c() -> None:
    """Let a request to end (SIGTERM, a terminal that is closed) do what Ctrl-C does then: unwind and clean up.

    A signal that the caller has told the process to ignore, as ``nohup`` does, stays ignored.
    """
    if threading.current_thread() is not threading.main_thread():
        return
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _as_ctrl_c)


def _as_ctrl_c(number: int, frame: FrameType | None) -> None:
    hears = signal.getsignal(signal.SIGINT)
    (hears if callable(hears) else signal.default_int_handler)(number, frame)


def is_interrupt(error: BaseException) -> bool:
    """Tell whether an error comes from Ctrl-C: pressed while a class is made, Python wraps it in a RuntimeError."""
    cause = error.__cause__ or error.__context__
    return isinstance(error, KeyboardInterrupt) or (cause is not None and is_interrupt(cause))
