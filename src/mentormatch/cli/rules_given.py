"""The rules file that a command is given, and what is to be told about it."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from mentormatch.base.text import Language

if TYPE_CHECKING:
    from mentormatch.rules.rules_file import Rules


def rules_given(path: Path, lang: Language) -> "Rules":
    """Read a rules file; what its writer should know goes to the error stream, since it is no result."""
    from mentormatch.rules.rules_file import read_rules

    return _told(read_rules(path), lang)


def rules_for(school: Path, path: Path | None, lang: Language) -> "Rules | None":
    """Return the rules for a school: those of the file that is given, else those of the school's own sheet 规则.

    Where both are there the file counts, and that the sheet does not is told.
    """
    from mentormatch.rules.rules_file import rules_of_school
    from mentormatch.rules.rules_in_force import rules_in_force

    own = rules_of_school(school)
    if path is None:
        return None if own is None else _told(own, lang)
    given = rules_given(path, lang)
    if own is None:
        return given
    if own != type(own)(fields=own.fields):
        click.echo(
            "工作簿中的“规则”表未采用:已用 --rules 给出规则文件。"
            if lang == "zh"
            else "The sheet of rules in the workbook is not used: --rules gives a file.",
            err=True,
        )
    return rules_in_force(given, own)


def _told(rules: "Rules", lang: Language) -> "Rules":
    for notice in rules.notices:
        click.echo(notice.in_language(lang), err=True)
    return rules
