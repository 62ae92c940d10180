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

    rules = read_rules(path)
    for notice in rules.notices:
        click.echo(notice.in_language(lang), err=True)
    return rules
