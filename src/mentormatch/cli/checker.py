"""``mentormatch checker``: print the script that checks a certificate without this package."""

from pathlib import Path

import click

from mentormatch.cli.exit_codes import SOLVED


@click.command()
def checker() -> int:
    """Print the stand-alone script that checks what `solve --certificate` wrote; it needs Python alone."""
    from mentormatch.verify import check_certificate

    click.echo(Path(check_certificate.__file__).read_text("utf-8"), nl=False)
    return SOLVED
