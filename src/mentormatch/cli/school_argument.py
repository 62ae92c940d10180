"""The argument that every command on a school takes: a path, or ``-`` for standard input."""

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

STANDARD = Path("-")
"""Standard input or output, where a path belongs."""


class SchoolPath(click.Path):
    """A path of a school; standard input goes into a file of its own until the command ends."""

    name = "school"

    def __init__(self) -> None:
        super().__init__(path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the path; of standard input, one with the ending of what came in."""
        path = super().convert(value, param, ctx)
        if path != STANDARD or ctx is None:
            return path
        from mentormatch.documents.open_school import is_document

        data = sys.stdin.buffer.read()
        folder = tempfile.TemporaryDirectory(prefix="mentormatch-")
        ctx.call_on_close(folder.cleanup)
        path = Path(folder.name) / ("standard-input.json" if is_document(data) else "standard-input.xlsx")
        path.write_bytes(data)
        return path


school_argument: Callable[[Any], Any] = click.argument("school", type=SchoolPath())
