"""``mentormatch fairness``: who got what, who envies whom, who bears coordination; and the lottery for an audit."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mentormatch.base.text import Language, Text
from mentormatch.cli.exit_codes import SOLVED
from mentormatch.cli.options import lang_option, made_with_rules_option
from mentormatch.cli.school_argument import school_argument
from mentormatch.cli.stored import load_result

if TYPE_CHECKING:
    from mentormatch.explain.lottery_replay import Draw
    from mentormatch.problem.result import Result


@click.command()
@school_argument
@click.argument("result_file", metavar="RESULT", type=click.Path(path_type=Path))
@click.option(
    "--staff",
    is_flag=True,
    help="另按关爱级别、不限人数统计,只给有权查看的人 · Also by care, and groups of any size: for those who may know.",
)
@click.option(
    "--draw",
    is_flag=True,
    help="由种子重放抽签,供审计 · The lottery again from its seed, all ids in its order: for an audit.",
)
@click.option(
    "--mentor",
    help="配合 --draw:只看可去这位导师的学生 · With --draw: the students that may come to this mentor alone.",
)
@made_with_rules_option
@click.option("--json", "as_json", is_flag=True, help="输出数据 · Print plain data.")
@lang_option
def fairness(
    school: Path,
    result_file: Path,
    staff: bool,
    draw: bool,
    mentor: str | None,
    rules: Path | None,
    as_json: bool,
    lang: Language,
) -> int:
    """Give the fairness account of a result: by class, grade, gender and boarding, and by mentor."""
    from mentormatch.explain.fairness import PUBLIC_ATTRIBUTES, SMALLEST_PUBLIC_GROUP, fairness_account
    from mentormatch.explain.fairness_told import account_lines

    if mentor is not None and not draw:
        raise click.UsageError("--mentor 须与 --draw 同用。" if lang == "zh" else "--mentor goes with --draw.")
    result = load_result(school, result_file, rules)
    if draw:
        data, lines = _audit(result, mentor, lang)
    else:
        account = (
            fairness_account(result)
            if staff
            else fairness_account(result, attributes=PUBLIC_ATTRIBUTES, smallest=SMALLEST_PUBLIC_GROUP)
        )
        data, lines = account.as_data(), account_lines(account, lang)
    for line in [json.dumps(data, ensure_ascii=False, indent=2)] if as_json else lines:
        click.echo(line)
    return SOLVED


def _audit(result: "Result", mentor: str | None, lang: Language) -> tuple[dict[str, Any], list[str]]:
    """Return the draw, what it decided, and whether the mechanism makes the same result of it again."""
    from mentormatch.base.errors import InputError
    from mentormatch.explain.lottery_replay import OWN_DRAWS, decided_by_draw, replay_draw_at, replay_lottery
    from mentormatch.matchmaking import run_again

    if result.mechanism == "rematch":
        raise InputError(
            Text(
                zh="rematch 只在原结果上改动最少的结对,不抽签。",
                en="A repair by rematch draws no lots: it moves as few pairs as possible.",
            ),
            maybe=Text(zh="请核对它所修订的那份结果。", en="audit the result that it repaired."),
        )
    draws = replay_lottery(result) if mentor is None else replay_draw_at(result, mentor)
    again = run_again(result)(result.problem).matching
    before = set() if result.matching is None else set(result.matching.ids())
    differ = len(before ^ set() if again is None else before ^ set(again.ids()))
    decided = decided_by_draw(result)
    head = Text(
        zh=f"种子 {result.seed}、机制 {result.mechanism}。抽签数只由种子和学号算出(见 market.lottery),小者在前:",
        en=f"Seed {result.seed}, mechanism {result.mechanism}. A number depends on the seed and the id alone (see "
        "mentormatch.market.lottery); the smaller goes first:",
    )
    if result.mechanism in OWN_DRAWS and mentor is None:
        head = Text(
            zh=head.zh + "(本机制每位导师各自抽签,请用 --mentor 查看;以下是共同抽签,仅用于导师抽签数相同时)",
            en=head.en + " (here every mentor draws for itself, see --mentor; the common draw only settles equal "
            "numbers)",
        )
    tail = [
        Text(
            zh=f"仅因抽签而未能如愿的志愿 {decided} 个。",
            en=f"Wishes that failed by the draw alone: {decided}.",
        ),
        Text(
            zh=f"按同一种子重新匹配:{len(before)} 个结对全部相同。"
            if not differ
            else f"按同一种子重新匹配,有 {differ} 个结对与结果文件不同:结果曾被改动,或当时受时限影响。",
            en=f"Matched again from the same seed: all {len(before)} pairs are the same."
            if not differ
            else f"Matched again from the same seed, {differ} pairs are not those of the file: it was edited, or a "
            "time limit had stopped the search.",
        ),
    ]
    data = {
        "seed": result.seed,
        "mechanism": result.mechanism,
        "draw": [{"place": one.place, "number": one.number, "student": one.student} for one in draws],
        "decided_by_draw": decided,
        "pairs": len(before),
        "pairs_that_differ": differ,
    }
    return data, [head.in_language(lang), *map(_line, draws), *(line.in_language(lang) for line in tail)]


def _line(draw: "Draw") -> str:
    return f"{draw.place:>5}  {draw.number:>14}  {draw.student}"
