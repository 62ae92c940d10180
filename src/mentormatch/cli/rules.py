"""``mentormatch rules``: check a rules file, say it in words, print a preset or the schema."""

import json
from pathlib import Path

import click

from mentormatch.base.text import Language
from mentormatch.cli.options import lang_option


@click.command()
@click.argument("rules_file", type=click.Path(path_type=Path), required=False)
@click.option(
    "--explain",
    is_flag=True,
    help="逐条说明规则、参数和默认值的理由 · Say every rule in force, its parameters and why a default is so.",
)
@click.option(
    "--preset", metavar="小学|初中|高中", help="输出预设的规则文件 · Print a preset: primary, junior or senior."
)
@click.option("--schema", is_flag=True, help="输出规则文件的 JSON schema · Print the JSON schema of rules files.")
@click.option(
    "--to",
    "target",
    type=click.Path(path_type=Path),
    help="改写成另一种形式:.toml 或带“规则”表的 .xlsx · Write the same rules as .toml or as a sheet in .xlsx.",
)
@lang_option
def rules(
    rules_file: Path | None, explain: bool, preset: str | None, schema: bool, target: Path | None, lang: Language
) -> int:
    """Check RULES_FILE (TOML, or a workbook with a sheet of rules) and say what it asks for; without one, the defaults.

    With --to the same rules are written in the other form.
    """
    from mentormatch.cli.rules_given import rules_given
    from mentormatch.matchmaking import find_mechanism
    from mentormatch.mechanisms.registry import DEFAULT_NAME
    from mentormatch.rules.presets import preset_text
    from mentormatch.rules.rules_explained import explain_rules
    from mentormatch.rules.rules_file import Rules
    from mentormatch.rules.rules_schema import rules_schema

    if sum((rules_file is not None or explain, preset is not None, schema)) > 1:
        raise click.UsageError(
            "规则文件(--explain)、--preset 与 --schema 只能用其一。"
            if lang == "zh"
            else "Use one of a rules file (--explain), --preset and --schema."
        )
    if schema:
        click.echo(json.dumps(rules_schema(), ensure_ascii=False, indent=2))
        return 0
    if preset is not None:
        click.echo(preset_text(preset), nl=False)
        return 0
    said = Rules() if rules_file is None else rules_given(rules_file, lang)
    if target is not None:
        from mentormatch.cli.paths import check_paths
        from mentormatch.rules.write_rules import write_rules

        check_paths([] if rules_file is None else [rules_file], [target])
        write_rules(said, target, lang)
        click.echo(f"已写入 {target}" if lang == "zh" else f"Wrote {target}")
        return 0
    mechanism = find_mechanism(said.mechanism or DEFAULT_NAME)
    for line in explain_rules(said, mechanism):
        text = line.in_language(lang)
        # Parameters are for those who ask for them.
        if explain or not text.startswith("     "):
            click.echo(text)
    return 0
