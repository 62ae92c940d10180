"""``mentormatch template``: an empty workbook to fill in."""

from pathlib import Path

import click

from mentormatch.base.text import Language
from mentormatch.cli.options import force_option, lang_option


@click.command()
@click.argument("out", type=click.Path(path_type=Path))
@force_option
@lang_option
def template(out: Path, force: bool, lang: Language) -> int:
    """Write an empty workbook with every sheet, its header, and a filled example row."""
    from mentormatch.cli.paths import check_paths
    from mentormatch.io.template import write_template
    from mentormatch.rules.write_rules import rules_guide

    check_paths([], [out], workbooks=[out], force=force)
    write_template(out, lang, rules=rules_guide(lang))
    click.echo(f"已写入模板:{out}" if lang == "zh" else f"Wrote the template: {out}")
    return 0
