"""Options that several commands share."""

from collections.abc import Callable
from typing import Any

import click

from mentormatch.text import LANGUAGES

lang_option: Callable[[Any], Any] = click.option(
    "--lang", type=click.Choice(LANGUAGES), default="zh", show_default=True, help="Language of messages and files."
)
