"""Standard output and error for any terminal, pipe or closed descriptor: what is said never ends the work."""

import io
import os
import sys
from typing import TextIO


class _DeafPipe(io.RawIOBase):
    """A descriptor that goes on taking what nobody reads any more, as after ``| head``."""

    def __init__(self, descriptor: int) -> None:
        super().__init__()
        self._descriptor = descriptor
        self._is_heard = True

    def write(self, data: object, /) -> int:
        """Write bytes; once the reader has gone, only count them."""
        view = memoryview(data)  # type: ignore[arg-type]  # the buffer above hands on bytes only
        if self._is_heard:
            try:
                return os.write(self._descriptor, view)
            except BrokenPipeError:
                self._is_heard = False
        return view.nbytes

    def writable(self) -> bool:
        """Say yes."""
        return True

    def fileno(self) -> int:
        """Return the descriptor."""
        return self._descriptor

    def isatty(self) -> bool:
        """Whether the descriptor is a terminal."""
        return os.isatty(self._descriptor)


def make_streams_robust() -> None:
    """Let standard output and error survive characters that a terminal lacks, and readers that have gone.

    A character that the encoding of the terminal does not have is shown as ``?``. After ``| head`` the command goes on
    and ends with the exit code of its work: files are written as if somebody had read everything.
    """
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is getattr(sys, f"__{name}__") and isinstance(stream, io.TextIOWrapper):
            setattr(sys, name, _robust(stream))


def _robust(stream: io.TextIOWrapper) -> TextIO:
    try:
        descriptor = stream.fileno()
    except (OSError, ValueError):  # closed before Python began
        return stream
    stream.flush()
    buffered = io.BufferedWriter(_DeafPipe(descriptor))
    return io.TextIOWrapper(
        buffered, encoding=stream.encoding, errors="replace", line_buffering=True, write_through=stream.write_through
    )
