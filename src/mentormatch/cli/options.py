"""Options that several commands share."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mentormatch.base.budget import DEFAULT_TIME_LIMIT
from mentormatch.base.text import LANGUAGES, Language, Text
from mentormatch.cli.day import DAY
from mentormatch.cli.language import chosen

if TYPE_CHECKING:
    from mentormatch.roster.roster import Roster

lang_option: Callable[[Any], Any] = click.option(
    "--lang",
    type=click.Choice(LANGUAGES),
    callback=chosen,
    help="提示与文件的语言;默认:提示随 MENTORMATCH_LANG 或系统,文件随学校文件"
    " · Language of messages and files; default: messages as MENTORMATCH_LANG or the locale, files as the school's.",
)

output_option: Callable[[Any], Any] = click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    required=True,
    help="结果工作簿(.xlsx) · The result workbook (.xlsx).",
)
book_option: Callable[[Any], Any] = click.option(
    "--book",
    type=click.Path(path_type=Path),
    help="另存学校自己的工作簿,其中结对记录已延续,作为下一次的输入(.xlsx) · The school's own workbook with its record "
    "extended: the next input (.xlsx).",
)
names_option: Callable[[Any], Any] = click.option(
    "--names",
    is_flag=True,
    help="写出姓名(供校内),否则只有编号 · With names, for the school; ids alone without.",
)
class_sheets_option: Callable[[Any], Any] = click.option(
    "--class-sheets",
    is_flag=True,
    help="结果中每班另加一张可张贴的表 · Add one sheet for each class to the result, to be put up.",
)
force_option: Callable[[Any], Any] = click.option(
    "--force",
    is_flag=True,
    help="覆盖不是本程序写出、或写出后被改过的文件 · Overwrite a file that was not written by this program, or was "
    "changed since.",
)
format_option: Callable[[Any], Any] = click.option(
    "--format",
    "form",
    type=click.Choice(["xlsx", "json"]),
    help="结果的格式;默认看 -o 的扩展名,“-o -”为 JSON · Of the result; default: by the ending of -o, JSON for '-o -'.",
)
picture_option: Callable[[Any], Any] = click.option(
    "--picture", type=click.Path(path_type=Path), help="同时画图(.svg) · Also draw the result (.svg)."
)
json_option: Callable[[Any], Any] = click.option(
    "--json", "json_path", type=click.Path(path_type=Path), help="同时写出结果(JSON) · Also write the result as JSON."
)
rules_option: Callable[[Any], Any] = click.option(
    "--rules", type=click.Path(path_type=Path), help="规则文件(TOML) · Rules, stages and priorities (TOML)."
)
made_with_rules_option: Callable[[Any], Any] = click.option(
    "--rules",
    type=click.Path(path_type=Path),
    help="得出该结果时所用的规则文件 · The rules file that the result was made with.",
)
report_option: Callable[[Any], Any] = click.option(
    "--report", type=click.Path(path_type=Path), help="同时写出报告网页(.html) · Also write a page (.html)."
)
summary_option: Callable[[Any], Any] = click.option(
    "--json", "json_path", type=click.Path(path_type=Path), help="同时写出摘要(JSON) · Also write the summary as JSON."
)
mechanism_option: Callable[[Any], Any] = click.option(
    "--mechanism", help="机制 · two-round (default), optimal, deferred-acceptance, ..."
)
seed_option: Callable[[Any], Any] = click.option(
    "--seed",
    type=click.IntRange(0),
    default=0,
    show_default=True,
    help="抽签与搜索的种子 · For the lottery among equals and for searches.",
)
time_limit_option: Callable[[Any], Any] = click.option(
    "--time-limit",
    type=click.FloatRange(0, min_open=True),
    default=DEFAULT_TIME_LIMIT,
    show_default=True,
    help="每校时限(秒) · Seconds for one school.",
)
certificate_option: Callable[[Any], Any] = click.option(
    "--certificate",
    type=click.Path(path_type=Path),
    help="同时写出证明,供 mentormatch checker 校验;属内部版 · Also write the proof, for `mentormatch checker`; of the "
    "staff edition.",
)


def tell_certificate(path: Path, lang: Language, *, err: bool = False) -> None:
    """Say where the certificate is and whom it is for: it tells more than the other files of a public edition."""
    click.echo(
        f"证明:{path}(内部版:含志愿、关爱、回避,只给有权的人看)"
        if lang == "zh"
        else f"The proof: {path} (staff edition: it tells forms, care and vetoes, for those who may see them)",
        err=err,
    )


verbose_option: Callable[[Any], Any] = click.option(
    "-v", "--verbose", is_flag=True, help="说明为何用这个引擎 · Say why this engine and no other."
)
accept_issues_option: Callable[[Any], Any] = click.option(
    "--accept-issues",
    is_flag=True,
    help="有被拒绝的行时,只匹配被接受的行 · Match the accepted rows of a file with refused ones.",
)


def date_option(meaning: Text) -> Callable[[Any], Any]:
    """Return the option for the day on which a command works, which comes as `on`; `meaning` opens its help."""
    return click.option(
        "--date",
        "on",
        type=DAY,
        metavar="YYYY-MM-DD",
        help=f"{meaning.zh},默认今天 · {meaning.en}, default today.",
    )


def day_of(on: datetime | None, roster: "Roster") -> date:
    """Return the day that was typed, or today; refuse one that lies years away from the data."""
    from mentormatch.roster.days import refuse_far_day

    if on is None:
        return date.today()
    refuse_far_day(roster, on.date())
    return on.date()
