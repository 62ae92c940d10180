"""Remember that Ctrl-C was pressed: an engine that hears it stops with the best matching so far and raises nothing."""

import signal
import threading
from types import FrameType
from typing import Any, Self


class Interrupts:
    """Listens for Ctrl-C while a block runs; the interrupt itself goes on as ever."""

    def __init__(self) -> None:
        self.heard = False
        self._before: Any = None

    def __enter__(self) -> Self:
        # Handlers belong to the main thread; a caller on another one hears nothing, and loses nothing.
        if threading.current_thread() is threading.main_thread():
            self._before = signal.signal(signal.SIGINT, self._hear)
        return self

    def __exit__(self, *_: object) -> None:
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)

    def _hear(self, number: int, frame: FrameType | None) -> None:
        self.heard = True
        signal.default_int_handler(number, frame)
