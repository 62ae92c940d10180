"""What the commands on teams write: a workbook, a picture, a summary, each whole or not at all."""

import json
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from mentormatch.base.text import Language, Text
from mentormatch.io.files.atomic import atomic_path
from mentormatch.io.files.fingerprint import fingerprint
from mentormatch.io.files.new_workbook import new_workbook
from mentormatch.report.tables import ResultTable
from mentormatch.report.workbook import write_tables
from mentormatch.teams.picture import Card, write_group_picture


def write_team_files(
    school: Path,
    *,
    workbook: tuple[Path, Sequence[ResultTable]] | None,
    picture: tuple[Path, Sequence[Card], Text] | None,
    summary: tuple[Path, Mapping[str, Any]] | None,
    lang: Language,
) -> None:
    """Write the files of a command; None is a file that nobody asked for, or that has nothing to say."""
    with ExitStack() as stack:
        if workbook is not None:
            path, tables = workbook
            with new_workbook(stack.enter_context(atomic_path(path))) as book:
                write_tables(book, list(tables))
        if picture is not None:
            path, cards, title = picture
            write_group_picture(cards, stack.enter_context(atomic_path(path)), title, lang)
        if summary is not None:
            path, facts = summary
            text = json.dumps({**facts, "input_sha256": fingerprint(school)}, ensure_ascii=False, indent=2) + "\n"
            stack.enter_context(atomic_path(path)).write_text(text, encoding="utf-8")
