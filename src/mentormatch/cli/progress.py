"""A line on the terminal that tells how far a solve has come: stage, best value, bound, time left."""

import sys
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack

from mentormatch.base.text import Language, Text

_STAGE = Text(zh="阶段", en="stage")
_BEST = Text(zh="当前", en="best")
_BOUND = Text(zh="界", en="bound")
_LEFT = Text(zh="剩余时间至多", en="at most {} left")
_HINT = Text(zh="Ctrl-C 可中断", en="Ctrl-C stops it")


def progress_line(stage: str, value: int, bound: int | None, left: float | None, lang: Language) -> str:
    """Return the line.

    Parameters
    ----------
    stage : str
        Its name; empty before the first one has a value.
    value : int
        The best value so far.
    bound : int or None
        What no matching can beat, where it is known.
    left : float or None
        Seconds until the limit; None without one.
    lang : {"zh", "en"}
    """
    parts = []
    if stage:
        from mentormatch.report.stage_words import stage_words

        words = stage_words(stage).in_language(lang)
        parts.append(f"{_STAGE.in_language(lang)} {words}: {_BEST.in_language(lang)} {value}")
        if bound is not None:
            parts.append(f"{_BOUND.in_language(lang)} {bound}")
    if left is not None:
        seconds = f"{max(left, 0):.0f} s"
        parts.append(f"{_LEFT.zh} {seconds}" if lang == "zh" else _LEFT.en.format(seconds))
    return ", ".join([*parts, _HINT.in_language(lang)])


class Progress:
    """Shows the line on standard error while a block runs, if that is a terminal; gives the callback of a solve.

    Parameters
    ----------
    lang : {"zh", "en"}
    time_limit : float, optional
        Seconds that the solve may take.
    """

    def __init__(self, lang: Language, time_limit: float | None = None) -> None:
        self._lang: Language = lang
        self._limit = time_limit
        self._stack = ExitStack()
        self._last: tuple[str, int, int | None] = ("", 0, None)
        self._over = threading.Event()

    def __enter__(self) -> Callable[[str, int, int | None], None] | None:
        if not sys.stderr.isatty():
            return None
        from rich.console import Console

        end = None if self._limit is None else time.monotonic() + self._limit
        status = self._stack.enter_context(Console(stderr=True).status("…"))

        def refresh() -> None:
            while not self._over.wait(0.5):
                left = None if end is None else end - time.monotonic()
                status.update(progress_line(*self._last, left, self._lang))

        thread = threading.Thread(target=refresh, daemon=True)
        thread.start()
        self._stack.callback(thread.join)
        self._stack.callback(self._over.set)

        def show(stage: str, value: int, bound: int | None) -> None:
            self._last = (stage, value, bound)

        return show

    def __exit__(self, *_: object) -> None:
        self._stack.close()
