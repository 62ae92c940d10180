"""Which language: the terminal follows --lang, then MENTORMATCH_LANG, then the locale; files follow the workbook."""

import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from mentormatch.base.text import LANGUAGES, Language

if TYPE_CHECKING:
    from mentormatch.roster.roster import Roster

VARIABLE = "MENTORMATCH_LANG"
_GIVEN = "mentormatch.lang_given"
_SILENT = ("", "C", "POSIX")


def terminal_language(environment: Mapping[str, str] | None = None) -> Language:
    """Return the language of messages where --lang does not say: the variable, then the locale, else Chinese."""
    found = os.environ if environment is None else environment
    for language in LANGUAGES:
        if found.get(VARIABLE, "").strip().lower() == language:
            return language
    # The first of these that is set decides (POSIX.1-2017, 8.2).
    said = next((found[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if found.get(name)), "")
    word = said.partition(".")[0].partition("@")[0]
    return "zh" if word in _SILENT or word.lower().startswith("zh") else "en"


def language_of_arguments(arguments: Sequence[str]) -> Language:
    """Return the language in which a command that failed is answered."""
    for place, argument in enumerate(arguments):
        value = argument.partition("=")[2] if argument.startswith("--lang=") else ""
        if argument == "--lang":
            value = next(iter(arguments[place + 1 :]), "")
        for language in LANGUAGES:
            if value == language:
                return language
    return terminal_language()


def chosen(context: click.Context, _: Any, value: Language | None) -> Language:
    """Return the language of messages, and remember whether it was given."""
    context.meta[_GIVEN] = value is not None
    return terminal_language() if value is None else value


def language_of_files(roster: "Roster", lang: Language) -> Language:
    """Return the language of the files of a command: the given one, else that of the school's own sheets."""
    context = click.get_current_context(silent=True)
    if context is not None and context.meta.get(_GIVEN):
        return lang
    names = "".join(count.sheet for count in roster.counts)
    return "en" if names and names.isascii() else "zh"
