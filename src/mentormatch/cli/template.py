"""``mentormatch template``: an empty workbook to fill in."""

from pathlib import Path

import click

from mentormatch.base.text import Language
from mentormatch.cli.options import lang_option


@click.command()
@click.argument("out", type=click.Path(path_type=Path))
@lang_option
def template(out: Path, lang: Language) -> int:
    """Write an empty workbook with every sheet, its header, and a filled example row."""
    from mentormatch.base.errors import FileError
    from mentormatch.base.text import Text
    from mentormatch.io.template import write_template
    from mentormatch.rules.write_rules import rules_guide

    if out.suffix.lower() != ".xlsx":
        raise FileError(
            Text(zh=f"文件名应以 .xlsx 结尾:{out}", en=f"The file's name must end in .xlsx: {out}"),
            maybe=Text(zh=str(out.with_suffix(".xlsx")), en=f"you meant {out.with_suffix('.xlsx')}."),
        )
    write_template(out, lang, rules=rules_guide(lang))
    click.echo(f"已写入模板:{out}" if lang == "zh" else f"Wrote the template: {out}")
    return 0
